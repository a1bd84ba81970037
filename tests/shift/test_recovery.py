"""The way back after a disturbance: known curves are found, and what cannot be told is said."""

import numpy as np
import pandas as pd
import pytest

from klbio.design import Contrast, Design, Sample
from klbio.io import read_table
from klbio.schema import TrajectoryRow
from klbio.shift.samples import SampleCounts
from klbio.shift.subject.decay import fit_decay
from klbio.shift.subject.recovery import Recovery
from klbio.shift.subject.trajectory import trajectory_rows

CONTRAST = Contrast("rest", "drug")
HALF_WIDTH = 0.01


def course(values, phase="drug", start=0, timed=True):
    return [
        TrajectoryRow(
            subject="S1",
            arm="",
            phase=phase,
            time=float(start + i) if timed else None,
            sample=f"{phase}{i}",
            depth=1000,
            rank="genus",
            baseline="rest",
            n_reference=3,
            jensen_shannon_divergence_bits=value,
            low_bits=value - HALF_WIDTH,
            high_bits=value + HALF_WIDTH,
        )
        for i, value in enumerate(values)
    ]


REST = course([0.1, 0.12, 0.09, 0.11], "rest", -4)
BACK = [0.2, *(0.1 + 0.05 + 0.5 * 0.5 ** (np.arange(10) / 2))]


def recovered(samples, contrasts=(CONTRAST,)):
    return Recovery(samples, CONTRAST, contrasts).row()


@pytest.mark.parametrize("half_life", [0.7, 2.0, 5.0])
@pytest.mark.parametrize("residual", [0.0, 0.2])
def test_an_exact_curve_is_found(half_life, residual):
    time = np.arange(14.0)
    decay = fit_decay(time, residual + 0.4 * 0.5 ** (time / half_life))
    assert decay.half_life == pytest.approx(half_life, rel=0.03)
    assert decay.residual == pytest.approx(residual, abs=0.01)
    assert decay.amplitude == pytest.approx(0.4, abs=0.015)
    low, high = decay.half_life_range
    assert low <= decay.half_life <= high


def test_the_unit_of_time_does_not_matter():
    time, rng = np.array([0, 1, 2, 4, 7, 11, 15.0]), np.random.default_rng(0)
    above = 0.1 + 0.5 * 0.5 ** (time / 3) + rng.normal(0, 0.02, 7)
    days, weeks = fit_decay(time, above), fit_decay(time / 7, above)
    assert weeks.half_life == pytest.approx(days.half_life / 7)
    assert weeks.residual_range == pytest.approx(days.residual_range)


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    rng, time = np.random.default_rng(1), np.arange(16.0)
    held = []
    for _ in range(200):
        decay = fit_decay(time, 0.1 + 0.4 * 0.5 ** (time / 3) + rng.normal(0, 0.03, 16))
        low, high = decay.residual_range
        held.append((low <= 0.1 <= high, decay.half_life_range[0] <= 3 <= decay.half_life_range[1]))
    assert np.mean(held, axis=0) == pytest.approx(0.95, abs=0.04)


def test_a_residual_above_the_baseline_is_called_by_its_name():
    row = recovered(REST + course(BACK))
    assert row.peak_sample == "drug1"
    assert row.half_life == pytest.approx(2, rel=0.05)
    assert row.residual_low_bits < 0.05 < row.residual_high_bits
    assert row.verdict.startswith("did not come back: 0.0")


def test_a_return_to_the_baseline_is_called_by_its_name():
    back = 0.1 + 0.5 * 0.5 ** (np.arange(14) / 1.5)
    assert recovered(REST + course(back)).verdict.startswith("came back to within the baseline's own range")


