r"""What counts cannot tell of the shares of rare taxa: the identification gap, by linear programs.

A taxon with `t` reads shows a number x from 0 to t in the one sample.  The chances of these t + 1 numbers are all
that any sample can tell of the law G of the shares of such taxa: t moments of G.  Laws with the same moments look
alike at any depth, but differ in the divergence; the least and the largest that it can be,

.. math:: \min_G, \max_G \int g \,dG \quad\text{with}\quad \int \binom{t}{x} u^x (1-u)^{t-x} \,dG = f_t(x),
   \quad x = 0, \ldots, t,

are two linear programs.  At one read nothing but the mean share is told.  With t the gap closes fast.  Counts that
hardly ever come are taken together: at unequal depths no sample has enough taxa to tell their chances apart.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from klbio.compiled import compiled
from klbio.distributions import FloatArray
from klbio.estimates.law_fitting import interpolated
from klbio.estimates.share_laws import ShareLaws, place

__all__ = ["MAX_READS", "extremes", "gap"]

MAX_READS = 20  # reads of a taxon; those with more add less than a hundredth of the gap
SELDOM = 1e-3  # chance of a count; samples have about a thousand taxa
# bits a read, and how many numbers of reads in a row, below which taxa with more reads have no gap that counts
CLOSED, TWICE = 1e-5, 2
ZERO, PIVOT, MAX_STEPS = 1e-11, 1e-9, 2_000  # of the simplex

IntArray = NDArray[np.int64]


def extremes(binomial: FloatArray, chances: FloatArray, bits: FloatArray) -> FloatArray:
    """Least and largest mean of the bits over all laws of the shares that give the counts these chances.

    Parameters
    ----------
    binomial : ndarray of shape (t + 1, n_shares)
        Chance of each count at each share.
    chances : ndarray of shape (t + 1,)
        None of them 0.
    bits : ndarray of shape (n_shares,)

    Examples
    --------
    One read, half of them on either side: all taxa may be unchanged, or all confined to one side.

    >>> u = np.array([0.0, 0.5, 1.0])
    >>> extremes(np.array([1 - u, u]), np.array([0.5, 0.5]), np.array([1.0, 0.0, 1.0])).round(6) + 0.0
    array([0., 1.])
    """
    return _extremes(binomial, chances, bits)


@compiled
def gap(laws: ShareLaws, unit: float) -> tuple[float, float]:
    """By how many bits the taxa with few reads may bring less, or more, than the fitted laws say.

    Parameters
    ----------
    unit : float
        Bits about as many as a read brings.
    """
    taxa = np.zeros(MAX_READS + 1)
    for i in range(len(laws.reads)):
        if laws.reads[i] <= MAX_READS:
            taxa[int(laws.reads[i])] += laws.n_taxa[i]
    at = interpolated(laws.of_class, place(np.arange(MAX_READS + 1.0), len(laws.of_class)))
    bits, low, high, closed = laws.bits / unit, 0.0, 0.0, 0
    binomial = np.ones((1, len(bits)))
    for t in range(1, MAX_READS + 1):
        binomial = _longer(binomial, laws.u)
        if taxa[t] > 0 and closed < TWICE:
            mean, (least, largest) = (
                float(at[t] @ bits),
                _extremes(*_pooled(binomial, binomial @ at[t]), bits),
            )
            less, more = max(mean - least, 0.0), max(largest - mean, 0.0)
            low, high = low + taxa[t] * t * less, high + taxa[t] * t * more
            closed = closed + 1 if max(less, more) < CLOSED else 0
    return low * unit, high * unit


@compiled
def _longer(binomial: FloatArray, u: FloatArray) -> FloatArray:
    """Chances of counts of one read more, at each share."""
    t, n_shares = binomial.shape
    longer = np.zeros((t + 1, n_shares))
    for x in range(t):
        for k in range(n_shares):
            longer[x, k] += binomial[x, k] * (1 - u[k])
            longer[x + 1, k] += binomial[x, k] * u[k]
    return longer


@compiled
def _pooled(binomial: FloatArray, chances: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Counts so seldom that no sample tells how seldom stand together in one row, the last."""
    kept = np.flatnonzero(chances >= SELDOM)
    if kept.size == chances.size:
        return binomial, chances
    rows, totals = np.zeros((kept.size + 1, binomial.shape[1])), np.zeros(kept.size + 1)
    place = 0
    for x in range(chances.size):
        seldom = chances[x] < SELDOM
        row = kept.size if seldom else place
        rows[row] += binomial[x]
        totals[row] += chances[x]
        place += not seldom
    return rows, totals


@compiled
def _extremes(binomial: FloatArray, chances: FloatArray, bits: FloatArray) -> FloatArray:
    """Simplex on a full table: a first phase finds a law with these chances, then the bits are its costs."""
    n_rows, n_shares = binomial.shape
    table = np.zeros((n_rows + 1, n_shares + 1))
    for r in range(n_rows):  # a count that hardly ever comes has as much say as any
        table[r, :n_shares] = binomial[r] / chances[r]
        table[r, n_shares] = 1.0
        table[n_rows] -= table[r]
    basis = np.arange(n_shares, n_shares + n_rows)
    _descend(table, basis)
    ends = np.zeros(2)
    for end in range(2):
        sign = 1.0 - 2.0 * end
        table[n_rows, :n_shares] = sign * bits
        table[n_rows, n_shares] = 0.0
        for r in range(n_rows):
            if basis[r] < n_shares:
                table[n_rows] -= sign * bits[basis[r]] * table[r]
        _descend(table, basis)
        ends[end] = -sign * table[n_rows, n_shares]
    return ends


@compiled
def _descend(table: FloatArray, basis: IntArray) -> None:
    """Exchange a share of the basis for one that lowers the cost, the last row of the table, until none does."""
    n_rows, n_shares = table.shape[0] - 1, table.shape[1] - 1
    for _ in range(MAX_STEPS):
        column = _entering(table[n_rows])
        if table[n_rows, column] > -ZERO:
            return
        row = _leaving(table, basis, column)
        if row < 0:
            return
        basis[row] = column
        pivot, by = table[row], table[row, column]
        for k in range(n_shares + 1):
            pivot[k] /= by
        for r in range(n_rows + 1):
            line, factor = table[r], table[r, column]
            if factor != 0.0 and r != row:
                for k in range(n_shares + 1):
                    line[k] -= factor * pivot[k]


@compiled
def _entering(costs: FloatArray) -> int:
    """Share that lowers the cost most, the first of several; the last place is no share's."""
    column = 0
    for k in range(1, len(costs) - 1):
        if costs[k] < costs[column]:
            column = k
    return column


@compiled
def _leaving(table: FloatArray, basis: IntArray, column: int) -> int:
    """Row whose share leaves: the first to fall to 0, and before all an artificial row that stands at 0."""
    n_rows, n_shares = table.shape[0] - 1, table.shape[1] - 1
    row, least = -1, np.inf
    for r in range(n_rows):
        entry = table[r, column]
        if basis[r] >= n_shares and table[r, n_shares] < ZERO and abs(entry) > PIVOT:
            return r
        if entry > PIVOT and table[r, n_shares] / entry < least:
            row, least = r, table[r, n_shares] / entry
    return row
