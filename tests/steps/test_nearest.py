"""From sequences or a model to a ranked table; on models whose answer is known."""

import csv
import shutil

import numpy as np
import pytest

from klbio import cli
from klbio.errors import InputError
from klbio.io import read_models
from klbio.models import ContentModel
from klbio.models.genes.query import gc_shifted
from klbio.models.markov.content_models import ContentModels
from klbio.models.training.sampled_genes import sample_genes
from klbio.models.training.words import Gene
from klbio.schema import NEAREST
from klbio.steps.nearest import rank_models


@pytest.fixture(scope="module")
def folder(root):
    return root / "examples" / "gene-models"


def rows(path):
    with path.open() as handle:
        return list(csv.DictReader(handle, delimiter="\t"))


def write_fasta(path, genes):
    path.write_bytes(b"".join(b">g%d\n%s\n" % (i, gene) for i, gene in enumerate(genes, 1)))
    return path


def drawn(folder, species, seed=7, n_genes=40):
    (model,) = read_models(folder / "augustus" / species)
    law = model.coding.comparable(order=4, epsilon=1e-4).probabilities
    return sample_genes(law, n_genes=n_genes, n_codons=300, seed=seed)


@pytest.mark.parametrize(("species", "sister"), [("fly", "D.melanogaster"), ("human", "mam46")])
def test_genes_of_a_model_rank_it_first_and_its_twin_second(folder, tmp_path, species, sister):
    query = write_fasta(tmp_path / "cds.fasta", drawn(folder, species))
    rank_models(models=[folder / "augustus", folder / "snap"], query=query, out=tmp_path / "out.tsv")
    table = rows(tmp_path / "out.tsv")
    assert [row["model"] for row in table[:2]] == [species, sister]
    assert [int(row["rank"]) for row in table] == list(range(1, 20))
    assert not any(row["warning"] for row in table)
    assert tuple(table[0]) == NEAREST.names
    assert float(table[1]["above_best_low_bits_per_base"]) > 0
    stein, chernoff = (float(table[1][f"bases_to_tell_from_best_{how}"]) for how in ("stein", "chernoff"))
    assert 3 < chernoff / stein < 6  # near 4 where models are alike
    assert table[2]["bases_to_tell_from_best_chernoff"] == ""


def test_what_a_model_costs_above_the_true_one_is_the_relative_entropy_rate(folder, tmp_path):
    query = write_fasta(tmp_path / "cds.fasta", drawn(folder, "fly", n_genes=150))
    places = [folder / "augustus" / name for name in ("fly", "human", "rice")]
    rank_models(models=places, query=query, out=tmp_path / "out.tsv")
    rates = ContentModels([read_models(place)[0].coding for place in places]).rates_by_position.mean(axis=-1)[
        0
    ]
    truth = dict(zip(("fly", "human", "rice"), rates, strict=True))
    for row in rows(tmp_path / "out.tsv")[1:]:
        assert float(row["above_best_bits_per_base"]) == pytest.approx(truth[row["model"]], rel=0.06)


def test_genes_of_a_model_moved_in_gc_find_it_first_once_gc_is_matched(folder, tmp_path):
    """Genes of a worm whose odds of GC at codon position 3 are four times as high."""
    (model,) = read_models(folder / "augustus" / "caenorhabditis")
    law = gc_shifted(model.coding.comparable(order=4, epsilon=1e-4).probabilities, np.log([1.0, 1.0, 4.0]))
    genes = sample_genes(law, n_genes=60, n_codons=300, seed=3)
    query = write_fasta(tmp_path / "cds.fasta", genes)
    rank_models(models=[folder / "augustus"], query=query, out=tmp_path / "out.tsv")
    table = {row["model"]: row for row in rows(tmp_path / "out.tsv")}
    worm = table["caenorhabditis"]
    assert int(worm["rank"]) > 1
    assert (worm["rank_gc_matched"], worm["gc_matched_above_best_bits_per_base"]) == ("1", "0")
    assert float(worm["gc_matched_high_bits_per_base"]) < 0.01
    assert float(worm["query_gc3"]) > float(worm["model_gc3"]) + 0.2
    for row in table.values():
        matched, plain = float(row["gc_matched_bits_per_base"]), float(row["excess_bits_per_base"])
        assert matched < plain
        assert (
            float(row["gc_matched_low_bits_per_base"]) < matched < float(row["gc_matched_high_bits_per_base"])
        )
    assert sorted(int(row["rank_gc_matched"]) for row in table.values()) == list(range(1, len(table) + 1))


