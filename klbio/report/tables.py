"""The result tables of a folder, as the report sees them: read once, checked, made safe to show.

A route (taxa, reads, models) that was not run has no folder; a table that a route did
not write is an empty frame with its columns, so that every section asks the same way.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from klbio.errors import Fault, InputError, listed
from klbio.io.results import DROPPED_COLUMNS, read_rows

__all__ = ["Results", "Route", "read_results", "records", "visible"]

# columns the report relies on; a table may hold more, and all of them are shown
SHIFT_TABLES = {
    "pairs": (
        "subject arm before after rank estimand jensen_shannon_divergence_bits jsd_low_bits jsd_high_bits "
        "floor_bits floor_high_bits above_floor baseline_bits baseline_max_bits above_baseline smoothing support"
    ),
    "arms": (
        "before after rank estimand arm n_subjects n_above_floor n_with_baseline n_above_baseline "
        "median_bits lowest_bits highest_bits"
    ),
    "cohort": "before after rank estimand test arm_a arm_b n_a n_b effect_bits p_value smallest_p exact meaning",
    "permanova": "before after rank arm test n_subjects n_samples pseudo_f r_squared p_value smallest_p",
    "differential": (
        "before after rank test arm_a arm_b taxon n_subjects_seen n_up n_down mean_change_of_proportion "
        "p_value q_value smallest_p"
    ),
    "taxa": "before after rank arm taxon mean_contribution_bits mean_share n_up n_down n_subjects",
    "contributions": "subject arm before after rank taxon direction jsd_contribution_bits",
    "clades": "subject arm before after clade rank contribution_bits",
    "clade_means": (
        "before after arm source clade parent rank depth mean_mass mean_mass_before mean_mass_after "
        "mean_contribution_bits"
    ),
    "geometry": "subject arm before after estimand jsd_plugin_bits tree_wasserstein_normalized places_apart",
    "rank_split": "subject arm before after rank added_bits cumulative_bits",
    "trajectory": "subject arm phase time sample rank baseline jensen_shannon_divergence_bits low_bits high_bits",
    "recovery": "subject arm before after rank verdict",
    "recovery_curve": "subject arm before after rank time fitted_bits",
    "sensitivity": (
        "subject arm before after rank smoothing support jensen_shannon_divergence_bits "
        "relative_entropy_after_before_bits relative_entropy_before_after_bits"
    ),
    "rarefaction": (
        "subject arm before after rank choice depth_before depth_after n_draws jsd_plugin_bits jsd_corrected_bits"
    ),
    "headline": (
        "before after rank measure estimand corrected smoothing support depth arm_a arm_b median_a_bits "
        "median_b_bits difference_of_means_bits p_value reported agrees"
    ),
    "population": (
        "before after rank arm order part relative_entropy_bits low_bits high_bits null_bits p_value note"
    ),
    "flags": "before after check concerns severity meaning",
}
MODEL_TABLES = {
    "models": "model kind format path leaf",
    "pairs": "model_p model_q component order relative_entropy_bits",
    "codons": "model_p model_q codon amino_acid per_thousand_p per_thousand_q contribution_bits",
    "nearest": "rank model query excess_bits_per_base above_best_bits_per_base warning",
    "sites": "model_p model_q site relative_entropy_bits",
    "site_letters": "model site position letter height_bits",
    "states": "model_p model_q component state relative_entropy_bits",
    "profiles": "name",
    "alignments": "model_p model_q expected_by_chance n_pairs",
    "aligned_columns": "model_p model_q node_p node_q jensen_shannon_bits",
    "aligned_letters": "model_p model_q side column letter height_bits",
    "hidden": "model_p model_q relative_entropy_rate_bits_per_symbol standard_error_bits",
    "dendrogram": "component x1 y1 x2 y2",
    "lint": "model severity finding",
}
ROUTES = {"shift": SHIFT_TABLES, "reads": SHIFT_TABLES, "models": MODEL_TABLES}
# columns of names and words: shown verbatim, 007 too
TEXT = {
    "subject", "arm", "before", "after", "phase", "sample", "baseline", "rank", "estimand", "smoothing",
    "support", "above_floor", "above_baseline", "note", "taxon", "direction", "clade", "arm_a", "arm_b",
    "test", "exact", "meaning", "model", "kind", "format", "path", "group", "alphabet", "components",
    "gc_class", "model_p", "model_q", "component", "state", "site", "per", "name", "accession", "severity",
    "finding", "source", "parent", "lineage", "reason", "check", "concerns", "statistic", "mode", "weights",
    "near_duplicate", "start", "verdict", "peak_sample", "previous",
    "codon", "amino_acid", "letter", "side", "query", "query_kind", "warning", "gc_matched_class",
    "choice", "measure", "corrected", "reported", "agrees", "part",
}  # fmt: skip
# control and direction-changing characters: not allowed in XML, or able to rearrange the line they stand in
UNSHOWABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff]"
)


@dataclass(frozen=True)
class Route:
    """The tables of one route.

    Parameters
    ----------
    name : str
        Name of its folder below the results.
    tables : mapping of str to DataFrame
        Every table of the route; one that was not written has no rows.
    """

    name: str
    tables: Mapping[str, pd.DataFrame]

    @property
    def was_run(self) -> bool:
        """Whether any table of the route holds a row."""
        return any(len(frame) for frame in self.tables.values())

    def path(self, table: str) -> str:
        """Give the place of a table below the results folder."""
        return f"{self.name}/{table}.tsv"


@dataclass(frozen=True)
class Results:
    """Everything the page is made from.

    Parameters
    ----------
    shift, reads, models : Route
        The three routes; each may be without rows.
    dropped : DataFrame or None
        What was left out: source, kind, name, reason; None where no such list was written.
    provenance : mapping
        Versions, settings, seeds and checksums, as written by the workflow.
    """

    shift: Route
    reads: Route
    models: Route
    dropped: pd.DataFrame | None
    provenance: Mapping[str, Any]


def read_results(folder: Path) -> Results:
    """Read whichever result tables exist in `folder`.

    Parameters
    ----------
    folder : Path
        Results folder, with ``shift/``, ``reads/``, ``models/``, ``dropped.tsv`` and ``provenance.json``.

    Returns
    -------
    Results
        With empty tables where nothing was written.

    Raises
    ------
    InputError
        If the folder is missing, or naming every table that lacks a column.
    """
    if not folder.is_dir():
        raise InputError.one(folder, "no such folder", "the results of a run", "Run the workflow first.")
    faults: list[Fault] = []
    routes = {name: _read_route(folder / name, tables, faults) for name, tables in ROUTES.items()}
    dropped = _read_dropped(folder, faults)
    provenance = _read_provenance(folder / "provenance.json", faults)
    InputError.raise_any(faults)
    return Results(**routes, dropped=dropped, provenance=provenance)


def _read_dropped(folder: Path, faults: list[Fault]) -> pd.DataFrame | None:
    """Read the list of the run, or those of its steps where a step was run by itself."""
    steps = (folder / name / "dropped.tsv" for name in ROUTES)
    paths = [path for path in (folder / "dropped.tsv", *steps) if path.is_file()]
    own = paths[:1] if (folder / "dropped.tsv").is_file() else paths
    frames = [_read(path, list(DROPPED_COLUMNS), faults) for path in own]
    return pd.concat(frames, ignore_index=True) if frames else None


def _read_route(folder: Path, tables: Mapping[str, str], faults: list[Fault]) -> Route:
    return Route(
        folder.name,
        {name: _read(folder / f"{name}.tsv", columns.split(), faults) for name, columns in tables.items()},
    )


def _read(path: Path, columns: list[str], faults: list[Fault]) -> pd.DataFrame:
    if not path.is_file():
        return pd.DataFrame(columns=columns)
    frame = read_rows(path, TEXT)
    missing = [column for column in columns if column not in frame]
    if missing:
        faults.append(
            Fault(path, f"no column {listed(missing, 12)}", "the columns klbio writes", "Run its step again.")
        )
    for column in [name for name in map(str, frame) if name in TEXT or frame[name].dtype.kind not in "iuf"]:
        frame[column] = frame[column].astype(object).where(frame[column].notna(), "").map(visible)
    return frame


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Give the rows of a table as mappings from column to value."""
    names = [str(name) for name in frame]
    return [dict(zip(names, row, strict=True)) for row in frame.itertuples(index=False, name=None)]


def visible(value: object) -> str:
    r"""Show any value as text; characters that could not be shown safely become U+FFFD.

    >>> visible("gut\x00flora")
    'gut�flora'
    """
    return UNSHOWABLE.sub("\ufffd", str(value))


def _read_provenance(path: Path, faults: list[Fault]) -> Mapping[str, Any]:
    if not path.is_file():
        return {}
    try:
        provenance = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        faults.append(
            Fault(path, f"not JSON ({error})", "the provenance klbio writes", "Run its step again.")
        )
        return {}
    if not isinstance(provenance, dict):
        faults.append(
            Fault(path, "no object of settings", "the provenance klbio writes", "Run its step again.")
        )
        return {}
    return provenance
