"""As what, and in how many jobs, a study's matrix of all pairs is written: known from the sheet, before any job."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

__all__ = ["MatrixPlan"]

MOST_TEXT, MOST_UNASKED = (
    2_000,
    20_000,
)  # samples: 60 MB of text; 3.2 GB, which nobody is given unasked
ONE_JOB = 50_000  # samples, whose pairs take some minutes and whose matrix takes 20 GB


@dataclass(frozen=True)
class MatrixPlan:
    """Format and parts.

    Attributes
    ----------
    n_samples : int
        Of the sheet; 0 where it is not known.
    asked : str, optional
        Format that the config names.
    n_asked : int, optional
        Jobs that it names.

    Examples
    --------
    >>> [MatrixPlan(n).format for n in (300, 3_000, 30_000)]
    ['tsv', 'npy', 'none']
    >>> MatrixPlan(120_000, "zarr").tiles
    ['1of6', '2of6', '3of6', '4of6', '5of6', '6of6']
    """

    n_samples: int
    asked: str = ""
    n_asked: int = 0

    @property
    def format(self) -> str:
        """Ending of the file, or none."""
        by_size = {MOST_TEXT: "tsv", MOST_UNASKED: "npy"}
        return self.asked or next((kind for most, kind in by_size.items() if self.n_samples <= most), "none")

    @property
    def megabytes(self) -> int:
        """Give what a job takes at most: libraries, samples of 600 taxa, and text in memory."""
        return round(500 + 0.04 * self.n_samples + (24e-6 * self.n_samples**2 if self.format == "tsv" else 0))

    @property
    def tiles(self) -> list[str]:
        """Give the parts, each a job; none where one job makes the matrix."""
        by_size = ceil((self.n_samples / ONE_JOB) ** 2)  # jobs of as many pairs: time goes with the square
        n = 1 if self.format in ("none", "tsv") else self.n_asked or by_size
        return [f"{i}of{n}" for i in range(1, n + 1)] if n > 1 else []
