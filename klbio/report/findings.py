"""The findings in a few sentences, each with its number, its unit and its reservation."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from klbio.phrases.permutation import cannot_give_less
from klbio.report.formatting import bits, count, listing, of_all, p_value, short_names, span, tool
from klbio.report.tables import Results, Route, records

__all__ = ["Finding", "contrasts", "findings", "headline_rank", "ranks"]

MOST_FINDINGS = 6
MOST_CONTRASTS = 2  # up to which each speaks in the headlines; of more the first, and a table has all
MOST_ARMS = 2  # set beside the one that moved furthest


@dataclass(frozen=True)
class Finding:
    """One headline: a number to look at, and the sentence that says what it is."""

    number: str
    unit: str
    sentence: str


def findings(results: Results) -> list[Finding]:
    """Say what the tables found, most important first.

    Parameters
    ----------
    results : Results
        Any of its routes may be empty.

    Returns
    -------
    list of Finding
        At most six; nothing that a table does not hold.
    """
    said = [
        *_taxa(results.shift),
        *_leading_taxon(results.shift),
        *_reads(results.reads),
        *_nearest(results.models),
        *_models(results.models),
    ]
    return said[:MOST_FINDINGS]


def ranks(route: Route) -> list[str]:
    """List the ranks of a route; the first is the one the headlines speak of."""
    return list(dict.fromkeys(route.tables["pairs"]["rank"]))


def headline_rank(route: Route) -> str:
    """Name the rank the headlines speak of: the first one asked for."""
    return next(iter(ranks(route)), "")


def contrasts(frame: pd.DataFrame) -> list[tuple[str, str]]:
    """List the (before, after) phases of a table, in its order."""
    return list(dict.fromkeys(zip(frame["before"], frame["after"], strict=True)))


def _taxa(route: Route) -> Iterator[Finding]:
    """Say of each contrast how many subjects lie above their floor, and above their baseline."""
    for where, arms, cohort in _by_contrast(route):
        yield from _above_floor(arms, cohort, where)
        yield from _above_baseline(arms, cohort, where)


def _by_contrast(route: Route) -> Iterator[tuple[str, pd.DataFrame, pd.DataFrame]]:
    """Give the arms and tests of each contrast at the headline rank, with words that say which it is."""
    rank, several = headline_rank(route), contrasts(route.tables["arms"])
    for before, after in several if len(several) <= MOST_CONTRASTS else several[:1]:
        where = f", {before} to {after}" if len(several) > 1 else ""
        arms, cohort = (_at(route.tables[name], before, after, rank) for name in ("arms", "cohort"))
        yield f"{rank}{where}", arms, cohort


def _at(frame: pd.DataFrame, before: str, after: str, rank: str) -> pd.DataFrame:
    return frame[(frame["before"] == before) & (frame["after"] == after) & (frame["rank"] == rank)]


def _furthest_first(arms: pd.DataFrame, estimand: str) -> list[dict[str, Any]]:
    mine = arms[arms["estimand"] == estimand]
    return records(mine.sort_values("median_bits", ascending=False, kind="stable"))


def _above_floor(arms: pd.DataFrame, cohort: pd.DataFrame, where: str) -> Iterator[Finding]:
    """Begin with the arm that moved furthest, then set the others beside it."""
    everyone = _furthest_first(arms, "pooled")
    if not everyone:
        return
    first, *others = everyone
    n, total = int(first["n_above_floor"]), int(first["n_subjects"])
    text = f"{of_all(n, total, _subject(first))} moved further than sequencing depth alone explains ({where}, pooled): "
    text += f"median {_median(first)}{_against(others)}"
    tests = cohort[
        (cohort["estimand"] == "pooled") & cohort["test"].isin(["two-arm permutation", "crossover"])
    ]
    text += _test(tests[tests["arm_a"] == first["arm"]])
    yield Finding(f"{n} of {total}", f"{first['arm']} above the floor".strip(), f"{text}.")


def _above_baseline(arms: pd.DataFrame, cohort: pd.DataFrame, where: str) -> Iterator[Finding]:
    """Speak of the subjects that have a baseline, or say that none has."""
    everyone = _furthest_first(arms, "pairs")
    known = [arm for arm in everyone if arm["n_with_baseline"] > 0]
    if everyone and not known:
        text = (
            f"No subject has two samples before ({where}), so these data cannot tell whether a shift exceeds "
        )
        yield Finding("No", "baseline", f"{text}the everyday variation of its subject.")
    if not known:
        return
    first, *others = known
    n, total = int(first["n_above_baseline"]), int(first["n_with_baseline"])
    own = "its" if total == 1 else "their"
    some = " with two samples before" if total < first["n_subjects"] else ""
    text = f"{of_all(n, total, _subject(first))}{some} moved further than {own} own before-samples differ "
    text += "among themselves"
    beside = [
        f"{arm['n_above_baseline']:.0f} of {arm['n_with_baseline']:.0f} in {_arm(arm)}" for arm in others
    ]
    text += f" on average ({where}, pairs)" + (f", against {listing(beside[:MOST_ARMS])}" if beside else "")
    tests = cohort[(cohort["estimand"] == "pairs") & (cohort["test"] == "shift above baseline")]
    mine = tests[tests["arm_a"] == first["arm"]]
    text += _lies(mine) + _test(mine)
    yield Finding(f"{n} of {total}", f"{first['arm']} above own baseline".strip(), f"{text}.")


def _lies(tests: pd.DataFrame) -> str:
    """Say on which side of the baseline the shifts lie on average: the test has two sides."""
    if tests.empty:
        return ""
    effect = float(tests["effect_bits"].iloc[0])
    return f"; on average the shift lies {bits(abs(effect))} bits {'above' if effect > 0 else 'below'} the baseline"


def _against(others: list[dict[str, Any]]) -> str:
    return "".join(f", against {bits(arm['median_bits'])} in {_arm(arm)}" for arm in others[:MOST_ARMS])


def _subject(arm: dict[str, Any]) -> str:
    return f"{arm['arm']} subject".strip()


def _arm(arm: dict[str, Any]) -> str:
    return str(arm["arm"] or "the others")


def _median(arm: dict[str, Any]) -> str:
    return f"{bits(arm['median_bits'])} bits (from {span(arm['lowest_bits'], arm['highest_bits'])})"


def _test(tests: pd.DataFrame) -> str:
    """Say the first test, and how small its p could have been at all."""
    if tests.empty:
        return ""
    test = tests.iloc[0]
    kind = "exact permutation" if test["exact"] else "permutation"
    whom = (
        f"{int(test['n_a'])} against {int(test['n_b'])}" if test["test"] == "two-arm permutation" else "signs"
    )
    said = f"; {kind} of {whom}: {p_value(test['p_value'])}"
    limit = cannot_give_less(test["smallest_p"])
    reached = not limit and test["p_value"] <= test["smallest_p"]
    return f"{said}, the smallest this design can give" if reached else said + limit


def _reads(route: Route) -> Iterator[Finding]:
    for where, arms, cohort in _by_contrast(route):
        yield from _above_floor(arms, cohort, f"{where} composition of the reads")


def _leading_taxon(route: Route) -> Iterator[Finding]:
    taxa = route.tables["taxa"]
    taxa = taxa[taxa["rank"] == headline_rank(route)]
    for top in records(taxa.sort_values("mean_contribution_bits", ascending=False, kind="stable").head(1)):
        name = short_names([top["taxon"]], 80)[top["taxon"]]
        contrast = f" from {top['before']} to {top['after']}" if len(contrasts(taxa)) > 1 else ""
        mean = bits(top["mean_contribution_bits"])
        text = f"{name} carried most: {mean} bits on average{contrast}, {_ways(top)}."
        yield Finding(f"{100 * top['mean_share']:.0f}%", "of the shift, one taxon", text)


def _ways(row: dict[str, Any]) -> str:
    """Say in how many subjects a taxon rose and fell."""
    up, down, total = int(row["n_up"]), int(row["n_down"]), int(row["n_subjects"])
    if up and down:
        return f"up in {up} and down in {down} of {count(total, _subject(row))}"
    whom = of_all(up or down, total, _subject(row))
    return f"{'up' if up else 'down'} in {whom[0].lower()}{whom[1:]}"


def _nearest(route: Route) -> Iterator[Finding]:
    """Name the known model closest to the query, the next, and whether even the closest is far."""
    ranked = records(route.tables["nearest"].head(2))
    if not ranked:
        return
    first, *others = ranked
    text = f"Of {count(len(route.tables['nearest']), 'known model')} {first['model']} is closest to {first['query']}"
    text += f", at {bits(first['excess_bits_per_base'])} extra bits per base"
    for second in others:
        low, high = (
            float(second.get(f"above_best_{end}_bits_per_base", math.nan)) for end in ("low", "high")
        )
        interval = f" ({span(low, high)})" if math.isfinite(low) else ""
        text += (
            f"; the next, {second['model']}, costs {bits(second['above_best_bits_per_base'])} more{interval}"
        )
    warned = ", but even that is not close" if first["warning"] else ""
    yield Finding(bits(first["excess_bits_per_base"]), "extra bits per base, nearest", f"{text}{warned}.")


def _models(route: Route) -> Iterator[Finding]:
    """Name the closest pair of different tools, and the farthest pair of all."""
    tools = dict(zip(route.tables["models"]["model"], route.tables["models"]["format"], strict=True))
    pairs = route.tables["pairs"]
    pairs = pairs[(pairs["component"] == "coding") & (pairs["model_p"] != pairs["model_q"])]
    pairs = pairs.sort_values(["relative_entropy_bits", "model_p", "model_q"])
    if pairs.empty:
        return
    across = pairs[pairs["model_p"].map(tools) != pairs["model_q"].map(tools)]
    near = records((across if len(across) else pairs).head(1))[0]
    text = f"The closest pair{' across tools' if len(across) else ''} is {_pair(near, tools)}: {_distance(near)}."
    yield Finding(bits(near["relative_entropy_bits"]), "bits per base, closest", text)
    if len(pairs) > 2:
        far = records(pairs.tail(1))[0]
        text = f"Farthest apart are {_pair(far, tools)}: {_distance(far)}."
        yield Finding(bits(far["relative_entropy_bits"]), "bits per base, farthest", text)


def _pair(row: dict[str, Any], tools: dict[str, str]) -> str:
    return listing(
        [f"{row[side]} ({tool(tools.get(row[side], 'unknown'))})" for side in ("model_p", "model_q")]
    )


def _distance(row: dict[str, Any]) -> str:
    price = f"{bits(row['relative_entropy_bits'])} extra bits per base"
    text = f"coding sequence of the first costs {price} under the second"
    stein = float(row.get("bases_to_tell_apart_stein", math.nan))
    return f"{text}, so that about {count(stein, 'base')} tell them apart" if math.isfinite(stein) else text
