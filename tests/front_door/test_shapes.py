"""Every shape is read right, or refused in words that help; none is wrong in silence."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from klbio.errors import InputError
from klbio.io import read_taxa
from klbio.io.sheets.sheet import read_samples
from klbio.io.tables.taxonomy import read_taxonomy
from klbio.shift.inputs import check_labels

from .shapes_by_hand import *  # noqa: F403
from .shapes_clades import *  # noqa: F403
from .shapes_columns import *  # noqa: F403
from .shapes_files import *  # noqa: F403
from .shapes_folders import *  # noqa: F403
from .shapes_names import *  # noqa: F403
from .shapes_profilers import *  # noqa: F403
from .shapes_relatives import *  # noqa: F403
from .shapes_scaled import *  # noqa: F403
from .shapes_sheets import *  # noqa: F403
from .shapes_tables import *  # noqa: F403
from .shapes_values import *  # noqa: F403
from .study import SHAPES, Given, Shape, Study, study


def answered(given: Given) -> tuple[dict[str, float], str]:
    """Give each subject's shift of what the front door lets in, and the unit of the table."""
    design = read_samples(given.samples, columns=given.columns or None)
    taxonomy = read_taxonomy(given.taxonomy) if given.taxonomy else None
    table = read_taxa(given.table).community(design, taxonomy)
    taxonomy = taxonomy or table.taxonomy
    check_labels(table.counts, [given.rank], taxonomy, None)
    counts = table.counts
    names = list(counts.labels)
    labels = names if given.rank == "feature" or taxonomy is None else taxonomy.labels(names, given.rank)
    ranks = study().ranks.iloc[:0].reindex(names).assign(**{given.rank: labels})
    values = pd.DataFrame(counts.values.toarray().T, index=names, columns=list(counts.samples))
    if counts.unit == "proportions":
        values = values / values.sum()
    rows = [(s.name, s.subject, s.phase) for s in design.samples if s.name in values.columns]
    sheet = pd.DataFrame(rows, columns=["sample", "subject", "phase"])
    return Study(values, sheet, ranks).shifts(given.rank), counts.unit


def said(given: Given) -> tuple[str, str]:
    """Give the class of the outcome, and what is said."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            shifts, unit = answered(given)
        except InputError as fault:
            return "refused", str(fault)
    words = "\n".join(str(warning.message) for warning in caught)
    of = given.of or study()
    right = of.shifts(given.rank) if unit == "reads" else of.pooled(given.rank)
    if shifts.keys() != right.keys() or unit != given.unit:
        return "wrong", f"{shifts} as {unit}\n{words}"
    if not np.allclose(list(shifts.values()), list(right.values()), rtol=0, atol=given.tolerance):
        return "wrong", f"{shifts}\n{right}\n{words}"
    return "right", words


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_shape(shape: Shape, tmp_path: Path) -> None:
    given = shape(study(), tmp_path)
    outcome, words = said(given)
    assert outcome == ("refused" if given.refused else "right"), words
    assert re.search(given.refused or given.warns, words, re.DOTALL | re.IGNORECASE), words
