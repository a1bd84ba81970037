"""Names of samples in sheet and table: those that look alike are never left out without a word."""

import warnings

import pytest

from klbio import cli, spelling
from klbio.design import Design, Sample, SampleNames
from klbio.distributions import Counts
from klbio.errors import InputError, InputWarning
from klbio.shift.settings import ShiftSettings
from klbio.shift.study import Study
from klbio.shift.study_inputs import StudyInputs
from klbio.spelling import NearNames, made_by_r, meant
from klbio.taxa_table import oriented

SHEET = ["1-A", "1-B", "2-A", "2-B", "D1", "D2"]
LIKE = {
    "capitals": ("E5", "e5"),
    "a blank": ("D 2", "D2"),
    "a blank at the end": ("D2", "D2 "),
    "a dash for a dot": ("P1-B1", "P1.B1"),
    "nothing for an underscore": ("P1_B1", "P1B1"),
    "zeros that a spreadsheet has eaten": ("1", "001"),
    "zeros within": ("PM01.7", "PM1.07"),
    "an accent of a Mac": ("Zoë1", "Zoe\u03081"),
    "a blank that does not break": ("D 2", "D\u00a02"),
    "a mark of byte order": ("D2", "\ufeffD2"),
    "a number of pandas": ("101.0", "101"),
    "a number of Excel": ("2.1", "2.10"),
    "an exponent of Excel": ("8.91E+05", "891e3"),
    "R's X": ("10.1", "X10.1"),
    "R's X and dot": ("P1_B1", "XP1.B1"),
    "phyloseq's sa": ("12", "sa12"),
    "a mate of Illumina": ("D2", "D2_S14_L001_R1_001.fastq.gz"),
    "a file of reads": ("D2", "D2.fastq.gz"),
    "a profile": ("D2", "D2_metaphlan_profile"),
    "a report in the sheet": ("D2.kreport", "D2"),
}


@pytest.mark.parametrize("case", LIKE)
def test_names_that_look_alike(case):
    sheet, table = LIKE[case]
    assert NearNames([sheet, "other"], [table, "another"]).pairs == {sheet: table}


@pytest.mark.parametrize(
    ("sheet", "table"),
    [
        (["D2"], ["D12"]),
        (["1_10"], ["11_0"]),
        (["1.1"], ["1.10", "1.100"]),
        (["12"], ["1.2"]),
        (["P1_1"], ["P1_2"]),
        (["S1"], ["S1_R1", "S1_R2"]),
        (["D 2", "D_2"], ["D2"]),
        (["before+"], ["after-"]),
    ],
)
def test_names_that_are_two(sheet, table):
    assert not NearNames(sheet, table).pairs


@pytest.mark.parametrize(
    ("name", "by_r"),
    [
        ("1", "X1"),
        ("10-A", "X10.A"),
        ("a b", "a.b"),
        ("_x", "X_x"),
        (".1", "X.1"),
        ("a_b", "a_b"),
        ("Zoë", "Zoë"),
        ("5%", "X5."),
    ],
)
def test_names_as_r_writes_them(name, by_r):
    assert made_by_r(name) == by_r


def test_a_word_far_from_all_is_no_other():
    assert meant("water", ["drug", "placebo"]) is None
    assert meant("Placebo ", ["drug", "placebo"]) == "placebo"


def design(
    names, subject=lambda name: name[:-1], phase=lambda name: "before" if name[-1] in "A1" else "after"
):
    return Design(
        [Sample(name, subject(name), phase(name), line=i) for i, name in enumerate(names, 2)], "s.tsv"
    )


def counts(samples):
    return Counts(samples, ["x", "y"], [[900 + i, 100] for i in range(len(samples))], "t.tsv")


def test_names_that_r_has_changed_are_the_sheets():
    """All that are missing, each from one: there is no other way to read it."""
    table = counts([made_by_r(name) for name in SHEET] + ["blank"])
    with pytest.warns(
        InputWarning, match=r"4 samples are called as R writes names \('X1.A' for '1-A'\); taken for"
    ):
        assert oriented(table, design(SHEET)).samples == (*SHEET, "blank")
    with pytest.warns(InputWarning):
        assert oriented(table.turned(), design(SHEET)).samples == (*SHEET, "blank")


def test_a_sample_that_is_not_there_at_all_leaves_no_doubt_of_the_others():
    with pytest.warns(InputWarning, match="3 samples are called as R writes names"):
        assert oriented(counts(["X1.A", "X1.B", "X2.A", "D1"]), design(SHEET)).samples == (
            "1-A",
            "1-B",
            "2-A",
            "D1",
        )


def test_one_name_that_r_does_not_explain_leaves_doubt_of_all():
    with pytest.raises(InputError, match=r"Did you mean 'X1.A' for '1-A', 'X2.A' for '2-A', 'd1' for 'D1'"):
        oriented(counts(["X1.A", "X2.A", "d1"]), design(["1-A", "2-A", "D1"]))


