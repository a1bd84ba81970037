"""Annotated sequences -> a gene model of one's own, its codon usage, and what was noticed on the way."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from klbio.alphabets import CODONS
from klbio.errors import InputError, StrPath
from klbio.io.models import emissions
from klbio.io.results import write_rows
from klbio.io.sequences import coding_records
from klbio.models.markov.content_model import ORDER
from klbio.models.markov.genetic_code import STANDARD
from klbio.models.markov.genetic_code import genetic_code as code_of
from klbio.models.training.annotation import Refused
from klbio.models.training.code_guess import CodeEvidence
from klbio.models.training.coding_record import longest_records
from klbio.models.training.gene_model import Training
from klbio.phrases.numbers import count
from klbio.progress import over
from klbio.schema import DROPPED, TRAINING_TABLES, CodonUsageRow, DroppedRow, FindingRow
from klbio.smoothing import parse_smoothing
from klbio.steps.annotated import Annotated, sorted_by_kind
from klbio.steps.ending import Ending, left_out

__all__ = ["train_model"]


def train_model(
    *,
    annotated: Sequence[StrPath],
    out: StrPath,
    order: int = ORDER,
    smoothing: str = "additive(0.5)",
    name: str | None = None,
    genetic_code: int | None = None,
) -> Ending:
    """Estimate a gene model from annotated genes.

    Parameters
    ----------
    annotated : sequence of path-like
        GenBank files; or GFF3 or GTF and the FASTA of its genome; or FASTA of coding sequences, a gene a record.
    out : path-like
        The model as an emission table (JSON where the name ends in ``.json``, else TSV), to be read by
        every other command.  Beside it, with these endings: ``.codons.tsv``, codon usage; ``.findings.tsv``, what
        the user should know; ``.dropped.tsv``, genes and transcripts left out, each with the reason.
    order : int, default 4
        Of the content models, 2 to 8.
    smoothing : str, default "additive(0.5)"
        See `klbio.smoothing.parse_smoothing`; used in every context and every column of a site by itself.
    name : str, optional
        Of the model; by default that of `out` without its ending.
    genetic_code : int, optional
        NCBI's number of the code the genes are written in.  By default what the annotation says (``transl_table``), or
        guessed from the stop codons within genes, which is then a warning: see `klbio.models.training.code_guess`.
        It wins over what most genes are annotated with, with a warning; genes of a code that few are annotated with
        stay out.

    Raises
    ------
    InputError
        Every fault of the files at once; or if no gene is left to learn from.
    """
    estimator = parse_smoothing(smoothing)
    given, training = _trained(annotated, order, genetic_code)
    source = ", ".join(map(str, annotated))
    model = training.model(name or Path(out).name.removesuffix(Path(out).suffix), estimator, source)
    if not model.name.strip():
        raise InputError.one("name", "an empty name", "a name for the model")
    emissions.write([model], Path(out))
    write_rows(f"{out}.codons.tsv", _codon_rows(training), TRAINING_TABLES["codons"])
    findings = [
        FindingRow(
            model=model.name, severity=finding.severity, component=finding.component, finding=finding.text
        )
        for finding in model.findings
    ]
    write_rows(f"{out}.findings.tsv", findings, TRAINING_TABLES["findings"])
    dropped = [
        DroppedRow(
            source=source,
            kind="transcript" if given.annotations or given.genbank else "gene",
            name=gene.name,
            reason=gene.reason + (f" (line {gene.line})" if gene.line else ""),
        )
        for gene in training.refused
    ]
    write_rows(f"{out}.dropped.tsv", dropped, DROPPED)
    answer = f"{model.name} is a gene model of order {order}, learnt from {count(training.n_genes, 'gene')}."
    if training.code_finding:
        answer += f" {training.code_finding.text[0].upper()}{training.code_finding.text[1:]}."
    rest = f"{out}.dropped.tsv"
    return Ending(answer, left_out(dropped, rest), f"{out}, {out}.codons.tsv, {out}.findings.tsv, {rest}")


def _trained(
    annotated: Sequence[StrPath], order: int, genetic_code: int | None
) -> tuple[Annotated, Training]:
    """Count the genes under the code asked for, or under that which they call for."""
    code = code_of(STANDARD if genetic_code is None else genetic_code).number
    training = Training(order=order, genetic_code=code)
    given = _count(annotated, training)
    evidence = CodeEvidence(training.n_genes, training.refused, training.endings)
    if choice := evidence.choice(genetic_code):
        training = Training(
            order=order, genetic_code=choice.number, code_finding=choice.finding, overruled=choice.overruled
        )
        given = _count(annotated, training)
    return given, training


def _count(annotated: Sequence[StrPath], training: Training) -> Annotated:
    """Take up every gene."""
    given = sorted_by_kind(annotated)
    for sequence in over(given.sequences(), None, "sequence", "training"):
        training.add(sequence)
    training.unknown_parents += given.unknown_parents
    training.refused += [Refused(gene.name, gene.fault, gene.line) for gene in given.unplaced]
    for path in given.genes:
        records, others = longest_records(coding_records.read(path), training.genetic_code)
        training.refused += others
        for record in records:
            training.add_gene(record.name, record.sequence)
    return given


def _codon_rows(training: Training) -> list[CodonUsageRow]:
    """Give codon usage as counted; a share is empty where the amino acid does not occur."""
    total = training.codons.sum()
    acids = code_of(training.genetic_code).acids
    of_acid: dict[str, float] = {}
    for acid, n in zip(acids, training.codons, strict=True):
        of_acid[acid] = of_acid.get(acid, 0.0) + n
    return [
        CodonUsageRow(
            codon=codon,
            amino_acid=acid,
            count=int(n),
            per_thousand=1000 * n / total,
            share_of_amino_acid=n / of_acid[acid] if of_acid[acid] else None,
        )
        for codon, acid, n in zip(CODONS.symbols, acids, training.codons, strict=True)
        if acid != "*"
    ]  # fmt: skip
