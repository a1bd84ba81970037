"""Tables of AUGUSTUS files read all at once, where nothing in them is out of the ordinary.

Every function gives None where something is, and the readers of `klbio.io.models.pbl`, line by line,
find out what; where both give a table it is the same to the last bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from klbio.alphabets import kmers
from klbio.distributions import FloatArray
from klbio.models.markov.content_model import MAX_ORDER

__all__ = ["MAX_LENGTH", "MAX_VALUE", "MAX_WEIGHT", "regular_patterns", "regular_table"]

MAX_VALUE = 2.0  # CRF training leaves "probabilities" a little above 1; counts are far above
MAX_WEIGHT = 1010.0  # patterns have probabilities per 1000, and a little for rounding
MAX_LENGTH = MAX_ORDER + 1
PLACES = np.full(128, 4, dtype=np.uint8)
PLACES[[ord(base) for base in "ACGT"]] = range(4)


def regular_table(lines: Sequence[str], columns: int) -> tuple[FloatArray, bool] | None:
    """Read every word of one length, or of all lengths up to it, in alphabetical order, then raw counts if any.

    Parameters
    ----------
    lines : sequence of str
    columns : int
        Probabilities of each word.

    Returns
    -------
    table : ndarray of shape (columns, 4**k, 4)
    counts : bool
        Whether raw counts of the same words follow.
    """
    words, numbers = _words_and_numbers(lines, columns)
    length = len(words[-1]) if words else 0
    if not 1 <= length <= MAX_LENGTH or len(words) < 4**length:
        return None
    for known in (_all_words(length, length), _all_words(1, length)):
        n = len(known)
        counts = words[n:]
        if words[:n] == known and (
            not counts or (set(counts) <= set(known) and "".join(numbers[n * columns :]).isdecimal())
        ):
            values = _probabilities(numbers[: n * columns], MAX_VALUE)
            if values is None:
                return None
            return values.reshape(n, columns)[-(4**length) :].T.reshape(columns, -1, 4), bool(counts)
    return None


def regular_patterns(lines: Sequence[str], length: int) -> FloatArray | None:
    """Sum the weights of words by position and base.

    Returns
    -------
    ndarray of shape (length, 4)
    """
    words, numbers = _words_and_numbers(lines, 1)
    letters, weights = "".join(words), _probabilities(numbers, MAX_WEIGHT)
    if weights is None or not letters.isascii() or set(map(len, words)) != {length}:
        return None
    places = PLACES[np.frombuffer(letters.encode(), np.uint8)].reshape(-1, length)
    if places.max() > 3 or len(set(words)) < len(words):
        return None
    return np.stack([np.bincount(column, weights, 4) for column in places.T])


def _words_and_numbers(lines: Sequence[str], columns: int) -> tuple[list[str], list[str]]:
    """Cut lines of a word and so many fields; nothing where the number of all fields is another.

    If the words then are words and the others numbers, each line has its own: all lines begin with a word.
    """
    fields = "\n".join(lines).upper().split()
    if len(fields) != len(lines) * (columns + 1):
        return [], []
    words = fields[:: columns + 1]
    del fields[:: columns + 1]
    return words, fields


@cache
def _all_words(shortest: int, longest: int) -> list[str]:
    return [word for length in range(shortest, longest + 1) for word in kmers(length)]


def _probabilities(fields: Sequence[str], most: float) -> FloatArray | None:
    """Give the numbers if all of them are finite, none negative, none above the greatest possible."""
    text = "".join(fields)
    if "_" in text or not text.isascii():  # numbers to Python, and slips here
        return None
    try:
        values = np.array([float(field) for field in fields])
    except ValueError:
        return None
    good = values.size and np.isfinite(values).all() and values.min() >= 0 and values.max() <= most
    return values if good else None
