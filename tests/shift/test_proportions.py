"""Studies of proportions: as observed on any scale, days and subjects tested, nothing that needs reads."""

import numpy as np
import pandas as pd
import pytest
from scipy.spatial.distance import jensenshannon

from klbio import Contrast, Counts, ShiftSettings, Study
from klbio.design import Design, Sample
from klbio.errors import InputError, InputWarning
from klbio.pairwise import AllPairs
from klbio.phrases.proportions import NEED_READS, NOT_APPLIED
from klbio.taxonomy import Taxonomy

N_TAXA, PHASES = 30, (("before", 3), ("after", 4), ("later", 6))
SETTINGS = ShiftSettings((Contrast("before", "after"),), ranks=("feature", "genus"), n_resamples=19)
EMPTY = ["depth_before", "depth_after", "floor_bits", "floor_high_bits", "floor_p", "above_floor", "rare_taxa_bits",
         "jsd_lowest_bits", "undersampled", "relative_entropy_after_before_at_least_bits",
         "within_batch_low_bits"]  # fmt: skip
pytestmark = pytest.mark.filterwarnings("ignore::klbio.errors.InputWarning")


def sheet(n_subjects=6):
    """Two arms, a batch that holds both phases, a course of 13 days; the last subject has one sample after."""
    places = [
        (s, p, phase, i) for s in range(n_subjects) for p, (phase, n) in enumerate(PHASES) for i in range(n)
    ]
    kept = [one for one in places if one[0] < n_subjects - 1 or one[2] != "after" or one[3] == 0]
    return Design(
        [
            Sample(
                f"{s}{phase}{i}", f"S{s}", phase, arm="xy"[s % 2], time=float(4 * p + i), batch=f"b{i % 2}"
            )
            for s, p, phase, i in kept
        ]
    )


@pytest.fixture(scope="module")
def shares():
    """Proportions with zeros, a frame with samples in rows."""
    rng, rows = np.random.default_rng(1), {}
    start = {sample.subject: rng.dirichlet(np.full(N_TAXA, 0.5)) for sample in sheet().samples}
    for sample in sheet().samples:
        moved = np.roll(start[sample.subject], 1)
        part = {"before": 0.0, "after": 0.5, "later": 0.5 * 0.5 ** (sample.time - 7)}[sample.phase]
        p = rng.dirichlet(80 * ((1 - part) * start[sample.subject] + part * moved) + 1e-2)
        p[p < 1e-4] = 0
        rows[sample.name] = p / p.sum()
    return pd.DataFrame(rows, index=[f"t{k}" for k in range(N_TAXA)]).T


@pytest.fixture(scope="module")
def taxonomy(shares):
    """Three taxa a genus."""
    return Taxonomy(("genus",), {taxon: (f"g{k // 3}",) for k, taxon in enumerate(shares.columns)})


def study(frame, taxonomy, settings=SETTINGS):
    """The study of a frame."""
    return Study(frame, sheet(), taxonomy=taxonomy, settings=settings)


@pytest.fixture(scope="module")
def measured(shares, taxonomy):
    """All tables of the proportions."""
    return study(shares, taxonomy).tables


@pytest.mark.parametrize("scale", [100.0, 2.0**20, 1e-4])
def test_scale_moves_no_number(shares, taxonomy, measured, scale):
    for name, table in study(shares * scale, taxonomy).tables.items():
        fitted = 1e-6 if name.startswith("recovery") else 1e-9  # to a tolerance
        pd.testing.assert_frame_equal(table, measured[name], rtol=100 * fitted, atol=fitted)


def test_samples_on_scales_of_their_own(shares, taxonomy, measured):
    scaled = shares.mul(np.linspace(1, 50, len(shares)), axis=0)
    pairs = study(scaled, taxonomy).pairs
    pd.testing.assert_frame_equal(pairs, measured["pairs"], rtol=1e-7, atol=1e-9)


def test_pooled_is_of_mean_proportions(shares, measured):
    pairs = measured["pairs"].query("estimand == 'pooled' and rank == 'feature'").set_index("subject")
    for subject in pairs.index:
        after, before = (
            shares.loc[[s.name for s in sheet().samples if (s.subject, s.phase) == (subject, phase)]].mean()
            for phase in ("after", "before")
        )
        assert pairs.loc[subject, "jsd_plugin_bits"] == pytest.approx(jensenshannon(after, before, 2) ** 2)
    np.testing.assert_array_equal(pairs["jensen_shannon_divergence_bits"], pairs["jsd_plugin_bits"])


