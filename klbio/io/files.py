"""Opening and replacing files: nothing is ever left half-written."""

from __future__ import annotations

import gzip
import os
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from klbio.errors import InputError, StrPath

__all__ = ["first_lines", "read_lines", "read_text", "readable", "replacing", "split_lines", "write_text"]

GZIP_MAGIC = b"\x1f\x8b"
LINE_END = re.compile(r"\r\n|\n|\r")  # not the other breaks of Unicode, which may stand inside a name
HEAD = 1 << 16  # bytes that tell what a file is
MOST_BYTES = 4 * 1024**3  # of a text, unpacked: a small archive may hold any number of zeros


@contextmanager
def replacing(path: StrPath) -> Iterator[Path]:
    """Yield a temporary path beside `path`; rename it onto `path` only if all went well.

    Examples
    --------
    >>> with replacing("/tmp/klbio-example.txt") as draft:
    ...     _ = draft.write_text("whole or not at all")
    >>> Path("/tmp/klbio-example.txt").read_text()
    'whole or not at all'
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(
        dir=target.parent, prefix=f".{target.name}.", suffix=".part", delete=False
    ) as handle:
        draft = Path(handle.name)
    try:
        yield draft
        draft.chmod(0o666 & ~_umask())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def write_text(path: StrPath, text: str) -> None:
    """Write a UTF-8 text file, whole or not at all."""
    with replacing(path) as draft:
        draft.write_text(text, encoding="utf-8", newline="\n")


def first_lines(path: StrPath, n: int) -> list[str]:
    """Look at the first lines of a text file, gzipped or not; nothing where it is no text."""
    if not Path(path).is_file():
        return []
    with Path(path).open("rb") as raw:
        start = raw.read(HEAD)
    if start.startswith(GZIP_MAGIC):
        with suppress(zlib.error):  # damaged: what it is cannot be told, and its bytes are no text
            start = zlib.decompressobj(wbits=31).decompress(start, HEAD)
    return start.decode("utf-8-sig", errors="ignore").splitlines()[:n] if b"\0" not in start else []


def read_lines(path: StrPath) -> list[str]:
    """Read a UTF-8 text file, gzipped or not, as lines without their ends; see `read_text`."""
    return split_lines(read_text(path))


def split_lines(text: str) -> list[str]:
    r"""Cut a text at its line ends, the last of which ends it.

    >>> split_lines("one\ntwo\n")
    ['one', 'two']
    """
    lines = text.split("\n")
    return lines if lines[-1] else lines[:-1]


def read_text(path: StrPath) -> str:
    """Read a UTF-8 text file, gzipped or not; every kind of line end becomes a newline.

    Raises
    ------
    InputError
        If the file is missing, a folder, truncated, damaged, larger than 4 GB, or not UTF-8 text.
    """
    with readable(path):
        with Path(path).open("rb") as raw:
            gzipped = raw.read(2) == GZIP_MAGIC
        with gzip.open(path, "rb") if gzipped else Path(path).open("rb") as handle:
            data = handle.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise InputError.one(
            path, f"more than {MOST_BYTES:,} bytes of text", "less", "Give tables of that size as BIOM."
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _no_text(path, data[: error.start].count(b"\n") + 1) from error
    return LINE_END.sub("\n", text) if "\r" in text else text


@contextmanager
def readable(path: StrPath) -> Iterator[None]:
    """Say in klbio's words why a text file, gzipped or not, cannot be read."""
    again = "Copy or download it again."
    try:
        yield
    except UnicodeDecodeError as error:
        raise _no_text(path) from error
    except EOFError as error:
        raise InputError.one(path, "a truncated gzip file", "a whole one", again) from error
    except (zlib.error, gzip.BadGzipFile) as error:
        raise InputError.one(path, f"a damaged gzip file ({error})", "a sound one", again) from error
    except OSError as error:
        raise InputError.one(path, error.strerror or str(error), "a readable file") from error


def _no_text(path: StrPath, line: int | None = None) -> InputError:
    return InputError.one(
        path, "bytes that are not UTF-8", "a UTF-8 text file", "Save it as UTF-8 text.", line
    )
