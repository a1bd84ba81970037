"""Shotgun reads of some samples -> their sketches, and the genomes that sourmash finds in them; one job a batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from klbio.design import Sample
from klbio.errors import Faults, StrPath
from klbio.io.elsewhere import anywhere, nowhere
from klbio.io.programs import ProgramError
from klbio.io.sequences.empty_files import lanes_of
from klbio.io.sheets.sheet import read_samples
from klbio.io.shotgun.sketch_database import SketchDatabase
from klbio.io.shotgun.sketches import sketch_reads, write_sketch
from klbio.progress import over
from klbio.steps.batches import is_in
from klbio.steps.sample_files import file_of, handed
from klbio.steps.step import takes

__all__ = ["GATHERED", "SKETCH", "SketchBatch", "sketch_shotgun"]

SKETCH, GATHERED = ".sig.gz", ".gather.csv"


@dataclass(frozen=True, kw_only=True)
class SketchBatch:
    """What `sketch_shotgun` is given, which says what each is."""

    samples: StrPath
    database: StrPath
    lineages: StrPath
    out: StrPath
    names: Sequence[str] = ()
    files: Sequence[StrPath] = ()
    columns: Mapping[str, str] | None = None
    metadata: StrPath | None = None

    @property
    def libraries(self) -> list[Sample]:
        """Samples of the batch."""
        everyone = read_samples(
            self.samples, reads=True, columns=self.columns, metadata=self.metadata,
            elsewhere=anywhere if self.files else nowhere,
        ).libraries  # fmt: skip
        return handed([sample for sample in everyone if is_in(self.names, sample)], self.files)


@takes(SketchBatch)
def sketch_shotgun(given: SketchBatch) -> None:
    """Check and sketch the reads of some samples, and look for genomes in them.

    Parameters
    ----------
    samples : path-like
        Sample sheet with files of reads.
    database : path-like
        Sketches of genomes, as sourmash writes them.
    lineages : path-like
        Table of their lineages.
    out : path-like
        Folder for the sketches (``N_sample.sig.gz``) and the results of ``sourmash gather``.
    names : sequence of str
        Samples of this batch; by default all.
    files : sequence of path-like, optional
        Where a job has the files of its samples, in the order of the sheet, whose paths are names then.
    columns : mapping, optional
        What the sheet calls its columns.
    metadata : path-like, optional
        A second sheet that says who the samples are of, where the first has no more than their files.

    Raises
    ------
    InputError
        The first fault of every file at once; if there is no such database or sourmash is missing.
    """
    faults, libraries = Faults(), given.libraries
    database = SketchDatabase(Path(given.database), Path(given.lineages))
    database.check()
    for sample in over(libraries, len(libraries), "sample", "sourmash"):
        faults.gather(partial(_sketch, sample, database, given.out))
    faults.raise_any()


def _sketch(sample: Sample, database: SketchDatabase, out: StrPath) -> None:
    groups = sketch_reads(lanes_of(sample), database.scaled)
    whole = groups[0].copy()
    for other in groups[1:]:
        whole.merge(other)
    write_sketch(file_of(out, sample, SKETCH), groups, sample.name)
    try:
        database.gather(whole, sample.name, file_of(out, sample, GATHERED))
    except ProgramError as error:
        raise error.on(f"sample {sample.name!r}") from error
