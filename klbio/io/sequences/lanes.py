"""What a lane's files are beside their sequences: layout, packing, and the range of their qualities."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

__all__ = ["LaneFacts"]

LEAST_64, SURE_64, MOST_64 = 59, 80, 105  # bytes: Solexa and early Illumina counted qualities from 64


@dataclass
class LaneFacts:
    """Found out while the files of a lane are read.

    Attributes
    ----------
    layout : str
        ``single``, ``pairs`` (two files) or ``interleaved`` (mates in turn in one).
    packing : list of str
        Of each file: ``gzip``, ``bzip2``, ``xz``, ``zstd`` or ``none``.
    lowest, highest : int
        Of the bytes that stand for qualities; 256 and 0 where there are none.
    """

    layout: str = "single"
    packing: list[str] = field(default_factory=list)
    lowest: int = 256
    highest: int = 0

    def see_qualities(self, qualities: Iterable[str]) -> int:
        """Take note of the qualities of some reads; give the lowest byte."""
        seen = set("".join(qualities))
        if seen:
            self.lowest, self.highest = min(self.lowest, ord(min(seen))), max(self.highest, ord(max(seen)))
        return self.lowest

    @property
    def encoding(self) -> str:
        """From what byte qualities are counted; empty where nothing tells.

        >>> LaneFacts(lowest=66, highest=104).encoding, LaneFacts(lowest=35, highest=73).encoding
        ('Phred+64', 'Phred+33')
        """
        if self.lowest > self.highest:
            return ""
        return "Phred+64" if self.lowest >= LEAST_64 and SURE_64 <= self.highest <= MOST_64 else "Phred+33"
