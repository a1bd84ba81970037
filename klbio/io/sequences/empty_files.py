"""Files of reads without a read: a fault of a sample, and the best that a negative control can show."""

from __future__ import annotations

from collections.abc import Sequence

from klbio.design import Sample
from klbio.design.libraries import Lane
from klbio.errors import InputError, StrPath, note
from klbio.io.sequences.packing import unpacked
from klbio.io.source import Source
from klbio.io.unreadable import readable

__all__ = ["filled_lanes", "is_empty", "lanes_of"]

LARGE = 1 << 16  # bytes, as packed, that no empty file has


def is_empty(path: StrPath) -> bool:
    """Whether nothing but line ends stands in a file, packed or not; of one that cannot be read it is not said."""
    source = Source.of(path)
    if source.size >= LARGE:
        return False
    try:
        with readable(path), unpacked(source) as stream:
            return not stream.read(LARGE).strip(b"\r\n")
    except InputError:  # said where it is read
        return False


def lanes_of(sample: Sample) -> tuple[Lane, ...]:
    """Give the lanes of a library that are to be read: of a negative control, those that hold a read.

    Warns
    -----
    InputNote
        Of a negative control without one.
    """
    return filled_lanes(sample.name, sample.lanes) if sample.kind == "negative" else sample.lanes


def filled_lanes(name: str, lanes: Sequence[Lane]) -> tuple[Lane, ...]:
    """Give the lanes of a negative control that hold a read; the warning is that of `lanes_of`."""
    filled = tuple(lane for lane in lanes if not _are_empty(lane))
    if lanes and not filled:
        note(
            lanes[0][0],
            f"negative control {name!r} with no read in its files",
            "counted as a control of 0 reads",
        )
    return filled


def _are_empty(lane: Sequence[StrPath]) -> bool:
    return all(map(is_empty, lane))
