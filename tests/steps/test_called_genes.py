"""A genome without its genes: called where it is said to be a bacterium's, asked for where nothing is said."""

import csv
import sys

import numpy as np
import pytest

from klbio import cli
from klbio.errors import InputError, InputWarning
from klbio.io.source import Source
from klbio.steps import called_genes
from klbio.steps.called_genes import call_genes
from klbio.steps.nearest import rank_models


@pytest.fixture(scope="module")
def genome(root, tmp_path_factory):
    """Forty thousand bases of a chloroplast, a plasmid, a phage and *Streptomyces*, taken for one genome."""
    path = tmp_path_factory.mktemp("genome") / "genome.fasta"
    sources = sorted((root / "examples/reads/sources").glob("*.fasta"))
    path.write_text("".join(source.read_text() for source in sources))
    return path


@pytest.fixture(scope="module")
def fly(root):
    return root / "examples/gene-models/augustus/fly"


def test_genes_are_called_where_it_is_said_to_be_a_bacterium(genome, fly, tmp_path, capsys):
    out = tmp_path / "near.tsv"
    arguments = [str(fly), "--query", str(genome), "--prokaryote", "--out", str(out), "--no-report"]
    cli.main(["nearest", *arguments])
    (row,) = csv.DictReader(out.open(), delimiter="\t")
    assert int(row["n_genes"]) > 15
    assert row["query_genetic_code"] == "11"
    said = capsys.readouterr().err
    assert "few to learn from" in said
    assert "of its bases lie in called genes" in said


def test_a_genome_of_which_nothing_is_said_is_refused_with_what_to_do(genome, fly, tmp_path):
    with pytest.raises(InputError, match=r"with --prokaryote; a eukaryote's may come from a BUSCO run"):
        rank_models(models=[fly], query=genome, out=tmp_path / "near.tsv")


def test_two_contigs_in_a_hundred_that_could_be_genes_do_not_make_a_list_of_genes(root, fly, tmp_path):
    genes = (root / "examples/cds/worm.fasta").read_text().split(">")[1:3]
    contigs = [np.random.default_rng(i).choice(list("ACGT"), 1000) for i in range(98)]
    path = tmp_path / "contigs.fasta"
    path.write_text(
        "".join(f">{gene}" for gene in genes)
        + "".join(f">c{i}\n{''.join(c)}\n" for i, c in enumerate(contigs))
    )
    with pytest.raises(InputError, match="2 of 100 sequences that can be genes"):
        rank_models(models=[fly], query=path, out=tmp_path / "near.tsv")


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"g.fasta": ">a\nACGTACGT\n"}, "8 bases; expected a genome of 20,000"),
        ({"g.fasta": ">a\nACGT\n", "h.fasta": ">b\nACGT\n"}, "several files, and --prokaryote"),
        (
            {"g.fasta": ">a\nACGT\n", "g.gff3": "##gff-version 3\na\tx\tCDS\t1\t3\t.\t+\t0\tID=c\n"},
            "an annotation, and --prokaryote",
        ),
    ],
)
def test_what_no_genes_are_called_on(fly, tmp_path, files, message):
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(InputError, match=message):
        rank_models(
            models=[fly], query=[tmp_path / name for name in files], out=tmp_path / "o.tsv", prokaryote=True
        )


def test_a_genome_too_large_for_a_bacterium(genome, monkeypatch):
    monkeypatch.setattr(called_genes, "MAX_BASES", 30_000)
    with pytest.raises(InputError, match=r"39,865 bases; expected .* A eukaryote's genes"):
        call_genes([Source(genome)])


def test_without_pyrodigal(genome, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyrodigal", None)
    with pytest.raises(InputError, match="pip install pyrodigal"):
        call_genes([Source(genome)])


@pytest.mark.parametrize(
    ("other", "words"), [(0.9, "if it is that: --genetic-code 4"), (0.62, "Of most bacteria")]
)
def test_little_in_genes_is_said_and_another_code_where_it_would_hold_more(monkeypatch, other, words):
    genome = called_genes.Genome("g", {})
    by_code = {11: 0.6, 4: other}
    monkeypatch.setattr(
        called_genes.Genome, "genes", lambda _, code: called_genes.CalledGenes([], [], code, by_code[code])
    )
    with pytest.warns(InputWarning, match=words):
        genome.doubt(genome.genes(11), asked=False)
