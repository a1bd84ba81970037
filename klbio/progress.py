"""Progress on a terminal, of what takes longer than two seconds; whoever calls klbio from Python is not shown any."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

__all__ = ["DELAY", "over", "shown", "shown_progress"]

DELAY = 2.0  # seconds without a bar
T = TypeVar("T")
_terminals: list[object] = []  # the command line puts its own here


@contextmanager
def shown_progress() -> Iterator[None]:
    """Show progress for a while, if standard error is a terminal."""
    _terminals.append(sys.stderr)
    try:
        yield
    finally:
        _terminals.pop()


def shown() -> bool:
    """Whether progress is shown.

    >>> shown()
    False
    """
    return bool(_terminals) and sys.stderr.isatty()


def over(items: Iterable[T], n: int | None, unit: str, what: str = "") -> Iterable[T]:
    """Go through items, with a bar that says how many are done.

    Parameters
    ----------
    items : iterable
    n : int or None
        How many they are, where that is known.
    unit : str
        What each is.
    what : str
        What is done with them.

    Examples
    --------
    >>> list(over("abc", 3, "letter"))
    ['a', 'b', 'c']
    """
    if not shown():
        return items
    from tqdm import tqdm

    return tqdm(items, what or None, n, unit=unit, delay=DELAY, leave=False)
