"""`Counted`: what was counted in a library, and what its files are beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from klbio.io.sequences.lanes import LaneFacts
from klbio.reads.tally import Tally

__all__ = ["Counted"]


@dataclass(frozen=True)
class Counted:
    """What was counted in a library, and what its files are beside it.

    Attributes
    ----------
    tallies : sequence of Tally
        One for each word length that was asked for; the first is the study's.
    lanes : sequence of LaneFacts
    """

    tallies: Sequence[Tally]
    lanes: Sequence[LaneFacts]

    @property
    def tally(self) -> Tally:
        """The study's own."""
        return self.tallies[0]

    def of(self, fact: Callable[[LaneFacts], Sequence[str]]) -> str:
        """Name what its lanes are, each kind once."""
        return " + ".join(dict.fromkeys(word for lane in self.lanes for word in fact(lane) if word))
