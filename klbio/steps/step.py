"""A step made of a noun: called with the noun's fields by name, written for the noun."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

__all__ = ["takes"]

P = ParamSpec("P")
Noun = TypeVar("Noun")
R = TypeVar("R")


def takes(noun: Callable[P, Noun]) -> Callable[[Callable[[Noun], R]], Callable[P, R]]:
    """Let a function of a noun be called with what the noun is made of.

    `inspect.signature` gives the noun's fields and defaults, so that they stand in one place: for Python, for
    the command line and for the rules of the workflow.

    Parameters
    ----------
    noun : type
        A dataclass, or what makes one.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> from inspect import signature
    >>> @dataclass(frozen=True, kw_only=True)
    ... class Greeting:
    ...     who: str
    ...     word: str = "Hello"
    >>> @takes(Greeting)
    ... def greet(greeting):
    ...     print(f"{greeting.word}, {greeting.who}!")
    >>> greet(who="Ann")
    Hello, Ann!
    >>> list(signature(greet).parameters)
    ['who', 'word']
    """

    def of_noun(step: Callable[[Noun], R]) -> Callable[P, R]:
        """Give the step as it is called."""

        @wraps(noun, assigned=(), updated=())  # its signature is what counts
        @wraps(step)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            """Make the noun, and run the step with it."""
            return step(noun(*args, **kwargs))

        return run

    return of_noun
