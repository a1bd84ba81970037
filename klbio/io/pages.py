"""The page of results: where it lies, and that it goes when the tables it shows do."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

from klbio.errors import StrPath

__all__ = ["FIGURES", "PAGE", "figures_of", "page_of_table", "take_away_page"]

PAGE, FIGURES = "report.html", "figures"
OURS = '<meta name="generator" content="klbio '
FIGURE = re.compile(r'href="(figures/[\w.-]+\.svg)"')


def page_of_table(table: StrPath) -> Path:
    """Give the page of a single table, in a folder of its own, as other tables may lie beside it.

    Examples
    --------
    >>> page_of_table("results/near.tsv").as_posix()
    'results/near.report/report.html'
    """
    path = Path(table)
    return path.with_name(f"{path.stem}.report") / PAGE


def figures_of(page: Path) -> Path:
    """Give the folder of a page's figures: several pages with names of their own may lie in one folder.

    Examples
    --------
    >>> figures_of(Path("results/report.html")).as_posix(), figures_of(Path("pages/mice.html")).as_posix()
    ('results/figures', 'pages/mice.figures')
    """
    return page.with_name(FIGURES if page.name == PAGE else f"{page.stem}.{FIGURES}")


def take_away_page(page: Path) -> None:
    """Take away a page and the figures it names: beside new tables it would show what they do not say.

    A page that klbio did not write stays.
    """
    if not page.is_file():
        return
    text = page.read_text(encoding="utf-8", errors="replace")
    if OURS not in text:
        return
    page.unlink()
    for name in sorted(set(FIGURE.findall(text))):
        (page.parent / name).unlink(missing_ok=True)
    with suppress(OSError):  # other figures are in it, or there are none
        (page.parent / FIGURES).rmdir()