def test_limit_of_many_reads(shares, taxonomy, measured):
    reads = study((shares * 2e7).round(), taxonomy).tables
    of_days = [
        "jensen_shannon_divergence_bits",
        "baseline_bits",
        "baseline_p",
        "within_batch_bits",
        "within_batch_p",
    ]
    for name, columns in {
        "pairs": of_days,
        "contributions": ["jsd_contribution_bits", "share"],
        "trajectory": ["jensen_shannon_divergence_bits", "step_bits"],
        "cohort": ["effect_bits", "effect_low_bits", "p_value"],
        "permanova": ["pseudo_f", "p_value"],
        "clade_means": ["mean_contribution_bits", "mean_share"],
        "recovery": ["baseline_bits", "peak_bits", "residual_bits", "half_life"],
    }.items():
        mine, other = measured[name][columns].astype(float), reads[name][columns].astype(float)
        np.testing.assert_allclose(mine, other, atol=2e-3, rtol=0.02, err_msg=name)
    days = measured["pairs"]["interval_covers"].eq("days")
    ends = ["jsd_low_bits", "jsd_high_bits"]
    np.testing.assert_allclose(measured["pairs"].loc[days, ends], reads["pairs"].loc[days, ends], atol=2e-3)


def test_what_needs_reads_is_empty_and_listed(measured):
    pairs = measured["pairs"]
    assert pairs[EMPTY].isna().all(axis=None)
    assert set(pairs["unit"]) == {"proportions"}
    assert set(pairs["interval_covers"]) == {"", "days"}
    pooled = pairs[pairs["estimand"] == "pooled"]
    assert pooled["note"].str.startswith("proportions: as observed, without an interval").all()
    assert not len(measured["sensitivity"])
    assert not len(measured["rarefaction"])
    assert measured["contributions"][["low_bits", "high_bits"]].isna().all(axis=None)
    dropped = measured["dropped"].groupby("kind")["name"].apply(list)
    assert dropped["statistic"] == list(NEED_READS)
    assert dropped["setting"] == list(NOT_APPLIED)
    assert measured["dropped"]["reason"].str.contains("rel_ab_w_read_stats").any()
    (depth,) = measured["flags"].query("check == 'depth'")["severity"]
    assert depth == "cannot tell"
    assert not measured["flags"]["check"].str.startswith("depth ").any()


def test_relative_entropies_where_finite(shares, taxonomy, measured):
    assert measured["pairs"]["relative_entropy_after_before_bits"].isna().any()
    frame = (shares + 1e-4).div((shares + 1e-4).sum(axis=1), axis=0)
    pairs = study(frame, taxonomy).pairs.query("estimand != 'excess'")
    assert pairs["relative_entropy_after_before_bits"].notna().all()
    assert set(pairs["smoothing_relative_entropy"]) == {"none"}
    clades = study(frame, taxonomy).clades
    sums = clades.groupby("subject")["relative_entropy_after_before_contribution_bits"].sum()
    pooled = pairs.query("estimand == 'pooled' and rank == 'feature'").set_index("subject")
    np.testing.assert_allclose(sums, pooled.loc[sums.index, "relative_entropy_after_before_bits"])


def test_one_sample_a_side_has_no_interval(shares):
    design = Design([Sample("0before0", "S0", "before"), Sample("0after0", "S0", "after")])
    pairs = Study(shares.loc[["0before0", "0after0"]], design).pairs
    assert pairs[["jsd_low_bits", "jsd_high_bits"]].isna().all(axis=None)
    assert pairs["note"].str.contains("how the subject varies by itself is unknown").all()


def test_a_sample_of_zeros_is_left_out(shares, taxonomy):
    frame = shares.copy()
    frame.loc["0before0"] = 0.0
    dropped = study(frame, taxonomy).dropped.set_index("name")["reason"]
    assert dropped["0before0"] == "in the table with zeros only"


def test_depth_limit_does_not_apply(shares, taxonomy):
    settings = ShiftSettings(SETTINGS.contrasts, min_depth=100_000)
    assert len(study(shares, taxonomy, settings).pairs)


def test_console_says_how_to_get_counts(shares, taxonomy):
    with pytest.warns(InputWarning, match="proportions, without the reads behind them.*rel_ab_w_read_stats"):
        study(shares, taxonomy)


def test_shares_made_whole_numbers_are_taken_so_in_memory(shares, taxonomy):
    frame = (shares * 1e5).round()
    for name in frame.index:
        frame.loc[name, frame.loc[name].idxmax()] += 1e5 - frame.loc[name].sum()
    with pytest.warns(InputWarning, match="taken for proportions"):
        assert set(study(frame, taxonomy).pairs["unit"]) == {"proportions"}


def test_groups_of_reads_go_with_counts_only(shares):
    counts = Counts(list(shares.index), list(shares.columns), shares.to_numpy(), unit="proportions")
    groups = Counts([f"{name}/{i}" for name in shares.index for i in (1, 2)], list(shares.columns),
                    np.repeat(shares.to_numpy(), 2, axis=0))  # fmt: skip
    with pytest.raises(InputError, match="proportions, beside groups of reads"):
        Study(counts, sheet(), groups=groups)


@pytest.mark.parametrize("measure", ["relative-entropy", "jeffreys-divergence"])
def test_all_pairs_refuse_a_pseudocount(shares, measure):
    counts = Counts(list(shares.index), list(shares.columns), shares.to_numpy() * 100, unit="proportions")
    with pytest.raises(InputError, match="alpha is added to counts, and proportions have none"):
        AllPairs(counts, measure=measure, alpha=0.5)
    assert AllPairs(counts).matrix()[0, 1] == pytest.approx(jensenshannon(*shares.to_numpy()[:2], 2) ** 2)
