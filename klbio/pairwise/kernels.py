"""Compiled loops over sparse rows, unchecked.

A number does not depend on where in a vector it stood (see `klbio.compiled`), and any number of
threads gives the same bytes.
"""

from __future__ import annotations

import math

import numpy as np

from klbio.compiled import compiled
from klbio.distributions import FloatArray
from klbio.pairwise.operands import (
    HELLINGER,
    JEFFREYS,
    JENSEN_SHANNON,
    RELATIVE_ENTROPY,
    TOTAL_VARIATION,
    EntryArray,
    Operands,
    PlaceArray,
    SampleArray,
    Table,
)
from klbio.pairwise.shared_entropy import share_entropy

__all__ = ["fill", "invert", "mirror"]

# sums over shared categories are right to 1e-14 or so, hence to nine digits or more above this many nats
NEAR = 1e-4
CLOSE = 0.05  # below this |p - q| / (p + q), a series replaces the logarithm of relative entropy
LN_2 = math.log(2)
TILE = 64


@compiled
def invert(
    table: Table, start: EntryArray, sample: SampleArray, share: FloatArray, after: PlaceArray
) -> None:
    """Sort the entries by category, then sample, where `start` says how many each has; `after` each is the next."""
    following = start[:-1].copy()
    for i in range(len(table.start) - 1):
        for e in range(table.start[i], table.start[i + 1]):
            place = following[table.category[e]]
            sample[place], share[place], after[e] = i, table.counts[e] / table.depth[i], place + 1
            following[table.category[e]] = place + 1


@compiled
def share_overlap(operands: Operands, i: int, shared: FloatArray) -> None:
    """Add ``min(p, q)`` for each category that row `i` shares."""
    start, category, count = operands.left.start, operands.left.category, operands.left.counts
    end, sample, q = operands.postings.start[1:], operands.postings.sample, operands.postings.share
    for e in range(start[i], start[i + 1]):
        a, b = operands.begin[e], end[category[e]]
        samples, others = sample[a:b], q[a:b]
        p = count[e] / operands.left.depth[i]
        for t in range(b - a):
            shared[samples[t]] += min(p, others[t])


@compiled
def share_product(
    operands: Operands, i: int, factor: FloatArray, divisor: float, q: FloatArray, shared: FloatArray
) -> None:
    """Add ``p q`` for each category that row `i` shares, ``p = factor / divisor``: one row of a sparse product."""
    start, category = operands.left.start, operands.left.category
    end, sample = operands.postings.start[1:], operands.postings.sample
    for e in range(start[i], start[i + 1]):
        a, b = operands.begin[e], end[category[e]]
        samples, others = sample[a:b], q[a:b]
        p = factor[e] / divisor
        for t in range(b - a):
            shared[samples[t]] += p * others[t]


@compiled
def share_both_products(operands: Operands, i: int, shared: FloatArray) -> None:
    """Add ``p g + f q`` for each category that row `i` shares, at once, so that the sum is symmetric."""
    start, category = operands.left.start, operands.left.category
    count, f = operands.left.counts, operands.left.image
    end, sample = operands.postings.start[1:], operands.postings.sample
    q, g = operands.postings.share, operands.postings.image
    for e in range(start[i], start[i + 1]):
        a, b = operands.begin[e], end[category[e]]
        samples, others, images = sample[a:b], q[a:b], g[a:b]
        p = count[e] / operands.left.depth[i]
        for t in range(b - a):
            shared[samples[t]] += p * images[t] + f[e] * others[t]


@compiled
def add_shared(operands: Operands, i: int, shared: FloatArray) -> None:
    """Add up, for each sample, what it shares with row `i`, in order of category."""
    left, postings = operands.left, operands.postings
    if operands.measure == JENSEN_SHANNON:
        share_entropy(operands, i, shared)
    elif operands.measure == TOTAL_VARIATION:
        share_overlap(operands, i, shared)
    elif operands.measure == HELLINGER:
        share_product(operands, i, left.image, 1.0, postings.image, shared)
    elif operands.measure == RELATIVE_ENTROPY:
        share_product(operands, i, left.counts, left.depth[i], postings.image, shared)
    elif operands.measure == JEFFREYS:
        share_both_products(operands, i, shared)


@compiled
def relative_entropy_term(p: float, q: float) -> float:
    """``p ln(p/q) - p + q`` >= 0, without cancellation where p is close to q."""
    difference = p - q
    s = difference / (p + q)
    if abs(s) > CLOSE:
        return p * math.log(p / q) - difference
    x = s * s
    tail = s * x * (1 / 3 + x * (1 / 5 + x * (1 / 7 + x * (1 / 9 + x * (1 / 11 + x / 13)))))
    return difference * s + 2 * p * tail


