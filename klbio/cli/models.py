"""`klbio models`, `nearest` and `train`: gene models and profile HMMs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from klbio.cli.command import command

__all__ = ["add_models", "add_nearest", "add_train"]


def add_models(commands: Any) -> None:
    """Add `klbio models`."""
    add = command(
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


def add_nearest(commands: Any) -> None:
    """Add `klbio nearest`."""
    add = command(
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


def add_train(commands: Any) -> None:
    """Add `klbio train`."""
    add = command(
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
