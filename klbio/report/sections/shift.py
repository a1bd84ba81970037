"""Sections of a before/after study, the same for taxa and for the k-mers of reads."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from klbio.report.figures.choices import MEASURES, choices
from klbio.report.figures.shift import MOST_NAMED, how_far
from klbio.report.figures.svg import draw
from klbio.report.figures.taxa import shown_subjects, taxa_by_arm, taxa_by_subject
from klbio.report.figures.time import chosen, trajectories
from klbio.report.findings import contrasts, headline_rank, ranks
from klbio.report.formatting import some
from klbio.report.sections.clades import clades
from klbio.report.sections.cohort import cohort
from klbio.report.sections.design import design
from klbio.report.sections.flags import flags
from klbio.report.sections.geometry import geometry
from klbio.report.sections.population import population
from klbio.report.sections.rarefaction import conclusion, depths
from klbio.report.sections.recovery import recovery
from klbio.report.sections.section import Section
from klbio.report.table_views import TableView, view
from klbio.report.tables import Route
from klbio.schema import PairRow
from klbio.schema import rows as typed

__all__ = ["shift_sections"]

MOST_RANKS = 6  # drawn; every rank is in the tables
VALUE, CONTRIBUTION = "jensen_shannon_divergence_bits", "jsd_contribution_bits"
CLADE_COLUMNS = (
    *("subject", "arm", "before", "after", "clade", "n_children", "mass_before", "mass_after"),
    *("within_bits", "contribution_bits", "share"),
)


def shift_sections(route: Route, chapter: str, category: str) -> list[Section]:
    """Put together the sections of a route.

    Parameters
    ----------
    route : Route
        The taxa or the reads route.
    chapter : str
        Heading in the contents.
    category : str
        What is counted: ``taxon`` or ``k-mer``.

    Returns
    -------
    list of Section
        Without those that have no rows to show; of k-mers only how far, which, and the tests.
    """
    if route.tables["pairs"].empty:
        return []
    parts = (
        (_how_far, design, flags, _which, clades, geometry, _when, recovery, _choices, cohort, population)
        if category == "taxon"
        else (_how_far, design, flags, _which, cohort, population)
    )
    return [section for part in parts for section in part(route, chapter, category)]


def _at(frame: pd.DataFrame, rank: str) -> pd.DataFrame:
    return frame[frame["rank"] == rank]


def _largest_first(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    return frame.sort_values(column, ascending=False, kind="stable")


def _how_far(route: Route, chapter: str, category: str) -> Iterator[Section]:
    pairs, arms = route.tables["pairs"], route.tables["arms"]
    drawn = [
        (rank, draw(how_far(_at(pairs, rank), f"{route.name}-how-far-{i}")))
        for i, rank in enumerate(ranks(route)[:MOST_RANKS], 1)
    ]
    first, *others = drawn
    holds = {
        "category": category,
        "first": first,
        "others": others,
        "notes": _notes(pairs),
        "most_named": MOST_NAMED,
        "several": len(contrasts(pairs)) > 1,
        "arms": _arms(route),
        "every_arm": view(arms, route.path("arms"), "Every rank, arm by arm") if others else None,
        "pairs": _subjects(route),
    }
    yield Section(f"{route.name}-how-far", chapter, "How far", "how_far", holds)


def _arms(route: Route) -> TableView:
    """Show the arms at the headline rank, without the columns that say the same in every row."""
    arms = _at(route.tables["arms"], headline_rank(route))
    same = {name for name in ("before", "after", "rank", "arm") if len(set(arms[name])) < 2}
    return view(arms, route.path("arms"), "Arm by arm", [name for name in map(str, arms) if name not in same])


def _subjects(route: Route) -> TableView:
    """Show the subjects at the headline rank, pooled before pairs; the settings, the same in all rows, come last."""
    rank, pairs = headline_rank(route), route.tables["pairs"]
    rows = _at(pairs, rank).sort_values(["estimand", VALUE], ascending=False, kind="stable")
    last = ["support", "smoothing_jsd", "smoothing_relative_entropy", "undersampled", "note"]
    columns = [name for name in map(str, rows) if name not in last] + last
    return view(rows, route.path("pairs"), f"Every subject by {rank}, the furthest first", columns)


def _notes(pairs: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Each kind of warning at each rank, in the words it was given for the first subject, with whom it concerns."""
    notes = pairs[pairs["note"] != ""] if "note" in pairs else pairs.assign(note="").head(0)
    concerned: dict[tuple[str, str], dict[str, str]] = {}
    for note, subject, rank in zip(notes["note"], notes["subject"], notes["rank"], strict=True):
        concerned.setdefault((rank, note.partition(":")[0]), {}).setdefault(subject, note)
    return [
        (rank, f"{subject}: {note}", some(others, 8) if others else "")
        for (rank, _), found in concerned.items()
        for (subject, note), others in [(next(iter(found.items())), list(found)[1:])]
    ]


