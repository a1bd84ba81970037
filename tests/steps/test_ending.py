"""How a command ends: an answer, what was left out, where the files are; and a page beside the tables."""

import shutil
import subprocess
import sys

import pytest

from klbio import cli
from klbio.report.findings import findings
from klbio.report.tables import read_results
from klbio.schema import DroppedRow
from klbio.steps.ending import left_out

TABLE = "taxon\ts1\ts2\ts3\nA\t900\t100\t5\nB\t100\t900\t5\n"
SHEET = "sample\tsubject\tphase\ns1\tX\tbefore\ns2\tX\tafter\n"


@pytest.fixture
def study(tmp_path, monkeypatch):
    (tmp_path / "t.tsv").write_text(TABLE)
    (tmp_path / "s.tsv").write_text(SHEET)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def shift(*more):
    cli.main(["shift", "t.tsv", "--samples", "s.tsv", "--resamples", "19", "--out", "out", *more])


def row(kind, name):
    return DroppedRow(source="t.tsv", kind=kind, name=name, reason="shallow")


def test_a_shift_ends_with_the_first_finding_what_was_left_out_and_the_page(study, capsys):
    shift()
    answer, left, files = capsys.readouterr().out.splitlines()
    assert answer == findings(read_results(study / "out"))[0].sentence
    assert left == "Left out: 1 sample; out/dropped.tsv says why."
    assert files == "Files: out, the page out/report.html"
    page = (study / "out/report.html").read_text()
    assert "Not run" not in page
    assert any((study / "out/figures").iterdir())
    cli.main(["report", "out", "--out", "again/report.html", "--quiet"])
    assert capsys.readouterr().out == ""
    assert (study / "again/report.html").read_text() == page


def test_no_page_and_no_words_where_none_are_wanted(study, capsys):
    shift("--no-report", "--quiet")
    assert capsys.readouterr().out == ""
    assert not (study / "out/report.html").exists()
    shift("--no-report")
    assert capsys.readouterr().out.splitlines()[-1] == "Files: out"


def test_who_is_strict_may_leave_out_what_was_chosen_to_be(study, capsys):
    """Samples that the sheet does not name, dates, a subject and a phase without a contrast, a shallow sample."""
    more = "s4\tY\tbefore\t2024-03-01\ns5\tX\tlater\t2024-04-01\ns6\tZ\tbefore\t\n"
    (study / "t.tsv").write_text(
        "taxon\ts1\ts2\ts3\ts4\ts5\ts6\nA\t900\t100\t5\t700\t300\t3\nB\t100\t900\t5\t7\t8\t1\n"
    )
    (study / "s.tsv").write_text(
        "sample\tsubject\tphase\ttime\ns1\tX\tbefore\t\ns2\tX\tafter\t2024-03-05\n" + more
    )
    shift("--strict", "--no-report")
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 5
    assert all(line.startswith("klbio: note: ") for line in said)


def test_warnings_are_faults_of_who_is_strict_and_nothing_is_written(study, capsys):
    (study / "s.tsv").write_text(SHEET + "s7\tX\tafter\n")
    with pytest.raises(SystemExit) as caught:
        shift("--strict")
    assert caught.value.code == 2
    message = capsys.readouterr()
    assert message.out == ""
    assert all(line.startswith(("klbio: error: ", "klbio: note: ")) for line in message.err.splitlines())
    assert message.err.count("1 of 3 samples in the sample sheet, not in the table: 's7'") == 1
    assert "expected nothing that may be a mistake, with --strict" in message.err
    assert not (study / "out").exists()


@pytest.mark.parametrize("command", ["models", "nearest"])
def test_a_page_of_models_and_of_the_nearest(command, root, tmp_path, capsys, undrawn):
    species = [str(root / "examples/gene-models/augustus" / name) for name in ("human", "fly", "arabidopsis")]
    out = tmp_path / "models" if command == "models" else tmp_path / "near.tsv"
    query = ["--query", str(root / "examples/cds/worm.fasta")] if command == "nearest" else []
    cli.main([command, *species, *query, "--out", str(out)])
    answer, left, files, *said = capsys.readouterr().out.splitlines()
    folder, title = {
        "models": ("models", "Where do these gene models disagree?"),
        "nearest": ("near.report", "Which known gene model is the nearest?"),
    }[command]
    page = tmp_path / folder / "report.html"
    assert f"<h1>{title}" in page.read_text()
    assert answer.startswith("The closest pair is" if command == "models" else "Of 3 known models")
    assert left == "Nothing was left out."
    assert files == f"Files: {out}, the page {page}"
    assert page.is_file()
    if command == "nearest":
        (for_methods,) = said
        assert for_methods.removeprefix("For the methods: ") in page.read_text()
        assert "AUGUSTUS <code>--species=arabidopsis</code>" in page.read_text()
    for results in (out, out if command == "models" else tmp_path):
        assert findings(read_results(results))[0].sentence == answer


