"""A profile HMM against its background, with the numbers and the names of HMMER's ``hmmstat``."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import entr, rel_entr

from klbio.distributions import FloatArray
from klbio.models.types import ProfileHMM

__all__ = ["ProfileSummary", "match_occupancy", "match_relative_entropies", "summarize_profile"]

MM, MI, MD, IM, II, DM, DD = range(7)
LOOP = 350 / 351  # p1 of HMMER's null model: its mean sequence has 350 residues


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
    return np.asarray(rel_entr(profile.match_emissions, profile.background).sum(axis=1) / math.log(2))


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
    stay = (transitions[:, MM] + transitions[:, MI]).tolist()  # plain floats: many times faster one by one
    back = transitions[:, DM].tolist()
    occupancy = [stay[0]]
    for k in range(1, len(stay) - 1):
        occupancy.append(occupancy[-1] * stay[k] + (1 - occupancy[-1]) * back[k])
    return np.array(occupancy)


def summarize_profile(profile: ProfileHMM) -> ProfileSummary:
    """Compute the four columns of ``hmmstat``.

    Parameters
    ----------
    profile : ProfileHMM

    Returns
    -------
    ProfileSummary

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
    occupancy = match_occupancy(profile.transitions)
    columns = match_relative_entropies(profile)
    mean = (occupancy @ profile.match_emissions) / occupancy.sum()
    mean /= mean.sum()
    return ProfileSummary(
        mean_relative_entropy_bits=float(columns.mean()),
        information_bits=_information(profile),
        positional_relative_entropy_bits=float(occupancy @ columns / occupancy.sum())
        + _transition_bits(profile.transitions, occupancy),
        composition_relative_entropy_bits=float(rel_entr(mean, profile.background).sum() / math.log(2)),
    )


def _information(profile: ProfileHMM) -> float:
    match = entr(profile.match_emissions).sum(axis=1).mean()
    return float((entr(profile.background).sum() - match) / math.log(2))


def _transition_bits(transitions: FloatArray, occupancy: FloatArray) -> float:
    """Relative entropy of the transitions into nodes 2..M from the null model's loop, per node used."""
    if len(occupancy) < 2:
        return 0.0
    t, used = transitions[1:-1], occupancy[:-1]
    match, delete, insert_end = (_log_ratio(t[:, kind]) for kind in (MM, DM, IM))
    terms = (
        used * t[:, MM] * match
        + used * t[:, MI] * (match + insert_end)  # HMMER's quirk: `match` for "match to insert"
        + (1 - used) * t[:, DM] * delete
    )
    return float(terms.sum() / occupancy[1:].sum())


def _log_ratio(probabilities: FloatArray) -> FloatArray:
    """Log2 of probabilities over the null model's loop; 0 for an impossible step, which has no weight."""
    return np.log2(np.where(probabilities > 0, probabilities, LOOP) / LOOP)
