"""The sheet of models."""

from pathlib import Path

import pytest

from klbio.errors import InputError
from klbio.io.sheets.model_sheet import read_model_sheet


@pytest.fixture
def sheet(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a model.hmm").touch()
    (tmp_path / "species").mkdir()

    def write(text: str) -> Path:
        path = tmp_path / "models.tsv"
        path.write_text(text)
        return path

    return write


def test_names_and_further_columns_are_kept_verbatim(sheet):
    path = sheet(
        "model\tpath\tformat\tgroup\tclade\nβ-1 NA\ta model.hmm\tsnap\tfly\tinsects\n2\tspecies\t\t\t\n"
    )
    first, second = read_model_sheet(path)
    assert (first.model, first.path, first.format, first.group) == (
        "β-1 NA",
        Path("a model.hmm"),
        "snap",
        "fly",
    )
    assert first.extra == {"clade": "insects"}
    assert (second.model, second.format, second.group) == ("2", None, "")


def test_two_columns_are_enough(sheet):
    (entry,) = read_model_sheet(sheet("model\tpath\nhuman\tspecies\n"))
    assert (entry.model, entry.format, entry.group, entry.extra) == ("human", None, "", {})


def test_a_genetic_code_may_be_named(sheet):
    first, second = read_model_sheet(sheet("model\tpath\tgenetic_code\na\tspecies\t6\nb\tspecies\t\n"))
    assert (first.genetic_code, second.genetic_code) == (6, None)


def test_every_fault_at_once_with_its_line(sheet):
    path = sheet(
        "model\tpath\tformat\tgenetic_code\n"
        "human\tspecies\taugustus\t\n"
        "human\tspecies\t\t\n"
        "fly\tnowhere/fly\t\t\n"
        "\tspecies\t\t\n"
        "rice\tspecies\tnosuch\t\n"
        "yeast\tspecies\t\t7\n"
    )  # fmt: skip
    with pytest.raises(InputError) as caught:
        read_model_sheet(path)
    told = {fault.line: fault for fault in caught.value.faults}
    assert set(told) == {3, 4, 5, 6, 7}
    assert "genetic_code '7'" in told[7].found
    assert "'human' was given in line 2" in told[3].found
    assert "'nowhere/fly' is not there" in told[4].found
    assert "where klbio or Snakemake was called" in told[4].remedy
    assert "'model' is empty" in told[5].found
    assert "format 'nosuch'" in told[6].found
    assert "'hmmer', 'snap', 'augustus'" in told[6].expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("model\tgroup\nhuman\tx\n", "also 'path'"),
        ("model\tpath\n", "at least one row"),
        ("model,path\nx,y\n", "path 'y' is not there"),
    ],
)
def test_refusals_of_the_whole_sheet(sheet, text, words):
    with pytest.raises(InputError, match=words):
        read_model_sheet(sheet(text))


def test_the_bundled_sheet(root, monkeypatch):
    monkeypatch.chdir(root)
    entries = read_model_sheet("config/models.tsv")
    assert {entry.format for entry in entries} == {"augustus", "snap", "hmmer"}
    assert all(entry.group for entry in entries)
