"""A sheet in its own words: columns, phases, and words that are nobody's name."""

import pytest

from klbio.columns import Columns
from klbio.design import Contrast, Design, phase_faults
from klbio.errors import InputError, InputWarning
from klbio.interop import as_design
from klbio.io.sheets.sheet import read_phases, read_samples

OWN = "Probe\tPatient\tTreatment\tDay\tphase\n" + "".join(
    f"{who}{i}\t{who}\t{label}\t{i}\tx\n"
    for who in ("P1", "P2")
    for i, label in enumerate(("Pre", "Baseline", "1st CP"))
)
COLUMNS = {"sample": "Probe", "subject": "Patient", "phase": "Treatment", "time": "Day"}


@pytest.fixture
def sheet(tmp_path):
    def write(text):
        (tmp_path / "s.tsv").write_text(text)
        return tmp_path / "s.tsv"

    return write


def refused(*arguments, **named):
    with pytest.raises(InputError) as caught:
        read_samples(*arguments, **named)
    return [str(fault) for fault in caught.value.faults]


def test_columns_in_her_own_words(sheet):
    design = read_samples(sheet(OWN), columns=COLUMNS)
    assert [(sample.name, sample.subject, sample.phase, sample.time) for sample in design.samples][:2] == [
        ("P10", "P1", "Pre", 0),
        ("P11", "P1", "Baseline", 1),
    ]
    assert design.samples[0].extra == {"phase (not used)": "x"}


def test_several_labels_are_one_phase(sheet):
    phases = {"before": ["Pre", "Baseline"], "after": "1st CP"}
    design = read_samples(sheet(OWN), columns=COLUMNS, phases=phases)
    assert [sample.phase for sample in design.samples[:3]] == ["before", "before", "after"]
    assert read_phases(sheet(OWN), COLUMNS, phases) == ["before", "after"]
    design.check([Contrast()])


@pytest.mark.parametrize(
    ("columns", "phases", "words"),
    [
        (
            {**COLUMNS, "subject": "patients"},
            {},
            "no column 'patients' for the subject.*Did you mean 'Patient'?",
        ),
        (
            {**COLUMNS, "subject": "PATIENT"},
            {"x": ["Pre CP"]},
            "no sample of phase 'Pre CP'.*Did you mean 'Pre'?",
        ),
        ({**COLUMNS, "persons": "Patient"}, {}, "columns: 'persons'; expected one of 'sample', 'subject'"),
        ({**COLUMNS, "arm": "Patient"}, {}, "column 'Patient' is named for the subject and for the 'arm'"),
        (COLUMNS, {"a": ["Pre"], "b": ["Pre"]}, "phases: 'Pre' in 2 phases"),
        (COLUMNS, {"Pre": ["Baseline"]}, "a phase 'Pre' besides the labels that stand for it"),
    ],
)
def test_words_that_name_nothing(sheet, columns, phases, words):
    with pytest.raises(InputError, match=words):
        read_samples(sheet(OWN), columns=columns, phases=phases)


def test_likely_columns_are_proposed_in_a_command(sheet):
    (fault,) = refused(sheet(OWN.replace("\tphase", "\tnote").replace("Patient", "Patient ID")))
    assert "--sample-column NAME --subject-column 'Patient ID' --phase-column Treatment" in fault
    assert "klbio init" in fault
    (fault,) = refused(sheet(OWN.replace("Probe", "Sample_ID").replace("\tphase", "\tnote")))
    assert "Did you mean --subject-column Patient --phase-column Treatment?" in fault


def test_files_of_reads_can_be_named(sheet):
    text = "sample\tsubject\tphase\tfiles\na\tP\tbefore\ta.fq\n"
    (fault,) = refused(sheet(text), reads=True)
    assert (
        "also 'fastq_1'. If they go by other names: --fastq-1-column NAME (config: `columns: {fastq_1: NAME}`)."
        in fault
    )


def test_a_column_with_its_own_name_goes_before_others():
    columns = Columns(("sample", "phase"), aliases={"sample id": "sample"})
    assert columns.named(["Phase", "phase", "Sample-ID"]) == ("Phase", "phase", "sample")
    assert columns.named(["sample id", "sample", "PHASE"]) == ("sample id", "sample", "phase")
    assert columns.named(["#Sample ID", "phase", "sample"]) == ("sample", "phase", "sample (not used)")


def test_a_fault_names_the_column_as_the_sheet_does(sheet):
    text = OWN.replace("P10\tP1\tPre\t0", "P10\t\tPre\tsoon").replace("\tphase", "\tnote")
    faults = refused(sheet(text), columns=COLUMNS)
    assert "line 2: column 'Patient' (subject) is empty" in faults[0]
    assert "line 2: column 'Day' (time) holds 'soon'" in faults[1]


NOBODY = [
    "NA", "nan", "N/A", "#N/A", "None", "null", "Missing: Not provided", "missing: control sample", "not applicable",
    "not collected", "not_provided", "restricted access", "-", "?", "unknown",
]  # fmt: skip


