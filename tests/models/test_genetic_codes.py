"""Genetic codes: what is a stop, what models of unlike codes are compared over, and what stops within genes tell."""

import numpy as np
import pytest

from klbio.alphabets import CODONS
from klbio.errors import InputError
from klbio.models import ContentModel, GCClass, GeneModel
from klbio.models.comparison import nearest
from klbio.models.genes.coded_genes import CodedGenes
from klbio.models.markov.content_models import ContentModels
from klbio.models.markov.genetic_code import genetic_code
from klbio.models.training.annotation import Refused
from klbio.models.training.code_guess import CodeEvidence
from klbio.models.training.sampled_genes import sample_genes
from klbio.models.training.words import Gene, WordCounts
from tests.models.zoo import content_model

STANDARD_STOPS = ("TAA", "TAG", "TGA")


def law(seed: int, number: int) -> ContentModel:
    """Draw a law that gives each stop codon of the standard code some mass, but for the stops of its own."""
    return ContentModel(content_model(seed, 2, 3).probabilities * 0.9 + 0.025).under(number)


@pytest.fixture(scope="module")
def models():
    return [law(seed, number) for seed, number in enumerate((1, 6, 6, 4, 12))]


def by_hand(p: ContentModel, q: ContentModel, stops: tuple[str, ...]) -> float:
    """Rate of two models of order 2, codon by codon, with stops ruled out in both."""
    a, b = (model.comparable(order=2, stops=stops) for model in (p, q))
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(
            a.probabilities > 0, a.probabilities * np.log2(a.probabilities / b.probabilities), 0.0
        )
    return float((a.stationary_distribution[..., None] * terms).sum() / 3)


@pytest.mark.parametrize(
    ("i", "j", "stops"),
    [
        (1, 2, ("TGA",)),
        (0, 1, STANDARD_STOPS),
        (1, 0, STANDARD_STOPS),
        (1, 3, STANDARD_STOPS),
        (3, 0, STANDARD_STOPS),
        (0, 4, STANDARD_STOPS),
    ],
)
def test_a_pair_is_compared_over_the_codons_that_both_codes_read(models, i, j, stops):
    every = ContentModels(models)
    expected = by_hand(models[i], models[j], stops)
    assert every.rates[i, j] == pytest.approx(expected, rel=1e-12)
    assert every.rates_of([(j, i), (i, j)])[1] == pytest.approx(expected, rel=1e-12)
    alone = ContentModels([models[i], models[j]])
    for name in ("codon", "amino_acid", "synonymous"):
        ours, theirs = (getattr(one.codon_divergence, name) for one in (every, alone))
        assert ours[i, j] == theirs[0, 1]
    assert every.jensen_shannon_increments[i, j] == alone.jensen_shannon_increments[0, 1]
    assert np.array_equal(every.codon_usages([(i, j)])[:, 0], alone.codon_usage)
    assert alone.codon_usage[:, [CODONS.symbols.index(stop) for stop in stops]].sum() == 0


def test_what_company_a_pair_is_in_changes_nothing(models):
    of_six = ContentModels(models[1:3])
    assert np.array_equal(of_six.rates, ContentModels(models).rates[1:3, 1:3])
    usage = of_six.codon_usage[0]
    assert usage[CODONS.symbols.index("TAA")] > 0.001
    parts = of_six.codon_divergence
    assert parts.codon == pytest.approx(parts.amino_acid + parts.synonymous)


def test_synonyms_are_those_of_the_first_model(models):
    """Code 12 reads CTG as serine: the same two laws, another split, the same sum."""
    other = ContentModels([models[0].under(12), models[1].under(12)]).codon_divergence
    ours = ContentModels([models[0], models[1].under(1)]).codon_divergence
    assert ours.codon == pytest.approx(other.codon)
    assert ours.amino_acid[0, 1] != pytest.approx(other.amino_acid[0, 1], rel=1e-6)


def test_stop_mass_is_that_of_the_models_own_stops(models):
    one = models[1]
    usage = ContentModel(one.probabilities).codon_usage
    assert one.stop_mass_per_codon == pytest.approx(usage[CODONS.symbols.index("TGA")])
    assert one.lifted(3).stop_mass_per_codon == pytest.approx(one.stop_mass_per_codon)


