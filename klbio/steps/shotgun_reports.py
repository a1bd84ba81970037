"""Shotgun reads of some samples -> reports of Kraken 2; one job a batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from klbio.design import Sample
from klbio.errors import Faults, InputError, StrPath
from klbio.io.amplicons.fastq import write_plain
from klbio.io.elsewhere import anywhere, nowhere
from klbio.io.files import replacing
from klbio.io.programs import KRAKEN2, ProgramError
from klbio.io.sequences.empty_files import lanes_of
from klbio.io.sheets.sheet import read_samples
from klbio.io.shotgun.kraken import Database
from klbio.progress import over
from klbio.steps.batches import is_in
from klbio.steps.sample_files import file_of, handed
from klbio.steps.step import takes

__all__ = ["CONFIDENCES", "ShotgunBatch", "classify_shotgun", "report_of"]

CONFIDENCES = (0.1, 0.0)  # the first is that of the table a shift is measured on


@dataclass(frozen=True, kw_only=True)
class ShotgunBatch:
    """What `classify_shotgun` is given, which says what each is."""

    samples: StrPath
    database: StrPath
    out: StrPath
    names: Sequence[str] = ()
    files: Sequence[StrPath] = ()
    confidences: Sequence[float] = CONFIDENCES
    threads: int = 1
    columns: Mapping[str, str] | None = None
    metadata: StrPath | None = None

    def __post_init__(self) -> None:
        wrong = [one for one in self.confidences if not 0 <= one <= 1]
        if wrong:
            raise InputError.one("confidence", repr(wrong[0]), "a share from 0 to 1")

    @property
    def libraries(self) -> list[Sample]:
        """Samples of the batch."""
        everyone = read_samples(
            self.samples, reads=True, columns=self.columns, metadata=self.metadata,
            elsewhere=anywhere if self.files else nowhere,
        ).libraries  # fmt: skip
        return handed([sample for sample in everyone if is_in(self.names, sample)], self.files)


def report_of(folder: StrPath, sample: Sample, confidence: float) -> Path:
    """Give the place of a sample's report: its line in the sheet tells it from others of like name.

    >>> report_of("reports", Sample("S1/day 0", "S1", "before", line=2), 0.1).as_posix()
    'reports/confidence_0.1/2_S1_day_0.kreport'
    """
    return file_of(Path(folder) / f"confidence_{confidence:g}", sample, ".kreport")


@takes(ShotgunBatch)
def classify_shotgun(given: ShotgunBatch) -> None:
    """Check the reads of some samples, and name them by Kraken 2 once per confidence.

    Parameters
    ----------
    samples : path-like
        Sample sheet with files of reads.
    database : path-like
        Folder of a database of Kraken 2.
    out : path-like
        Folder for the reports, a folder in it for each confidence.
    names : sequence of str
        Samples of this batch; by default all.
    files : sequence of path-like, optional
        Where a job has the files of its samples, in the order of the sheet, whose paths are names then.
    confidences : sequence of float
        Shares of a read's k-mers that must agree on a taxon.
    threads : int
    columns : mapping, optional
        What the sheet calls its columns.
    metadata : path-like, optional
        A second sheet that says who the samples are of, where the first has no more than their files.

    Raises
    ------
    InputError
        The first fault of every file at once; if there is no such database or Kraken 2 is missing.
    """
    faults, database, libraries = Faults(), Database(Path(given.database)), given.libraries
    faults.gather(KRAKEN2.require)
    faults.gather(database.check)
    faults.raise_any()
    for sample in over(libraries, len(libraries), "sample", "Kraken 2"):
        faults.gather(partial(_classify, sample, database, given))
    faults.raise_any()


def _classify(sample: Sample, database: Database, given: ShotgunBatch) -> None:
    with TemporaryDirectory(prefix="klbio-") as folder:
        reads = write_plain(lanes_of(sample), Path(folder))
        for confidence in given.confidences:
            with replacing(report_of(given.out, sample, confidence)) as draft:
                try:
                    database.classify(reads, confidence, draft, given.threads)
                except ProgramError as error:
                    raise error.on(f"sample {sample.name!r}") from error
