"""Result tables -> one self-contained page, and its figures as SVG files beside it."""

from __future__ import annotations

import resource
from contextlib import ExitStack
from dataclasses import replace
from os.path import relpath
from pathlib import Path
from typing import TYPE_CHECKING

from klbio import __version__
from klbio.errors import Fault, InputError, StrPath
from klbio.io.at_work import at_work
from klbio.io.files import is_written_through, write_text, write_texts
from klbio.io.pages import PAGE, figures_of, page_of_table
from klbio.steps.ending import Ending

if TYPE_CHECKING:
    from klbio.report.page import Page
    from klbio.report.tables import Results

__all__ = ["address_faults", "answer", "write_report"]

ADDRESSES = 128 * 2**30  # bytes
REMEDY = "Run `klbio shift`, `klbio models` or `klbio nearest`, or the workflow, first."


def answer(results: StrPath) -> Ending:
    """Say what a page would say first, without the page.

    Parameters
    ----------
    results : path-like
        As of `write_report`.
    """
    from klbio.report.places import Places

    places = Places.at(Path(results))
    return Ending.of_results(_read(results, lazily=True), places, str(results))


def address_faults() -> list[Fault]:
    """Say that the limit of memory leaves no room for the program that draws: it would end klbio without a word.

    It reserves addresses that it never fills: 128 GiB suffice, 64 do not.
    """
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    if limit == resource.RLIM_INFINITY or limit >= ADDRESSES:
        return []
    found = f"a limit of {limit / 2**30:.3g} GiB of addresses (ulimit -v)"
    remedy = "Lift it (ulimit -v unlimited), or draw the page where there is none: klbio report."
    return [Fault("memory", found, f"{ADDRESSES // 2**30} GiB or no limit, to draw figures", remedy)]


def write_report(
    *, results: StrPath, out: StrPath | None = None, title: str | None = None, figures: StrPath | None = None
) -> Ending:
    """Write the page, and its figures as files of their own.

    Parameters
    ----------
    results : path-like
        Folder of result tables, of a workflow or of one command, or the table of `klbio nearest`; what was not run is
        left out and, of a workflow, named on the page.
    out : path-like, optional
        The page, one HTML file that needs no network and no script; by default ``report.html`` beside the tables, or
        in a folder ``NAME.report`` beside a table ``NAME.tsv``, so that each has its own.
    title : str, optional
        Heading of the page.
    figures : path-like, optional
        Folder of the figures; by default ``figures`` beside a page called ``report.html``, ``NAME.figures`` beside
        ``NAME.html``, where it has any.

    Returns
    -------
    Ending
        The first finding of the page, what was left out, and where the page is.

    Raises
    ------
    InputError
        If the folder or every table is missing, or a table that its run wrote; if a table lacks a column that the page
        needs; if figures cannot be drawn under the shell's limit of memory; if a run is at work in the folder.
    """
    from klbio.report.page import render
    from klbio.report.places import Places

    places = Places.at(Path(results))
    with ExitStack() as runs:
        for folder in filter(Path.is_dir, places.folders.values()):
            runs.enter_context(at_work(folder))
        tables = _read(results)
        if not places.any_table:
            raise InputError.one(results, "a folder without result tables", "the results of a run", REMEDY)
        InputError.raise_any(address_faults())
        target = _page(Path(results), places.folder) if out is None else Path(out)
        if figures is not None:  # of a rule: there, if empty
            Path(figures).mkdir(parents=True, exist_ok=True)
        beside = relpath(figures or figures_of(target), target.parent)
        _draw(render(tables, title, beside), target, beside)
    return Ending.of_results(tables, places, f"{results}, the page {target}")


def _draw(page: Page, target: Path, beside: str) -> None:
    if is_written_through(target):  # nothing stands beside a device or a pipe
        write_text(target, page.html)
        return
    figures = {f"{beside}/{drawing.name}.svg": drawing.wide for drawing in page.drawings}
    write_texts(target.parent, {**figures, target.name: page.html})


def _read(results: StrPath, *, lazily: bool = False) -> Results:
    from klbio.report.tables import read_results

    return replace(read_results(Path(results), lazily=lazily), version=__version__)


def _page(results: Path, folder: Path) -> Path:
    return page_of_table(results) if results.is_file() else folder / PAGE
