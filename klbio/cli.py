"""The command line: arguments -> steps; the only place that catches `KlbioError` (exit 2)."""

from __future__ import annotations

import argparse
import inspect
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr
from pathlib import Path
from typing import Any

from klbio import __version__
from klbio.errors import KlbioError

__all__ = ["as_rule", "check_workflow", "main", "parser"]

USER_ERROR = 2
Step = Callable[..., None]


def main(argv: Sequence[str] | None = None) -> None:
    """Run one command; a fault of the input ends in exit code 2 and no traceback."""
    arguments = vars(parser().parse_args(argv))
    run: Callable[..., None] = arguments.pop("run")
    with _speaking_plainly():
        run(**arguments)


@contextmanager
def _speaking_plainly() -> Iterator[None]:
    try:
        yield
    except KlbioError as error:
        for line in str(error).splitlines():
            print(f"klbio: error: {line}", file=sys.stderr)
        raise SystemExit(USER_ERROR) from None
    except OSError as error:  # a folder that cannot be written, a full disk
        print(f"klbio: error: {error.filename or 'file system'}: {error.strerror or error}", file=sys.stderr)
        raise SystemExit(USER_ERROR) from None


def as_rule(step: Step, job: Any) -> None:
    """Run a step as a Snakemake rule asks: names of inputs, outputs and params are the step's arguments.

    A name that the step does not have is Snakemake's own concern: files found through a sheet, tables in
    a folder that the step does name, the version that makes new code rerun old results.
    The rule's threads are the step's `cores`.
    What is printed goes to the rule's log; a fault of the input is shown to the user as well.
    """
    named = {**dict(job.input.items()), **dict(job.output.items()), **dict(job.params.items())}
    named["cores"] = job.threads
    known = inspect.signature(step).parameters
    log = Path(job.log[0])
    with _speaking_plainly():
        try:
            with log.open("w", encoding="utf-8") as handle, redirect_stderr(handle):
                step(**{name: value for name, value in named.items() if name in known})
        except KlbioError as error:
            log.write_text(f"{error}\n", encoding="utf-8")
            raise


def check_workflow(config: Mapping[str, Any], paths: Sequence[str | Path]) -> None:
    """Check a workflow's config and sheets before any rule is made; exit 2 with all faults."""
    from klbio.steps.check import check_config

    with _speaking_plainly():
        check_config(config, paths)


def parser() -> argparse.ArgumentParser:
    """Build the parser of all commands."""
    top = argparse.ArgumentParser(
        prog="klbio",
        description="How far a microbiome moved and where gene models disagree: in bits, with an error bar.",
    )
    top.add_argument("--version", action="version", version=f"klbio {__version__}")
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    for add in (
        _add_shift,
        _add_models,
        _add_nearest,
        _add_train,
        _add_reads,
        _add_matrix,
        _add_check,
        _add_report,
    ):
        add(commands)
    return top


