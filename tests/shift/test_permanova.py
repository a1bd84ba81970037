"""PERMANOVA of phase within subjects, of subject, and the dispersion of phases."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klbio.design import Contrast, Members, Sample, Unit
from klbio.distributions import Counts
from klbio.pairwise import jensen_shannon_matrix
from klbio.shift.cohort.effects import Effect
from klbio.shift.cohort.permanova import SampleDistances
from klbio.shift.cohort.variation import VariationTests
from klbio.shift.samples import SampleCounts
from klbio.statistics import permutation as engine

CONTRAST = Contrast("before", "after")


def squares(points):
    points = np.asarray(points, float).reshape(len(points), -1)
    return ((points[:, None] - points) ** 2).sum(axis=-1)


def rng():
    return np.random.default_rng(1)


def design(n_subjects, n_before=1, n_after=1):
    after = np.tile([False] * n_before + [True] * n_after, n_subjects)
    return after, np.repeat(np.arange(n_subjects), n_before + n_after).tolist()


def subject_effect(squared, subject):
    return SampleDistances.of(squared, [False] * len(subject), subject).subject_effect(rng())


# worked by hand


def test_two_subjects_on_a_line():
    after, subject = design(2)
    test = SampleDistances.of(squares([0, 1, 10, 13]), after, subject).phase(rng())
    phase, rest = 2.0**2, (3 - 1) ** 2 / 4
    whole = np.var([0, 1, 10, 13]) * 4
    assert test.test.value == pytest.approx(phase / rest)
    assert test.r_squared == pytest.approx(phase / whole)
    test = test.test
    # of the four arrangements this and its mirror image are the most extreme
    assert (test.p_value, test.smallest_p, test.n_permutations, test.exact) == (2 / 4, 2 / 4, 4, True)


def test_subject_is_the_usual_analysis_of_variance():
    values = [0, 1, 10, 13]
    test = subject_effect(squares(values), ["a", "a", "b", "b"])
    between, within = (11.5 - 0.5) ** 2, 1 / 2 + 9 / 2
    assert test.test.value == pytest.approx(between / (within / 2))
    assert test.r_squared == pytest.approx(between / (between + within))
    assert (
        test.test.smallest_p == test.test.p_value == pytest.approx(1 / 3)
    )  # three ways to make two pairs of four


def test_dispersion_is_the_distance_to_the_own_centroid():
    after, subject = design(4)
    points = np.array([-1, -5, 1, 5, -2, -9, 2, 9])
    dispersion = SampleDistances.of(squares(points), after, subject).dispersion(rng())
    test = dispersion.test
    assert dispersion.before == pytest.approx((1 + 1 + 2 + 2) / 4)
    assert dispersion.after == pytest.approx((5 + 5 + 9 + 9) / 4)
    assert test.value == pytest.approx(dispersion.after - dispersion.before)
    assert (test.p_value, test.smallest_p) == (2 / 2**4, 2 / 2**4)


def test_samples_that_are_all_alike_say_nothing():
    after, subject = design(3)
    same = np.zeros((6, 6))
    assert SampleDistances.of(same, after, subject).phase(rng()).test.p_value == 1
    assert SampleDistances.of(same, after, subject).dispersion(rng()).test.p_value == 1
    assert np.isnan(subject_effect(same, subject).test.value)


# references


def test_pseudo_f_against_scikit_bio():
    from skbio import DistanceMatrix
    from skbio.stats.distance import permanova

    squared = jensen_shannon_matrix(rng().poisson(3, (15, 20)) + 1)
    matrix = DistanceMatrix(np.sqrt(squared), [str(i) for i in range(15)])
    after, one = design(1, 9, 6)
    phase = permanova(matrix, ["after" if late else "before" for late in after], permutations=0)
    assert SampleDistances.of(squared, after, one).phase(rng()).test.value == pytest.approx(
        phase["test statistic"]
    )
    three = ["x"] * 4 + ["y"] * 5 + ["z"] * 6
    subject = permanova(matrix, three, permutations=0)
    assert subject_effect(squared, three).test.value == pytest.approx(subject["test statistic"])


def test_pseudo_f_within_subjects_of_a_published_study(shared):
    from klbio.io import read_table

    folder = shared / "dethlefsen2011"
    counts = read_table(folder / "table.biom")
    sheet = pd.read_csv(folder / "metadata.tsv", sep="\t", index_col=0)
    expected = pd.read_csv(folder / "expected.tsv", sep="\t").query("level == 'feature'")
    assert len(expected) > 3
    for row in expected.to_dict("records"):
        own = sheet[
            (sheet["subject"] == row["subject"]) & sheet["phase"].isin([row["reference"], row["comparison"]])
        ]
        squared = jensen_shannon_matrix(counts.rows(own.index.tolist()))
        after = own["phase"].eq(row["comparison"]).to_numpy()
        test = SampleDistances.of(squared, after, own["subject"].tolist()).phase(rng()).test
        assert test.value == pytest.approx(row["permanova_pseudoF_sqrtJSD"], abs=1.5e-6)
        assert abs(test.p_value - row["permanova_p_999"]) < 0.06


def test_blocks_against_every_arrangement_one_by_one():
    """A design that is balanced nowhere, by least squares instead of Gower's matrix."""
    values = rng().normal(size=7)
    subject, after = [0, 0, 0, 1, 1, 1, 1], np.array([0, 1, 1, 0, 0, 0, 1], bool)
    blocks = np.eye(2)[subject]

    def f_value(labels):
        def rest(model):
            return np.linalg.lstsq(model, values, rcond=None)[1][0]

        without, with_phase = rest(blocks), rest(np.column_stack([blocks, labels]))
        return (without - with_phase) / (with_phase / (7 - 3))

    ways = {(*first, *second) for first in permutations(after[:3]) for second in permutations(after[3:])}
    null = np.array([f_value(np.array(way, float)) for way in ways])
    test = SampleDistances.of(squares(values), after, subject).phase(rng()).test
    assert test.value == pytest.approx(f_value(after.astype(float)))
    assert test.n_permutations == len(ways) == 3 * 4
    assert test.p_value == pytest.approx((null >= test.value * (1 - 1e-9)).mean())
    assert test.smallest_p == 1 / 12


