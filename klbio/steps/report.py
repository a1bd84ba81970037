"""Result tables -> one self-contained page, and its figures as SVG files beside it."""

from __future__ import annotations

from pathlib import Path

from klbio.errors import InputError, StrPath
from klbio.io.files import write_text

__all__ = ["write_report"]


def write_report(*, results: StrPath, out: StrPath, title: str | None = None) -> None:
    """Write the page, and its figures into ``figures/`` beside it.

    Parameters
    ----------
    results : path-like
        Folder of result tables; what was not run is left out and named on the page.
    out : path-like
        The page, one HTML file that needs no network and no script.
    title : str, optional
        Heading of the page.

    Raises
    ------
    InputError
        If the folder or every table is missing, or a table in it lacks a column the page needs.
    """
    from klbio.report.page import render
    from klbio.report.tables import read_results

    tables = read_results(Path(results))
    if not any(Path(results).glob("*/*.tsv")):
        raise InputError.one(
            results, "a folder without result tables", "the results of a run", "Run the workflow first."
        )
    page = render(tables, title)
    for drawing in page.drawings:
        write_text(Path(out).parent / "figures" / f"{drawing.name}.svg", drawing.wide)
    write_text(out, page.html)
