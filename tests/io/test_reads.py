import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klbio.errors import InputError
from klbio.io.sequences import reads
from klbio.io.sequences.reads import RESIDUES, read_blocks

SEQUENCES = ["ACGTN", "GGCC", "TTTTTTTT"]


def fastq(sequences=SEQUENCES, mate: int = 1, end: str = "\n") -> str:
    lines = [f"@read{i}/{mate} a comment|{seq}|+|{'I' * len(seq)}|" for i, seq in enumerate(sequences, 1)]
    return "".join(lines).replace("|", end)


def fasta(sequences=SEQUENCES) -> str:
    return "".join(f">contig{i} a comment\n{seq[:4]}\n{seq[4:]}\n" for i, seq in enumerate(sequences, 1))


@pytest.fixture
def put(tmp_path):
    """Write text or bytes to a named file."""

    def write(content: str | bytes, name: str = "sample.fastq") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def sequences_of(*paths, **settings) -> list[list[str]]:
    """Sequences of each file."""
    blocks = list(read_blocks(*paths, **settings))
    return [b"".join(column).decode().splitlines() for column in zip(*blocks, strict=True)]


# --- worked by hand


@pytest.mark.parametrize(
    ("content", "name"),
    [
        pytest.param(fastq(), "sample.fastq", id="fastq"),
        pytest.param(fasta(), "sample.fasta", id="fasta-of-several-lines"),
        pytest.param(gzip.compress(fastq().encode()), "sample.fastq.gz", id="gzip"),
        pytest.param(gzip.compress(fasta().encode()), "sample.fasta", id="gzip-under-a-plain-name"),
        pytest.param(fastq(), "sample.fastq.gz", id="plain-text-named-gz"),
        pytest.param(fastq(end="\r\n"), "sample.fastq", id="windows-line-ends"),
        pytest.param(fastq().rstrip("\n"), "sample.fastq", id="no-newline-at-the-end"),
        pytest.param(
            gzip.compress(fastq(SEQUENCES[:1]).encode()) + gzip.compress(fastq(SEQUENCES[1:]).encode()),
            "sample.fastq.gz",
            id="gzip-of-two-members",
        ),
    ],
)
def test_the_same_reads_however_they_are_kept(put, content, name):
    assert sequences_of(put(content, name)) == [SEQUENCES]


def test_mates_come_in_step(put):
    first, second = put(fastq(), "1.fastq"), put(fastq(SEQUENCES[::-1], mate=2), "2.fastq")
    assert sequences_of(first, second) == [SEQUENCES, SEQUENCES[::-1]]


def test_a_read_may_be_empty_after_trimming(put):
    assert sequences_of(put(fastq(["", "AC"]))) == [["", "AC"]]


def test_lower_case_and_every_ambiguity_code_pass(put):
    text = reads.NUCLEOTIDES.decode()
    assert sequences_of(put(fastq([text]))) == [[text]]


def test_proteins_pass_as_residues(put):
    assert sequences_of(put(">p\nMKV*\n"), symbols=RESIDUES) == [["MKV*"]]


# --- laws


@given(texts=st.lists(st.text("ACGTN", max_size=30), min_size=1, max_size=30), block=st.integers(1, 60))
def test_the_size_of_a_block_does_not_matter(tmp_path_factory, texts, block):
    path = tmp_path_factory.mktemp("blocks") / "sample.fastq"
    path.write_text(fastq(texts))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reads, "BLOCK", block)
        blocks = [joined for (joined,) in read_blocks(path)]
    assert b"".join(blocks) == "".join(f"{text}\n" for text in texts).encode()
    assert all(len(joined) <= block + len(joined.splitlines()) + 30 for joined in blocks)


# --- refusals


def refusal(*paths, **settings) -> str:
    with pytest.raises(InputError) as caught:
        list(read_blocks(*paths, **settings))
    assert len(caught.value.faults) == 1
    return str(caught.value)


def many(n: int = 1000, mate: int = 1) -> list[str]:
    """Records of FASTQ, one string each."""
    return [f"@read{i}/{mate}\nACGTACGTAC\n+\nIIIIIIIIII\n" for i in range(n)]


WHOLE = gzip.compress("".join(many()).encode())
FLIPPED = WHOLE[:60] + bytes(255 - byte for byte in WHOLE[60:90]) + WHOLE[90:]


