"""Panels into figures: one below the other, or in a grid.

Altair copies a chart whole each time it joins it to another, which a figure of thirty panels feels;
here the finished specifications are joined instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

__all__ = ["Spec", "grid", "panel", "stack"]

Spec = dict[str, Any]


def panel(chart: alt.TopLevelMixin) -> Spec:
    """Turn a chart into its Vega-Lite specification, however many rows it has."""
    with alt.data_transformers.enable("default", max_rows=None):
        spec: Spec = chart.to_dict(validate=False)
    return {name: part for name, part in spec.items() if name not in ("$schema", "config")}


def stack(*parts: Spec, spacing: int = 14, **settings: Any) -> Spec:
    """Set parts one below the other, their left edges of the plots in line."""
    return _joined("vconcat", parts, {"spacing": spacing, **settings})


def grid(parts: Sequence[Spec], columns: int, spacing: int = 18, **settings: Any) -> Spec:
    """Set parts in rows of so many columns."""
    return _joined("concat", parts, {"columns": columns, "spacing": spacing, **settings})


def _joined(how: str, parts: Sequence[Spec], settings: Spec) -> Spec:
    datasets = {name: rows for part in parts for name, rows in part.get("datasets", {}).items()}
    inner = [{name: value for name, value in part.items() if name != "datasets"} for part in parts]
    return {how: inner, "datasets": datasets, **settings}
