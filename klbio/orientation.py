"""Which side of a table the samples are: one rule for all that read a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from shlex import quote

from klbio.design import Design, SampleNames, called_by_files, column_with
from klbio.distributions import Counts
from klbio.errors import InputError, listed, note, notify
from klbio.taxonomy import Taxonomy, is_taxon

__all__ = ["oriented"]


def oriented(
    counts: Counts, design: Design | None = None, taxonomy: Taxonomy | None = None, known: bool = False
) -> Counts:
    """Turn a table so that its samples are rows.

    The sheet says which side they are.  Where names of both sides stand in it, or there is none, the side that the
    taxonomy names are the taxa; then the side whose names are sequences or lineages; then the sheet's names decide by
    how many they are.

    Parameters
    ----------
    counts : Counts
        Rows are taken for samples if nothing speaks against it.
    design : Design, optional
    taxonomy : Taxonomy, optional
    known : bool
        Whether the format says already that rows are samples: then only a sheet speaks against it.

    Warns
    -----
    InputWarning
        Where names that R has changed are taken for the sheet's.

    Raises
    ------
    InputError
        If neither side is the design's samples, or both are as well; for samples that are called nearly as in the
        sheet.

    Examples
    --------
    >>> counts = Counts(["g__Blautia", "g__Dorea"], ["day0", "day7"], [[3, 1], [0, 2]])
    >>> oriented(counts).samples
    ('day0', 'day7')
    """
    if design is None:
        return counts.turned() if not known and _taxa_in_rows(counts, taxonomy) else counts
    sides = _Sides.of(counts, design)
    if sides.rows and sides.columns:
        return _renamed(sides.decided(_taxa_in_rows(counts, taxonomy), known), design)
    if sides.rows or sides.columns:
        return _renamed(counts if sides.rows else counts.turned(), design)
    column = column_with(design, [*counts.samples, *counts.labels])
    in_rows, in_columns = (_n_near(side, design) for side in (counts.samples, counts.labels))
    if column is None and (in_rows or in_columns):
        return _renamed(counts if in_rows >= in_columns else counts.turned(), design)
    if (renamed := _called_by_files(counts, design)) is not None:
        return renamed
    remedy = "Names are compared letter by letter, case and spaces included."
    if column:
        option = f"--sample-column {quote(column)} (config: `taxa.columns`)"
        remedy = f"Column {column!r} of the sheet has the table's names: {option}."
    expected = f"some of the samples of {design.name} ({listed(sorted(sides.wanted))})"
    raise InputError.one(counts.name, f"samples {listed(counts.samples)}", expected, remedy)


def _called_by_files(counts: Counts, design: Design) -> Counts | None:
    """Call samples as the sheet does, where they are called after files that another of its columns names."""
    for side in (counts, counts.turned()):
        found = called_by_files(design, side.samples)
        if found is not None:
            column, sample_of_file = found
            what = f"samples called after the files in column {column!r} of {design.name}"
            note(counts.name, what, f"taken for those of its lines, {len(sample_of_file)} of them")
            names = [sample_of_file.get(name, name) for name in side.samples]
            return Counts(names, side.labels, side.values, side.name, side.unit)
    return None


def _n_near(names: Sequence[str], design: Design) -> int:
    """Count the names that look like those of samples."""
    return len(SampleNames(design, names, "").near.pairs)


def _renamed(counts: Counts, design: Design) -> Counts:
    """Call the samples as the sheet does, or refuse those that are called nearly so."""
    names = SampleNames(design, counts.samples, counts.name).renamed()
    if names is counts.samples:
        return counts
    return Counts(names, counts.labels, counts.values, counts.name, counts.unit)


def _taxa_in_rows(counts: Counts, taxonomy: Taxonomy | None) -> bool | None:
    """Whether taxa stand in the rows, as the taxonomy or their names say; None where they do not."""
    sides = counts.samples, counts.labels
    if taxonomy:
        in_rows, in_columns = (sum(name in taxonomy.lineages for name in side) for side in sides)
        if in_rows != in_columns:
            return in_rows > in_columns
    in_rows, in_columns = (_like_taxa(side) for side in sides)
    return in_rows if in_rows != in_columns else None


def _like_taxa(names: Sequence[str]) -> bool:
    """Whether most names are lineages, sequences or those of numbered variants."""
    return sum(map(is_taxon, names)) > len(names) / 2


@dataclass(frozen=True)
class _Sides:
    """How much of either side of a table are samples of the sheet."""

    counts: Counts
    design: Design
    wanted: frozenset[str]
    rows: int
    columns: int

    @classmethod
    def of(cls, counts: Counts, design: Design) -> _Sides:
        """Count the names of either side that the sheet has."""
        wanted = frozenset(sample.name for sample in design.samples)
        return cls(
            counts, design, wanted, len(wanted & set(counts.samples)), len(wanted & set(counts.labels))
        )

    def decided(self, taxa_in_rows: bool | None, known: bool) -> Counts:
        """Decide between two sides that both name samples, and say so."""
        turn = self._turn(taxa_in_rows)
        if known and not turn:
            return self.counts
        if turn is None:
            raise InputError.one(
                self.counts.name,
                f"samples of {self.design.name} in rows and in columns ({self.rows} of {len(self.wanted)} each)",
                "samples on one side",
                "Give the taxonomy, or rename the taxa, so that it can be told what is a sample.",
            )
        sides = (
            (self.counts.labels, self.counts.samples) if turn else (self.counts.samples, self.counts.labels)
        )
        taken, other = (
            f"{listed(names, 3)} ({len(self.wanted & set(names))} of {len(names)})" for names in sides
        )
        notify(
            self.counts.name,
            f"names of samples on both sides: {taken} and {other}",
            "the former are taken for samples",
        )
        return self.counts.turned() if turn else self.counts

    def _turn(self, taxa_in_rows: bool | None) -> bool | None:
        if taxa_in_rows is not None:
            return taxa_in_rows
        fit = [
            (n / len(self.wanted | set(side)))
            for n, side in ((self.rows, self.counts.samples), (self.columns, self.counts.labels))
        ]
        return None if fit[0] == fit[1] else fit[1] > fit[0]
