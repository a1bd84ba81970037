"""A file opened once: recognised from its first bytes, read on from there."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cached_property
from io import BytesIO
from mmap import ACCESS_READ, mmap
from os import PathLike, scandir, stat_result
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import BinaryIO, cast

from klbio.errors import InputError, StrPath, shorten
from klbio.io.encoding import codec_of, nul_line
from klbio.io.unreadable import LFS_POINTER, no_more_than_a_pointer, no_text, nul, readable

__all__ = ["Source", "TooLargeError"]

GZIP_MAGIC = b"\x1f\x8b"
LINE_END = re.compile(r"\r\n|\n|\r")  # not the other breaks of Unicode, which may stand inside a name
HEAD = 1 << 16  # bytes that tell what a file is
MAX_BYTES = 512 * 1024**2  # of a text, unpacked: a small archive may hold any number of zeros
MAX_PARAMETERS = 64 * 1024**2  # bytes; the largest parameter file of any gene finder we know has 4 MB
MAX_LINES = 1_000_000  # of a sheet or a file of parameters: a line takes far more memory than its bytes
PIECE = 1 << 22  # bytes read at a time: asked for at once, a limit would be set aside in memory


class TooLargeError(InputError):
    """A text has more bytes than are read as one."""


class Source(PathLike[str]):
    r"""A file, or a folder of them, that stands wherever a path does and is opened once.

    What was read of it is kept as long as the source itself.

    Parameters
    ----------
    path : path-like
        It need not be there.

    Examples
    --------
    >>> from klbio.io.files import write_text
    >>> write_text("/tmp/klbio-example.txt", "taxon\ts1\nA\t7\n")
    >>> source = Source("/tmp/klbio-example.txt")
    >>> source.first_lines(1), source.lines
    (['taxon\ts1'], ['taxon\ts1', 'A\t7'])
    """

    def __init__(self, path: StrPath) -> None:
        self._handle: BinaryIO | None = None
        if not isinstance(path, str | PathLike):
            raise InputError.one("path", shorten(path), "the path of a file", "Read one file at a time.")
        self.path = Path(path)
        self._start = b""

    @classmethod
    def of(cls, path: StrPath) -> Source:
        """Give the source of a path, itself if it is one."""
        return path if isinstance(path, Source) else cls(path)

    @classmethod
    def within(cls, place: str, data: bytes) -> Source:
        """Give a file of an archive, unpacked, by its place in words."""
        source = cls(place)
        source.__dict__ |= {"data": data, "_status": None}  # whatever lies under that name
        return source

    @classmethod
    def folder(cls, place: str, files: Mapping[str, Source]) -> Source:
        """Give a folder by its files, as one of an archive."""
        source = cls.within(place, b"")
        source.__dict__["files"] = dict(sorted(files.items()))
        return source

    @property
    def kept(self) -> bytes:
        """Bytes that stand in no file of their own; nothing where the path leads to one."""
        return b"" if self._status is not None else self.__dict__.get("data", b"")

    def __fspath__(self) -> str:
        return str(self.path)

    def __str__(self) -> str:
        return str(self.path)

    def __del__(self) -> None:
        self._close()

    @cached_property
    def _status(self) -> stat_result | None:
        try:
            return self.path.stat()
        except (OSError, ValueError):  # ValueError: a null character within the name
            return None

    @property
    def is_file(self) -> bool:
        """Whether it is a file, and not a folder, a pipe, or nothing."""
        return self._status is not None and S_ISREG(self._status.st_mode)

    def _refuse_pipe(self) -> None:
        """Refuse what can be read only once, or never ends."""
        if (
            self._status is not None
            and not S_ISREG(self._status.st_mode)
            and not S_ISDIR(self._status.st_mode)
        ):
            remedy = "klbio goes through a file more than once: save it to one first."
            raise InputError.one(self.path, "a pipe or a device", "a file", remedy)

    @property
    def size(self) -> int:
        """Bytes of the file as it lies on the disk, or of one within an archive; 0 where there is none."""
        return self._status.st_size if self._status is not None and self.is_file else len(self.kept)

    @cached_property
    def files(self) -> dict[str, Source]:
        """The files of a folder by name, sorted; nothing where it is no folder."""
        if self._status is None or not S_ISDIR(self._status.st_mode):
            return {}
        with scandir(self.path) as inside:
            names = sorted(child.name for child in inside if child.is_file())
        return {name: Source(self.path / name) for name in names}

    @property
    def gzipped(self) -> bool:
        """Whether the file is packed by gzip."""
        return self.peek(2) == GZIP_MAGIC

    @property
    def head(self) -> bytes:
        """The first 64 KB as they lie on the disk."""
        return self.peek(HEAD)

    def peek(self, n_bytes: int) -> bytes:
        """Give the first bytes of the file; nothing where it is none.

        Raises
        ------
        InputError
            If it is a pipe, or cannot be opened.
        """
        if "data" in self.__dict__:
            return self.data[:n_bytes]
        self._refuse_pipe()
        if len(self._start) < min(n_bytes, self.size):
            with readable(self.path):
                handle = self._opened()
                self._start = handle.read(max(n_bytes, HEAD))
                handle.seek(0)
        return self._start[:n_bytes]

    def first_lines(self, n: int) -> list[str]:
        """Look at the first lines of a text file, gzipped or not; nothing where it is no text."""
        return self._first_lines[:n]

    @property
    def unpacked_start(self) -> bytes:
        """The first 64 KB, unpacked where the file is gzipped."""
        if self.gzipped:
            with suppress(zlib.error):  # damaged: what it is cannot be known, and its bytes are no text
                return zlib.decompressobj(wbits=31).decompress(self.head, HEAD)
        return self.head

    @cached_property
    def _first_lines(self) -> list[str]:
        start = self.unpacked_start
        codec = codec_of(start)
        text = start.decode(codec, errors="ignore")
        return [] if "\0" in text else text.splitlines()

    @cached_property
    def data(self) -> bytes:
        """All bytes as they lie on the disk."""
        with readable(self.path), self.stream() as handle:
            return handle.read()

    @cached_property
    def text(self) -> str:
        """A text file in UTF-8, UTF-16 or UTF-32, gzipped or not; every kind of line end has become a newline.

        Raises
        ------
        InputError
            If the file is missing, a folder, a pipe, truncated, damaged, larger than 512 MB, or no such text.
        """
        return self._decoded(MAX_BYTES, "a table", "Give tables of that size as BIOM.")

    def _decoded(self, most: int, what: str, remedy: str = "") -> str:
        data = self._bytes(most, what, remedy)
        try:
            text = data.decode(codec_of(bytes(data[:HEAD])))
        except UnicodeDecodeError as error:
            raise no_text(self.path, data.count(b"\n", 0, error.start) + 1, bytes(data[:8])) from error
        if line := nul_line(text):
            raise nul(self.path, line, bytes(data[:8]))
        if text.startswith(LFS_POINTER):
            raise no_more_than_a_pointer(self.path)
        return LINE_END.sub("\n", text) if "\r" in text else text

    def unpacked_bytes(self, most: int, what: str, remedy: str) -> bytes:
        """Read a file as it is when unpacked, and refuse what has more than `most` bytes."""
        return bytes(self._bytes(most, what, remedy))

    def _bytes(self, most: int, what: str, remedy: str) -> bytearray:
        error = TooLargeError.one(self.path, f"more than {most:,} bytes of text", f"{what} of less", remedy)
        if self.size > most and not self.gzipped:
            raise error
        data = bytearray()
        with readable(self.path), self.unpacked() as handle:
            while piece := handle.read(min(PIECE, most + 1 - len(data))):
                data += piece
                if len(data) > most:
                    raise error
        return data

    @property
    def lines(self) -> list[str]:
        """Lines of the text without their ends; the last end closes the last line."""
        return self.text.removesuffix("\n").split("\n") if self.text else []

    def short_lines(self, what: str) -> list[str]:
        """Give the lines of a text, gzipped or not, that is no table of counts: a sheet, a config, a taxonomy.

        Parameters
        ----------
        what : str
            What the file should be, for the message.

        Raises
        ------
        InputError
            As `text`, and for more than 64 MB or a million lines.
        """
        self._refuse_long(what)
        return self.lines

    def _refuse_long(self, what: str) -> None:
        if "text" not in self.__dict__:
            self.__dict__["text"] = self._decoded(MAX_PARAMETERS, what)
        n_lines = self.text.count("\n")
        if n_lines > MAX_LINES:
            raise InputError.one(self.path, f"{n_lines:,} lines", f"{what} of at most {MAX_LINES:,}")

    def parameters(self, what: str) -> str:
        """Read a text file of parameters, refusing what is too large to be one.

        Parameters
        ----------
        what : str
            What the file should be, for the message.

        Raises
        ------
        InputError
            If the file is missing, larger than 64 MB, of more than a million lines, gzipped, or not text.
        """
        if self.size > MAX_PARAMETERS:
            found = f"{self.size} bytes"
            raise InputError.one(self.path, found, f"{what} of at most {MAX_PARAMETERS} bytes")
        if self.gzipped:
            raise InputError.one(self.path, "a gzipped file", what, "Unpack it with gunzip.")
        self._refuse_long(what)
        return self.text

    def parameter_lines(self, what: str) -> list[str]:
        """Read a text file of parameters as lines; see `parameters`."""
        self.parameters(what)
        return self.lines

    def stream(self) -> BinaryIO:
        """Give the file from its first byte on, for the caller to read and close."""
        if "data" in self.__dict__:
            return BytesIO(self.data)
        handle, self._handle = self._opened(), None
        return handle

    @contextmanager
    def unpacked(self) -> Iterator[BinaryIO]:
        """Give the file from its first byte on, unpacked where it is gzipped."""
        gzipped = self.gzipped
        with self.stream() as handle:
            yield cast(BinaryIO, gzip.GzipFile(fileobj=handle)) if gzipped else handle

    def mapped(self) -> bytes | mmap:
        """Give all bytes for a look, without a copy where the file was not read yet."""
        if "data" in self.__dict__:
            return self.data
        return mmap(self._opened().fileno(), 0, access=ACCESS_READ)

    def _opened(self) -> BinaryIO:
        self._refuse_pipe()
        if self._handle is None:
            self._handle = self.path.open("rb")
        return self._handle

    def _close(self) -> None:
        if self._handle is not None:
            self._handle.close()
