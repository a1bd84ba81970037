"""Does the answer hang on depth: the pooled shift again, both sides rarefied to the same number of reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from klbio.design import Contrast, Unit
from klbio.distributions import FloatArray
from klbio.estimates import Point, jensen_shannon_point, rarefied
from klbio.schema import RarefactionRow
from klbio.seeding import generator
from klbio.shift.phase_pair import PhasePair
from klbio.shift.samples import SampleCounts

__all__ = [
    "LADDER",
    "OF_LARGE_STUDIES",
    "Rarefaction",
    "depths_of",
    "draws_each",
]

LADDER = (500, 1_000, 2_000, 5_000, 10_000)
MIN_READS = 100
MAX_DRAWS = 20
MAX_MEASURED = 1_000  # draws a rank and contrast, 2 ms each; a large study has fewer a subject, and says so
OF_LARGE_STUDIES = ("shallowest side of the study", "half of the shallowest")


@dataclass(frozen=True)
class Rarefaction:
    """How far and how often each subject is rarefied: it takes the depths of all to settle it for any.

    Attributes
    ----------
    depths : mapping of str to mapping of int to str
        Of each unit's key, depths and what they are.
    n_draws : int
        At each of them.
    """

    depths: Mapping[str, Mapping[int, str]]
    n_draws: int

    @classmethod
    def planned(cls, samples: SampleCounts, units: Sequence[Unit], contrast: Contrast) -> Rarefaction:
        """Choose depths and number of draws for some subjects.

        Parameters
        ----------
        samples : SampleCounts
            Counts at one rank.  Where reads come in groups, or are not known, nothing is rarefied.
        units : sequence of Unit
            Each with samples on both sides of `contrast`.
        contrast : Contrast
            The two phases, each summed.

        Returns
        -------
        Rarefaction
            Where subjects and depths make more than 1,000 pairs, only the depths of `OF_LARGE_STUDIES` are left.
        """
        if samples.groups is not None or not samples.of_reads or not units:
            return cls({}, 0)
        reads = dict(zip(samples.counts.samples, samples.counts.depth.tolist(), strict=True))
        shallower = {unit.key: _shallower(unit, contrast, reads) for unit in units}
        depths = {key: depths_of(depth, min(shallower.values())) for key, depth in shallower.items()}
        if sum(map(len, depths.values())) > MAX_MEASURED:
            depths = {key: _of_large(choices) for key, choices in depths.items()}
        return cls(depths, draws_each(sum(map(len, depths.values()))))

    def rows(self, pair: PhasePair) -> list[RarefactionRow]:
        """Measure one subject's pooled shift at full depth, and rarefied to each of a few depths.

        Returns
        -------
        list of RarefactionRow
            Means over `n_draws` draws, with the lowest and the highest of them.  Full depth is one row without
            draws.
        """
        if pair.unit.key not in self.depths:
            return []
        after, before = (int(side.sum()) for side in pair.seen.totals)
        full = _Drawn("full depth", after, before, [_own(pair)])
        return [full.row(pair, 0), *(drawn.row(pair, self.n_draws) for drawn in self._rarer(pair))]

    def _rarer(self, pair: PhasePair) -> Iterator[_Drawn]:
        # the same random numbers for every subject: those with the same counts, however many, have the same values
        phases = pair.contrast.before, pair.contrast.after
        rng = generator(pair.settings.seed, "rarefaction", *phases)
        sides = {int(side.sum()) for side in pair.seen.totals}
        for depth, choice in self.depths[pair.unit.key].items():
            # drawn where nothing is left out too: what is drawn next does not depend on it
            draws = [rarefied(pool, depth, self.n_draws, rng) for pool in pair.seen.totals]
            whole = [_own(pair)] * self.n_draws if sides == {depth} else []
            yield _Drawn(choice, depth, depth, whole or [_point(x, y) for x, y in zip(*draws, strict=True)])


@dataclass(frozen=True)
class _Drawn:
    """Divergences of some draws of one depth."""

    choice: str
    depth_after: int
    depth_before: int
    points: Sequence[Point]

    def row(self, pair: PhasePair, n_draws: int) -> RarefactionRow:
        """Mean, lowest and highest; the mean is of what was not clipped, so that it stays unbiased."""
        plugin, corrected = zip(*self.points, strict=True)
        return RarefactionRow(
            **pair.head,
            choice=self.choice,
            depth_before=self.depth_before,
            depth_after=self.depth_after,
            n_draws=n_draws,
            jsd_plugin_bits=_clipped(float(np.mean(plugin))),
            jsd_plugin_lowest_bits=_clipped(min(plugin)),
            jsd_plugin_highest_bits=_clipped(max(plugin)),
            jsd_corrected_bits=_clipped(float(np.mean(corrected))),
            jsd_corrected_lowest_bits=_clipped(min(corrected)),
            jsd_corrected_highest_bits=_clipped(max(corrected)),
        )


def _clipped(bits: float) -> float:
    return min(max(bits, 0.0), 1.0)


def _shallower(unit: Unit, contrast: Contrast, reads: Mapping[str, float]) -> int:
    """Reads of the side with fewer."""
    sides = (unit.names(phase) for phase in (contrast.before, contrast.after))
    return min(int(sum(reads[name] for name in side)) for side in sides)


def depths_of(shallower: int, common: int) -> dict[int, str]:
    """Choose depths that a subject can be rarefied to, in falling order, and say what each is.

    >>> depths_of(3000, 1200)
    {3000: 'own shallower side', 2000: 'ladder', 1200: 'shallowest side of the study', 1000: 'ladder',
     600: 'half of the shallowest', 500: 'ladder', 300: 'quarter of the shallowest'}
    """
    named = {depth: "ladder" for depth in LADDER if depth < shallower}
    named |= {shallower: "own shallower side"}
    named |= {common // 4: "quarter of the shallowest", common // 2: "half of the shallowest"}
    named |= {common: "shallowest side of the study"}
    return {depth: named[depth] for depth in sorted(named, reverse=True) if depth >= MIN_READS}


def draws_each(n_pairs: int) -> int:
    """As many draws as the work allows: 20, fewer from 50 pairs of subject and depth on, at least one.

    >>> draws_each(50), draws_each(96), draws_each(8000)
    (20, 10, 1)
    """
    return int(np.clip(MAX_MEASURED // max(n_pairs, 1), 1, MAX_DRAWS))


def _of_large(depths: Mapping[int, str]) -> dict[int, str]:
    return {depth: choice for depth, choice in depths.items() if choice in OF_LARGE_STUDIES}


def _own(pair: PhasePair) -> Point:
    """Of all reads."""
    return Point(pair.jsd.plugin, pair.jsd.value)


def _point(x: FloatArray, y: FloatArray) -> Point:
    """Over the categories that a draw has seen."""
    seen = (x + y) > 0
    return jensen_shannon_point(x[seen], y[seen])
