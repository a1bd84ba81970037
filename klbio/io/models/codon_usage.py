"""Codon-usage tables: Kazusa, CoCoPUTs, CUTG, EMBOSS, GCG, and tables with a column for codons.

====================  ===============================================  =========================
dialect               looks like                                       also says
====================  ===============================================  =========================
Kazusa, CoCoPUTs      ``UUU F 0.46 17.6 (714298)  UCU ...``            species, number of genes
EMBOSS, GCG, any CSV  a codon a row, columns by name                   amino acids
CoCoPUTs, any TSV     a species a row, 64 columns of codons            code, species, organelle
CUTG (``.spsum``)     ``9606:Homo sapiens: 93487``, 64 counts below    species, number of genes
====================  ===============================================  =========================

The law of codons is all there is, so codons are independent of each other: a chain of order 2.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from Bio.Data.CodonTable import unambiguous_dna_by_id

from klbio.alphabets import CODONS
from klbio.distributions import FloatArray
from klbio.errors import InputError, StrPath, listed
from klbio.io.models.codon_table import CodonTable
from klbio.io.models.codon_tables import dialect_of
from klbio.io.models.text import Diagnostics
from klbio.io.source import Source
from klbio.models import GCClass, GeneModel
from klbio.models.markov.genetic_code import STANDARD, genetic_code, is_code
from klbio.models.training.codon_usage import coding_from_codons

__all__ = ["FILES", "TITLE", "read", "sniff"]

TITLE, FILES = "codon usage", "Kazusa, CoCoPUTs, EMBOSS .cut, GCG, TSV, CSV"
REMEDY = "docs/gene-models.md shows the tables that are read."
MOST = 2000  # tables in a file: CoCoPUTs' of all species have 100,000 and more
FEW = 1500  # codons: below, 60 free shares are expected to miss by more than .01 bits per base
ROUNDING = 0.06  # of a frequency per thousand with one decimal
MUCH = 10.0  # stop codons per thousand: genes are rarely shorter than 100 codons
EVER_STOPS = frozenset(stop for number in unambiguous_dna_by_id for stop in genetic_code(number).endings)
COMMON = (STANDARD, 4, 6)  # of codes with the same amino acids for what a table holds


def sniff(path: StrPath) -> bool:
    """Recognise a table by its codons and the numbers beside them."""
    source = Source.of(path)
    start = source.head
    return b"\0" not in start and dialect_of(start.decode("utf-8", "replace")) is not None


def read(path: StrPath) -> list[GeneModel]:
    """Read every table of a file as a gene model of independent codons.

    Raises
    ------
    InputError
        With the table: codons that are missing or given twice, numbers that are none, shares within each amino acid
        instead of counts or frequencies, more than 2,000 tables.
    """
    source = Source.of(path)
    text = source.parameters("a codon-usage table")
    dialect = dialect_of(text)
    diagnostics = Diagnostics(source.path, REMEDY)
    if dialect is None:
        raise diagnostics.refusal("no table of codons", "64 codons, each with a count or a frequency")
    tables = dialect(text, diagnostics)
    diagnostics.raise_any()
    if len(tables) > MOST:
        remedy = "Keep the line of the header and those of the species asked about."
        raise InputError.one(source, f"{len(tables):,} tables", f"at most {MOST:,}", remedy)
    readings = [
        _Reading(table, replace(diagnostics, findings=[])) for table in _named(tables, source.path.stem)
    ]
    models = [reading.model() for reading in readings]
    diagnostics.raise_any()
    return [model for model in models if model is not None]


def _named(tables: Sequence[CodonTable], stem: str) -> list[CodonTable]:
    """Name each table: by its species, where several have one by what else tells them apart, else by the file."""
    named = [replace(table, name=table.name or stem) for table in tables]
    times = Counter(table.name for table in named)
    named = [
        replace(table, name=f"{table.name} ({table.tag or n})") if times[table.name] > 1 else table
        for n, table in enumerate(named, 1)
    ]
    times = Counter(table.name for table in named)
    return [
        replace(table, name=f"{table.name} {n}") if times[table.name] > 1 else table
        for n, table in enumerate(named, 1)
    ]


@dataclass(frozen=True)
class _Reading:
    """A table on the way to its model."""

    table: CodonTable
    diagnostics: Diagnostics

    def model(self) -> GeneModel | None:
        """Make the model; None where a fault was noted."""
        usage = self._usage()
        if usage is None:
            return None
        code = self._code(usage)
        stops = [CODONS.symbols.index(codon) for codon in genetic_code(code).stops]
        share = 1000 * float(usage[stops].sum() / usage.sum())
        if self._is_known or share <= MUCH:
            usage = usage.copy()
            usage[stops] = 0.0
        self._describe(code, share)
        coding = coding_from_codons(usage, code)
        self.diagnostics.content("coding", coding, 0.0)
        return GeneModel(
            self.table.name,
            (GCClass(coding),),
            format="codon_usage",
            findings=tuple(self.diagnostics.findings),
        )

    @property
    def _is_known(self) -> bool:
        return self.table.genetic_code is not None or bool(self.table.acids)

    def _usage(self) -> FloatArray | None:
        """Give counts; frequencies where there are none, if they are of all codons."""
        table, n_faults = self.table, self.diagnostics.n_faults
        missing = [c for c in CODONS.symbols if c not in table.numbers and c not in EVER_STOPS]
        if missing:
            self._fault(f"no {listed(missing)}", "each codon once; stop codons may be left out")
        if table.repeated:
            self._fault(f"{listed(table.repeated)} again", "each codon once")
        if self.diagnostics.n_faults > n_faults:
            return None
        pairs = [table.numbers.get(codon, (0.0, 0.0)) for codon in CODONS.symbols]
        counts, frequencies = (np.array([pair[i] for pair in pairs], dtype=float) for i in (0, 1))
        if counts.sum() > 0:
            self._compare(counts, frequencies)
            return counts
        return self._of_all(frequencies)

    def _of_all(self, frequencies: FloatArray) -> FloatArray | None:
        """Refuse frequencies that are not of all codons together."""
        total = float(frequencies.sum())
        if any(abs(total - whole) <= 0.01 * whole for whole in (1, 100, 1000)):
            return frequencies
        self._fault(
            f"frequencies that sum to {total:.6g}",
            "counts, or frequencies of all codons together (a sum of 1, 100 or 1000); shares within each amino acid, "
            "or RSCU, do not say how often the amino acid comes",
        )
        return None

    def _compare(self, counts: FloatArray, frequencies: FloatArray) -> None:
        """Warn where counts and frequencies beside them are not of the same table."""
        total = frequencies.sum()
        if abs(total - 1000) > 20:  # of another kind
            return
        off = np.abs(1000 * counts / counts.sum() - frequencies)
        if off.max() > ROUNDING:
            codon = CODONS.symbols[int(off.argmax())]
            text = f"frequencies that are not those of the counts, by up to {off.max():.3g} per thousand ({codon})"
            self.diagnostics.warn("coding", f"{text}: the counts are taken")

    def _fault(self, found: str, expected: str) -> None:
        self.diagnostics.fault(f"{self.table.name}: {found}", expected, self.table.line)

    def _code(self, usage: FloatArray) -> int:
        """Give the genetic code the table names, or one under which its amino acids are what it says."""
        table = self.table
        if table.genetic_code is not None:
            if is_code(table.genetic_code):
                return table.genetic_code
            self.diagnostics.warn("coding", f"code {table.genetic_code} is no genetic code: 1 is taken")
            return STANDARD
        if not table.acids:
            return STANDARD
        known = [number for number in (*COMMON, *sorted(unambiguous_dna_by_id)) if self._agrees(number)]
        if not known:
            self.diagnostics.warn("coding", "its amino acids are those of no genetic code: 1 is taken")
        return known[0] if known else STANDARD

    def _agrees(self, number: int) -> bool:
        """Whether the table's amino acids are those of a genetic code."""
        acids = dict(zip(CODONS.symbols, genetic_code(number).acids, strict=True))
        return all(acids[codon] == acid for codon, acid in self.table.acids.items())

    def _describe(self, code: int, per_thousand_stops: float) -> None:
        """Note what the user should know of every such table, and of this one."""
        add = self.diagnostics.note
        n = round(sum(count for count, _ in self.table.numbers.values()))
        of = f"of {n:,} codons" if n else "as frequencies, of how many codons is not said"
        add(
            "coding",
            f"codon usage {of}: codons are taken as independent of each other. Against models that know the bases "
            "before, compare codon_bits_per_codon of pairs.tsv",
        )
        if 0 < n < FEW:
            self.diagnostics.warn(
                "coding", f"only {n:,} codons: shares of 61 codons are poorly known from so few"
            )
        if not self._is_known:
            add("coding", f"no word on the genetic code: {code} is taken")
        if per_thousand_stops > MUCH:
            text = (
                f"{per_thousand_stops:.3g} stop codons of code {code} in a thousand: of another genetic code?"
            )
            self.diagnostics.warn("coding", f"{text} A model sheet can say so in the column genetic_code")
