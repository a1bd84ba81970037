"""Files that need not be here yet: they lie in a storage, and are fetched when a job starts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

__all__ = ["Elsewhere", "anywhere", "called", "copies_called", "is_address", "nowhere"]

Elsewhere = Callable[[str], bool]
NAMES: dict[
    str, str
] = {}  # of this process: how paths of copies begin, and how the names of what they are copies of


def nowhere(_name: str) -> bool:
    """Say of no file that it may be elsewhere: it must be here."""
    return False


def anywhere(_name: str) -> bool:
    """Say of every file that it may be elsewhere: a job is handed it under another path."""
    return True


def is_address(name: str) -> bool:
    """Whether a name is an address, such as of an object store.

    >>> is_address("s3://bucket/S1_R1.fastq.gz"), is_address("fastq/S1_R1.fastq.gz")
    (True, False)
    """
    return "://" in name


@contextmanager
def copies_called(names: Mapping[str, str]) -> Iterator[None]:
    """Call copies that a job was handed by what they are copies of, in every table and message.

    Where a copy lies is the storage's business, and no result may hang on it.

    Parameters
    ----------
    names : mapping of str to str
        How the paths of copies begin, and how names begin instead.

    Examples
    --------
    >>> with copies_called({".snakemake/storage/s3/": "s3://"}):
    ...     called("no sample in .snakemake/storage/s3/bucket/table.tsv")
    'no sample in s3://bucket/table.tsv'
    """
    before = dict(NAMES)
    NAMES.update(names)
    try:
        yield
    finally:
        NAMES.clear()
        NAMES.update(before)


def called(text: str) -> str:
    """Give a text with copies called by what they are copies of."""
    for start in sorted(NAMES, key=len, reverse=True):  # a longer one says more
        text = text.replace(start, NAMES[start])
    return text
