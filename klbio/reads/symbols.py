"""Symbols of sequences as small numbers."""

from __future__ import annotations

import numpy as np

__all__ = ["AMBIGUOUS", "BASES", "CODES", "FOREIGN"]

AMBIGUOUS, FOREIGN = 4, 5
BASES = np.frombuffer(b"ACGT", dtype=np.uint8)
CODES = np.full(256, FOREIGN, dtype=np.uint8)  # of each byte: 0-3 for ACGT, in any case, U as T
CODES[list(b"NRYSWKMBDHVnryswkmbdhv.")] = AMBIGUOUS
for _code, _letters in enumerate((b"Aa", b"Cc", b"Gg", b"TtUu")):
    CODES[list(_letters)] = _code
