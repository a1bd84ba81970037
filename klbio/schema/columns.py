"""What a column of a result table holds: its kind, its unit, and what it means."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, ClassVar, Union, get_args, get_origin

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Column", "Count", "Flag", "Kind", "Number", "PValue", "Text", "flag_words"]

WORDS = {True: "yes", False: "no"}


class Kind(ABC):
    """What all columns of one kind share; stands beside the type of a field in ``Annotated``."""

    name: ClassVar[str]
    meaning: str
    heading: str

    @property
    def scale(self) -> str:
        """Unit of the numbers; empty where there is none."""
        return ""

    @abstractmethod
    def typed(self, values: pd.Series, optional: bool) -> pd.Series:
        """Give the values in the type that the kind has in memory; `ValueError` where they have none."""

    def strange(self, values: pd.Series) -> pd.Series:
        """Mark typed values that the kind does not allow."""
        return values.isna() & False


@dataclass(frozen=True)
class Text(Kind):
    """A name or words; never missing, but empty where there is nothing to say.

    Parameters
    ----------
    meaning : str
    values : tuple of str
        All that can stand there, where that is known beforehand.
    prose : bool
        Whether it is sentences.
    heading : str
        What the column is called on a page, where its name does not do.
    """

    meaning: str
    values: tuple[str, ...] = ()
    prose: bool = False
    heading: str = ""
    name: ClassVar[str] = "text"

    def typed(self, values: pd.Series, optional: bool) -> pd.Series:
        """Give words as they are, empty ones for those missing; numbers are refused."""
        if values.dtype == "str":  # of pandas 3: nothing else can be in it
            return values.fillna("")
        words = values.astype(object).where(values.notna(), "")
        if not all(issubclass(kind, str) for kind in set(map(type, words))):
            raise ValueError("other things than text")
        return words.astype(str)

    def strange(self, values: pd.Series) -> pd.Series:
        """Mark words that are none of `values`."""
        return ~values.isin(["", *self.values]) if self.values else super().strange(values)


@dataclass(frozen=True)
class Number(Kind):
    """A measured or computed number.

    Parameters
    ----------
    unit : str
        Empty where it has none.
    meaning : str
    heading : str
        As in `Text`.
    """

    unit: str
    meaning: str
    heading: str = ""
    name: ClassVar[str] = "number"

    @property
    def scale(self) -> str:
        """Unit of the numbers."""
        return self.unit

    def typed(self, values: pd.Series, optional: bool) -> pd.Series:
        """Give doubles; whole numbers stay so where none is missing."""
        if values.dtype.kind in "iu":
            return values
        if values.dtype.kind == "b":
            raise ValueError("yes and no instead of numbers")
        return values.astype("float64")


@dataclass(frozen=True)
class Count(Kind):
    """How many there are of something.

    Parameters
    ----------
    meaning : str
    of : str
        What is counted, in the plural.
    heading : str
        As in `Text`.
    """

    meaning: str
    of: str = ""
    heading: str = ""
    name: ClassVar[str] = "count"

    @property
    def scale(self) -> str:
        """What is counted."""
        return self.of

    def typed(self, values: pd.Series, optional: bool) -> pd.Series:
        """Give whole numbers, or doubles where some may be missing."""
        numbers = Number("", "").typed(values, optional)
        return numbers if optional or numbers.isna().any() else numbers.astype("int64")

    def strange(self, values: pd.Series) -> pd.Series:
        """Mark what is below zero or no whole number."""
        return values.notna() & ((values < 0) | (values % 1 != 0))


@dataclass(frozen=True)
class Flag(Kind):
    """Yes or no: a boolean in memory, a word in the file, nothing where it is not known.

    Parameters
    ----------
    meaning : str
    heading : str
        As in `Text`.
    """

    meaning: str
    heading: str = ""
    name: ClassVar[str] = "flag"

    def typed(self, values: pd.Series, optional: bool) -> pd.Series:
        """Give booleans, with `pandas.NA` where some may be missing."""
        if not values.dropna().isin([True, False]).all():
            raise ValueError("other things than yes and no")
        flags = values.astype("boolean")
        return flags if optional or flags.isna().any() else flags.astype(bool)

    def read(self, words: pd.Series) -> pd.Series:
        """Give flags back from their words; `ValueError` where there are others."""
        if not words.dropna().isin([*WORDS.values(), ""]).all():
            raise ValueError("other words than yes and no")
        return words.map({word: flag for flag, word in WORDS.items()})


def flag_words(flags: pd.Series) -> pd.Series:
    """Give flags as the words that stand in a file."""
    return flags.astype(object).map(WORDS).fillna("")


@dataclass(frozen=True)
class PValue(Kind):
    """A probability under a null hypothesis.

    Parameters
    ----------
    meaning : str
    heading : str
        As in `Text`.
    """

    meaning: str
    heading: str = ""
    name: ClassVar[str] = "p"

    @property
    def scale(self) -> str:
        """A p is a probability."""
        return "probability"

    def typed(self, values: pd.Series, optional: bool) -> pd.Series:
        """Give doubles."""
        return Number("", "").typed(values, optional).astype("float64")

    def strange(self, values: pd.Series) -> pd.Series:
        """Mark what is no probability."""
        return values.notna() & ~values.between(0.0, 1.0)


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    name : str
        In the header.
    kind : Kind
    optional : bool
        Whether a value may be missing.
    whole : bool
        Whether its numbers are whole.
    """

    name: str
    kind: Kind
    optional: bool = False
    whole: bool = False

    @classmethod
    def of(cls, name: str, hint: object) -> Column:
        """Read a field's ``Annotated[type, kind]``, alone or in a union with None.

        >>> Column.of("arm", Annotated[str, Text("the arm")]).kind.name
        'text'
        >>> Column.of("time", Annotated[float, Number("days", "when")] | None).optional
        True
        """
        if get_origin(hint) is Annotated:
            inner, kind = get_args(hint)[:2]
            types = get_args(inner) or (inner,)
            return cls(name, kind, NoneType in types, int in types)
        if get_origin(hint) in (Union, UnionType):
            (inner,) = (part for part in get_args(hint) if part is not NoneType)
            return replace(cls.of(name, inner), optional=True)
        raise TypeError(f"{name}: no kind stands beside its type")

    @property
    def unit(self) -> str:
        """Of its numbers; empty where there is none."""
        return self.kind.scale

    @property
    def meaning(self) -> str:
        """What it says, in a sentence."""
        return self.kind.meaning

    @property
    def heading(self) -> str:
        """What it is called on a page.

        >>> Column("floor_bits", Number("bits", "...")).heading
        'floor (bits)'
        """
        if self.kind.heading:
            return self.kind.heading
        stem = self.name.removesuffix("_bits").replace("_", " ")
        return f"{stem} (bits)" if self.name.endswith("_bits") else stem

    @property
    def prose(self) -> bool:
        """Whether it holds sentences."""
        return isinstance(self.kind, Text) and self.kind.prose
