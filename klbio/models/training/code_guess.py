"""Which genetic code genes are written in: what their annotation says, or what the stop codons within them say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from Bio.Data.CodonTable import unambiguous_dna_by_id

from klbio.models.finding import Finding
from klbio.models.markov.genetic_code import STANDARD, genetic_code, is_code
from klbio.models.training.annotation import Refused
from klbio.phrases import say
from klbio.phrases.annotation import AnnotationOverruled, CodeGuessed, CodeOfAnnotation

__all__ = ["CodeChoice", "CodeEvidence"]

FEW = 5  # genes: below, a guess has to save more than half of all, two at least
SHARE = 0.05  # of genes lost to stop codons within: broken genes and selenoproteins are fewer
COMMON = (4, 6)  # Mycoplasma and many mitochondria; ciliates: taken before rarer codes of the same stops
SAVED = 0.95  # of these that another code has to save: a broken gene holds stop codons of all kinds


@dataclass(frozen=True)
class CodeChoice:
    """A genetic code to read genes under.

    Parameters
    ----------
    number : int
        NCBI's.
    finding : Finding
        Why it is that one.
    overruled : int, optional
        A code whose genes, as annotated, are read under this one too.
    """

    number: int
    finding: Finding
    overruled: int | None = None


class CodeEvidence:
    """Genes as they were read under the standard code.

    Parameters
    ----------
    n_good : int
        How many can be read under it.
    refused : sequence of Refused
        Those that cannot, and why.
    endings : mapping of str to int
        Last codons of those that can, and how many have each.
    """

    def __init__(self, n_good: int, refused: Sequence[Refused], endings: Mapping[str, int]) -> None:
        self.n_good = n_good
        self.ends = {codon: endings.get(codon, 0) for codon in genetic_code(STANDARD).stops}
        self.said = Counter(one.genetic_code for one in refused if is_code(one.genetic_code or 0))
        self.lost = [one.inner_codons for one in refused if one.inner_codons]

    def choice(self, asked: int | None = None) -> CodeChoice | None:
        """Give the code that the genes are to be read under instead; None where they were read under the right one.

        A code that is asked for wins over what most genes are annotated with.  Genes of a code that few are annotated
        with stay out: those of a mitochondrion beside a nucleus.

        Parameters
        ----------
        asked : int, optional
            The code that the user names, under which the genes were then read.
        """
        said = self._said_by_most
        if asked is not None:
            return None if said is None else self._overruling(said, asked)
        if said is not None:
            return CodeChoice(said, Finding.note("coding", say(CodeOfAnnotation(said))))
        return self._guess if self._are_many and self._guesses else None

    def _overruling(self, said: int, asked: int) -> CodeChoice:
        reason = AnnotationOverruled(said, self.said[said], asked)
        return CodeChoice(asked, Finding.warning("coding", say(reason)), said)

    @property
    def _guess(self) -> CodeChoice:
        best, *others = self._guesses
        n_genes = self.n_good + len(self.lost)
        name = genetic_code(best).name
        reason = CodeGuessed(best, name, len(self.lost), n_genes, self._inner, tuple(others))
        return CodeChoice(best, Finding.warning("coding", say(reason)), STANDARD)

    @property
    def _said_by_most(self) -> int | None:
        (number, n), *_ = self.said.most_common(1) or [(None, 0)]
        return number if n > max(self.n_good, len(self.lost)) else None

    @property
    def _are_many(self) -> bool:
        n = len(self.lost)
        return n >= SHARE * (self.n_good + n) and (n >= FEW or n > max(self.n_good, 1))

    @property
    def _inner(self) -> tuple[str, ...]:
        """The standard stop codons within genes that the guess takes for amino acids."""
        held = frozenset.union(*self.lost) & frozenset(genetic_code(STANDARD).stops)
        return tuple(sorted(held - frozenset(genetic_code(self._guesses[0]).stops)))

    @cached_property
    def _guesses(self) -> list[int]:
        """Codes that save nearly all of the lost genes: those with the most stops, which none of them holds."""
        saved = {
            number: sum(not held & set(genetic_code(number).stops) for held in self.lost)
            for number in unambiguous_dna_by_id
            if number != STANDARD and genetic_code(number).stops
        }
        good = [n for n, n_saved in saved.items() if n_saved >= SAVED * len(self.lost) and self._ends(n)]
        n_stops = {number: len(genetic_code(number).stops) for number in good}
        likely = [number for number in good if n_stops[number] == max(n_stops.values())]
        return sorted(likely, key=lambda number: (number not in COMMON, number))

    def _ends(self, number: int) -> bool:
        """Whether nearly all sound genes that end in a stop codon do so under a code too: these are no amino acids."""
        kept = sum(n for codon, n in self.ends.items() if codon in genetic_code(number).stops)
        return kept >= SAVED * sum(self.ends.values())
