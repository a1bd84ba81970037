"""From a table and a sheet in its own words to a config that passes every check."""

import shlex
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from klbio import cli
from klbio.io.sheets.config_text import config_text

PEOPLE = ("Ann", "Bo", "Cy", "Dee")


def table(path, names, taxonomy=False):
    lines = ["\t".join(["taxon", *names])]
    for i, taxon in enumerate(("x", "y", "z")):
        lines.append("\t".join([taxon, *(str(300 + 7 * i + 11 * j * (i + 1)) for j in range(len(names)))]))
    path.write_text("\n".join(lines) + "\n")


def sheet(path, header, rows):
    path.write_text("\n".join("\t".join(row) for row in [header, *rows]) + "\n")


def own_words():
    """Columns in her own words; visits in the order of days, not of the alphabet; a placebo group."""
    header = ["Probe", "Patient", "Treatment", "Day", "Group", "Age"]
    visits = [("Screening", "-7"), ("Amoxicillin", "7"), ("1 month later", "35")]
    rows = [
        [f"s{i}{j}", who, visit, day, ("Verum", "Placebo")[i % 2], f"{30 + i}"]
        for i, who in enumerate(PEOPLE)
        for j, (visit, day) in enumerate(visits)
    ]
    return header, rows


def qiime():
    header, rows = own_words()
    header = ["sample-id", "host_subject_id", "visit", "collection_timestamp", "Group", "Age"]
    dates = {"-7": "2024-01-03", "7": "2024-01-17", "35": "2024-02-14"}
    types = ["#q2:types", *["categorical"] * 4, "numeric"]
    blank = ["Blank.1", "not applicable", "not applicable", "2024-01-03", "not applicable", ""]
    return header, [types, *([*row[:3], dates[row[3]], *row[4:]] for row in rows), blank]


def sites():
    """Two body sites on each day, and no arm: each site is measured apart."""
    header = ["#SampleID", "subject", "body_site", "day", "antibiotics"]
    rows = [
        [f"{who}.{site}.{day}", who, site, day, "yes" if day in ("5", "6") else "no"]
        for who in PEOPLE
        for site in ("gut", "tongue")
        for day in ("0", "1", "5", "6")
    ]
    return header, rows


def days():
    """No column of phases: the day is one."""
    _, rows = own_words()
    return ["Sample", "Mouse", "Day"], [[row[0], row[1], row[3]] for row in rows]


CASES = {
    "own words": (
        own_words,
        {"sample": "Probe", "subject": "Patient", "phase": "Treatment", "time": "Day", "arm": "Group"},
        [("Screening", "Amoxicillin"), ("Screening", "1 month later")], "Placebo",
    ),
    "QIIME 2": (
        qiime,
        {"subject": "host_subject_id", "phase": "visit", "time": "collection_timestamp", "arm": "Group"},
        [("Screening", "Amoxicillin"), ("Screening", "1 month later")], "Placebo",
    ),
    "body sites": (sites, {"phase": "antibiotics", "time": "day", "arm": "body_site"}, [("no", "yes")], None),
    "days": (days, {"subject": "Mouse", "phase": "Day"}, [("-7", "7"), ("-7", "35")], None),
}  # fmt: skip


def of_r():
    """As write.csv gives sample_data of phyloseq: no name above those of the samples; words of another tongue."""
    _, rows = own_words()
    days = {"-7": "2024-01-03", "7": "2024-01-17", "35": "2024-02-14"}
    return ["", "Patient", "Visite", "Tag", "Gruppe"], [[*row[:3], days[row[3]], row[4]] for row in rows]


def of_r_without_corner():
    header, rows = of_r()
    return header[1:], rows


OF_R = (
    {"phase": "Visite", "time": "Tag", "arm": "Gruppe", "subject": "Patient"},
    [("Screening", "Amoxicillin"), ("Screening", "1 month later")], "Placebo",
)  # fmt: skip
CASES |= {"R, write.csv": (of_r, *OF_R), "R, write.table": (of_r_without_corner, *OF_R)}


