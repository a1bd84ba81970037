"""Files in one sheet and people in another, as of nf-core/ampliseq and QIIME 2; what may be wrong with the two."""

import pytest

from klbio.errors import InputError, InputNote
from klbio.io.sheets.sheet import read_mates, read_phases, read_samples

AMPLISEQ = "sampleID,forwardReads,reverseReads,run\n"
META = "ID\tsubject\tphase\tarm\n"
PEOPLE = META + "A\ts\tbefore\tx\nB\ts\tafter\tx\n"
FILES = AMPLISEQ + "A,a1.fq,a2.fq,1\nB,b1.fq,b2.fq,2\n"


@pytest.fixture
def read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("a1.fq", "a2.fq", "b1.fq", "b2.fq"):
        (tmp_path / name).write_text("@r\nA\n+\nI\n")

    def of(files=FILES, people=PEOPLE, reads=True, columns=None):
        (tmp_path / "s.csv").write_text(files)
        (tmp_path / "m.tsv").write_text(people)
        return read_samples("s.csv", reads, columns, metadata="m.tsv")

    return of


def refused(read, *args, **kwargs):
    with pytest.raises(InputError) as caught:
        read(*args, **kwargs)
    return str(caught.value).splitlines()


def test_ampliseq_with_its_metadata(read):
    design = read()
    assert design.name == "s.csv"
    assert [(one.name, one.subject, one.phase, one.arm, one.batch) for one in design.samples] == [
        ("A", "s", "before", "x", "1"), ("B", "s", "after", "x", "2"),
    ]  # fmt: skip
    assert design.samples[0].lanes == (("a1.fq", "a2.fq"),)
    assert [tuple(map(str, lane)) for lane in read_mates("s.csv", metadata="m.tsv")] == [
        ("a1.fq", "a2.fq"), ("b1.fq", "b2.fq"),
    ]  # fmt: skip
    assert read_phases("s.csv", metadata="m.tsv") == ["before", "after"]
    assert [one.subject for one in read_samples("s.csv", metadata="m.tsv").samples] == ["s", "s"]


def test_a_manifest_of_qiime_with_its_metadata(read, tmp_path, monkeypatch):
    monkeypatch.setenv("PWD", str(tmp_path))
    manifest = "sample-id,absolute-filepath,direction\nA,$PWD/a1.fq,forward\nA,$PWD/a2.fq,reverse\n"
    directives = "#q2:types\tcategorical\tcategorical\tcategorical\n"
    design = read(manifest, "sample-id\tsubject\tphase\tsite\n" + directives + "A\ts\tbefore\tgut\n")
    (sample,) = design.samples
    assert [path.rpartition("/")[2] for path in sample.lanes[0]] == ["a1.fq", "a2.fq"]
    assert sample.extra["site"] == "gut"


def test_lanes_take_what_is_said_once(read):
    design = read(AMPLISEQ + "A,a1.fq,,1\nA,a2.fq,,1\nB,b1.fq,,2\n")
    assert [sample.lanes for sample in design.samples] == [(("a1.fq",), ("a2.fq",)), (("b1.fq",),)]


def test_columns_in_ones_own_words_stand_in_either(read):
    columns = {"subject": "Patient", "fastq_1": "reads", "phase": "Visit"}
    design = read(
        "sample\treads\nA\ta1.fq\n",
        "Name\tPatient\tVisit\nA\ts\tbefore\n",
        columns=columns | {"sample": "Name"},
    )
    assert design.samples[0].subject == "s"
    (line,) = refused(
        read, "sample\treads\nA\ta1.fq\n", "sample\tPatients\tVisit\nA\ts\tv\n", columns=columns
    )
    assert line.startswith(
        "s.csv with m.tsv: no column 'Patient' for the subject; expected one of 'sample', 'reads',"
    )
    assert "Did you mean 'Patients'?" in line


def test_a_column_that_neither_has(read):
    (line,) = refused(read, people="ID\tsubject\tvisit\nA\ts\t1\nB\ts\t2\n")
    assert line.startswith(
        "s.csv with m.tsv: columns 'sampleID', 'forwardReads', 'reverseReads', 'run', 'subject', 'visit'; "
    )
    assert "--phase-column visit" in line


def test_without_the_second_sheet_it_is_asked_for(read, tmp_path):
    (tmp_path / "s.csv").write_text(FILES)
    with pytest.raises(
        InputError, match=r"also 'subject', 'phase'.*--metadata FILE \(config: `reads.metadata`\)"
    ):
        read_samples("s.csv", True)


def test_a_sample_without_a_row_is_named_with_the_one_that_is_meant(read):
    (line,) = refused(read, people=META + "A\ts\tbefore\t\nB_\ts\tafter\t\n")
    assert line == (
        "s.csv, line 3: 'B' is not in m.tsv, which has 'B_' besides; expected a row for each sample. Did you mean 'B_' "
        "for 'B'? Names are compared letter by letter; a control needs `negative` or `mock` in column `kind` of the "
        "sheet."
    )


def test_rows_without_files_are_left_out_and_said(read):
    with pytest.warns(InputNote, match=r"m.tsv: 1 sample \('C'\) that s.csv does not name; left out"):
        design = read(people=PEOPLE + "C\tt\tbefore\tx\n")
    assert [sample.name for sample in design.samples] == ["A", "B"]


def test_controls_need_no_row(read):
    files = "sample,kind,fastq_1\nA,,a1.fq\nB,,a2.fq\nNTC,negative,b1.fq\n"
    design = read(files)
    assert [(sample.name, sample.kind) for sample in design.controls] == [("NTC", "negative")]
    people = PEOPLE.replace("arm\n", "kind\n").replace("\tx\n", "\tsample\n") + "NTC\t\t\tblank\n"
    assert [one.name for one in read("sample,fastq_1\nA,a1.fq\nB,a2.fq\nNTC,b1.fq\n", people).controls] == [
        "NTC"
    ]


@pytest.mark.parametrize(
    ("files", "people", "words"),
    [
        (FILES, META + "A\ts\tbefore\tx\nB\t\tafter\tx\n", "m.tsv, line 3: column 'subject' is empty"),
        (FILES, PEOPLE + "A\tt\tbefore\tx\n", "m.tsv, line 4: sample 'A' was given in line 2"),
        (FILES.replace("b1", "c1"), PEOPLE, "s.csv, line 3: fastq_1 'c1.fq' is not there"),
        (FILES.replace("b1.fq", ""), PEOPLE, "s.csv, line 3: column 'forwardReads' (fastq_1) is empty"),
        (FILES.replace("B,", "B ,"), PEOPLE, "s.csv, line 3: column 'sampleID' (sample) holds 'B '"),
        (
            "sample,arm,fastq_1\nA,y,a1.fq\nB,x,b1.fq\n", PEOPLE,
            "s.csv, line 2: arm 'y' of sample 'A'; expected 'x', as in m.tsv, line 2",
        ),
        (FILES, "ID;x\nA;1\nB;2\n", "also 'subject', 'phase'"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_either_is_said_of_it(read, files, people, words):
    assert words in "\n".join(refused(read, files, people))


def test_faults_of_both_are_named_at_once(read):
    lines = refused(read, FILES.replace("b1", "c1"), PEOPLE + "A\tt\tbefore\tx\n")
    assert [line.partition(":")[0] for line in lines] == ["s.csv, line 3", "m.tsv, line 4"]
