"""How the characters of a text file are written down, told from its first bytes."""

from __future__ import annotations

import codecs

__all__ = ["codec_of", "nul_line"]

MARKS = {  # the longer ones first: those of UTF-16 begin those of UTF-32
    codecs.BOM_UTF32_LE: "utf-32", codecs.BOM_UTF32_BE: "utf-32", codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}  # fmt: skip
LOOKED_AT, MOST = (
    4096,
    0.4,
)  # bytes; share of those in every other place that are 0 in a text of Western letters


def codec_of(start: bytes) -> str:
    """Name the encoding of a text by its mark, or, as UTF-16 may lack one, by zeros in every other place.

    >>> codec_of("taxon".encode("utf-32")), codec_of("taxon".encode("utf-16-be")), codec_of(b"taxon")
    ('utf-32', 'utf-16-be', 'utf-8-sig')
    """
    marked = next((codec for mark, codec in MARKS.items() if start.startswith(mark)), None)
    if marked:
        return marked
    even, odd = (start[side:LOOKED_AT:2] for side in (0, 1))
    zeros = [side.count(0) / max(len(side), 1) for side in (even, odd)]
    if max(zeros) > MOST and min(zeros) == 0 and start.count(0) > 1:
        return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"
    return "utf-8-sig"


def nul_line(text: str) -> int:
    r"""Give the line of the first character that no text has, NUL; 0 where there is none.

    >>> nul_line("a\nb\0"), nul_line("a")
    (2, 0)
    """
    at = text.find("\0")
    return text.count("\n", 0, at) + 1 if at >= 0 else 0
