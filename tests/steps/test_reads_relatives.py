"""Files and sheets that broke other programs, by their trackers: fastp, cutadapt, vsearch, QIIME 2, nf-core's."""

import os
import struct
import warnings
import zlib
from pathlib import Path

import pytest

from klbio.errors import InputError
from klbio.io.results import read_rows
from klbio.io.sheets.sheet import read_samples
from klbio.schema import AMPLICON_READS, LIBRARIES
from klbio.steps.amplicons import count_amplicons
from klbio.steps.reads import compose_reads
from tests.packing import gzipped
from tests.steps.test_amplicons import drawn_gene, needs_vsearch

HEADER = "sample\tsubject\tphase\tfastq_1\tfastq_2\n"


def fastq(*names, read="ACGTACGT", mark="I", plus=""):
    return "".join(f"@{name}\n{read}\n+{plus}\n{mark * len(read)}\n" for name in names)


def bgzf(text):
    """Blocks of bgzip, with the empty one at the end."""
    blocks = b""
    for piece in (text.encode(), b""):
        squeeze = zlib.compressobj(6, zlib.DEFLATED, -15)
        body = squeeze.compress(piece) + squeeze.flush()
        extra = b"BC" + struct.pack("<HH", 2, len(body) + 25)
        head = b"\x1f\x8b\x08\x04" + bytes(4) + b"\x00\xff" + struct.pack("<H", len(extra)) + extra
        blocks += head + body + struct.pack("<II", zlib.crc32(piece), len(piece))
    return blocks


def composed(files):
    """Count the words of one sample with these files; give what was read."""
    for name, content in files.items():
        Path(name).write_bytes(content if isinstance(content, bytes) else content.encode())
    Path("s.tsv").write_text(HEADER + "\t".join(["A", "s", "before", *files, ""][:5]) + "\n")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        compose_reads(samples="s.tsv", table="t.tsv", dropped="d.tsv", quality="q.tsv", kmer=3)
    (row,) = read_rows("q.tsv", LIBRARIES).to_dict("records")
    return row


READ = {
    "an empty read, as fastp let through": ({"a": fastq("r1") + "@r2\n\n+\n\n" + fastq("r3")}, 3),
    "reads without a name": ({"a": fastq("", "")}, 2),
    "a quality that begins with @": ({"a": "@r1\nACGTA\n+\n@IIII\n@r2\nACGTA\n+\n@@@@@\n"}, 2),
    "the name again behind the +": ({"a": fastq("r1", plus="r1") + fastq("r2", plus="r2")}, 2),
    "qualities up to 93, of consensus reads": ({"a": fastq("r1", mark="~") + fastq("r2", mark="K")}, 2),
    "two files of the SRA with one name a pair": (
        {
            "a": fastq("SRR1.1 1 length=8", "SRR1.2 2 length=8"),
            "b": fastq("SRR1.1 1 length=8", "SRR1.2 2 length=8", read="TTTTACGT"),
        }, 4,
    ),
    "two files of the SRA with .1 and .2": (
        {"a": fastq("SRR1.1.1", "SRR1.2.1"), "b": fastq("SRR1.1.2", "SRR1.2.2")}, 4,
    ),
    "mates 1 and 3, with the molecular identifiers in 2": (
        {"a": fastq("r1 1:N:0:AC", "r2 1:N:0:AC"), "b": fastq("r1 3:N:0:AC", "r2 3:N:0:AC")}, 4,
    ),
    "names of MGI": ({"a": fastq("V3L1C1R1/1", "V3L1C1R2/1"), "b": fastq("V3L1C1R1/2", "V3L1C1R2/2")}, 4),
    "bgzip, with its empty block at the end": ({"a.gz": bgzf(fastq("r1", "r2"))}, 2),
    "gzip members of which one is empty": ({"a.gz": gzipped(fastq("r1").encode()) + gzipped(b"")}, 1),
    "a FASTQ of one record without a line end": ({"a": fastq("r1").rstrip()}, 1),
    "old Mac's neighbours: CRLF": ({"a": fastq("r1", "r2").replace("\n", "\r\n")}, 2),
}  # fmt: skip


