"""Files a user has of a new genome -> its coding sequences: FASTA of genes, GenBank, or GFF3 with the genome."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from klbio.errors import InputError, StrPath, listed
from klbio.io.sequences import genbank, gff3
from klbio.io.sequences.reads import read_blocks
from klbio.io.source import Source
from klbio.models.training.annotation import Refused
from klbio.models.training.words import FEWEST_GENES, Gene
from klbio.steps.annotated import sorted_by_kind

__all__ = ["FEWEST_GENES", "read_genes"]

Row = dict[str, Any]


def read_genes(paths: Sequence[StrPath], lost: list[Row]) -> list[bytes]:
    """Read the sequences that can be genes; the others are told.

    Parameters
    ----------
    paths : sequence of Path
        FASTA of coding sequences, a gene a record; or GenBank; or GFF3 and the FASTA of its genome.  Of
        an annotated gene the longest transcript counts.
    lost : list
        Rows of ``dropped.tsv`` are added.

    Raises
    ------
    InputError
        If a file is broken, or fewer than two genes are left.
    """
    sources = [Source.of(path) for path in paths]
    annotated = any(genbank.sniff(source) or gff3.sniff(source) for source in sources)
    genes, refused = _annotated(sources) if annotated else _records(sources)
    lost += refused
    if len(genes) < FEWEST_GENES:
        told = [f"{row['name']}: {row['reason']}" for row in refused]
        raise InputError.one(
            ", ".join(map(str, paths)),
            f"{len(genes)} of {len(genes) + len(refused)} sequences that can be genes ({listed(told) or 'no other'})",
            f"at least {FEWEST_GENES} coding sequences, in frame from their first base",
            "Give CDS, or an annotation with its genome, not genomic or protein sequence alone.",
        )
    return genes


def _records(paths: Sequence[Source]) -> tuple[list[bytes], list[Row]]:
    """Records of FASTA files, by number."""
    genes, refused = [], []
    for path in paths:
        records = (gene for (block,) in read_blocks(path) for gene in block.split(b"\n")[:-1])
        for number, gene in enumerate(records, 1):
            if reason := Gene(gene).fault:
                refused.append(_row(path, f"record {number}", reason))
            else:
                genes.append(gene)
    return genes, refused


def _annotated(paths: Sequence[Source]) -> tuple[list[bytes], list[Row]]:
    """Coding sequences of annotated genes."""
    given, genes, refused = sorted_by_kind(paths), [], []
    for one in given.sequences():
        chosen, others = one.chosen_transcripts()
        genes += [transcript.coding_sequence(one.sequence) for transcript in chosen]
        refused += others
    refused += [Refused(one.name, one.fault, one.line) for one in given.lost]
    records, unfit = _records(given.genes)
    source = ", ".join(map(str, paths))
    return genes + records, [_row(source, one.name, one.reason) for one in refused] + unfit


def _row(source: object, name: str, reason: str) -> Row:
    return {"source": str(source), "kind": "gene", "name": name, "reason": reason}