# laws


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.permutations(range(10)))
def test_the_order_of_samples_does_not_matter(seed, order):
    points = np.random.default_rng(seed).normal(size=(10, 3))
    after, subject = design(5)
    first = SampleDistances.of(squares(points), after, subject).phase(rng())
    names = [subject[i] for i in order]
    other = SampleDistances.of(squares(points[order]), after[order], names).phase(rng())
    assert vars(first.test) == pytest.approx(vars(other.test), rel=1e-9)
    assert first.r_squared == pytest.approx(other.r_squared)


def test_a_common_move_is_found_behind_large_differences_of_subjects():
    after, subject = design(20)
    values = 100 * np.array(subject) + after + rng().normal(scale=0.3, size=40)
    phase = SampleDistances.of(squares(values), after, subject).phase(rng())
    test = phase.test
    assert (test.p_value, test.n_permutations, test.exact) == (1 / 10_000, 9_999, False)
    assert phase.r_squared < 0.01 < 0.99 < subject_effect(squares(values), subject).r_squared


def test_drawn_and_exact_p_agree(monkeypatch):
    after, subject = design(8)
    distances = SampleDistances.of(
        squares(np.random.default_rng(5).normal(size=16) + 0.5 * after), after, subject
    )
    exact = distances.phase(rng()).test
    monkeypatch.setattr(engine, "USUAL", engine.Limits(1, 9_999))
    drawn = distances.phase(rng()).test
    assert exact.exact
    assert not drawn.exact
    assert drawn.p_value == pytest.approx(exact.p_value, abs=4 * np.sqrt(exact.p_value / 9_999))


