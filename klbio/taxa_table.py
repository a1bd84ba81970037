"""`TaxaTable`: what a file of counts says of samples and taxa."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from klbio.design import Design
from klbio.distributions import Counts
from klbio.errors import InputError, listed, notify
from klbio.not_reads import check_not_by_taxon, check_not_shares, say_copies
from klbio.not_taxa import Taxa
from klbio.orientation import oriented
from klbio.schema import DroppedRow
from klbio.sheet import Sheet
from klbio.taxonomy import Taxonomy

__all__ = ["REFERENCE", "TaxaTable"]

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
    judged : bool
        Whether klbio wrote the file: what its rows and numbers are was judged when they were first read, or they are of
        reads that it counted itself.
    look_again : callable, optional
        Refuses a table (samples in rows) of which those of the sheet, by themselves, would be read otherwise.
    others : tuple of str
        Samples of the file that nobody asked for: they are not among the counts.
    """

    counts: Counts
    taxonomy: Taxonomy | None = None
    metadata: Sheet | None = None
    dropped: tuple[DroppedRow, ...] = ()
    samples_known: bool = False
    counted_once: bool = False
    judged: bool = False
    look_again: Callable[[TaxaTable, Collection[str]], None] | None = None
    others: tuple[str, ...] = ()

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
        """Give what is measured: the samples of the design in rows, and in columns taxa alone.

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
        taxa.say_unknown(keep)
        taxa, numbers = taxa.without_numbers_of_samples(keep)
        taxa.say_others(design, keep)
        found = replace(turned, counts=taxa.counts, dropped=(*self.dropped, *asked, *numbers))
        return found if design is None else found._asked_for(design)

    def _asked_for(self, design: Design) -> TaxaTable:
        """Keep the samples and controls of a design; the others are named."""
        asked = {sample.name for sample in design.libraries}
        others = [name for name in self.counts.samples if name not in asked]
        if not others:
            return self
        counts = self.counts.rows([name for name in self.counts.samples if name in asked])
        return replace(self, counts=counts, others=(*others, *self.others))

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