@pytest.mark.parametrize(
    ("samples", "reason"),
    [
        (REST + course(BACK, timed=False), "no time"),
        (REST + course(BACK[:4]), "5 are needed"),
        (REST[:2] + course(BACK), "fewer than 3 baseline samples"),
        (REST + course([0.11, 0.1, 0.12, 0.09, 0.1, 0.1]), "nothing to come back from"),
        (REST + course([0.4, 0.41, 0.42, 0.43, 0.44, 0.45]), "are needed"),
        (REST, "no sample after the disturbance"),
    ],
)
def test_what_cannot_be_told_is_said(samples, reason):
    row = recovered(samples)
    assert row.verdict.startswith("cannot tell")
    assert reason in row.verdict
    assert row.half_life is None
    assert Recovery(samples, CONTRAST, [CONTRAST]).curve() == []


def test_the_next_course_ends_the_way_back():
    again = course([0.7, 0.8, 0.75], "drug again", 20)
    other = Contrast("between", "drug again")
    assert recovered(REST + course(BACK) + again, [CONTRAST, other]).last_time == 10.0
    assert recovered(REST + course(BACK) + again).peak_sample == "drug again1"


def test_the_curve_starts_at_the_peak_and_ends_with_the_samples():
    points = Recovery(REST + course(BACK), CONTRAST, [CONTRAST]).curve()
    assert (points[0].time, points[-1].time) == (1.0, 10.0)
    assert points[0].fitted_bits > points[-1].fitted_bits > 0.1


@pytest.fixture(scope="module")
def ciprofloxacin(root):
    """Three subjects, two courses of ciprofloxacin, 162 samples."""
    folder = root.parent / "shared/data/dethlefsen2011"
    if not folder.exists():
        pytest.skip("the shared data are not here")
    sheet = pd.read_csv(folder / "metadata.tsv", sep="\t")
    columns = sheet[["sample_id", "subject", "phase", "order_in_subject"]].itertuples(index=False)
    design = Design([Sample(name, subject, phase, float(time)) for name, subject, phase, time in columns])
    rows = SampleCounts(read_table(folder / "table.tsv"))
    contrasts = [Contrast("baseline", "during1"), Contrast("interim", "during2")]
    courses = {unit.subject: trajectory_rows(rows.of(unit), contrasts[0].before) for unit in design.units}
    recovery = [Recovery(course, contrasts[0], contrasts).row() for course in courses.values()]
    return {
        "observed": {
            name: int((row > 0).sum())
            for name, row in zip(sheet["sample_id"], rows.array(sheet["sample_id"]), strict=True)
        },
        "trajectory": pd.concat(
            [pd.DataFrame(course).assign(subject=who) for who, course in courses.items()]
        ),
        "recovery": pd.DataFrame(recovery, index=list(courses)),
        "expected": pd.read_csv(folder / "trajectory_expected.tsv", sep="\t"),
    }


def test_every_sample_lies_where_it_should(ciprofloxacin):
    found, expected = ciprofloxacin["trajectory"], ciprofloxacin["expected"]
    rows = found.rename(columns={"time": "order"}).merge(
        expected, on=["sample", "subject", "phase", "order", "depth"]
    )
    assert len(rows) == len(found) == len(expected) == 162
    assert (rows["sample"].map(ciprofloxacin["observed"]) == rows["observed_taxa"]).all()
    assert len(expected.columns) == 8  # five that were merged on, and three that are compared
    printed = 5.1e-7  # the expected values have six decimals
    assert (rows["jsd_plugin_bits"] - rows["jsd_bits_vs_pooled_baseline"]).abs().max() < printed
    assert (rows["jsd_pairs_plugin_bits"] - rows["mean_jsd_bits_vs_baseline_samples"]).abs().max() < printed


def test_ciprofloxacin_shifts_and_the_return_is_incomplete(ciprofloxacin):
    first = ciprofloxacin["recovery"]
    assert (first["peak_low_bits"] > 2 * first["baseline_max_bits"]).all()
    assert first["verdict"].str.startswith("did not come back").sum() >= 2
    assert first.loc["F", "residual_low_bits"] > 0.1
    assert first["half_life"].between(1, 7).all()