def test_the_class_of_a_species_is_counted_from_one(folder, tmp_path):
    """Genes of the second of human's two classes."""
    (model,) = read_models(folder / "augustus" / "human")
    for number, one in enumerate(model.classes, 1):
        law = one.coding.comparable(order=4, epsilon=1e-4).probabilities
        query = write_fasta(tmp_path / "cds.fasta", sample_genes(law, n_genes=60, n_codons=300, seed=5))
        rank_models(models=[folder / "augustus" / "human"], query=query, out=tmp_path / "out.tsv")
        (row,) = rows(tmp_path / "out.tsv")
        assert (row["gc_class"], row["gc_matched_class"]) == (str(number), str(number))


def test_random_sequence_is_close_to_none(folder, tmp_path):
    fair = ContentModel(np.full((3, 1, 4), 0.25)).comparable(order=2, epsilon=0.0).probabilities
    genes = sample_genes(fair, n_genes=60, n_codons=300, seed=1)
    query = write_fasta(tmp_path / "cds.fasta", genes)
    rank_models(models=[folder / "augustus", folder / "snap"], query=query, out=tmp_path / "out.tsv")
    for row in rows(tmp_path / "out.tsv"):
        assert "no known model is close" in row["warning"]
        assert "limits 0.05 and 30%" in row["warning"]
        assert "no known model knows more of these genes than their GC content" in row["warning"]
        assert float(row["gc_only_bits_per_base"]) < 0.001


def test_a_model_as_the_query_is_ranked_by_its_rates(folder, tmp_path):
    query = folder / "snap" / "A.thaliana.hmm"
    rank_models(models=[folder / "augustus"], query=query, out=tmp_path / "out.tsv")
    first, second, *_ = rows(tmp_path / "out.tsv")
    assert (first["model"], first["query_kind"], first["n_genes"], first["warning"]) == (
        "arabidopsis",
        "model",
        "",
        "",
    )
    assert float(first["excess_bits_per_base"]) == pytest.approx(0.0033, rel=0.05)
    assert float(first["relative_entropy_model_query_bits_per_base"]) == pytest.approx(0.0034, rel=0.05)
    assert first["bases_to_tell_from_best_stein"] == ""
    assert 0 < float(first["gc_matched_bits_per_base"]) < float(first["excess_bits_per_base"])
    assert (first["rank_gc_matched"], first["gc_matched_low_bits_per_base"]) == ("1", "")
    assert float(first["gc_only_bits_per_base"]) > 0.05
    assert float(second["above_best_bits_per_base"]) > 0.02


def test_what_is_left_out_is_told(folder, tmp_path):
    genes = [*drawn(folder, "fly", n_genes=5), b"ATGAAAT", b"ATGTAA" + 30 * b"GCA"]
    query = write_fasta(tmp_path / "cds.fasta", genes)
    hidden = tmp_path / "coin.json"
    hidden.write_text(
        '{"symbols": ["A", "B"], "start": [1], "transitions": [[1]], "emissions": [[0.5, 0.5]]}'
    )
    models = [folder / "augustus" / "fly", folder / "hmmer" / "globins4.hmm", hidden]
    rank_models(models=models, query=query, out=tmp_path / "out.tsv", dropped=tmp_path / "lost.tsv")
    told = {row["name"]: row["reason"] for row in rows(tmp_path / "lost.tsv")}
    assert told["record 6"] == "7 bases, no whole number of codons"
    assert told["record 7"] == "an in-frame stop codon before the end"
    assert told["globins4"] == "a profile HMM: it has no coding model"
    assert told["coin"] == "a hidden Markov model: it has no coding model"
    assert rows(tmp_path / "out.tsv")[0]["n_genes"] == "5"


def test_the_same_input_gives_the_same_bytes(folder, tmp_path):
    query = write_fasta(tmp_path / "cds.fasta", drawn(folder, "fly", n_genes=10))
    for name in ("a.tsv", "b.tsv"):
        rank_models(models=[folder / "augustus"], query=query, out=tmp_path / name)
    assert (tmp_path / "a.tsv").read_bytes() == (tmp_path / "b.tsv").read_bytes()


def test_how_the_genes_and_models_are_listed_says_nothing(folder, tmp_path):
    genes, models = (
        drawn(folder, "fly", n_genes=25),
        sorted(path for path in (folder / "augustus").iterdir() if path.is_dir()),
    )
    for name, step in (("one", 1), ("other", -1)):
        query = write_fasta(tmp_path / "cds.fasta", genes[::step])
        rank_models(models=models[::step], query=query, out=tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


def test_every_fault_is_told_at_once(folder, tmp_path):
    query = tmp_path / "protein.fasta"
    query.write_text(">p\nMKVLEEF\n")
    with pytest.raises(InputError) as caught:
        rank_models(
            models=[tmp_path / "none.hmm"], query=query, out=tmp_path / "out.tsv", order=1, epsilon=0.0
        )
    message = str(caught.value)
    for words in (
        "order: 1",
        "epsilon: 0.0",
        "none.hmm: no such file",
        "holds 'L' at position 4",
        "DNA or RNA",
    ):
        assert words in message
    assert not (tmp_path / "out.tsv").exists()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            ">a\nATGA\n>b\nATGAAA\n",
            ["0 of 2 sequences", "no whole number of codons", "shorter than 60", "CDS"],
        ),
        (">a\n" + 40 * "GCA" + "\n", ["1 of 1 sequences", "at least 2"]),
        (">a\n" + 40 * "NNN" + "\n>b\n" + 41 * "NNN" + "\n", ["0 genes with 5 unambiguous bases"]),
    ],
)
def test_queries_that_are_refused(folder, tmp_path, text, words):
    query = tmp_path / "cds.fasta"
    query.write_text(text)
    with pytest.raises(InputError) as caught:
        rank_models(models=[folder / "augustus" / "fly"], query=query, out=tmp_path / "out.tsv")
    assert all(word in str(caught.value) for word in words)


