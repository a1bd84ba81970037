"""Sheets that people had, from the folder beside the repository: right, or refused in words that help."""

from pathlib import Path

import pytest

from klbio import cli

CASES = Path(__file__).parents[2] / "shared/cases"
TABLES = CASES / "tables"
pytestmark = pytest.mark.skipif(not TABLES.is_dir(), reason="the handed cases are not on this machine")
RIGHT = 0.139244  # bits, of subject P1, pooled

REFUSED = {
    "s_caseblanks.tsv": ["phase 'before' and 'Before' (line 2)", "expected one spelling"],
    "s_subject_NA2.tsv": ["line 3: column 'subject' holds 'NA', a word for a missing value, also in line 21"],
}
READ = ["s_q2types.tsv", "s_q2types_sample.tsv", "s_q2types_time.tsv", "sheet.tsv"]


def shift(tmp_path, capsys, table, sheet, *options):
    """Exit code, words, and the pooled shift of P1."""
    code = 0
    try:
        cli.main(
            [
                "shift",
                "--no-report",
                str(table),
                "--samples",
                str(sheet),
                "--resamples",
                "19",
                "--out",
                str(tmp_path),
                *options,
            ]
        )
    except SystemExit as end:
        code = end.code
    rows = (
        [line.split("\t") for line in (tmp_path / "pairs.tsv").read_text().splitlines()]
        if code == 0
        else [[]]
    )
    shifts = {tuple(row[:1]): dict(zip(rows[0], row, strict=False)) for row in rows[1:] if "pooled" in row}
    value = shifts.get(("P1",), {}).get("jsd_plugin_bits")
    return code, capsys.readouterr().err, value and float(value)


@pytest.mark.parametrize("name", READ)
def test_sheets_that_are_read(tmp_path, capsys, name):
    code, said, value = shift(tmp_path, capsys, TABLES / "plain.tsv", TABLES / name)
    assert (code, value) == (0, pytest.approx(RIGHT, abs=1e-6)), said


@pytest.mark.parametrize("name", REFUSED)
def test_sheets_that_are_refused(tmp_path, capsys, name):
    code, said, _ = shift(tmp_path, capsys, TABLES / "plain.tsv", TABLES / name)
    assert code == 2
    assert all(word in said for word in REFUSED[name]), said


def test_names_that_were_changed_for_some(tmp_path, capsys):
    code, said, _ = shift(tmp_path, capsys, TABLES / "t_partial.tsv", TABLES / "sheet.tsv")
    assert code == 2
    assert "8 of 24 samples not in" in said
    assert "Did you mean 'XP1.B1' for 'P1_B1'" in said


def test_a_misspelt_sample(tmp_path, capsys):
    sheet, table = CASES / "use/misspelt_sample/s5.tsv", CASES.parent / "data/dethlefsen2011/table.tsv"
    code, said, _ = shift(tmp_path, capsys, table, sheet, "--before", "Pre Cp", "--after", "1st Cp")
    assert code == 2
    assert "line 3: 2 of 162 samples not in" in said
    assert "Did you mean 'D2' for 'D 2', 'E5' for 'e5'?" in said


@pytest.mark.parametrize("name", ["ecam2016", "movingpictures2011", "dethlefsen2011"])
def test_a_config_is_proposed_for_published_studies(tmp_path, capsys, monkeypatch, shared, name):
    monkeypatch.chdir(tmp_path)
    folder = shared / name
    files = [str(folder / file) for file in ("table.tsv", "metadata.tsv", "taxonomy.tsv")]
    cli.main(["init", *files[:2], "--taxonomy", files[2], "--out", "mine.yaml"])
    cli.main(["check", "mine.yaml"])
    assert "no fault found" in capsys.readouterr().out
