"""The methods in words, to be pasted into a paper: said only as far as tables and settings tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from klbio.report.findings import contrasts, ranks
from klbio.report.formatting import count, listing, tool
from klbio.report.tables import Results, Route, visible

__all__ = ["methods"]

GROUPS = (
    " Interval and floor rest on groups of whole reads, since the words of one read are no independent draws."
)
TESTS = {
    "two-arm permutation": "arms were compared by permutation of subjects",
    "crossover": "arms were compared by flipping signs within subjects that were in both",
    "shift above baseline": "shifts were compared with baselines by flipping signs within subjects",
}


def methods(results: Results) -> list[str]:
    """Write a paragraph per route that was run.

    Parameters
    ----------
    results : Results
        Tables and provenance.

    Returns
    -------
    list of str
        Plain text; what no setting tells is not said.
    """
    paragraphs = []
    if len(results.shift.tables["pairs"]):
        paragraphs.append(_taxa(results) + _shift(results))
    if len(results.reads.tables["pairs"]):
        same = " Shifts were then measured as for taxa." if paragraphs else _shift(results)
        paragraphs.append(_reads(results) + same + GROUPS)
    if results.models.was_run:
        paragraphs.append(_models(results))
    return paragraphs


def _setting(results: Results, section: str, name: str) -> str:
    config = results.provenance.get("config", {})
    part = config.get(section, {}) if isinstance(config, Mapping) else {}
    value: Any = part.get(name, "") if isinstance(part, Mapping) else ""
    return visible(value)


def _version(results: Results) -> str:
    return f"klbio {visible(results.provenance.get('klbio', ''))}".strip()


def _who(pairs: pd.DataFrame) -> str:
    arms = [arm for arm in dict.fromkeys(pairs["arm"]) if arm]
    people = count(pairs["subject"].nunique(), "subject")
    return f"{people} in {len(arms)} arms ({listing(arms)})" if len(arms) > 1 else people


def _between(pairs: pd.DataFrame) -> str:
    return listing([f"{before} and {after}" for before, after in contrasts(pairs)])


def _taxa(results: Results) -> str:
    pairs = results.shift.tables["pairs"]
    return (
        f"Counts of taxa of {_who(pairs)} were compared between {_between(pairs)}, "
        f"by {listing(ranks(results.shift))}, with {_version(results)}."
    )


def _reads(results: Results) -> str:
    pairs = results.reads.tables["pairs"]
    canonical = _setting(results, "reads", "canonical")
    strands = ", a word and its reverse complement counted as one," if canonical == "True" else ""
    return (
        f"Without any reference, the {listing(ranks(results.reads))} composition{strands} of the reads of "
        f"{_who(pairs)} was compared between {_between(pairs)} with {_version(results)}."
    )


def _shift(results: Results) -> str:
    route = results.shift if len(results.shift.tables["pairs"]) else results.reads
    first = route.tables["pairs"].iloc[0]
    min_depth = _setting(results, "shift", "min_depth")
    sentences = [
        "The shift of a subject is the Jensen-Shannon divergence in bits between its samples of the two phases, "
        "unsmoothed and corrected for the bias of finite depth, with a 95% interval.",
        "It is given for two estimands, reported apart: between the counts pooled per phase, and as the mean over all "
        "pairs of a sample before and a sample after.",
        "The floor is the uncorrected divergence to be expected at the same depths if nothing had changed, found by "
        f"dealing the counts of a subject to its samples at random{_dealings(results)}; a shift lies above it where at "
        "most 5% of the dealings reach the observed value.",
        "The baseline is the divergence among a subject's own samples before, by the same estimand.",
        f"Relative entropies in both directions were smoothed ({first['smoothing_relative_entropy']}; "
        f"support: {first['support']}).",
        f"Samples with a depth below {min_depth} were left out." if min_depth else "",
        _tests(route),
    ]
    return " " + " ".join(filter(None, sentences))


def _dealings(results: Results) -> str:
    n_resamples, seed = _setting(results, "shift", "n_resamples"), results.provenance.get("seed")
    known = [f"{n_resamples} dealings"] if n_resamples else []
    known += [f"seed {visible(seed)}"] if seed is not None else []
    return f" ({', '.join(known)})" if known else ""


def _tests(route: Route) -> str:
    done = set(route.tables["cohort"]["test"])
    said = [sentence for test, sentence in TESTS.items() if test in done]
    if not said:
        return ""
    text = listing(said)
    return f"{text[0].upper()}{text[1:]}, exactly where the permutations could be enumerated; p values are two-sided."


def _models(results: Results) -> str:
    models, pairs = results.models.tables["models"], results.models.tables["pairs"]
    tools = [
        count(len(rows), f"{tool(str(name)).removesuffix(' model')} model")
        for name, rows in models.groupby("format", sort=False)
    ]
    text = f"{listing(tools)} were read with {_version(results)}."
    coding = pairs[pairs["component"] == "coding"]
    if coding.empty:
        return text
    orders = listing([f"{order:g}" for order in dict.fromkeys(coding["order"])])
    epsilon = _setting(results, "models", "epsilon")
    added = f", with {epsilon} added to every other emission" if epsilon else ""
    return (
        f"{text} Content models were compared by the relative entropy rate D(p ‖ q) in bits per base, in both "
        f"directions, under the stationary law of p; coding sequence at order {orders} with period 3, both models "
        f"conditioned on no in-frame stop{added}. The dendrogram is average linkage on the mean of both directions; it "
        "orders models by likeness and is no phylogeny."
    )
