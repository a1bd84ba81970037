"""How far a divergence hangs on what features are called: features are called anew, as the classifier's draws allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from klbio.amplicons.calls import Calls
from klbio.distributions import FloatArray
from klbio.divergences import jensen_shannon_divergence
from klbio.errors import InputError, listed
from klbio.estimates import jensen_shannon_estimate
from klbio.schema import CallCutoffRow, CallRangeRow
from klbio.seeding import generator

__all__ = ["CUTOFFS", "N_DRAWS", "Pools", "RankCalls", "Subject"]

CUTOFFS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95)
N_DRAWS = 200
ENDS = (0.025, 0.975)  # of the draws
Codes = NDArray[np.intp]


class NamedShares(TypedDict):
    """Columns of `klbio.schema.CallCutoffRow`."""

    named_share_before: float
    named_share_after: float


@dataclass(frozen=True)
class Subject:
    """Whose shift it is."""

    subject: str
    arm: str
    before: str
    after: str


@dataclass(frozen=True, eq=False)
class Pools:
    """Reads of each feature, summed over the samples of either side.

    Parameters
    ----------
    of : Subject
    before, after : ndarray of shape (features,)
    """

    of: Subject
    before: FloatArray
    after: FloatArray


@dataclass(frozen=True, eq=False)
class RankCalls:
    r"""What features are called at a rank, by a cutoff or by draws of the depth of every call.

    A draw takes for each feature a cutoff :math:`u \sim U(0, 1)`, alike on both sides: its lineage is followed as
    far as the share :math:`b_r` of the classifier's own draws reaches `u`, so that it has a name at rank `r` with the
    chance :math:`b_r`.  Below that it is called after its deepest name.  The divergence of two pools of reads over
    all draws has a range; that between the features themselves is never less (data processing inequality).

    Parameters
    ----------
    calls : Calls
    rank : str
        One of the calls' ranks.
    seed : int

    Notes
    -----
    The classifier's shares are confidences, and no calibrated probabilities: this is a range, and no interval with a
    coverage.

    Examples
    --------
    >>> calls = Calls(("a", "b"), ("family", "genus"), (("F", "G"), ("F", "H")), np.array([[1, 1], [1, 0.0]]), "gold")
    >>> pools = Pools(Subject("S", "", "before", "after"), np.array([90.0, 10.0]), np.array([10.0, 90.0]))
    >>> [round(row.jsd_plugin_bits, 3) for row in RankCalls(calls, "family", 1).cutoff_rows(pools)][:2]
    [0.0, 0.0]
    """

    calls: Calls
    rank: str
    seed: int

    def __post_init__(self) -> None:
        if self.rank not in self.calls.ranks:
            found, known = f"no rank {self.rank!r}", listed(self.calls.ranks, 9)
            raise InputError.one("calls", found, f"one of {known}")

    @property
    def depth(self) -> int:
        """Ranks down to this one."""
        return self.calls.ranks.index(self.rank) + 1

    @cached_property
    def _codes(self) -> tuple[Codes, int]:
        """Number of the clade that each feature is in when called to each depth, and how many clades there are."""
        clades: dict[tuple[str, ...], int] = {}
        codes = [
            [
                clades.setdefault((*names[:k], *[""] * (self.depth - k)), len(clades))
                for k in range(self.depth + 1)
            ]
            for names in self.calls.names
        ]
        return np.array(codes, dtype=np.intp).reshape(-1, self.depth + 1), len(clades)

    @cached_property
    def _drawn(self) -> Codes:
        """Clades of the features in every draw."""
        draws = 1.0 - generator(self.seed, "calls").random((N_DRAWS, len(self.calls.features)))
        return np.stack([self._at(cutoffs) for cutoffs in draws])

    def _at(self, cutoffs: float | FloatArray) -> Codes:
        codes, _ = self._codes
        depths = np.minimum(self.calls.depths(cutoffs), self.depth)
        return codes[np.arange(len(codes)), depths]

    def _summed(self, clades: Codes, reads: FloatArray) -> FloatArray:
        """Reads of each clade, a row for each way to call the features."""
        _, n_clades = self._codes
        places = clades + n_clades * np.arange(len(clades))[:, None]
        weights = np.broadcast_to(reads, clades.shape)
        sums = np.bincount(places.ravel(), weights.ravel(), n_clades * len(clades))
        return np.asarray(sums.reshape(len(clades), n_clades))

    def bits(self, clades: Codes, pools: Pools) -> FloatArray:
        """Jensen-Shannon divergence as observed, for each way to call the features."""
        after, before = (self._summed(clades, reads) / reads.sum() for reads in (pools.after, pools.before))
        return jensen_shannon_divergence(after, before)

    def range_row(self, pools: Pools, cutoff: float) -> CallRangeRow:
        """Say how far one shift hangs on the calls."""
        here = self._at(cutoff)[None]
        after, before = (self._summed(here, reads)[0] for reads in (pools.after, pools.before))
        drawn = self.bits(self._drawn, pools)
        low, high = np.quantile(drawn, ENDS).tolist()
        reads_low, reads_high = jensen_shannon_estimate(after, before).interval()
        shares = [reads / reads.sum() for reads in (pools.after, pools.before)]
        return CallRangeRow(
            **vars(pools.of), rank=self.rank, cutoff=cutoff,
            jsd_plugin_bits=float(self.bits(here, pools)[0]), jsd_low_bits=reads_low, jsd_high_bits=reads_high,
            calls_low_bits=low, calls_high_bits=high, calls_mean_bits=float(drawn.mean()),
            features_bits=float(jensen_shannon_divergence(*shares)),
            wider_than_reads=bool(high - low > reads_high - reads_low), n_draws=N_DRAWS,
            reference=self.calls.reference,
        )  # fmt: skip

    def cutoff_rows(self, pools: Pools, cutoffs: Sequence[float] = CUTOFFS) -> list[CallCutoffRow]:
        """Give the same shift under each cutoff."""
        clades = np.stack([self._at(cutoff) for cutoff in cutoffs])
        bits = self.bits(clades, pools).tolist()
        return [
            CallCutoffRow(
                **vars(pools.of), rank=self.rank, cutoff=cutoff, jsd_plugin_bits=one,
                n_categories=len(np.unique(here)), **self._named_shares(cutoff, pools),
            )
            for cutoff, one, here in zip(cutoffs, bits, clades, strict=True)
        ]  # fmt: skip

    def _named_shares(self, cutoff: float, pools: Pools) -> NamedShares:
        """Share of the reads on either side that have a name at the rank."""
        named = np.array([bool(names[self.depth - 1]) for names in self.calls.names], dtype=bool)
        named &= self.calls.depths(cutoff) >= self.depth
        before, after = (float(reads[named].sum() / reads.sum()) for reads in (pools.before, pools.after))
        return NamedShares(named_share_before=before, named_share_after=after)
