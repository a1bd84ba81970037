"""Files a user has of a new genome -> its coding sequences: FASTA of genes, GenBank, or GFF3 or GTF with the genome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from klbio.errors import InputError, StrPath, listed
from klbio.io.sequences import coding_records
from klbio.io.source import Source
from klbio.models.training.annotation import Refused
from klbio.models.training.coding_record import longest_records
from klbio.models.training.words import MIN_GENES
from klbio.schema import DroppedRow
from klbio.steps.annotated import is_annotation, sorted_by_kind
from klbio.steps.read import Read

__all__ = ["MIN_GENES", "read_genes"]


def read_genes(paths: Sequence[StrPath]) -> Read[list[bytes]]:
    """Read the sequences that can be genes.

    Parameters
    ----------
    paths : sequence of path-like
        FASTA of coding sequences, a gene a record; or GenBank; or GFF3 or GTF and the FASTA of its genome.  Of
        an annotated gene the longest transcript counts.

    Raises
    ------
    InputError
        If a file is broken, or fewer than two genes are left.
    """
    sources = [Source.of(path) for path in paths]
    annotated = any(is_annotation(source) for source in sources)
    read = _annotated(sources) if annotated else _records(sources)
    genes, dropped = read.value, read.dropped
    if len(genes) < MIN_GENES:
        reasons = listed([f"{row.name}: {row.reason}" for row in dropped]) or "no other"
        raise InputError.one(
            ", ".join(map(str, paths)),
            f"{len(genes)} of {len(genes) + len(dropped)} sequences that can be genes ({reasons})",
            f"at least {MIN_GENES} coding sequences, in frame from their first base",
            "Give CDS, or an annotation with its genome, not genomic or protein sequence alone.",
        )
    return read


def _records(sources: Sequence[Source]) -> Read[list[bytes]]:
    """Records of FASTA files, by number; of each gene of a file the longest."""
    genes, dropped = [], []
    for source in sources:
        records = enumerate(coding_records.read(source), 1)
        chosen, refused = longest_records(
            replace(record, name=f"record {number}") for number, record in records
        )
        genes += [record.sequence for record in chosen]
        dropped += [_dropped(str(source), record.name, record.reason) for record in refused]
    return Read(genes, tuple(dropped))


def _annotated(sources: Sequence[Source]) -> Read[list[bytes]]:
    """Coding sequences of annotated genes."""
    given, genes, refused = sorted_by_kind(sources), [], []
    for annotated in given.sequences():
        chosen, others = annotated.chosen_transcripts()
        genes += [transcript.coding_sequence(annotated.sequence) for transcript in chosen]
        refused += others
    refused += [Refused(gene.name, gene.fault, gene.line) for gene in given.unplaced]
    records, source = _records(given.genes), ", ".join(map(str, sources))
    dropped = (_dropped(source, gene.name, gene.reason) for gene in refused)
    return Read(genes + records.value, (*dropped, *records.dropped))


def _dropped(source: str, name: str, reason: str) -> DroppedRow:
    return DroppedRow(source=source, kind="gene", name=name, reason=reason)
