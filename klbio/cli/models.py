"""`klbio models`, `nearest` and `train`: gene models and profile HMMs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from klbio.cli.command import Command, add_command

if TYPE_CHECKING:
    from klbio.cli.command import Commands

__all__ = ["add_models", "add_nearest", "add_train"]


def add_models(commands: Commands) -> None:
    """Add `klbio models`."""
    command = add_command(
        commands, "models", "klbio.steps.models.compare_models",
        "Where, and by how much, gene models or profile HMMs disagree.",
        "klbio models examples/gene-models/augustus/human examples/gene-models/snap/mam46.hmm --out results/models\n"
        "  klbio models examples/gene-models/hmmer/fn3.hmm --against Pfam-A.hmm --threads 2 --out results/fn3\n"
        "  klbio models Pfam35.hmm --against Pfam38.hmm --by accession --out results/pfam",
        notes=_formats, page=True, alone=True,
    )  # fmt: skip
    add = command.add_argument
    add(
        "models",
        nargs="*",
        metavar="MODEL",
        help="file or folder of a model, in a format below, or a folder of these",
    )
    add(
        "--sheet",
        metavar="TSV",
        help="model sheet instead of them: model, path, and format, group, genetic_code",
    )
    _add_databases(command)
    add("--epsilon", type=float, help="pseudo-probability added to every possible emission")
    add(
        "--length",
        dest="n_symbols",
        type=int,
        metavar="N",
        help="symbols drawn from each hidden Markov model",
    )
    add(
        "--keep-going",
        action="store_true",
        help="compare the models that can be read; the faults of the others go to dropped.tsv",
    )
    add(
        "--both-strands",
        action="store_true",
        help="compare RNA profiles with reverse complements too, as DNA ones always are",
    )
    add("--seed", type=int, help="start of every random number")
    add(
        "--threads", type=int, metavar="N", help="threads that align profiles; the tables do not depend on it"
    )
    add(
        "--plain",
        action="store_true",
        help="gzip no table; else those of more than 50,000 rows are .tsv.gz",
    )
    _add_cache(command)
    add("--out", required=True, metavar="DIR", help="folder for the result tables")


def _add_databases(command: Command) -> None:
    """Add what profiles are held against, where that is not each other."""
    add = command.add_argument
    add(
        "--against",
        action="append",
        metavar="MODELS",
        help="file or folder of profiles, as a whole database, that each MODEL is held against (may be repeated)",
    )
    add(
        "--by",
        help="with --against: hold each profile against its own entry there: what changed, is gone, is new",
    )


def _formats() -> str:
    """List the formats of models, as their readers call them."""
    from klbio.io import model_formats

    formats = model_formats()
    width = max(len(form.title) for form in formats)
    lines = [f"  {form.title:<{width}}  {form.files}" for form in formats]
    return "\n".join(["formats, recognised from content:", *lines])


def _add_cache(command: Command) -> None:
    command.add_argument(
        "--cache",
        metavar="DIR",
        help="keep gene models as read in this folder, and read them from there when the same files come again",
    )


def _add_genetic_code(command: Command, genes: str) -> None:
    command.add_argument(
        "--genetic-code",
        type=int,
        metavar="N",
        help=f"NCBI's number of the code that {genes} are written in; else as annotated, or guessed and said",
    )


def _order(text: str) -> int | str:
    """Read a whole number, or leave the word as it is."""
    return int(text) if text.lstrip("-").isdecimal() else text


def add_nearest(commands: Commands) -> None:
    """Add `klbio nearest`."""
    command = add_command(
        commands, "nearest", "klbio.steps.nearest.rank_models",
        "Which known gene model fits coding sequences, or a gene model, best.",
        "klbio nearest examples/gene-models/augustus --query examples/cds/worm.fasta --out nearest.tsv\n"
        "  klbio nearest prodigal: --query genome.fasta --prokaryote --out nearest.tsv\n"
        "  klbio nearest /usr/share/augustus/config/species --query busco_run --out nearest.tsv",
        notes=_formats, page=True,
    )  # fmt: skip
    add = command.add_argument
    add("models", nargs="+", metavar="MODELS", help="known gene models: files, or folders of them")
    add(
        "--query",
        required=True,
        action="append",
        metavar="FILE",
        help="coding sequences (FASTA, in frame), GenBank, EMBL, the folder of a BUSCO run, a gene model; or twice: "
        "GFF3 or GTF (miniprot, BRAKER ...), and its genome",
    )
    add(
        "--prokaryote",
        action="store_true",
        help="the query is the genome of a bacterium or archaeon: pyrodigal calls its genes",
    )
    add(
        "--order",
        type=int,
        metavar="K",
        help="greatest order of the model estimated from the sequences, 2 to 8",
    )
    add("--epsilon", type=float, help="pseudo-probability added to every possible emission")
    _add_genetic_code(command, "the query's genes")
    _add_cache(command)
    add("--out", required=True, metavar="FILE", help="table of the models, the closest first")


def add_train(commands: Commands) -> None:
    """Add `klbio train`."""
    command = add_command(
        commands, "train", "klbio.steps.train.train_model",
        "Estimate a gene model from annotated genes, for `models` and `nearest`.",
        "klbio train genome.fasta annotation.gff3 --out mine.json\n"
        "  klbio train examples/cds/fly-like.fasta --order 3 --out results/fly-like.json",
    )  # fmt: skip
    add = command.add_argument
    add(
        "annotated",
        nargs="+",
        metavar="ANNOTATED",
        help="GenBank or EMBL; or GFF3 or GTF and FASTA of its genome; or FASTA of coding sequences in frame",
    )
    add(
        "--order",
        type=_order,
        metavar="K",
        help="bases the next one depends on, 2 to 8, or auto: as predicts unseen genes best",
    )
    add("--smoothing", help="estimator in every context: none, additive(A), dirichlet(weight=W) ...")
    _add_genetic_code(command, "the genes")
    add("--name", help="name of the model (default: that of the output file)")
    add(
        "--out",
        required=True,
        metavar="FILE",
        help="the model: an emission table, .json or .tsv; or .trn, for prodigal -t (needs pyrodigal)",
    )