@pytest.mark.parametrize("word", NOBODY)
@pytest.mark.parametrize("column", ["sample", "subject"])
def test_a_word_for_a_missing_value_is_nobody(sheet, column, word):
    """R, pandas, spreadsheets, Qiita and INSDC each have their own; two people became one of that name."""
    rows = [["a", "P1", "before"], ["b", "P1", "after"], ["c", "P2", "before"], ["d", "P2", "after"]]
    rows[1][("sample", "subject").index(column)] = rows[2][("sample", "subject").index(column)] = word
    text = "".join("\t".join(row) + "\n" for row in [["sample", "subject", "phase"], *rows])
    faults = refused(sheet(text))
    assert (
        f"line 3: column {column!r} holds {word!r}, a word for a missing value, also in line 4" in faults[0]
    )


def test_a_phase_may_be_called_none_but_not_be_missing(sheet):
    text = "sample\tsubject\tphase\na\tP\tnone\nb\tP\tdrug\nc\tP\tNA\n"
    assert "line 4: column 'phase' holds 'NA'" in refused(sheet(text))[0]
    read_samples(sheet(text.replace("c\tP\tNA\n", ""))).check([Contrast("none", "drug")])


def test_no_arm_is_called_after_a_missing_value(sheet):
    text = "sample\tsubject\tphase\tarm\tbatch\na\tP\tbefore\tNA\tNA\nb\tP\tafter\tnot applicable\tx\n"
    with pytest.warns(InputWarning) as caught:
        design = read_samples(sheet(text))
    assert [(sample.arm, sample.batch) for sample in design.samples] == [("", ""), ("", "x")]
    texts = [str(warning.message).partition(": ")[2] for warning in caught]
    assert texts == [
        "column 'arm' holds 'NA', 'not applicable' in 2 rows; taken as no arm.",
        "column 'batch' holds 'NA' in 1 row; taken as not known.",
    ]


def test_an_arm_may_be_called_none(sheet):
    text = "sample\tsubject\tphase\tarm\na\tP\tbefore\tNone\nb\tP\tafter\tNone\n"
    with pytest.warns(InputWarning, match="column 'arm' holds 'None'; taken for the name of an arm"):
        assert read_samples(sheet(text)).arms().names == ("None",)


def people(*spellings):
    rows = [f"{i}\t{who}\t{phase}\n" for i, (who, phase) in enumerate(spellings)]
    return "sample\tsubject\tphase\n" + "".join(rows)


@pytest.mark.parametrize("other", ["p1", "P 1", "P-1", "P_1", "P01", "P.1"])
def test_one_person_in_two_spellings(sheet, other):
    (fault,) = refused(sheet(people(("P1", "before"), ("P2", "before"), (other, "after"), ("P2", "after"))))
    assert f"line 4: subject {other!r} and 'P1' (line 2), in different phases; expected one spelling" in fault


def test_one_person_as_a_number_and_as_a_number_of_a_data_frame(sheet):
    assert (
        "subject '7.0' and '7'"
        in refused(sheet(people(("7", "before"), ("8", "before"), ("7.0", "after"))))[0]
    )


@pytest.mark.parametrize("other", ["p1", "P11", "P-1"])
def test_two_people_of_like_names_with_the_same_phases(sheet, other):
    spelt = [("P1", "before"), (other, "before"), ("P1", "after"), (other, "after")]
    assert len(read_samples(sheet(people(*spelt))).units) == 2


@pytest.mark.parametrize(
    ("phases", "alike"),
    [
        (("Pre Cp", "pre cp"), True),
        (("Week 1", "Week_1"), True),
        (("pre-treatment", "pretreatment"), True),
        (("day -1", "day 1"), False),
        (("day-1", "day1"), False),
        (("HIV+", "HIV-"), False),
        (("1 0", "10"), False),
        (("day 1", "day 10"), False),
        (("1.5 mg", "15 mg"), False),
        (("Zoë", "Zoe\u0308"), True),
        (("before", "be\u200bfore"), True),
        (("Pre Cp", "Pre\u00a0Cp"), True),
        (("day ½", "day 1"), False),
    ],
)
def test_phases_that_are_one_to_the_eye(sheet, phases, alike):
    spelt = [("P1", phases[0]), ("P1", phases[1]), ("P2", phases[0]), ("P2", phases[1])]
    text = people(*spelt)
    if alike:
        assert "one name but for capitals, blanks or signs" in refused(sheet(text))[0]
    else:
        read_samples(sheet(text)).check([Contrast(*phases)])


SEVEN = ["Pre Cp", "1st Cp", "1st WPC", "Interim", "2nd Cp", "2nd WPC", "Post Cp"]


def test_no_phase_was_asked_for():
    (fault,) = phase_faults("s.tsv", SEVEN, [Contrast()])
    assert all(repr(phase) in str(fault) for phase in SEVEN)
    assert "--before 'Pre Cp' --after '1st Cp' --after '1st WPC'" in fault.remedy


def test_every_phase_of_the_sheet_is_shown_with_the_one_that_was_meant():
    (fault,) = phase_faults("s.tsv", SEVEN, [Contrast("Pre Cp", "Post CP")])
    assert "'Post Cp'" in fault.expected
    assert "Did you mean 'Post Cp'?" in fault.remedy


def test_a_frame_speaks_the_same_words(sheet):
    pd = pytest.importorskip("pandas")
    frame = pd.read_csv(sheet(OWN), sep="\t", dtype=str, index_col=0)
    frame = frame.rename(columns={"Patient": "Subject"})
    frame["phase"] = frame["Treatment"]
    assert isinstance(as_design(frame), Design)
    with pytest.raises(InputError, match="'nan', a word for a missing value"):
        as_design(frame.assign(Subject="nan"))
