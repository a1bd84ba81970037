"""What may go wrong with what klbio was given.

A message says *where*, *what was found*, *what was expected* and *what to do*.
All faults of one input are collected and raised together, so that a user mends
a file once.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from numbers import Integral, Real
from os import PathLike, fspath
from types import FrameType
from typing import TypeVar

__all__ = [
    "MAX_FAULTS",
    "MORE_MEMORY",
    "Fault",
    "Faults",
    "InputError",
    "InputNote",
    "InputWarning",
    "KlbioError",
    "StrPath",
    "add_fault",
    "first_faults",
    "is_number",
    "listed",
    "note",
    "notify",
    "say_again",
    "shorten",
    "whole_number_faults",
]

PACKAGE = __name__.split(".")[0]
StrPath = str | PathLike[str]
MAX_ALIKE = 5  # of one kind in one file that have a line each; more of them share one
SHOWN = 3  # of many alike, as they are
MAX_FAULTS = 20  # of one kind in one file: enough to mend it
MAX_WORDS = 500  # letters of a part of a message: a file may hold a name of millions
MORE_MEMORY = "Ask for more, or lift the limit of the shell (ulimit -v) or of the queue."
T = TypeVar("T")


class KlbioError(Exception):
    """A problem with what klbio was given, not with klbio."""


@dataclass(frozen=True)
class Fault:
    """One thing wrong with an input.

    Parameters
    ----------
    path : path-like
        The file (or the name of the argument) at fault.
    found, expected, remedy : str
        What stands there, what should, and what to do about it.
    line : int, optional
        Line in the file, counted from 1.
    more : int
        How many more there are, which are not listed.
    """

    path: StrPath
    found: str
    expected: str
    remedy: str = ""
    line: int | None = None
    more: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "path", fspath(self.path))  # so that a fault found twice is one
        for part in ("found", "expected", "remedy"):
            if len(text := getattr(self, part)) > MAX_WORDS:
                object.__setattr__(self, part, f"{text[: MAX_WORDS - 3]}...")

    def __str__(self) -> str:
        place = f"{self.path}, line {self.line}" if self.line else str(self.path)
        more = f" {self.more:,} more faults of this file are not listed." if self.more else ""
        remedy = f" {self.remedy}" if self.remedy else ""
        return f"{place}: {self.found}; expected {self.expected}.{remedy}{more}"


class InputError(KlbioError):
    """Every fault found in one input, one per line of the message; many of one kind share a line.

    Examples
    --------
    >>> raise InputError([Fault("gut.tsv", "'3.2' reads", "a whole number", line=14)])
    Traceback (most recent call last):
        ...
    klbio.errors.InputError: gut.tsv, line 14: '3.2' reads; expected a whole number.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(_lines(self.faults)))

    @classmethod
    def one(
        cls, path: StrPath, found: str, expected: str, remedy: str = "", line: int | None = None
    ) -> InputError:
        """Make the error of a single fault."""
        return cls([Fault(path, found, expected, remedy, line)])

    @classmethod
    def raise_any(cls, faults: Sequence[Fault]) -> None:
        """Raise if there is at least one fault."""
        if faults:
            raise cls(faults)


def _lines(faults: Iterable[Fault]) -> Iterator[str]:
    """Say each fault in a line, and many that are alike but for what was found in one."""
    kinds: dict[tuple[StrPath, str, str], list[Fault]] = {}
    for fault in faults:
        kinds.setdefault((fault.path, fault.expected, fault.remedy), []).append(fault)
    for alike in kinds.values():
        yield from map(str, alike) if len(alike) <= MAX_ALIKE else [_in_one(alike)]


def _in_one(alike: Sequence[Fault]) -> str:
    """Say many faults of one kind: the first few as they are, how many more, and their lines."""
    first, rest = alike[:SHOWN], alike[SHOWN:]
    found = "; ".join(f"line {fault.line}: {fault.found}" if fault.line else fault.found for fault in first)
    lines = [str(fault.line) for fault in rest if fault.line]
    unlisted = sum(fault.more for fault in alike)
    listing = (
        f" (lines {', '.join(lines[:MAX_FAULTS])}{', ...' if len(lines) > MAX_FAULTS or unlisted else ''})"
    )
    more = f"{len(rest) + unlisted:,} more of this kind{listing if lines else ''}"
    return str(replace(first[0], found=found[: MAX_WORDS - len(more) - 6] + f"; and {more}", line=None))


def first_faults(faults: Iterable[Fault]) -> list[Fault]:
    """Keep the first of many faults of a file, enough to mend it, and count the others.

    >>> found = first_faults(Fault("gut.tsv", f"field {i}", "a number") for i in range(25))
    >>> len(found), found[-1].more
    (20, 5)
    """
    kept: list[Fault] = []
    for fault in faults:
        add_fault(kept, fault)
    return kept


