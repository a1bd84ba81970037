"""A table of results: its columns declared once, by the class of its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import MISSING, dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar, cast, get_type_hints

from klbio.errors import listed
from klbio.schema.columns import Column, Flag, Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Row", "SchemaError", "Table", "columns_of", "named", "rows"]

SHOWN = 12  # columns named in a message


class SchemaError(TypeError):
    """A frame that does not match its table: a mistake of the program, not of its input."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A row of some table; each field is a column, with its kind beside its type."""


R = TypeVar("R", bound=Row)
T = TypeVar("T")
V = TypeVar("V")


class _Names:
    """Stands in for a row whose columns are asked for by name."""

    def __getattribute__(self, name: str) -> str:
        return name


def named(row: type[T], columns: Callable[[T], tuple[object, ...]]) -> tuple[str, ...]:
    """Give the names of columns written as attributes of a row, which a type checker can see.

    >>> from klbio.schema import PairRow
    >>> named(PairRow, lambda row: (row.subject, row.floor_bits))
    ('subject', 'floor_bits')
    """
    return tuple(map(str, columns(cast("T", _Names()))))


def columns_of(row: type[Row], **columns: V) -> dict[str, V]:
    """Give columns by name, each one that a class of rows has.

    Raises
    ------
    SchemaError
        If it has no such column.

    Examples
    --------
    >>> from klbio.schema import PairRow
    >>> columns_of(PairRow, subject=["S1", "S2"], n_before=[3, 4])
    {'subject': ['S1', 'S2'], 'n_before': [3, 4]}
    """
    known = {field.name for field in fields(row)}
    unknown = [name for name in columns if name not in known]
    _refuse(row.__name__, [f"unknown column {listed(unknown)}"] if unknown else [])
    return columns


def _columns(row: type[Row]) -> tuple[Column, ...]:
    hints = get_type_hints(row, include_extras=True)
    return tuple(Column.of(field.name, hints[field.name]) for field in fields(row))


