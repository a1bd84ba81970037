"""Sheets of reads as pipelines write them: lanes and runs, manifests of others, controls."""

import pytest

from klbio.errors import InputError
from klbio.io.sheets.sheet import read_mates, read_samples

AMPLISEQ = "sampleID,forwardReads,reverseReads,run,subject,phase\n"
TAXPROFILER = "sample,run_accession,instrument_platform,fastq_1,fastq_2,fasta,subject,phase\n"
MANIFEST = "# a manifest\nsample-id,absolute-filepath,direction,subject,phase\n"


@pytest.fixture
def sheet(tmp_path):
    for name in ("a1.fq", "a2.fq", "b1.fq", "b2.fq"):
        (tmp_path / name).write_text("@r\nA\n+\nI\n")

    def write(text):
        (tmp_path / "s.csv").write_text(text)
        return tmp_path / "s.csv"

    return write


@pytest.mark.parametrize(
    ("text", "lanes"),
    [
        ("sample\tsubject\tphase\tfastq_1\nA\ts\tb\ta1.fq\nA\ts\tb\tb1.fq\n", "a1 | b1"),
        ("sample;subject;phase;fastq_1;fastq_2\nA;s;b;a1.fq;a2.fq\nA;s;b;b1.fq;b2.fq\n", "a1 a2 | b1 b2"),
        (AMPLISEQ + "A,a1.fq,,1,s,b\n", "a1"),
        (TAXPROFILER + "A,r1,ILLUMINA,a1.fq,a2.fq,,s,b\nA,r2,ILLUMINA,,,b1.fq,s,b\n", "a1 a2 | b1"),
        (MANIFEST + "A,$PWD/a1.fq,forward,s,b\nA,$PWD/a2.fq,reverse,s,b\n", "a1 a2"),
        (MANIFEST + "A,a1.fq,forward,s,b\nA,b1.fq,forward,s,b\n", "a1 | b1"),
        (MANIFEST + "A,a2.fq,reverse,s,b\nA,a1.fq,forward,s,b\n", "a1 a2"),
        ("sample-id\tabsolute-filepath\tsubject\tphase\nA\ta1.fq\ts\tb\n", "a1"),
        ("sample\tsubject\tphase\tR1\tR2\nA\ts\tb\ta1.fq\ta2.fq\n", "a1 a2"),
    ],
)
def test_files_of_a_sample_in_the_order_of_the_sheet(sheet, tmp_path, monkeypatch, text, lanes):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PWD", str(tmp_path))
    (sample,) = read_samples(sheet(text), reads=True).samples
    found = [[str(file).rpartition("/")[2].removesuffix(".fq") for file in lane] for lane in sample.lanes]
    assert found == [lane.split() for lane in lanes.split(" | ")]
    assert [tuple(map(str, mates)) for mates in read_mates(sheet(text))] == list(sample.lanes)


def test_runs_of_ampliseq_are_batches_and_a_sample_may_be_of_two(sheet):
    text = AMPLISEQ + "A,a1.fq,,1,s,b\nA,a2.fq,,2,s,b\nB,b1.fq,,2,s,c\n"
    assert [sample.batch for sample in read_samples(sheet(text), reads=True).samples] == ["1 + 2", "2"]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("A,s,b,1,,a1.fq\nA,t,b,1,,b1.fq\n", "line 3: sample 'A' with subject 't', but 's' in line 2"),
        ("A,s,b,1,,a1.fq\nA,s,c,1,,b1.fq\n", "line 3: sample 'A' with phase 'c', but 'b' in line 2"),
        ("A,s,b,1,,a1.fq\nA,s,b,2,,b1.fq\n", "line 3: sample 'A' with time '2', but '1' in line 2"),
        ("A,s,b,1,,a1.fq\nA,s,b,1,x,b1.fq\n", "line 3: sample 'A' with arm 'x', but '' in line 2"),
        ("A,s,b,1,,a1.fq\nA,s,b,1,,\n", "line 3: sample 'A' was given in line 2"),
    ],
)
def test_rows_of_one_sample_that_are_no_lanes_are_named(sheet, rows, words):
    with pytest.raises(InputError) as caught:
        read_samples(sheet("sample,subject,phase,time,arm,fastq_1\n" + rows), reads=True)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            MANIFEST + "A,a1.fq,forward,s,b\nA,a2.fq,forward,s,b\nA,b1.fq,reverse,s,b\n",
            "2 forward files and 1",
        ),
        (TAXPROFILER + "A,,,a1.fq,,b1.fq,s,b\n", "files in fasta and in fastq_1"),
        (
            "sample,subject,phase,kind\nA,s,b,\nN,,,negative\nM,,,spike\n",
            "line 4: column 'kind' holds 'spike'",
        ),
        (
            "sample,subject,phase,kind\nA,s,b,sample\nN,s,b,negativ\n",
            "line 3: column 'kind' holds 'negativ'",
        ),
        (
            "sample,subject,phase,kind\nA,s,b,stool\nN,s,b,Extraction_Blank\n",
            "line 2: column 'kind' holds 'stool'",
        ),
        (
            "sample,subject,phase,kind\nA,s,b,\nN,,,\n",
            "a control needs `negative` or `mock` in column `kind`",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(sheet, text, words):
    with pytest.raises(InputError) as caught:
        read_samples(sheet(text))
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("sample,subject,phase,kind\nA,s,b,sample\nN,,,Negative\nM,,,mock\n", "sample negative mock"),
        ("sample,subject,phase,kind\nA,s,b,\nN,NA,NA,NTC\n", "sample negative"),
        ("sample,subject,phase\nA,s,b\nN,,control\n", "sample negative"),
        ("sample,subject,phase\nA,s,b\nN,t,control\n", "sample sample"),
        ("sample,subject,phase,kind\nA,s,b,stool\nB,s,c,saliva\n", "sample sample"),
        ("sample,subject,phase,kind\nA,s,b,sample\nB,t,c,control\nN,,,control\n", "sample sample negative"),
        ("sample,subject,phase,kind\nA,s,b,treated\nB,t,c,control\n", "sample sample"),
    ],
)
def test_controls_need_no_subject_and_are_in_no_unit(sheet, text, kinds):
    design = read_samples(sheet(text))
    assert [sample.kind for sample in design.libraries] == kinds.split()
    assert {sample.kind for unit in design.units for sample in unit.samples} == {"sample"}
