"""Annotated genes: cut out, judged, counted; a genome whose every base is known gives its laws back."""

import numpy as np
import pytest

from klbio.errors import InputError
from klbio.models.markov.content_model import ContentModel
from klbio.models.markov.content_models import ContentModels
from klbio.models.markov.stop_codons import completes_stop
from klbio.models.training.annotation import AnnotatedSequence, between
from klbio.models.training.gene_model import Training
from klbio.models.training.sampled_genes import sample_genes
from klbio.models.training.transcript import Segment, Transcript, longest_by_gene, oriented
from klbio.models.training.words import Gene, WordCounts, region_words
from klbio.smoothing import Additive, DirichletPrior, JamesStein, MaximumLikelihood
from tests.models.zoo import content_model, random_sequence

CODING = b"ATG" + b"GCTGACTTC" * 8 + b"TAA"  # 78 bases


def reverse(sequence: bytes) -> bytes:
    return oriented(sequence, 0, len(sequence), -1)


def transcript(*segments, **more) -> Transcript:
    return Transcript("t", "g", tuple(Segment(*one) for one in segments), **more)


def test_both_strands_and_any_order_of_segments_give_the_same_gene():
    intron = b"GTAAGTCCCCCCCCCCTTTTTTTTTTTTTTTCAG"
    forth = b"CCCCC" + CODING[:31] + intron + CODING[31:] + b"GG"
    plus = transcript((70, 70 + 47, 1), (5, 36, 1))
    back = reverse(forth)
    n = len(forth)
    minus = transcript((n - 36, n - 5, -1), (n - 117, n - 70, -1))
    assert plus.coding_sequence(forth) == minus.coding_sequence(back) == CODING
    assert [oriented(forth, *gap, 1) for gap in plus.introns] == [intron]
    assert [oriented(back, *gap, -1) for gap in minus.introns] == [intron]
    assert plus.fault_within(n) == minus.fault_within(n) == ""


