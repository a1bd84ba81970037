"""`klbio reference`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from klbio.cli.command import add_command

if TYPE_CHECKING:
    from klbio.cli.command import Commands

__all__ = ["add_reference"]


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
