"""Ordered symbol sets, so that no array of emissions stands without the order of its columns."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

from klbio.errors import InputError

__all__ = ["AMINO", "CODONS", "DNA", "RNA", "STOP_CODONS", "Alphabet", "kmers", "require_same"]


@dataclass(frozen=True)
class Alphabet:
    """Symbols in a fixed order.

    Parameters
    ----------
    name : str
        What a message calls it.
    symbols : tuple of str
        Each distinct, in column order.
    """

    name: str
    symbols: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.symbols)

    def index(self, symbol: str) -> int:
        """Give the column of a symbol."""
        return self.symbols.index(symbol)


DNA = Alphabet("DNA", tuple("ACGT"))
RNA = Alphabet("RNA", tuple("ACGU"))
AMINO = Alphabet("amino", tuple("ACDEFGHIKLMNPQRSTVWY"))


def kmers(k: int, alphabet: Alphabet = DNA) -> tuple[str, ...]:
    """List all words of length `k` in lexicographic order of the alphabet.

    >>> kmers(2)[:5]
    ('AA', 'AC', 'AG', 'AT', 'CA')
    """
    return tuple("".join(word) for word in product(alphabet.symbols, repeat=k))


CODONS = Alphabet("codon", kmers(3))
STOP_CODONS = ("TAA", "TAG", "TGA")


def require_same(left: Alphabet, right: Alphabet, left_name: str, right_name: str) -> None:
    """Refuse to compare two things over different alphabets.

    Raises
    ------
    InputError
        Naming both things and both alphabets.
    """
    if left.symbols != right.symbols:
        raise InputError.one(
            f"{left_name} against {right_name}",
            f"{left_name!r} is over the {left.name} alphabet ({len(left)} symbols), "
            f"{right_name!r} over {right.name} ({len(right)})",
            "one alphabet in one comparison",
            "Compare models of one alphabet at a time.",
        )
