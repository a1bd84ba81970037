"""Files whose writer cannot be told that a write failed: it is told that all is well, and the reason is kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedRandom, FileIO
from typing import TYPE_CHECKING

from klbio.errors import StrPath

if TYPE_CHECKING:
    import h5py
    from _typeshed import ReadableBuffer

__all__ = ["Unfailing", "hdf5_written"]


class Unfailing(FileIO):
    """A file; what it cannot take is let go.

    Attributes
    ----------
    fault : OSError or None
        Why a write failed first.
    """

    fault: OSError | None = None

    def write(self, data: ReadableBuffer) -> int:
        """Write what can be written, and say that all was."""
        try:
            return super().write(data) or 0
        except OSError as error:
            self.fault = self.fault or error
            return memoryview(data).nbytes

    def truncate(self, size: int | None = None) -> int:
        """Cut or extend it, or say so."""
        try:
            return super().truncate(size)
        except OSError as error:
            self.fault = self.fault or error
            return size or 0


@contextmanager
def hdf5_written(path: StrPath, *, track_order: bool = False) -> Iterator[h5py.File]:
    """Open an HDF5 file to be written, its members in the order in which they come where `track_order` says so.

    HDF5 crashes the process where it cannot close a file because the disk is full, even when its fault was caught; so
    it closes it in the belief that all was written, and what went wrong is raised then.

    Raises
    ------
    OSError
        Why something could not be written, once all else is done.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder, hdf5_written(f"{folder}/example.h5") as handle:
    ...     handle.attrs["type"] = "an example"
    """
    import h5py

    raw = Unfailing(path, "w+")
    try:
        with BufferedRandom(raw) as file, h5py.File(file, "w", track_order=track_order) as handle:
            yield handle
    finally:
        if raw.fault is not None:  # and whatever came of that
            raise raw.fault
