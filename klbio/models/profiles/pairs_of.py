"""Which pairs of some profiles are looked at: of one alphabet, all of them or those across two sides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from klbio.alphabets import Alphabet
from klbio.models.arrays import Indices
from klbio.models.profiles.profile_hmm import ProfileHMM
from klbio.models.profiles.reverse import reverse_complement

if TYPE_CHECKING:
    from klbio.models.profiles.quick_test import QuickTest

__all__ = ["PairsOf"]


@dataclass(frozen=True, eq=False)
class PairsOf:
    """Pairs of profiles by name.

    Parameters
    ----------
    named : mapping of str to ProfileHMM
    n_first : int, optional
        Profiles of the first side, which stand first: each is held against each of the others.  None: all pairs.

    Examples
    --------
    >>> from klbio.alphabets import AMINO, DNA
    >>> def toy(alphabet):
    ...     fair = np.full((1, len(alphabet)), 1 / len(alphabet))
    ...     return ProfileHMM("toy", "", alphabet, fair, fair[0], ProfileHMM.ungapped(1))
    >>> profiles = {"a": toy(DNA), "b": toy(DNA), "c": toy(AMINO), "d": toy(DNA)}
    >>> [(i, others.tolist()) for i, others in PairsOf(profiles).rows()]
    [(0, [1, 3]), (1, [3])]
    >>> across = PairsOf(profiles, n_first=1)
    >>> [(i, others.tolist()) for i, others in across.rows()], across.n, across.n_of_any_alphabet
    ([(0, [1, 3])], 2, 3)
    """

    named: Mapping[str, ProfileHMM]
    n_first: int | None = None

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Of the profiles."""
        return tuple(self.named)

    @cached_property
    def profiles(self) -> tuple[ProfileHMM, ...]:
        """The profiles."""
        return tuple(self.named.values())

    @cached_property
    def turned(self) -> tuple[ProfileHMM | None, ...]:
        """The reverse complement of each where that is the same family."""
        return tuple(
            reverse_complement(profile) if profile.double_stranded else None for profile in self.profiles
        )

    @cached_property
    def _kinds(self) -> Indices:
        """Number of the alphabet of each."""
        alphabets = list(dict.fromkeys(profile.alphabet for profile in self.profiles))
        return np.array([alphabets.index(profile.alphabet) for profile in self.profiles], dtype=np.intp)

    def _row(self, i: int) -> Indices:
        start = i + 1 if self.n_first is None else self.n_first
        return np.asarray(start + np.flatnonzero(self._kinds[start:] == self._kinds[i]))

    @property
    def places(self) -> range:
        """Places of the profiles that are held against others: of the first side, or of all."""
        return range(len(self.profiles) if self.n_first is None else self.n_first)

    def rows(self, within: range | None = None) -> Iterator[tuple[int, Indices]]:
        """Give the place of a profile and those of the others that it is held against, where there are any.

        Parameters
        ----------
        within : range, optional
            Places of the profiles; by default all.
        """
        for i in self.places if within is None else within:
            if len(others := self._row(i)):
                yield i, others

    @property
    def work(self) -> list[int]:
        """What holding each profile against the others takes: pairs of match states."""
        lengths = np.array([profile.n_match for profile in self.profiles], dtype=np.int64)
        return [int(lengths[i] * lengths[self._row(i)].sum()) for i in self.places]

    @cached_property
    def n(self) -> int:
        """Pairs of one alphabet."""
        return sum(len(others) for _, others in self.rows())

    @property
    def n_of_any_alphabet(self) -> int:
        """Pairs, those of unlike alphabets counted."""
        n = len(self.profiles)
        return n * (n - 1) // 2 if self.n_first is None else self.n_first * (n - self.n_first)

    @property
    def alphabets(self) -> tuple[tuple[str, int], ...]:
        """How many profiles each alphabet has."""
        return tuple(sorted(Counter(profile.alphabet.name for profile in self.profiles).items()))

    def quick_tests(self) -> dict[Alphabet, QuickTest]:
        """Make the quick test of each alphabet ready."""
        from klbio.models.profiles.quick_test import QuickTest  # here, because numba is heavy

        alphabets = dict.fromkeys(profile.alphabet for profile in self.profiles)
        return {alphabet: QuickTest(self.profiles, alphabet, self.turned) for alphabet in alphabets}
