"""Shotgun reads of a sheet -> tables of taxa, by the steps of the workflow one after another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from tempfile import TemporaryDirectory

from klbio.errors import Faults, InputError, StrPath, whole_number_faults
from klbio.io.programs import KRAKEN2, SOURMASH
from klbio.io.result_folder import check_place
from klbio.io.results import read_rows
from klbio.io.same_files import refuse_twice
from klbio.io.sheets.sheet import read_samples
from klbio.io.shotgun.sketch_database import is_of_sketches
from klbio.phrases.numbers import count
from klbio.schema import CONFIDENCES, DROPPED, SKETCHES, ConfidenceRow, DroppedRow, SketchRow
from klbio.schema.table import rows
from klbio.steps.ending import Ending, left_out
from klbio.steps.shotgun_database import check_shotgun_database
from klbio.steps.shotgun_reports import classify_shotgun
from klbio.steps.shotgun_sketches import sketch_shotgun
from klbio.steps.shotgun_table import compose_shotgun
from klbio.steps.sketch_table import compose_sketches
from klbio.steps.step import takes

__all__ = ["Shotgun", "count_shotgun"]


@dataclass(frozen=True, kw_only=True)
class Shotgun:
    """What `count_shotgun` is given, which says what each is."""

    samples: StrPath
    database: StrPath
    out: StrPath
    lineages: StrPath | None = None
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
        faults.gather(SOURMASH.require if self.of_sketches else KRAKEN2.require)
        faults.gather(lambda: check_shotgun_database(self.database, self.lineages))
        faults.gather(self._check_files)
        faults.raise_any()

    @property
    def of_sketches(self) -> bool:
        """Whether the database is of sourmash."""
        return is_of_sketches(self.database)

    def _check_files(self) -> None:
        """Refuse a file that stands for two samples."""
        libraries = read_samples(
            self.samples, reads=True, columns=self.columns, metadata=self.metadata
        ).libraries
        refuse_twice(str(self.samples), [path for one in libraries for lane in one.lanes for path in lane])

    def ending(self) -> Ending:
        """Say what came of it."""
        return self._ending_of_sketches() if self.of_sketches else self._ending_of_reports()

    def _ending_of_reports(self) -> Ending:
        found = rows(read_rows(self.path("confidences.tsv"), CONFIDENCES), ConfidenceRow)
        at_rank = [row for row in found if row.rank == found[0].rank]
        reads, assigned = (sum(getattr(row, name) for row in at_rank) for name in ("reads", "assigned"))
        answer = f"{count(assigned)} of {count(reads, 'read')} have a {_rank(at_rank)}."
        return self._ending(answer, "", ("biom", "confidence_0.biom", "confidences.tsv"))

    def _ending_of_sketches(self) -> Ending:
        found = rows(read_rows(self.path("sketches.tsv"), SKETCHES), SketchRow)
        at_rank = [row for row in found if row.rank == found[0].rank]
        kmers, assigned = (sum(getattr(row, name) for row in at_rank) for name in ("kmers", "assigned"))
        answer = f"{count(assigned)} of {count(kmers, 'k-mer')} of the sketches have a {_rank(at_rank)}."
        groups = f" --groups {quote(str(self.path('groups.biom')))}"
        return self._ending(answer, groups, ("biom", "groups.biom", "sketches.tsv"))

    def _ending(self, answer: str, groups: str, names: Sequence[str]) -> Ending:
        dropped = rows(read_rows(self.path("dropped.tsv"), DROPPED), DroppedRow)
        table, sheet = (quote(str(path)) for path in (self.path("biom"), self.samples))
        more = f" --metadata {quote(str(self.metadata))}" if self.metadata else ""
        shift = (
            f"klbio shift {table}{groups} --samples {sheet}{more} --rank genus --unassigned lineage --out DIR"
        )
        return Ending(
            f"{answer}\nHow far they moved: {shift}",
            left_out(dropped, str(self.path("dropped.tsv"))),
            ", ".join(str(self.path(name)) for name in (*names, "dropped.tsv")),
        )


def _rank(at_rank: Sequence[ConfidenceRow | SketchRow]) -> str:
    return at_rank[0].rank if at_rank else "name"


@takes(Shotgun)
def count_shotgun(given: Shotgun) -> Ending:
    """Make tables of taxa of the shotgun reads of a sheet.

    Parameters
    ----------
    samples : path-like
        Sample sheet with files of reads.
    database : path-like
        Folder of a database of Kraken 2; or sketches of genomes, as sourmash writes them (a ``.zip``, ``.sig`` or
        ``.sbt.zip`` file, the folder of a RocksDB).
    out : path-like
        Folder for ``shotgun.biom`` and ``shotgun.dropped.tsv``; by Kraken 2 (at a confidence of 0.1) with
        ``shotgun.confidence_0.biom`` and ``shotgun.confidences.tsv``; by sourmash (shares of k-mers) with
        ``shotgun.groups.biom`` and ``shotgun.sketches.tsv``.
    lineages : path-like, optional
        Lineages of the genomes of sketches: the genome, then a column per rank.
    threads : int
        Of Kraken 2.  The result is the same for any number.
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
    with TemporaryDirectory(prefix="klbio-") as folder:
        (_by_sketches if given.of_sketches else _by_kraken)(given, folder)
    return given.ending()


def _by_kraken(given: Shotgun, reports: str) -> None:
    classify_shotgun(
        samples=given.samples, database=given.database, out=reports, threads=given.threads,
        columns=given.columns, metadata=given.metadata,
    )  # fmt: skip
    compose_shotgun(
        samples=given.samples, database=given.database, reports=[reports], table=given.path("biom"),
        other_table=given.path("confidence_0.biom"), confidences=given.path("confidences.tsv"),
        dropped=given.path("dropped.tsv"), columns=given.columns, metadata=given.metadata,
    )  # fmt: skip


def _by_sketches(given: Shotgun, sketches: str) -> None:
    lineages = given.lineages or ""  # checked
    sketch_shotgun(
        samples=given.samples, database=given.database, lineages=lineages, out=sketches,
        columns=given.columns, metadata=given.metadata,
    )  # fmt: skip
    compose_sketches(
        samples=given.samples, database=given.database, lineages=lineages, sketches=[sketches],
        table=given.path("biom"), groups=given.path("groups.biom"), shares=given.path("sketches.tsv"),
        dropped=given.path("dropped.tsv"), columns=given.columns, metadata=given.metadata,
    )  # fmt: skip
