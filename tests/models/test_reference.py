"""What must come out of the bundled models, and of the reference tables where they are."""

import csv
from pathlib import Path

import numpy as np
import pytest

from klbio.io import read_models
from klbio.io.sheets.model_sheet import read_model_sheet
from klbio.models import ContentModel
from klbio.models.comparison import nearest
from klbio.models.markov.content_models import ContentModels
from klbio.models.markov.model_pair import bases_to_tell_apart

DEBIAN = Path("/usr/share/augustus/config/species")


@pytest.fixture(scope="module")
def library(root, monkeypatch_module):
    monkeypatch_module.chdir(root)
    entries = [entry for entry in read_model_sheet("config/models.tsv") if entry.format != "hmmer"]
    return {(entry.format, entry.model): read_models(entry.path, entry.format)[0] for entry in entries}


@pytest.fixture(scope="module")
def monkeypatch_module():
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(scope="module")
def rate(library):
    """D(p || q) of the coding models, bits per base, by (format, name)."""
    names = list(library)
    rates = ContentModels([model.coding for model in library.values()]).rates_by_position.mean(axis=-1)
    return {(p, q): rates[i, j] for i, p in enumerate(names) for j, q in enumerate(names)}


@pytest.mark.parametrize(
    ("augustus", "snap", "forth", "back"),
    [
        ("caenorhabditis", "nGASP", 0.0011, 0.0011),
        ("honeybee1", "A.mellifera", 0.0024, 0.0023),
        ("arabidopsis", "A.thaliana", 0.0034, 0.0033),
        ("human", "mam46", 0.0056, 0.0053),
        ("fly", "D.melanogaster", 0.0079, 0.0080),
        ("caenorhabditis", "C.elegans", 0.0103, 0.0100),
        ("rice", "O.sativa", 0.0196, 0.0184),
    ],
)
def test_same_species_two_tools(rate, augustus, snap, forth, back):
    a, s = ("augustus", augustus), ("snap", snap)
    assert rate[a, s] == pytest.approx(forth, rel=0.05)
    assert rate[s, a] == pytest.approx(back, rel=0.05)


@pytest.mark.parametrize(
    ("snap", "species"),
    [
        ("nGASP", "caenorhabditis"), ("C.elegans", "caenorhabditis"), ("A.thaliana", "arabidopsis"),
        ("D.melanogaster", "fly"), ("O.sativa", "rice"), ("A.mellifera", "honeybee1"), ("mam46", "human"),
        ("mam54", "human"), ("mam39", "human"),
    ],
)  # fmt: skip
def test_the_nearest_augustus_species_is_the_own_one(library, snap, species):
    candidates = [model for (tool, _), model in library.items() if tool == "augustus"]
    assert nearest(library["snap", snap], candidates)["model"][0] == species


def test_no_model_is_away_from_itself(rate, library):
    assert {float(rate[name, name]) for name in library} == {0.0}


def test_human_and_thale_cress(library, rate):
    """Closed form .11151, by simulation .11134 +- .00053; and how many bases show it."""
    human, cress = ("augustus", "human"), ("augustus", "arabidopsis")
    assert rate[human, cress] == pytest.approx(0.11151, abs=1e-5)
    assert bases_to_tell_apart(rate[human, cress]) == 60
    assert bases_to_tell_apart(rate[human, ("snap", "mam46")]) == pytest.approx(1191, rel=0.01)


@pytest.mark.parametrize(
    ("p", "q", "codon", "amino_acid", "synonymous"),
    [
        (("augustus", "human"), ("augustus", "arabidopsis"), 0.200, 0.015, 0.186),
        (("augustus", "human"), ("augustus", "fly"), 0.0789, 0.0093, 0.0696),
        (("augustus", "arabidopsis"), ("snap", "A.thaliana"), 0.0015, 0.0006, 0.0010),
        (("augustus", "caenorhabditis"), ("snap", "nGASP"), 0.0016, 0.0002, 0.0015),
    ],
)
def test_codon_split(library, p, q, codon, amino_acid, synonymous):
    found = ContentModels([library[p].coding, library[q].coding]).codon_divergence
    digit = 5e-4 if codon >= 0.2 else 6e-5
    assert found.codon[0, 1] == pytest.approx(codon, abs=digit)
    assert found.amino_acid[0, 1] == pytest.approx(amino_acid, abs=digit)
    assert found.synonymous[0, 1] == pytest.approx(synonymous, abs=digit)