BROKEN = {
    "empty": ("", ["an empty file", "FASTA ('>') or FASTQ ('@')"]),
    "empty-gzip": (gzip.compress(b""), ["an empty file"]),
    "another-format": ("sample,count\n", ["begins with b's'"]),
    "bzip2": (b"BZh91AY&SY", ["begins with b'B'", "Decompress"]),
    "truncated-gzip": (WHOLE[: len(WHOLE) // 2], ["a truncated gzip file", "download it again"]),
    "gzip-without-its-end": (WHOLE[:-4], ["a truncated gzip file"]),
    "damaged-gzip": (FLIPPED, ["a damaged gzip file"]),
    "truncated-record": ("".join(many(10))[:-15], ["line 38", "broken record", "Premature end"]),
    "quality-length": (
        "".join(many(9)) + "@x\nACGT\n+\nIII\n",
        ["line 40", "broken record", "Length of sequence"],
    ),
    "several-lines-a-read": ("@r\nACGT\nACGT\n+\nIIIIIIII\n", ["line 3", "broken record"]),
    "second-name-differs": ("@r\nACGT\n+s\nIIII\n", ["line 3", "broken record"]),
    "gap": (fastq(["ACGT", "AC-T"]), ["line 6", "record 2 ('read2/1')", "'-' at position 3"]),
    "protein": (fasta(["MKVL"]), ["record 1 ('contig1')", "'L' at position 4", "residues"]),
    "blank-within": (">x\nAC GT\n", ["record 1 ('x')", "' ' at position 3"]),
    "latin-1": (">\xe9\nACGT\n".encode("latin-1"), ["not UTF-8"]),
    "non-ascii-fastq": ("@\xe9\nACGT\n+\nIIII\n", ["broken record", "Non-ASCII"]),
}


@pytest.mark.parametrize(("content", "words"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_refused(put, content, words):
    message = refusal(put(content, "bad.fastq"))
    for word in ["bad.fastq", *words]:
        assert word in message


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    assert "nowhere.fastq: No such file" in refusal(tmp_path / "nowhere.fastq")
    assert "Is a directory" in refusal(tmp_path)


OUT_OF_STEP = {
    "shorter": (many(700, 2), ["2.fastq", "ends after record 700", "1.fastq goes on"]),
    "longer": (many(1100, 2), ["1.fastq", "ends after record 1000", "2.fastq goes on"]),
    "shuffled": (
        [*many(20, 2), *many(1000, 2)[:19:-1]],
        ["2.fastq", "record 21 is 'read999/2'", "it is 'read20/1'"],
    ),
    "broken": ([*many(999, 2), "@read999/2\nAC\n+\nI\n"], ["2.fastq, line 4000", "broken record"]),
}


@pytest.mark.parametrize(("mates", "words"), OUT_OF_STEP.values(), ids=OUT_OF_STEP)
def test_mates_out_of_step_are_refused(put, mates, words):
    message = refusal(put("".join(many()), "1.fastq"), put("".join(mates), "2.fastq"))
    for word in words:
        assert word in message


def test_a_record_without_end_is_refused(put, monkeypatch):
    """A gzip bomb must not fill the memory."""
    monkeypatch.setattr(reads, "MAX_RECORD", 1 << 20)
    bomb = gzip.compress(b"@r\n" + b"A" * (1 << 24))
    assert "a record of more than 1,048,576 bytes" in refusal(put(bomb, "bomb.fastq.gz"))


def test_the_number_of_a_bad_record_counts_over_blocks(put, monkeypatch):
    monkeypatch.setattr(reads, "BLOCK", 20)
    path = put("".join([*many(10), "@odd\nAC*T\n+\nIIII\n"]))
    assert "line 42: record 11 ('odd') holds '*' at position 3" in refusal(path)


# --- real files


def test_real_pairs_are_read_whole(shared):
    folder = shared / "reads" / "miseq_sop" / "fastq"
    paths = [folder / f"F3D1_S189_L001_R{mate}_001.fastq.gz" for mate in (1, 2)]
    for path, sequences in zip(paths, sequences_of(*paths), strict=True):
        lines = gzip.decompress(path.read_bytes()).decode().splitlines()
        assert sequences == lines[1::4]
