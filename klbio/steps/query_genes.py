"""Files a user has of a new genome -> its coding sequences.

FASTA of genes, GenBank, GFF3 or GTF with the genome, the folder of a BUSCO run; of a bacterium the genome alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from klbio.errors import InputError, StrPath, listed, notify
from klbio.io.sequences import coding_records
from klbio.io.source import Source
from klbio.models.markov.genetic_code import STANDARD
from klbio.models.markov.genetic_code import genetic_code as code_of
from klbio.models.training.annotation import Refused
from klbio.models.training.code_guess import CodeEvidence
from klbio.models.training.coding_record import CodingRecord, distinct_records, longest_records
from klbio.models.training.words import MIN_GENES, Gene
from klbio.phrases.numbers import count
from klbio.schema import DroppedRow
from klbio.steps.annotated import gene_sources, is_annotation, sorted_by_kind
from klbio.steps.called_genes import call_genes
from klbio.steps.read import Read

__all__ = ["MIN_GENES", "QueryGenes", "read_genes"]

FEW = 0.05  # genes for each sequence that is none: fewer, and what was given is no list of genes
ANNOTATED = "Check that the annotation was made for this genome."
ALONE = (
    "Give CDS, or an annotation with its genome, not genomic or protein sequence alone. The genes of a bacterium or "
    "archaeon are called on its genome with --prokaryote; a eukaryote's may come from a BUSCO run, or miniprot."
)


@dataclass(frozen=True)
class QueryGenes:
    """Coding sequences, the genetic code they were read under, and what to say of that (empty: nothing).

    `source` says in words where they come from.
    """

    sequences: list[bytes]
    genetic_code: int = STANDARD
    code_finding: str = ""
    source: str = "as given"


def read_genes(
    paths: Sequence[StrPath], genetic_code: int | None = None, *, prokaryote: bool = False
) -> Read[QueryGenes]:
    """Read the sequences that can be genes.

    Parameters
    ----------
    paths : sequence of path-like
        FASTA of coding sequences, a gene a record; or GenBank; or GFF3 or GTF and the FASTA of its genome; or the
        folder of a BUSCO run.  Of an annotated gene the longest transcript counts.
    genetic_code : int, optional
        NCBI's number of the code they are written in.  By default it is what the annotation says, or guessed from the
        stop codons within genes: see `klbio.models.training.code_guess`; of called genes 11.
    prokaryote : bool, default False
        Whether the files are the genome of a bacterium or archaeon, whose genes are to be called.

    Raises
    ------
    InputError
        If a file is broken, or fewer than two genes are left.
    """
    sources = gene_sources(paths)
    annotated = any(is_annotation(source) for source in sources)
    name = ", ".join(map(str, paths))
    if prokaryote:
        return _called(name, sources, genetic_code, annotated=annotated)
    of_kind = _annotated if annotated else _records
    number, finding = code_of(STANDARD if genetic_code is None else genetic_code).number, ""
    genes, refused = of_kind(sources, number)
    evidence = CodeEvidence(len(genes), refused, Counter(Gene(gene).last_codon for gene in genes))
    if choice := evidence.choice(genetic_code):
        number, finding = choice.number, choice.finding.text
        genes, refused = of_kind(sources, number, choice.overruled)
    dropped = _dropped(name, refused)
    faulty = [f"{one.name}: {one.reason}" for one in refused if not one.spare]
    remedy = ANNOTATED if annotated else ALONE
    if len(genes) < MIN_GENES or len(genes) < FEW * len(faulty):
        reasons = listed([f"{row.name}: {row.reason}" for row in dropped]) or "no other"
        raise InputError.one(
            name,
            f"{len(genes)} of {len(genes) + len(dropped)} sequences that can be genes ({reasons})",
            f"at least {MIN_GENES} coding sequences, in frame from their first base",
            remedy,
        )
    if len(faulty) > len(genes):
        found = (
            f"{len(faulty)} of {len(faulty) + len(genes)} sequences that cannot be genes ({listed(faulty)})"
        )
        notify(name, found, "left out", remedy)
    source = "from their annotation" if annotated else "as given"
    if len(sources) > len(paths):
        source = "the single-copy genes of a BUSCO run"
    return Read(QueryGenes(genes, number, finding, source), dropped)


def _called(
    name: str, sources: Sequence[Source], genetic_code: int | None, *, annotated: bool
) -> Read[QueryGenes]:
    """Call the genes of a bacterium's genome."""
    if annotated or len(sources) > 1:
        found = "an annotation" if annotated else "several files"
        raise InputError.one(
            name, f"{found}, and --prokaryote", "FASTA of one genome, whose genes are to be called"
        )
    called = call_genes(sources, genetic_code)
    genes = QueryGenes(called.sequences, called.genetic_code, "", called.source)
    return Read(genes, _dropped(name, called.refused))


def _dropped(name: str, refused: Sequence[Refused]) -> tuple[DroppedRow, ...]:
    return tuple(
        DroppedRow(source=one.source or name, kind="gene", name=one.name, reason=one.reason)
        for one in refused
    )


def _records(
    sources: Sequence[Source], genetic_code: int, overruled: int | None = None
) -> tuple[list[bytes], list[Refused]]:
    """Records of FASTA files, which have no word on their code, by number; of each gene of a file the longest.

    Of records of one sequence, in whatever file, the first counts.
    """
    genes, refused = list[CodingRecord](), list[Refused]()
    for source in sources:
        records = enumerate(coding_records.read(source), 1)
        named = (replace(record, name=f"record {number}") for number, record in records)
        chosen, others = longest_records(named, genetic_code)
        genes += chosen
        refused += [replace(other, source=str(source)) for other in others]
    distinct, again = distinct_records(genes)
    return [record.sequence for record in distinct], refused + again


def _annotated(
    sources: Sequence[Source], genetic_code: int, overruled: int | None = None
) -> tuple[list[bytes], list[Refused]]:
    """Coding sequences of annotated genes."""
    given, genes, refused, ignored = sorted_by_kind(sources), list[bytes](), list[Refused](), 0
    for annotated in given.sequences():
        chosen, others = annotated.chosen_transcripts(genetic_code, overruled)
        genes += [transcript.coding_sequence(annotated.unrolled) for transcript in chosen]
        refused += others
        ignored += sum(transcript.phases_ignored for transcript in chosen)
    if ignored:
        notify(
            sources[0], "phases that contradict each other", f"passed over in {count(ignored, 'whole gene')}"
        )
    refused += [Refused(gene.name, gene.fault, gene.line) for gene in given.unplaced]
    records, others = _records(given.genes, genetic_code)
    return genes + records, refused + others