@pytest.fixture(params=CASES)
def case(request, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    make, *expected = CASES[request.param]
    header, rows = make()
    table(tmp_path / "t.tsv", [row[0] for row in rows if not row[0].startswith("#")])
    sheet(tmp_path / "s.txt", header, rows)
    return expected


def test_a_config_that_passes_every_check(case, capsys):
    columns, contrasts, control = case
    cli.main(["init", "t.tsv", "s.txt", "--out", "mine.yaml"])
    said = capsys.readouterr().out
    config = yaml.safe_load(Path("mine.yaml").read_text())
    assert config["taxa"].get("columns") == columns
    assert [(pair["before"], pair["after"]) for pair in config["shift"]["contrasts"]] == contrasts
    assert config["shift"].get("control") == control
    assert config["outdir"] == "results/mine"
    assert "klbio check mine.yaml" in said
    cli.main(["check", "mine.yaml"])
    assert "mine.yaml: no fault found" in capsys.readouterr().out


def test_the_command_that_is_proposed_runs(case, capsys, tmp_path, undrawn):
    cli.main(["init", "t.tsv", "s.txt"])
    (line,) = (row for row in capsys.readouterr().out.splitlines() if "klbio shift" in row)
    words = shlex.split(line[line.index("klbio shift") :])[1:]
    cli.main([*words, "--resamples", "19", "--min-depth", "2"])
    n_rows = len((tmp_path / "results/shift/pairs.tsv").read_text().splitlines())
    assert n_rows > len(PEOPLE)


def test_rows_without_a_subject_or_a_phase_are_left_out_of_a_sheet_of_their_own(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    header, rows = qiime()
    table(tmp_path / "t.tsv", [row[0] for row in rows[1:]])
    sheet(tmp_path / "s.txt", header, rows)
    cli.main(["init", "t.tsv", "s.txt", "--out", "mine.yaml"])
    assert (
        "1 of 13 rows name no sample, subject or phase: mine.samples.tsv has the others."
        in capsys.readouterr().out
    )
    kept = (tmp_path / "mine.samples.tsv").read_text().splitlines()
    assert kept == ["\t".join(row) for row in [header, *rows[1:-1]]]


def bar_plot(path, header, rows):
    """A table of QIIME 2 with what it says of its samples."""
    lineages = [f"d__Bacteria;p__{name}" for name in ("X", "Y", "Z")]
    lines = [",".join(["index", *lineages, *header[1:]])]
    for i, row in enumerate(rows):
        lines.append(",".join([row[0], *(str(300 + 7 * j + 11 * i * (j + 1)) for j in range(3)), *row[1:]]))
    path.write_text("\n".join(lines) + "\n")


def test_without_a_sheet_what_the_table_says_of_its_samples_is_one(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    bar_plot(tmp_path / "level-2.csv", *own_words())
    cli.main(["init", "level-2.csv", "--out", "mine.yaml"])
    assert "mine.samples.tsv is what level-2.csv says of its samples." in capsys.readouterr().out
    cli.main(["check", "mine.yaml"])
    words = ["--subject-column", "Patient", "--phase-column", "Treatment", "--before", "Screening"]
    after = ["--after", "Amoxicillin", "--resamples", "19", "--no-report", "--out", "o"]
    cli.main(["shift", "level-2.csv", *words, *after])
    assert "metadata of samples in the table; taken for the sample sheet" in capsys.readouterr().err
    for arguments, fault in (
        (
            ["shift", "level-2.csv", "--out", "p"],
            "Did you mean --subject-column Patient --phase-column Treatment?",
        ),
        (["shift", "t.tsv", "--out", "p"], "no sample sheet, and no metadata of samples in the table"),
        (["init", "t.tsv", "--out", "p.yaml"], "Name the sample sheet after the table."),
    ):
        table(tmp_path / "t.tsv", ["a", "b"])
        with pytest.raises(SystemExit):
            cli.main(arguments)
        assert fault in capsys.readouterr().err


def test_a_workbook_with_notes_on_its_first_worksheet(tmp_path, monkeypatch):
    openpyxl = pytest.importorskip("openpyxl")
    monkeypatch.chdir(tmp_path)
    header, rows = own_words()
    table(tmp_path / "t.tsv", [row[0] for row in rows])
    book = openpyxl.Workbook()
    for row in (["Study of 2024"], ["who", "what"], ["us", "this"]):
        book.active.append(row)
    samples = book.create_sheet("Samples")
    for row in ([], ["Samples of all visits"], header, *rows):
        samples.append(row)
    book.save("s.xlsx")
    cli.main(["init", "t.tsv", "s.xlsx", "--out", "mine.yaml"])
    cli.main(["check", "mine.yaml"])


def test_the_bundled_study_needs_no_words(root, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(root)
    mouse, out = "examples/mouse-diet", str(tmp_path / "mouse.yaml")
    cli.main(
        [
            "init",
            f"{mouse}/table.tsv",
            "config/samples.tsv",
            "--taxonomy",
            f"{mouse}/taxonomy.tsv",
            "--out",
            out,
        ]
    )
    config = yaml.safe_load(Path(out).read_text())
    assert "columns" not in config["taxa"]
    assert config["taxa"]["ranks"] == ["genus", "family", "phylum", "feature"]
    assert config["shift"] == {"contrasts": [{"before": "before", "after": "after"}], "control": "control"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda header, rows: (header, [["x" + row[0], *row[1:]] for row in rows]), "none with names of samples"),
        (lambda header, rows: ([*header[:1], "Age"], [[row[0], f"3{i}"] for i, row in enumerate(rows)]),
         "none that seems to name subjects"),
        (lambda header, rows: (header[:2], [row[:2] for row in rows]), "none that seems to name phases"),
    ],
)  # fmt: skip
def test_a_sheet_of_which_nothing_can_be_made(tmp_path, monkeypatch, capsys, change, words):
    monkeypatch.chdir(tmp_path)
    header, rows = own_words()
    table(tmp_path / "t.tsv", [row[0] for row in rows])
    sheet(tmp_path / "s.txt", *change(header, rows))
    with pytest.raises(SystemExit):
        cli.main(["init", "t.tsv", "s.txt"])
    assert words in capsys.readouterr().err
    assert not (tmp_path / "config.yaml").exists()


def test_of_several_sites_in_a_study_with_arms_the_most_common_is_kept(tmp_path, monkeypatch, capsys):
    """Pooled, gut and tongue of one person would be one sample."""
    monkeypatch.chdir(tmp_path)
    header, rows = own_words()
    tongue = [[f"t{row[0]}", *row[1:]] for row in rows[:-1]]
    rows = [[*row, "gut"] for row in rows] + [[*row, "tongue"] for row in tongue]
    table(tmp_path / "t.tsv", [row[0] for row in rows])
    sheet(tmp_path / "s.txt", [*header, "body_site"], rows)
    cli.main(["init", "t.tsv", "s.txt", "--out", "mine.yaml"])
    assert "several sites (column 'body_site'); these are the 12 of 'gut'" in capsys.readouterr().out
    assert len((tmp_path / "mine.samples.tsv").read_text().splitlines()) == 13
    cli.main(["check", "mine.yaml"])


def test_a_time_that_tells_no_samples_apart_is_not_used(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    header, rows = own_words()
    rows = rows + [[f"again{row[0]}", *row[1:]] for row in rows]
    table(tmp_path / "t.tsv", [row[0] for row in rows])
    sheet(tmp_path / "s.txt", header, rows)
    cli.main(["init", "t.tsv", "s.txt", "--out", "mine.yaml"])
    assert (
        "Column 'Day' is not used: samples of one subject and phase have the same time."
        in capsys.readouterr().out
    )
    cli.main(["check", "mine.yaml"])


def test_a_table_may_be_a_folder_of_files(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "profiles").mkdir()
    header, rows = own_words()
    sheet(tmp_path / "s.txt", header, rows)
    for i, row in enumerate(rows):
        text = "".join(f"k__B|s__{taxon}\t2\t{90 + i if taxon == 'x' else 10}\t\n" for taxon in "xyz")
        head = "#SampleID\tMetaphlan_Analysis\n#clade_name\tNCBI_tax_id\trelative_abundance\tadditional_species\n"
        (tmp_path / "profiles" / f"{row[0]}_profile.txt").write_text(head + text)
    cli.main(["init", "profiles", "s.txt"])
    cli.main(["check", "config.yaml"])
    assert "config.yaml: no fault found" in capsys.readouterr().out


def test_a_config_is_never_written_over(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.yaml").write_text("mine")
    table(tmp_path / "t.tsv", ["a"])
    sheet(tmp_path / "s.txt", ["sample"], [["a"]])
    with pytest.raises(SystemExit):
        cli.main(["init", "t.tsv", "s.txt"])
    assert "config.yaml: a file that is there already" in capsys.readouterr().err


def test_a_sheet_is_never_written_over(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.samples.tsv").write_text("mine")
    header, rows = qiime()
    table(tmp_path / "t.tsv", [row[0] for row in rows[1:]])
    sheet(tmp_path / "s.txt", header, rows)
    with pytest.raises(SystemExit):
        cli.main(["init", "t.tsv", "s.txt", "--out", "mine.yaml"])
    assert "mine.samples.tsv: a file that is there already" in capsys.readouterr().err
    assert not (tmp_path / "mine.yaml").exists()


def test_every_key_is_explained_where_it_stands():
    text = config_text({"taxa": {"table": "a: b.tsv", "columns": {"phase": "Visit 'x'"}}, "shift": {}})
    assert yaml.safe_load(text) == {"taxa": {"table": "a: b.tsv", "columns": {"phase": "Visit 'x'"}}}
    for key in ("taxonomy:", "tree:", "ranks: [feature]", "min_depth: 100", "control:", "seed: 1"):
        assert f"# {key}" in text


def test_one_workbook_holds_all(tmp_path, capsys):
    book, taxa = tmp_path / "study.xlsx", [f"OTU{i}" for i in range(6)]
    samples = [f"P{i}_{phase}" for i in range(4) for phase in "ba"]
    people = pd.DataFrame({"Sample ID": samples, "Patient": [name[:2] for name in samples],
                           "Visit": ["before", "after"] * 4})  # fmt: skip
    counts = pd.DataFrame(np.random.default_rng(1).integers(5, 400, (6, 8)), taxa, samples)
    ranks = pd.DataFrame({"Phylum": "Bacillota", "Genus": ["Blautia", "Dorea"] * 3}, taxa)
    with pd.ExcelWriter(book) as writer:
        counts.to_excel(writer, sheet_name="Counts", index_label="OTU")
        ranks.to_excel(writer, sheet_name="Taxonomy", index_label="OTU")
        people.to_excel(writer, sheet_name="Patients", index=False)
    cli.main(["init", str(book), str(book), "--taxonomy", str(book), "--out", str(tmp_path / "c.yaml")])
    cli.main(["check", str(tmp_path / "c.yaml")])
    assert "subject 'Patient', phase 'Visit'" in capsys.readouterr().out
