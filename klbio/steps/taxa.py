"""Taxa tables of any format -> one BIOM file with samples as the sheet names them."""

from __future__ import annotations

from collections.abc import Mapping

from klbio.errors import StrPath
from klbio.io import read_taxa, write_table
from klbio.io.sheets.sheet import read_samples

__all__ = ["compose_taxa"]


def compose_taxa(
    *,
    table: StrPath,
    samples: StrPath,
    out: StrPath,
    format: str | None = None,
    columns: Mapping[str, str] | None = None,
) -> None:
    """Read a table, turn it the way the sheet's sample names say, and write it as BIOM (or TSV).

    Parameters
    ----------
    table, samples : path-like
        Table of counts and sample sheet.
    out : path-like
        ``.biom`` or ``.tsv``.
    format : str, optional
        Format of `table`; recognised from content when not given.
    columns : mapping of str to str, optional
        What the sheet calls its columns, see `klbio.io.sheets.sheet.read_samples`.
    """
    write_table(read_taxa(table, format).turned(read_samples(samples, columns=columns)).counts, out)
