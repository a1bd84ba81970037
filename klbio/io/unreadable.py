"""Why a file cannot be read, in klbio's words."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from klbio.errors import MORE_MEMORY, InputError, StrPath

__all__ = ["AGAIN", "LFS_POINTER", "damaged_gzip", "no_more_than_a_pointer", "no_text", "nul", "readable"]

AGAIN = "Copy or download it again."
LFS_POINTER = "version https://git-lfs.github.com/spec/"  # begins what stands for a file not fetched


@contextmanager
def readable(path: StrPath) -> Iterator[None]:
    """Say in klbio's words why a text file, gzipped or not, cannot be read."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise no_text(path) from error
    except EOFError as error:
        raise InputError.one(path, "a truncated gzip file", "a whole one", AGAIN) from error
    except (zlib.error, gzip.BadGzipFile) as error:
        raise damaged_gzip(path, error) from error
    except OSError as error:
        raise InputError.one(path, error.strerror or str(error), "a readable file") from error
    except MemoryError as error:
        raise InputError.one(path, "more than the memory can hold", "a smaller file", MORE_MEMORY) from error


def damaged_gzip(path: StrPath, error: Exception) -> InputError:
    """Name what an unpacker stumbled on."""
    return InputError.one(path, f"a damaged gzip file ({error})", "a sound one", AGAIN)


def no_text(path: StrPath, line: int | None = None) -> InputError:
    """Say where bytes stand that are no text."""
    return InputError.one(
        path,
        "bytes that are not UTF-8",
        "a UTF-8 text file",
        "Save it as UTF-8 text (Excel: CSV UTF-8, or Unicode Text).",
        line,
    )


def no_more_than_a_pointer(path: StrPath) -> InputError:
    """Say that Git LFS has not fetched a file."""
    found = "a pointer of Git LFS, which stands for the file"
    return InputError.one(path, found, "the file itself", "Fetch it: git lfs pull.")


def nul(path: StrPath, line: int) -> InputError:
    """Say where a character stands that no text has."""
    return InputError.one(
        path, "a NUL character, which no text has", "a text file",
        "Export or copy it again; or take them away: tr -d '\\000' < FILE > CLEAN.", line,
    )  # fmt: skip