@dataclass(frozen=True)
class Table:
    """A table by name.

    Parameters
    ----------
    name : str
        Of its file, without the ending.
    row : type of Row
        Class of its rows.
    extra : str
        What other columns may follow; empty where there can be none.
    """

    name: str
    row: type[Row]
    extra: str = ""

    @property
    def meaning(self) -> str:
        """What the rows are, in a sentence."""
        return (self.row.__doc__ or "").partition("\n")[0]

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """Columns in the order of the file."""
        return _columns(self.row)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(column.name for column in self.columns)

    @property
    def text(self) -> frozenset[str]:
        """Columns of names and words."""
        return frozenset(column.name for column in self.columns if isinstance(column.kind, Text))

    @cached_property
    def flags(self) -> dict[str, Flag]:
        """Columns of yes and no."""
        return {column.name: column.kind for column in self.columns if isinstance(column.kind, Flag)}

    def column(self, name: str) -> Column | None:
        """Look a column up; None where the table has no such."""
        return next((column for column in self.columns if column.name == name), None)

    def of(self, made: Iterable[Row] | pd.DataFrame) -> pd.DataFrame:
        """Give the table of rows, or of a frame, by `frame` or `arranged`."""
        import pandas as pd

        return self.arranged(made) if isinstance(made, pd.DataFrame) else self.frame(made)

    def frame(self, rows: Iterable[Row]) -> pd.DataFrame:
        """Put rows into a frame; the columns are there, in order and typed, even if there is no row.

        Raises
        ------
        SchemaError
            If a row is of another table.
        """
        import pandas as pd

        given = list(rows)
        if any(type(row) is not self.row for row in given):
            raise SchemaError(f"{self.name}: a row that is no {self.row.__name__}")
        values = {name: [getattr(row, name) for row in given] for name in self.names}
        return self.arranged(pd.DataFrame(values))

    def arranged(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Bring a frame into the order and the types of the table; columns with a default are filled in.

        Raises
        ------
        SchemaError
            Naming columns that are missing, unknown, or hold things of another kind.
        """
        import pandas as pd

        defaults = self._defaults if len(frame) else dict.fromkeys(self.names)
        _refuse(self.name, self.unmet([*frame, *defaults]))
        whole = frame.copy(deep=False)
        for name in [name for name in self.names if name not in frame]:
            whole[name] = pd.Series([defaults[name]] * len(frame), index=frame.index, dtype=object)
        typed: dict[str, pd.Series] = {}
        faults = []
        for column in self.columns:
            try:
                typed[column.name] = column.kind.typed(whole[column.name], column.optional)
            except (TypeError, ValueError) as error:
                faults.append(f"{column.name} ({column.kind.name}) holds {error}")
        _refuse(self.name, faults)
        extra = {str(name): whole[name] for name in frame if name not in self.names}
        return pd.DataFrame(typed | extra, index=frame.index)

    @property
    def _defaults(self) -> dict[str, str | float | None]:
        """What stands in the columns that a frame may lack."""
        return {field.name: field.default for field in fields(self.row) if field.default is not MISSING}

    def faults(self, frame: pd.DataFrame) -> list[str]:
        """Say what is wrong with a frame: columns, their kinds, values that cannot be."""
        values = (fault for column in self.columns for fault in _faults(column, frame[column.name]))
        return self.unmet(frame) or list(values)

    def gaps(self, frame: pd.DataFrame) -> dict[str, int]:
        """Count the rows of an arranged frame that lack a value which no row may lack, by column."""
        needed = [column.name for column in self.columns if not column.optional]
        absent = {name: int(frame[name].isna().sum()) for name in needed}
        return {name: n for name, n in absent.items() if n}

    def check(self, frame: pd.DataFrame) -> None:
        """Raise `SchemaError` if a frame does not match."""
        _refuse(self.name, self.faults(frame))

    def unmet(self, names: Iterable[object]) -> list[str]:
        """Say which columns are missing, and which are of no such table."""
        given = list(names)
        missing = [name for name in self.names if name not in given]
        unknown = [] if self.extra else [name for name in given if name not in self.names]
        return [
            f"{what} {listed(found, SHOWN)}"
            for what, found in (("no column", missing), ("unknown column", unknown))
            if found
        ]


def _refuse(name: str, faults: list[str]) -> None:
    if faults:
        raise SchemaError(f"table {name}: {'; '.join(faults)}")


def _faults(column: Column, values: pd.Series) -> Iterator[str]:
    try:
        typed = column.kind.typed(values, column.optional)
    except (TypeError, ValueError) as error:
        yield f"{column.name} ({column.kind.name}) holds {error}"
        return
    if typed.isna().any() and not column.optional:
        yield f"{column.name} is missing in {int(typed.isna().sum())} rows"
    strange = typed[column.kind.strange(typed)]
    if len(strange):
        yield f"{column.name} ({column.kind.name}) holds {listed(strange.unique().tolist())}"


def rows(frame: pd.DataFrame, row: type[R]) -> list[R]:
    """Give the rows of a frame as rows of a table; what is missing is None.

    Parameters
    ----------
    frame : DataFrame
        As by `Table.arranged`.
    row : type of Row
        Class of the rows.
    """
    columns = _columns(row)
    values = (_plain(frame[column.name], column) for column in columns)
    names = [column.name for column in columns]
    return [row(**dict(zip(names, line, strict=True))) for line in zip(*values, strict=True)]


def _plain(values: pd.Series, column: Column) -> list[object]:
    """Python's own values: None where one is missing, whole numbers as such."""
    plain = values.tolist()
    if column.optional:
        plain = [value if known else None for value, known in zip(plain, values.notna(), strict=True)]
    if column.whole and values.dtype.kind == "f":
        plain = [None if value is None else int(value) for value in plain]
    return plain