def test_few_samples_have_an_exact_p_of_subject(monkeypatch):
    values, subject = [0, 1, 10, 13, 12, 30], ["a", "a", "b", "b", "b", "c"]
    exact = subject_effect(squares(values), subject).test
    assert (exact.n_permutations, exact.exact) == (720, True)
    monkeypatch.setattr(engine, "COSTLY", engine.Limits(719, 9_999))
    drawn = subject_effect(squares(values), subject).test
    assert (drawn.n_permutations, drawn.exact) == (9_999, False)
    assert drawn.p_value == pytest.approx(exact.p_value, abs=4 * np.sqrt(exact.p_value / 9_999))
    assert drawn.smallest_p == exact.smallest_p == 1 / 60


def test_blocks_of_permutations_change_nothing_but_memory(monkeypatch):
    after, subject = design(20)
    squared = squares(rng().normal(size=40))
    monkeypatch.setattr(engine, "BLOCK_CELLS", 4_000)
    few = SampleDistances.of(squared, after, subject).phase(rng())
    assert few.test.n_permutations == 9_999
    assert few == SampleDistances.of(squared, after, subject).phase(rng())


def test_centroids_are_found_anew_for_every_arrangement():
    """Of a small phase samples lie close to the centroid that they have made: one by one, by hand."""
    points, subject = rng().normal(size=(8, 2)), [0, 0, 0, 0, 1, 1, 1, 1]
    after = np.array([0, 0, 0, 1, 0, 0, 0, 1], bool)

    def difference(labels):
        z = np.empty(8)
        for side in (labels, ~labels):
            z[side] = np.linalg.norm(points[side] - points[side].mean(axis=0), axis=1)
        return z[labels].sum() - z.sum() / 4  # one of four is after, in each subject

    ways = [np.isin(range(8), chosen) for chosen in ((i, 4 + j) for i in range(4) for j in range(4))]
    null = np.abs([difference(way) for way in ways])
    test = SampleDistances.of(squares(points), after, subject).dispersion(rng()).test
    assert (test.n_permutations, test.smallest_p) == (16, 1 / 16)
    assert test.p_value == pytest.approx((null >= abs(difference(after)) - 1e-9).mean())


def test_samples_of_one_composition_have_p_1_at_any_depth():
    """What is left of their divergences is rounding, of which the root is not small."""
    values = np.outer([1, 3, 7, 11, 13, 17, 19, 23], [100, 300, 700, 1_100])
    squared = jensen_shannon_matrix(values)
    after, subject = design(4)
    distances = SampleDistances.of(squared, after, subject)
    assert distances.phase(rng()).test.p_value == 1
    assert distances.dispersion(rng()).test.p_value == 1


# rows


def study_of(rows, n_subjects):
    """Samples before and after, subject by subject."""
    after, subject = design(n_subjects)
    names = [f"{of}{'after' if late else 'before'}" for of, late in zip(subject, after, strict=True)]
    units = [
        Unit(f"{i}", "", tuple(Sample(f"{i}{phase}", f"{i}", phase) for phase in ("before", "after")))
        for i in range(n_subjects)
    ]
    return SampleCounts(Counts(names, [f"t{k}" for k in range(len(rows[0]))], rows)), units


def test_phase_beside_unequal_spread_says_that_it_cannot_tell():
    draw = np.random.default_rng(3)
    rows = [draw.multinomial(5_000, draw.dirichlet(np.full(6, strength))) for strength in [50, 1] * 8]
    phase, _, spread = rows_of(*study_of(rows, 8))
    assert spread.p_value <= 0.05
    assert "centre from spread" in phase.note
    assert phase.p_value is not None
    rows = [draw.multinomial(5_000, draw.dirichlet(np.full(6, 50))) for _ in range(16)]
    phase, _, spread = rows_of(*study_of(rows, 8))
    assert spread.p_value > 0.05
    assert phase.note == ""


def test_shares_are_of_all_reads_and_spread_is_at_equal_depths():
    """Samples after have a hundredth of the reads: what they scatter more is their depth's."""
    draw, shares = np.random.default_rng(4), np.full(20, 1 / 20)
    samples, units = study_of([draw.multinomial(depth, shares) for depth in [20_000, 200] * 6], 6)
    phase, _, spread = rows_of(samples, units)
    squared = jensen_shannon_matrix(samples.counts)
    whole = SampleDistances.of(squared, *design(6))
    assert phase.r_squared == pytest.approx(whole.phase(rng()).r_squared)
    assert whole.dispersion(rng()).before < 0.1 < whole.dispersion(rng()).after
    assert spread.distance_to_centroid_before_sqrt_bits > 0.1
    assert spread.p_value > 0.05


