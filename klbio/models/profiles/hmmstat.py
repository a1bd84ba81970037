"""Profile HMMs against their background, with the numbers and the names of HMMER's ``hmmstat``."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import numpy.typing as npt

from klbio.distributions import FloatArray
from klbio.models.content_model import closed
from klbio.models.gene_model import ProfileHMM

__all__ = [
    "ProfileSummary",
    "match_occupancy",
    "match_relative_entropies",
    "summarize_profile",
    "summarize_profiles",
]

MM, MI, MD, IM, II, DM, DD = range(7)
LOOP = 350 / 351  # p1 of HMMER's null model: its mean sequence has 350 residues
BLOCK = 2048  # match states at a time: larger arrays go back to the system each time, which costs more than the sums
LN_2 = math.log(2)
SMALLEST = 2.0**-1022
NO_MEMORY = 2.0**-60  # of the node so many steps back

Places = npt.NDArray[np.intp]


@dataclass(frozen=True)
class ProfileSummary:
    """Four numbers in bits per match position, as `hmmstat` prints them.

    Parameters
    ----------
    mean_relative_entropy_bits : float
        ``relent``: mean over match states of D(match || background).
    information_bits : float
        ``info``: entropy of the background minus the mean entropy of the match states.
    positional_relative_entropy_bits : float
        ``p relE``: relative entropy weighted by occupancy, transitions included.
    composition_relative_entropy_bits : float
        ``compKL``: D(mean composition || background).
    """

    mean_relative_entropy_bits: float
    information_bits: float
    positional_relative_entropy_bits: float
    composition_relative_entropy_bits: float


def match_relative_entropies(profile: ProfileHMM) -> FloatArray:
    r"""Relative entropy of each match state from the background.

    .. math:: D_i = \sum_a p_i(a) \log_2 \frac{p_i(a)}{f(a)}

    Returns
    -------
    ndarray of shape (M,)
        Bits; the height of the column in a sequence logo.
    """
    bits, _ = _bits_and_entropies(profile.match_emissions, profile.background)
    return bits


def _bits_and_entropies(p: FloatArray, f: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Relative entropy of each row of p from f, and its entropy, from one logarithm an entry.

    The former is a sum of p log(p / f); the latter follows from it, and loses nothing, being of the order of bits.
    """
    possible = np.where(f > 0, f, 1.0)
    ratios = np.maximum(p, SMALLEST)  # what is multiplied by 0 must have a logarithm
    ratios /= possible
    np.log(ratios, out=ratios)
    bits = np.einsum("ij,ij->i", p, ratios) / LN_2
    entropies = -bits - p @ np.log2(possible)
    if not (f > 0).all():
        bits[(p[:, f == 0] > 0).any(axis=1)] = np.inf
    return np.maximum(bits, 0.0), entropies


def match_occupancy(transitions: FloatArray) -> FloatArray:
    r"""Probability that a path uses each match state rather than skipping it.

    .. math:: o_1 = t_0^{MI} + t_0^{MM}, \quad
              o_k = o_{k-1} (t_{k-1}^{MM} + t_{k-1}^{MI}) + (1 - o_{k-1})\, t_{k-1}^{DM}

    Parameters
    ----------
    transitions : ndarray of shape (M + 1, 7)

    Returns
    -------
    ndarray of shape (M,)
    """
    return _occupancies(transitions[:-1], np.zeros(1, dtype=np.intp))


def _occupancies(transitions: FloatArray, starts: Places) -> FloatArray:
    r"""Occupancies of profiles one after the other, from the transitions into their match states.

    Each is :math:`o_k = a_k o_{k-1} + b_k`.  Two such steps in a row are one of the same form:
    of steps over d nodes come those over 2 d.  None leads out of a profile: a is 0 at its start.
    """
    stay, back = transitions[:, MM] + transitions[:, MI], transitions[:, DM]
    a, b = stay - back, back.copy()
    a[starts], b[starts] = 0.0, stay[starts]
    d = 1
    while d < len(a) and np.abs(a).max() > NO_MEMORY:
        b[d:] = a[d:] * b[:-d] + b[d:]
        a[d:] = a[d:] * a[:-d]
        d *= 2
    return b


