"""HH-suite's files: units, order of columns, the NULL line, steps that are never taken."""

import numpy as np
import pytest

from klbio.alphabets import AMINO
from klbio.errors import InputError
from klbio.io import read_models
from klbio.io.models.hhsuite import read, sniff

EVEN = " ".join(["4322"] * 20)
ONE = "0 " + "* " * 19
STEPS = "0 * * 0 * 0 * * * *"


def state(residue: str, number: int, row: str, steps=STEPS) -> str:
    return f"{residue} {number}    {row} {number}\n       {steps}\n\n"


def hhm(*states: str, name="toy", length=None, null=EVEN, end="//\n") -> str:
    body = "".join(states) or state("A", 1, ONE) + state("C", 2, EVEN, "1000 2000 2000 1000 1000 * * 9 1 0")
    return (
        f"HHsearch 1.5\nNAME  {name} a toy\nFAM\nLENG  {length or 2} match states, 2 columns\n\nNEFF  3.1\n"
        f"SEQ\n>{name}\nAC\n#\nNULL   {null}\nHMM    {' '.join(AMINO.symbols)}\n"
        f"       M->M M->I M->D I->M I->I D->M D->D Neff Neff_I Neff_D\n       {STEPS}\n{body}{end}"
    )


@pytest.fixture
def written(tmp_path):
    def write(text: str):
        path = tmp_path / "toy.hhm"
        path.write_text(text)
        return path

    return write


def test_units_columns_and_steps(written):
    (profile,) = read_models(written(hhm()))
    assert (profile.name, profile.alphabet, profile.format, profile.n_match) == ("toy", AMINO, "hhsuite", 2)
    assert profile.match_emissions[0].tolist() == [1.0] + [0.0] * 19  # A, the first column; * is 0
    assert profile.match_emissions[1] == pytest.approx(0.05)
    assert profile.background == pytest.approx(0.05)
    assert profile.transitions[2] == pytest.approx([0.5, 0.25, 0.25, 0.5, 0.5, 1, 0])  # 1000 is one bit
    texts = " ".join(finding.text for finding in profile.findings)
    assert "NEFF 3.1" in texts
    assert "delete states never entered: 1" in texts


def test_several_profiles(written):
    assert [one.name for one in read(written(hhm() + hhm(name="other")))] == ["toy", "other"]


def test_the_null_line_is_the_background(written):
    null = "1000 1000 " + "* " * 18
    (profile,) = read(written(hhm(null=null)))
    assert np.array_equal(profile.background, [0.5, 0.5] + [0.0] * 18)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (hhm(end=""), ["line 2", "ends inside a profile"]),
        (hhm(length=3), ["'toy'", "2 match states", "3 and 4"]),
        (hhm(length=0).replace("LENG  2", "LENG  x"), ["line 4", "LENG"]),
        (
            hhm(state("A", 1, ONE), state("C", 2, EVEN.replace("4322", "x", 1))),
            ["line 18", "match state 2", "x 4322"],
        ),
        (
            hhm(state("A", 1, ONE), state("C", 2, EVEN.replace("4322", "1000", 1))),
            ["match state 2", "sums to 1.45"],
        ),
        (hhm(state("A", 1, ONE), state("C", 2, ONE[:-4])), ["match state 2", "20 whole numbers"]),
        (
            hhm(state("A", 1, ONE, "1000 * * 0 * 0 *"), state("C", 2, EVEN)),
            ["steps from match state 1", "0.5"],
        ),
        (hhm().replace("NULL", "NIL"), ["NULL line"]),
        ("HHsearch 1.5\n", ["ends inside"]),
    ],
)
def test_refusals(written, text, words):
    with pytest.raises(InputError) as caught:
        read(written(text))
    assert all(word in str(caught.value) for word in ["toy.hhm", *words])


def test_sniff(written, tmp_path):
    assert sniff(written(hhm()))
    assert not sniff(written("HMMER3/f\n"))
    assert not sniff(tmp_path)
