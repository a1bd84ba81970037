"""`klbio reads`, `matrix`, `convert`, `check` and `report`."""

from __future__ import annotations

import sys
from functools import partial
from json import dumps
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from klbio.cli.command import Command, add_command, nothing_faults
from klbio.cli.endings import USER_ERROR, tell
from klbio.errors import InputError
from klbio.strictness import STRICT

if TYPE_CHECKING:
    from klbio.cli.command import Commands

__all__ = ["add_check", "add_convert", "add_init", "add_matrix", "add_reads", "add_report"]


def add_reads(commands: Commands) -> None:
    """Add `klbio reads`."""
    command = add_command(
        commands, "reads", "klbio.steps.reads.count_reads",
        "Count the k-mers of sequence reads: a composition without a reference.",
        "klbio reads examples/reads/fastq/*_R1.fastq.gz --kmer 6 --out kmers.tsv",
    )  # fmt: skip
    add = command.add_argument
    add("reads", nargs="+", metavar="READS", help="FASTQ or FASTA, gzipped or not; one sample per file")
    add("--unit", help="what is counted")
    add("--kmer", type=int, metavar="K", help="word length, 1 to 12")
    add("--stranded", dest="canonical", action="store_false", help="tell a word from its reverse complement")
    add("--out", required=True, metavar="FILE", help="table of counts: .biom or .tsv")


def add_matrix(commands: Commands) -> None:
    """Add `klbio matrix`."""
    command = add_command(
        commands, "matrix", "klbio.steps.matrix.write_matrix",
        "Compare all samples of a table with each other.",
        "klbio matrix examples/mouse-diet/table.tsv --measure jensen-shannon-divergence --out matrix.tsv",
    )  # fmt: skip
    add = command.add_argument
    add(
        "table",
        nargs="+",
        help="counts, in any format that klbio reads; or all parts of a matrix, to put together",
    )
    add("--measure", metavar="NAME", help="what to compute")
    add(
        "--alpha",
        type=float,
        metavar="A",
        help="pseudocount per category, for relative-entropy and jeffreys-divergence",
    )
    add(
        "--exclude",
        action="append",
        metavar="TAXON",
        help="a taxon, or a clade with all that is in it, to leave out; repeat for more",
    )
    add(
        "--keep",
        action="append",
        metavar="TAXON",
        help="a taxon or clade that is meant to be counted, though it looks like none: no warning",
    )
    add("--threads", type=int, metavar="N", help="the result is the same for any number")
    add(
        "--out",
        required=True,
        metavar="FILE",
        help="matrix: .tsv, .lsmat (scikit-bio, QIIME 2); larger than memory .npy, .h5 (scikit-bio, unifrac) or .zarr",
    )
    add("--dtype", help="of .npy, .h5 and .zarr: every bit, or seven digits in half the room")
    add("--tile", metavar="I/N", help="write the I-th of N parts alone, as .npy")


def add_convert(commands: Commands) -> None:
    """Add `klbio convert`."""
    command = add_command(
        commands, "convert", "klbio.steps.convert.convert_table",
        "Write a table in another format: BIOM 2.1, TSV, .h5ad, .qza, the tables of phyloseq; a result as Parquet.",
        "klbio convert examples/mouse-diet/table.tsv mice.biom --taxonomy examples/mouse-diet/taxonomy.tsv",
    )  # fmt: skip
    add = command.add_argument
    add(
        "table",
        help="counts, in any format that klbio reads; a training set of Prodigal, as prodigal:20; a result table",
    )
    add(
        "out",
        help="file to write; a folder for phyloseq; .trn for a training set, .parquet for a result table",
    )
    add("--to", help="format to write; by default as OUT ends")
    add("--taxonomy", metavar="FILE", help="lineages of the taxa; by default those in the table")
    add("--samples", metavar="FILE", help="a sheet; all its columns are kept as metadata of the samples")
    add("--format", help="format of the table; recognised from content when not given")


def add_check(commands: Commands) -> None:
    """Add `klbio check`."""
    command = add_command(
        commands, "check", "klbio.steps.check.check_inputs",
        "List every fault of a config and of all it names at once: sheets, tables, reads, models.",
        "klbio check config/config.yaml",
    )  # fmt: skip
    add = command.add_argument
    add("config", help="a config.yaml")
    command.add_own("--json", "print the findings as JSON, for programs")
    command.set_defaults(run=partial(_check, command))


def _check(command: Command, *, config: str, json: bool = False, quiet: bool = False) -> None:
    from klbio.steps.check import examine

    InputError.raise_any(nothing_faults({"config": config}))
    verdict = examine(config)
    verdict = verdict.strict() if STRICT.active else verdict
    if json:
        tell(dumps(verdict.as_json(), indent=2, ensure_ascii=False))
        raise SystemExit(USER_ERROR if verdict.faults else 0)
    for line in verdict.warning_lines():
        print(f"klbio: {line}", file=sys.stderr)
    if len(verdict.faults) > 1:
        print(f"klbio: {config}, with all it names: {verdict.counted}", file=sys.stderr)
    InputError.raise_any(verdict.faults)
    if not quiet:
        tell(f"{config}: no fault found")


def add_init(commands: Commands) -> None:
    """Add `klbio init`."""
    command = add_command(
        commands, "init", "klbio.steps.init.propose_config",
        "Look at a table and a sheet, and write a config to start from: columns, phases, ranks, control.",
        "klbio init table.tsv patients.xlsx --out antibiotics.yaml",
    )  # fmt: skip
    add = command.add_argument
    add("table", help="counts, in any format that klbio reads")
    add(
        "samples",
        metavar="sheet",
        nargs="?",
        help="who was sampled when, in its own words: text or .xlsx; by default what the table says of its samples",
    )
    add("--taxonomy", metavar="FILE", help="lineages, if they do not stand in the table")
    add("--out", metavar="FILE", help="the config to write")
    command.set_defaults(run=partial(_init, command))


def _init(command: Command, *, out: str = "config.yaml", **arguments: object) -> None:
    quiet = bool(arguments.pop("quiet", False))
    command.run(out=out, **arguments)
    if quiet:
        return
    head, _, _ = Path(out).read_text(encoding="utf-8").partition("\n\n")
    *notes, last = (line.removeprefix("# ") for line in head.split("\n"))
    lines = [
        *notes,
        f"{out}: written. Look it over, then run",
        f"  klbio check {quote(out)}",
        f"  {last.partition(': ')[2]}",
        "or, at all ranks, with Snakemake",
        f"  snakemake --configfile {quote(out)} --cores 2",
    ]
    tell("\n".join(lines))


def add_report(commands: Commands) -> None:
    """Add `klbio report`."""
    command = add_command(
        commands, "report", "klbio.steps.report.write_report",
        "Show result tables as one self-contained HTML page.",
        "klbio report results --out results/report/report.html",
    )  # fmt: skip
    add = command.add_argument
    add(
        "results",
        help="folder with result tables, of a workflow or of one command, or a table of `klbio nearest`",
    )
    add("--title", help="title of the page")
    add(
        "--out",
        metavar="FILE",
        help="the page; figures/*.svg are written beside it (default: report.html in the folder, or in NAME.report "
        "beside NAME.tsv)",
    )
