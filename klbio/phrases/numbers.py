"""Numbers in sentences: one of a thing, some, none and all, and differences that are none."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["agreed", "amount", "count", "differs", "figures", "has", "of_all", "part_of", "plural", "who_has"]


PLURALS = {"taxon": "taxa", "quantity": "quantities"}  # that are not made with an s


def plural(noun: str) -> str:
    """Give the word for several of a thing.

    >>> plural("subject"), plural("taxon")
    ('subjects', 'taxa')
    """
    return PLURALS.get(noun, f"{noun}s")


def agreed(n: float, one: str, several: str) -> str:
    """Choose the word that goes with so many.

    >>> agreed(1, "has", "have"), agreed(2, "has", "have"), agreed(0, "has", "have")
    ('has', 'have', 'have')
    """
    return one if n == 1 else several


def count(n: float, noun: str = "") -> str:
    """Say a count, with its noun in the right number.

    >>> count(12345), count(1, "subject"), count(2, "subject"), count(3, "taxon")
    ('12,345', '1 subject', '2 subjects', '3 taxa')
    """
    return f"{int(n):,} {agreed(n, noun, plural(noun))}" if noun else f"{int(n):,}"


def figures(value: float, n: int = 2) -> str:
    """Say a number to so many significant digits, and whole where its whole part has more of them.

    >>> figures(0.0123), figures(7.0), figures(99.6), figures(400.2), figures(-1234.5, 3)
    ('0.012', '7', '100', '400', '-1,234')
    """
    return f"{value:,.0f}" if abs(value) >= 10**n - 0.5 else f"{value:.{n}g}"


def amount(value: float, noun: str) -> str:
    """Say a mean of counts to two digits, with its noun in the number that is read.

    >>> amount(1.0, "sample"), amount(1.004, "sample"), amount(2.5, "sample"), amount(120.0, "sample")
    ('1 sample', '1 sample', '2.5 samples', '120 samples')
    """
    text = figures(value)
    return f"{text} {noun if text == '1' else plural(noun)}"


def of_all(n: int, total: int, noun: str) -> str:
    """Begin a sentence about `n` of `total`.

    >>> of_all(6, 6, "subject"), of_all(2, 6, "subject"), of_all(0, 6, "subject"), of_all(1, 1, "subject")
    ('All 6 subjects', '2 of 6 subjects', 'None of 6 subjects', 'The one subject')
    >>> of_all(0, 1, "subject")
    'Not even the one subject'
    """
    if total == 1:
        return f"The one {noun}" if n else f"Not even the one {noun}"
    start = {total: "Both" if total == 2 else f"All {count(total)}", 0: f"None of {count(total)}"}
    return f"{start.get(n, f'{count(n)} of {count(total)}')} {plural(noun)}"


def part_of(n: int, total: int, noun: str) -> str:
    """Say `n` of `total` within a sentence.

    >>> part_of(2, 2, "subject"), part_of(2, 6, "subject")
    ('both subjects', '2 of 6 subjects')
    """
    text = of_all(n, total, noun)
    return text[0].lower() + text[1:]


def who_has(n: int, total: int, noun: str) -> str:
    """Say which have something, with the verb.

    >>> who_has(1, 6, "subject"), who_has(6, 6, "subject"), who_has(0, 1, "subject")
    ('1 of 6 subjects has', 'all 6 subjects have', 'not even the one subject has')
    """
    return f"{part_of(n, total, noun)} {has(n, total)}"


def has(n: int, total: int) -> str:
    """The verb of so many of all."""
    return "has" if total == 1 or n < 2 else "have"


def three_decimals(bits: float) -> str:
    """Say a number of bits to three decimals, or to two digits where these would be 0.

    >>> three_decimals(0.25), three_decimals(0.00012)
    ('0.250', '0.00012')
    """
    return f"{bits:.3f}" if abs(bits) >= 0.0005 else f"{bits:.2g}"


def differs(
    bits: float, more: str, less: str, alike: str, said: Callable[[float], str] = three_decimals
) -> str:
    """Say by how much, and which way; nothing is neither more nor less.

    >>> differs(0.25, "above", "below", "at"), differs(-0.1, "above", "below", "at"), differs(0.0, "", "", "at")
    ('0.250 bits above', '0.100 bits below', 'at')
    """
    if bits == 0:
        return alike
    return f"{said(abs(bits))} bits {more if bits > 0 else less}"
