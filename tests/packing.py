"""Packed files that are the same on every day: the time that gzip writes into them is chosen."""

import gzip

__all__ = ["CR", "gzipped"]

CR = int.from_bytes(
    b"\r" * 4
)  # a time whose bytes are line ends: a reader that looks at packed bytes sees text


def gzipped(data: bytes, when: int = CR) -> bytes:
    """Pack as `gzip.compress`, with any time for that of the clock."""
    return gzip.compress(data, mtime=when)
