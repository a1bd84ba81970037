"""At the door of the routes of reads: what is refused before any work, and the blanks that are welcome."""

import bz2
import lzma
import shutil
from pathlib import Path

import pytest

from klbio import cli
from klbio.errors import InputError, InputNote, InputWarning
from klbio.io import programs
from klbio.io.programs import ProgramError
from klbio.io.results import read_rows
from klbio.schema import AMPLICON_READS, DROPPED, LIBRARIES
from klbio.steps.amplicons import count_amplicons
from klbio.steps.check import check_config, examine
from klbio.steps.reads import compose_reads, count_reads
from tests.packing import gzipped
from tests.steps.test_amplicons import drawn_gene, ends, needs_vsearch, write_sample

HEADER = "sample\tsubject\tphase\tkind\tfastq_1\n"
CONFIGS = {"kmers": "reads: {samples: s.tsv}\n", "taxa": "reads: {samples: s.tsv, taxa: {}}\n"}


def fastq(*reads, mark="I"):
    return "".join(f"@r{n}\n{read}\n+\n{mark * len(read)}\n" for n, read in enumerate(reads))


@pytest.fixture
def study(tmp_path, monkeypatch):
    """A study of two samples, and what is wrong with it as a workflow starts and as `klbio check` says."""
    monkeypatch.chdir(tmp_path)
    Path("a.fq").write_text(fastq("ACGTACGT", "CCGTACGT"))
    Path("b.fq").write_text(fastq("ACGTACGG", "TTGTACGT"))
    rows = "a\tX\tbefore\t\ta.fq\nb\tX\tafter\t\tb.fq\n"
    Path("s.tsv").write_text(HEADER + rows)

    def faults(config="kmers", **files):
        for name, content in files.items():
            Path(name.replace("_", ".")).write_text(content)
        Path("c.yaml").write_text(CONFIGS[config])
        try:
            check_config(
                {"reads": {"samples": "s.tsv"} | ({"taxa": {}} if config == "taxa" else {})}, ["c.yaml"]
            )
            at_start = []
        except InputError as error:
            at_start = [str(fault) for fault in error.faults]
        return at_start, [str(fault) for fault in examine("c.yaml").faults]

    return faults


def test_a_sound_study_has_no_fault(study):
    assert study() == study("taxa") == ([], [])


def test_one_file_for_two_samples(study):
    twice = HEADER + "a\tX\tbefore\t\ta.fq\nb\tX\tafter\t\ta.fq\n"
    at_start, at_leisure = study(s_tsv=twice)
    assert at_start == at_leisure
    assert at_start == [
        "s.tsv: 'a.fq' given 2 times; expected each file once. Counted twice, it would look like agreement."
    ]


def test_links_and_copies(study):
    Path("b.fq").unlink()
    Path("b.fq").symlink_to("a.fq")
    at_start, at_leisure = study()
    assert at_start == at_leisure
    assert at_start[0].startswith("s.tsv: 'a.fq' and 'b.fq': one file;")
    Path("b.fq").unlink()
    Path("b.fq").hardlink_to("a.fq")
    assert study()[0] == at_start
    Path("b.fq").unlink()
    shutil.copy("a.fq", "b.fq")
    at_start, (fault,) = study()
    assert at_start == []  # whole files are read at leisure alone
    assert "'a.fq' and 'b.fq': copies of one file;" in fault


@pytest.mark.parametrize(
    ("ending", "pack"), [(".gz", gzipped), (".bz2", bz2.compress), (".xz", lzma.compress)]
)
def test_a_copy_packed_in_another_way(study, ending, pack):
    there, last = Path("a.fq").read_bytes(), b"@last\nACGTACGT\n+\nIIIIIIII\n"
    sheet = HEADER + f"a\tX\tbefore\t\ta.fq\nb\tX\tafter\t\tb.fq{ending}\n"
    Path(f"b.fq{ending}").write_bytes(pack(there))
    _, (fault,) = study(s_tsv=sheet)
    assert f"'a.fq' and 'b.fq{ending}': copies of one file, packed in two ways" in fault
    Path(f"b.fq{ending}").write_bytes(pack(there + last))
    assert study(s_tsv=sheet)[1] == []


