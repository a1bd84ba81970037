"""A logarithm that vectorises, of products that are added without rounding in between.

A fused multiply-add is asked for by name and not left to the compiler: so a number does not depend on where in a
vector it stood, nor on the machine.  Processors have had the instruction since 2013; an older one is slow.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import types
from numba.extending import intrinsic

from klbio.compiled import compiled
from klbio.distributions import FloatArray

__all__ = ["fused", "natural_log", "scaled_log"]

LN_2 = math.log(2)

# bit patterns of binary64
ROOT_HALF, ONE, TWO_52 = 0x3FE6A09E00000000, 0x3FF0000000000000, 0x4330000000000000
FRACTION = 0x000FFFFFFFFFFFFF


@intrinsic  # type: ignore[untyped-decorator]
def fused(context: Any, a: Any, b: Any, c: Any) -> Any:
    """``a * b + c``, rounded once."""
    number = types.float64

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.fma(*arguments)

    return number(number, number, number), generate


@compiled
def natural_log(x: float) -> float:
    """Logarithm of a positive normal number within three units in the last place; vectorises.

    x = 2^k m with sqrt(1/2) < m < sqrt(2); log m = 2 artanh(s), s = (m - 1) / (m + 1), by
    fdlibm's minimax polynomial.  The exponent becomes a float through the bits of 2^52 + k.
    """
    bits = np.float64(x).view(np.int64) + (ONE - ROOT_HALF)
    exponent = np.int64((bits >> 52) | TWO_52).view(np.float64) - (4503599627370496.0 + 1023.0)
    m = np.int64((bits & FRACTION) + ROOT_HALF).view(np.float64)
    s = (m - 1.0) / (m + 1.0)
    z = s * s
    w = z * z
    low = fused(z, 2.857142874366239149e-01, 3.999999999940941908e-01)
    middle = fused(z, 1.818357216161805012e-01, 2.222219843214978396e-01)
    high = fused(z, 1.479819860511658591e-01, 1.531383769920937332e-01)
    series = fused(z, fused(w, fused(w, high, middle), low), 6.666666666666735130e-01)
    logarithm: float = fused(exponent, LN_2, s * fused(z, series, 2.0))
    return logarithm


@compiled
def scaled_log(x: FloatArray, out: FloatArray) -> None:
    """Fill ``out`` with ``x log x`` of positive numbers."""
    for t in range(len(x)):
        out[t] = x[t] * natural_log(x[t])
