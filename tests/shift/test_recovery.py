"""The way back after a disturbance: known curves are found, and what cannot be told is said."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from klbio.design import Contrast, Design, Sample
from klbio.io import read_table
from klbio.phrases import CannotTell
from klbio.phrases.way_back import NoFall
from klbio.schema import TrajectoryRow
from klbio.shift.samples import SampleCounts
from klbio.shift.subject.decay import Divergences, _lowest, _Reads, fit_decay
from klbio.shift.subject.recovery import Recovery, _margin
from klbio.shift.subject.trajectory import trajectory_rows
from klbio.shift.subject.way_back import Errors, WayBack

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


def fitted(time, above, noise=0.0, rest=(0.0, 0.0, 0.0)):
    """Fit divergences whose reads bring a known noise."""
    rest = np.array(rest)
    return fit_decay(
        time,
        Divergences(above, np.full(len(time), noise**2)),
        Divergences(rest, np.full(len(rest), noise**2)),
    )


@pytest.mark.parametrize("half_life", [0.7, 2.0, 5.0])
@pytest.mark.parametrize("residual", [0.0, 0.2])
def test_an_exact_curve_is_found(half_life, residual):
    time = np.arange(14.0)
    decay = fitted(time, residual + 0.4 * 0.5 ** (time / half_life))
    assert decay.half_life == pytest.approx(half_life, rel=1e-3)
    assert decay.residual == pytest.approx(residual, abs=1e-4)
    assert decay.amplitude == pytest.approx(0.4, abs=1e-3)
    low, high = decay.half_life_range
    assert low <= decay.half_life <= high


def test_the_unit_of_time_does_not_matter():
    time, rng = np.array([0, 1, 2, 4, 7, 11, 15.0]), np.random.default_rng(0)
    above = 0.1 + 0.5 * 0.5 ** (time / 3) + rng.normal(0, 0.02, 7)
    days, weeks = fitted(time, above, 0.02), fitted(time / 7, above, 0.02)
    assert weeks.half_life == pytest.approx(days.half_life / 7)
    assert weeks.residual_range == pytest.approx(days.residual_range)


@pytest.mark.parametrize("noise", [0.0005, 0.003, 0.01])
@pytest.mark.parametrize(("n_after", "half_life"), [(6, 1.5), (12, 3.0)])
def test_intervals_hold_the_truth_as_often_as_they_say_at_the_noise_of_reads(noise, n_after, half_life):
    rng, time, held = np.random.default_rng(1), np.arange(float(n_after)), []
    for _ in range(120):
        back = 0.5 * 0.5 ** (time / half_life) + rng.normal(0, noise, n_after)
        decay = fitted(time, back, noise, rng.normal(0, noise, 4))
        (low, high), (shortest, longest) = decay.residual_range, decay.half_life_range
        assert shortest < decay.half_life < longest
        assert low < decay.residual < high
        held.append((low <= 0 <= high, shortest <= half_life <= longest))
    assert np.mean(held, axis=0) == pytest.approx(0.95, abs=0.05)


def test_limits_are_crossings_whatever_the_noise():
    time, wave = np.arange(12.0), np.array([1, -1, 1, 1, -1, -1] * 2)
    widths = [
        np.diff(fitted(time, 0.4 * 0.5 ** (time / 3) + noise * wave, noise).half_life_range)[0]
        for noise in (1e-5, 1e-4)
    ]
    assert widths[1] == pytest.approx(10 * widths[0], rel=0.02)


@pytest.mark.parametrize("sign", [-1, 1])
def test_a_residual_at_its_limit_has_the_squares_of_the_limit(sign):
    """The limit is found for each half-life in closed form; here by brute force over all parameters."""
    rng, time = np.random.default_rng(3), np.arange(8.0)
    back, rest = 0.1 + 0.4 * 0.5 ** (time / 2) + rng.normal(0, 0.01, 8), 0.05 + rng.normal(0, 0.01, 4)
    way = WayBack(time, back, rest, Errors(np.ones(8), np.ones(4), np.zeros(8)))
    limit = 1.5 * float(way.squares(np.log(2.0)))
    found = float(way.residual_limit(np.log(2.0), sign, limit))
    plateau, level = np.meshgrid(np.linspace(-0.1, 0.3, 801), np.linspace(-0.1, 0.2, 601))
    shape = 0.5 ** (time / 2)
    over = back - plateau[..., None]
    slope = over @ shape / (shape @ shape)
    squares = ((over - slope[..., None] * shape) ** 2).sum(-1) + ((rest - level[..., None]) ** 2).sum(-1)
    residual = (plateau - level)[(squares <= limit) & (plateau >= 0)]
    assert found == pytest.approx(sign * (sign * residual).max(), abs=2e-3)


def test_a_long_run_below_no_divergence_is_not_believed():
    time = np.arange(6.0)
    decay = fitted(time, 0.6 - 0.08 * time, 0.01, (0.02, 0.03, 0.02, 0.03))
    assert decay.level + decay.residual == pytest.approx(0, abs=1e-12)
    assert decay.half_life_range[1] < np.inf


def test_a_half_life_beyond_the_time_observed_is_not_given():
    time = np.arange(6.0)
    assert not fitted(time, 0.5 - 0.03 * time, 0.01, (0.02, 0.03, 0.02)).has_half_life


@pytest.mark.parametrize("bottom", [0.4, 1.5, 2.6, 3.0])
def test_the_lowest_place_is_found_between_any_two_that_were_looked_at(bottom):
    places = np.arange(4.0)
    assert _lowest(lambda x: (x - bottom) ** 2, places, (places - bottom) ** 2) == pytest.approx(
        bottom, abs=1e-5
    )


@pytest.mark.parametrize(
    ("rest", "variance"),
    [
        ([0.3, 0.35, 0.4, 0.45], 0.0125 / 3),  # their own
        ([0.2, 0.5, 0.2, 0.5], 0.01),  # no more than reads bring
        ([0.3, 0.3, 0.3, 0.3], 0.0005),  # a twentieth of it at least
    ],
)
def test_samples_at_rest_err_as_they_scatter_and_no_more_than_reads_would_have_them(rest, variance):
    still, back = np.full(4, 0.01), np.full(6, 0.01)
    way = WayBack(np.arange(6.0), np.linspace(0.9, 0.4, 6), np.array(rest), Errors(back, still, np.zeros(6)))
    errors = _Reads(back, still)._errors(way, np.full(6, 0.5), 0.0)
    assert errors.rest == pytest.approx(np.full(4, variance))


@pytest.mark.parametrize("amplitude", [0.0, -0.1])
def test_a_curve_that_does_not_fall_is_no_way_back(amplitude):
    recovery = Recovery(REST + course(BACK), CONTRAST, [CONTRAST])
    recovery.__dict__["decay"] = replace(recovery.decay, amplitude=amplitude)  # a cached property
    assert recovery.verdict == CannotTell(NoFall())


def test_a_residual_above_the_baseline_is_called_by_its_name():
    row = recovered(REST + course(BACK))
    assert row.peak_sample == "drug1"
    assert row.half_life == pytest.approx(2, rel=0.05)
    assert row.residual_low_bits < 0.05 < row.residual_high_bits
    assert row.verdict.startswith("did not come back: 0.0")
    assert row.baseline_spread_bits > 0


def test_a_return_to_the_baseline_is_called_by_its_name():
    back = 0.1 + 0.5 * 0.5 ** (np.arange(14) / 1.5)
    assert recovered(REST + course(back)).verdict.startswith("came back: no more than 0.0")


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
    for between in ("between", "zero"):  # by name before and after the baseline
        other = Contrast(between, "drug again")
        assert recovered(REST + course(BACK) + again, [CONTRAST, other]).last_time == 10.0
    assert recovered(REST + course(BACK) + again).peak_sample == "drug again1"


def test_what_may_remain_is_two_spreads_or_a_twentieth_of_the_shift():
    decay = fitted(np.arange(12.0), 0.02 + 0.58 * 0.5 ** (np.arange(12) / 2), rest=(0.0, 0.0, 0.0))
    assert _margin(replace(decay, spread=0.001)) == pytest.approx(0.05 * 0.6, rel=0.01)
    assert _margin(replace(decay, spread=0.1)) == 0.2


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
    assert first.loc["F", "outcome"] == "did not come back"
    assert first.loc["F", "residual_low_bits"] > 0.1
    assert not (first["outcome"] == "came back").any()
    assert first["half_life"].between(1, 7).all()
