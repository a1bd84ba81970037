"""Profile HMMs against their background, with the numbers and the names of HMMER's ``hmmstat``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from klbio.distributions import FloatArray
from klbio.models.arrays import Indices, closed
from klbio.models.profiles.profile_hmm import DM, IM, MI, MM, ProfileHMM, bits_and_entropies, occupancies

__all__ = ["ProfileSummary", "summarize_profiles"]

LOOP = 350 / 351  # p1 of HMMER's null model: its mean sequence has 350 residues
BLOCK = 2048  # match states at a time: larger arrays go back to the system each time, which costs more than the sums


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
    return [summary for block in _Block.each(profiles) for summary in block.summaries()]


class _Block:
    """Profiles of one background, their match states one after the other."""

    def __init__(self, profiles: Sequence[ProfileHMM]) -> None:
        lengths = np.array([profile.n_match for profile in profiles])
        self.lengths = lengths
        self.starts: Indices = np.cumsum(lengths) - lengths
        self.background = profiles[0].background
        self.match = np.concatenate([profile.match_emissions for profile in profiles])
        self.steps = np.concatenate([profile.transitions[1:] for profile in profiles])
        into = np.concatenate([profile.transitions[:-1] for profile in profiles])
        self.occupancy = occupancies(into, self.starts)

    @classmethod
    def each(cls, profiles: Sequence[ProfileHMM]) -> Iterator[_Block]:
        """Cut into runs of one background, of few match states or of one profile."""
        for _, run in groupby(profiles, key=lambda profile: profile.background.tobytes()):
            block: list[ProfileHMM] = []
            states = 0
            for profile in run:
                if block and states + profile.n_match > BLOCK:
                    yield cls(block)
                    block, states = [], 0
                block.append(profile)
                states += profile.n_match
            yield cls(block)

    def summaries(self) -> Iterator[ProfileSummary]:
        """Give the columns of each profile."""
        bits, entropies = bits_and_entropies(self.match, self.background)
        _, unknown = bits_and_entropies(self.background[None, :], self.background)
        used = self._summed(self.occupancy)
        columns = (
            self._summed(bits) / self.lengths,
            unknown - self._summed(entropies) / self.lengths,
            self._summed(self.occupancy * bits) / used + self._transition_bits(),
            self._composition_bits(),
        )
        return (ProfileSummary(*row) for row in zip(*(column.tolist() for column in columns), strict=True))

    def _summed(self, values: FloatArray) -> FloatArray:
        """Sum over the match states of each profile."""
        return np.asarray(np.add.reduceat(values, self.starts))

    def _composition_bits(self) -> FloatArray:
        composition = closed(self._summed(self.match * self.occupancy[:, None]))
        bits, _ = bits_and_entropies(composition, self.background)
        return bits

    def _transition_bits(self) -> FloatArray:
        """Relative entropy of the transitions between nodes from the null model's loop, per node used but the first.

        Those out of the last nodes do not count.
        """
        steps, occupancy = self.steps, self.occupancy
        match, delete, insert_end = (_log_ratio(steps[:, kind]) for kind in (MM, DM, IM))
        terms = (
            occupancy * steps[:, MM] * match
            + occupancy * steps[:, MI] * (match + insert_end)  # HMMER's quirk: `match` for "match to insert"
            + (1 - occupancy) * steps[:, DM] * delete
        )
        terms[np.append(self.starts[1:], len(terms)) - 1] = 0.0
        total, nodes = self._summed(terms), self._summed(occupancy) - occupancy[self.starts]
        return np.divide(total, nodes, out=np.zeros_like(total), where=nodes > 0)


def _log_ratio(probabilities: FloatArray) -> FloatArray:
    """Log2 of probabilities over the null model's loop; 0 for an impossible step, which has no weight."""
    return np.asarray(np.log2(np.where(probabilities > 0, probabilities, LOOP) / LOOP))
