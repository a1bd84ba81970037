"""A quick test of many pairs of profiles: columns as one of a few states, and no gaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from klbio.alphabets import Alphabet
from klbio.distributions import FloatArray
from klbio.models.arrays import Indices
from klbio.models.profiles.profile_hmm import ProfileHMM
from klbio.models.profiles.quick_kernels import Scores, States, best_stretches, nearest_states

__all__ = ["QuickTest"]

N_STATES = 255
LEARNT_FROM = 8_000  # columns
ROUNDS = 8
PER_BIT = 16
LEAST_ODDS = 2.0**-8


@dataclass(frozen=True, eq=False)
class QuickTest:
    r"""Best stretch without gaps of pairs of profiles, in hundredths of the time of an alignment.

    Each column p is given the nearest of up to 255 states, the centres of clusters of these very profiles' columns by
    the distance of :math:`p(a) / \sqrt{f(a)}`, in which the odds of two columns are an inner product.  The
    score of two states is that of their centres,

    .. math:: S_{st} = \log_2 \sum_a \frac{c_s(a)\, c_t(a)}{f(a)},

    in sixteenths of a bit.

    Parameters
    ----------
    profiles : sequence of ProfileHMM
    alphabet : Alphabet
        Of those that are tested; the others keep their places.
    turned : sequence of ProfileHMM or None, optional
        The reverse complement of each that has two strands: both are tried, the better one counts.

    Examples
    --------
    A profile and its like; sixteen columns that agree are worth two bits each:

    >>> from klbio.alphabets import DNA
    >>> columns = np.tile(np.eye(4), (4, 1))
    >>> profile = ProfileHMM("toy", "", DNA, columns, np.full(4, 0.25), ProfileHMM.ungapped(16))
    >>> QuickTest([profile, profile], DNA).bits(0, np.array([1])).tolist()
    [32.0]
    """

    profiles: Sequence[ProfileHMM]
    alphabet: Alphabet
    turned: Sequence[ProfileHMM | None] = ()

    def __post_init__(self) -> None:
        self._states, self._scores  # noqa: B018 - now: threads that ask together would each compute them

    @cached_property
    def _members(self) -> dict[int, ProfileHMM]:
        return {i: profile for i, profile in enumerate(self.profiles) if profile.alphabet == self.alphabet}

    @cached_property
    def _background(self) -> FloatArray:
        return np.asarray(np.mean([profile.background for profile in self._members.values()], axis=0))

    @cached_property
    def _starts(self) -> Indices:
        """Where the columns of each profile begin; those of another alphabet have none."""
        widths = [profile.n_match if i in self._members else 0 for i, profile in enumerate(self.profiles)]
        return np.cumsum([0, *widths])

    @cached_property
    def _centres(self) -> FloatArray:
        """States as points, shape (K, n_states): clusters of some of the columns, always the same."""
        columns = np.concatenate([self._points(profile) for profile in self._members.values()])
        some = columns[np.linspace(0, len(columns) - 1, min(len(columns), LEARNT_FROM)).astype(int)]
        centres = np.unique(some[np.linspace(0, len(some) - 1, min(len(some), N_STATES)).astype(int)], axis=0)
        nearest = np.empty(len(some), np.uint8)
        for _ in range(ROUNDS):
            nearest_states(some, np.ascontiguousarray(centres.T), nearest)
            times = np.bincount(nearest, minlength=len(centres))
            sums = [np.bincount(nearest, column, len(centres)) for column in some.T]
            means = np.stack(sums, axis=1) / np.maximum(times, 1)[:, None]
            centres = np.where(times[:, None] > 0, means, centres)
        return np.ascontiguousarray(centres.T)

    def _points(self, profile: ProfileHMM) -> FloatArray:
        """Columns where the odds of two are an inner product; letters that the background rules out count nothing."""
        f = self._background
        return np.asarray(profile.match_emissions / np.sqrt(np.where(f > 0, f, np.inf)))

    @cached_property
    def _states(self) -> States:
        """States of all columns, one profile after the other."""
        states = np.empty(self._starts[-1], np.uint8)
        for i, profile in self._members.items():
            nearest_states(
                self._points(profile), self._centres, states[self._starts[i] : self._starts[i + 1]]
            )
        return states

    @cached_property
    def _scores(self) -> Scores:
        odds = np.einsum("as,at->st", self._centres, self._centres)
        return np.asarray(np.rint(PER_BIT * np.log2(np.maximum(odds, LEAST_ODDS))), dtype=np.int16)

    def bits(self, place: int, others: Indices) -> FloatArray:
        """Give the best stretch of a profile with each of some others, in bits, 0 at least."""
        found = self._stretches(self._states[self._starts[place] : self._starts[place + 1]], others)
        turned = self.turned[place] if self.turned else None
        if turned is not None:
            states = np.empty(turned.n_match, np.uint8)
            nearest_states(self._points(turned), self._centres, states)
            found = np.maximum(found, self._stretches(states, others))
        return found / PER_BIT

    def _stretches(self, own: States, others: Indices) -> Scores:
        found = np.empty(len(others), np.int16)
        best_stretches(np.ascontiguousarray(self._scores[:, own]), self._states, self._starts, others, found)
        return found
