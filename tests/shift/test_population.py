"""The population's shift: closed forms, invariance, and the part that should light up."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import special_ortho_group

from klbio.design import Contrast, Members, Sample, Unit
from klbio.distributions import Counts
from klbio.shift.cohort.compositions import PopulationTests
from klbio.shift.cohort.oas_covariance import oas_covariance
from klbio.shift.cohort.phase_pools import PhasePools
from klbio.shift.cohort.population import PARTS, PopulationPair, ilr
from klbio.shift.samples import SampleCounts
from klbio.shift.settings import ShiftSettings

CONTRAST = Contrast("before", "after")


def rng(seed=1):
    return np.random.default_rng(seed)


def test_shrinkage_by_hand():
    # S = diag(8/3, 2/3), K = 2, n = 4: tr S = 10/3, tr S^2 = 68/9
    shrunk = oas_covariance(np.array([[2.0, 0], [-2, 0], [0, 1], [0, -1]]))
    rho = min(1, (100 / 9) / (3 * (68 / 9 - 50 / 9)))
    assert shrunk.intensity == rho == 1
    points = np.array([[9.0, 0], [-9, 0], [0, 1], [0, -1], [8, 0], [-8, 0]])
    observed = np.cov(points.T)
    trace, squares = np.trace(observed), np.trace(observed @ observed)
    rho = trace**2 / (5 * (squares - trace**2 / 2))
    assert 0 < rho < 1
    shrunk = oas_covariance(points)
    assert shrunk.intensity == pytest.approx(rho)
    assert shrunk.covariance == pytest.approx((1 - rho) * observed + rho * trace / 2 * np.eye(2))


def test_shrinkage_fades_with_many_subjects():
    points = rng().normal(size=(20_000, 3)) * [1, 2, 3]
    shrunk = oas_covariance(points)
    assert shrunk.intensity < 0.001
    assert shrunk.covariance == pytest.approx(np.cov(points.T), abs=0.01)


def test_one_dimension_by_hand():
    before = np.array([[-1.0], [0], [1], [0]])
    exchanged = PopulationPair(2 * before + 3, before).exchanged(rng())
    variance = 2 / 3
    location, scale = 9 / variance / 2 / np.log(2), (4 - 1 - np.log(4)) / 2 / np.log(2)
    pair = PopulationPair(2 * before + 3, before)
    assert pair.bits[0] == pytest.approx([location + scale, location, scale, 0], abs=1e-9)
    assert exchanged.test(0, 0).n_permutations == 16
    assert exchanged.smallest_p.tolist() == [1 / 16, 2 / 16, 1 / 16, 1 / 16]


def test_ilr_keep_aitchison_distances():
    p = rng().dirichlet(np.ones(5), size=2)
    clr = np.log(p) - np.log(p).mean(axis=1, keepdims=True)
    z = ilr(p)
    assert np.linalg.norm(z[0] - z[1]) == pytest.approx(np.linalg.norm(clr[0] - clr[1]))


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_laws(seed):
    after, before = rng(seed).normal(size=(2, 6, 3)) * [[[1]], [[2]]]
    turn = special_ortho_group.rvs(3, random_state=seed)
    pair, turned = PopulationPair(after, before), PopulationPair(after @ turn, before @ turn)
    low, high = pair.interval
    assert turned.bits == pytest.approx(pair.bits)  # whatever the basis
    assert turned.exchanged(rng()).p_value == pytest.approx(pair.exchanged(rng()).p_value)
    assert pair.bits[:, 1:].sum(axis=1) == pytest.approx(pair.bits[:, 0])
    assert (pair.bits >= -1e-12).all()
    assert (low <= pair.bits).all()
    assert (pair.bits <= high).all()
    assert PopulationPair(before, after).bits == pytest.approx(pair.bits[::-1])
    assert (pair.exchanged(rng()).p_value >= pair.exchanged(rng()).smallest_p).all()


@pytest.mark.parametrize(
    ("part", "move", "variances"),
    [("location", 3, [1, 1, 1]), ("scale", 0, [9, 9, 9]), ("shape", 0, [2.9, 0.05, 0.05])],
)
def test_the_part_that_changed_lights_up(part, move, variances):
    before, after = rng(3).normal(size=(2, 40, 3))
    shift = PopulationPair(after * np.sqrt(variances) + move, before).exchanged(rng())
    p = dict(zip(PARTS, shift.p_value[0], strict=True))
    assert p["total"] <= 0.01
    assert p[part] <= 0.01
    assert shift.bits[0, PARTS.index(part)] == shift.bits[0, 1:].max()


def cohort(n_subjects, n_taxa, alike=False):
    units, names = [], []
    for i in range(n_subjects):
        samples = tuple(Sample(f"{i}{phase}", f"S{i}", phase) for phase in ("before", "after"))
        units.append(Unit(f"S{i}", "", samples))
        names += [sample.name for sample in samples]
    values = rng().poisson(30, size=(len(names), n_taxa)) if not alike else np.full((len(names), n_taxa), 5)
    return SampleCounts(
        Counts(tuple(names), tuple(f"t{k}" for k in range(n_taxa)), values.astype(float))
    ), units


def measured(n_subjects, n_taxa, smoothing="additive(0.5)", **kwargs):
    samples, units = cohort(n_subjects, n_taxa, **kwargs)
    pools = PhasePools.of(samples, Members(CONTRAST, tuple(units)), 1)
    return list(PopulationTests("genus", ShiftSettings(smoothing=smoothing)).rows([pools]))


def test_rare_taxa_are_summed_and_counted():
    rows = measured(6, 20)
    assert len(rows) == 8
    assert {(row.n_taxa, row.n_amalgamated, row.n_dimensions) for row in rows} == {(20, 17, 3)}
    assert [row.n_amalgamated for row in measured(6, 4)] == [0] * 8


@pytest.mark.parametrize(
    ("rows", "why"),
    [((3, 5), "3 subjects"), ((5, 1), "one taxon"), ((5, 3, "additive(0.5)", True), "hardly differ")],
)
def test_cannot_tell(rows, why):
    (row,) = measured(*rows[:3], alike=len(rows) > 3)
    assert row.note.startswith("cannot tell")
    assert why in row.note
    assert row.p_value is None


def test_the_estimate_is_of_all_reads_and_the_test_on_equal_terms():
    samples, units = cohort(6, 4)
    deeper = samples.counts.values.toarray()
    deeper[1::2] *= 9  # all samples after
    deep = SampleCounts(Counts(samples.counts.samples, samples.counts.labels, deeper))
    pools = PhasePools.of(deep, Members(CONTRAST, tuple(units)), 1)
    assert (pools.even.dense.sum(axis=-1) == pools.every.dense[:, 1:].sum(axis=-1)).all()
    row = next(PopulationTests("genus", ShiftSettings()).rows([pools]))
    whole, even = (
        PopulationPair(*ilr(np.moveaxis((of + 0.5) / (of + 0.5).sum(axis=-1, keepdims=True), 1, 0)))
        for of in (pools.every.dense, pools.even.dense)
    )
    # all four taxa are kept, the most abundant first: to reorder them turns the log-ratios, which changes nothing
    assert row.relative_entropy_bits == pytest.approx(whole.bits[0, 0])
    assert row.tested_bits == pytest.approx(even.bits[0, 0])
    assert row.tested_bits != pytest.approx(row.relative_entropy_bits)


def test_of_equal_samples_nothing_is_left_out():
    row = measured(6, 4)[0]
    alike, units = cohort(6, 4)
    alike = SampleCounts(
        Counts(alike.counts.samples, alike.counts.labels, np.tile([[9, 20, 30, 41], [20, 30, 9, 41]], (6, 1)))
    )
    pools = PhasePools.of(alike, Members(CONTRAST, tuple(units)), 1)
    assert (pools.every.dense == pools.even.dense).all()
    assert row.p_value >= row.smallest_p == 1 / 2**6


def test_an_arm_of_more_subjects_than_a_floating_point_number_has_signs():
    rows = measured(1_100, 3)  # 2^1,100 exchanges; the largest number is 2^1,024
    assert len(rows) == 8
    assert {row.smallest_p for row in rows} == {1 / 1_000}
