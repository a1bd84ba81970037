"""Words that cannot be written, as on a full disk or where standard error was closed, change no exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedWriter, FileIO, TextIOWrapper
from typing import TextIO

from klbio.errors import StrPath
from klbio.io.unfailing import Unfailing

__all__ = ["rule_log", "unheard_stderr"]

STDERR = 2  # its handle


def _text(raw: FileIO, encoding: str) -> TextIOWrapper:
    """Give a line at once to whom it is for."""
    return TextIOWrapper(BufferedWriter(raw), encoding, errors="backslashreplace", line_buffering=True)


@contextmanager
def unheard_stderr() -> Iterator[None]:
    """For a while, let go of what standard error cannot take: a fault ends in 2 though nobody can be told.

    Standard error that Python was given none of (``2>&-``) takes nothing; one that was replaced, as by a notebook,
    stays as it is.
    """
    before = sys.stderr
    if before is None:
        unheard = _text(Unfailing(os.devnull, "w"), "utf-8")
    elif _is_systems(before):
        before.flush()
        unheard = _text(Unfailing(STDERR, "w", closefd=False), before.encoding)
    else:
        yield
        return
    sys.stderr = unheard
    try:
        yield
    finally:
        sys.stderr = before
        unheard.close()


def _is_systems(stream: TextIO) -> bool:
    try:
        return stream.fileno() == STDERR
    except (OSError, AttributeError, ValueError):  # a stream of letters, without a file; closed
        return False


@contextmanager
def rule_log(path: StrPath) -> Iterator[TextIO]:
    """Open the log of a rule; where it cannot be written, whatever ends the rule is said all the same.

    Raises
    ------
    OSError
        Naming the log, if nothing else ended the rule: what it says would be lost.
    """
    raw = Unfailing(path, "w")
    with _text(raw, "utf-8") as log:
        yield log
    if raw.fault is not None:
        raise OSError(raw.fault.errno, raw.fault.strerror, str(path))
