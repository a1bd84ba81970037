"""Amplicon reads of a sheet -> a table of taxa, by the steps of the workflow one after another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from tempfile import TemporaryDirectory

from klbio.design import Contrast
from klbio.errors import Faults, StrPath
from klbio.io import read_table
from klbio.io.references import bundled, read_reference
from klbio.io.references.regions import Primers
from klbio.io.result_folder import check_place
from klbio.io.results import read_rows
from klbio.io.same_files import refuse_twice
from klbio.io.sheets.sheet import read_samples
from klbio.phrases.numbers import count
from klbio.schema import (
    AMPLICON_READS,
    CALL_CUTOFFS,
    CALL_RANGE,
    DROPPED,
    QUALITY,
    QUALITY_DIFFERENCES,
    AmpliconReadsRow,
    DroppedRow,
)
from klbio.schema.table import rows
from klbio.seeding import SEED
from klbio.shift.settings import ShiftSettings
from klbio.steps.amplicon_features import denoise_amplicons
from klbio.steps.amplicon_matches import match_amplicons
from klbio.steps.amplicon_merge import merge_amplicons
from klbio.steps.amplicon_table import CUTOFF, RANKS, compose_amplicons
from klbio.steps.ending import Ending, left_out
from klbio.steps.shift import measure_shift
from klbio.steps.step import takes

__all__ = ["Amplicons", "count_amplicons"]


@dataclass(frozen=True, kw_only=True)
class Amplicons:
    """What `count_amplicons` is given, which says what each is."""

    samples: StrPath
    out: StrPath
    reference: StrPath | None = None
    primers: Sequence[str] = ()
    cutoff: float = CUTOFF
    seed: int = SEED
    threads: int = 1
    ranks: Sequence[str] = RANKS
    before: str = Contrast.before
    after: str = Contrast.after
    n_resamples: int = ShiftSettings.n_resamples
    columns: Mapping[str, str] | None = None
    metadata: StrPath | None = None
    exclude: Sequence[str] = ()
    keep: Sequence[str] = ()

    def path(self, name: str) -> Path:
        """Where a result goes."""
        return Path(self.out) / f"amplicons.{name}"

    def check(self) -> dict[str, str] | None:
        """Give the primers by name, before hours are spent on what cannot end well."""
        faults = Faults()
        faults.gather(lambda: check_place(self.out))
        faults.gather(self._settings)
        pair = faults.gather(lambda: Primers(*self.primers)) if self.primers else None
        faults.gather(self._check_files)
        faults.gather(self._check_reference)
        faults.raise_any()
        return {"forward": pair.forward, "reverse": pair.reverse} if pair else None

    def _check_files(self) -> None:
        """Refuse a file that stands for two samples."""
        libraries = read_samples(
            self.samples, reads=True, columns=self.columns, metadata=self.metadata
        ).libraries
        paths = [path for sample in libraries for lane in sample.lanes for path in lane]
        refuse_twice(str(self.samples), paths)

    def _check_reference(self) -> None:
        """Refuse a reference that names nothing, ranks that it does not have, and taxa to leave out likewise."""
        reference = read_reference(self.reference or bundled())
        reference.taxonomy.check((), self.ranks)
        reference.check_names(self.exclude)

    def _settings(self) -> ShiftSettings:
        """Refuse what the shift cannot be measured with."""
        return ShiftSettings(
            (Contrast(self.before, self.after),), ranks=self.ranks, n_resamples=self.n_resamples, seed=self.seed,
            threads=self.threads,
        )  # fmt: skip

    def measure(self) -> bool:
        """Measure the shift, where somebody has samples left on both sides; say whether there was one."""
        from klbio.steps.call_range import measure_call_range  # loads compiled loops

        contrast = Contrast(self.before, self.after)
        design = read_samples(self.samples, columns=self.columns, metadata=self.metadata)
        counts = read_table(self.path("biom"))
        deep = [
            name for name, n in zip(counts.samples, counts.depth, strict=True) if n >= ShiftSettings.min_depth
        ]
        if not design.keep(deep).complete(contrast):
            return False
        phases = ({"before": self.before, "after": self.after},)
        measure_shift(
            table=self.path("biom"), samples=self.samples, out=self.out, ranks=self.ranks, unassigned="lineage",
            contrasts=phases, seed=self.seed, threads=self.threads, columns=self.columns, metadata=self.metadata,
            n_resamples=self.n_resamples, keep=self.keep,
        )  # fmt: skip
        measure_call_range(
            table=self.path("biom"), calls=self.path("calls.tsv"), samples=self.samples,
            out=Path(self.out, f"{CALL_RANGE.name}.tsv"), cutoffs=Path(self.out, f"{CALL_CUTOFFS.name}.tsv"),
            ranks=self.ranks, contrasts=phases, seed=self.seed, columns=self.columns, metadata=self.metadata,
        )  # fmt: skip
        return True

    def compare_quality(self) -> None:
        """Say what of the reads differs between the phases."""
        from klbio.steps.quality import compare_quality  # loads tests and tables

        compare_quality(
            samples=self.samples, amplicons=self.path("reads.tsv"), out=Path(self.out, f"{QUALITY.name}.tsv"),
            differences=Path(self.out, f"{QUALITY_DIFFERENCES.name}.tsv"),
            contrasts=({"before": self.before, "after": self.after},), seed=self.seed, columns=self.columns,
            metadata=self.metadata,
        )  # fmt: skip

    def ending(self, measured: bool) -> Ending:
        """Say what came of it."""
        found = rows(read_rows(self.path("reads.tsv"), AMPLICON_READS), AmpliconReadsRow)
        dropped = rows(read_rows(self.path("dropped.tsv"), DROPPED), DroppedRow)
        reads, counted, assigned = (
            sum(getattr(row, name) for row in found) for name in ("reads", "counted", "assigned")
        )
        share = f"{100 * counted / reads:.0f} %" if reads else "none"
        of_all = f"{count(counted, 'read')} of {count(reads)} ({share})"
        answer = f"{of_all} are in the table, {count(assigned)} with a name."
        page = f"The shift as a page: klbio report {quote(str(self.out))}"
        nobody = (
            f"No shift: nobody has samples of both {self.before!r} and {self.after!r} (--before, --after) with "
            f"{ShiftSettings.min_depth} reads or more in the table."
        )
        names = ", ".join(str(self.path(name)) for name in ("biom", "calls.tsv", "reads.tsv", "dropped.tsv"))
        return Ending(
            f"{answer}\n{page if measured else nobody}",
            left_out(dropped, str(self.path("dropped.tsv"))),
            f"{names}{f', and the tables of the shift in {self.out}' if measured else ''}",
        )


@takes(Amplicons)
def count_amplicons(given: Amplicons) -> Ending:
    """Make a table of taxa of the amplicon reads of a sheet, and measure how far its subjects moved.

    Parameters
    ----------
    samples : path-like
        Sample sheet with files of reads.
    out : path-like
        Folder for ``amplicons.biom``, ``amplicons.calls.tsv``, ``amplicons.reads.tsv``, ``amplicons.dropped.tsv``,
        ``quality.tsv`` and ``quality_differences.tsv``,
        and for the tables of `klbio.steps.shift.measure_shift` and `klbio.steps.call_range.measure_call_range`.
    reference : path-like, optional
        FASTA of known sequences; by default the bundled one.
    primers : sequence of two str, optional
        Forward and reverse primer from 5' to 3', where the reads still have them.
    cutoff : float
        Least share of the classifier's draws that makes a name.
    seed, threads : int
        The same seed gives the same bytes, for any number of threads.
    ranks : sequence of str
        At which the shift is measured; the first is the headline.
    before, after : str
        The two phases; where nobody has samples of both, no shift is measured.
    n_resamples : int
        Random reallocations of the reads behind the floor.
    columns : mapping, optional
        What the sheet calls its columns.
    metadata : path-like, optional
        A second sheet that says who the samples are of, where the first has no more than their files.
    exclude : sequence of str
        Taxa or clades to leave out, such as Chloroplast, in any capitals.
    keep : sequence of str
        Those that are meant to be counted: of these nothing is said.

    Raises
    ------
    InputError
        As the steps do.
    """
    primers = given.check()
    with TemporaryDirectory(prefix="klbio-") as folder:
        part, passed, features, chimeras, counts = (
            Path(folder, name)
            for name in ("reads.fasta", "reads.tsv", "features.fasta", "chimeras.fasta", "counts.tsv")
        )
        merge_amplicons(
            samples=given.samples,
            out=part,
            reads=passed,
            primers=primers,
            columns=given.columns,
            metadata=given.metadata,
        )
        denoise_amplicons(parts=[part], out=features, chimeras=chimeras)
        match_amplicons(part=part, features=features, chimeras=chimeras, out=counts, threads=given.threads)
        compose_amplicons(
            samples=given.samples, features=features, counts=[counts], passed=[passed], table=given.path("biom"),
            calls=given.path("calls.tsv"), reads=given.path("reads.tsv"), dropped=given.path("dropped.tsv"),
            reference=given.reference, cutoff=given.cutoff, seed=given.seed, columns=given.columns,
            metadata=given.metadata,
            exclude=given.exclude,
        )  # fmt: skip
    measured = given.measure()
    given.compare_quality()
    return given.ending(measured)
