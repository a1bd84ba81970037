"""Files that are one, whatever they are called."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from pathlib import Path

from klbio.errors import Fault, InputError, StrPath
from klbio.io.files import checksum
from klbio.io.sequences.empty_files import is_empty
from klbio.io.sequences.packing import unpacked
from klbio.io.source import Source
from klbio.io.unreadable import readable

__all__ = ["alike_faults", "given_twice", "linked_files", "refuse_twice", "same_files"]

HEAD = 1 << 12  # bytes in which files that are not copies differ
PACKED = {".gz", ".bz2", ".xz", ".zst"}
PIECE = 1 << 20  # bytes of a file that are in memory at a time
REMEDY = "Counted twice, it would look like agreement."


def same_files(name: str, paths: Sequence[StrPath]) -> list[Fault]:
    """List files that are given under two names: links, and copies, packed alike or not; but for empty ones.

    Parameters
    ----------
    name : str
        What messages call the list.
    paths : sequence of path-like
        All of them there.
    """
    files = list(dict.fromkeys(map(Path, paths)))
    linked = _alike(files, _identity)
    known = {file for of in linked for file in of[1:]}
    alike = [[file for file in files if file not in known]]
    for key in (_size, _head, checksum):  # few are read to their ends
        alike = [of for like in alike for of in _alike(like, key)]
    copies = [of for of in alike if not is_empty(of[0])]
    known |= {file for of in copies for file in of[1:]}
    kinds = {"one file": linked, "copies of one file": copies}
    kinds["copies of one file, packed in two ways"] = _repacked([file for file in files if file not in known])
    return [_fault(name, of, what) for what, found in kinds.items() for of in found]


def linked_files(name: str, paths: Sequence[StrPath]) -> list[Fault]:
    """List paths given twice and links to one file, all unread; the parameters are those of `same_files`."""
    linked = _alike(list(dict.fromkeys(map(Path, paths))), _identity)
    return given_twice(name, paths) + [_fault(name, of, "one file") for of in linked]


def given_twice(name: str, paths: Sequence[StrPath]) -> list[Fault]:
    """List paths that stand more than once in a list; the parameters are those of `same_files`.

    >>> [fault.found for fault in given_twice("sheet.tsv", ["a.fq", "b.fq", "a.fq"])]
    ["'a.fq' given 2 times"]
    """
    times = Counter(map(str, paths))
    return [
        Fault(name, f"{path!r} given {n} times", "each file once", REMEDY)
        for path, n in times.items()
        if n > 1
    ]


def refuse_twice(name: str, paths: Sequence[StrPath]) -> None:
    """Refuse paths given twice, and files under two names; the parameters are those of `same_files`.

    Raises
    ------
    InputError
        Naming all of them.
    """
    InputError.raise_any(given_twice(name, paths) or same_files(name, paths))


def alike_faults(name: str, copies: Iterable[Sequence[str]]) -> list[Fault]:
    """List files of the same bytes, where those of each kind are known and none is empty.

    >>> [fault.found for fault in alike_faults("sheet.tsv", [["a.fq"], ["b.fq", "c.fq"]])]
    ["'b.fq' and 'c.fq': copies of one file"]
    """
    return [_fault(name, list(map(Path, of)), "copies of one file") for of in copies if len(of) > 1]


def _alike(files: Sequence[Path], key: Callable[[Path], Hashable]) -> list[list[Path]]:
    """Give the files that have a key in common with others."""
    found: dict[Hashable, list[Path]] = defaultdict(list)
    for file in files:
        found[key(file)].append(file)
    return [of for of in found.values() if len(of) > 1]


def _repacked(files: Sequence[Path]) -> list[list[Path]]:
    """Give the files that are one when unpacked; opened where endings say that some are packed, few to their ends."""
    if len({file.suffix if file.suffix in PACKED else "" for file in files}) < 2:
        return []
    return [of for like in _alike(files, _unpacked_head) for of in _alike(like, _unpacked_sum)]


def _unpacked_head(file: Path) -> bytes | Path:
    """First bytes of what is in a file; of an empty one, and of one that cannot be read, itself."""
    try:
        with readable(file), unpacked(Source.of(file)) as stream:
            return stream.read(HEAD).strip(b"\r\n") or file
    except InputError:  # said where it is read
        return file


def _unpacked_sum(file: Path) -> str | Path:
    digest = hashlib.sha256()
    try:
        with readable(file), unpacked(Source.of(file)) as stream:
            while piece := stream.read(PIECE):
                digest.update(piece)
    except InputError:  # said where it is read
        return file
    return digest.hexdigest()


def _identity(file: Path) -> tuple[int, int]:
    """What tells a file from others, whatever links lead to it."""
    status = file.stat()
    return status.st_dev, status.st_ino


def _size(file: Path) -> int:
    return file.stat().st_size


def _head(file: Path) -> bytes:
    with file.open("rb") as handle:
        return handle.read(HEAD)


def _fault(name: str, files: Sequence[Path], what: str) -> Fault:
    shown = " and ".join(f"{str(file)!r}" for file in files[:2])
    more = f" and {len(files) - 2} more" if len(files) > 2 else ""
    return Fault(name, f"{shown}{more}: {what}", "each file once", REMEDY)