def summarize_profile(profile: ProfileHMM) -> ProfileSummary:
    """Compute the four columns of ``hmmstat``, see `summarize_profiles`."""
    return summarize_profiles([profile])[0]


def summarize_profiles(profiles: Sequence[ProfileHMM]) -> list[ProfileSummary]:
    """Compute the four columns of ``hmmstat`` of many profiles, thousands of match states at a time.

    Parameters
    ----------
    profiles : sequence of ProfileHMM
        Alphabets may differ.

    Returns
    -------
    list of ProfileSummary
        In the same order; no number depends on the other profiles.

    Notes
    -----
    ``p relE`` follows HMMER's source to the letter: its term for the step from a match to
    an insert state holds log(t_MM / p1), where log(t_MI / p1) is meant.  The column would
    differ from the one people know otherwise.

    References
    ----------
    .. [1] Eddy SR (2011) Accelerated profile HMM searches. PLoS Comput Biol 7:e1002195.
       doi:10.1371/journal.pcbi.1002195
    """
    return [summary for block in _blocks(profiles) for summary in _summaries(block)]


def _blocks(profiles: Sequence[ProfileHMM]) -> Iterator[list[ProfileHMM]]:
    """Cut into runs of one background, of few match states or of one profile."""
    for _, run in groupby(profiles, key=lambda profile: profile.background.tobytes()):
        block: list[ProfileHMM] = []
        states = 0
        for profile in run:
            if block and states + profile.n_match > BLOCK:
                yield block
                block, states = [], 0
            block.append(profile)
            states += profile.n_match
        yield block


def _summaries(block: Sequence[ProfileHMM]) -> Iterator[ProfileSummary]:
    lengths = np.array([profile.n_match for profile in block])
    starts = np.cumsum(lengths) - lengths
    match, background = np.concatenate([profile.match_emissions for profile in block]), block[0].background
    bits, entropies = _bits_and_entropies(match, background)
    occupancy = _occupancies(np.concatenate([profile.transitions[:-1] for profile in block]), starts)
    used = np.add.reduceat(occupancy, starts)
    steps = np.concatenate([profile.transitions[1:] for profile in block])
    positional = np.add.reduceat(occupancy * bits, starts) / used + _transition_bits(steps, occupancy, starts)
    match *= occupancy[:, None]
    composition, _ = _bits_and_entropies(closed(np.add.reduceat(match, starts)), background)
    _, unknown = _bits_and_entropies(background[None, :], background)
    columns = (
        np.add.reduceat(bits, starts) / lengths,
        unknown - np.add.reduceat(entropies, starts) / lengths,
        positional,
        composition,
    )
    return (ProfileSummary(*row) for row in zip(*(column.tolist() for column in columns), strict=True))


def _transition_bits(transitions: FloatArray, occupancy: FloatArray, starts: Places) -> FloatArray:
    """Relative entropy of the transitions between nodes from the null model's loop, per node used but the first.

    `transitions` has the row out of each node; those out of the last nodes do not count.
    """
    match, delete, insert_end = (_log_ratio(transitions[:, kind]) for kind in (MM, DM, IM))
    terms = (
        occupancy * transitions[:, MM] * match
        + occupancy
        * transitions[:, MI]
        * (match + insert_end)  # HMMER's quirk: `match` for "match to insert"
        + (1 - occupancy) * transitions[:, DM] * delete
    )
    terms[np.append(starts[1:], len(terms)) - 1] = 0.0
    total, nodes = np.add.reduceat(terms, starts), np.add.reduceat(occupancy, starts) - occupancy[starts]
    return np.divide(total, nodes, out=np.zeros_like(total), where=nodes > 0)


def _log_ratio(probabilities: FloatArray) -> FloatArray:
    """Log2 of probabilities over the null model's loop; 0 for an impossible step, which has no weight."""
    return np.asarray(np.log2(np.where(probabilities > 0, probabilities, LOOP) / LOOP))
