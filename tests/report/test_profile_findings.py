"""What is said of pairs of profiles and of hidden Markov models, from models compared in memory."""

from dataclasses import replace

import pytest

from klbio.models import HiddenMarkovModel
from klbio.models.comparison import Comparison
from klbio.models.profiles.reverse import reverse_complement
from klbio.report.profile_findings import best_alignment, closest_hidden
from klbio.report.sections.profiles import AlignmentsPart
from klbio.report.sections.section import Chapter
from klbio.report.tables import Route
from tests.models.test_align import random_profile

FIRST = random_profile(11, 12, sharpness=0.05)
OTHER = random_profile(12, 12)


@pytest.mark.parametrize(
    ("profiles", "sentence"),
    [
        ({"a": FIRST, "b": replace(reverse_complement(FIRST), name="b"), "c": OTHER},
         "Of 3 pairs of profiles 1 is related; the best, a and the reverse complement of b: 12 aligned columns, "
         "0.00 bits per column apart (Jensen-Shannon)."),
        ({"a": OTHER, "c": random_profile(13, 10)},
         "Of 1 pair of profiles none is related: chance explains the best score, of a and "),
    ],
)  # fmt: skip
def test_the_best_pair_of_profiles(profiles, sentence):
    tables = {"alignments": Comparison(profiles).alignments}
    (found,) = best_alignment(Route("models", tables))
    assert found.sentence.startswith(sentence)


def test_the_closest_pair_of_hidden_markov_models():
    coins = [
        HiddenMarkovModel(name, ("H", "T"), ("1",), [1.0], [[1.0]], [[p, 1 - p]])
        for name, p in (("fair", 0.5), ("loaded", 0.6), ("bent", 0.9))
    ]
    (found,) = closest_hidden(Route("models", {"hidden": Comparison(coins, n_symbols=2000).hidden}))
    assert found.sentence.startswith("Of 6 ordered pairs of hidden Markov models the closest is ")
    assert "bent" not in found.sentence


def test_the_page_says_which_strand_it_shows():
    tables = Comparison({"a": FIRST, "b": replace(reverse_complement(FIRST), name="b")}).tables
    (section,) = AlignmentsPart(Chapter(Route("models", tables), "Gene models")).sections()
    assert section.context["both_strands"]
    assert "b, reverse complement" in str(section.context["logos"])
