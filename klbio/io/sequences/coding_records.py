"""FASTA of coding sequences: the gene of each record as Ensembl, NCBI and Phytozome write it into the header."""

from __future__ import annotations

import re
from collections.abc import Iterator

from klbio.errors import StrPath
from klbio.io.sequences.reads import read_headed
from klbio.models.training.coding_record import CodingRecord

__all__ = ["read"]

GENES = [
    re.compile(pattern)
    for pattern in (
        r"\[locus_tag=([^\]]+)\]",  # NCBI
        r"\[db_xref=[^\]]*\b(GeneID:\d+)",
        r"\[gene=([^\]]+)\]",
        r"\sgene:(\S+)",  # Ensembl
        r"\slocus=(\S+)",  # Phytozome
        r"^(\S+)\.t\d+(?:\s|$)",  # AUGUSTUS, BRAKER
        r"^(\S+)-T\d+(?:\s|$)",  # funannotate
    )
]
PSEUDO = re.compile(r"\[pseudo=true\]|\s(?:gene_biotype|transcript_biotype):\S*pseudogene")


def read(path: StrPath) -> Iterator[CodingRecord]:
    """Read the records of a file one by one.

    Raises
    ------
    InputError
        As `klbio.io.sequences.reads.read_blocks`.
    """
    for header, sequence in read_headed(path):
        matches = (match[1] for pattern in GENES if (match := pattern.search(header)))
        name = (header.split() or [""])[0]
        yield CodingRecord(name, sequence, next(matches, ""), pseudo=bool(PSEUDO.search(header)))
