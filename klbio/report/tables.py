"""The result tables of a folder, as the report sees them: read once, checked, made safe to show.

A route (taxa, reads, models) that was not run has no folder, and each of its tables is an empty frame with its
columns, so that every section asks the same way.  Of one that was run every table must be there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import TypeVar, cast

import pandas as pd

from klbio.errors import Faults
from klbio.io.json_data import JsonObject
from klbio.io.result_folder import gone_faults, run_faults, table_path
from klbio.report.held import Held, visible
from klbio.report.places import PROVENANCE, ROUTES, Places
from klbio.report.provenance import folders_of_other_words, read_provenance
from klbio.report.rows import Rows
from klbio.schema import (
    DROPPED,
    LIBRARIES,
    QUALITY,
    QUALITY_DIFFERENCES,
    SHIFT_TABLES,
    HeadlineRow,
    PairRow,
    Row,
    Table,
)

__all__ = ["Results", "Route", "read_results", "visible"]

SHOWN_OF_OTHERS = ("pairs", "permanova")  # word lengths than the first
TABLE_OF = {table.row: name for tables in ROUTES.values() for name, table in tables.items()}
R = TypeVar("R", bound=Row)


@dataclass(frozen=True)
class Route:
    """The tables of one route.

    Parameters
    ----------
    name : str
        Name of its folder below the results.
    tables : mapping of str to DataFrame
        Every table of the route; one that was not written has no rows.
    places : mapping of str to str
        Where each stands, below the results, as the page names it; by default in the folder of the route.
    others : mapping of str to DataFrame
        Of tables that are too long to be held whole, columns that only some rows are shown with; see `Held`.
    """

    name: str
    tables: Mapping[str, pd.DataFrame]
    places: Mapping[str, str] = field(default_factory=dict)
    others: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    def rows(self, row: type[R]) -> Rows[R]:
        """Give the rows of a table, by the class of its rows."""
        if row not in self._read:
            name = TABLE_OF[row]
            place = self.places.get(name, f"{self.name}/{name}.tsv")
            self._read[row] = Rows.of(self.tables[name], row, place, self.others.get(name))
        return cast("Rows[R]", self._read[row])

    @cached_property
    def _read(self) -> dict[type[Row], Rows[Row]]:
        return {}

    @cached_property
    def ranks(self) -> list[str]:
        """Ranks that were measured; the first is the one the headlines speak of."""
        return self.rows(PairRow).distinct(lambda row: row.rank)

    @property
    def headline_rank(self) -> str:
        """The rank the headlines speak of: the first one asked for."""
        return next(iter(self.ranks), "")

    def headline_estimand(self, before: str, after: str) -> str:
        """The estimand the headlines speak of: that of the choice reported."""
        for row in self.rows(HeadlineRow):
            if row.reported and (row.before, row.after) == (before, after):
                return row.estimand
        return "pooled"

    @property
    def of_reads(self) -> bool:
        """Whether the table held counts of reads; of proportions nothing is said that needs them."""
        return all(row.unit != "proportions" for row in self.rows(PairRow))

    @property
    def was_run(self) -> bool:
        """Whether any table of the route holds a row."""
        return any(len(frame) for frame in self.tables.values())


@dataclass(frozen=True)
class Results:
    """Everything the page is made from.

    Parameters
    ----------
    shift, reads, taxa_of_reads, models : Route
        The routes; each may be without rows.  Where no table of taxa was given, `shift` has the taxa of the reads.
    dropped : DataFrame or None
        What was left out: source, kind, name, reason; None where no such list was written.
    provenance : mapping
        Versions, settings, seeds and checksums, as written by the workflow.
    other_words : tuple of Route
        The reads in words of other lengths, of which some tables are read.
    of_workflow : bool
        Whether any route may be in it; else they are the tables of one command.
    version : str
        Of klbio as it runs, which is named where the provenance names none.
    libraries, quality, quality_differences : DataFrame
        What was read of each library, one number each of it, and what differs between phases or arms.
    """

    shift: Route
    reads: Route
    taxa_of_reads: Route
    models: Route
    dropped: pd.DataFrame | None
    provenance: JsonObject
    other_words: tuple[Route, ...] = ()
    of_workflow: bool = True
    version: str = ""
    libraries: pd.DataFrame = field(default_factory=partial(LIBRARIES.frame, ()))
    quality: pd.DataFrame = field(default_factory=partial(QUALITY.frame, ()))
    quality_differences: pd.DataFrame = field(default_factory=partial(QUALITY_DIFFERENCES.frame, ()))


class LazyTables(Mapping[str, pd.DataFrame]):
    """Tables each read when it is first asked for, of which a sentence or two needs few.

    Parameters
    ----------
    kinds : mapping of str to Table
    paths : mapping of str to Path
        Of those that may be there.
    """

    def __init__(self, kinds: Mapping[str, Table], paths: Mapping[str, Path]) -> None:
        self.kinds = kinds
        self.paths = paths
        self._read: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._read:
            faults = Faults()
            self._read[name] = _read_one(self.kinds[name], self.paths.get(name), faults).frame
            faults.raise_any()
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.kinds)

    def __len__(self) -> int:
        return len(self.kinds)


def read_results(path: Path, *, lazily: bool = False) -> Results:
    """Read whichever result tables exist.

    Parameters
    ----------
    path : Path
        Folder of a workflow, with ``shift/``, ``reads/``, ``amplicons/`` or ``shotgun/``, ``models/``,
        ``dropped.tsv`` and ``provenance.json``; or what one command wrote: the folder of a shift or of a comparison of
        models, the table of nearest models, or a folder with one such table.
    lazily : bool, default False
        Read each table when it is first asked for, and the checksums not at all: for one who has just written them.

    Returns
    -------
    Results
        With empty tables where nothing was written.

    Raises
    ------
    InputError
        If the folder is missing, or naming every table that lacks a column, or that is gone while others are there.
    """
    faults, places = Faults(), Places.at(path)
    if not lazily:
        faults.found += places.faults()
    routes = {name: _read_route(name, places, faults, lazily=lazily) for name in ROUTES}
    frames = [_read_one(DROPPED, dropped, faults).frame for dropped in places.dropped]
    provenance = read_provenance(places.folder / PROVENANCE, faults)
    others = tuple(
        _read_other(folder, faults)
        for folder in folders_of_other_words(places.folder, provenance)
        if places.of_workflow
    )
    libraries, quality, differences = (
        _read_one(table, places.of_reads / f"{table.name}.tsv" if places.has_reads else None, faults).frame
        for table in (LIBRARIES, QUALITY, QUALITY_DIFFERENCES)
    )
    faults.raise_any()
    dropped = pd.concat(frames, ignore_index=True) if frames else None
    shift, reads, models = (routes[name] for name in ("shift", "reads", "models"))
    taxa_of_reads = routes["shotgun" if routes["shotgun"].was_run else "amplicons"]
    if not shift.was_run:  # the taxa that the page speaks of are those of the reads
        shift, taxa_of_reads = taxa_of_reads, shift
    return Results(
        shift,
        reads,
        taxa_of_reads,
        models,
        dropped,
        provenance,
        others,
        of_workflow=places.of_workflow,
        libraries=libraries,
        quality=quality,
        quality_differences=differences,
    )


def _read_route(name: str, places: Places, faults: Faults, *, lazily: bool) -> Route:
    paths = places.tables(name)
    tables: Mapping[str, pd.DataFrame] = LazyTables(ROUTES[name], paths)
    others: dict[str, pd.DataFrame] = {}
    if not lazily:
        held = {
            table: _read_one(kind, paths.get(table), faults, Held.read_leading)
            for table, kind in ROUTES[name].items()
        }
        tables = {table: of.frame for table, of in held.items()}
        others = {table: of.others for table, of in held.items() if of.others is not None}
    folder = places.folder
    shown = {
        table: visible(path.relative_to(folder)) for table, path in paths.items() if folder in path.parents
    }
    return Route(name, tables, shown, others)


def _read_other(folder: Path, faults: Faults) -> Route:
    """Read what is shown of the reads in words of another length."""
    faults.found += run_faults(folder) or gone_faults(folder, SHIFT_TABLES)
    tables = {
        name: _read_one(ROUTES["reads"][name], table_path(folder, name), faults).frame
        for name in SHOWN_OF_OTHERS
    }
    return Route(folder.name, tables)


def _read_one(
    table: Table,
    path: Path | None,
    faults: Faults,
    read: Callable[[Path, Table], Held] = Held.read,
) -> Held:
    """Read a table; one that was not written has no rows."""
    held = faults.gather(lambda: read(path, table)) if path and path.is_file() else None
    return Held(table.frame([])) if held is None else held
