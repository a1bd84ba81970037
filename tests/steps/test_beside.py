"""The list of what was left out stands beside a result, in it where that is the folder one is in, or is said."""

import os
import warnings
from pathlib import Path

import pytest

from klbio import cli
from klbio.steps.beside import write_list
from klbio.steps.reads import count_reads

HEADER = "source\tkind\tname\treason"


@pytest.fixture
def empty(tmp_path, monkeypatch):
    """A file of reads, and one without any word in it."""
    monkeypatch.chdir(tmp_path)
    Path("a.fastq").write_text("@a\nACGTACGT\n+\nIIIIIIII\n")
    Path("b.fastq").write_text("@a\nACG\n+\nIII\n")
    return ["a.fastq", "b.fastq"]


@pytest.mark.parametrize(
    ("out", "place"),
    [("words.tsv", "words.tsv.dropped.tsv"), ("folder", "folder.dropped.tsv"), (".", "dropped.tsv")],
)
def test_the_list_stands_beside_a_table_or_a_folder(empty, out, place):
    Path("folder").mkdir()
    ending = count_reads(reads=empty, out=out, kmer=4)
    assert Path(place).read_text().splitlines()[0] == HEADER
    assert "b\t" in Path(place).read_text()
    assert place in str(ending)
    assert not [path for path in Path().iterdir() if path.name.startswith(".")]


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="no /dev/null on this system")
def test_beside_a_device_each_is_said(empty):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        ending = count_reads(reads=empty, out=os.devnull, kmer=4)
    assert any("sample 'b'" in str(told.message) and "left out" in str(told.message) for told in caught)
    assert str(ending).splitlines()[1:] == ["Left out: kmers of 1 sample, 1 sample.", "Files: /dev/null"]
    assert not Path("/dev/null.dropped.tsv").exists()


def test_nothing_left_out_is_nothing_said(recwarn):
    assert write_list([], None) == []
    assert not recwarn.list


@pytest.mark.parametrize("line", [("check", ""), ("matrix", "a.tsv", "--out", ".")])
def test_an_empty_text_or_the_folder_one_is_in_is_refused_in_words(line, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("a.tsv").write_text("taxon\tA\tB\nx\t3\t4\ny\t9\t1\n")
    with pytest.raises(SystemExit) as ended:
        cli.main(list(line))
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith("klbio: error: ")
    assert ("an empty text" if line[0] == "check" else "suffix ''") in said


def test_what_is_learnt_of_genes_needs_a_place_beside_the_model(tmp_path, capsys):
    genes = tmp_path / "genes.fa"
    genes.write_text(">a\nATGGCGGCGTAA\n")
    with pytest.raises(SystemExit) as ended:
        cli.main(["train", str(genes), "--out", os.devnull])
    assert ended.value.code == 2
    assert "a device or a pipe; expected a file" in capsys.readouterr().err