def test_two_names_that_r_makes_one_are_not_guessed():
    assert oriented(counts(["X1.A", "D1"]), design(["1-A", "1+A", "D1"])).samples == ("X1.A", "D1")


def test_names_that_are_nearly_there_are_refused_with_their_lines():
    table = counts(["1-A", "1-B", "2-A", "2-B", "d1", "D2"])
    with pytest.raises(InputError) as caught:
        oriented(table, design(SHEET))
    (fault,) = caught.value.faults
    assert str(fault) == (
        "s.tsv, line 6: 1 of 6 samples not in t.tsv: 'D1'; expected the names of the table, letter by letter. Did you "
        "mean 'd1' for 'D1'? Rename them in one of the two files; "
        "delete the lines of samples that the table really lacks."
    )


@pytest.mark.parametrize("turned", [False, True])
def test_a_rule_for_all_is_named(turned):
    table = counts(["X" + name for name in SHEET])
    with pytest.raises(InputError, match="have 'X' in front"):
        oriented(table.turned() if turned else table, design(SHEET))


@pytest.mark.parametrize("change", ["{}_R1.fastq.gz", "{} Relative Abundance (%)", "10317.{}"])
@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("longer", [False, True], ids=["in the table", "in the sheet"])
def test_one_beginning_or_ending_of_all_is_none_of_the_names(change, turned, longer):
    long, short = [change.format(name) for name in SHEET], SHEET
    in_sheet, in_table = (long, short) if longer else (short, long)
    table = counts(in_table)
    of_sheet = [Sample(name, name[-3:], "before", line=i) for i, name in enumerate(in_sheet, 2)]
    with pytest.warns(
        InputWarning, match=r"6 samples have one beginning or ending more or less .*; taken for"
    ):
        samples = oriented(table.turned() if turned else table, Design(of_sheet, "s.tsv")).samples
    assert samples == tuple(in_sheet)


def test_endings_of_several_kinds_are_not_guessed():
    names = [f"{name}_{end}" for name, end in zip(SHEET, ["r1", "r1", "r1", "r1", "r1", "r2"], strict=True)]
    with pytest.raises(InputError, match=r"samples .*1-A_r1"):
        oriented(counts(names), design(SHEET))


@pytest.mark.parametrize("turned", [False, True])
def test_another_column_of_the_sheet_has_the_names(turned):
    """Runs of an archive in the table, names of the study in the sheet: both stand in what an archive gives."""
    rows = [
        Sample(name, name[0], "before", extra={"Run": f"SRR{i}", "Sex": "f"})
        for i, name in enumerate(("A1", "B1"))
    ]
    table = counts(["SRR0", "SRR1", "SRR2"])
    with pytest.raises(
        InputError, match="Column 'Run' of the sheet has the table's names: --sample-column Run"
    ):
        oriented(table.turned() if turned else table, Design(rows, "s.tsv"))


def test_what_is_there_is_left_as_it_is():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        names = SampleNames(design(SHEET), ("D1", "blank"), "t.tsv")
        assert names.renamed() is names.names


TABLE = "taxon\tD1\tD2\tE1\tE2\tF1\tblank\nx\t900\t500\t700\t300\t400\t9\ny\t100\t500\t300\t700\t600\t0\n"
ROWS = ["D1\tD\tbefore", "D2\tD\tafter", "E1\tE\tbefore", "E2\tE\tafter", "F1\tF\tbefore", "F2\tF\tafter"]


def measure(folder):
    """Run `klbio shift` on the table and the sheet of a folder."""
    files = [str(folder / "t.tsv"), "--samples", str(folder / "s.tsv"), "--out", str(folder / "out")]
    cli.main(["shift", *files, "--no-report", "--resamples", "19"])


def warned(tmp_path, capsys, rows):
    """What `klbio shift` says besides, and the rows of dropped.tsv."""
    (tmp_path / "t.tsv").write_text(TABLE)
    (tmp_path / "s.tsv").write_text("\n".join(["sample\tsubject\tphase", *rows, ""]))
    measure(tmp_path)
    said = [
        text
        for text in capsys.readouterr().err.replace(f"{tmp_path}/", "").splitlines()
        if "warning" in text or "note" in text
    ]
    dropped = (tmp_path / "out/dropped.tsv").read_text().splitlines()[1:]
    return said, [tuple(row.split("\t")[1:3]) for row in dropped]


