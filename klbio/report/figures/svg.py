"""From a chart to SVG text: same table, same bytes; names only ever as text."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape, unescape

import vl_convert
from altair.utils.schemapi import debug_mode

from klbio.report.figures.layout import Spec
from klbio.report.figures.style import CONFIG, FONT

__all__ = ["Drawing", "Figure", "stretched_to"]

TAG = re.compile(r"<[a-z][^>]*>")
LABEL = re.compile(r"(<text [^>]*>)([^<]*)(</text>)")
UNSEEN = re.compile(r'<text [^>]*opacity="0">[^<]*</text>')
INVISIBLE = re.compile(
    r'<path class="(?:background|foreground)" aria-hidden="true" d="[^"]*"(?: display="none")?/>'
)
FACE = f' font-family="{FONT}"'  # stands once for the whole picture
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
class Drawing:
    """A figure as SVG text, wide and narrow."""

    name: str
    alt_text: str
    wide: str
    narrow: str


@dataclass(frozen=True)
class Figure(ABC):
    """A chart in its two shapes.

    Parameters
    ----------
    name : str
        Stem of its file.
    """

    name: str

    @property
    @abstractmethod
    def alt_text(self) -> str:
        """What it shows, in a sentence: what a reader hears who cannot see it."""

    @property
    @abstractmethod
    def wide(self) -> Spec:
        """Vega-Lite specification for a desk."""

    @property
    @abstractmethod
    def narrow(self) -> Spec:
        """Vega-Lite specification for a phone."""

    @property
    def full_names(self) -> Mapping[str, str]:
        """Label as drawn -> whole name, shown when the pointer rests on the label."""
        return {}

    def draw(self) -> Drawing:
        """Draw the figure in both shapes; the bytes depend on the charts alone."""
        with debug_mode(False):  # a chart is checked by the tests, not each time that it is drawn
            shapes = {"wide": self.wide, "narrow": self.narrow}
        wide, narrow = (
            _Picture(f"{self.name}-{shape}", self.alt_text, self.full_names).tidied(_converted(spec))
            for shape, spec in shapes.items()
        )
        return Drawing(self.name, self.alt_text, wide, narrow)


def stretched_to(pixels: float) -> str:
    """Name the face of single letters that are stretched to a width: Vega can only make them larger.

    >>> stretched_to(12.345)
    'stretched to 12.35'
    """
    return f"stretched to {pixels:.2f}"


def _stretched(letter: re.Match[str]) -> str:
    width = float(letter[1]) * (0.4 if letter[3] == THIN else 1.0)
    stretch = f'textLength="{width:.1f}" lengthAdjust="spacingAndGlyphs"'
    return f"{stretch}{letter[2]}>{letter[3]}</text>"


def _converted(spec: Spec) -> str:
    svg: str = vl_convert.vegalite_to_svg({**spec, "config": CONFIG}, allowed_base_urls=[])
    return svg


@dataclass(frozen=True)
class _Picture:
    """One picture of a page that holds many: it is named, and its ids are numbered afresh."""

    name: str
    alt_text: str
    full_names: Mapping[str, str]
    ids: dict[str, int] = field(default_factory=dict)

    def tidied(self, svg: str) -> str:
        """Name the picture, and turn descriptions into titles.

        Only tags are rewritten; a name that looks like an attribute is text and stays as it is.
        """
        svg = TAG.sub(self._rewritten, INVISIBLE.sub("", UNSEEN.sub("", svg)))
        svg = DESCRIBED.sub(r"<\1\2\4><title>\3</title></\1>", svg)
        svg = STRETCHED.sub(_stretched, svg)
        svg = LABEL.sub(self._titled, svg)
        return svg.replace("<svg ", f'<svg role="img" aria-label="{escape(self.alt_text)}"{FACE} ', 1)

    def _rewritten(self, tag: re.Match[str]) -> str:
        plain = IDENTITY.sub(self._renamed, NOISE.sub("", tag[0]).replace(FACE, ""))
        if "aria-label" in plain:
            return plain
        return LONG_NUMBER.sub(lambda number: f"{float(number[0]):.2f}", plain)

    def _renamed(self, identity: re.Match[str]) -> str:
        return f"{identity[1]}{self.name}-{self.ids.setdefault(identity[2], len(self.ids))}"

    def _titled(self, text: re.Match[str]) -> str:
        label = unescape(text[2])
        whole = self.full_names.get(label, label)
        return text[0] if whole == label else f"{text[1]}{text[2]}<title>{escape(whole)}</title>{text[3]}"
