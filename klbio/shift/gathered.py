"""A study whose subjects were measured in chunks: what they have together is measured, and all is put together."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import NamedTuple, Protocol

import pandas as pd

from klbio.errors import InputError, listed
from klbio.estimates import DayVariation
from klbio.progress import over
from klbio.schema import SHIFT_TABLES, PairRow, Pieces, Row
from klbio.shift.blocks import DAYS, About, Column, joined, variations
from klbio.shift.parts import Key
from klbio.shift.study import Study
from klbio.shift.study_inputs import StudyInputs
from klbio.shift.subject.mean_contributions import SUMMED

CONTRIBUTIONS = "contributions"
__all__ = ["Gathered", "GatheredStudy", "Portion"]

Who = tuple[str, str]  # subject and arm of a unit


class Portion(Protocol):
    """What was measured of some units, wherever it is kept."""

    @property
    def units(self) -> Sequence[Who]:
        """Who they are, in the order of their rows."""

    @property
    def abouts(self) -> Sequence[About]:
        """What each block holds."""

    def read(self, block: int, names: Sequence[str] = ()) -> dict[str, Column]:
        """Give columns of a block by name; by default all."""


class _Run(NamedTuple):
    """Units that follow each other in a portion, by its number, as they do in the study."""

    portion: int
    units: slice


@dataclass(frozen=True, eq=False)
class Gathered:
    """All tables of single subjects, out of the portions of a study; none of them is held.

    Parameters
    ----------
    portions : sequence of Portion
    units : sequence of (str, str)
        Subject and arm of each unit, in the order of the study.

    Raises
    ------
    InputError
        If units are in no portion, or in two.
    """

    portions: Sequence[Portion]
    units: Sequence[Who]

    def __post_init__(self) -> None:
        """Look whether all are there."""
        times = Counter(who for portion in self.portions for who in portion.units)
        missing = [who[0] for who in self.units if who not in times]
        twice = [who[0] for who, n in times.items() if n > 1]
        for found, names in (("lack", missing), ("hold twice", twice)):
            if names:
                raise InputError.one(
                    "parts", f"parts of a study that {found} subject {listed(names)}", "each subject in one of them",
                    "Delete them, and run their steps again.",
                )  # fmt: skip

    @cached_property
    def _runs(self) -> list[_Run]:
        """Whose rows follow whose: those of a portion as far as they stand in it as they do in the study."""
        places = {
            who: (portion, i) for portion in range(len(self.portions))
            for i, who in enumerate(self.portions[portion].units)
        }  # fmt: skip
        runs: list[_Run] = []
        for portion, i in (places[who] for who in self.units):
            last = runs[-1] if runs else None
            if last and last.portion == portion and last.units.stop == i:
                runs[-1] = _Run(portion, slice(last.units.start, i + 1))
            else:
                runs.append(_Run(portion, slice(i, i + 1)))
        return runs

    @cached_property
    def _places(self) -> dict[tuple[str, int, int], dict[int, list[int]]]:
        """In which blocks of which portions each table stands, by pass and contrast."""
        found: dict[tuple[str, int, int], dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        for i, portion in enumerate(self.portions):
            for k, about in enumerate(portion.abouts):
                found[about.table, about.stage, about.place][i].append(k)
        return dict(sorted(found.items()))

    def pieces(self, table: str, names: Sequence[str] = ()) -> Iterator[dict[str, Column]]:
        """Give the rows of a table in their order, those of a run of units or of a part of it at a time.

        Parameters
        ----------
        table : str
        names : sequence of str
            Columns; by default all.
        """
        for (of, *_), blocks in self._places.items():
            if of != table:
                continue
            for portion, runs in groupby(self._runs, key=lambda run: run.portion):
                if portion in blocks:
                    yield from self._cuts(runs, blocks[portion], names)

    def _cuts(
        self, runs: Iterable[_Run], blocks: Sequence[int], names: Sequence[str]
    ) -> Iterator[dict[str, Column]]:
        """Cut runs of one portion out of its blocks, of which one at a time is in memory."""
        held, whole = -1, dict[str, Column]()
        for run in runs:
            portion = self.portions[run.portion]
            for block in blocks:
                rows = portion.abouts[block].rows(run.units)
                if rows.start == rows.stop:
                    continue
                if block != held:
                    whole.clear()
                    held, whole = block, portion.read(block, names)
                yield {name: column[rows] for name, column in whole.items()}

    def _joined(self, table: str) -> dict[str, Column]:
        pieces = list(self.pieces(table))
        return {name: joined([piece[name] for piece in pieces]) for name in (pieces[0] if pieces else ())}

    def table(self, name: str) -> list[Row] | pd.DataFrame:
        """Give the rows of a table: as rows those of pairs, else as a frame."""
        columns = self._joined(name)
        if not columns:
            return []
        if SHIFT_TABLES[name].row is not PairRow:
            return pd.DataFrame(columns, copy=False)
        values = zip(*columns.values(), strict=True)
        return [SHIFT_TABLES[name].row(**dict(zip(columns, row, strict=True))) for row in values]

    def in_pieces(self, name: str) -> Pieces:
        """Give the rows of a table in pieces."""
        abouts = [about for portion in self.portions for about in portion.abouts if about.table == name]
        n_rows = sum(sum(about.lengths) for about in abouts)
        return Pieces(n_rows, lambda: (pd.DataFrame(piece, copy=False) for piece in self.pieces(name)))

    def forget(self, name: str) -> None:
        """Nothing of it is kept."""

    @cached_property
    def days(self) -> Mapping[Key, DayVariation]:
        """Divergences between the samples of each pair of phases."""
        columns = self._joined(DAYS)
        return dict(variations(columns)) if columns else {}


class GatheredStudy(Study):
    """A study whose subjects were measured in chunks."""

    portions: Sequence[Portion] = ()

    @classmethod
    def of_portions(cls, inputs: StudyInputs, portions: Sequence[Portion]) -> GatheredStudy:
        """Put together what was measured of all that is in the inputs."""
        study = cls.of(inputs)
        study.portions = portions
        return study

    @cached_property
    def _measured(self) -> Gathered:
        """Everything of single subjects, as it was measured elsewhere."""
        units = self.measurable.design.units
        return Gathered(self.portions, [(unit.subject, unit.arm) for unit in units])

    @property
    def written(self) -> Mapping[str, pd.DataFrame | Pieces]:
        """All tables; what taxa contributed, of which there are most rows, in pieces."""
        largest = {CONTRIBUTIONS: self._measured.in_pieces(CONTRIBUTIONS)}
        names = over(SHIFT_TABLES, len(SHIFT_TABLES), "table", "study")
        return {name: largest[name] if name in largest else self.table(name) for name in names}

    @property
    def _contributed(self) -> Iterator[Mapping[str, Column]]:
        return self._measured.pieces(CONTRIBUTIONS, SUMMED)
