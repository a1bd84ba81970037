"""The longest table of a comparison, column by column: bits of every position and segment of every ordered pair."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from klbio.schema import MODEL_TABLES

__all__ = ["States"]


class States:
    """Rows of the table of states as they come in; a class for each would cost more than the bits.

    Examples
    --------
    >>> states = States()
    >>> states.add(("p", "q"), "donor GT", ["+0", "+1"], [0.5, 0.25])
    >>> states.frame()["relative_entropy_bits"].tolist()
    [0.5, 0.25]
    """

    def __init__(self) -> None:
        self.model_p: list[str] = []
        self.model_q: list[str] = []
        self.component: list[str] = []
        self.state: list[str] = []
        self.relative_entropy_bits: list[float] = []

    def add(
        self, pair: tuple[str, str], component: str, states: Sequence[str], bits: Sequence[float]
    ) -> None:
        """Add some states of an ordered pair."""
        n = len(states)
        self.model_p += [pair[0]] * n
        self.model_q += [pair[1]] * n
        self.component += [component] * n
        self.state += states
        self.relative_entropy_bits += bits

    def frame(self) -> pd.DataFrame:
        """Give the table."""
        return MODEL_TABLES["states"].arranged(pd.DataFrame(vars(self)))
