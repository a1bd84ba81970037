"""A codon-usage table as it was written, and the words its cells are made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from Bio.Data.IUPACData import protein_letters_3to1

from klbio.alphabets import CODONS
from klbio.errors import shorten
from klbio.io.models.text import Diagnostics
from klbio.io.numbers import finite_number

__all__ = ["LEAST", "CodonTable", "Dialect", "acid_letter", "dna_codon", "number_in", "repeated_in"]

LEAST = 60  # codons that make a table: some files leave stop codons out
ACIDS: dict[str, str] = {name.upper(): letter for name, letter in protein_letters_3to1.items()}
LETTERS = frozenset(ACIDS.values())
STOP_NAMES = ("*", "END", "TER", "STOP", "STP", "-", "***")


@dataclass(frozen=True)
class CodonTable:
    """One table.

    Parameters
    ----------
    name, tag : str
        Of the species; what else tells it from another table of the species.  Either may be empty.
    numbers : dict of str to (float, float)
        Count and frequency of each codon, in letters of DNA; 0 where the file does not have it.
    acids : dict of str to str
        Amino acid of each codon, where the file has it; ``*`` for a stop.
    genetic_code : int, optional
        NCBI's number, where the file has it.
    repeated : list of str
        Codons given more than once.
    line : int, optional
    """

    name: str
    numbers: dict[str, tuple[float, float]]
    tag: str = ""
    acids: dict[str, str] = field(default_factory=dict)
    genetic_code: int | None = None
    repeated: list[str] = field(default_factory=list)
    line: int | None = None


Dialect = Callable[[str, Diagnostics], list[CodonTable]]


def dna_codon(word: str) -> str:
    """Give a codon in letters of DNA; nothing where a word is none.

    >>> dna_codon("uaa"), dna_codon("Gly")
    ('TAA', '')
    """
    letters = word.strip().upper().replace("U", "T")
    return letters if letters in CODONS.symbols else ""


def acid_letter(word: str) -> str:
    """Give the letter of an amino acid by its letter or its three letters; nothing where a word is neither.

    >>> acid_letter("Gly"), acid_letter("End"), acid_letter("0.25")
    ('G', '*', '')
    """
    name = word.upper()
    if name in STOP_NAMES:
        return "*"
    return ACIDS.get(name, name if name in LETTERS else "")


def number_in(word: str, line: int, diagnostics: Diagnostics) -> float:
    """Read a count or a frequency, 0 where a cell is empty; a fault is noted for anything else."""
    value = finite_number(word or "0")
    if value is None or value < 0:
        diagnostics.fault(shorten(word, 30), "a count or a frequency, 0 or more", line)
        return 0.0
    return value


def repeated_in(codons: Sequence[str]) -> list[str]:
    """Give what stands more than once."""
    return sorted({codon for i, codon in enumerate(codons) if codon in codons[:i]})