def test_two_tables_of_nearest_models_are_asked_about(root, tmp_path, capsys):
    for name in ("a.tsv", "b.tsv"):
        cli.main([
            "nearest", str(root / "examples/gene-models/augustus/human"), "--no-report", "--quiet",
            "--query", str(root / "examples/cds/worm.fasta"), "--out", str(tmp_path / name),
        ])  # fmt: skip
    with pytest.raises(SystemExit):
        cli.main(["report", str(tmp_path)])
    assert "2 tables of nearest models" in capsys.readouterr().err


def test_the_words_go_to_standard_error_where_a_file_goes_to_standard_output(tmp_path):
    script = "import sys; from klbio.cli.command import is_stdout as is_; "
    script += "print(is_('/dev/stdout'), is_(sys.argv[1]), is_('/dev/null'), is_('nowhere'), file=sys.stderr)"
    with (tmp_path / "words.txt").open("w") as file:
        command = [sys.executable, "-c", script, str(tmp_path / "words.txt")]
        done = subprocess.run(command, stdout=file, stderr=subprocess.PIPE, text=True)
    assert done.stderr == "True True False False\n"


def test_what_was_left_out_is_counted_by_kind_each_name_once():
    rows = [row("sample", "a"), row("sample", "a"), row("taxon", "x"), row("taxon", "y"), row("kmer", "a")]
    assert left_out(rows, "d.tsv") == "Left out: 1 sample, 2 taxa, kmers of 1 sample; d.tsv says why."
    assert (
        left_out([row("pairs", "3 of 9 pairs of profiles")], "d.tsv", "e.tsv")
        == "Left out: 3 of 9 pairs of profiles; d.tsv and e.tsv say why."
    )
    assert left_out([row("sample", "a")]) == "Left out: 1 sample."


def test_files_of_one_name_in_two_folders_are_two_wherever_they_are_counted(root, tmp_path, capsys, undrawn):
    for name in ("mam39", "mam46"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "LICENSE").write_text("free\n")
        shutil.copy(root / f"examples/gene-models/snap/{name}.hmm", tmp_path / name)
    query, out = root / "examples/cds/worm.fasta", tmp_path / "near.tsv"
    cli.main(
        [
            "nearest",
            str(tmp_path / "mam39"),
            str(tmp_path / "mam46"),
            "--query",
            str(query),
            "--out",
            str(out),
        ]
    )
    assert "\nLeft out: 2 files; " in capsys.readouterr().out
    page = (tmp_path / "near.report/report.html").read_text()
    assert "Left out: 2 files" in page
    assert '<span class="tag">2 files</span>' in page


def test_who_is_in_some_contrast_is_not_counted_as_left_out(study, capsys):
    """Nobody of the placebo was sampled during: that is no matter of single subjects."""
    phases = {
        "D": ("before", "during", "after"),
        "E": ("before", "during", "after"),
        "P": ("before", "after"),
    }
    phases |= {"Q": ("before", "after"), "L": ("before",)}
    arms = dict.fromkeys("PQ", "placebo")
    samples = [
        (f"{who}-{phase}", who, phase, arms.get(who, "drug")) for who in phases for phase in phases[who]
    ]
    rows = ["\t".join(sample) for sample in samples]
    (study / "s.tsv").write_text("\n".join(["sample\tsubject\tphase\tarm", *rows, ""]))
    header = "\t".join(["taxon", *(name for name, *_ in samples)])
    lines = [
        "\t".join([taxon, *(str(90 + 7 * k * n) for k in range(len(samples)))])
        for n, taxon in enumerate("AB")
    ]
    (study / "t.tsv").write_text("\n".join([header, *lines, ""]))
    shift("--after", "during", "--after", "after", "--no-report")
    said = capsys.readouterr().out.splitlines()
    assert said[1] == "Left out: 1 subject; out/dropped.tsv says why."
    assert "before to during" in said[0]
