"""What holds for every divergence listed, and what each refuses."""

from __future__ import annotations

import inspect
import math
import subprocess
import sys

import numpy as np
import pytest

from klbio import divergences
from klbio.divergences import (
    gaussian_relative_entropy,
    jensen_shannon_divergence,
    jensen_shannon_split,
    mutual_information,
    relative_entropy,
    renyi_divergence,
)
from klbio.errors import InputError
from tests.measures import MEASURES, OTHERS, SPLITS, TERMS

HALF = [0.5, 0.5]

every_measure = pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)

# ---------------------------------------------------------------- contract of everything listed


def test_every_function_listed_is_under_contract():
    listed = {name for name in divergences.__all__ if inspect.isfunction(getattr(divergences, name))}
    assert listed == MEASURES.keys() | TERMS.keys() | SPLITS.keys() | OTHERS


@pytest.mark.parametrize("name", divergences.__all__)
def test_documented_and_annotated(name):
    thing = getattr(divergences, name)
    text = inspect.getdoc(thing)
    assert text
    if inspect.isfunction(thing):
        assert "math:" in text
        assert all(f"\n{part}\n---" in text for part in ("Parameters", "Returns", "Raises", "Examples"))
        signature = inspect.signature(thing)
        assert signature.return_annotation is not signature.empty
        assert all(parameter.annotation is not signature.empty for parameter in signature.parameters.values())


@pytest.mark.parametrize("name", MEASURES | TERMS)
def test_leading_axes_broadcast_and_rank_is_stable(name):
    function, tail = (MEASURES | TERMS)[name], (5,) if name in TERMS else ()
    p, q = np.random.default_rng(0).dirichlet(np.ones(5), (2, 3, 4)), np.full(5, 0.2)
    whole = function(p, q)
    assert whole.shape == (2, 3, 4, *tail)
    assert whole[1, 2, 3] == pytest.approx(function(p[1, 2, 3], q), rel=1e-14, abs=0)
    assert function(p[:1, :1, :1], q).shape == (1, 1, 1, *tail)
    assert function(p[0, 0], p[1, 0][:, None]).shape == (4, 4, *tail)
    assert function(p[0, 0, 0], q).shape == tail


@pytest.mark.parametrize("rule", SPLITS.values(), ids=SPLITS)
def test_splits_broadcast(rule):
    p = np.random.default_rng(0).dirichlet(np.ones(4), (2, 3))
    split = rule(p, np.full(4, 0.25), ["a", "b", "a", "c"])
    assert split.mass.shape == split.within_terms.shape == split.within.shape == (2, 3, 3)
    assert split.total.shape == split.between.shape == (2, 3)


@every_measure
def test_callers_arrays_are_not_touched(measure):
    p, q = np.array([0.2, 0.8, 0.0]), np.array([0.3, 0.6, 0.1])
    p.setflags(write=False)
    q.setflags(write=False)
    measure(p, q)
    assert p.tolist() == [0.2, 0.8, 0.0]


@pytest.mark.parametrize("function", [*MEASURES.values(), *TERMS.values()])
def test_no_warnings_on_hard_numbers(function, recwarn):
    tiny = 5e-324
    for p, q in [
        ([1, 0, tiny], [1, tiny, 0]),
        ([0, 1], [1, 0]),
        ([1, tiny], [tiny, 1]),
        ([1, 3 * tiny], [1, 2 * tiny]),
    ]:
        assert not np.isnan(function(p, q)).any()
    assert not recwarn.list