@pytest.mark.parametrize("name", READ)
def test_what_others_stumbled_on_is_read(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    files, n_reads = READ[name]
    row = composed(files)
    assert row["n_reads"] == n_reads
    assert row["layout"] == ("pairs" if len(files) > 1 else "single")
    assert row["encoding"] == "Phred+33"


REFUSED = {
    "a blank line between records": ({"a": fastq("r1") + "\n" + fastq("r2")}, r"a, line 5: .*broken record"),
    "a lost line": ({"a": fastq("r1", "r2").replace("+\nIIIIIIII\n@r2", "+\n@r2")}, r"a, line"),
    "the last quality is cut": ({"a": fastq("r1", "r2")[:-4]}, r"a, line .*broken record"),
    "the last record is a name": ({"a": fastq("r1") + "@r2\n"}, r"a, line"),
    "second mates end first": (
        {"a": fastq("r1", "r2"), "b": fastq("r1")}, r"b: ends after record 1, but its mate a goes on",
    ),
    "mates of another lane": ({"a": fastq("L1.1", "L1.2"), "b": fastq("L2.1", "L2.2")}, r"b: record 1 is 'L2.1'"),
    "another name behind the +": ({"a": fastq("r1", plus="r9")}, r"a, line"),
    "a file of names alone": ({"a": "@r1\n@r2\n@r3\n"}, r"a, line"),
    "zeros behind the end of a gzip": (
        {"a.gz": gzipped(fastq("r1").encode())[:-6] + bytes(512)}, r"a.gz: a (damaged|truncated) gzip file",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_others_let_through_is_refused(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    files, words = REFUSED[name]
    with pytest.raises(InputError, match=words):
        composed(files)
    assert not any(Path(left).exists() for left in ("t.tsv", "d.tsv", "q.tsv"))


@needs_vsearch
@pytest.mark.parametrize("mark", ["~", "Z", "I"])
def test_qualities_of_newer_machines_pass_vsearch(tmp_path, mark):
    """It ends at qualities above 41 by itself."""
    gene = drawn_gene(1)
    (tmp_path / "a.fq").write_text("".join(fastq(f"r{k}", read=gene, mark="5") for k in range(9))
                                   + "".join(fastq(f"q{k}", read=gene, mark=mark) for k in range(9)))  # fmt: skip
    (tmp_path / "s.tsv").write_text(HEADER + "a\tS\tbefore\ta.fq\t\n")
    count_amplicons(samples=tmp_path / "s.tsv", out=tmp_path / "out")
    (row,) = read_rows(tmp_path / "out/amplicons.reads.tsv", AMPLICON_READS).itertuples()
    assert (row.reads, row.kept) == (18, 9 if mark != "5" else 18)


def refused(text, metadata=None):
    Path("s.csv").write_text(text)
    if metadata:
        Path("m.tsv").write_text(metadata)
    with pytest.raises(InputError) as caught:
        read_samples("s.csv", True, metadata="m.tsv" if metadata else None)
    return str(caught.value)


SHEETS = {
    "names that R has changed": (
        "sampleID,forwardReads\nMS-1,a.fq\nMS-2,b.fq\n", "ID\tsubject\tphase\nMS.1\ts\tbefore\nMS.2\ts\tafter\n",
        "'MS-1', 'MS-2' are not in m.tsv, which has 'MS.1', 'MS.2' besides; expected a row for each sample. "
        "Did you mean 'MS.1' for 'MS-1'?",
    ),
    "names that begin with a number, and an X of R": (
        "sampleID,forwardReads\n1A,a.fq\n2A,b.fq\n", "ID\tsubject\tphase\nX1A\ts\tbefore\nX2A\ts\tafter\n",
        "Did you mean 'X1A' for '1A'?",
    ),
    "a manifest without names": (
        "sample-id,absolute-filepath,direction,subject,phase\n,a.fq,forward,s,before\n", None,
        "s.csv, line 2: column 'sample-id' (sample) is empty",
    ),
    "a manifest that lacks a direction of one lane": (
        "sample-id,absolute-filepath,direction,subject,phase\nA,a.fq,forward,s,x\nA,b.fq,forward,s,x\nA,c.fq,reverse,s,x\n",
        None, "s.csv, line 2: sample 'A' with 2 forward files and 1 reverse",
    ),
    "a row with reads and contigs": (
        "sample,fastq_1,fasta,subject,phase\nA,a.fq,b.fq,s,before\n", None, "files in fasta and in fastq_1",
    ),
    "an address of the web": (
        "sample,fastq_1,subject,phase\nA,https://example.org/a.fq,s,before\n", None,
        "fastq_1 'https://example.org/a.fq' is an address; expected a FASTQ or FASTA file. Download it first.",
    ),
    "a bucket": (
        "sample,fastq_1,subject,phase\nA,s3://lab/a.fq,s,before\n", None,
        "fastq_1 's3://lab/a.fq' is an address; expected a FASTQ or FASTA file. Download it first.",
    ),
    "a folder": (
        "sample,fastq_1,subject,phase\nA,reads,s,before\n", None,
        "fastq_1 'reads' is a folder; expected a FASTQ or FASTA file. Name the file in it.",
    ),
    "a pattern": (
        "sample,fastq_1,subject,phase\nA,reads/*_R1.fq,s,before\n", None, "fastq_1 'reads/*_R1.fq' is not there",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SHEETS)
def test_sheets_that_others_took_or_refused_in_the_dark(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    Path("reads").mkdir()
    for file in ("a.fq", "b.fq", "c.fq"):
        Path(file).write_text(fastq("r1"))
    text, metadata, words = SHEETS[name]
    assert words in refused(text, metadata)


def test_sheets_of_spreadsheets(tmp_path, monkeypatch):
    """A mark of the byte order, CRLF, quotes, no second mates by a word, and the home folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for file in ("a b.fq", "c.fq"):
        Path(file).write_text(fastq("r1"))
    text = '\ufeffsample,fastq_1,fastq_2,subject,phase\r\n"A","a b.fq",NA,s,before\r\nB,~/c.fq,,s,after\r\n'
    Path("s.csv").write_text(text, encoding="utf-8", newline="")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        first, second = read_samples("s.csv", True).samples
    assert first.lanes == (("a b.fq",),)
    assert second.lanes == ((f"{tmp_path}/c.fq",),)


def test_a_pipe_is_refused_and_not_waited_for(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    os.mkfifo("p.fq")
    Path("s.csv").write_text("sample,fastq_1,subject,phase\nA,p.fq,s,before\n")
    with pytest.raises(
        InputError, match=r"fastq_1 'p.fq' is a pipe or a device; expected a FASTQ or FASTA file. Save it"
    ):
        read_samples("s.csv", True)
