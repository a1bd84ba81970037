"""Motifs of every format: the numbers of the file, and what the libraries would let pass."""

import numpy as np
import pytest

from klbio.alphabets import AMINO, DNA, RNA
from klbio.errors import InputError
from klbio.io import read_models
from klbio.io.models.motifs import read, sniff

JASPAR = """>MA0001.1 AGL3
A  [ 0 3 8 ]
C  [ 9 5 0 ]
G  [ 1 0 1 ]
T  [ 0 2 1 ]
>MA0002.1 RUNX1
A  [ 1 4 ]
C  [ 1 0 ]
G  [ 1 0 ]
T  [ 1 0 ]
"""
MEME = """MEME version 4

ALPHABET= ACGT

strands: + -

Background letter frequencies
A 0.3 C 0.2 G 0.2 T 0.3

MOTIF toy first
letter-probability matrix: alength= 4 w= 2 nsites= 7 E= 0
 0.100000 0.200000 0.300000 0.400000
 0.025000 0.025000 0.925000 0.025000
URL none
"""
TRANSFAC = """VV  toy
XX
//
ID  any_name
AC  M00001
XX
P0      A      C      G      T
01      1      2      2      0      S
02      2      1      2      0      R
XX
//
"""
HOMER = """>CCAT\tToy(bZIP)/Homer\t6.05\t-1782.9\t0\tT:10(1%)
0.010\t0.970\t0.010\t0.010
0.030\t0.770\t0.005\t0.195
0.810\t0.040\t0.040\t0.110
0.410\t0.030\t0.040\t0.520
"""
HOCOMOCO = """>TOY_HUMAN.H11MO.0.B
5.0\t1.0\t1.0\t3.0
2.0\t2.0\t4.0\t2.0
0.0\t10.0\t0.0\t0.0
10.0\t0.0\t0.0\t0.0
"""
EITHER = ">toy\n7 1 1 1\n1 7 1 1\n1 1 7 1\n1 1 1 7\n"


@pytest.fixture
def written(tmp_path):
    def write(text: str):
        path = tmp_path / "toy.motif"
        path.write_text(text)
        return path

    return write


def test_jaspar_counts_become_shares_without_pseudocounts(written):
    first, second = read_models(written(JASPAR))
    assert (first.name, first.accession, first.n_match, first.format) == (
        "MA0001.1 AGL3",
        "MA0001.1",
        3,
        "motifs",
    )
    assert first.match_emissions[0].tolist() == [0.0, 0.9, 0.1, 0.0]
    assert second.match_emissions.tolist() == [[0.25] * 4, [1, 0, 0, 0]]
    assert second.match_relative_entropies == pytest.approx([0, 2])  # bits: nothing, and one base of four


def test_meme_keeps_its_probabilities_and_background(written):
    (motif,) = read_models(written(MEME))
    assert (motif.name, motif.alphabet) == ("toy", DNA)
    assert motif.match_emissions[1] == pytest.approx([0.025, 0.025, 0.925, 0.025])  # a count of 7 would say 0
    assert motif.background == pytest.approx([0.3, 0.2, 0.2, 0.3])


def test_meme_without_a_width_ends_at_an_empty_line(written):
    (motif,) = read(written(MEME.replace("w= 2", "").replace("URL", "\nURL")))
    assert motif.n_match == 2


def test_meme_of_other_alphabets(written):
    (rna,) = read(written(MEME.replace("ACGT", "ACGU").replace("T 0.3", "U 0.3")))
    assert rna.alphabet == RNA
    row = " ".join(["0.05"] * 20)
    text = f"MEME version 5\n\nALPHABET= {''.join(AMINO.symbols)}\n\nMOTIF p\nletter-probability matrix: w= 1\n{row}\n"
    (protein,) = read(written(text))
    assert protein.alphabet == AMINO
    assert protein.background == pytest.approx(0.05)


def test_transfac(written):
    (motif,) = read_models(written(TRANSFAC))
    assert (motif.name, motif.accession) == ("any_name", "M00001")
    assert np.array_equal(motif.match_emissions, [[0.2, 0.4, 0.4, 0], [0.4, 0.2, 0.4, 0]])


