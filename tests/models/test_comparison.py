"""Models compared in memory, as a notebook would."""

import numpy as np
import pytest
from Bio.Seq import Seq
from Bio.SeqRecord import SeqRecord

from klbio.errors import InputError
from klbio.io import read_models
from klbio.io.results import read_rows
from klbio.models import GCClass, GeneModel, HiddenMarkovModel
from klbio.models.comparison import Comparison, nearest
from klbio.schema import MODEL_TABLES, NEAREST
from klbio.steps.models import compare_models
from klbio.steps.nearest import rank_models
from tests.models.zoo import content_model
from tests.written import model_table

COIN = HiddenMarkovModel("coin", ("h", "t"), ("s",), [1], [[1]], [[0.5, 0.5]])
FILES = ("snap/nGASP.hmm", "augustus/fly", "hmmer/fn3.hmm", "hmmer/RRM_1.hmm")


@pytest.fixture(scope="module")
def folder(root):
    return root / "examples" / "gene-models"


@pytest.fixture(scope="module")
def comparison(folder):
    return Comparison([model for name in FILES for model in read_models(folder / name)] + [COIN])


def gene_model(name, seed):
    return GeneModel(name, (GCClass(content_model(seed, 2, 3, 20.0)),))


def test_the_tables_are_those_that_the_step_writes(comparison, folder, tmp_path):
    compare_models(models=[folder / name for name in FILES], out=tmp_path)
    assert list(comparison.tables) == list(MODEL_TABLES)
    for name, table in MODEL_TABLES.items():
        table.check(comparison.tables[name])
    for name in set(MODEL_TABLES) - {"models", "lint", "dropped"}:  # which know of files, or of the coin
        written = model_table(tmp_path, name)
        assert len(written) == len(comparison.tables[name])
        for column in written.select_dtypes("float"):
            there, here = written[column].to_numpy(), comparison.tables[name][column].to_numpy(float)
            np.testing.assert_allclose(here, there, rtol=1e-11)


def test_a_table_is_computed_once(comparison):
    assert comparison.pairs is comparison.pairs is comparison.tables["pairs"]


def test_it_says_what_it_holds(comparison):
    assert repr(comparison) == "Comparison of 2 gene models, 2 profile HMMs, 1 hidden Markov model"
    shown = comparison._repr_html_()
    assert "the closest of" in shown
    assert "nGASP" in shown
    assert "hidden" not in shown.replace("hidden Markov", "")  # a coin alone has no pair


def test_models_without_a_partner_are_dropped(comparison):
    assert "coin" in comparison.dropped["name"].tolist()


def test_a_mapping_gives_the_names():
    table = Comparison({"a": gene_model("same", 1), "b": gene_model("same", 2)}).pairs
    assert table["model_p"].tolist() == ["a", "b"]


@pytest.mark.parametrize(
    ("models", "arguments", "words"),
    [
        ([], {}, "no model"),
        ([COIN, COIN], {}, "more than one model called 'coin'"),
        ([COIN], {"epsilon": 1.5}, "epsilon: 1.5"),
    ],
)
def test_refusals(models, arguments, words):
    with pytest.raises(InputError, match=words):
        Comparison(models, **arguments)


def test_nearest_is_what_the_step_writes(folder, root, tmp_path):
    names = ("nGASP.hmm", "A.thaliana.hmm")
    fasta = root / "examples" / "cds" / "worm.fasta"
    rank_models(query=fasta, models=[folder / "snap" / name for name in names], out=tmp_path / "out.tsv")
    genes = "".join(f"{line}\n" for line in fasta.read_text().splitlines()).split(">")[1:]
    sequences = ["".join(gene.splitlines()[1:]) for gene in genes]
    table = nearest(sequences, [read_models(folder / "snap" / name)[0] for name in names])
    written = read_rows(tmp_path / "out.tsv", NEAREST)
    assert table["model"].tolist() == written["model"].tolist() == ["nGASP", "A.thaliana"]
    column = "above_best_bits_per_base"
    assert table[column].tolist() == pytest.approx(written[column].tolist(), rel=1e-11)


def test_nearest_of_a_model():
    query = gene_model("query", 1)
    assert nearest(query, [gene_model("far", 2), query])["model"].tolist() == ["query", "far"]


@pytest.mark.parametrize(
    ("query", "arguments", "words"),
    [
        (["ATGA"], {}, "sequence 1: 4 bases, no whole number of codons"),
        ([b"ATG" + 30 * b"GCA"], {}, "1 genes"),
        (gene_model("query", 1), {"order": 9}, "order: 9"),
        (gene_model("query", 1), {"epsilon": 0.0}, "epsilon: 0.0"),
    ],
)
def test_nearest_refuses(query, arguments, words):
    with pytest.raises(InputError, match=words):
        nearest(query, [gene_model("known", 2)], **arguments)


def test_nearest_needs_a_library():
    with pytest.raises(InputError, match="no gene model"):
        nearest(gene_model("query", 1), {})


@pytest.mark.parametrize(
    "models", [None, 5, "fly.hmm", gene_model("a", 1), [5], {"a": "fly.hmm"}, [gene_model("a", 1)] * 2]
)
def test_models_that_are_refused(models):
    with pytest.raises(InputError, match=r"models: .*; expected a"):
        Comparison(models)
    with pytest.raises(InputError, match=r"models: .*; expected a"):
        nearest([], models)


@pytest.mark.parametrize(
    "arguments",
    [
        {"epsilon": "x"},
        {"seed": -1},
        {"seed": "x"},
        {"threads": 0},
        {"n_symbols": 0.5},
        {"groups": {"A": "lab"}},
    ],
)
def test_arguments_that_are_refused(arguments):
    (name,) = arguments
    with pytest.raises(InputError, match=f"{name}: "):
        Comparison([gene_model("a", 1)], **arguments)


def test_names_that_are_numbers_are_text():
    assert list(Comparison({1: gene_model("a", 1)}).models["model"]) == ["1"]


def test_only_gene_models_are_ranked():
    with pytest.raises(InputError, match=r"HiddenMarkovModel 'coin'; expected gene models only"):
        nearest([], [gene_model("a", 1), COIN])


@pytest.mark.parametrize("query", [None, "ATG", b"ATG", COIN, [1, 2], [COIN]])
def test_queries_that_are_refused(query):
    with pytest.raises(InputError, match=r"query.*: an object of type .*; expected a"):
        nearest(query, [gene_model("a", 1)])


@pytest.mark.parametrize("arguments", [{"order": 2.5}, {"order": "4"}, {"epsilon": "x"}])
def test_arguments_of_nearest_that_are_refused(arguments):
    (name,) = arguments
    with pytest.raises(InputError, match=f"{name}: "):
        nearest(gene_model("b", 2), [gene_model("a", 1)], **arguments)


def test_sequences_of_biopython_are_taken():
    genes, known = ["ATG" + "GCTAAAGAT" * 30 + "TAA", "ATG" + "GCAAAAGAC" * 20 + "TAA"], [gene_model("a", 1)]
    expected = nearest(genes, known)
    for taken in ([Seq(gene) for gene in genes], [SeqRecord(Seq(gene)) for gene in genes]):
        assert nearest(taken, known).equals(expected)
