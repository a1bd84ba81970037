"""Numbers as files write them: what Python reads as a number beyond that is a slip there."""

from __future__ import annotations

import math

__all__ = ["finite_number"]


def finite_number(text: str) -> float | None:
    """Give the number a text holds, None if it holds none or one that is not finite.

    >>> finite_number("-0.219"), finite_number("-nan"), finite_number("x"), finite_number("1_0")
    (-0.219, None, None, None)
    """
    if "_" in text or not text.isascii():  # numbers to Python, and slips in a file of parameters
        return None
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
