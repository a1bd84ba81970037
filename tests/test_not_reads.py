"""A sheet that names percentages of a table with reads beside them."""

import warnings

import numpy as np
import pytest

from klbio.design import Design, Sample
from klbio.distributions import Counts
from klbio.errors import InputError, InputWarning
from klbio.not_reads import check_not_shares, say_copies

RNG = np.random.default_rng(3)
READS = np.array([RNG.multinomial(20_000, RNG.dirichlet(np.full(30, 0.4))) for _ in range(4)])
SHARES = READS / READS.sum(axis=1, keepdims=True)
NAMES = ("A1", "A2", "B1", "B2")


def checked(beside, named):
    counts = Counts(
        (*NAMES, *(f"{name} %" for name in NAMES)), [f"g{i}" for i in range(30)], np.vstack([READS, beside])
    )
    design = [Sample(f"{name}{named}", name[0], "before" if name[1] == "1" else "after") for name in NAMES]
    check_not_shares(counts, Design(design))


@pytest.mark.parametrize("whole", [np.round, np.floor], ids=["rounded", "cut"])
@pytest.mark.parametrize("scale", [100, 1_000, 10_000])
def test_shares_made_whole_numbers_are_no_reads(whole, scale):
    with pytest.raises(
        InputError,
        match=r"4 samples of the sheet with shares .*\(such as 'A1 %', of 'A1'\).*Name the samples with",
    ):
        checked(whole(SHARES * scale), " %")


def test_the_reads_beside_them_are():
    checked(np.round(SHARES * 100), "")


def test_so_are_reads_drawn_to_one_depth():
    drawn = np.array([RNG.multivariate_hypergeometric(row, 1_000) for row in READS])
    checked(drawn, " %")


def test_a_copy_of_a_sample_is_said_and_few_reads_are_alike_by_chance():
    design = Design([Sample(name, name[0], "before" if name[1] == "1" else "after") for name in NAMES])
    taxa = [f"g{i}" for i in range(30)]
    with pytest.warns(InputWarning, match="samples 'A1' and 'B2': the same number of every taxon; taken for"):
        say_copies(Counts(NAMES, taxa, READS[[0, 1, 2, 0]], "t.tsv"), design)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        say_copies(Counts(NAMES, taxa, READS, "t.tsv"), design)
        say_copies(Counts(NAMES, taxa, np.eye(4, 30) * 900, "t.tsv"), design)
        say_copies(Counts((*NAMES, "blank"), taxa, READS[[0, 1, 2, 3, 0]], "t.tsv"), design)
