"""Genetic codes: what is a stop, what models of unlike codes are compared over, and what stops within genes tell."""

import numpy as np
import pytest

from klbio.alphabets import CODONS
from klbio.errors import InputError
from klbio.models import ContentModel
from klbio.models.genes.coded_genes import CodedGenes
from klbio.models.markov.content_models import ContentModels
from klbio.models.markov.genetic_code import genetic_code
from klbio.models.training.annotation import Refused
from klbio.models.training.code_guess import CodeEvidence
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
    choice = CodeEvidence(n_good, refused, {}).choice
    assert (choice and choice[0]) == number
    if choice and refused[0].inner_codons:
        assert choice[1].severity == "warning"
        assert f"genetic code {number} (" in choice[1].text


@pytest.mark.parametrize(("endings", "number"), [({"TGA": 95}, None), ({"TAA": 90, "TGA": 4}, 4)])
def test_a_codon_that_sound_genes_end_in_is_no_amino_acid(endings, number):
    """Five selenoproteins among a hundred genes made TGA tryptophan."""
    choice = CodeEvidence(95, lost("TGA", "AGA", n=5), endings).choice
    assert (choice and choice[0]) == number


def test_a_number_that_is_no_code_is_refused():
    with pytest.raises(InputError, match="NCBI's number"):
        genetic_code(7)
    with pytest.raises(InputError, match="genetic code"):
        ContentModel(np.full((3, 1, 4), 0.25), genetic_code=7)
