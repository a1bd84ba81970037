"""Taxa tables of any format -> one BIOM file with samples as the sheet names them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from klbio.design import Design, SheetWords
from klbio.errors import Faults, InputError, StrPath, note
from klbio.io import read_taxa, write_table
from klbio.io.results import write_rows
from klbio.io.sheets.sheet import read_metadata, read_samples
from klbio.io.tables.taxonomy import read_taxonomy
from klbio.phrases import say
from klbio.phrases.dropped import NotInSheet, left_out, those_of
from klbio.schema import DROPPED, DroppedRow
from klbio.steps.step import takes
from klbio.taxa_table import TaxaTable

__all__ = ["TaxaComposition", "compose_taxa"]

SHOWN = 5  # samples that are named


@dataclass(frozen=True, kw_only=True)
class TaxaComposition:
    """What `compose_taxa` is given, which says what each is."""

    table: StrPath
    out: StrPath
    samples: StrPath | None = None
    taxonomy: StrPath | None = None
    format: str | None = None
    columns: Mapping[str, str] | None = None
    exclude: Sequence[str] = ()
    keep: Sequence[str] = ()
    dropped: StrPath | None = None

    def read(self) -> TaxaTable:
        """Read the table the way the sheet says, with all that is known of its taxa and samples."""
        faults = Faults()
        lineages = faults.gather(lambda: read_taxonomy(self.taxonomy) if self.taxonomy else None)
        sheet = faults.gather(
            lambda: read_samples(self.samples, columns=self.columns) if self.samples else None
        )
        table = faults.gather(lambda: read_taxa(self.table, self.format, sheet))
        if table is None or faults.found:
            raise InputError(dict.fromkeys(faults.found))
        design = sheet or self._within(table)
        turned = table.community(design, lineages, self.exclude, self.keep)
        metadata = read_metadata(self.samples, self.columns) if self.samples else table.metadata
        counts = turned.counts if turned.counts.unit == "reads" else turned.counts.proportions()
        return replace(turned, counts=counts, taxonomy=lineages or turned.taxonomy, metadata=metadata)

    def _within(self, table: TaxaTable) -> Design | None:
        """Who was sampled, by what the table says of its samples."""
        return (
            None if table.metadata is None else Design.within(table.metadata, SheetWords(self.columns or {}))
        )


@takes(TaxaComposition)
def compose_taxa(given: TaxaComposition) -> None:
    """Read a table, turn it the way the sheet's sample names say, and write it with all that is known of it.

    Samples that the sheet does not name are left out, and listed.  Proportions are written with sums of 1, whatever
    their scale: fractions cannot be taken for reads.

    Parameters
    ----------
    table : path-like
        Table of counts.
    samples : path-like, optional
        Sample sheet; by default what the table says of its samples.
    out : path-like
        ``.biom``, which holds lineages and the columns of the sheet too, or ``.tsv``.
    taxonomy : path-like, optional
        Lineages of the taxa; by default those that stand in the table.
    format : str, optional
        Format of `table`; recognised from content when not given.
    columns : mapping of str to str, optional
        What the sheet calls its columns, see `klbio.io.sheets.sheet.read_samples`.
    exclude : sequence of str
        Taxa, or clades with all that is in them, to leave out.
    keep : sequence of str
        Those that are meant to be counted, whatever they look like.
    dropped : path-like, optional
        TSV of the taxa, columns and samples that were left out.
    """
    composed = given.read()
    write_table(composed, given.out)
    _say_others(composed)
    if given.dropped is not None:
        write_rows(given.dropped, [*composed.dropped, *_others(composed)], DROPPED)


def _others(table: TaxaTable) -> list[DroppedRow]:
    """List the samples that the sheet does not name."""
    reason, source = say(NotInSheet()), str(table.counts.name)
    return [DroppedRow.sample(source=source, name=name, reason=reason) for name in table.others]


def _say_others(table: TaxaTable) -> None:
    if table.others:
        n_samples = len(table.counts.samples) + len(table.others)
        found = those_of(n_samples, NotInSheet().sentence(), table.others, SHOWN)
        note(table.counts.name, found, left_out(len(table.others), (), SHOWN))
