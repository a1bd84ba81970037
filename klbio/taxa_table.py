"""`TaxaTable`: what a file of counts says of samples and taxa; which of its sides the samples are."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from shlex import quote

from klbio.design import Design, SampleNames, called_by_files, column_with
from klbio.distributions import Counts
from klbio.errors import InputError, listed, note, notify
from klbio.not_reads import check_not_by_taxon, check_not_shares, say_copies
from klbio.not_taxa import Taxa
from klbio.schema import DroppedRow
from klbio.sheet import Sheet
from klbio.taxonomy import Taxonomy, is_taxon

__all__ = ["REFERENCE", "TaxaTable", "oriented"]

REFERENCE = "taxa_reference"  # column of the samples that says by which reference their taxa are named


@dataclass(frozen=True, eq=False, repr=False)
class TaxaTable:
    """What a file of counts says.

    Parameters
    ----------
    counts : Counts
        Samples in rows, as far as the file tells.
    taxonomy : Taxonomy, optional
        Lineages that stand in the file.
    metadata : Sheet, optional
        What the file says of its samples; the first column names them.
    dropped : tuple of DroppedRow
        What was left out of the file.
    samples_known : bool
        Whether the format itself says which side the samples are.
    counted_once : bool
        Whether the format itself says that each read stands in one row, so that no taxon is the sum of others.
    look_again : callable, optional
        Refuses a table (samples in rows) of which those of the sheet, by themselves, would be read otherwise.
    """

    counts: Counts
    taxonomy: Taxonomy | None = None
    metadata: Sheet | None = None
    dropped: tuple[DroppedRow, ...] = ()
    samples_known: bool = False
    counted_once: bool = False
    look_again: Callable[[TaxaTable, Collection[str]], None] | None = None

    def __repr__(self) -> str:
        lineages = f", lineages of {len(self.taxonomy.lineages)} taxa" if self.taxonomy else ""
        return f"TaxaTable of {self.counts!r}{lineages}"

    def turned(self, design: Design | None = None, taxonomy: Taxonomy | None = None) -> TaxaTable:
        """Give the table with its samples in rows, as `oriented` finds them.

        Parameters
        ----------
        design : Design, optional
            Whose names are samples.
        taxonomy : Taxonomy, optional
            Whose names are taxa; by default the one that stands in the file.
        """
        known = self.samples_known
        return replace(self, counts=oriented(self.counts, design, taxonomy or self.taxonomy, known))

    def community(
        self, design: Design | None = None, taxonomy: Taxonomy | None = None, exclude: Sequence[str] = (),
        keep: Sequence[str] = (),
    ) -> TaxaTable:  # fmt: skip
        """Give what is measured: samples in rows, and in columns taxa alone.

        Parameters
        ----------
        design, taxonomy
            As of `turned`.
        exclude : sequence of str
            Taxa, or clades with all that is in them, to leave out.
        keep : sequence of str
            Those that are meant to be counted: of these nothing is said.

        Warns
        -----
        InputWarning
            For numbers about samples, organelles, spike-ins and host among the taxa, see `klbio.not_taxa`.

        Raises
        ------
        InputError
            As `oriented` does; for taxa named by several references; for a name in `exclude` or `keep` that no taxon
            has; where the design names shares of other samples of the table; for values that were scaled or ranked
            taxon by taxon.
        """
        self._check_reference()
        turned = self.turned(design, taxonomy)
        if design is not None:
            check_not_shares(turned.counts, design)
            say_copies(turned.counts, design)
            if self.look_again is not None:
                self.look_again(turned, {sample.name for sample in design.samples})
        check_not_by_taxon(turned.counts)
        taxa, asked = Taxa(turned.counts, taxonomy or self.taxonomy).without(self._there(exclude))
        taxa, numbers = taxa.without_numbers_of_samples(keep)
        taxa.say_others(design, keep)
        return replace(turned, counts=taxa.counts, dropped=(*self.dropped, *asked, *numbers))

    def _check_reference(self) -> None:
        """Refuse samples whose taxa are named by different references: their names differ more than communities do."""
        if self.metadata is None or REFERENCE not in self.metadata.columns:
            return
        known = sorted({row[REFERENCE] for row in self.metadata} - {""})
        if len(known) > 1:
            found, remedy = f"taxa named by {listed(known)}", "Classify all samples with one reference."
            raise InputError.one(self.counts.name, found, f"one {REFERENCE} for all samples", remedy)

    def _there(self, names: Sequence[str]) -> list[str]:
        """Names of what was not left out before, by the reader of the file or as asked for."""
        gone = {row.name.casefold() for row in self.dropped}
        return [name for name in names if name.casefold() not in gone or name in self.counts.labels]

    def described(self, taxonomy: Taxonomy | None = None, metadata: Sheet | None = None) -> TaxaTable:
        """Give the table with lineages and metadata of files of their own, its samples in rows.

        Parameters
        ----------
        taxonomy : Taxonomy, optional
        metadata : Sheet, optional
            The first column names the samples.  By default, as what stands in the file.

        Raises
        ------
        InputError
            If the sheet names no sample of the table.

        Warns
        -----
        InputWarning
            For samples that only the sheet names.
        """
        turned = self.turned(taxonomy=taxonomy)
        counts = turned.counts if metadata is None else _named_by(metadata, turned.counts)
        return replace(
            turned, counts=counts, taxonomy=taxonomy or self.taxonomy, metadata=metadata or self.metadata
        )


def _named_by(sheet: Sheet, counts: Counts) -> Counts:
    """Turn a table so that a sheet names its rows."""
    names = {row[sheet.columns[0]] for row in sheet}
    n_rows, n_columns = (len(names & set(side)) for side in (counts.samples, counts.labels))
    known = max(n_rows, n_columns)
    if not known:
        found, remedy = f"samples {listed(counts.samples)}", "Names are compared letter by letter."
        raise InputError.one(counts.name, found, f"some of {listed(sorted(names))} of {sheet.path}", remedy)
    if len(names) > known:
        notify(sheet.path, f"{len(names) - known} samples that the table lacks", "left out")
    return counts.turned() if n_columns > n_rows else counts


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
