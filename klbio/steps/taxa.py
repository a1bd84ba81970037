"""Taxa tables of any format -> one BIOM file with samples as the sheet names them."""

from __future__ import annotations

from klbio.design import Design
from klbio.distributions import Counts
from klbio.errors import InputError, Place, listed
from klbio.io import read_table, write_table
from klbio.io.sheet import read_samples

__all__ = ["compose_taxa", "oriented"]


def compose_taxa(*, table: Place, samples: Place, out: Place, format: str | None = None) -> None:
    """Read a table, turn it the way the sheet's sample names say, and write it as BIOM (or TSV).

    Parameters
    ----------
    table, samples : path-like
        Table of counts and sample sheet.
    out : path-like
        ``.biom`` or ``.tsv``.
    format : str, optional
        Format of `table`; recognised from content when not given.
    """
    write_table(oriented(read_table(table, format), read_samples(samples)), out)


def oriented(counts: Counts, design: Design) -> Counts:
    """Turn a table whose taxa stand where the sheet says samples are.

    Raises
    ------
    InputError
        If neither the columns nor the rows of the table are the sheet's samples.
    """
    wanted = {sample.name for sample in design.samples}
    if wanted & set(counts.samples):
        return counts
    if wanted & set(counts.labels):
        return Counts(counts.labels, counts.samples, counts.values.T, counts.name)
    raise InputError.one(
        counts.name,
        f"samples {listed(counts.samples)}",
        f"some of the samples of {design.name} ({listed(sorted(wanted))})",
        "Names are compared letter by letter, case and spaces included.",
    )