def test_importing_divergences_costs_little_beyond_numpy():
    code = "import sys, klbio.divergences; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "scipy.special" in loaded
    assert not {
        "pandas",
        "skbio",
        "biom",
        "altair",
        "pyhmmer",
        "numba",
        "scipy.stats",
        "scipy.optimize",
    } & set(loaded)


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize("function", [*MEASURES.values(), *TERMS.values()])
@pytest.mark.parametrize(
    ("p", "q", "words"),
    [
        pytest.param([-0.1, 1.1], HALF, ["p:", "-0.1", "0 or more"], id="negative"),
        pytest.param(HALF, [math.nan, 1], ["q:", "nan", "finite"], id="nan"),
        pytest.param(HALF, [math.inf, 0], ["q:", "inf"], id="infinite"),
        pytest.param(HALF, [0.2, 0.3, 0.5], ["p and q", "(2,)", "(3,)", "one support"], id="categories"),
        pytest.param([HALF] * 2, [HALF] * 3, ["(2, 2)", "(3, 2)", "broadcast"], id="rows"),
        pytest.param([1.0], HALF, ["(1,)", "(2,)"], id="one-category-does-not-stretch"),
        pytest.param(0.5, HALF, ["p:", "shape ()", "at least one category"], id="scalar"),
        pytest.param([], HALF, ["p:", "shape (0,)"], id="empty"),
        pytest.param(["a", "b"], HALF, ["p:", "no array of numbers"], id="text"),
    ],
)
def test_refused_at_the_door(function, p, q, words):
    with pytest.raises(InputError) as error:
        function(p, q)
    assert not [word for word in words if word not in str(error.value)]


@pytest.mark.parametrize(
    "name", [name for name in MEASURES | TERMS if name != "generalized_relative_entropy"]
)
def test_rows_that_do_not_sum_to_one_are_refused(name):
    function = (MEASURES | TERMS)[name]
    with pytest.raises(InputError, match=r"q: row 1 \(and 1 more\) sums to 0\.8; .*1e-09.*klbio\.smoothing"):
        function(HALF, [HALF, [0.4, 0.4], [3, 5]])
    with pytest.raises(InputError, match=r"p: row 0, 1 is all zeros; .*leave it out"):
        function([[HALF, [0, 0]]], HALF)


def test_both_sides_are_faulted_at_once():
    with pytest.raises(InputError) as error:
        relative_entropy([0.5, 0.6], [-1, 2])
    assert [fault.path for fault in error.value.faults] == ["p", "q"]


def test_a_sum_off_by_rounding_passes():
    assert relative_entropy([0.5, 0.5 + 5e-10], HALF) == pytest.approx(0, abs=1e-15)


@pytest.mark.parametrize("base", [1, 0, -2, math.inf, math.nan, "2"])
def test_bases_refused(base):
    with pytest.raises(InputError, match=r"base: .*2 gives bits"):
        relative_entropy(HALF, HALF, base=base)


@pytest.mark.parametrize("order", [-1, math.nan, "1"])
def test_orders_refused(order):
    with pytest.raises(InputError, match=r"order: .*from 0 to inf"):
        renyi_divergence(HALF, HALF, order)


@pytest.mark.parametrize("shares", [[1, 1], [0.5, 0.25, 0.25], [-1, 2], 0.5])
def test_weights_refused(shares):
    with pytest.raises(InputError, match="weights"):
        jensen_shannon_divergence(HALF, HALF, weights=shares)


def test_groups_refused():
    with pytest.raises(InputError, match="groups: 1 labels; expected 2"):
        jensen_shannon_split(HALF, HALF, ["a"])


@pytest.mark.parametrize("joint", [[0.5, 0.5], [[0.5, 0.6]], [[-1, 2]], np.zeros((0, 2))])
def test_joints_refused(joint):
    with pytest.raises(InputError, match="joint"):
        mutual_information(joint)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([0], [[1, 2], [3, 4]], [0], [[1]]), "covariance_p: .*symmetric"),
        (([0, 0], np.eye(2), [0, 0], np.ones((2, 2))), "covariance_q: .*full rank"),
        (([0], np.eye(2), [0], np.eye(2)), "means and covariances"),
        (([math.nan], [[1]], [0], [[1]]), "finite means"),
        (([0], [1], [0], [[1]]), r"covariance_p: .*shape \(1,\)"),
    ],
)
def test_gaussians_refused(arguments, words):
    with pytest.raises(InputError, match=words):
        gaussian_relative_entropy(*arguments)
