"""How a number or a name is said: a few digits, its sign, its unit; never more than the table knows."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from itertools import chain
from itertools import count as numbers

from klbio.io import model_formats
from klbio.phrases.numbers import count

__all__ = ["bits", "cell", "listing", "p_value", "short_names", "some", "span", "tool"]

MISSING = "—"
P_COLUMN = re.compile("(^|_)[pq](_|$)")
SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def bits(value: float | None) -> str:
    """Say a number of bits to two significant digits, or two decimals from 1 up.

    >>> bits(0.3429), bits(0.3), bits(1.181), bits(0.0034), bits(0.00002), bits(math.inf)
    ('0.34', '0.30', '1.18', '0.0034', '2.0 × 10⁻⁵', '∞')
    """
    if value is None or math.isnan(value):
        return MISSING
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    text = f"{value:.2f}" if abs(value) >= 1 or value == 0 else f"{value:#.2g}"
    return _typeset(text)


def _typeset(text: str) -> str:
    mantissa, _, exponent = text.partition("e")
    power = f" × 10{str(int(exponent)).translate(SUPERSCRIPT)}" if exponent else ""
    return mantissa.replace("-", "−") + power


def span(low: float | None, high: float | None) -> str:
    """Say an interval.

    >>> span(0.281, 0.514)
    '0.28 to 0.51'
    """
    return f"{bits(low)} to {bits(high)}"


def p_value(value: float) -> str:
    """Say a p value with its sign.

    >>> p_value(0.00216), p_value(0.0001), p_value(0.000001), p_value(1.0)
    ('p = 0.0022', 'p = 0.0001', 'p < 0.0001', 'p = 1.0')
    """
    if math.isnan(value):
        return "p not given"
    if value < 0.0001:
        return "p < 0.0001"
    return f"p = {value:.4f}" if value < 0.001 else f"p = {value:#.2g}"


def listing(words: Iterable[str]) -> str:
    """Join words as prose does.

    >>> listing(["genus"]), listing(["genus", "family", "phylum"])
    ('genus', 'genus, family and phylum')
    """
    *most, last = list(words) or [""]
    return f"{', '.join(most)} and {last}" if most else last


def some(names: list[str], most: int) -> str:
    """Join the first names and count the others.

    >>> some(["a", "b", "c", "d"], 2), some(["a", "b"], 2)
    ('a, b and 2 more', 'a and b')
    """
    return (
        listing(names) if len(names) <= most else f"{', '.join(names[:most])} and {len(names) - most:,} more"
    )


def tool(name: str) -> str:
    """Write a program as its authors do.

    >>> tool("augustus"), tool("another")
    ('AUGUSTUS', 'another')
    """
    return _titles().get(name, name)


@cache
def _titles() -> dict[str, str]:
    return {form.name: form.title for form in model_formats()}


def cell(column: str, value: object) -> str:
    """Show one field of a table; the name of its column says how.

    >>> cell("floor_bits", 0.03014), cell("n_before", 11.0), cell("n_match_p", 9.0), cell("share", 0.1234)
    ('0.0301', '11', '9', '12.3%')
    >>> cell("p_value", 0.0001), cell("floor_bits", 0.0001), cell("note", "")
    ('0.0001', '0.00010', '—')
    """
    if not isinstance(value, (int, float)):
        return str(value) or MISSING
    if not math.isfinite(value):
        return bits(value)
    counted = column.startswith("n_") or not ("_bits" in column or column.endswith(("_p", "share")))
    if value == int(value) and counted:
        return count(value).replace("-", "−")
    if column.endswith("share") or column.startswith("proportion"):
        return f"{value:.1%}".replace("-", "−")
    four = abs(value) >= (0.00005 if P_COLUMN.search(column) else 0.001) or value == 0
    return _typeset(f"{value:.4f}" if four else f"{value:#.2g}")


def short_names(names: Iterable[str], width: int = 24) -> dict[str, str]:
    """Shorten names to at most `width` characters, keeping different names different.

    A lineage (``a;b;c``) is shown by as few of its last parts as tell it from the others;
    what is still too long loses its middle.

    >>> short_names(["Bacteria;Firmicutes;Blautia", "Bacteria;Firmicutes;Roseburia"])
    {'Bacteria;Firmicutes;Blautia': 'Blautia', 'Bacteria;Firmicutes;Roseburia': 'Roseburia'}
    >>> short_names(["Prevotella_9_uncultured_bacterium"], 12)
    {'Prevotella_9_uncultured_bacterium': 'Prevot…erium'}
    """
    short: dict[str, str] = {}
    taken: set[str] = set()
    for name, part in _last_parts(list(dict.fromkeys(names))).items():
        tails = chain([""], (f" ({i})" for i in numbers(2)))
        label = next(label for tail in tails if (label := _cut(part, width - len(tail)) + tail) not in taken)
        short[name] = label
        taken.add(label)
    return short


def _last_parts(names: list[str]) -> dict[str, str]:
    parts = {name: [part.strip() for part in name.split(";") if part.strip()] or [name] for name in names}
    endings = Counter(part[-1] for part in parts.values())
    return {
        name: "; ".join(part[-1:] if endings[part[-1]] == 1 else part[-2:]) for name, part in parts.items()
    }


def _cut(text: str, width: int) -> str:
    if len(text) <= width:
        return text
    head = (width - 1) // 2 + (width - 1) % 2
    return text[:head] + "…" + text[len(text) - (width - 1 - head) :]