@pytest.mark.parametrize(
    ("p", "q", "bits"),
    [
        (("augustus", "human"), ("augustus", "arabidopsis"), 0.02176),
        (("augustus", "arabidopsis"), ("snap", "A.thaliana"), 0.00083),
        (("augustus", "human"), ("augustus", "fly"), 0.01586),
        (("augustus", "caenorhabditis"), ("snap", "nGASP"), 0.00027),
    ],
)
def test_jensen_shannon_increment(library, p, q, bits):
    found = ContentModels([library[p].coding, library[q].coding]).jensen_shannon_increments
    assert found[0, 1] == pytest.approx(bits, abs=5e-6)


@pytest.mark.parametrize(
    ("species", "codon", "per_thousand"),
    [
        ("arabidopsis", "GAA", 34.6),
        ("arabidopsis", "GAT", 36.9),
        ("arabidopsis", "AAG", 31.3),
        ("human", "CTG", 40.4),
    ],
)
def test_codon_usage(library, species, codon, per_thousand):
    law = ContentModel(
        library["augustus", species].coding.comparable(order=4, epsilon=1e-4).probabilities
    ).codon_usage
    index = int(codon.translate(str.maketrans("ACGT", "0123")), 4)
    assert 1000 * law[index] == pytest.approx(per_thousand, abs=0.1)


@pytest.mark.parametrize(
    ("p", "q", "bits"), [("arabidopsis", "A.thaliana", 0.038), ("fly", "D.melanogaster", 0.002)]
)
def test_introns_of_two_tools(library, p, q, bits):
    introns = [library["augustus", p].intron, library["snap", q].intron]
    assert ContentModels(introns).rates_by_position[0, 1].mean() == pytest.approx(bits, abs=5e-4)


@pytest.mark.parametrize("epsilon", [1e-6, 1e-3])
def test_smoothing_hardly_matters(library, rate, epsilon):
    a, s = ("augustus", "arabidopsis"), ("snap", "A.thaliana")
    bits = (
        ContentModels([library[a].coding, library[s].coding], epsilon=epsilon).rates_by_position[0, 1].mean()
    )
    assert bits == pytest.approx(rate[a, s], rel=0.015)


def table_of(path):
    with path.open(newline="") as file:
        header, *rows = csv.reader(file)
    return [name.split(":") for name in header[1:]], np.array([row[1:] for row in rows], dtype=float)


def read_named(folder, names):
    places = {"A": lambda name: folder / "augustus" / name, "S": lambda name: folder / "snap" / f"{name}.hmm"}
    return [read_models(places[tool](name))[0].coding for tool, name in names]


def test_reference_table_of_twenty_models(shared):
    names, expected = table_of(shared / "models" / "coding_kl_rate_here.csv")
    rates = ContentModels(read_named(shared / "models", names)).rates_by_position.mean(axis=-1)
    assert len(names) == 20
    assert np.abs(rates - expected).max() <= 1e-6


def test_reference_table_of_augustus_to_its_digits(shared):
    names, expected = table_of(shared / "models" / "coding_kl_rate_22.csv")
    here = [i for i, (_, name) in enumerate(names) if (shared / "models" / "augustus" / name).is_dir()]
    rates = ContentModels(read_named(shared / "models", [names[i] for i in here])).rates_by_position.mean(
        axis=-1
    )
    assert len(here) == 7
    assert (rates.round(3) == expected[np.ix_(here, here)]).all()


@pytest.mark.skipif(not DEBIAN.is_dir(), reason="Debian's package augustus-data is not installed")
def test_reference_table_of_all_augustus_species_to_its_digits(shared):
    """All but pfalciparum, of order 5, which the table has cut to order 4."""
    names, expected = table_of(shared / "models" / "coding_kl_rate_22.csv")
    models = [read_models(DEBIAN / name)[0].coding for _, name in names]
    here = [i for i, model in enumerate(models) if model.order == 4]
    rates = ContentModels([models[i] for i in here]).rates_by_position.mean(axis=-1)
    assert len(here) == 21
    assert np.abs(rates - expected[np.ix_(here, here)]).max() <= 0.0005