@compiled
def jensen_shannon_term(p: float, q: float) -> float:
    """``p ln(p/m) / 2 + q ln(q/m) / 2`` >= 0 with m = (p + q) / 2, without cancellation."""
    t = (p - q) / (p + q)
    if abs(t) == 1.0:
        return 0.5 * LN_2 * (p + q)
    return 0.5 * (p + q) * (t * math.atanh(t) + 0.5 * math.log1p(-t * t))


@compiled
def log_ratio(p: float, q: float) -> float:
    """``ln(p/q)``, exact for close numbers."""
    s = (p - q) / (p + q)
    return 2.0 * math.atanh(s) if abs(s) < 0.5 else math.log(p / q)


@compiled
def term(measure: int, p: float, q: float) -> float:
    """One category's part of the divergence, in nats: never negative, 0 where p = q."""
    difference = p - q
    if difference == 0.0:
        return 0.0
    if measure == JENSEN_SHANNON:
        return jensen_shannon_term(p, q)
    if measure == TOTAL_VARIATION:
        return 0.5 * abs(difference)
    if measure == HELLINGER:
        gap = difference / (math.sqrt(p) + math.sqrt(q))
        return 0.5 * gap * gap
    if measure == JEFFREYS:
        return difference * log_ratio(p, q)
    return max(relative_entropy_term(p, q), 0.0)


@compiled
def term_by_term(measure: int, left: Table, i: int, right: Table, j: int, n_categories: int) -> float:
    """Divergence of two rows by merging their entries; all categories that neither has are alike."""
    a, a_end = left.start[i], left.start[i + 1]
    b, b_end = right.start[j], right.start[j + 1]
    p_background, q_background = left.background[i], right.background[j]
    total, absent = 0.0, n_categories
    while a < a_end or b < b_end:
        a_category = left.category[a] if a < a_end else n_categories
        b_category = right.category[b] if b < b_end else n_categories
        p, q = p_background, q_background
        if a_category <= b_category:
            p += left.counts[a] / left.depth[i]
            a += 1
        if b_category <= a_category:
            q += right.counts[b] / right.depth[j]
            b += 1
        total += term(measure, p, q)
        absent -= 1
    return total + absent * term(measure, p_background, q_background)


@compiled
def subtract_shared(operands: Operands, i: int, low: int, shared: FloatArray) -> None:
    """Turn what row `i` shares with each row from `low` on into the divergence from it, in nats."""
    row, background, total = operands.left.row[i], operands.left.background[i], operands.left.total[i]
    column, backgrounds, totals = operands.right.column, operands.right.background, operands.right.total
    if operands.measure != JEFFREYS:
        total = 0.0
    for j in range(low, len(shared)):
        shared[j] = (row + column[j]) - (background * totals[j] + total * backgrounds[j]) - shared[j]


@compiled
def mend_near(operands: Operands, i: int, low: int, values: FloatArray) -> None:
    """Compute again, term by term, what is too small to trust."""
    for j in range(low, len(values)):
        if values[j] < NEAR:
            values[j] = term_by_term(
                operands.measure, operands.left, i, operands.right, j, operands.n_categories
            )


@compiled
def finish(values: FloatArray, most: float, unit: float, root: bool, out: FloatArray) -> None:
    """Bound the values, bring them to their unit, and take their root if asked to."""
    for j in range(len(values)):
        out[j] = min(values[j], most) / unit
    if root:
        for j in range(len(values)):
            out[j] = math.sqrt(out[j])


@compiled
def fill(operands: Operands, first: int, last: int, offset: int, out: FloatArray) -> None:
    """Fill ``out[i - first, j - offset]`` for rows first <= i < last; with `triangular`, only j >= i.

    Each row is computed by itself, so it does not matter who computes it.
    """
    values = np.zeros(len(operands.right.column))
    for i in range(first, last):
        low = i + 1 if operands.triangular else 0
        values[low:] = 0.0
        add_shared(operands, i, values)
        subtract_shared(operands, i, low, values)
        mend_near(operands, i, low, values)
        if operands.triangular:
            out[i - first, i - offset] = 0.0
        finish(values[low:], operands.bound, operands.unit, operands.root, out[i - first, low - offset :])


@compiled
def mirror(square: FloatArray) -> None:
    """Copy the upper triangle onto the lower one, tile by tile for the sake of the cache."""
    n = len(square)
    for top in range(0, n, TILE):
        for side in range(0, top + TILE, TILE):
            for i in range(top, min(top + TILE, n)):
                for j in range(side, min(side + TILE, i)):
                    square[i, j] = square[j, i]
