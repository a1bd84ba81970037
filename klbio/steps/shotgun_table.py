"""Reports of Kraken 2 of all samples -> a table of taxa for each confidence, and how far the two lie apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from klbio.amplicons import between_tables
from klbio.design import Design, Sample
from klbio.errors import InputError, StrPath, listed, note
from klbio.io import write_table
from klbio.io.elsewhere import anywhere
from klbio.io.references import About
from klbio.io.results import write_rows
from klbio.io.sheets.sheet import read_samples
from klbio.io.shotgun.kraken import Database
from klbio.io.source import Source
from klbio.io.tables.gathered import Profile, gathered
from klbio.io.tables.kraken import read_report, unclassified_reads
from klbio.phrases.numbers import count
from klbio.schema import CONFIDENCES as TABLE
from klbio.schema import DROPPED, ConfidenceRow, DroppedRow
from klbio.steps.library_metadata import metadata_of
from klbio.steps.shotgun_reports import CONFIDENCES, report_of
from klbio.steps.step import takes
from klbio.taxa_table import TaxaTable
from klbio.taxonomy import Taxonomy, collapse

__all__ = ["RANKS", "ShotgunTable", "compose_shotgun"]

RANKS = ("species", "genus", "family", "phylum")
NO_READ = "no read in its files"


@dataclass(frozen=True, kw_only=True)
class ShotgunTable:
    """What `compose_shotgun` is given, which says what each is."""

    samples: StrPath
    database: StrPath
    reports: Sequence[StrPath]
    table: StrPath
    other_table: StrPath
    confidences: StrPath
    dropped: StrPath
    columns: Mapping[str, str] | None = None
    metadata: StrPath | None = None

    @cached_property
    def about(self) -> About:
        """What the database is."""
        return Database(Path(self.database)).about

    @cached_property
    def design(self) -> Design:
        """Who the samples are of."""
        return read_samples(
            self.samples, reads=True, columns=self.columns, metadata=self.metadata, elsewhere=anywhere
        )

    def report(self, sample: Sample, confidence: float) -> Source:
        """Find the report of a sample in the folder of its batch."""
        places = [report_of(folder, sample, confidence) for folder in self.reports]
        return Source(next((place for place in places if place.is_file()), places[0]))

    def composed(self, confidence: float) -> TaxaTable:
        """Put the reports of one confidence together."""
        profiles = {
            sample.name: read_report(self.report(sample, confidence)) for sample in self.design.libraries
        }
        filled = {name: profile for name, profile in profiles.items() if profile}
        if not filled:
            raise InputError.one(self.samples, "no sample with a read", "at least one")
        self._say_unclassified(filled, confidence)
        table = gathered(filled, Source(Path(self.samples)), "reads")
        return replace(table, metadata=metadata_of(self.design, self.about), samples_known=True)

    def _say_unclassified(self, profiles: Mapping[str, Profile], confidence: float) -> None:
        """Say of which samples most reads have no name."""
        most = [name for name, of in profiles.items() if unclassified_reads(of) > sum(of.values()) / 2]
        if most:
            found = (
                f"more than half of the reads of {count(len(most), 'sample')} ({listed(most)}) unclassified"
            )
            done = "they stand as a taxon of that name"
            note(self.samples, f"{found} at a confidence of {confidence:g}", done)


@takes(ShotgunTable)
def compose_shotgun(given: ShotgunTable) -> None:
    """Put the reports of all samples into one table for each of two confidences.

    Parameters
    ----------
    samples : path-like
        Sample sheet.
    database : path-like
        Folder of the database that the reads were named by.
    reports : sequence of path-like
        Folders that `klbio.steps.shotgun_reports.classify_shotgun` wrote, of every batch.
    table, other_table : path-like
        Tables to write, at a confidence of 0.1 and of 0; reads that are not classified are a taxon of their own.
    confidences : path-like
        TSV of how far the two lie apart, sample by sample.
    dropped : path-like
        TSV of samples without a read.
    columns : mapping, optional
        What the sheet calls its columns.
    metadata : path-like, optional
        A second sheet that says who the samples are of, where the first has no more than their files.

    Raises
    ------
    InputError
        Every fault of a report; if no sample has a read.
    """
    table, other = (given.composed(confidence) for confidence in CONFIDENCES)
    write_table(table, given.table)
    write_table(other, given.other_table)
    write_rows(given.confidences, list(_rows(given, table, other)), TABLE)
    known = set(table.counts.samples)
    empty = [sample.name for sample in given.design.libraries if sample.name not in known]
    rows = [DroppedRow.sample(source=str(given.samples), name=name, reason=NO_READ) for name in empty]
    write_rows(given.dropped, rows, DROPPED)


def _rows(given: ShotgunTable, table: TaxaTable, other: TaxaTable) -> Iterator[ConfidenceRow]:
    about = given.about
    for rank in RANKS:
        if not (_has(table.taxonomy, rank) and _has(other.taxonomy, rank)):
            continue
        at, beside = (collapse(one.counts, one.taxonomy, rank, "lineage") for one in (table, other))
        named, named_beside = (_assigned(one, rank) for one in (table, other))
        bits = between_tables(at, beside.rows(at.samples))
        for sample, reads, divergence in zip(at.samples, at.depth.tolist(), bits.tolist(), strict=True):
            yield ConfidenceRow(
                sample=sample, rank=rank, reads=int(reads), confidence=CONFIDENCES[0], other_confidence=CONFIDENCES[1],
                assigned=named[sample], other_assigned=named_beside[sample],
                jensen_shannon_divergence_bits=divergence, reference=about.name, reference_sha256=about.sha256,
            )  # fmt: skip


def _has(taxonomy: Taxonomy | None, rank: str) -> bool:
    return taxonomy is not None and taxonomy.rank(rank) is not None


def _assigned(table: TaxaTable, rank: str) -> dict[str, int]:
    """Count the reads of each sample that have a name at a rank."""
    taxonomy, counts = table.taxonomy, table.counts
    place = taxonomy.ranks.index(rank) if taxonomy else 0
    named = [bool(taxonomy and taxonomy.lineages[label][place]) for label in counts.labels]
    sums = counts.dense()[:, named].sum(axis=1)
    return dict(zip(counts.samples, map(int, sums.tolist()), strict=True))