@pytest.mark.parametrize(
    ("number", "body", "fault"),
    [
        (1, "TGA", True), (4, "TGA", False), (4, "TAA", True), (6, "TAATAG", False), (6, "TGA", True),
        (2, "TGA", False), (2, "AGA", True), (11, "TAG", True), (12, "CTG", False), (26, "TAA", True),
    ],
)  # fmt: skip
def test_which_codons_may_stand_within_a_gene(number, body, fault):
    gene = Gene(f"ATG{body}{'GCA' * 30}".encode(), number)
    assert bool(gene.fault) == fault
    ending = genetic_code(number).endings[0]
    whole = Gene(gene.sequence + ending.encode(), number)
    assert len(whole.words(2)) == len(gene.sequence) - 2  # the stop codon is left out
    assert whole.codon_counts.sum() == gene.codon_counts.sum()


def test_genes_of_a_code_are_learnt_and_scored_under_it():
    genes = [f"ATG{'TAAGCATGG' * 12}TGA".encode()] * 3
    counts = WordCounts.of([Gene(gene, 6).words(2) for gene in genes], 2)
    model = WordCounts(counts.counts, 6).coding_model()
    assert model.genetic_code == 6
    assert model.codon_usage[CODONS.symbols.index("TAA")] == pytest.approx(1 / 3, abs=0.1)
    coded = CodedGenes.of(genes, 2, 6)
    own, blind = coded.code_lengths([model, model.under(1)]).sum(axis=0)
    assert own == pytest.approx(blind)  # what is charged goes by the genes' code
    without = model.comparable(order=2, stops=STANDARD_STOPS)
    assert coded.code_lengths([without]).sum() > own + 300


def lost(*codons: str, n: int = 1) -> list[Refused]:
    return n * [Refused("g", "", inner_codons=frozenset(codons))]


@pytest.mark.parametrize(
    ("n_good", "refused", "number"),
    [
        (40, lost("TGA", "AGA", "TTA", n=80), 4),
        (40, lost("TGA", "TTA", "TCA", n=80), 2),  # AGA and AGG nowhere: stops of vertebrate mitochondria
        (0, lost("TAA", "TAG", "AGA", n=60), 6),
        (0, lost("TAA", "TAG", "AGA", n=60) + lost("TGA"), 6),  # one broken gene
        (0, lost("TAG", "TCA", "AGG", "TTA", n=60), 15),
        (40, lost("TAA", "TAG", "TGA", n=80), None),  # out of frame
        (400, lost("TGA", n=8), None),  # selenoproteins
        (8, lost("TGA", n=4), None),  # too few
        (0, lost("TGA"), None),
        (9, [Refused("g", "", genetic_code=4)] * 20, 4),
        (9, [Refused("g", "", genetic_code=99)] * 20, None),
        (20, [Refused("g", "", genetic_code=2)] * 13, None),  # a mitochondrion beside a nucleus
        (10, [], None),
    ],
)
def test_what_stops_within_genes_tell_of_the_code(n_good, refused, number):
    choice = CodeEvidence(n_good, refused, {}).choice()
    assert (choice and choice.number) == number
    if choice and refused[0].inner_codons:
        assert choice.finding.severity == "warning"
        assert f"genetic code {number} (" in choice.finding.text


@pytest.mark.parametrize(("endings", "number"), [({"TGA": 95}, None), ({"TAA": 90, "TGA": 4}, 4)])
def test_a_codon_that_sound_genes_end_in_is_no_amino_acid(endings, number):
    """Five selenoproteins among a hundred genes made TGA tryptophan."""
    choice = CodeEvidence(95, lost("TGA", "AGA", n=5), endings).choice()
    assert (choice and choice.number) == number


@pytest.mark.parametrize(("n_good", "n_said", "overruled"), [(0, 20, 11), (9, 20, 11), (20, 13, None)])
def test_a_code_that_is_asked_for_wins_over_what_most_genes_are_annotated_with(n_good, n_said, overruled):
    choice = CodeEvidence(n_good, [Refused("g", "", genetic_code=11)] * n_said, {}).choice(4)
    assert (choice and (choice.number, choice.overruled)) == (overruled and (4, overruled))


