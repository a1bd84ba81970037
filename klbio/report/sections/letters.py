"""Sections that go down to letters: the codons of close pairs, and the logos of their sites."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from klbio.report.figures.codons import MOST_CODONS, codon_usage
from klbio.report.figures.logos import Logo, logos
from klbio.report.figures.svg import Drawing, draw
from klbio.report.sections.choice import VALUE, across_tools, closest_pairs
from klbio.report.sections.section import Section
from klbio.report.table_views import view
from klbio.report.tables import Route

__all__ = ["codons_of_pairs", "site_logos"]

MOST_CODON_PAIRS, MOST_LOGO_PAIRS = 3, 3
SITES = ("start", "donor", "acceptor", "stop")
Pair = tuple[str, str]


def _pairs(route: Route, table: str, most: int) -> list[Pair]:
    """Name the closest pairs that a table holds."""
    chosen = closest_pairs(route, 50)
    rows = route.tables[table]
    held = set(zip(rows["model_p"], rows["model_q"], strict=True))
    return [pair for pair in zip(chosen["model_p"], chosen["model_q"], strict=True) if pair in held][:most]


def codons_of_pairs(route: Route) -> Iterator[Section]:
    """Show which codons tell the closest pairs apart."""
    codons = route.tables["codons"]
    pairs = _pairs(route, "codons", MOST_CODON_PAIRS)
    if not pairs:
        return
    shown = [codons[(codons["model_p"] == p) & (codons["model_q"] == q)] for p, q in pairs]
    rows = pd.concat([own.sort_values("contribution_bits", ascending=False, kind="stable") for own in shown])
    holds = {
        "figure": draw(codon_usage(pairs, codons, "models-codons")),
        "n": len(pairs),
        "most": MOST_CODONS,
        "across": len(across_tools(route)) > 0,
        "table": view(rows, route.path("codons"), "Every codon of these pairs", most=64 * len(pairs)),
    }
    yield Section("models-codons", "Gene models", "Which codons", "models_codons", holds)


def site_logos(route: Route) -> Iterator[Section]:
    """Show the sites of the closest pairs as logos, p above q."""
    pairs = _pairs(route, "sites", MOST_LOGO_PAIRS)
    drawn = [(pair, _drawn(route, pair, i)) for i, pair in enumerate(pairs, 1)]
    found = [(pair, drawing) for pair, drawing in drawn if drawing is not None]
    if not found:
        return
    (first, figure), *others = found
    holds = {
        "pair": first,
        "figure": figure,
        "others": others,
        "sums": _sums(route, [pair for pair, _ in found]),
    }
    yield Section("models-logos", "Gene models", "Sites, letter by letter", "models_logos", holds)


def _sums(route: Route, pairs: list[Pair]) -> object:
    sites = route.tables["sites"]
    rows = [sites[(sites["model_p"] == p) & (sites["model_q"] == q)] for p, q in pairs]
    return view(
        pd.concat(rows), route.path("sites"), "The sites of these pairs, all shared positions together"
    )


def _drawn(route: Route, pair: Pair, number: int) -> Drawing | None:
    p, q = pair
    states, letters = route.tables["states"], route.tables["site_letters"]
    states = states[(states["model_p"] == p) & (states["model_q"] == q) & (states["component"] != "coding")]
    made = [
        logo
        for site, rows in sorted(states.groupby("component", sort=False), key=lambda one: _rank(str(one[0])))
        if (logo := _logo(letters[letters["site"] == site], str(site), pair, rows)) is not None
    ]
    if not made:
        return None
    says = f"Logos of the sites of {p}, above, and {q}, below, with the relative entropy of each position between."
    return draw(logos(made, f"models-logo-{number}", says, columns=3))


def _rank(site: str) -> tuple[int, str]:
    """Order sites as a gene meets them."""
    kind = site.partition(" ")[0]
    return (SITES.index(kind) if kind in SITES else len(SITES), site)


def _logo(letters: pd.DataFrame, site: str, pair: Pair, states: pd.DataFrame) -> Logo | None:
    """Take the positions that both models describe; None where the tables do not go together."""
    between = pd.DataFrame({"place": pd.to_numeric(states["state"], errors="coerce"), "bits": states[VALUE]})
    between = between.dropna(subset=["place"]).astype({"place": int})
    letters = letters.rename(columns={"position": "place"})
    above, below = (
        letters[(letters["model"] == model) & letters["place"].isin(between["place"])] for model in pair
    )
    if between.empty or above.empty or below.empty:
        return None
    return Logo(site, above, below, between, pair, "D(p ‖ q) of each position")
