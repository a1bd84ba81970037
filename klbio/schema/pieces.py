"""A table that is too large to stand in memory: it comes in pieces."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Pieces"]


@dataclass(frozen=True)
class Pieces:
    """A table in pieces, which come in its order, however often they are asked for.

    Attributes
    ----------
    n_rows : int
        Of all.
    frames : callable
        Gives the pieces one after the other.
    """

    n_rows: int
    frames: Callable[[], Iterator[pd.DataFrame]]

    def __len__(self) -> int:
        """Rows of all."""
        return self.n_rows

    def of_length(self, n: int) -> Iterator[pd.DataFrame]:
        """Give pieces of so many rows each, the last of what is left.

        >>> import pandas as pd
        >>> pieces = Pieces(5, lambda: iter([pd.DataFrame({"a": [1, 2, 3, 4]}), pd.DataFrame({"a": [5]})]))
        >>> [piece["a"].tolist() for piece in pieces.of_length(3)]
        [[1, 2, 3], [4, 5]]
        """
        import pandas as pd

        left: list[pd.DataFrame] = []
        for frame in self.frames():
            rest = frame
            while sum(map(len, left)) + len(rest) >= n:
                wanted = n - sum(map(len, left))
                yield pd.concat([*left, rest.iloc[:wanted]], ignore_index=True)
                left, rest = [], rest.iloc[wanted:]
            if len(rest):
                left.append(rest)
        if left:
            yield pd.concat(left, ignore_index=True)
