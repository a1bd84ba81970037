"""`klbio reference`, `amplicons` and `shotgun`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from klbio.cli.columns import METADATA, takes_columns
from klbio.cli.command import add_command

if TYPE_CHECKING:
    from klbio.cli.command import Command, Commands

__all__ = ["add_amplicons", "add_reference", "add_shotgun"]


def add_amplicons(commands: Commands) -> None:
    """Add `klbio amplicons`."""
    command = add_command(
        commands, "amplicons", "klbio.steps.amplicons.count_amplicons",
        "Make a table of taxa of amplicon reads, and measure its shift (needs vsearch).",
        "klbio amplicons samples.tsv --primers GTGCCAGCMGCCGCGGTAA GGACTACHVGGGTWTCTAAT --out taxa", alone=True,
    )  # fmt: skip
    add = command.add_argument
    add(
        "samples",
        metavar="sheet",
        help="sample sheet with the columns sample, subject, phase, fastq_1, fastq_2",
    )
    takes_columns(command)
    add("--metadata", metavar="FILE", help=METADATA)
    add(
        "--reference",
        metavar="FILE",
        help="FASTA of known sequences with their lineages (default: 16S genes, V4)",
    )
    add(
        "--primers",
        nargs=2,
        metavar=("FORWARD", "REVERSE"),
        help="primers that the reads still begin with, each from 5' to 3' (needs cutadapt)",
    )
    add(
        "--exclude",
        action="append",
        metavar="TAXON",
        help="a taxon, or a clade with all that is in it, to leave out, as Chloroplast; repeat for more",
    )
    add(
        "--keep",
        action="append",
        metavar="TAXON",
        help="a taxon or clade that is meant to be counted, though it looks like none: no warning; repeat for more",
    )
    add("--cutoff", type=float, metavar="C", help="least share of the classifier's draws that makes a name")
    _add_shift(command)


def _add_shift(command: Command) -> None:
    """How the shift is measured, and where all goes."""
    add = command.add_argument
    add(
        "--rank",
        dest="ranks",
        action="append",
        metavar="RANK",
        help="at which to measure the shift; repeat for more",
    )
    add("--before", metavar="PHASE", help="phase of the reference side q")
    add("--after", metavar="PHASE", help="phase of the later side p")
    add(
        "--resamples",
        dest="n_resamples",
        type=int,
        metavar="N",
        help="random reallocations of the reads behind the floor",
    )
    add("--seed", type=int, metavar="N", help="the same seed gives the same bytes")
    add("--threads", type=int, metavar="N", help="the result is the same for any number")
    add(
        "--out",
        required=True,
        metavar="DIR",
        help="folder for the table, the calls and the reads at each step",
    )


def add_shotgun(commands: Commands) -> None:
    """Add `klbio shotgun`."""
    command = add_command(
        commands, "shotgun", "klbio.steps.shotgun.count_shotgun",
        "Make tables of taxa of shotgun reads (needs a database, and kraken2 or sourmash).",
        "klbio shotgun samples.tsv --database k2_standard_08gb --out taxa", alone=True,
    )  # fmt: skip
    add = command.add_argument
    add(
        "samples",
        metavar="sheet",
        help="sample sheet with the columns sample, subject, phase, fastq_1, fastq_2",
    )
    takes_columns(command)
    add("--metadata", metavar="FILE", help=METADATA)
    add(
        "--database",
        required=True,
        metavar="PATH",
        help="folder of a database of Kraken 2, or sketches of sourmash",
    )
    add("--lineages", metavar="FILE", help="lineages of the genomes of a database of sourmash")
    add("--threads", type=int, metavar="N", help="the result is the same for any number")
    add("--out", required=True, metavar="DIR", help="folder for the tables")


def add_reference(commands: Commands) -> None:
    """Add `klbio reference`."""
    command = add_command(
        commands, "reference", "klbio.steps.reference.build_reference",
        "Build a reference for amplicons from a FASTA of known sequences.",
        "klbio reference build known.fasta --primers GTGCCAGCMGCCGCGGTAA GGACTACHVGGGTWTCTAAT --out v4.fasta.gz",
    )  # fmt: skip
    add = command.add_argument
    add("action", help="what to do with it")
    add(
        "fasta",
        help="sequences whose headers hold lineages as sintax, UNITE, GTDB, SILVA, DADA2 or RDP write them",
    )
    add(
        "--taxonomy",
        metavar="FILE",
        help="lineages by the names of the sequences, where they stand beside (QIIME)",
    )
    add(
        "--primers",
        nargs=2,
        metavar=("FORWARD", "REVERSE"),
        help="keep what lies between two primers, each given from 5' to 3' (needs cutadapt)",
    )
    add(
        "--own-genus",
        action="store_true",
        help="keep organisms named after the genus of their lineage: a guard against mislabelled ones",
    )
    add("--name", help="what tables call the reference (default: the name of the FASTA file)")
    add("--release", help="its release, as tables show it")
    add(
        "--out",
        required=True,
        metavar="FILE",
        help="the reference, with headers of sintax: .fasta or .fasta.gz",
    )
