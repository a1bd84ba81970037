"""What JSON and YAML can hold, as types: their readers promise nothing more; and a key given twice is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from klbio.errors import InputError, StrPath, shorten
from klbio.io.unreadable import AGAIN

__all__ = ["Json", "JsonObject", "as_list", "as_whole", "each_once"]

Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"
JsonObject: TypeAlias = Mapping[str, Json]


def each_once(path: StrPath) -> Callable[[list[tuple[str, Json]]], JsonObject]:
    """Give what makes an object of its keys and values, and refuses a key given twice: Python takes the last."""

    def made(pairs: list[tuple[str, Json]]) -> JsonObject:
        whole = dict(pairs)
        if len(whole) < len(pairs):
            names = [key for key, _ in pairs]
            twice = next(key for key in whole if names.count(key) > 1)
            raise InputError.one(
                path, f"the key {shorten(twice, 60)} twice in one object", "each key once", AGAIN
            )
        return whole

    return made


def as_whole(value: Json) -> int:
    """Give a whole number.

    Raises
    ------
    TypeError
        If it is none.
    """
    if type(value) is not int:
        raise TypeError("no whole number")
    return value


def as_list(value: Json) -> Sequence[Json]:
    """Give a list.

    Raises
    ------
    TypeError
        If it is none.
    """
    if not isinstance(value, list):
        raise TypeError("no list")
    return value