def _command(commands: Any, name: str, run: Step, summary: str, example: str) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(
        name,
        help=summary,
        description=summary,
        epilog=f"example:\n  {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.set_defaults(run=run)
    return command


def _add_shift(commands: Any) -> None:
    add = _command(
        commands, "shift", _shift, "How far each subject moved from before to after, and which taxa carried it.",
        "klbio shift examples/mouse-diet/table.tsv --samples config/samples.tsv \\\n"
        "    --taxonomy examples/mouse-diet/taxonomy.tsv --rank genus --out results/mouse",
    ).add_argument  # fmt: skip
    add("table", help="counts: TSV (taxa are rows), BIOM 1.0 or BIOM 2.1")
    add(
        "--samples",
        required=True,
        metavar="SHEET",
        help="TSV with columns sample, subject, phase [time, arm, batch]",
    )
    add("--taxonomy", metavar="FILE", help="TSV: taxon, then one column per rank (or QIIME 2's Taxon column)")
    add(
        "--tree",
        metavar="FILE",
        help="Newick with branch lengths and a tip for each taxon: adds weighted UniFrac",
    )
    add(
        "--rank",
        dest="ranks",
        action="append",
        metavar="RANK",
        help="a rank of the taxonomy; repeat for more (default: feature)",
    )
    add("--format", choices=("tsv", "biom"), help="format of the table (default: recognised from content)")
    add("--out", required=True, metavar="DIR", help="folder for the result tables")
    _add_shift_choices(add)


def _add_shift_choices(add: Callable[..., Any]) -> None:
    """What a config calls `shift`, under the same names and defaults."""
    add("--before", default="before", metavar="PHASE", help="phase of the reference side q (default: before)")
    add(
        "--after",
        action="append",
        metavar="PHASE",
        help="phase of the later side p; repeat for more (default: after)",
    )
    add(
        "--smoothing",
        default="additive(0.5)",
        help="estimator behind the relative entropies (default: %(default)s)",
    )
    add(
        "--support",
        default="pair",
        choices=("pair", "study"),
        help="categories that are smoothed (default: %(default)s)",
    )
    add(
        "--unassigned",
        default="parent",
        choices=("parent", "lineage"),
        help="how taxa without a name at a rank are called",
    )
    add(
        "--resamples",
        dest="n_resamples",
        type=int,
        default=999,
        metavar="N",
        help="dealings behind the floor (default: %(default)s)",
    )
    add(
        "--min-depth",
        type=int,
        default=100,
        metavar="READS",
        help="leave out shallower samples (default: %(default)s)",
    )
    add("--seed", type=int, default=1, help="start of every random number (default: %(default)s)")
    add(
        "--cores",
        type=int,
        default=1,
        metavar="N",
        help="threads; the results do not depend on it (default: %(default)s)",
    )


def _shift(*, ranks: list[str] | None, before: str, after: list[str] | None, **arguments: Any) -> None:
    from klbio.steps.shift import measure_shift

    contrasts = [{"before": before, "after": phase} for phase in after or ["after"]]
    measure_shift(ranks=ranks or ["feature"], contrasts=contrasts, **arguments)


def _add_models(commands: Any) -> None:
    add = _command(
        commands, "models", _models, "Where, and by how much, gene models or profile HMMs disagree.",
        "klbio models examples/gene-models/augustus/human examples/gene-models/snap/mam46.hmm --out results/models",
    ).add_argument  # fmt: skip
    add(
        "models",
        nargs="+",
        metavar="MODEL",
        help="HMMER3 file, SNAP .hmm, geneid .param or GeneMark .mod file, Prodigal training file, "
        "AUGUSTUS species folder, hidden Markov model (JSON or TSV), or a folder of these",
    )
    add(
        "--epsilon",
        type=float,
        default=1e-4,
        help="pseudo-probability added to every possible emission (default: %(default)s)",
    )
    add(
        "--length",
        dest="n_symbols",
        type=int,
        default=300_000,
        metavar="N",
        help="symbols drawn from each hidden Markov model (default: %(default)s)",
    )
    add(
        "--keep-going",
        action="store_true",
        help="compare the models that can be read; the faults of the others go to dropped.tsv",
    )
    add("--seed", type=int, default=1, help="start of every random number (default: %(default)s)")
    add(
        "--threads",
        type=int,
        default=1,
        metavar="N",
        help="threads that align profiles (default: %(default)s); the tables do not depend on it",
    )
    _add_cache(add)
    add("--out", required=True, metavar="DIR", help="folder for the result tables")


def _add_cache(add: Callable[..., Any]) -> None:
    add(
        "--cache",
        metavar="DIR",
        help="keep gene models as read in this folder, and read them from there when the same files come again",
    )


def _models(**arguments: Any) -> None:
    from klbio.steps.models import compare_models

    compare_models(**arguments)


def _add_nearest(commands: Any) -> None:
    add = _command(
        commands, "nearest", _nearest, "Which known gene model fits coding sequences, or a gene model, best.",
        "klbio nearest examples/gene-models/augustus --query examples/cds/worm.fasta --out nearest.tsv",
    ).add_argument  # fmt: skip
    add("models", nargs="+", metavar="MODELS", help="known gene models: files, or folders of them")
    add(
        "--query",
        required=True,
        action="append",
        metavar="FILE",
        help="coding sequences (FASTA, in frame), GenBank, or a gene model; or twice: GFF3, and FASTA of its genome",
    )
    add(
        "--order",
        type=int,
        default=4,
        metavar="K",
        help="greatest order of the model estimated from the sequences, 2 to 8 (default: %(default)s)",
    )
    add(
        "--epsilon",
        type=float,
        default=1e-4,
        help="pseudo-probability added to every possible emission (default: %(default)s)",
    )
    _add_cache(add)
    add("--out", required=True, metavar="FILE", help="table of the models, the closest first")


def _nearest(**arguments: Any) -> None:
    from klbio.steps.nearest import rank_models

    rank_models(**arguments)


def _add_train(commands: Any) -> None:
    add = _command(
        commands, "train", _train, "Estimate a gene model from annotated genes, for `models` and `nearest`.",
        "klbio train genome.fasta annotation.gff3 --out mine.json\n"
        "  klbio train examples/cds/fly-like.fasta --order 3 --out results/fly-like.json",
    ).add_argument  # fmt: skip
    add(
        "annotated",
        nargs="+",
        metavar="ANNOTATED",
        help="GenBank; or GFF3 and the FASTA of its genome; or FASTA of coding sequences, a gene a record, in frame",
    )
    add(
        "--order",
        type=int,
        default=4,
        metavar="K",
        help="bases the next one depends on, 2 to 8 (default: %(default)s)",
    )
    add(
        "--smoothing",
        default="additive(0.5)",
        help="estimator in every context: none, additive(A), dirichlet(weight=W) ... (default: %(default)s)",
    )
    add("--name", help="name of the model (default: that of the output file)")
    add("--out", required=True, metavar="FILE", help="the model: an emission table, .json or .tsv")


def _train(**arguments: Any) -> None:
    from klbio.steps.train import train_model

    train_model(**arguments)


def _add_reads(commands: Any) -> None:
    add = _command(
        commands, "reads", _reads, "Count the k-mers of sequence reads: a composition without a reference.",
        "klbio reads examples/reads/fastq/*_R1.fastq.gz --kmer 6 --out kmers.tsv",
    ).add_argument  # fmt: skip
    add("reads", nargs="+", metavar="READS", help="FASTQ or FASTA, gzipped or not; one sample per file")
    add(
        "--unit",
        default="kmer",
        choices=("kmer", "codon", "residue"),
        help="what is counted (default: %(default)s)",
    )
    add("--kmer", type=int, default=6, metavar="K", help="word length, 1 to 12 (default: %(default)s)")
    add("--stranded", dest="canonical", action="store_false", help="tell a word from its reverse complement")
    add("--out", required=True, metavar="FILE", help="table of counts: .biom or .tsv")


def _reads(**arguments: Any) -> None:
    from klbio.steps.reads import count_reads

    count_reads(**arguments)


def _add_matrix(commands: Any) -> None:
    add = _command(
        commands, "matrix", _matrix, "Compare all samples of a table with each other.",
        "klbio matrix examples/mouse-diet/table.tsv --measure jensen-shannon-divergence --out matrix.tsv",
    ).add_argument  # fmt: skip
    add("table", help="counts: TSV (taxa are rows), BIOM 1.0 or BIOM 2.1")
    add(
        "--measure",
        default="jensen-shannon-divergence",
        metavar="NAME",
        help="what to compute (default: %(default)s)",
    )
    add(
        "--alpha",
        type=float,
        metavar="A",
        help="pseudocount per category, for relative-entropy and jeffreys-divergence",
    )
    add(
        "--threads",
        type=int,
        default=1,
        metavar="N",
        help="the result is the same for any number (default: 1)",
    )
    add(
        "--out",
        required=True,
        metavar="FILE",
        help="matrix: .tsv, .lsmat (scikit-bio, QIIME 2), or .npy for matrices larger than memory",
    )


def _matrix(**arguments: Any) -> None:
    from klbio.steps.matrix import write_matrix

    write_matrix(**arguments)


def _add_check(commands: Any) -> None:
    add = _command(
        commands, "check", _check, "List every fault of a config, its sheets and its tables at once.",
        "klbio check config/config.yaml",
    ).add_argument  # fmt: skip
    add("config", help="a config.yaml")


def _check(**arguments: Any) -> None:
    from klbio.steps.check import check_inputs

    check_inputs(**arguments)
    print(f"{arguments['config']}: no fault found")


def _add_report(commands: Any) -> None:
    add = _command(
        commands, "report", _report, "Show result tables as one self-contained HTML page.",
        "klbio report results --out results/report/report.html",
    ).add_argument  # fmt: skip
    add("results", help="folder with the result tables")
    add("--title", help="title of the page")
    add("--out", required=True, metavar="FILE", help="the page; figures/*.svg are written beside it")


def _report(**arguments: Any) -> None:
    from klbio.steps.report import write_report

    write_report(**arguments)
