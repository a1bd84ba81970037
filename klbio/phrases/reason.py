"""What the maths has to report, as a kind of reason with its numbers and names, and how it is said."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass

__all__ = ["CannotTell", "Reason", "notes", "say"]


class Reason(ABC):
    """Something to report: a frozen dataclass of the numbers and names that it rests on.

    A new one is a subclass in a module of this room, with the sentence beside its fields; `shift` and `models`
    make it, and compose no words themselves.
    """

    __slots__ = ()

    @property
    def code(self) -> str:
        """Short name of this kind of reason.

        >>> CannotTell.code.fget(CannotTell.__new__(CannotTell))
        'cannot_tell'
        """
        return re.sub(r"(?<!^)(?=[A-Z])", "_", type(self).__name__).lower()

    @abstractmethod
    def sentence(self) -> str:
        """Say it."""


@dataclass(frozen=True, slots=True)
class CannotTell(Reason):
    """No number can be given, and why."""

    why: Reason

    def sentence(self) -> str:
        """Say it, the obstacle last."""
        return f"cannot tell: {self.why.sentence()}"


def say(*reasons: Reason | None) -> str:
    """Say some reasons one after the other; None says nothing."""
    return " ".join(reason.sentence() for reason in reasons if reason is not None)


def notes(*reasons: Reason | str | None) -> str:
    """Say some reasons that are no whole sentences, or were said before, in one."""
    said = (reason.sentence() if isinstance(reason, Reason) else reason for reason in reasons)
    return "; ".join(filter(None, said))