def test_profiles_are_neither_query_nor_library(folder, tmp_path):
    profile = folder / "hmmer" / "globins4.hmm"
    with pytest.raises(InputError) as caught:
        rank_models(models=[profile], query=profile, out=tmp_path / "out.tsv")
    assert "no gene model" in str(caught.value)
    assert "0 gene models" in str(caught.value)


def test_the_bundled_genes_are_those_that_simulate_writes(root, tmp_path):
    examples = root / "examples"
    script = (examples / "cds" / "simulate.py").read_text()
    (tmp_path / "cds").mkdir()
    shutil.copytree(
        examples / "gene-models" / "augustus" / "fly", tmp_path / "gene-models" / "augustus" / "fly"
    )
    names = {"__file__": str(tmp_path / "cds" / "simulate.py"), "__name__": "simulate"}
    exec(script, names)  # noqa: S102
    names["main"]()
    for name in ("fly-like.fasta", "fly-like-genome.fasta", "fly-like-genome.gtf"):
        assert (tmp_path / "cds" / name).read_bytes() == (examples / "cds" / name).read_bytes(), name


def test_real_genes_of_the_worm_find_the_three_models_of_the_worm(root, folder, tmp_path):
    """54 training genes of nGASP, on which two of the models were trained; thale cress is next, far off."""
    query = root / "examples" / "cds" / "worm.fasta"
    rank_models(models=[folder / "augustus", folder / "snap"], query=query, out=tmp_path / "out.tsv")
    *worms, next_one = rows(tmp_path / "out.tsv")[:4]
    assert [row["model"] for row in worms] == ["caenorhabditis", "nGASP", "C.elegans"]
    assert {row["rank_gc_matched"] for row in worms} == {"1", "2", "3"}
    assert {(row["n_genes"], row["warning"]) for row in worms} == {("54", "")}
    assert all(float(row["above_best_high_bits_per_base"]) < 0.01 for row in worms)
    assert float(next_one["above_best_low_bits_per_base"]) > 0.04
    assert float(next_one["gc_matched_above_best_low_bits_per_base"]) > 0.03


def test_the_bundled_worm_genes_are_whole(root):
    records = (root / "examples" / "cds" / "worm.fasta").read_text().split(">")[1:]
    genes = ["".join(record.split("\n")[1:]) for record in records]
    assert len(set(genes)) == 54
    assert all(Gene(gene.encode()).fault == "" for gene in genes)
    assert all(gene[:3] == "ATG" and gene[-3:] in {"TAA", "TAG", "TGA"} for gene in genes)


def test_from_the_command_line(root, tmp_path, monkeypatch):
    monkeypatch.chdir(root)
    cli.main(
        [
            "nearest",
            "examples/gene-models/augustus",
            "--query",
            "examples/cds/fly-like.fasta",
            "--out",
            str(tmp_path / "n"),
        ]
    )
    assert rows(tmp_path / "n")[0]["model"] == "fly"
    page = tmp_path / "n.report" / "report.html"
    assert page.is_file()
    known = ["examples/gene-models/augustus/fly", "examples/gene-models/augustus/human"]
    rank_models(models=known, query="examples/cds/fly-like.fasta", out=tmp_path / "n")
    assert not page.exists(), "a page shows the table beside it, or is not there"


def test_a_cache_changes_nothing_but_the_time(root, tmp_path):
    known, query = (
        root / "examples" / "gene-models" / "augustus",
        root / "examples" / "gene-models" / "snap" / "mam46.hmm",
    )
    for name in ("first", "second"):
        rank_models(models=[known], query=query, out=tmp_path / f"{name}.tsv", cache=tmp_path / "cache")
    rank_models(models=[known], query=query, out=tmp_path / "plain.tsv")
    tables = {name: (tmp_path / f"{name}.tsv").read_bytes() for name in ("first", "second", "plain")}
    assert tables["first"] == tables["second"] == tables["plain"]
    assert len(list((tmp_path / "cache").iterdir())) == len(
        [path for path in known.iterdir() if path.is_dir()]
    )
