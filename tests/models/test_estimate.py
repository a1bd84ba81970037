"""Coding models from sequences: words by hand, a known model given back, and what is refused."""

import math

import numpy as np
import pytest

from klbio.errors import InputError
from klbio.models import ContentModel
from klbio.models.markov.content_models import ContentModels
from klbio.models.markov.stop_codons import completes_stop
from klbio.models.training.sampled_genes import sample_genes
from klbio.models.training.words import Gene, WordCounts
from tests.models.zoo import content_model

CODE = {"A": 0, "C": 1, "G": 2, "T": 3}


@pytest.mark.parametrize("order", [0, 2, 4])
def test_words_equal_plain_loops(order):
    gene = "ATGGCNAAATTTCCCGGGTAA"
    expected = []
    for i in range(order, len(gene) - 3):  # the stop codon is left out
        word = gene[i - order : i + 1]
        if "N" not in word:
            number = sum(CODE[base] * 4 ** (order - j) for j, base in enumerate(word))
            expected.append(i % 3 * 4 ** (order + 1) + number)
    assert Gene(gene.encode()).words(order).tolist() == expected
    assert Gene(gene.lower().replace("t", "u").encode()).words(order).tolist() == expected


def test_a_gene_shorter_than_its_context_has_no_word():
    assert Gene(b"ATGTAA").words(4).size == 0


def test_shorter_contexts_are_sums():
    genes = sample_genes(
        content_model(1, 3, 3).comparable(order=3, epsilon=1e-4).probabilities, n_genes=3, n_codons=50, seed=1
    )
    long = WordCounts.of((Gene(gene).words(4) for gene in genes), 4).counts
    short = WordCounts.of((Gene(gene).words(2)[2:] for gene in genes), 2).counts  # the same bases
    assert np.array_equal(WordCounts(long).shortened(2).counts, short)


@pytest.mark.parametrize("order", [2, 3])
def test_a_known_model_comes_back_within_the_expected_error(order):
    """D(truth || estimate) is near (free parameters) / (2 ln 2 n), n the bases."""
    truth = content_model(order, order, 3, sharpness=9.0).comparable(order=order, epsilon=1e-4).probabilities
    genes = sample_genes(truth, n_genes=400, n_codons=300, seed=2)
    counts = WordCounts.of((Gene(gene).words(order) for gene in genes), order).counts
    estimate = WordCounts(counts).coding_model()
    free = (~completes_stop(order)).sum() - 3 * 4**order
    expected = free / (2 * math.log(2) * counts.sum())
    rates = ContentModels([ContentModel(truth), estimate], epsilon=0.0).rates_by_position.mean(axis=-1)
    assert rates[0, 1] == pytest.approx(expected, rel=0.35)
    assert rates[0, 1] < 0.0015


def test_a_model_knows_how_many_bases_it_has_seen():
    counts = np.zeros((3, 16, 4))
    counts[0, 0, 0], counts[2, 15, 1] = 5, 2
    assert WordCounts(counts).coding_model().n_counts == 7
    assert WordCounts(np.zeros((3, 16, 4))).coding_model().n_counts is None


def test_sampling_is_seeded_and_holds_no_stop():
    law = content_model(5, 2, 3).comparable(order=2, epsilon=1e-4).probabilities
    first, again, other = (sample_genes(law, n_genes=20, n_codons=40, seed=seed) for seed in (1, 1, 2))
    assert first == again != other
    assert {Gene(gene).fault for gene in first} == {""}


@pytest.mark.parametrize(
    ("gene", "words"),
    [
        (20 * b"GCA" + b"A", "61 bases, no whole number of codons"),
        (19 * b"GCA", "57 bases, shorter than 60"),
        (b"TAA" + 20 * b"GCA", "in-frame stop"),
        (10 * b"GCA" + b"uga" + 10 * b"GCA", "in-frame stop"),
        (20 * b"GCA" + b"TAA", ""),
        (b"TAR" + 20 * b"GCA", ""),
        (b"", "shorter than 60"),
    ],
)
def test_what_is_no_gene(gene, words):
    assert words in Gene(gene).fault
    assert bool(words) == bool(Gene(gene).fault)


def test_refusals():
    with pytest.raises(InputError, match="shape"):
        WordCounts(np.zeros((3, 4, 4))).coding_model()
    with pytest.raises(InputError, match="above 0"):
        WordCounts(np.zeros((3, 16, 4))).coding_model(pseudocount=0.0)