def test_subjects_that_differ_in_depth_alone_do_not_differ():
    """Every subject has the same community; half of them have a hundredth of the reads, or every second sample."""
    draw, shares = np.random.default_rng(4), np.full(20, 1 / 20)
    for depths in ([20_000] * 6 + [200] * 6, [20_000, 200] * 6):
        samples, units = study_of([draw.multinomial(depth, shares) for depth in depths], 6)
        of_phase, of_subject, _ = rows_of(samples, units)
        whole = SampleDistances.of(jensen_shannon_matrix(samples.counts), *design(6))
        assert of_subject.pseudo_f == pytest.approx(whole.subject_effect(rng()).test.value)
        assert of_subject.p_value > 0.05
        assert of_phase.p_value > 0.05


def rows_of(samples, units, seed=1):
    return list(VariationTests(samples, "genus", seed).rows(Members(CONTRAST, tuple(units))))


def test_arms_are_tested_apart_and_one_pair_of_samples_not_at_all():
    def unit(subject, arm):
        return Unit(subject, arm, tuple(Sample(f"{subject}{p}", subject, p) for p in ("before", "after")))

    units = [unit("A", "x"), unit("B", "x"), unit("C", "y")]
    names = [sample.name for one in units for sample in one.samples]
    rows = SampleCounts(Counts(names, ["t", "u"], [[9, 1], [1, 9], [8, 2], [3, 7], [5, 5], [4, 6]]))
    found = rows_of(rows, units)
    tests = ("phase within subjects", "subject", "dispersion of phases")
    assert [(row.arm, row.test) for row in found] == [(arm, test) for arm in "xy" for test in tests]
    assert [row.p_value for row in found[3:]] == [None] * 3
    assert all(row.note.startswith("cannot tell") for row in found[3:])
    assert found == rows_of(rows, units)
    assert (found[0].n_subjects, found[0].n_samples, found[0].smallest_p) == (2, 4, 0.5)
    assert found[2].pseudo_f is None
    assert found[2].distance_to_centroid_before_sqrt_bits > 0


def test_omega_squared_is_that_of_the_analysis_of_variance():
    # one way, 2 groups of 2: SS between 121, within 5: (121 - 2.5) / (126 + 2.5)
    test = subject_effect(squares([0, 1, 10, 13]), ["a", "a", "b", "b"])
    assert test.omega_squared == pytest.approx((121 - 2.5) / (126 + 2.5))
    assert Effect(engine.TestResult(1.0), 0.5, 1, 10).omega_squared == 0
    assert np.isnan(Effect(engine.TestResult(), 0.5, 1, 4).omega_squared)


def test_of_a_large_arm_some_subjects_are_drawn_with_the_seed(monkeypatch):
    rng = np.random.default_rng(5)
    names = [f"{s}{side}" for s in "ABCDEFGHIJ" for side in "xy"]
    rows = SampleCounts(Counts(names, ["t", "u", "v"], rng.integers(20, 90, (20, 3))))
    units = [
        Unit(s, "", (Sample(f"{s}x", s, CONTRAST.before), Sample(f"{s}y", s, CONTRAST.after)))
        for s in "ABCDEFGHIJ"
    ]
    whole = rows_of(rows, units)
    assert {(row.n_subjects, row.n_samples) for row in whole} == {(10, 20)}
    monkeypatch.setattr("klbio.shift.cohort.variation.MAX_SAMPLES", 7)
    some = [rows_of(rows, units, seed) for seed in (1, 1, 2)]
    assert {(row.n_subjects, row.n_samples) for row in some[0]} == {(4, 8)}
    assert some[0] == some[1] != some[2]
    monkeypatch.setattr("klbio.shift.cohort.variation.MAX_SAMPLES", 1)
    # one subject with two samples leaves nothing over
    assert {row.p_value for row in rows_of(rows, units)} == {None}
