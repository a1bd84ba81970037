"""Sketches of all samples -> a table of genomes with their lineages, whole and in groups of reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from scipy import sparse

from klbio.design import Design, Sample
from klbio.distributions import Counts, FloatArray
from klbio.errors import InputError, StrPath
from klbio.io import write_table
from klbio.io.elsewhere import anywhere
from klbio.io.results import write_rows
from klbio.io.sheets.sheet import read_samples
from klbio.io.shotgun.sketch_database import Genome, SketchDatabase, gathered_genomes
from klbio.io.shotgun.sketches import KSIZE, SampleSketch, read_sketch
from klbio.reads.cover import NO_GENOME, Hashes, covered
from klbio.schema import DROPPED, SKETCHES, DroppedRow, SketchRow
from klbio.steps.library_metadata import metadata_of
from klbio.steps.sample_files import file_of
from klbio.steps.shotgun_sketches import GATHERED, SKETCH
from klbio.steps.shotgun_table import RANKS
from klbio.steps.step import takes
from klbio.taxa_table import TaxaTable
from klbio.taxonomy import UNASSIGNED, Taxonomy

__all__ = ["SketchTable", "compose_sketches"]

NO_KMER = f"no word of {KSIZE} bases in its sketch"


@dataclass(frozen=True, kw_only=True)
class SketchTable:
    """What `compose_sketches` is given, which says what each is."""

    samples: StrPath
    database: StrPath
    lineages: StrPath
    sketches: Sequence[StrPath]
    table: StrPath
    groups: StrPath
    shares: StrPath
    dropped: StrPath
    columns: Mapping[str, str] | None = None
    metadata: StrPath | None = None

    @cached_property
    def known(self) -> SketchDatabase:
        """The database."""
        return SketchDatabase(Path(self.database), Path(self.lineages))

    @cached_property
    def design(self) -> Design:
        """Who the samples are of."""
        return read_samples(
            self.samples, reads=True, columns=self.columns, metadata=self.metadata, elsewhere=anywhere
        )

    def file(self, sample: Sample, ending: str) -> Path:
        """Find a file of a sample in the folder of its batch."""
        places = [file_of(folder, sample, ending) for folder in self.sketches]
        return next((place for place in places if place.is_file()), places[0])

    @cached_property
    def found(self) -> tuple[Genome, ...]:
        """Genomes that any sample has: they are looked for in all, so that none is lost where it is rare."""
        files = [self.file(sample, GATHERED) for sample in self.design.libraries]
        anywhere = set().union(*map(gathered_genomes, files))
        return tuple(genome for genome in self.known.genomes if genome.md5 in anywhere)

    def counted(self) -> dict[str, FloatArray]:
        """Count the k-mers of each sample, shape (n_groups, n_genomes + 1): those that no genome has stand last."""
        hashes = self.known.hashes({genome.md5 for genome in self.found})
        genomes = [hashes[genome.md5] for genome in self.found]
        return {
            sample.name: _by_genome(read_sketch(self.file(sample, SKETCH)), genomes)
            for sample in self.design.libraries
        }

    @property
    def labels(self) -> tuple[str, ...]:
        """Genomes by name, told apart by checksum where that is not enough; and what none has."""
        times = Counter(genome.name for genome in self.found)
        told = (one.name if times[one.name] == 1 else f"{one.name} ({one.md5})" for one in self.found)
        return (*told, UNASSIGNED)

    @property
    def taxonomy(self) -> Taxonomy:
        """Lineages of the genomes found."""
        ranks, known = self.known.taxonomy.ranks, map(self.known.lineage, self.found)
        return Taxonomy(ranks, dict(zip(self.labels, (*known, ("",) * len(ranks)), strict=True)))

    def rows(self, sample: str, counts: FloatArray) -> Iterator[SketchRow]:
        """Say how much of a sample has a name, rank by rank."""
        taxonomy, about = self.taxonomy, self.known.about
        lineages = list(taxonomy.lineages.values())
        for rank in filter(taxonomy.rank, RANKS):
            place = taxonomy.ranks.index(taxonomy.rank(rank) or rank)
            assigned = counts[[bool(lineage[place]) for lineage in lineages]].sum()
            yield SketchRow(
                sample=sample, rank=rank, kmers=int(counts.sum()), assigned=int(assigned),
                assigned_share=float(assigned / counts.sum()), n_genomes=int((counts[:-1] > 0).sum()), ksize=KSIZE,
                scaled=self.known.scaled, reference=about.name, reference_sha256=about.sha256,
            )  # fmt: skip


@takes(SketchTable)
def compose_sketches(given: SketchTable) -> None:
    """Count the k-mers of all samples by genome, and write shares of them, and counts in groups of reads.

    Parameters
    ----------
    samples : path-like
        Sample sheet.
    database, lineages : path-like
        Sketches of genomes, and table of their lineages.
    sketches : sequence of path-like
        Folders that `klbio.steps.shotgun_sketches.sketch_shotgun` wrote, of every batch.
    table : path-like
        Table to write: the share of each genome in the k-mers of a sample, those of none as a taxon of their own.
    groups : path-like
        Table to write: the k-mers themselves in 32 groups of whole fragments, rows ``sample/1`` to ``sample/32``.
    shares : path-like
        TSV of how many k-mers there are, and how many have a name.
    dropped : path-like
        TSV of samples without a k-mer.
    columns : mapping, optional
        What the sheet calls its columns.
    metadata : path-like, optional
        A second sheet that says who the samples are of, where the first has no more than their files.

    Raises
    ------
    InputError
        Every fault of a file; if no sample has a k-mer.
    """
    counted = given.counted()
    filled = {name: counts for name, counts in counted.items() if counts.any()}
    if not filled:
        raise InputError.one(
            given.samples, "no sample with a k-mer", "at least one", "Are the reads that short?"
        )
    groups = Counts(
        [f"{name}/{k}" for name, of in filled.items() for k in range(1, len(of) + 1)],
        given.labels, np.concatenate(list(filled.values())), str(given.samples),
    )  # fmt: skip
    whole = {name: counts.sum(axis=0) for name, counts in filled.items()}
    shares = Counts(
        list(whole), given.labels, np.array(list(whole.values())), str(given.samples)
    ).proportions()
    write_table(
        TaxaTable(shares, given.taxonomy, metadata_of(given.design, given.known.about), samples_known=True),
        given.table,
    )
    write_table(groups, given.groups)
    write_rows(given.shares, [row for name, of in whole.items() for row in given.rows(name, of)], SKETCHES)
    empty = [name for name in counted if name not in filled]
    write_rows(
        given.dropped,
        [DroppedRow.sample(source=str(given.samples), name=name, reason=NO_KMER) for name in empty],
        DROPPED,
    )


def _by_genome(sketch: SampleSketch, genomes: Sequence[Hashes]) -> FloatArray:
    owner = covered(sketch.hashes, genomes)
    owner[owner == NO_GENOME] = len(genomes)
    n, shape = len(owner), (len(owner), len(genomes) + 1)
    counts = sketch.groups @ sparse.csr_array((np.ones(n), (np.arange(n), owner)), shape=shape)
    return np.asarray(counts.toarray())