def test_a_number_that_is_no_code_is_refused():
    with pytest.raises(InputError, match="NCBI's number"):
        genetic_code(7)
    with pytest.raises(InputError, match="genetic code"):
        ContentModel(np.full((3, 1, 4), 0.25), genetic_code=7)


def ciliate(seed: int, name: str, number: int) -> GeneModel:
    return GeneModel(name, (GCClass(law(seed, number)),))


def drawn(number: int, n: int) -> list[bytes]:
    """Genes of a law that uses TAA and TAG as amino acids."""
    table = law(7, number).comparable(order=2, epsilon=0).probabilities
    return sample_genes(table, n_genes=n, n_codons=120, seed=3)


def shared_cost(genes: list[bytes], model: ContentModel, epsilon: float, skipped: tuple[str, ...]) -> float:
    """Bits per base in plain loops: bases that end one of some codons in frame are not asked about."""
    table = model.comparable(order=2, epsilon=epsilon, stops=STANDARD_STOPS).probabilities
    bits, n = 0.0, 0
    for gene in genes:
        for i in range(2, len(gene)):
            if i % 3 == 2 and gene[i - 2 : i + 1].decode() in skipped:
                continue
            context = 4 * "ACGT".index(chr(gene[i - 2])) + "ACGT".index(chr(gene[i - 1]))
            bits -= np.log2(table[i % 3, context, "ACGT".index(chr(gene[i]))])
            n += 1
    return bits / n


def test_a_candidate_of_other_stop_codons_is_scored_on_shared_codons_and_stands_behind():
    genes, near, far = drawn(6, 40), ciliate(7, "cousin", 1), ciliate(3, "stranger", 6)
    found = {eps: nearest(genes, [near, far], order=2, epsilon=eps, genetic_code=6) for eps in (1e-4, 1e-9)}
    table = found[1e-4]
    assert table["model"].tolist() == ["stranger", "cousin"]  # though it costs far more
    assert table["same_stops"].tolist() == [True, False]
    expected = shared_cost(genes, near.coding, 1e-4, ("TAA", "TAG"))
    assert table["cross_entropy_bits_per_base"][1] == pytest.approx(expected, rel=1e-12)
    assert table["excess_bits_per_base"][1] < table["excess_bits_per_base"][0] / 2
    assert table["above_best_bits_per_base"].isna().tolist() == [False, True]
    assert "stands behind" in table["genetic_code_note"][1]
    assert table["genetic_code_note"][0] == ""
    costs = [one["excess_bits_per_base"][1] for one in found.values()]
    assert costs[0] == pytest.approx(costs[1], abs=1e-4)  # no mass of epsilon is in it


def test_a_model_as_query_is_held_against_others_over_shared_codons():
    query, near, far = ciliate(7, "query", 6), ciliate(7, "cousin", 1), ciliate(3, "stranger", 6)
    table = nearest(query, [near, far])
    assert table["model"].tolist() == ["stranger", "cousin"]
    expected = by_hand(query.coding, near.coding, STANDARD_STOPS)
    assert table["excess_bits_per_base"][1] == pytest.approx(expected, abs=1e-12)
    alone = nearest(query, [near, ciliate(2, "other", 1)])  # none of the query's code: they lead
    assert alone["same_stops"].tolist() == [False, False]
    assert alone["above_best_bits_per_base"][0] == 0


def test_the_same_stops_of_another_code_are_noted_and_ranked_with_the_others():
    genes = drawn(1, 40)
    table = nearest(genes, [ciliate(7, "yeast", 12), ciliate(3, "stranger", 1)], order=2)
    assert table["model"].tolist() == ["yeast", "stranger"]
    assert table["same_stops"].all()
    assert table["genetic_code_note"][0].endswith("with the same stop codons")


def test_python_guesses_the_code_as_the_command_does():
    genes, known = drawn(6, 40), [ciliate(3, "stranger", 6)]
    table = nearest(genes, known, order=2)
    assert table["query_genetic_code"].tolist() == [6]
    assert "genetic code 6 (Ciliate" in table["genetic_code_note"][0]
    named = nearest(genes, known, order=2, genetic_code=6)
    assert named["genetic_code_note"].tolist() == [""]
    assert named["excess_bits_per_base"].equals(table["excess_bits_per_base"])
    with pytest.raises(InputError, match=r"sequence .*: an in-frame stop codon"):
        nearest(genes, known, genetic_code=1)
