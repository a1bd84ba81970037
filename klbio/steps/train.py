"""Annotated sequences -> a gene model of one's own, its codon usage, and what was noticed on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from klbio.alphabets import CODONS
from klbio.errors import InputError, StrPath
from klbio.io.models import emissions
from klbio.io.models.prodigal_file import TRN
from klbio.io.results import write_rows
from klbio.io.sequences import coding_records
from klbio.models.markov.content_model import MAX_ORDER, ORDER
from klbio.models.markov.genetic_code import STANDARD
from klbio.models.markov.genetic_code import genetic_code as code_of
from klbio.models.markov.stop_codons import CODON_CONTEXT
from klbio.models.training.annotation import Refused
from klbio.models.training.code_guess import CodeEvidence
from klbio.models.training.coding_record import longest_records
from klbio.models.training.gene_model import Training
from klbio.phrases.numbers import count
from klbio.progress import over
from klbio.schema import TRAINING_TABLES, CodonUsageRow, DroppedRow, FindingRow, OrderRow
from klbio.smoothing import Estimator, parse_smoothing
from klbio.steps.annotated import Annotated, sorted_by_kind
from klbio.steps.beside import list_beside, write_list
from klbio.steps.ending import Ending, left_out
from klbio.steps.train_prodigal import DICODON_ORDER, write_training

if TYPE_CHECKING:
    from klbio.models.genes.order_choice import OrderChoice

__all__ = ["train_model"]

AUTO = "auto"


def train_model(
    *,
    annotated: Sequence[StrPath],
    out: StrPath,
    order: int | str = ORDER,
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
        every other command; or, where the name ends in ``.trn``, Prodigal's training file.  Beside it, with these
        endings: ``.codons.tsv``, codon usage; ``.orders.tsv``, how well each order predicts unseen genes;
        ``.findings.tsv``, what the user should know; ``.dropped.tsv``, genes and transcripts left out, each with the
        reason.
    order : int or "auto", default 4
        Of the content models, 2 to 8; "auto" is the one that `klbio.models.genes.order_choice.OrderChoice` recommends.
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
    place = list_beside(out)
    if place is None:
        raise InputError.one(
            out, "a device or a pipe", "a file", "Its codons and findings are written beside it."
        )
    estimator, for_prodigal = parse_smoothing(smoothing), str(out).endswith(TRN)
    trainer = _Trainer(annotated, estimator, genetic_code)
    given, training, choice = trainer.trained(DICODON_ORDER if for_prodigal else order)
    source = ", ".join(map(str, annotated))
    model = training.model(name or Path(out).name.removesuffix(Path(out).suffix), estimator, source)
    if not model.name.strip():
        raise InputError.one("name", "an empty name", "a name for the model")
    more = write_training(annotated, training, out) if for_prodigal else []
    if not for_prodigal:
        emissions.write([model], Path(out))
    write_rows(f"{out}.codons.tsv", _codon_rows(training), TRAINING_TABLES["codons"])
    write_rows(f"{out}.orders.tsv", _order_rows(choice, training.order), TRAINING_TABLES["orders"])
    findings = [
        FindingRow(
            model=model.name, severity=finding.severity, component=finding.component, finding=finding.text
        )
        for finding in (*more, *model.findings)
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
    lists = write_list(dropped, place)
    kind = "a training file of Prodigal" if for_prodigal else f"a gene model of order {training.order}"
    answer = f"{model.name} is {kind}, learnt from {count(training.n_genes, 'gene')}."
    for finding in filter(None, (None if for_prodigal else training.order_finding, training.code_finding)):
        answer += f" {finding.text[0].upper()}{finding.text[1:]}."
    beside = [f"{out}.{name}.tsv" for name in TRAINING_TABLES if name != "dropped"]
    return Ending(answer, left_out(dropped, *lists), ", ".join((str(out), *beside, *lists)))


@dataclass(frozen=True)
class _Trainer:
    """Files of genes, and how to learn from them."""

    annotated: Sequence[StrPath]
    estimator: Estimator
    genetic_code: int | None

    def trained(self, order: int | str) -> tuple[Annotated, Training, OrderChoice]:
        """Count the genes at the order asked for, or at that which predicts unseen ones best."""
        from klbio.models.genes.order_choice import OrderChoice

        if isinstance(order, str) and order != AUTO:
            raise InputError.one("order", repr(order), f"{CODON_CONTEXT} to {MAX_ORDER}, or {AUTO!r}")
        given, training = self._under_its_code(CODON_CONTEXT if isinstance(order, str) else order)
        choice = OrderChoice(training.long_words, self.estimator, training.genetic_code, training.order)
        if isinstance(order, str) and choice.tried and choice.recommended.order != training.order:
            code = training.genetic_code, training.code_finding, training.overruled
            training = Training(choice.recommended.order, *code)
            given = _count(self.annotated, training)
        training.order_finding = choice.finding(training.order)
        return given, training, choice

    def _under_its_code(self, order: int) -> tuple[Annotated, Training]:
        """Count the genes under the code asked for, or under that which they call for."""
        code = code_of(STANDARD if self.genetic_code is None else self.genetic_code).number
        training = Training(order, code)
        given = _count(self.annotated, training)
        evidence = CodeEvidence(training.n_genes, training.refused, training.endings)
        if choice := evidence.choice(self.genetic_code):
            training = Training(order, choice.number, choice.finding, choice.overruled)
            given = _count(self.annotated, training)
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


def _order_rows(choice: OrderChoice, used: int) -> list[OrderRow]:
    """Give the orders that were tried."""
    return [
        OrderRow(
            order=one.order, n_genes=len(one.held_out), n_bases=one.likeliest.n_bases,
            n_free_parameters=one.likeliest.n_free,
            cross_entropy_bits_per_base=one.cross_entropy, above_best_bits_per_base=bits,
            above_best_standard_error=error, aic_bits_per_base=one.aic, bic_bits_per_base=one.bic,
            best=one is choice.best, recommended=one is choice.recommended, used=one.order == used,
        )
        for one, (bits, error) in zip(choice.tried, choice.above_best if choice.tried else (), strict=True)
    ]  # fmt: skip


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