def test_phase_and_partial_ends():
    sequence = b"CC" + CODING[4:74]
    assert transcript((2, 72, 1, 2), partial_end=True).coding_sequence(sequence) == CODING[6:72]
    assert len(transcript((2, 72, 1, 2)).coding_sequence(sequence)) % 3 == 2


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (transcript((0, 78, 1)), ""),
        (transcript((0, 301, 1)), "coding bases 1 to 301 of a sequence of 300"),
        (transcript((0, 78, 0)), "no strand"),
        (transcript((0, 40, 1), (50, 88, -1)), "both strands"),
        (transcript((0, 40, 1), (39, 78, 1)), "overlap"),
        (transcript((0, 40, 1, 0), (50, 88, 1, 2)), ""),
        (transcript((0, 40, 1, 0), (50, 88, 1, 1)), "segment 51-88, where the ones before it leave 2"),
        (transcript((50, 90, -1, 0), (0, 38, -1, 2)), ""),
        (transcript((50, 90, -1, 0), (0, 38, -1, 0)), "phase 0 of the coding segment 1-38"),
        (transcript((0, 41, 1, 1), (50, 88, 1, 2)), ""),
        (transcript((0, 78, 1), fault="a pseudogene"), "a pseudogene"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_transcript(one, words):
    found = one.fault_within(300)
    assert words in found
    assert bool(words) == bool(found)


def test_the_longest_transcript_of_a_gene_counts_and_the_others_are_told():
    sequence = CODING + 100 * b"C"
    whole = Transcript("whole", "g", (Segment(0, 78, 1),))
    part = Transcript("part", "g", (Segment(0, 66, 1),), partial_end=True)
    broken = Transcript("broken", "g", (Segment(0, 178, 1),))  # longer, but no gene
    training = Training(order=2)
    training.add(AnnotatedSequence("s", sequence, (part, broken, whole), ((0, 78),)))
    assert training.n_genes == 1
    assert {one.name: one.reason.split(" is ")[0] for one in training.refused} == {
        "broken": "178 bases, no whole number of codons",
        "part": "another transcript of gene 'g'",
    }
    assert longest_by_gene([part, whole])[0] == [whole]


@pytest.mark.parametrize(
    ("own", "used", "n_genes"), [(None, 6, 1), (11, 1, 1), (4, 1, 0), (4, 4, 1), (0, 1, 0)]
)
def test_a_transcript_of_another_genetic_code_than_the_model_is_left_out(own, used, n_genes):
    training = Training(order=2, genetic_code=used)
    training.add(AnnotatedSequence("s", CODING, (transcript((0, 78, 1), genetic_code=own),), ((0, 78),)))
    assert training.n_genes == n_genes
    assert [one.genetic_code for one in training.refused] == [own] * (1 - n_genes)


def test_between_genes():
    assert between([(5, 9), (0, 3), (8, 12)], 20) == [(3, 5), (12, 20)]
    assert between([(0, 20)], 20) == []


def test_a_region_has_words_without_frame():
    assert region_words(b"acgNac", 1).tolist() == [1, 6, 1]
    assert region_words(b"A", 1).size == 0


@pytest.mark.parametrize(
    "estimator", [Additive(0.5), MaximumLikelihood(), JamesStein(), DirichletPrior(None, 4.0)]
)
def test_stops_get_no_pseudocount_and_rows_sum_to_one(estimator):
    counts = np.random.default_rng(1).poisson(3.0, size=(3, 16, 4)).astype(float)
    counts[1, 3] = 0.0
    model = WordCounts(counts).content_model(estimator)
    assert not model.probabilities[completes_stop(2)].any()
    assert model.probabilities.sum(axis=-1) == pytest.approx(1.0)
    assert model.probabilities[1, 3] == pytest.approx(0.25)
    assert model.n_counts == counts[~completes_stop(2)].sum()


def test_the_additive_estimate_is_that_of_estimate_coding():
    counts = np.random.default_rng(2).poisson(3.0, size=(3, 64, 4)) * ~completes_stop(3) + 0.0
    ours, theirs = (
        WordCounts(counts).content_model(Additive(0.5)),
        WordCounts(counts).coding_model(pseudocount=0.5),
    )
    assert ours.probabilities == pytest.approx(theirs.probabilities)
    assert ours.n_counts == theirs.n_counts


LETTERS = np.frombuffer(b"ACGT", dtype=np.uint8)


def simulated(n_genes=150, seed=5, order=2):
    """A genome with genes of three exons on alternating strands; every component drawn from its own law."""
    laws = {
        "coding": content_model(1, order, 3, sharpness=9.0)
        .comparable(order=order, epsilon=1e-4)
        .probabilities
    }
    laws["intron"] = content_model(2, order, 1, sharpness=9.0).probabilities
    # between genes both strands are counted, so that only a law of its own reverse complement comes back
    laws["intergenic"] = np.tile([0.32, 0.18, 0.18, 0.32], (1, 4**order, 1))
    flat = random_sequence(laws["intergenic"], 300 * (n_genes + 1), seed)
    inner = random_sequence(laws["intron"], 200 * 2 * n_genes, seed + 1)
    genes = sample_genes(laws["coding"], n_genes=n_genes, n_codons=300, seed=seed)
    pieces, transcripts, spans, at = [], [], [], 0
    for i, middle in enumerate(genes):
        gene = b"ATG" + middle + b"TAA"
        free = LETTERS[flat[300 * i : 300 * (i + 1)]].tobytes()
        cores = (LETTERS[inner[200 * j : 200 * (j + 1)]].tobytes() for j in (2 * i, 2 * i + 1))
        gaps = [b"GTAAGT" + core + b"TTTTTTTTTTTTCAG" for core in cores]
        exons = [gene[:200], gene[200:500], gene[500:]]
        locus = exons[0] + gaps[0] + exons[1] + gaps[1] + exons[2]
        starts = np.cumsum([0, 200 + len(gaps[0]), 300 + len(gaps[1])])
        ends = starts + [len(one) for one in exons]
        strand = 1 if i % 2 == 0 else -1
        if strand == -1:
            starts, ends = len(locus) - ends, len(locus) - starts
            locus = reverse(locus)
        begin = at + len(free)
        segments = tuple(
            Segment(int(begin + a), int(begin + b), strand) for a, b in zip(starts, ends, strict=True)
        )
        transcripts.append(Transcript(f"t{i}", f"g{i}", segments))
        spans.append((begin, begin + len(locus)))
        pieces += [free, locus]
        at = begin + len(locus)
    return AnnotatedSequence("s", b"".join(pieces), tuple(transcripts), tuple(spans)), laws, genes


def test_a_genome_of_known_laws_gives_them_back():
    annotated, laws, genes = simulated()
    training = Training(order=2)
    training.add(annotated)
    assert (training.n_genes, training.n_introns, training.refused) == (150, 300, [])
    model = training.model("toy", Additive(0.5))
    whole = [Gene(b"ATG" + gene + b"TAA").words(2) for gene in genes]
    assert np.array_equal(training.words["coding"], WordCounts.of(whole, 2).counts)
    for part, law in laws.items():
        estimate = model.components[part]
        rates = ContentModels([ContentModel(law), estimate], epsilon=1e-9).rates_by_position.mean(axis=-1)
        assert rates[0, 1] < 0.0025, part  # ATG and stops of its own, 36,000 to 135,000 bases
        assert estimate.n_counts == round(training.words[part].sum())
    free = between(annotated.genic, len(annotated.sequence))
    assert training.words["intergenic"].sum() == sum(end - start - 2 for start, end in free)
    assert training.codons.sum() == 150 * 301


def test_sites_stand_where_the_genome_has_them():
    annotated, *_ = simulated(n_genes=40)
    training = Training(order=2)
    training.add(annotated)
    sites = training.model("toy", MaximumLikelihood()).sites
    assert set(sites) == {"donor GT", "acceptor AG", "start ATG", "stop TAA"}
    for name, text, first in (
        ("donor GT", "GTAAGT", 0), ("acceptor AG", "TTTTTTTTTTTTCAG", -14), ("start ATG", "ATG", 0),
        ("stop TAA", "TAA", 0),
    ):  # fmt: skip
        rows = sites[name].probabilities[first - sites[name].first :][: len(text)]
        assert ["ACGT"[row.argmax()] for row in rows] == list(text)
        assert rows.max(axis=1) == pytest.approx(1.0)


@pytest.mark.parametrize("strand", [1, -1])
def test_a_stop_codon_left_out_of_the_coding_sequence_is_counted_where_it_stands(strand):
    locus = 20 * b"C" + CODING + 20 * b"C"
    start, end = (20, 95) if strand == 1 else (23, 98)
    one = Transcript("t", "g", (Segment(start, end, strand),))
    training = Training(order=2)
    training.add(AnnotatedSequence("s", oriented(locus, 0, len(locus), strand), (one,), ((start, end),)))
    model = training.model("toy", MaximumLikelihood())
    assert model.sites["stop TAA"].probabilities[6:9].argmax(axis=1).tolist() == [3, 0, 0]
    assert any("1 coding sequence ends just before its stop codon" in one.text for one in model.findings)


def test_sites_of_other_bases_or_at_the_end_of_a_sequence_are_told():
    gene = b"CTG" + CODING[3:]
    training = Training(order=2)
    training.add(
        AnnotatedSequence("s", 20 * b"C" + gene, (Transcript("t", "g", (Segment(20, 98, 1),)),), ((20, 98),))
    )
    texts = [one.text for one in training.model("toy", Additive(0.5)).findings]
    assert "1 start of other bases: not in the matrix" in texts
    assert "1 stop too near an end: not in the matrix" in texts
    assert any("take a lower order or more sequence" in text for text in texts)
    assert any("no base of it" in text for text in texts)  # introns


def test_a_sequence_without_genes_is_not_taken_for_intergenic():
    training = Training(order=2)
    training.add(AnnotatedSequence("bare", 500 * b"ACGT", (), ()))
    assert not training.words["intergenic"].any()


def test_refusals():
    with pytest.raises(InputError, match="2 to 8"):
        Training(order=1)
    training = Training(order=2)
    training.add_gene("g1", b"ATGA")
    with pytest.raises(InputError, match="g1: 4 bases, no whole number of codons"):
        training.model("toy", Additive(0.5))
