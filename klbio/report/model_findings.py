"""The findings about gene models: the closest to a query, the closest and the farthest pair."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from klbio.phrases.numbers import count
from klbio.report.finding import Finding
from klbio.report.formatting import bits, listing, p_value, span, tool
from klbio.report.rows import Rows
from klbio.report.tables import Route
from klbio.schema import ModelGroupRow, ModelPairRow, ModelRow, NearestRow, named

__all__ = ["ModelFindings", "best_bits", "nearest_model"]

P, Q, D, CORRECTED, APART = named(
    ModelPairRow,
    lambda row: (
        row.model_p, row.model_q, row.relative_entropy_bits, row.relative_entropy_corrected_bits, row.distinguishable,
    ),
)  # fmt: skip
CODON_USAGE = "codon_usage"  # a format, see klbio.io.models.codon_usage
UNKNOWN = "how much of it is chance is not known, as the files do not say how many bases both were trained on"


def nearest_model(route: Route) -> Iterator[Finding]:
    """Name the known model closest to the query, the next, and whether even the closest is far."""
    ranked = route.rows(NearestRow)
    if not len(ranked):
        return
    first, *others = ranked.head(2)
    excess = bits(first.excess_bits_per_base)
    text = f"Of {count(len(ranked), 'known model')} {first.model} is closest to {first.query}"
    text += f", at {excess} extra bits per base{''.join(map(_next, others))}"
    warned = ", but even that is not close" if first.warning else ""
    code = f" Beware: {first.genetic_code_note}." if first.genetic_code_note else ""
    known = f" Beware: {first.model} was {first.training_note}." if first.training_note else ""
    yield Finding(excess, "extra bits per base, nearest", f"{text}{warned}.{known}{code}")


def _next(second: NearestRow) -> str:
    if second.above_best_bits_per_base is None:
        return f"; the next, {second.model}, has other stop codons"
    low, high = second.above_best_low_bits_per_base, second.above_best_high_bits_per_base
    interval = "" if low is None else f" ({span(low, high)})"
    return f"; the next, {second.model}, costs {bits(second.above_best_bits_per_base)} more{interval}"


@dataclass(frozen=True)
class ModelFindings:
    """The closest pair of different tools, and the farthest pair of all."""

    route: Route

    @cached_property
    def _tools(self) -> dict[str, str]:
        return {row.model: row.format for row in self.route.rows(ModelRow)}

    @cached_property
    def _closest_first(self) -> Rows[ModelPairRow]:
        """Ordered pairs of coding models by `best_bits`, then by name; none is made."""
        pairs = self.route.rows(ModelPairRow).holding(lambda row: row.component, ["coding"])
        frame = pairs.frame
        p, q = frame[P].astype(str).to_numpy(), frame[Q].astype(str).to_numpy()
        plain, corrected = frame[D].to_numpy(float), frame[CORRECTED].to_numpy(float)
        unknown = (frame[APART].isna() | frame[CORRECTED].isna()).to_numpy()
        places = np.lexsort((q, p, plain, np.where(unknown, plain, corrected)))
        return pairs.chosen(places[p[places] != q[places]])

    def findings(self) -> Iterator[Finding]:
        """Name both pairs, where there are so many, by the D that chance is taken off where its size is known."""
        pairs = self._closest_first
        if not len(pairs):
            return
        p, q = (pairs.frame[name].astype(str).map(self._tools).to_numpy() for name in (P, Q))
        across = pairs.chosen(np.flatnonzero(p != q))
        near, far = (across or pairs)[0], pairs[-1]
        unknown = f"; {UNKNOWN}" if near.distinguishable is None else ""
        tools = " across tools" if across else ""
        text = (
            f"The closest pair{tools} is {self._pair(near)}: {_distance(near)}{self._codons(near)}{unknown}."
        )
        yield Finding(bits(best_bits(near)), f"bits per base, closest{_not_apart(near)}", text)
        yield from self._groups()
        if len(pairs) > 2:
            text = f"Farthest apart are {self._pair(far)}: {_distance(far)}{self._codons(far)}."
            yield Finding(bits(best_bits(far)), f"bits per base, farthest{_not_apart(far)}", text)

    def _groups(self) -> Iterator[Finding]:
        """Set the groups of the model sheet that are farthest apart against their own models."""
        groups = self.route.rows(ModelGroupRow)
        groups = groups.where(lambda row: row.component == "coding" and row.p_value is not None)
        for row in groups.ordered(lambda row: -(row.excess_bits or 0.0)).head(1):
            p = p_value(math.nan if row.p_value is None else row.p_value)
            text = (
                f"Models of {row.group_a} and {row.group_b} differ by {bits(row.between_bits)} bits per base, those of "
                f"one group by {bits(row.within_bits)} ({row.n_a} against {row.n_b} models): {p}, where no less than "
                f"{bits(row.smallest_p)} is possible{'' if row.corrected else f'; {row.note}'}."
            )
            yield Finding(bits(row.excess_bits), "bits per base, between groups beyond within", text)

    def _codons(self, row: ModelPairRow) -> str:
        """Say what is left of a pair where one is a table of codon usage, which knows single codons only."""
        usage = [self._tools.get(name) == CODON_USAGE for name in (row.model_p, row.model_q)]
        if usage[0] == usage[1]:
            return ""
        return (
            f"; by single codons, all that codon usage knows, {bits(row.codon_bits_per_codon)} bits per codon"
        )

    def _pair(self, row: ModelPairRow) -> str:
        names = (row.model_p, row.model_q)
        return listing([f"{name} ({tool(self._tools.get(name, 'unknown'))})" for name in names])


def best_bits(row: ModelPairRow) -> float:
    """Give D less what chance adds where both training sizes are known, else D."""
    corrected = row.relative_entropy_corrected_bits
    return row.relative_entropy_bits if row.distinguishable is None or corrected is None else corrected


def _not_apart(row: ModelPairRow) -> str:
    return ": cannot be told apart" if row.distinguishable is False else ""


def _distance(row: ModelPairRow) -> str:
    found = f"{bits(row.relative_entropy_bits)} extra bits per base under the second"
    if row.distinguishable is False:
        return f"they cannot be told apart; coding sequence of the first costs {found}, {_chance(row)}"
    after = (
        "" if (stein := row.bases_to_tell_apart_stein) is None else f", so that {_length(stein)} them apart"
    )
    after += f"; their genetic codes are unlike ({row.genetic_codes})" if row.genetic_codes else ""
    if row.distinguishable:
        found = f"{bits(best_bits(row))} extra bits per base under the second{_interval(row)}"
    return f"coding sequence of the first costs {found}{after}"


def _length(bases: float) -> str:
    return f"about {count(bases, 'base')} tell" if math.isfinite(bases) else "no sequence tells"


def _interval(row: ModelPairRow) -> str:
    low, high = row.relative_entropy_low_bits, row.relative_entropy_high_bits
    chance = f"{bits(row.relative_entropy_bits)} before what chance adds is taken off"
    return f" ({span(low, high)}; {chance})" if low is not None and high is not None else ""


def _chance(row: ModelPairRow) -> str:
    """Say what training sets of this size would show of one source."""
    low, high, floor = row.relative_entropy_low_bits, row.relative_entropy_high_bits, row.noise_floor_bits
    if low is None or high is None or floor is None:
        return "no more than chance adds"
    return f"where chance alone gives {bits(floor)}; without it {bits(best_bits(row))} ({span(low, high)})"
