"""Files a user has of a new genome -> its coding sequences: FASTA of genes, GenBank, or GFF3 or GTF with the genome."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from klbio.errors import InputError, StrPath, listed
from klbio.io.sequences import coding_records
from klbio.io.source import Source
from klbio.models.markov.genetic_code import STANDARD
from klbio.models.markov.genetic_code import genetic_code as code_of
from klbio.models.training.annotation import Refused
from klbio.models.training.code_guess import CodeEvidence
from klbio.models.training.coding_record import longest_records
from klbio.models.training.words import MIN_GENES, Gene
from klbio.schema import DroppedRow
from klbio.steps.annotated import is_annotation, sorted_by_kind
from klbio.steps.read import Read

__all__ = ["MIN_GENES", "QueryGenes", "read_genes"]


@dataclass(frozen=True)
class QueryGenes:
    """Coding sequences, the genetic code they were read under, and what to say of that (empty: nothing)."""

    sequences: list[bytes]
    genetic_code: int = STANDARD
    code_finding: str = ""


def read_genes(paths: Sequence[StrPath], genetic_code: int | None = None) -> Read[QueryGenes]:
    """Read the sequences that can be genes.

    Parameters
    ----------
    paths : sequence of path-like
        FASTA of coding sequences, a gene a record; or GenBank; or GFF3 or GTF and the FASTA of its genome.  Of
        an annotated gene the longest transcript counts.
    genetic_code : int, optional
        NCBI's number of the code they are written in.  By default it is what the annotation says, or guessed from the
        stop codons within genes: see `klbio.models.training.code_guess`.

    Raises
    ------
    InputError
        If a file is broken, or fewer than two genes are left.
    """
    sources = [Source.of(path) for path in paths]
    annotated = any(is_annotation(source) for source in sources)
    of_kind = _annotated if annotated else _records
    number, finding = code_of(STANDARD if genetic_code is None else genetic_code).number, ""
    genes, refused = of_kind(sources, number)
    evidence = CodeEvidence(len(genes), refused, Counter(Gene(gene).last_codon for gene in genes))
    if choice := evidence.choice(genetic_code):
        number, finding = choice.number, choice.finding.text
        genes, refused = of_kind(sources, number, choice.overruled)
    name = ", ".join(map(str, paths))
    dropped = tuple(
        DroppedRow(source=one.source or name, kind="gene", name=one.name, reason=one.reason)
        for one in refused
    )
    if len(genes) < MIN_GENES:
        reasons = listed([f"{row.name}: {row.reason}" for row in dropped]) or "no other"
        raise InputError.one(
            name,
            f"{len(genes)} of {len(genes) + len(dropped)} sequences that can be genes ({reasons})",
            f"at least {MIN_GENES} coding sequences, in frame from their first base",
            "Give CDS, or an annotation with its genome, not genomic or protein sequence alone.",
        )
    return Read(QueryGenes(genes, number, finding), dropped)


def _records(
    sources: Sequence[Source], genetic_code: int, overruled: int | None = None
) -> tuple[list[bytes], list[Refused]]:
    """Records of FASTA files, which have no word on their code, by number; of each gene of a file the longest."""
    genes, refused = list[bytes](), list[Refused]()
    for source in sources:
        records = enumerate(coding_records.read(source), 1)
        named = (replace(record, name=f"record {number}") for number, record in records)
        chosen, others = longest_records(named, genetic_code)
        genes += [record.sequence for record in chosen]
        refused += [replace(other, source=str(source)) for other in others]
    return genes, refused


def _annotated(
    sources: Sequence[Source], genetic_code: int, overruled: int | None = None
) -> tuple[list[bytes], list[Refused]]:
    """Coding sequences of annotated genes."""
    given, genes, refused = sorted_by_kind(sources), list[bytes](), list[Refused]()
    for annotated in given.sequences():
        chosen, others = annotated.chosen_transcripts(genetic_code, overruled)
        genes += [transcript.coding_sequence(annotated.sequence) for transcript in chosen]
        refused += others
    refused += [Refused(gene.name, gene.fault, gene.line) for gene in given.unplaced]
    records, others = _records(given.genes, genetic_code)
    return genes + records, refused + others