def add_fault(faults: list[Fault], fault: Fault) -> None:
    """Add a fault to those of a file; from the first twenty on it is counted, in the last of them."""
    if len(faults) < MAX_FAULTS:
        faults.append(fault)
    else:
        faults[-1] = replace(faults[-1], more=faults[-1].more + 1)


class InputWarning(UserWarning):
    """Something to know of an input that stops nothing: what was found in it, and what was done about that.

    Examples
    --------
    >>> print(InputWarning("gut.tsv", "column 'taxonomy' holds text", "taken for the lineages of the taxa"))
    gut.tsv: column 'taxonomy' holds text; taken for the lineages of the taxa.
    """

    def __init__(
        self, path: StrPath, found: str, done: str, remedy: str = "", line: int | None = None
    ) -> None:
        self.fault = Fault(path, found, done, remedy, line)
        place = f"{self.fault.path}, line {line}" if line else str(self.fault.path)
        super().__init__(f"{place}: {found}; {done}." + (f" {remedy}" if remedy else ""))


class InputNote(InputWarning):
    """A warning that leaves no doubt: what was done is a rule of klbio or what the user chose, and is said to be known.

    Dates are taken as days, samples that the sheet does not name are left out.  `--strict` does not refuse it.
    """


def note(path: StrPath, found: str, done: str, remedy: str = "", line: int | None = None) -> None:
    """Say what leaves no doubt of an input; the parameters are those of `notify`."""
    _warn(InputNote(path, found, done, remedy, line))


def notify(path: StrPath, found: str, done: str, remedy: str = "", line: int | None = None) -> None:
    """Warn of something in an input that stops nothing, and may be wrong.

    Parameters
    ----------
    path, found, remedy, line
        As of a `Fault`.
    done : str
        What klbio did about it.
    """
    _warn(InputWarning(path, found, done, remedy, line))


def say_again(caught: Iterable[warnings.WarningMessage]) -> None:
    """Say what was held back by `warnings.catch_warnings(record=True)`."""
    for warning in caught:
        if isinstance(warning.message, InputWarning):
            _warn(warning.message)
        else:
            warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)


def _module(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__") or "")


def _warn(warning: InputWarning) -> None:
    """Warn at the line outside of klbio from which it was called.

    A Snakefile is a module without a name, and Python drops what is warned of there: then it is klbio's own line.
    """
    frame, level = sys._getframe(), 1
    while (above := frame.f_back) and _module(above) and _module(frame).split(".")[0] == PACKAGE:
        frame, level = above, level + 1
    warnings.warn(warning, stacklevel=level)


class Faults:
    """The faults of several inputs, gathered so that they are raised together.

    Examples
    --------
    >>> faults = Faults()
    >>> faults.gather(lambda: InputError.raise_any([Fault("gut.tsv", "no table", "a table")]))
    >>> faults.gather(lambda: "what was read")
    'what was read'
    >>> faults.raise_any()
    Traceback (most recent call last):
        ...
    klbio.errors.InputError: gut.tsv: no table; expected a table.
    """

    def __init__(self) -> None:
        self.found: list[Fault] = []

    def gather(self, step: Callable[[], T]) -> T | None:
        """Run a step; where the input is at fault, keep the faults and give nothing."""
        try:
            return step()
        except InputError as error:
            self.found += error.faults
            return None

    def raise_any(self) -> None:
        """Raise all faults that were gathered, each once."""
        InputError.raise_any(list(dict.fromkeys(self.found)))


def shorten(value: object, width: int = 80) -> str:
    """Show a value by its repr, cut to `width` characters.

    >>> shorten("x" * 100, 12)
    "'xxxxxxxx..."
    """
    text = repr(value)
    return text if len(text) <= width else text[: width - 3] + "..."


def listed(values: Iterable[object], most: int = 3) -> str:
    """List the first few values and count the others.

    >>> listed(["a", "b", "c", "d", "e"])
    "'a', 'b', 'c' and 2 more"
    """
    items = [shorten(value) for value in values]
    tail = f" and {len(items) - most:,} more" if len(items) > most else ""
    return ", ".join(items[:most]) + tail


def whole_number_faults(name: str, value: object, least: int, expected: str = "") -> list[Fault]:
    """Say what is wrong with an argument that has to be a whole number, not too small.

    >>> [str(fault) for fault in whole_number_faults("seed", "x", 0) + whole_number_faults("seed", -1, 0)]
    ["seed: 'x'; expected a whole number.", 'seed: -1; expected 0 or more.']
    """
    if not isinstance(value, Integral):
        return [Fault(name, shorten(value), "a whole number")]
    return [Fault(name, str(value), expected or f"{least} or more")] if int(value) < least else []


def is_number(value: object, whole: bool = False) -> bool:
    """Whether an argument is a number, or a whole one, of Python or of numpy.

    >>> is_number(2.5), is_number(2.5, whole=True), is_number("2")
    (True, False, False)
    """
    return isinstance(value, Integral if whole else Real)