def test_who_is_left_out_is_said_once_with_the_subject_it_costs(tmp_path, capsys):
    rows = [*ROWS, "D3\tD\twash-out", "G1\tG\tbefore"]
    said, dropped = warned(tmp_path, capsys, rows)
    assert said == [
        "klbio: note: t.tsv: 1 of 6 samples in the table, not in the sample sheet: 'blank'; left out.",
        "klbio: warning: s.tsv: 3 of 8 samples in the sample sheet, not in the table: 'F2', 'D3', 'G1'; left out, and "
        "with them the subject 'F'.",
        "klbio: note: s.tsv: 1 of 8 samples in phases of no contrast: 'wash-out' (1); no shift is of them.",
        "klbio: note: s.tsv: 1 of 4 subjects not sampled in both phases of any contrast: 'G'; left out.",
    ]
    assert {("sample", "F2"), ("sample", "blank"), ("subject", "F"), ("phase", "wash-out")} <= set(dropped)


def test_a_subject_whose_arm_is_given_in_one_phase_is_said(tmp_path, capsys):
    """It stands in the sheet as two halves of a crossover, and neither can be measured."""
    arms = {"D2": "x", "E1": "x", "E2": "x", "F1": "x"}
    (tmp_path / "t.tsv").write_text(TABLE)
    rows = [f"{row}\t{arms.get(row[:2], '')}" for row in ROWS]
    (tmp_path / "s.tsv").write_text("\n".join(["sample\tsubject\tphase\tarm", *rows[:4], ""]))
    measure(tmp_path)
    said = capsys.readouterr().err
    assert (
        "1 of 2 subjects in both phases, but not in one arm: 'D'; left out. Give each subject its arm" in said
    )


def test_a_sample_in_another_arm_than_its_subject_is_said(tmp_path, capsys):
    """A subject that is measured without it: one row has no arm, or a wrong one."""
    (tmp_path / "t.tsv").write_text(TABLE)
    for arm, where in (("", "no arm"), ("y", "arm 'y'")):
        rows = [*(f"{row}\tx" for row in ROWS[:4]), f"F1\tD\tafter\t{arm}", f"F2\tD\tafters\t{arm}"]
        (tmp_path / "s.tsv").write_text("\n".join(["sample\tsubject\tphase\tarm", *rows, ""]))
        measure(tmp_path)
        said = capsys.readouterr().err
        assert (
            f"samples of subjects that are measured in another arm, and here lack a phase: 'D' in {where}"
            in said
        )
        assert (
            "in phases of no contrast: 'afters' (1); no shift is of them. Did you mean 'after' for 'afters'?"
            in said
        )


def test_a_misspelt_sample_ends_in_2(tmp_path, capsys):
    with pytest.raises(SystemExit) as caught:
        warned(tmp_path, capsys, [row.replace("D2\t", "D 2\t").replace("E1\t", "e1\t") for row in ROWS])
    assert caught.value.code == 2
    assert "Did you mean 'D2' for 'D 2', 'E1' for 'e1'?" in capsys.readouterr().err


def test_a_study_in_memory_says_the_same():
    sheet = design(
        ["D1", "D2", "E1", "E2", "F1", "F2"], phase=lambda name: "before" if name[-1] == "1" else "after"
    )
    with pytest.warns(InputWarning, match="1 of 6 samples in the sample sheet, not in the table: 'F2'"):
        Study(counts(["D1", "D2", "E1", "E2", "F1"]), sheet, settings=ShiftSettings(n_resamples=19))


@pytest.mark.parametrize(("n_subjects", "said"), [(9, True), (8, False)])
def test_arms_that_are_the_subjects_are_said(n_subjects, said):
    samples = [
        Sample(f"{n}{p}", f"S{n}", p, arm=f"A{n}") for n in range(n_subjects) for p in ("before", "after")
    ]
    counts = Counts(
        [sample.name for sample in samples], ["x", "y"], [[300, 200 + i] for i in range(len(samples))]
    )
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        StudyInputs(counts, Design(samples))
    words = [str(warning.message) for warning in caught]
    assert any(f"{n_subjects} arms of one subject each" in text for text in words) is said


def test_names_of_a_table_are_not_spelt_in_every_form_where_nobody_is_missing(monkeypatch):
    asked = []
    monkeypatch.setattr(spelling, "FORMS", [(asked.append, asked.append)])
    assert NearNames(["D1"], ["D1", "d1", "E2"]).pairs == {}
    assert asked == []
    assert NearNames(["D1"], ["d1"]).pairs == {"D1": "d1"}
    assert asked == ["D1", "d1"]


def test_a_name_of_the_table_that_looks_like_one_of_both_is_said():
    design = Design([Sample("D1", "Ann", "before"), Sample("D2", "Ann", "after")])
    with pytest.warns(InputWarning, match="'d2' beside 'D2': one name but for capitals or signs; left out"):
        assert list(SampleNames(design, ["D1", "D2", "d2"], "t").renamed()) == ["D1", "D2", "d2"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        SampleNames(design, ["D1", "D2", "E2"], "t").renamed()
