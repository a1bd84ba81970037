"""Negative controls of a study: what they explain, the shifts without it, and whether it goes with phase or arm."""

import numpy as np
import pandas as pd
import pytest

from klbio import Counts, ShiftSettings, Study
from klbio.design import Design, Sample

pytestmark = pytest.mark.filterwarnings("ignore::klbio.errors.InputWarning")

N_SUBJECTS, N_OWN, N_KIT = 6, 30, 15
TAXA = [*(f"taxon{i}" for i in range(N_OWN)), *(f"kit{i}" for i in range(N_KIT))]


def communities(rng):
    """Compositions of each subject before and after, without a read of the kit."""
    laws = np.exp(rng.normal(0, 1.5, N_OWN) + rng.normal(0, 0.8, (N_SUBJECTS, 2, N_OWN)))
    return np.concatenate(
        [laws / laws.sum(axis=-1, keepdims=True), np.zeros((N_SUBJECTS, 2, N_KIT))], axis=-1
    )


KIT = np.append(np.zeros(N_OWN), np.arange(1, N_KIT + 1) / np.arange(1, N_KIT + 1).sum())


def study(share_before, share_after, blank=KIT, depth=20_000, kind="negative", seed=1, **settings):
    rng = np.random.default_rng(seed)
    laws = communities(rng)
    samples, rows = [], []
    for subject, law in enumerate(laws):
        for phase, share, of in zip(("before", "after"), (share_before, share_after), law, strict=True):
            arm = "drug" if subject % 2 else "placebo"
            samples.append(Sample(f"{subject}{phase}", f"S{subject}", phase, arm=arm))
            rows.append(rng.multinomial(depth, (1 - share) * of + share * blank))
    controls = [Sample("blank", "", "", kind=kind)]
    counts = Counts([*(s.name for s in samples), "blank"], TAXA, [*rows, rng.multinomial(3_000, blank)])
    return Study(
        counts, Design(samples, controls=controls), settings=ShiftSettings(n_resamples=19, **settings)
    ), laws


def jsd(laws):
    p, q = laws[:, 1], laws[:, 0]
    m = (p + q) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        return (np.nan_to_num(p * np.log2(p / m)) + np.nan_to_num(q * np.log2(q / m))).sum(axis=1) / 2


def test_the_share_comes_back_and_the_shift_without_it_is_that_of_the_communities():
    made, laws = study(0.02, 0.15)
    shares = made.controls.groupby("phase")["controls_share"].mean()
    assert shares["before"] == pytest.approx(0.02, abs=0.01)
    assert shares["after"] == pytest.approx(0.15, abs=0.02)
    shifts = made.controls_shift
    truth = jsd(laws)
    assert np.abs(shifts["jsd_without_controls_bits"] - truth).max() < 0.01
    assert (shifts["jsd_plugin_bits"] - truth).abs().min() > 0.01
    plain = made.pairs[made.pairs["estimand"] == "pooled"]["jsd_plugin_bits"].to_numpy()
    np.testing.assert_allclose(shifts["jsd_plugin_bits"], plain)
    between = shifts[["jsd_without_controls_lowest_bits", "jsd_without_controls_highest_bits"]].to_numpy()
    assert (between[:, 0] <= shifts["jsd_without_controls_bits"]).all()
    assert (shifts["jsd_without_controls_bits"] <= between[:, 1]).all()


@pytest.mark.parametrize(("after", "severity"), [(0.15, "flag"), (0.02, "ok"), (0.0225, "ok")])
def test_a_share_that_goes_with_phase_is_flagged_where_it_matters(after, severity):
    flags = study(0.02, after)[0].flags.set_index("check")
    assert flags.loc["negative controls between phases", "severity"] == severity
    assert flags.loc["negative controls between arms", "severity"] == "ok"


def test_the_control_arm_put_first_keeps_the_controls():
    made, _ = study(0.1, 0.1, control="placebo")
    assert len(made.controls) == 2 * N_SUBJECTS
    assert made.dropped["reason"].str.contains("negative control").sum() == 1


def test_a_blank_of_the_samples_own_taxa_explains_nothing_and_says_why():
    made, _ = study(0.1, 0.1, blank=communities(np.random.default_rng(1)).mean(axis=(0, 1)))
    assert made.controls["controls_share"].isna().all()
    assert made.controls["note"].str.contains("hold mostly what the samples hold").all()
    assert made.controls_shift["jsd_without_controls_bits"].isna().all()
    (row,) = made.flags[made.flags["check"] == "negative controls"].to_dict("records")
    assert row["severity"] == "cannot tell"


def test_a_mock_community_is_no_negative_control():
    made, _ = study(0.1, 0.1, kind="mock")
    assert made.controls.empty
    assert made.controls_shift.empty
    assert not made.flags["check"].str.startswith("negative").any()


def test_of_proportions_nothing_is_told():
    made, _ = study(0.1, 0.1)
    frame = pd.DataFrame(
        made.counts.proportions().dense(), index=made.counts.samples, columns=made.counts.labels
    )
    counts = Counts(list(frame.index), list(frame.columns), frame.to_numpy(), unit="proportions")
    assert Study(counts, made.design).controls.empty
