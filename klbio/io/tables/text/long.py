"""Tables of one row per sample and taxon, as `phyloseq::psmelt` and database exports give them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from klbio.columns import SAMPLE, TAXON
from klbio.errors import Fault, InputError, first_faults, note
from klbio.io.tables.text.cells import Cells
from klbio.io.tables.text.lines import Lines
from klbio.io.tables.text.words import LINEAGE, RANKS, meaning
from klbio.sheet import Row, Sheet

__all__ = ["Long"]

SAMPLES = (SAMPLE, "sampleid", "samplename", "samples", "samplecode", "library", "libraryid", "runid", "run")
TAXA = (
    "otu", "asv", "otuid", "asvid", "feature", "featureid", TAXON, "taxonname", "taxid", "taxonomyid", "taxonid",
    "ncbitaxid", "clade", "cladename", "taxonomy", "taxa", "lineage", "name", "organism", "species", "genus", "family",
    "order", "class", "phylum",
)  # fmt: skip
COUNTS = (
    "count", "counts", "reads", "nreads", "readcount", "readcounts", "frequency", "abundance", "value", "n",
    "relativeabundance", "relabundance", "proportion", "fraction", "percent", "percentage",
)  # fmt: skip


@dataclass(frozen=True)
class Long:
    """A grid with a column of samples, one of taxa and one of counts, by position."""

    grid: Lines
    sample: int
    taxon: int
    count: int

    @classmethod
    def of(cls, grid: Lines) -> Long | None:
        """Recognise such a table by the names of its columns; nothing where it is none."""
        called = {meaning(name): j for j, name in reversed(list(enumerate(grid.header)))}
        found = [
            next((called[name] for name in names if name in called), None)
            for names in (SAMPLES, TAXA, COUNTS)
        ]
        sample, taxon, count = found
        if sample is None or taxon is None or count is None or len(set(found)) < len(found):
            return None
        return cls(grid, sample, taxon, count)

    @cached_property
    def samples(self) -> dict[str, int]:
        """Samples in the order of their first row, and that row."""
        return self._first(self.sample)

    @cached_property
    def taxa(self) -> dict[str, int]:
        """Taxa in the order of their first row, and that row."""
        return self._first(self.taxon)

    def _first(self, column: int) -> dict[str, int]:
        first: dict[str, int] = {}
        for i, name in enumerate(self.grid.column(column)):
            first.setdefault(name, i)
        return first

    def values(self) -> sparse.csr_array:
        """Give the counts, shape (n_samples, n_taxa).

        Raises
        ------
        InputError
            For fields that hold no count, names that are empty, and pairs given twice.
        """
        InputError.raise_any(self._name_faults())
        counts = Cells(self.grid, [self.count]).values().ravel()
        rows, columns = (
            np.array([position[name] for name in self.grid.column(j)])
            for j, position in ((self.sample, _numbered(self.samples)), (self.taxon, _numbered(self.taxa)))
        )
        InputError.raise_any(self._pair_faults(rows * len(self.taxa) + columns))
        note(
            self.grid.path,
            f"a row per sample and taxon: {', '.join(repr(self.grid.header[j]) for j in self._taken)}",
            "taken for samples, taxa and counts",
        )
        return sparse.csr_array((counts, (rows, columns)), shape=(len(self.samples), len(self.taxa)))

    @property
    def _taken(self) -> tuple[int, int, int]:
        return self.sample, self.taxon, self.count

    def _name_faults(self) -> list[Fault]:
        faults = [
            Fault(
                self.grid.path, f"column {self.grid.header[j]!r} is empty", "a name", "", self.grid.numbers[i]
            )
            for j in (self.sample, self.taxon)
            for i, name in enumerate(self.grid.column(j))
            if not name
        ]
        return first_faults(faults)

    def _pair_faults(self, pairs: np.ndarray) -> list[Fault]:
        """List the rows whose sample and taxon stood together before."""
        _, first = np.unique(pairs, return_index=True)
        again = sorted(set(range(len(pairs))) - set(first.tolist()))
        samples, taxa = self.grid.column(self.sample), self.grid.column(self.taxon)
        return first_faults(
            Fault(
                self.grid.path, f"taxon {taxa[i]!r} of sample {samples[i]!r} given more than once", "each once",
                "Add them up, or name the taxa apart.", self.grid.numbers[i],
            )
            for i in again
        )  # fmt: skip

    def lineages(self) -> dict[str, dict[str, str]]:
        """For each taxon, what columns of ranks or of lineages beside it hold."""
        whole = next((j for j in self._others if meaning(self.grid.header[j]) in LINEAGE), None)
        ranks = {self.grid.header[j]: j for j in self._others if meaning(self.grid.header[j]) in RANKS}
        columns = ranks if whole is None else {"taxonomy": whole}
        fields = {name: self.grid.column(j) for name, j in columns.items()}
        return {taxon: {name: values[i] for name, values in fields.items()} for taxon, i in self.taxa.items()}

    def metadata(self) -> Sheet | None:
        """What the table says of its samples: columns with one value in all rows of a sample."""
        names = self.grid.column(self.sample)
        plain = [j for j in self._others if meaning(self.grid.header[j]) not in RANKS | LINEAGE]
        columns = {self.grid.header[j]: j for j in plain if _is_constant(names, self.grid.column(j))}
        fields = {name: self.grid.column(j) for name, j in columns.items()}
        rows = [
            Row(
                self.grid.numbers[i],
                {SAMPLE: name, **{column: values[i] for column, values in fields.items()}},
            )
            for name, i in self.samples.items()
        ]
        return Sheet(self.grid.path, (SAMPLE, *fields), tuple(rows)) if fields else None

    @property
    def _others(self) -> list[int]:
        return [j for j, name in enumerate(self.grid.header) if j not in self._taken and name]


def _numbered(names: Mapping[str, int]) -> dict[str, int]:
    return {name: i for i, name in enumerate(names)}


def _is_constant(names: Sequence[str], values: Sequence[str]) -> bool:
    seen: dict[str, str] = {}
    return all(seen.setdefault(name, value) == value for name, value in zip(names, values, strict=True))
