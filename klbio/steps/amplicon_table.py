"""Counts of features -> a table of taxa, with what each feature is called and how sure that is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from scipy import sparse

from klbio.amplicons import STEPS, Calls, Losses
from klbio.design import Design
from klbio.distributions import Counts
from klbio.errors import Fault, InputError, StrPath, first_faults, listed, note, notify
from klbio.io import write_table
from klbio.io.amplicons.sintax import read_calls
from klbio.io.amplicons.sized import read_counts, read_sized
from klbio.io.amplicons.vsearch import Vsearch
from klbio.io.elsewhere import anywhere
from klbio.io.references import About, bundled, read_about, read_reference
from klbio.io.references.writing import write_reference
from klbio.io.results import read_rows, write_rows
from klbio.io.sheets.sheet import read_samples
from klbio.phrases.amplicons import few_reads_left, no_reads_left
from klbio.phrases.numbers import count
from klbio.schema import AMPLICON_CALLS, AMPLICON_READS, DROPPED, AmpliconReadsRow, CallRow, DroppedRow
from klbio.schema.table import rows
from klbio.seeding import SEED
from klbio.steps.amplicon_features import CHIMERA
from klbio.steps.library_metadata import metadata_of
from klbio.steps.step import takes
from klbio.taxa_table import TaxaTable

__all__ = ["RANKS", "AmpliconTable", "compose_amplicons"]

RANKS = ("genus", "family", "phylum", "feature")  # at which a shift is measured, where none are named
HALF = 0.5  # of the reads: where fewer come through a step, it is said
CUTOFF = 0.8  # of Edgar 2016, doi:10.1101/074161


@dataclass(frozen=True, kw_only=True)
class AmpliconTable:
    """What `compose_amplicons` is given, which says what each is."""

    samples: StrPath
    features: StrPath
    counts: Sequence[StrPath]
    passed: Sequence[StrPath]
    table: StrPath
    calls: StrPath
    reads: StrPath
    dropped: StrPath
    reference: StrPath | None = None
    cutoff: float = CUTOFF
    seed: int = SEED
    columns: Mapping[str, str] | None = None
    metadata: StrPath | None = None
    exclude: Sequence[str] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.cutoff <= 1:
            raise InputError.one("cutoff", repr(self.cutoff), "a share from 0 to 1")

    @cached_property
    def about(self) -> About:
        """What the reference is."""
        return read_about(self._reference)

    @property
    def _reference(self) -> Path:
        return Path(self.reference) if self.reference else bundled()

    def classified(self, names: Sequence[str]) -> Calls:
        """Name the features."""
        with TemporaryDirectory(prefix="klbio-") as folder:
            known, said = Path(folder, "reference.fasta"), Path(folder, "calls.tsv")
            reference = read_reference(self._reference)
            reference.check_names(self.exclude)
            write_reference(known, reference.records(), reference.ranks)
            Vsearch().classify(Path(self.features), known, self.seed, said)
            return read_calls(said, names, self.about)

    def excluded(self, calls: Calls) -> frozenset[str]:
        """Features of the taxa that are to be left out, as they are called."""
        out = {name.casefold() for name in self.exclude}
        lineages = calls.taxonomy(self.cutoff).lineages
        return frozenset(
            feature for feature, names in lineages.items() if not out.isdisjoint(map(str.casefold, names))
        )


@takes(AmpliconTable)
def compose_amplicons(given: AmpliconTable) -> None:
    """Name the features and put the counts of all samples into one table.

    Parameters
    ----------
    samples : path-like
        Sample sheet.
    features : path-like
        What `klbio.steps.amplicon_features.denoise_amplicons` wrote.
    counts, passed : sequence of path-like
        What `klbio.steps.amplicon_matches.match_amplicons` counted, and the tables of reads of
        `klbio.steps.amplicon_merge.merge_amplicons`, of every batch.
    table : path-like
        The table to write, with lineages where the format holds them.
    calls, reads, dropped : path-like
        TSV of what each feature is called, of the reads at each step, and of samples that no read is left of.
    reference : path-like, optional
        FASTA of known sequences, as `klbio.io.references.read_reference` reads it; by default the bundled one.
    cutoff : float
        Least share of the classifier's draws that makes a name.
    seed : int
    columns : mapping, optional
        What the sheet calls its columns.
    metadata : path-like, optional
        A second sheet that says who the samples are of, where the first has no more than their files.
    exclude : sequence of str
        Taxa or clades to leave out, such as Chloroplast, in any capitals.

    Raises
    ------
    InputError
        If no sample has a read left: with the step that each lost its last at.  For a taxon to leave out that the
        reference does not know.
    """
    design = read_samples(
        given.samples, reads=True, columns=given.columns, metadata=given.metadata, elsewhere=anywhere
    )
    found = _Found(design, read_counts(given.counts), _passed(given.passed))
    found.refuse_nothing(str(given.samples))
    calls = given.classified([one.name for one in read_sized(given.features)])
    found = replace(found, excluded=given.excluded(calls))
    found.refuse_nothing(str(given.samples))
    found.say_losses(str(given.samples))
    features = [feature for feature in calls.features if feature not in found.excluded]
    calls = calls.only(features)
    filled = found.filled
    values = found.matrix(filled, features)
    counts = Counts([row.sample for row in filled], features, values, str(given.samples))
    taxonomy = calls.taxonomy(given.cutoff)
    write_table(
        TaxaTable(counts, taxonomy, metadata_of(design, given.about), samples_known=True), given.table
    )
    write_rows(given.calls, list(_call_rows(given, calls, counts)), AMPLICON_CALLS)
    named = np.array([any(taxonomy.lineages[feature]) for feature in features], dtype=bool)
    assigned = dict(zip(counts.samples, (values @ named.astype(float)).tolist(), strict=True))
    write_rows(
        given.reads,
        [replace(row, assigned=int(assigned.get(row.sample, 0))) for row in found.rows],
        AMPLICON_READS,
    )
    write_rows(given.dropped, list(found.dropped(str(given.samples))), DROPPED)


def _passed(paths: Sequence[StrPath]) -> list[AmpliconReadsRow]:
    return [row for path in paths for row in rows(read_rows(path, AMPLICON_READS), AmpliconReadsRow)]


@dataclass(frozen=True)
class _Found:
    """What came of all samples."""

    design: Design
    counts: Counter[tuple[int, str]]
    passed: Sequence[AmpliconReadsRow]
    excluded: frozenset[str] = frozenset()

    @cached_property
    def rows(self) -> list[AmpliconReadsRow]:
        """Reads at every step, in the order of the sheet."""
        places = {sample.name: place for place, sample in enumerate(self.design.libraries)}
        ends: defaultdict[int, Counter[str]] = defaultdict(Counter)
        for (place, feature), n in self.counts.items():
            ends[place][self._end(feature)] += n
        by_place = sorted(self.passed, key=lambda row: places[row.sample])
        return [self._ended(row, ends[places[row.sample]]) for row in by_place]

    def _ended(self, row: AmpliconReadsRow, of: Counter[str]) -> AmpliconReadsRow:
        return replace(row, chimeric=of["chimeric"], excluded=of["excluded"], counted=of["counted"])

    def _end(self, feature: str) -> str:
        if feature.startswith(CHIMERA):
            return "chimeric"
        return "excluded" if feature in self.excluded else "counted"

    @property
    def filled(self) -> list[AmpliconReadsRow]:
        """Samples that some read is left of."""
        return [row for row in self.rows if row.counted]

    def matrix(self, filled: Sequence[AmpliconReadsRow], features: Sequence[str]) -> sparse.csr_array:
        """Counts of features in samples."""
        names = {sample.name: place for place, sample in enumerate(self.design.libraries)}
        row_of = {names[row.sample]: i for i, row in enumerate(filled)}
        column_of = {feature: j for j, feature in enumerate(features)}
        cells = [
            (row_of[place], column_of[feature], n)
            for (place, feature), n in sorted(self.counts.items())
            if feature in column_of and place in row_of
        ]
        i, j, n = np.array(cells, dtype=np.int64).reshape(-1, 3).T
        return sparse.csr_array(
            sparse.coo_array((n.astype(float), (i, j)), shape=(len(row_of), len(column_of)))
        )

    def _lost(self) -> Iterator[tuple[str, str]]:
        for row in self.rows:
            emptied = Losses(row).emptied
            if emptied:
                yield row.sample, no_reads_left(*emptied, row.cause)

    def refuse_nothing(self, name: str) -> None:
        """Refuse a study without a read left."""
        lost = list(self._lost())
        if not self.filled:
            expected = "reads that reach the table"
            raise InputError(
                first_faults(Fault(name, f"sample {sample!r}: {why}", expected) for sample, why in lost)
            )

    def say_losses(self, name: str) -> None:
        """Say which samples have no read left, and warn of those that lost most."""
        blanks = self._blanks
        for sample, why in self._lost():
            (note if sample in blanks else notify)(name, f"sample {sample!r}: {why}", "left out")
        self._say_few(name)
        turned = sum(row.turned or 0 for row in self.rows)
        if turned:
            with_primers = sum(row.with_primers or 0 for row in self.rows)
            found = f"{count(turned)} of {count(with_primers, 'pair')} begin with the reverse primer"
            note(name, found, "mates exchanged: all are on one strand")

    @property
    def _blanks(self) -> set[str]:
        """Negative controls, of which few reads are to be left."""
        return {sample.name for sample in self.design.controls if sample.kind == "negative"}

    def _say_few(self, name: str) -> None:
        """Warn of steps that most reads of a sample do not come through."""
        samples = [row for row in self.filled if row.sample not in self._blanks]
        for step in STEPS:
            few = [row for row in samples if Losses(row).share_left(step) < HALF]
            by_cause: dict[tuple[str, str], list[str]] = {}
            for row in few:
                by_cause.setdefault(few_reads_left(step, row.cause), []).append(row.sample)
            for (what, cause), names in by_cause.items():
                which = f"{count(len(names), 'sample')} ({listed(names)})"
                notify(name, f"{which}: {what}", "those are not counted", cause)

    def dropped(self, name: str) -> Iterator[DroppedRow]:
        """Samples, and taxa that were to be left out."""
        for sample, why in self._lost():
            yield DroppedRow.sample(source=name, name=sample, reason=why)
        for feature in sorted(self.excluded):
            yield DroppedRow.taxon(name, feature, "left out as asked for")


def _call_rows(given: AmpliconTable, calls: Calls, counts: Counts) -> Iterator[CallRow]:
    totals = counts.values.sum(axis=0).tolist()
    about = given.about
    named = f"{about.name} {about.release}".strip()
    for feature, names, shares, n in zip(calls.features, calls.names, calls.bootstraps, totals, strict=True):
        for rank, taxon, share in zip(calls.ranks, names, np.nan_to_num(shares).tolist(), strict=True):
            yield CallRow(
                feature=feature, reads=int(n), rank=rank, taxon=taxon, bootstrap=share,
                called=bool(taxon) and share >= given.cutoff, cutoff=given.cutoff, reference=named,
                reference_sha256=about.sha256,
            )  # fmt: skip
