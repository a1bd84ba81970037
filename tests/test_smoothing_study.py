"""The study behind docs/smoothing.md: its truths are what it says, and its errors are counted right."""

import numpy as np
import pandas as pd
import pytest

from benchmarks import smoothing as study
from klbio.divergences import relative_entropy
from klbio.divergences.kernels import relative_entropy_terms
from klbio.estimates import jackknife, jensen_shannon_estimate
from klbio.smoothing import MaximumLikelihood

SMALL = study.Cell(n_taxa=20, depths=(400, 300), true_bits=0.3, turnover=False)
TURNOVER = study.Cell(n_taxa=20, depths=(400, 300), true_bits=0.3, turnover=True)
PRESENT = study.Method("relative_entropy", study.PRESENT, "pair")


def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize("cell", [SMALL, TURNOVER], ids=["change", "turnover"])
@pytest.mark.parametrize("bits", [0.05, 0.3, 2.0])
def test_communities_are_as_far_apart_as_asked(cell, bits):
    p, q, pool = study.communities(study.Cell(20, (400, 300), bits, cell.turnover), rng())
    assert float(relative_entropy(p[:20], q[:20])) == pytest.approx(bits, rel=1e-6)
    assert (q[:20] > 0).all()
    assert not p[20:].any()
    assert not q[20:].any()
    assert pool.sum() == pytest.approx(1)


def test_a_fifth_is_lost_and_a_fifth_arrives_from_a_trace():
    p, q, _ = study.communities(TURNOVER, rng())
    assert (p[:20] == 0).sum() == 20 // 5
    assert 1e-8 <= q[: 20 // 5].sum() <= 1e-4 < p[: 20 // 5].sum()


def test_a_draw_has_the_depths_of_its_cell_and_is_part_of_the_pool():
    draw = study.drawn(SMALL, rng())
    assert (draw.x.sum(), draw.y.sum()) == SMALL.depths
    assert (draw.pool >= draw.x + draw.y).all()
    assert draw.pool.sum() == (1 + study.N_OTHERS / 2) * sum(SMALL.depths)


def test_estimates_are_the_jackknifes_and_for_the_unsmoothed_jsd_what_klbio_reports():
    draw = study.drawn(SMALL, rng())
    seen = (draw.x + draw.y) > 0
    prior = np.full(seen.sum(), 0.5)
    expected = jackknife(draw.x[seen], draw.y[seen], relative_entropy_terms, prior, prior)
    assert study.estimate(PRESENT, draw) == pytest.approx(
        (expected.plugin / np.log(2), max(expected.value, 0) / np.log(2))
    )
    unsmoothed = jensen_shannon_estimate(draw.x, draw.y)
    found = study.estimate(study.Method("jsd", "none", "pair"), draw)
    assert found == pytest.approx((unsmoothed.plugin, max(unsmoothed.value, 0)))
    assert str(study.JSD_ESTIMATORS["none"](draw.pool)) == str(MaximumLikelihood())


def test_errors_by_hand():
    found = study.errors(np.array([1.0, 2.0, 4.0]), np.array([2.0, 2.0, 2.0]))
    assert found["median_relative_error"] == 1 / 2
    assert found["rmse_bits"] == pytest.approx(((1 + 0 + 4) / 3) ** 0.5)
    assert found["bias_bits"] == pytest.approx((-1 + 0 + 2) / 3)


def test_a_cell_has_one_row_for_each_method_corrected_and_not_and_repeats():
    rows = study.measured(SMALL, 3, seed=5)
    assert len(rows) == 2 * len(study.METHODS)
    assert rows == study.measured(SMALL, 3, seed=5)
    assert rows != study.measured(SMALL, 3, seed=6)


def test_typical_error_counts_halves_and_doubles_alike():
    assert study.typical(pd.Series([0.5, 2.0])) == pytest.approx(1)


def test_labels_of_the_figure_keep_their_order_and_distance():
    heights = pd.Series([0.11, 0.1, 0.105, 3.0])
    placed = np.log(study.spread(heights))
    assert (placed.sort_index().rank() == heights.rank()).all()
    assert np.diff(np.sort(placed)).min() == pytest.approx(np.log(study.GAP))


def test_summary_and_figure_show_what_was_measured():
    cells = [study.Cell(20, (n, n), 0.3, turnover) for n in (300, 3_000) for turnover in (False, True)]
    table = pd.DataFrame([row for cell in cells for row in study.measured(cell, 4)])
    summary = study.summary(table, "relative_entropy")
    assert len(summary) == 2 * 2 * len(study.ESTIMATORS)
    perks = "estimator == 'perks' and support == 'pair' and correction == 'corrected'"
    one, ours = table.query(f"measure == 'relative_entropy' and {perks}"), summary.query(perks)
    assert ours["all"].item() == pytest.approx(study.typical(one["median_relative_error"]))
    assert "| perks | pair | corrected |" in study.markdown(summary)
    assert "20 taxa" in str(study.figure(table).to_dict())
