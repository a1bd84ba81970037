"""Reads of some samples -> the different sequences of each, merged and filtered; one job a batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from klbio.design import Sample
from klbio.errors import Faults, StrPath
from klbio.io.amplicons.fastq import PlainReads, n_records, write_plain
from klbio.io.amplicons.primers import HALF, Trimmed, Trimming
from klbio.io.amplicons.sized import Sized, dereplicated, write_sized
from klbio.io.amplicons.vsearch import Vsearch
from klbio.io.elsewhere import anywhere, nowhere
from klbio.io.programs import ProgramError
from klbio.io.references.regions import Primers
from klbio.io.results import write_rows
from klbio.io.sequences.empty_files import lanes_of
from klbio.io.sheets.sheet import read_samples
from klbio.progress import over
from klbio.schema import AMPLICON_READS, AmpliconReadsRow, Cause
from klbio.steps.batches import is_in
from klbio.steps.read_programs import missing_programs
from klbio.steps.sample_files import file_of, handed
from klbio.steps.step import takes

__all__ = ["AmpliconBatch", "merge_amplicons"]


@dataclass(frozen=True, kw_only=True)
class AmpliconBatch:
    """What `merge_amplicons` is given, which says what each is."""

    samples: StrPath
    out: StrPath
    reads: StrPath
    names: Sequence[str] = ()
    files: Sequence[StrPath] = ()
    primers: Mapping[str, str] | None = None
    columns: Mapping[str, str] | None = None
    metadata: StrPath | None = None
    cutadapt: StrPath | None = None

    @property
    def libraries(self) -> dict[int, Sample]:
        """Samples of the batch by their place in the sheet."""
        everyone = read_samples(
            self.samples, reads=True, columns=self.columns, metadata=self.metadata,
            elsewhere=anywhere if self.files else nowhere,
        ).libraries  # fmt: skip
        places = [k for k, sample in enumerate(everyone) if is_in(self.names, sample)]
        return dict(zip(places, handed([everyone[k] for k in places], self.files), strict=True))

    @property
    def pair(self) -> Primers | None:
        """The primers, where they are named."""
        return Primers(**self.primers) if self.primers else None


@takes(AmpliconBatch)
def merge_amplicons(given: AmpliconBatch) -> None:
    """Cut off primers, merge mates, keep reads of at most one expected error, and put equal ones together.

    Parameters
    ----------
    samples : path-like
        Sample sheet with files of reads.
    out : path-like
        FASTA of the different reads of each sample, with how many there are of each.
    reads : path-like
        TSV of how many came through each step.
    names : sequence of str
        Samples of this batch; by default all.
    files : sequence of path-like, optional
        Where a job has the files of its samples, in the order of the sheet, whose paths are names then.
    primers : mapping, optional
        ``{"forward": ..., "reverse": ...}``, each from 5' to 3'; read pairs without both are left out.
    columns : mapping, optional
        What the sheet calls its columns.
    metadata : path-like, optional
        A second sheet that says who the samples are of, where the first has no more than their files.
    cutadapt : path-like, optional
        Folder for cutadapt's reports, one a sample, where primers are named.

    Raises
    ------
    InputError
        The first fault of every file at once; if vsearch, or cutadapt where there are primers, is missing.
    """
    faults, primers = Faults(), given.pair
    for program in missing_programs({"primers": primers} if primers else {}):
        faults.gather(program.require)
    faults.raise_any()
    rows, sequences, libraries = [], [], given.libraries
    for place, sample in over(libraries.items(), len(libraries), "sample", "amplicons"):
        found = faults.gather(_Library(place, sample, primers, given.cutadapt).read)
        if found is not None:
            rows.append(found[0])
            sequences += found[1]
    faults.raise_any()
    write_sized(given.out, sequences)
    write_rows(given.reads, rows, AMPLICON_READS)


@dataclass(frozen=True)
class _Library:
    """One sample on its way."""

    place: int
    sample: Sample
    primers: Primers | None
    reports: StrPath | None

    def read(self) -> tuple[AmpliconReadsRow, list[Sized]]:
        """Take it through all steps, in a folder that is gone afterwards."""
        with TemporaryDirectory(prefix="klbio-") as folder:
            try:
                return self._read(Path(folder))
            except ProgramError as error:
                raise error.on(f"sample {self.sample.name!r}") from error

    def _read(self, folder: Path) -> tuple[AmpliconReadsRow, list[Sized]]:
        reads = write_plain(lanes_of(self.sample), folder)
        if not reads.n:
            return self._empty, []
        cut = self._trimmed(reads, folder)
        merged, why = self._merged(cut.reads, folder)
        kept = folder / "kept.fasta"
        if merged.n:
            Vsearch().filter(merged.files[0], merged.offset, kept)
        sequences = dereplicated(kept, self.place) if merged.n else []
        row = AmpliconReadsRow(
            sample=self.sample.name, reads=reads.n, with_primers=cut.reads.n if self.primers else None,
            merged=merged.n if len(reads.files) > 1 else None, kept=sum(one.size for one in sequences),
            unique=len(sequences), turned=cut.n_turned, cause=cut.cause or why or "",
        )  # fmt: skip
        return row, sequences

    def _trimmed(self, reads: PlainReads, folder: Path) -> Trimmed:
        """Cut primers off, where they are named."""
        if self.primers is None:
            return Trimmed(reads)
        named = [file_of(folder, self.sample, f"_{path.name}") for path in reads.files]
        for path, name in zip(reads.files, named, strict=True):
            path.rename(name)  # so that the report says whose they are
        report = file_of(self.reports, self.sample, ".cutadapt.json") if self.reports else None
        return Trimming(self.primers, folder, report).of(replace(reads, files=tuple(named)))

    @property
    def _empty(self) -> AmpliconReadsRow:
        return AmpliconReadsRow(
            sample=self.sample.name, reads=0, with_primers=None, merged=None, kept=0, unique=0
        )

    def _merged(self, reads: PlainReads, folder: Path) -> tuple[PlainReads, Cause | None]:
        """Merge mates; say why, where most do not."""
        if len(reads.files) == 1 or not reads.n:
            return reads, None
        merged = folder / "merged.fastq"
        why = Vsearch().merge(reads, merged)
        n = n_records(merged)
        return PlainReads((merged,), n, 33), why if n < HALF * reads.n else None
