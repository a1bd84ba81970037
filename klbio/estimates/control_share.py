r"""What part of a sample its negative controls explain: a mixture of two sources, told by the controls' own taxa.

Maximum likelihood with the mean of the other samples as the second source is no answer: where every sample holds some
of the blank, so does that mean, and the excess over it is all that is found (0.003 for 0.1).  What tells is the part of
the blank that the others hold least of, for its size.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from klbio.distributions import FloatArray
from klbio.statistics import t_975

__all__ = ["ControlShare", "control_shares"]

LOWER = 0.25  # of the blank's reads lie in taxa that the others hold less of than the common share
TIMES = 3  # as much as the common share, and a taxon is still the blank's own
FLOOR = 0.05  # or a twentieth of what the blank holds of it
# of benchmarks/control_share.py: beyond these the interval does not hold
LEAST_OWN, LEAST_TAXA, MOST_COMMON = 0.65, 4.0, 0.2


@dataclass(frozen=True)
class ControlShare:
    """Share of a sample that its controls explain, with a 95 % interval, and what tells it.

    Attributes
    ----------
    value, low, high : float
        From 0 to 1.
    own : float
        Share of the controls' reads in taxa of their own, which alone tell.
    n_taxa : float
        Effective number of those taxa, by Kish: 10 equal ones are 10.
    common : float
        How much of the controls the other samples seem to hold: near 1, controls and samples are alike.
    """

    value: float
    low: float
    high: float
    own: float
    n_taxa: float
    common: float

    @property
    def told(self) -> bool:
        """Whether the number can be relied on; if not, the controls have too little of their own."""
        return not (self.resembles or self.few_taxa)

    @property
    def resembles(self) -> bool:
        """Whether the controls hold mostly what the samples hold."""
        return self.common >= MOST_COMMON or self.own < LEAST_OWN

    @property
    def few_taxa(self) -> bool:
        """Whether too few taxa carry the estimate for an interval."""
        return self.n_taxa < LEAST_TAXA


def control_shares(
    samples: FloatArray, controls: FloatArray, depths: FloatArray | None = None
) -> list[ControlShare]:
    r"""Share of each sample's reads that come from what the study's negative controls hold.

    .. math::
        p = \pi b + (1 - \pi) s, \qquad
        \hat\pi = \frac{\sum_{j \in A} p_j}{\sum_{j \in A} b_j}, \qquad
        A = \left\{j : o_j \le \max(3 c, 0.05)\, b_j\right\}

    with the sample's composition :math:`p`, the controls' :math:`b`, the unknown community :math:`s`, the mean
    composition :math:`o` of the other samples, and the share :math:`c` of the controls that those seem to hold: the
    lower quartile of :math:`o_j / b_j`, weighted by :math:`b_j`.  The taxa of :math:`A` are the controls' own; what
    samples and controls share (wells that splash, barcodes that hop) tells nothing and is left out.

    Read as: so much of this sample may be contamination of the kind that the controls show.  The interval is a
    jackknife that leaves out one taxon of :math:`A` at a time, as a group of its own size [1]_: it holds the reads of
    sample and controls and how far the taxa disagree, which they do where blanks are not alike.

    Parameters
    ----------
    samples : ndarray of shape (n_samples, n_taxa)
        Counts of at least two samples.
    controls : ndarray of shape (n_controls, n_taxa)
        Those of the negative controls, at least one with reads.
    depths : ndarray of shape (n_samples,), optional
        Reads of each sample, where `samples` has only the taxa that the controls hold.

    Returns
    -------
    list of ControlShare
        One a sample; see its ``told``.

    References
    ----------
    .. [1] Busing FMTA, Meijer E, van der Leeden R (1999) Delete-m jackknife for unequal m. Stat Comput 9:3-8.
       doi:10.1023/A:1008800423698

    Examples
    --------
    A tenth of the first sample is the blank's:

    >>> blank = np.array([[0, 0, 40, 30, 20, 10, 10, 10]])
    >>> clean = [[600, 400, 0, 0, 0, 0, 0, 0], [500, 500, 0, 0, 0, 0, 0, 0]]
    >>> share, *_ = control_shares(np.array([[480, 420, 35, 24, 17, 7, 9, 8], *clean]), blank)
    >>> f"{share.value:.2f} [{share.low:.2f}, {share.high:.2f}], {share.told}"
    '0.10 [0.07, 0.13], True'
    """
    reads = samples.sum(axis=1) if depths is None else np.asarray(depths, dtype=float)
    blank = controls.sum(axis=0) / controls.sum()
    seen = blank > 0
    shares = samples[:, seen] / reads[:, None]
    others = (shares.sum(axis=0) - shares) / (len(shares) - 1)
    return [
        _Sources(share, np.maximum(other, 0.0), blank[seen]).estimate(float(n))
        for share, other, n in zip(shares, others, reads, strict=True)
    ]


@dataclass(frozen=True)
class _Sources:
    """Compositions of a sample, of the others, and of the controls, over the taxa that the controls hold."""

    sample: FloatArray
    others: FloatArray
    controls: FloatArray

    @cached_property
    def common(self) -> float:
        """Share of the controls that the others seem to hold."""
        ratio = self.others / self.controls
        order = np.argsort(ratio, kind="stable")
        reached = np.searchsorted(np.cumsum(self.controls[order]), LOWER)
        return float(ratio[order][reached])

    @cached_property
    def own(self) -> NDArray[np.bool_]:
        """Taxa of which the others hold little, for what the controls do."""
        bound = max(TIMES * self.common, FLOOR)
        return self.others <= bound * self.controls

    def estimate(self, n_reads: float) -> ControlShare:
        """Ratio of sums over the controls' own taxa, and its jackknife; never surer than its reads by Poisson."""
        found, expected = self.sample[self.own], self.controls[self.own]
        own = float(expected.sum())
        value = float(found.sum()) / own
        n_taxa = own**2 / float((expected**2).sum())
        reads = np.sqrt(value * own * n_reads + 1) / (
            own * n_reads
        )  # one more than seen: none is not surely none
        half = float(t_975(max(n_taxa - 1, 1))) * max(_jackknife_error(found, expected, value), reads)
        low, high = np.clip([value - half, value + half], 0, 1)
        return ControlShare(min(value, 1.0), float(low), float(high), own, n_taxa, self.common)


def _jackknife_error(found: FloatArray, expected: FloatArray, value: float) -> float:
    """Give the standard error of a ratio of sums, each taxon a group of its own size; none for a single taxon."""
    if len(found) < 2:
        return np.inf
    size = expected.sum() / expected
    without = (found.sum() - found) / (expected.sum() - expected)
    pseudo = size * value - (size - 1) * without
    spread = (pseudo - (pseudo / size).sum()) ** 2 / (size - 1)
    return float(np.sqrt(spread.mean()))
