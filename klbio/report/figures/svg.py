"""From a chart to SVG text: same table, same bytes; names only ever as text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape, unescape

import vl_convert

from klbio.report.figures.layout import Spec
from klbio.report.figures.style import CONFIG, FONT

__all__ = ["Drawing", "Figure", "draw", "stretched_to"]

TAG = re.compile(r"<[a-z][^>]*>")
LABEL = re.compile(r"(<text [^>]*>)([^<]*)(</text>)")
UNSEEN = re.compile(r'<text [^>]*opacity="0">[^<]*</text>')
INVISIBLE = re.compile(
    r'<path class="(?:background|foreground)" aria-hidden="true" d="[^"]*"(?: display="none")?/>'
)
FACE = f' font-family="{FONT}"'  # said once for the whole picture
DESCRIBED = re.compile(r'<(path|line)([^>]*?) aria-label="([^"]*)"([^>]*)/>')
IDENTITY = re.compile(r'( id="|url\(#)([A-Za-z_]+\d+)')
STRETCHED = re.compile(r'font-family="stretched to ([0-9.]+)"([^>]*)>([A-Z])</text>')
THIN = "I"  # a letter that would be a block if it were as wide as the others
LONG_NUMBER = re.compile(r"\d+\.\d{3,}")
NOISE = re.compile(
    r' (?:role="graphics-[a-z]+"|aria-roledescription="[^"]*"|pointer-events="none"|xmlns:xlink="[^"]*"'
    r'|opacity="1"|class="[^"]*")'
)


@dataclass(frozen=True)
class Figure:
    """A chart in its two shapes.

    Parameters
    ----------
    name : str
        Stem of its file.
    says : str
        What it shows, in a sentence: what a reader hears who cannot see it.
    wide, narrow : dict
        Vega-Lite specifications, for a desk and for a phone.
    full_names : mapping of str to str
        Label as drawn -> whole name, shown when the pointer rests on the label.
    """

    name: str
    says: str
    wide: Spec
    narrow: Spec
    full_names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Drawing:
    """A figure as SVG text, wide and narrow."""

    name: str
    says: str
    wide: str
    narrow: str


def draw(figure: Figure) -> Drawing:
    """Draw a figure in both shapes.

    Parameters
    ----------
    figure : Figure
        Charts, name and description.

    Returns
    -------
    Drawing
        The bytes depend on the charts alone.
    """
    wide, narrow = (
        _tidy(_convert(spec), f"{figure.name}-{shape}", figure)
        for shape, spec in (("wide", figure.wide), ("narrow", figure.narrow))
    )
    return Drawing(figure.name, figure.says, wide, narrow)


def stretched_to(pixels: float) -> str:
    """Name the face of single letters that `draw` stretches to a width: Vega can only make them larger.

    >>> stretched_to(12.345)
    'stretched to 12.35'
    """
    return f"stretched to {pixels:.2f}"


def _stretched(letter: re.Match[str]) -> str:
    width = float(letter[1]) * (0.4 if letter[3] == THIN else 1.0)
    stretch = f'textLength="{width:.1f}" lengthAdjust="spacingAndGlyphs"'
    return f"{stretch}{letter[2]}>{letter[3]}</text>"


def _convert(spec: Spec) -> str:
    svg: str = vl_convert.vegalite_to_svg({**spec, "config": CONFIG}, allowed_base_urls=[])
    return svg


def _tidy(svg: str, name: str, figure: Figure) -> str:
    """Name the picture, turn descriptions into titles, and number ids afresh: a page holds many pictures.

    Only tags are rewritten; a name that looks like an attribute is text and stays as it is.
    """
    numbers: dict[str, int] = {}

    def rename(found: re.Match[str]) -> str:
        return f"{found[1]}{name}-{numbers.setdefault(found[2], len(numbers))}"

    def rewrite(tag: re.Match[str]) -> str:
        plain = IDENTITY.sub(rename, NOISE.sub("", tag[0]).replace(FACE, ""))
        return (
            plain
            if "aria-label" in plain
            else LONG_NUMBER.sub(lambda number: f"{float(number[0]):.2f}", plain)
        )

    svg = TAG.sub(rewrite, INVISIBLE.sub("", UNSEEN.sub("", svg)))
    svg = DESCRIBED.sub(r"<\1\2\4><title>\3</title></\1>", svg)
    svg = STRETCHED.sub(_stretched, svg)
    svg = LABEL.sub(lambda found: _titled(found, figure.full_names), svg)
    return svg.replace("<svg ", f'<svg role="img" aria-label="{escape(figure.says)}"{FACE} ', 1)


def _titled(found: re.Match[str], full_names: Mapping[str, str]) -> str:
    label = unescape(found[2])
    whole = full_names.get(label, label)
    return found[0] if whole == label else f"{found[1]}{found[2]}<title>{escape(whole)}</title>{found[3]}"
