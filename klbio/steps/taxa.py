"""Taxa tables of any format -> one BIOM file with samples as the sheet names them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from klbio.errors import StrPath
from klbio.io import read_taxa, write_table
from klbio.io.results import write_rows
from klbio.io.sheets.sheet import read_metadata, read_samples
from klbio.io.tables.taxonomy import read_taxonomy
from klbio.schema import DROPPED

__all__ = ["compose_taxa"]


def compose_taxa(
    *,
    table: StrPath,
    samples: StrPath,
    out: StrPath,
    taxonomy: StrPath | None = None,
    format: str | None = None,
    columns: Mapping[str, str] | None = None,
    exclude: Sequence[str] = (),
    dropped: StrPath | None = None,
) -> None:
    """Read a table, turn it the way the sheet's sample names say, and write it with all that is known of it.

    Proportions are written with sums of 1, whatever their scale: fractions cannot be taken for reads.

    Parameters
    ----------
    table, samples : path-like
        Table of counts and sample sheet.
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
    dropped : path-like, optional
        TSV of the taxa and columns that were left out.
    """
    lineages = read_taxonomy(taxonomy) if taxonomy else None
    design = read_samples(samples, columns=columns)
    turned = read_taxa(table, format).community(design, lineages, exclude)
    metadata = read_metadata(samples, columns)
    counts = turned.counts if turned.counts.unit == "reads" else turned.counts.proportions()
    write_table(replace(turned, counts=counts, taxonomy=lineages or turned.taxonomy, metadata=metadata), out)
    if dropped is not None:
        write_rows(dropped, turned.dropped, DROPPED)
