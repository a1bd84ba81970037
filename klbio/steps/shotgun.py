"""Shotgun reads of a sheet -> tables of taxa, by the steps of the workflow one after another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from tempfile import TemporaryDirectory

from klbio.errors import Faults, InputError, StrPath, whole_number_faults
from klbio.io.result_folder import check_place
from klbio.io.results import read_rows
from klbio.io.same_files import refuse_twice
from klbio.io.sheets.sheet import read_samples
from klbio.phrases.numbers import count
from klbio.schema import CONFIDENCES, DROPPED, ConfidenceRow, DroppedRow
from klbio.schema.table import rows
from klbio.steps.ending import Ending, left_out
from klbio.steps.shotgun_reports import classify_shotgun
from klbio.steps.shotgun_table import compose_shotgun
from klbio.steps.step import takes

__all__ = ["Shotgun", "count_shotgun"]


@dataclass(frozen=True, kw_only=True)
class Shotgun:
    """What `count_shotgun` is given, which says what each is."""

    samples: StrPath
    database: StrPath
    out: StrPath
    threads: int = 1
    columns: Mapping[str, str] | None = None
    metadata: StrPath | None = None

    def path(self, name: str) -> Path:
        """Where a result goes."""
        return Path(self.out) / f"shotgun.{name}"

    def check(self) -> None:
        """Refuse what cannot end well, before hours are spent on it."""
        faults = Faults()
        faults.gather(lambda: check_place(self.out))
        faults.gather(lambda: InputError.raise_any(whole_number_faults("threads", self.threads, 1)))
        faults.gather(self._check_files)
        faults.raise_any()

    def _check_files(self) -> None:
        """Refuse a file that stands for two samples."""
        libraries = read_samples(
            self.samples, reads=True, columns=self.columns, metadata=self.metadata
        ).libraries
        refuse_twice(str(self.samples), [path for one in libraries for lane in one.lanes for path in lane])

    def ending(self) -> Ending:
        """Say what came of it."""
        found = rows(read_rows(self.path("confidences.tsv"), CONFIDENCES), ConfidenceRow)
        dropped = rows(read_rows(self.path("dropped.tsv"), DROPPED), DroppedRow)
        rank = found[0].rank if found else ""
        at_rank = [row for row in found if row.rank == rank]
        reads, assigned = (sum(getattr(row, name) for row in at_rank) for name in ("reads", "assigned"))
        table, sheet = (quote(str(path)) for path in (self.path("biom"), self.samples))
        more = f" --metadata {quote(str(self.metadata))}" if self.metadata else ""
        shift = f"klbio shift {table} --samples {sheet}{more} --rank genus --unassigned lineage --out DIR"
        names = ("biom", "confidence_0.biom", "confidences.tsv", "dropped.tsv")
        return Ending(
            f"{count(assigned)} of {count(reads, 'read')} have a {rank}.\nHow far they moved: {shift}",
            left_out(dropped, str(self.path("dropped.tsv"))),
            ", ".join(str(self.path(name)) for name in names),
        )


@takes(Shotgun)
def count_shotgun(given: Shotgun) -> Ending:
    """Make tables of taxa of the shotgun reads of a sheet.

    Parameters
    ----------
    samples : path-like
        Sample sheet with files of reads.
    database : path-like
        Folder of a database of Kraken 2.
    out : path-like
        Folder for ``shotgun.biom`` (confidence 0.1), ``shotgun.confidence_0.biom``, ``shotgun.confidences.tsv`` and
        ``shotgun.dropped.tsv``.
    threads : int
        The result is the same for any number.
    columns : mapping, optional
        What the sheet calls its columns.
    metadata : path-like, optional
        A second sheet that says who the samples are of, where the first has no more than their files.

    Raises
    ------
    InputError
        As the steps do.
    """
    given.check()
    with TemporaryDirectory(prefix="klbio-") as reports:
        classify_shotgun(
            samples=given.samples, database=given.database, out=reports, threads=given.threads,
            columns=given.columns, metadata=given.metadata,
        )  # fmt: skip
        compose_shotgun(
            samples=given.samples, database=given.database, reports=[reports], table=given.path("biom"),
            other_table=given.path("confidence_0.biom"), confidences=given.path("confidences.tsv"),
            dropped=given.path("dropped.tsv"), columns=given.columns, metadata=given.metadata,
        )  # fmt: skip
    return given.ending()