@pytest.mark.parametrize(
    ("text", "name", "first"),
    [
        (HOMER, "Toy(bZIP)/Homer", [0.01, 0.97, 0.01, 0.01]),
        (HOMER + "1e-3\t0.999\t0\t0\n", "Toy(bZIP)/Homer", [0.01, 0.97, 0.01, 0.01]),
        (HOCOMOCO, "TOY_HUMAN.H11MO.0.B", [0.5, 0.1, 0.1, 0.3]),
        (">long\n1 0 0 0\n0 1 0 0\n0 1 0 0\n0 0 1 0\n0 0 0 1\n" + EITHER, "long", [1, 0, 0, 0]),
        (">old\n5 2 0 10\n1 2 10 0\n1 4 0 0\n3 2 0 0\n", "old", [0.5, 0.1, 0.1, 0.3]),
    ],
)
def test_a_row_is_a_base_or_a_position(written, text, name, first):
    motif, *_ = read_models(written(text))
    assert motif.name == name
    assert motif.match_emissions[0] == pytest.approx(first)


def test_jaspars_own_transfac_has_one_space_and_tabs(written):
    text = "AC TOY1.1\nXX\nID TOY1\nXX\nDE made up\nPO\tA\tC\tG\tT\n01\t3\t5\t4\t8\n02\t0\t0\t19\t1\nXX\n//\n"
    (motif,) = read_models(written(text))
    assert (motif.name, motif.accession) == ("TOY1", "TOY1.1")
    assert motif.match_emissions == pytest.approx(np.array([[0.15, 0.25, 0.2, 0.4], [0, 0, 0.95, 0.05]]))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (EITHER, ["'toy'", "may lie either way", "line 1"]),
        (HOCOMOCO.replace("5.0", "-1.5"), ["'TOY_HUMAN.H11MO.0.B'", "-1.5", "line 2"]),
        (
            JASPAR.replace("T  [ 1 0 ]\n", ""),
            ["'MA0002.1 RUNX1': 3 rows", "four, of A, C, G and T", "line 6"],
        ),
        (JASPAR.replace("[ 9 5 0 ]", "[ 9 5 ]"), ["'MA0001.1 AGL3'", "[ 9 5 ]", "3 numbers", "line 3"]),
        (
            JASPAR.replace("[ 9 5 0 ]", "[ 9 x 0 ]"),
            ["'MA0001.1 AGL3'", "[ 9 x 0 ]", "a row of counts", "line 3"],
        ),
        (JASPAR.replace("[ 9 5 0 ]", "[ 9 nan 0 ]"), ["'MA0001.1 AGL3'", "[ 9 nan 0 ]", "line 3"]),
        (JASPAR.split("T  [ 0")[0], ["'MA0001.1 AGL3': 3 rows", "line 1"]),
        (TRANSFAC.replace("02      2", "x       2"), ["'any_name'", "a row of counts", "line 9"]),
        (TRANSFAC.replace("02      2", "02      1_0"), ["1_0", "line 9"]),
        (JASPAR.replace("4", "0"), ["RUNX1", "columns without counts"]),
        (MEME.replace("0.400000", "0.500000"), ["line 12", "'toy', position 1", "sum to 1"]),
        (MEME.replace("0.925000", "nan"), ["line 13", "position 2"]),
        (MEME.replace("w= 2", "w= 3"), ["'toy'", "line 14"]),
        (MEME[: MEME.index(" 0.025")], ["'toy' has 1 positions", "2, as w= says"]),
        (MEME.replace("ACGT", "ACGTN"), ["line 3", "ACGTN"]),
        (MEME.replace("T 0.3", "T 0.5"), ["background", "line 7"]),
        (MEME[: MEME.index("MOTIF")], ["no motif"]),
        (TRANSFAC.replace("02      2", "03      2"), ["row number"]),
        (TRANSFAC[:-4], ["1 motifs begin, 0 are whole"]),
        ("nothing\n", ["no motif"]),
    ],
)
def test_refusals(written, text, words):
    with pytest.raises(InputError) as caught:
        read(written(text))
    assert all(word in str(caught.value) for word in ["toy.motif", *words])


def test_sniff(written, tmp_path):
    assert all(sniff(written(text)) for text in (JASPAR, MEME, TRANSFAC, ">m\n1 2\n3 4\n5 6\n7 8\n"))
    assert not any(sniff(written(text)) for text in (">gene\nACGT\n", "zoeHMM toy 1 1 1 1\n", ""))
    assert not sniff(tmp_path)
