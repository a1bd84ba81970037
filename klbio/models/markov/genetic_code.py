"""Genetic codes by NCBI's number, as Biopython has them: which codon is which amino acid, and which are stops."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

from Bio.Data.CodonTable import unambiguous_dna_by_id

from klbio.alphabets import CODONS
from klbio.errors import InputError, is_number, listed

__all__ = [
    "STANDARD",
    "GeneticCode",
    "Stops",
    "genetic_code",
    "is_code",
    "same_code",
    "same_stops",
    "union_of_stops",
]

STANDARD = 1  # NCBI's number of the code of most nuclear genomes
Stops = tuple[str, ...]


@dataclass(frozen=True)
class GeneticCode:
    """A genetic code.

    Parameters
    ----------
    number : int
        NCBI's.
    name : str
        NCBI's names of it.
    acids : str
        Amino acid of each codon AAA, AAC, ... TTT, one letter each; ``*`` is stop.
    endings : tuple of str
        Codons that may end a gene.  In codes 27, 28 and 31 some of them are amino acids elsewhere.
    """

    number: int
    name: str
    acids: str
    endings: Stops

    @cached_property
    def stops(self) -> Stops:
        """Codons that are never an amino acid: none of them stands within a gene.

        >>> genetic_code(6).stops, genetic_code(2).stops
        (('TGA',), ('AGA', 'AGG', 'TAA', 'TAG'))
        """
        pairs = zip(CODONS.symbols, self.acids, strict=True)
        return tuple(codon for codon, acid in pairs if acid == "*")


@cache
def genetic_code(number: int = STANDARD) -> GeneticCode:
    """Give the code of a number.

    Parameters
    ----------
    number : int, default 1
        NCBI's, as Biopython has it: 1 is the standard code, 11 that of bacteria, 4 that of Mycoplasma.

    Raises
    ------
    InputError
        If there is none.

    References
    ----------
    .. [1] Elzanowski A, Ostell J. The genetic codes. National Center for Biotechnology Information.
       https://www.ncbi.nlm.nih.gov/Taxonomy/Utils/wprintgc.cgi

    Examples
    --------
    >>> genetic_code().acids[:8], genetic_code(6).name
    ('KNKNTTTT', 'Ciliate Nuclear, Dasycladacean Nuclear, Hexamita Nuclear')
    """
    if not is_number(number, whole=True) or number not in unambiguous_dna_by_id:
        known = listed(list(map(str, sorted(unambiguous_dna_by_id))), len(unambiguous_dna_by_id))
        remedy = "1 is the standard code, 11 that of bacteria, 4 that of Mycoplasma."
        raise InputError.one("genetic code", repr(number), f"NCBI's number of one: {known}", remedy)
    table = unambiguous_dna_by_id[number]
    acids = "".join(table.forward_table.get(codon, "*") for codon in CODONS.symbols)
    names = [name for name in table.names if name and not name.startswith("SGC")]  # SGC0 to SGC9 are symbols
    return GeneticCode(number, ", ".join(names), acids, tuple(sorted(table.stop_codons)))


def is_code(number: int) -> bool:
    """Say whether NCBI has a code of this number.

    >>> is_code(4), is_code(7)
    (True, False)
    """
    return number in unambiguous_dna_by_id


def same_code(one: int, other: int) -> bool:
    """Say whether two numbers stand for the same amino acids and stops, as 1 and 11 do.

    >>> same_code(1, 11), same_code(1, 4)
    (True, False)
    """
    return genetic_code(one).acids == genetic_code(other).acids


def same_stops(one: int, other: int) -> bool:
    """Say whether the same codons are stops under two numbers, as under 1 and 12.

    >>> same_stops(1, 12), same_stops(1, 4)
    (True, False)
    """
    return genetic_code(one).stops == genetic_code(other).stops


@cache
def union_of_stops(numbers: frozenset[int]) -> Stops:
    """Give the codons that are stops in any of some codes.

    >>> union_of_stops(frozenset({1, 6}))
    ('TAA', 'TAG', 'TGA')
    """
    return tuple(sorted({codon for number in numbers for codon in genetic_code(number).stops}))
