"""Groups of gene models: by hand, and what has no p."""

from dataclasses import replace
from itertools import combinations, permutations

import pytest

from klbio import Comparison, InputError
from klbio.models import GCClass, GeneModel
from klbio.models.comparison.groups import ModelGroups
from klbio.schema import ModelPairRow
from tests.models.zoo import content_model

AT = {"a": 0.0, "b": 0.1, "c": 0.3, "x": 1.0, "y": 1.2, "z": 1.25}
GROUPS = {name: "one" if name in "abc" else "other" for name in AT}


def pairs(**columns):
    for p, q in permutations(AT, 2):
        bits = abs(AT[p] - AT[q])
        yield ModelPairRow(
            model_p=p, model_q=q, component="coding", smoothing="", relative_entropy_bits=bits, per="base", **columns
        )  # fmt: skip


def test_between_less_within_by_hand():
    (row,) = ModelGroups(GROUPS, 1).rows(pairs())
    between = [abs(AT[p] - AT[q]) for p in "abc" for q in "xyz"]
    within = [abs(AT[p] - AT[q]) for trio in ("abc", "xyz") for p, q in combinations(trio, 2)]
    assert (row.group_a, row.group_b, row.n_a, row.n_b) == ("one", "other", 3, 3)
    assert row.between_bits == pytest.approx(sum(between) / 9)
    assert row.within_bits == pytest.approx(sum(within) / 6)
    assert row.excess_bits == pytest.approx(sum(between) / 9 - sum(within) / 6)
    assert (row.p_value, row.smallest_p, row.n_permutations, row.exact) == (0.1, 0.1, 20, True)


def test_chance_is_taken_off_where_sizes_are_known():
    (row,) = ModelGroups(GROUPS, 1).rows(pairs(distinguishable=False, relative_entropy_corrected_bits=0.25))
    assert (row.between_bits, row.within_bits) == pytest.approx((0.25, 0.25))
    assert row.p_value == 1


def test_of_sizes_that_are_known_in_part_no_pair_is_corrected_and_the_row_says_so():
    rows = list(pairs(distinguishable=False, relative_entropy_corrected_bits=0.25))
    unknown = replace(rows[-1], distinguishable=None)
    (row,) = ModelGroups(GROUPS, 1).rows([*rows[:-1], unknown])
    (plain,) = ModelGroups(GROUPS, 1).rows(pairs())
    assert row == plain
    assert not row.corrected
    assert row.note.startswith("the training size of some model is not known")


@pytest.mark.parametrize(
    ("groups", "found"),
    [(["a", "b", "x"], "a list"), ({"a": 1}, "group 1 of model 'a'"), ({"q": "one"}, "model 'q'")],
)
def test_groups_are_a_mapping_of_model_to_group(groups, found):
    models = [GeneModel(name, (GCClass(content_model(1, 2, 3, 9.0)),)) for name in "abx"]
    with pytest.raises(InputError, match=found):
        Comparison(models, groups=groups)


@pytest.mark.parametrize(
    ("groups", "n_rows"), [({}, 0), (dict.fromkeys(AT, "one"), 0), ({"a": "one", "x": "other", "b": ""}, 1)]
)
def test_two_groups_are_needed_and_two_models_of_one_for_a_p(groups, n_rows):
    rows = list(ModelGroups(groups, 1).rows(pairs()))
    assert len(rows) == n_rows
    assert all(row.p_value is None and row.within_bits is None for row in rows)
    assert all(row.note.startswith("cannot tell: one model in group") for row in rows)


def test_a_comparison_has_them():
    models = {
        name: GeneModel(name, (GCClass(content_model(seed, 2, 3, 9.0)),)) for seed, name in enumerate("abxy")
    }
    table = Comparison(models, groups={"a": "one", "b": "one", "x": "other", "y": "other"}).groups
    assert table[["component", "n_a", "n_b"]].values.tolist() == [["coding", 2, 2]]
    assert table["smallest_p"].tolist() == [pytest.approx(1 / 3)]
