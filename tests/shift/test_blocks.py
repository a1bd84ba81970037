"""Rows of units in blocks: whoever asks for some gets theirs, wherever blocks end; sums of pieces are those of all."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from klbio.shift.blocks import DAYS, About, blocks
from klbio.shift.gathered import Gathered
from klbio.shift.parts import Part
from klbio.shift.subject.compensated_sums import CompensatedSums
from klbio.shift.subject.mean_contributions import mean_over_arms


class Held:
    """A portion in memory."""

    def __init__(self, units, content):
        self.units, self.content = units, content
        self.abouts = [block.about for block in content]

    def read(self, block, names=()):
        columns = self.content[block].columns
        return {name: columns[name] for name in names or columns}


def parts_of(number, n_rows):
    """What is measured of a unit: so many numbered rows, in two goes."""
    rows = np.arange(n_rows) + 100 * number
    return [Part("pairs", {"n": side, "who": f"U{number}"}) for side in (rows[:1], rows[1:]) if len(side)]


lengths = st.lists(st.lists(st.integers(0, 5), min_size=1, max_size=6), min_size=1, max_size=4)


@given(lengths, st.integers(1, 12), st.randoms(use_true_random=False))
def test_rows_come_in_the_order_of_the_study_wherever_blocks_end(of_portions, most, chance):
    numbers = iter(range(100))
    portions = []
    for of_units in of_portions:
        named = [(next(numbers), n) for n in of_units]
        found = list(blocks((parts_of(*unit) for unit in named), 0, most))
        assert all(sum(block.about.lengths) == len(block.columns["n"]) for block in found)
        portions.append(Held([(f"U{number}", "") for number, _ in named], found))
    lengths = dict(enumerate(n for of_units in of_portions for n in of_units))
    order = list(lengths)
    chance.shuffle(order)
    gathered = Gathered(portions, [(f"U{number}", "") for number in order])
    rows = [int(n) for piece in gathered.pieces("pairs") for n in piece["n"]]
    assert rows == [100 * number + i for number in order for i in range(lengths[number])]
    assert len(gathered.in_pieces("pairs")) == len(rows)


def test_a_block_waits_for_no_more_rows_than_asked_for():
    units = [parts_of(number, n) for number, n in enumerate((0, 2, 0, 2, 9, 1))]
    found = [block.about for block in blocks(units, 3, most=4)]
    assert found == [
        About("pairs", 3, 0, [2, 0, 2], 1),
        About("pairs", 3, 0, [9], 4),
        About("pairs", 3, 0, [1], 5),
    ]
    assert DAYS not in {about.table for about in found}


values = st.lists(st.tuples(st.integers(0, 3), st.floats(-1e9, 1e9)), max_size=60)


def sums_of(groups, numbers, size):
    """Sums of four groups whose rows come so many at a time."""
    sums = CompensatedSums()
    for start in range(0, len(numbers), size):
        some = slice(start, start + size)
        sums.add(groups[some], numbers[some], 4)
    return np.resize(sums.sums, 4 if len(numbers) else 0)


@given(values, st.integers(1, 60))
@example(
    [(0, 0.0), (0, 1.0), (0, 268435455.03), (0, 0.03)], 1
)  # pandas ends one unit of the last place below
def test_sums_of_pieces_are_those_of_all_and_next_to_exact(rows, size):
    groups = np.array([group for group, _ in rows], dtype=np.intp)
    numbers = np.array([value for _, value in rows])
    found = sums_of(groups, numbers, size)
    assert found.tolist() == sums_of(groups, numbers, 60).tolist()
    for group, total in enumerate(found.tolist()):
        own = numbers[groups == group]
        # Kahan's bound, with room for its terms of second order
        assert abs(total - math.fsum(own)) <= 2.01 * np.finfo(float).eps * math.fsum(np.abs(own))


@pytest.fixture
def contributions():
    """Two arms that come in an order of their own, two ranks; taxa that some subjects lack."""
    rng, rows = np.random.default_rng(5), []
    for rank in ("genus", "family"):
        for i in range(30):
            taxa = np.flatnonzero(rng.random(12) < 0.6)
            bits = rng.random(len(taxa)) ** 3
            rows.append(
                pd.DataFrame(
                    {
                        "before": "b", "after": "a", "rank": rank, "arm": ("y", "x")[i % 2], "subject": f"S{i // 2}",
                        "taxon": [f"T{k}" for k in taxa], "direction": rng.choice(["up", "down", "none"], len(taxa)),
                        "jsd_contribution_bits": bits, "share": bits / bits.sum(),
                    }
                )
            )  # fmt: skip
    return pd.concat(rows, ignore_index=True)


@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_means_of_taxa_are_those_of_a_plain_computation(contributions, size):
    found = mean_over_arms(contributions.iloc[i : i + size] for i in range(0, len(contributions), size))
    keys = ["before", "after", "rank", "arm"]
    n = contributions.groupby(keys)["subject"].nunique().to_dict()
    plain = dict(list(contributions.groupby([*keys, "taxon"])))
    sums = contributions.groupby([*keys, "taxon"])[["jsd_contribution_bits", "share"]].sum()
    assert len(found) == len(plain)
    for row in found.to_dict("records"):
        of = tuple(row[key] for key in [*keys, "taxon"])
        part, (bits, share) = plain[of], sums.loc[of]
        n_subjects = n[tuple(row[key] for key in keys)]
        assert row["n_subjects"] == n_subjects
        assert (row["mean_contribution_bits"], row["mean_share"]) == (bits / n_subjects, share / n_subjects)
        assert (row["n_up"], row["n_down"]) == tuple(
            (part["direction"] == way).sum() for way in ("up", "down")
        )
    assert found["rank"].drop_duplicates().tolist() == ["family", "genus"]
    assert found["arm"].drop_duplicates().tolist() == ["y", "x"]
    assert all(part["mean_contribution_bits"].is_monotonic_decreasing for _, part in found.groupby(keys))


def test_of_nothing_there_are_no_means():
    assert mean_over_arms([]).columns.tolist()[:5] == ["before", "after", "rank", "arm", "taxon"]
