"""Why a file cannot be read, in klbio's words."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from klbio.errors import MORE_MEMORY, InputError, StrPath

__all__ = [
    "AGAIN",
    "BINARY",
    "LFS_POINTER",
    "damaged_gzip",
    "no_more_than_a_pointer",
    "no_text",
    "nul",
    "readable",
]

AGAIN = "Copy or download it again."
BINARY = {
    b"PK\x03\x04": "a zip archive or a workbook",
    b"\x89HDF": "HDF5 (BIOM 2.1, AnnData)",
    b"%PDF": "a PDF",
    b"\xd0\xcf\x11\xe0": "an old file of Office",
    b"BAM\1": "aligned reads (BAM)",
    b"\x89PNG": "an image",
}
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


def _binary(path: StrPath, start: bytes) -> InputError | None:
    """Say what a binary file is that was taken for a text; None where its first bytes do not tell."""
    found = next((what for magic, what in BINARY.items() if start.startswith(magic)), None)
    return InputError.one(path, found, "a text file", "Export the text, or unpack it.") if found else None


def no_text(path: StrPath, line: int | None = None, start: bytes = b"") -> InputError:
    """Say where bytes stand that are no text; or what the file is by its first bytes."""
    return _binary(path, start) or InputError.one(
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


def nul(path: StrPath, line: int, start: bytes = b"") -> InputError:
    """Say where a character stands that no text has; or what the file is by its first bytes."""
    return _binary(path, start) or InputError.one(
        path, "a NUL character, which no text has", "a text file",
        "Export or copy it again; or take them away: tr -d '\\000' < FILE > CLEAN.", line,
    )  # fmt: skip
