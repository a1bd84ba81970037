"""What a profile HMM is: checked once at the door, then frozen."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from klbio.alphabets import DNA, Alphabet
from klbio.distributions import FloatArray
from klbio.errors import InputError
from klbio.models.arrays import Indices, check_sums, frozen
from klbio.models.finding import Finding

__all__ = ["ProfileHMM", "bits_and_entropies", "occupancies"]

TOLERANCE = 1e-3  # HMMER prints five decimals of -ln p
UNGAPPED = [1.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0]  # from match to match
BY_STATE = np.repeat(np.eye(3), (3, 2, 2), axis=0)  # sums transitions from match, from insert, from delete
MM, MI, MD, IM, II, DM, DD = range(7)
LN_2 = math.log(2)
SMALLEST = 2.0**-1022
NO_MEMORY = 2.0**-60  # of the node so many steps back


@dataclass(frozen=True, eq=False, repr=False)
class ProfileHMM:
    """A profile hidden Markov model of a protein or nucleotide family.

    Parameters
    ----------
    name, accession : str
        As in the file; the accession may be empty.
    alphabet : Alphabet
        The order of the columns.
    match_emissions : array_like of shape (M, K)
        Node 1 first: HMMER's placeholder row is not here.
    background : array_like of shape (K,)
        The null model's residue frequencies.
    transitions : array_like of shape (M + 1, 7)
        Node 0 first; columns MM, MI, MD, IM, II, DM, DD.
    format : str
        The format it was read from.
    findings : sequence of Finding
        What the reader noticed.
    double_stranded : bool, optional
        Whether its reverse complement describes the same family: by default of DNA, and of nothing else.
    """

    name: str
    accession: str
    alphabet: Alphabet
    match_emissions: FloatArray
    background: FloatArray
    transitions: FloatArray
    format: str = ""
    findings: tuple[Finding, ...] = ()
    double_stranded: bool | None = None

    def __post_init__(self) -> None:
        if self.double_stranded is None:
            object.__setattr__(self, "double_stranded", self.alphabet == DNA)
        where = f"profile {self.name!r}"
        match = frozen(where, self.match_emissions, axes=2, last=len(self.alphabet))
        background = frozen(where, self.background, axes=1, last=len(self.alphabet))
        transitions = frozen(where, self.transitions, axes=2, last=7)
        if len(match) < 1 or len(transitions) != len(match) + 1:
            raise InputError.one(
                where, f"{len(match)} match rows, {len(transitions)} transition rows", "M >= 1 and M + 1 rows"
            )
        sums = match @ np.ones(match.shape[1]), background.sum(keepdims=True), transitions @ BY_STATE
        if np.abs(np.concatenate([part.ravel() for part in sums]) - 1).max() > TOLERANCE:
            for part, found in zip(
                ("match states", "background", "transitions by node and state"), sums, strict=True
            ):
                check_sums(f"{where}, {part}", found, tolerance=TOLERANCE)
        for name, array in (
            ("match_emissions", match),
            ("background", background),
            ("transitions", transitions),
        ):
            object.__setattr__(self, name, array)

    def __repr__(self) -> str:
        return f"ProfileHMM {self.name!r} of {self.n_match} match states, {self.alphabet.name}"

    @staticmethod
    def ungapped(n_match: int) -> FloatArray:
        """Give the transitions of a profile that goes from match state to match state with probability 1."""
        return np.tile(UNGAPPED, (n_match + 1, 1))

    @property
    def n_match(self) -> int:
        """Number of match states M."""
        return len(self.match_emissions)

    @cached_property
    def log_transitions(self) -> FloatArray:
        """Log2 of the transitions; ``-inf`` for those that cannot be."""
        with np.errstate(divide="ignore"):
            return np.asarray(np.log2(self.transitions))

    @cached_property
    def match_occupancy(self) -> FloatArray:
        r"""Probability that a path uses each match state rather than skipping it, shape (M,).

        .. math:: o_1 = t_0^{MI} + t_0^{MM}, \quad
                  o_k = o_{k-1} (t_{k-1}^{MM} + t_{k-1}^{MI}) + (1 - o_{k-1})\, t_{k-1}^{DM}
        """
        return occupancies(self.transitions[:-1], np.zeros(1, dtype=np.intp))

    @property
    def match_relative_entropies(self) -> FloatArray:
        r"""Relative entropy of each match state from the background, shape (M,).

        .. math:: D_i = \sum_a p_i(a) \log_2 \frac{p_i(a)}{f(a)}

        Bits; the height of the column in a sequence logo.
        """
        bits, _ = bits_and_entropies(self.match_emissions, self.background)
        return bits


def bits_and_entropies(p: FloatArray, f: FloatArray) -> tuple[FloatArray, FloatArray]:
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


def occupancies(transitions: FloatArray, starts: Indices) -> FloatArray:
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