def test_fasta_where_taxa_need_qualities(study):
    assert study(a_fq=">r\nACGTACGT\n") == ([], [])
    at_start, at_leisure = study("taxa")
    assert at_start == at_leisure
    assert at_start == [
        "a.fq: FASTA, which has no qualities; expected FASTQ. Taxa need the reads as sequenced."
    ]


def test_lanes_that_are_not_alike(study):
    rows = (
        HEADER.replace("fastq_1", "fastq_1\tfastq_2") + "a\tX\tbefore\t\ta.fq\t\na\tX\tbefore\t\tc.fq\td.fq\n"
    )
    rows += "b\tX\tafter\t\tb.fq\t\n"
    pair = {"c_fq": fastq("ACGTACGA"), "d_fq": fastq("ACGTACGC")}
    assert study(s_tsv=rows, **pair) == ([], [])
    assert study("taxa")[0] == ["c.fq: pairs and single reads in one sample; expected all lanes alike."]


def test_a_blank_without_a_read_is_a_control_and_a_sample_is_not(study):
    rows = Path("s.tsv").read_text() + "NTC\t\t\tnegative\tn.fq\nNTC2\t\t\tnegative\tm.fq\n"
    files = {"s_tsv": rows, "n_fq": "", "m_fq": "\n"}
    for config in CONFIGS:
        assert study(config, **files) == ([], [])
    paths = {"samples": "s.tsv", "table": "t.tsv", "dropped": "d.tsv", "quality": "q.tsv"}
    with pytest.warns(InputNote, match=r"n.fq: negative control 'NTC' with no read.*control of 0 reads"):
        compose_reads(**paths, kmer=2)
    quality = read_rows("q.tsv", LIBRARIES).set_index("sample")
    assert quality["n_fragments"].to_dict() == {"a": 2, "b": 2, "NTC": 0, "NTC2": 0}
    dropped = read_rows("d.tsv", DROPPED)
    assert dropped[["name", "reason"]].values.tolist() == [
        ["NTC", "no countable kmer"], ["NTC2", "no countable kmer"],
    ]  # fmt: skip
    assert dropped["source"].tolist() == ["n.fq", "m.fq"]
    Path("a.fq").write_text("")
    with pytest.raises(InputError, match=r"a.fq: an empty file"):
        compose_reads(**paths)
    assert any("a.fq: an empty file" in fault for fault in study()[1])


def test_an_empty_gzip_is_as_empty(study):
    Path("n.fq.gz").write_bytes(gzipped(b""))
    rows = Path("s.tsv").read_text() + "NTC\t\t\tnegative\tn.fq.gz\n"
    assert study(s_tsv=rows) == ([], [])


