"""What tells one state of an input from another, whenever it was written."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from klbio.errors import StrPath
from klbio.io.files import checksum

__all__ = ["MAX_HASHED", "size_of", "state_of"]

MAX_HASHED = 100_000_000  # bytes, a fifth of a second: where a workflow starts, nobody waits for more


@lru_cache
def state_of(path: StrPath, max_hashed: int = MAX_HASHED) -> str:
    """Give the checksum of a file or of all in a folder; of large ones the sizes.

    A file that takes another's place with its own, older date (``mv``, ``cp -p``, ``rsync -a``) is no newer than the
    results, which is all that Snakemake asks of files: as a parameter of a rule this makes it news.

    Parameters
    ----------
    path : path-like
    max_hashed : int
        Bytes above which nothing but sizes is looked at.

    Returns
    -------
    str
        Empty where there is nothing.

    Examples
    --------
    >>> Path("/tmp/klbio-example.txt").write_text("acgt")
    4
    >>> state_of("/tmp/klbio-example.txt", max_hashed=3)
    '.: 4 bytes'
    """
    place = Path(path)
    inside = sorted(place.rglob("*")) if place.is_dir() else [place]
    files = [one for one in inside if one.is_file()]
    few = sum(map(size_of, files)) <= max_hashed
    said = {one.relative_to(place): checksum(one) if few else f"{size_of(one)} bytes" for one in files}
    return ", ".join(f"{name}: {state}" for name, state in said.items())


def size_of(path: StrPath) -> int:
    """Give the bytes of a file; none where there is no file.

    >>> size_of("/no/such/file")
    0
    """
    place = Path(path)
    return place.stat().st_size if place.is_file() else 0
