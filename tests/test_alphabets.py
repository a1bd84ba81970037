"""Alphabets: no array of emissions without the order of its columns."""

import dataclasses
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klbio.alphabets import AMINO, CODONS, DNA, RNA, STOP_CODONS, Alphabet, kmers, require_same
from klbio.errors import InputError

EACH = pytest.mark.parametrize("alphabet", [DNA, RNA, AMINO, CODONS], ids=lambda alphabet: alphabet.name)


@pytest.mark.parametrize(("alphabet", "size"), [(DNA, 4), (RNA, 4), (AMINO, 20), (CODONS, 4**3)])
def test_sizes(alphabet, size):
    assert len(alphabet) == size == len(set(alphabet.symbols))


@EACH
def test_index_is_the_column_of_the_symbol(alphabet):
    assert [alphabet.index(symbol) for symbol in alphabet.symbols] == list(range(len(alphabet)))


@EACH
def test_symbols_stand_in_order(alphabet):
    assert all(left < right for left, right in pairwise(alphabet.symbols))


def test_rna_is_dna_with_uracil():
    assert "".join(RNA.symbols) == "".join(DNA.symbols).replace("T", "U")


def test_stop_codons_are_codons():
    assert set(STOP_CODONS) < set(CODONS.symbols)


@given(st.integers(0, 5))
def test_kmers_are_all_words_in_order(k):
    words = kmers(k)
    assert len(words) == 4**k
    assert list(words) == sorted(set(words))
    assert all(len(word) == k for word in words)


@given(st.integers(1, 5), st.data())
def test_the_column_of_a_kmer_is_its_number_in_base_four(k, data):
    digits = data.draw(st.lists(st.integers(0, 3), min_size=k, max_size=k))
    word = "".join(DNA.symbols[digit] for digit in digits)
    assert kmers(k).index(word) == int("".join(map(str, digits)), 4)


def test_kmers_of_another_alphabet():
    assert kmers(2, Alphabet("coin", ("H", "T"))) == ("HH", "HT", "TH", "TT")


def test_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        DNA.name = "other"


def test_unlike_alphabets_are_refused_with_both_names_and_sizes():
    with pytest.raises(InputError) as error:
        require_same(AMINO, DNA, "PF02826", "S07.day0")
    words = ["'PF02826' is over the amino alphabet (20 symbols)", "'S07.day0' over DNA (4)", "one alphabet"]
    assert not [word for word in words if word not in str(error.value)]


def test_alphabets_of_other_names_but_the_same_symbols_pass():
    require_same(DNA, Alphabet("nucleotides", tuple("ACGT")), "a", "b")
    with pytest.raises(InputError):
        require_same(DNA, Alphabet("other order", tuple("ACTG")), "a", "b")
