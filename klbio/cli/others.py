"""`klbio reads`, `matrix`, `check` and `report`."""

from __future__ import annotations

from typing import Any

from klbio.cli.command import command

__all__ = ["add_check", "add_matrix", "add_reads", "add_report"]


def add_reads(commands: Any) -> None:
    """Add `klbio reads`."""
    add = command(
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


def add_matrix(commands: Any) -> None:
    """Add `klbio matrix`."""
    add = command(
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


def add_check(commands: Any) -> None:
    """Add `klbio check`."""
    add = command(
        commands, "check", _check, "List every fault of a config, its sheets and its tables at once.",
        "klbio check config/config.yaml",
    ).add_argument  # fmt: skip
    add("config", help="a config.yaml")


def _check(**arguments: Any) -> None:
    from klbio.steps.check import check_inputs

    check_inputs(**arguments)
    print(f"{arguments['config']}: no fault found")


def add_report(commands: Any) -> None:
    """Add `klbio report`."""
    add = command(
        commands, "report", _report, "Show result tables as one self-contained HTML page.",
        "klbio report results --out results/report/report.html",
    ).add_argument  # fmt: skip
    add("results", help="folder with the result tables")
    add("--title", help="title of the page")
    add("--out", required=True, metavar="FILE", help="the page; figures/*.svg are written beside it")


def _report(**arguments: Any) -> None:
    from klbio.steps.report import write_report

    write_report(**arguments)