def _which(route: Route, chapter: str, category: str) -> Iterator[Section]:
    taxa, contributions, clades = (route.tables[name] for name in ("taxa", "contributions", "clades"))
    if _at(taxa, headline_rank(route)).empty:
        return
    with_rows = [rank for rank in ranks(route)[:MOST_RANKS] if len(_at(taxa, rank))]
    taxa = _in_order(taxa, contrasts(route.tables["pairs"]))
    first, *others = [
        (rank, draw(taxa_by_arm(_at(taxa, rank), f"{route.name}-which-{i}")))
        for i, rank in enumerate(with_rows, 1)
    ]
    here = _at(contributions, headline_rank(route))
    means, each, within = (
        _largest_first(frame, column)
        for frame, column in (
            (_at(taxa, headline_rank(route)), "mean_contribution_bits"),
            (here, CONTRIBUTION),
            (clades, "contribution_bits"),
        )
    )
    caption = "Clades inside which most of the shift took place"
    holds = {
        "category": category,
        "first": first,
        "others": others,
        "map": draw(taxa_by_subject(here, f"{route.name}-which-subject")) if len(here) else None,
        "n_shown": len(shown_subjects(here)),
        "n_subjects": here["subject"].nunique(),
        "means": view(means, route.path("taxa"), "Means per arm"),
        "contributions": view(each, route.path("contributions"), "Largest contributions in any subject"),
        "clades": view(within, route.path("clades"), caption, CLADE_COLUMNS) if len(clades) else None,
    }
    yield Section(f"{route.name}-which", chapter, f"Which {_many(category)} carried it", "which", holds)


def _in_order(frame: pd.DataFrame, order: list[tuple[str, str]]) -> pd.DataFrame:
    """Bring the contrasts of a table into the order they were asked for in."""
    place = {contrast: i for i, contrast in enumerate(order)}
    places = [place.get(pair, len(place)) for pair in zip(frame["before"], frame["after"], strict=True)]
    return frame.iloc[sorted(range(len(places)), key=places.__getitem__)]


def _many(category: str) -> str:
    return {"taxon": "taxa"}.get(category, f"{category}s")


def _when(route: Route, chapter: str, category: str) -> Iterator[Section]:
    trajectory = _at(route.tables["trajectory"], headline_rank(route))
    timed = trajectory[trajectory["time"].notna() & trajectory[VALUE].notna()]
    if timed.empty or timed["time"].dtype.kind not in "iuf":
        return
    baseline, *others = dict.fromkeys(timed["baseline"])
    mine = timed[timed["baseline"] == baseline]
    holds = {
        "figure": draw(trajectories(mine, _fitted(route, baseline), baseline, f"{route.name}-when")),
        "rank": headline_rank(route),
        "baseline": baseline,
        "others": others,
        "n_shown": len(chosen(mine)),
        "n_subjects": len(mine[["subject", "arm"]].drop_duplicates()),
        "table": view(trajectory, route.path("trajectory"), "Every sample"),
    }
    yield Section(f"{route.name}-when", chapter, "When", "when", holds)


def _fitted(route: Route, baseline: str) -> pd.DataFrame:
    curves = _at(route.tables["recovery_curve"], headline_rank(route))
    return curves[curves["before"] == baseline]


def _choices(route: Route, chapter: str, category: str) -> Iterator[Section]:
    everything = _at(route.tables["sensitivity"], headline_rank(route))
    if everything.empty:
        return
    before, after = contrasts(everything)[0]
    rows = everything[(everything["before"] == before) & (everything["after"] == after)]
    holds = {
        "figure": draw(choices(rows, _reported(route), f"{route.name}-choices")),
        "rank": headline_rank(route),
        "contrast": f"{before} → {after}" if len(contrasts(everything)) > 1 else "",
        "infinite": [words for name, words in MEASURES.items() if rows[name].isin([float("inf")]).any()],
        "n_shown": len(shown_subjects(rows)),
        "n_subjects": rows["subject"].nunique(),
        "table": view(rows, route.path("sensitivity"), "Every subject under every choice"),
        "depths": depths(route, headline_rank(route), before, after),
        "conclusion": conclusion(route, before, after),
    }
    yield Section(f"{route.name}-choices", chapter, "Does the answer hang on a choice?", "choices", holds)


def _reported(route: Route) -> dict[str, tuple[str, str]]:
    """Give the choice of smoothing and support that the pairs were made with."""
    first = typed(route.tables["pairs"].head(1), PairRow)[0]
    return {
        name: (first.smoothing_jsd if name == VALUE else first.smoothing_relative_entropy, first.support)
        for name in MEASURES
    }
