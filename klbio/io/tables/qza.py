"""Feature tables of QIIME 2, read straight from their artifact: the BIOM file in a zip archive."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from klbio.distributions import Counts
from klbio.errors import StrPath
from klbio.io.artifact import Artifact, is_artifact
from klbio.io.artifact_written import WrittenArtifact
from klbio.io.source import Source
from klbio.io.tables import biom
from klbio.taxa_table import TaxaTable

if TYPE_CHECKING:
    from klbio.design import Design

__all__ = ["FILES", "TITLE", "read", "sniff", "write"]

TITLE = "QIIME 2"
FILES = ".qza artifacts of the types FeatureTable[Frequency] and FeatureTable[RelativeFrequency]"

READS, PROPORTIONS = "FeatureTable[Frequency]", "FeatureTable[RelativeFrequency]"


def sniff(path: StrPath) -> bool:
    """Recognise an artifact or a visualization of any type."""
    return is_artifact(Source.of(path))


def read(path: StrPath, design: Design | None = None) -> TaxaTable:
    """Read the table of an artifact, of a large one as `klbio.io.tables.biom.read` does with a design.

    Raises
    ------
    InputError
        If it holds something else, or is damaged.
    """
    artifact = Artifact.of(Source.of(path))
    artifact.check(READS, PROPORTIONS)
    table = biom.read(artifact.member("feature-table.biom"), design)
    return table if artifact.type == READS else replace(table, counts=_proportions(table.counts))


def _proportions(counts: Counts) -> Counts:
    """Take the artifact's word for it, whatever the values look like."""
    return Counts(counts.samples, counts.labels, counts.values, counts.name, "proportions")


def write(table: TaxaTable, path: StrPath) -> None:
    """Write a feature table; lineages and metadata of samples stand in its BIOM file, where QIIME 2 does not look.

    Raises
    ------
    InputError
        For names that HDF5 cannot hold.
    """
    kind = READS if table.counts.unit == "reads" else PROPORTIONS
    WrittenArtifact(kind, "BIOMV210DirFmt", "feature-table.biom", biom.written(table)).write(path)
