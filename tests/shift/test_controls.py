"""Negative controls of a study: what they explain, the shifts without it, and whether it goes with phase or arm."""

import re

import numpy as np
import pandas as pd
import pytest

from klbio import Counts, ShiftSettings, Study
from klbio.design import Design, Sample
from klbio.errors import InputError
from klbio.io.tables.mock_content import read_mock
from klbio.taxonomy import Taxonomy

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


def mocks(content, ranks=("genus", "family"), unassigned="lineage"):
    counts = Counts(
        ["b", "a", "m1", "m2"],
        ["x", "y", "z", "w"],
        [[9, 5, 3, 3], [2, 5, 3, 9], [60, 30, 0, 10], [0, 0, 0, 0]],
    )
    lineages = {"x": ("F", "Bacillus"), "y": ("F", "Listeria"), "z": ("G", "Wrong"), "w": ("G", "")}
    samples = [Sample("b", "S", "before"), Sample("a", "S", "after")]
    controls = [
        Sample("m1", "", "", kind="mock"),
        Sample("m2", "", "", kind="mock"),
        Sample("n", "", "", kind="negative"),
    ]
    settings = ShiftSettings(ranks=list(ranks), n_resamples=19, unassigned=unassigned, min_depth=2)
    return Study(
        counts, Design(samples, controls=controls), taxonomy=Taxonomy(("family", "genus"), lineages), mock=content,
        settings=settings,
    ).mock  # fmt: skip


def test_a_mock_is_held_against_what_it_is_made_of():
    (row,) = mocks({"Bacillus": 0.6, "Listeria": 0.3, "Deinococcus": 0.1}).to_dict("records")
    assert (row["sample"], row["rank"], row["n_known"], row["n_missing"]) == ("m1", "genus", 3, 1)
    assert row["missing"] == "'Deinococcus'"
    assert row["jensen_shannon_divergence_bits"] == pytest.approx(
        0.1
    )  # a tenth of the one, a tenth of another
    assert (row["wrong_share"], row["unnamed_share"]) == pytest.approx((0, 0.1))


def test_the_rank_is_that_at_which_the_content_is_named():
    assert mocks({"F": 0.9, "G": 0.1})["rank"].tolist() == ["family"]
    assert mocks({"F": 0.9, "G": 0.1})["jensen_shannon_divergence_bits"].tolist() == pytest.approx([0])
    assert mocks({"nothing": 1.0}).empty
    assert mocks({}).empty


def test_a_name_that_is_not_in_it_is_wrong():
    (row,) = mocks({"Bacillus": 1.0}).to_dict("records")
    assert (row["wrong_share"], row["unnamed_share"]) == pytest.approx((0.3, 0.1))


@pytest.mark.parametrize(("lines", "found"), [
    (["Bacillus\tmuch"], "share 'much'"), (["\t0.5"], "no taxon"), (["Bacillus\t-1"], "share '-1'"),
    (["Bacillus\t0"], "shares of 0 alone"), (["Bacillus\tinf"], "share 'inf'"),
])  # fmt: skip
def test_content_of_a_mock_that_cannot_be_is_refused(tmp_path, lines, found):
    path = tmp_path / "mock.tsv"
    path.write_text("\n".join(["taxon\tshare", *lines]) + "\n")
    with pytest.raises(InputError, match=re.escape(found)):
        read_mock(path)


def test_of_proportions_nothing_is_told():
    made, _ = study(0.1, 0.1)
    frame = pd.DataFrame(
        made.counts.proportions().dense(), index=made.counts.samples, columns=made.counts.labels
    )
    counts = Counts(list(frame.index), list(frame.columns), frame.to_numpy(), unit="proportions")
    assert Study(counts, made.design).controls.empty