@needs_vsearch
def test_a_blank_without_a_read_among_amplicons(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sheet = "sample\tsubject\tphase\tfastq_1\tfastq_2\tkind\n"
    sheet += write_sample(tmp_path, "a", [ends(drawn_gene(1))] * 20).strip() + "\tsample\n"
    sheet += "NTC\t\t\tn1.fq\tn2.fq\tnegative\n"
    Path("s.tsv").write_text(sheet)
    for name in ("n1.fq", "n2.fq"):
        Path(name).write_text("")
    with pytest.warns(InputNote, match=r"sample 'NTC': no read in its files; left out"):
        count_amplicons(samples="s.tsv", out="out")
    rows = read_rows("out/amplicons.reads.tsv", AMPLICON_READS).set_index("sample")
    assert rows["reads"].to_dict() == {"a": 20, "NTC": 0}


def test_phred64_is_said_of_files_too(tmp_path):
    (tmp_path / "old.fq").write_text(fastq("ACGTACGT", mark="h"))
    with pytest.warns(InputWarning, match=r"reads: qualities counted from byte 64 \(Phred\+64\): 'old'"):
        count_reads(reads=[tmp_path / "old.fq"], out=tmp_path / "t.tsv", kmer=2)


@needs_vsearch
@pytest.mark.parametrize("mark", [" ", "\t", "\x1f"])
def test_qualities_that_no_encoding_has(tmp_path, mark):
    write_sample(tmp_path, "a", [("ACGTACGT" * 9, "A")] * 3, marks=mark)
    (tmp_path / "s.tsv").write_text("sample\tsubject\tphase\tfastq_1\na\tS\tbefore\ta_R1.fastq.gz\n")
    with pytest.raises(InputError, match=rf"record 1 has the byte {ord(mark)} for a quality"):
        count_amplicons(samples=tmp_path / "s.tsv", out=tmp_path / "out")


BROKEN = {
    "echo vsearch v2.7.0 >&2": r"vsearch: .*/vsearch is version 2.7.0; expected version 2.22 or later. Install it",
    "true": r"vsearch: .*/vsearch says no version; expected version 2.22 or later",
    "[ $1 = --version ] && echo vsearch v2.30.0 || kill -SEGV $$":
        r"vsearch: it ended with SIGSEGV, .* said nothing; .* at work on sample 'a'",
    "[ $1 = --version ] && echo vsearch v2.30.0":
        r"vsearch: it ended with exit code 1 and said nothing; .* at work on sample 'a'",
    "echo vsearch v2.30.0":
        r"vsearch: --fastq_mergepairs ended well and wrote no merged.fastq; .* at work on sample 'a'",
}  # fmt: skip


@pytest.mark.parametrize("script", BROKEN)
def test_a_broken_program_is_named_once(tmp_path, monkeypatch, script):
    program = tmp_path / "bin/vsearch"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    broken = programs.Program(programs.VSEARCH.name, programs.VSEARCH.purpose, programs.VSEARCH.least)
    for module in ("io.amplicons.vsearch", "steps.read_programs"):
        monkeypatch.setattr(f"klbio.{module}.VSEARCH", broken)
    sheet = "sample\tsubject\tphase\tfastq_1\tfastq_2\n"
    sheet += write_sample(tmp_path, "a", [ends(drawn_gene(1))] * 9)
    (tmp_path / "s.tsv").write_text(sheet + write_sample(tmp_path, "b", [ends(drawn_gene(2))] * 9))
    with pytest.raises((InputError, ProgramError), match=BROKEN[script]) as caught:
        count_amplicons(samples=tmp_path / "s.tsv", out=tmp_path / "out")
    assert str(caught.value).count("\n") == 0
    assert "/klbio-" not in str(caught.value)
    assert not (tmp_path / "out").exists()


VERBS = {
    "shift": ("shift", "t.tsv", "--samples", "s.tsv", "--out", "place"),
    "reads": ("reads", "a.fq", "--out", "place"),
    "amplicons": ("amplicons", "s.tsv", "--out", "place"),
    "shotgun": ("shotgun", "s.tsv", "--database", "d", "--out", "place"),
    "matrix": ("matrix", "t.tsv", "--out", "place"),
    "convert": ("convert", "t.tsv", "place"),
    "nearest": ("nearest", "m", "--query", "q", "--out", "place"),
    "models": ("models", "m", "--out", "place"),
    "init": ("init", "t.tsv", "--out", "place"),
    "report": ("report", "r", "--out", "place"),
}


@pytest.mark.parametrize("verb", VERBS)
def test_a_place_that_cannot_be_written_is_named_before_any_work(tmp_path, monkeypatch, capsys, verb):
    monkeypatch.chdir(tmp_path)

    def refuse(**_):
        raise PermissionError(13, "Permission denied", "/x")

    monkeypatch.setattr("klbio.io.writable.TemporaryFile", refuse)
    with pytest.raises(SystemExit) as ended:
        cli.main(list(VERBS[verb]))
    assert ended.value.code == 2
    assert capsys.readouterr().err.splitlines()[0] == (
        "klbio: error: place: nothing can be written there (Permission denied); expected a place that can be "
        "written. Name another place."
    )


def test_columns_can_be_named_on_the_line(tmp_path, monkeypatch):
    given = {}
    monkeypatch.setattr("klbio.steps.amplicons.count_amplicons", lambda **named: given.update(named))
    out = ("--out", str(tmp_path / "o"))
    cli.main(["amplicons", "s.tsv", "--subject-column", "Patient", "--fastq-1-column", "R1", *out])
    assert given["columns"] == {"subject": "Patient", "fastq_1": "R1"}
