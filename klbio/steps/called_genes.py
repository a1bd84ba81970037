"""The genome of a bacterium or archaeon, and nothing else -> its genes, called by pyrodigal."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version

from klbio.errors import InputError, notify
from klbio.io.sequences.reads import read_named
from klbio.io.source import Source
from klbio.models.training.annotation import Refused
from klbio.models.training.words import MIN_GENES, Gene

__all__ = ["CalledGenes", "Genome", "call_genes"]

BACTERIAL, MYCOPLASMA = 11, 4  # genetic codes
MIN_BASES = 20_000  # that Prodigal learns a genome's own genes from; with fewer it falls back on sets of other species
ENOUGH = 100_000  # bases that pyrodigal wants to learn from
MAX_BASES = 20_000_000  # the largest bacterial genomes have 16 million
DENSE = 0.7  # share of a genome in genes: of 12 bacteria .86 or more, of fly and human sequence .46 to .51
GAIN = 0.05  # of that share by code 4, from which it is the likelier one, as CheckM decides
INSTALL = "It comes with: pip install pyrodigal (GPL-3, so klbio does not bring it along)."
NOT_ONE = (
    "A eukaryote's genes go in as the folder of a BUSCO run, or as GFF3 (miniprot, BRAKER) with the genome."
)


@dataclass(frozen=True)
class CalledGenes:
    """Genes that were called on a genome.

    Parameters
    ----------
    sequences : list of bytes
        Coding sequences, whole ones only: none that an end of its contig cuts off.
    refused : list of Refused
        Calls that are no genes to learn from.
    genetic_code : int
    density : float
        Share of the genome that lies in them.
    """

    sequences: list[bytes]
    refused: list[Refused]
    genetic_code: int
    density: float

    @property
    def source(self) -> str:
        """Where the genes come from, in words."""
        return f"called by pyrodigal {version('pyrodigal')}"


@dataclass(frozen=True)
class Genome:
    """The sequences of the files, by name."""

    name: str
    sequences: dict[str, bytes]

    @cached_property
    def n_bases(self) -> int:
        """Length of all together."""
        return sum(map(len, self.sequences.values()))

    def check(self) -> None:
        """Refuse what is too little to learn from, and what is no bacterium's genome."""
        if not MIN_BASES <= self.n_bases <= MAX_BASES:
            raise InputError.one(
                self.name, f"{self.n_bases:,} bases", f"a genome of {MIN_BASES:,} to {MAX_BASES:,}",
                NOT_ONE if self.n_bases > MAX_BASES else "Give coding sequences, or more of the genome.",
            )  # fmt: skip
        if self.n_bases < ENOUGH:
            found = f"{self.n_bases:,} bases, few to learn from what genes look like"
            notify(self.name, found, "genes are called all the same", f"From {ENOUGH:,} on they are sure.")

    def genes(self, genetic_code: int) -> CalledGenes:
        """Call genes under a code: learn from the genome, then find them on it."""
        try:
            import pyrodigal
        except ImportError as error:
            raise InputError.one(
                "pyrodigal", "not installed", "the package that calls genes of bacteria", INSTALL
            ) from error
        finder = pyrodigal.GeneFinder(closed=True)
        with warnings.catch_warnings():  # of few bases klbio says so itself
            warnings.simplefilter("ignore", UserWarning)
            finder.train(*self.sequences.values(), translation_table=genetic_code)
        called = [
            (f"{name}_{number}", gene.sequence().encode())
            for name, sequence in self.sequences.items()
            for number, gene in enumerate(finder.find_genes(sequence), 1)
        ]
        judged = [(name, one, Refused.gene(name, Gene(one, genetic_code))) for name, one in called]
        n_coding = sum(len(one) for _, one in called)
        return CalledGenes(
            [one for _, one, refusal in judged if refusal is None],
            [refusal for *_, refusal in judged if refusal is not None],
            genetic_code,
            n_coding / self.n_bases,
        )

    def doubt(self, found: CalledGenes, *, asked: bool) -> None:
        """Say that little of the genome lies in genes, and why that may be."""
        share = f"only {found.density:.0%} of its bases lie in called genes"
        other = None if asked else self.genes(MYCOPLASMA)
        if other and other.density > max(DENSE, found.density + GAIN):
            remedy = (
                f"Under code {MYCOPLASMA} {other.density:.0%} do; if it is that: --genetic-code {MYCOPLASMA}."
            )
        else:
            remedy = f"Of most bacteria 85 to 90 % do. {NOT_ONE}"
        notify(self.name, share, f"they are ranked on as genes of code {found.genetic_code}", remedy)


def call_genes(sources: Sequence[Source], genetic_code: int | None = None) -> CalledGenes:
    """Call the genes of a bacterium or archaeon.

    Parameters
    ----------
    sources : sequence of Source
        FASTA of its genome.
    genetic_code : int, optional
        NCBI's number; 11 by default.  Where code 4 (*Mycoplasma*) would put much more of the genome into genes, that is
        said, and not done.

    Raises
    ------
    InputError
        If pyrodigal is not installed; if there are fewer than 20,000 bases or more than 20 million; if fewer than two
        genes are found.
    """
    name = ", ".join(map(str, sources))
    genome = Genome(name, {key: bases for one in sources for key, bases in read_named(one)})
    genome.check()
    found = genome.genes(genetic_code or BACTERIAL)
    if len(found.sequences) < MIN_GENES:
        raise InputError.one(name, f"{len(found.sequences)} genes called", f"at least {MIN_GENES}", NOT_ONE)
    if found.density < DENSE:
        genome.doubt(found, asked=genetic_code is not None)
    return found
