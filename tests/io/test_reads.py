import bz2
import gzip
import lzma
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klbio.errors import InputError
from klbio.io.sequences import reads, records
from klbio.io.sequences.lanes import LaneFacts
from klbio.io.sequences.reads import RESIDUES, read_blocks
from tests.packing import CR, gzipped

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
        pytest.param(gzipped(fastq().encode()), "sample.fastq.gz", id="gzip"),
        pytest.param(gzipped(fasta().encode()), "sample.fasta", id="gzip-under-a-plain-name"),
        pytest.param(fastq(), "sample.fastq.gz", id="plain-text-named-gz"),
        pytest.param(fastq(end="\r\n"), "sample.fastq", id="windows-line-ends"),
        pytest.param(fastq().rstrip("\n"), "sample.fastq", id="no-newline-at-the-end"),
        pytest.param(
            gzipped(fastq(SEQUENCES[:1]).encode()) + gzipped(fastq(SEQUENCES[1:]).encode()),
            "sample.fastq.gz",
            id="gzip-of-two-members",
        ),
    ],
)
def test_the_same_reads_however_they_are_kept(put, content, name):
    assert sequences_of(put(content, name)) == [SEQUENCES]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(fastq() + "\n\n", id="blank-lines-at-the-end"),
        pytest.param(fastq(end="\r\n") + "\r\n" * 200_000, id="many-blank-lines-of-windows"),
        pytest.param(fastq().replace("@read", "@Probe-\u00e4-"), id="a-name-in-UTF-8"),
        pytest.param(fastq().encode().replace(b"@read", b"@Probe-\xe4-"), id="a-name-in-latin-1"),
        pytest.param(fastq().replace("ACGTN", "ACGT."), id="a-dot-for-N"),
        pytest.param(bz2.compress(fastq().encode()), id="bzip2"),
        pytest.param(lzma.compress(fastq().encode()), id="xz"),
        pytest.param(bz2.compress(fastq(SEQUENCES[:1]).encode()) + bz2.compress(fastq(SEQUENCES[1:]).encode()),
                     id="bzip2-of-two-members"),
    ],
)  # fmt: skip
def test_what_is_read_though_odd(put, text):
    assert sequences_of(put(text)) == [SEQUENCES]


def test_an_empty_read_may_be_the_last(put):
    assert sequences_of(put(fastq(["AC", ""]) + "\n\n")) == [["AC", ""]]


def named(*names: str) -> str:
    return "".join(f"@{name}\n{'A' * i}\n+\n{'I' * i}\n" for i, name in enumerate(names, 1))


@pytest.mark.parametrize(
    ("names", "layout"),
    [
        (["a 1:N:0", "a 2:N:0"], "interleaved"),
        (["a/1", "a/2", "b/1", "b/2"], "interleaved"),
        (["a", "a", "b", "b"], "interleaved"),
        (["S.1.1 x", "S.1.2 x", "S.2.1 x", "S.2.2 x"], "interleaved"),
        (["S.1", "S.2", "S.3", "S.4"], "single"),
        (["a", "a"], "single"),
        (["a", "a", "a", "a"], "single"),
        (["a 1:N:0", "a 1:N:0", "b 1:N:0", "b 1:N:0"], "single"),
        (["a/1", "b/1", "c/1"], "single"),
        (["a/2", "b/2"], "single"),
    ],
)
def test_mates_in_turn_are_told_from_single_reads(put, names, layout):
    facts = LaneFacts()
    (block,) = read_blocks(put(named(*names)), facts=facts)
    assert (facts.layout, len(block)) == (layout, 2 if layout == "interleaved" else 1)


def test_swapped_files_are_refused(put):
    assert "Exchange the two files" in refusal(put(fastq(mate=2), "1.fastq"), put(fastq(), "2.fastq"))


def test_what_a_lane_is_beside_its_sequences(put):
    facts = LaneFacts()
    old = fastq().replace("I", "h").replace("hhhh", "BBhh")
    list(read_blocks(put(gzipped(old.encode()), "a"), put(fastq(mate=2).replace("I", "h"), "b"), facts=facts))
    assert (facts.layout, facts.packing, facts.encoding) == ("pairs", ["gzip", "none"], "Phred+64")


def test_zstd_without_its_library_is_named(put, monkeypatch):
    monkeypatch.setattr(
        "klbio.io.sequences.packing.import_module", lambda name: __import__("no_such_library")
    )
    message = refusal(put(b"\x28\xb5\x2f\xfd" + bytes(20)))
    assert "a file packed by zstd" in message
    assert "pip install zstandard" in message


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


WHOLE = gzipped("".join(many()).encode())
SOUND = "".join(many(50)).encode()
INTERLEAVED = "".join(f"@r{i} {mate}:N:0\nACGT\n+\nIIII\n" for i in range(2) for mate in (1, 2))
FLIPPED = WHOLE[:60] + bytes(255 - byte for byte in WHOLE[60:90]) + WHOLE[90:]


BROKEN = {
    "empty": ("", ["an empty file", "FASTA ('>') or FASTQ ('@')"]),
    "empty-gzip": (gzipped(b""), ["an empty file"]),
    "another-format": ("sample,count\n", ["begins with 's'"]),
    "truncated-bzip2": (bz2.compress(SOUND)[:-20], ["a truncated bzip2 file"]),
    "damaged-bzip2": (b"BZh9" + bytes(40), ["a damaged bzip2 file"]),
    "truncated-xz": (lzma.compress(SOUND)[:-20], ["a truncated xz file"]),
    "damaged-xz": (
        lzma.compress(SOUND)[:40] + bytes(255 - byte for byte in lzma.compress(SOUND)[40:]),
        ["a damaged xz file"],
    ),
    "gzip-with-a-wrong-sum": (WHOLE[:-8] + bytes(4) + WHOLE[-4:], ["a damaged gzip file (CRC"]),
    "tar": (
        gzipped(b"a.fastq".ljust(257, b"\0") + b"ustar\x0000" + bytes(300)),
        ["a tar archive", "tar -xf"],
    ),
    "zip": (b"PK\x03\x04" + bytes(40), ["a zip archive"]),
    "bam": (gzipped(b"BAM\x01" + bytes(40)), ["a BAM file", "samtools fastq"]),
    "web": ("<!DOCTYPE html>\n", ["a page of the web"]),
    "begun-again": ("".join(many(50) * 2), ["record 51 is the first one again ('read0/1')"]),
    "low-quality-byte": (fastq().replace("IIII\n", "II\x1fI\n"), ["record 1 has the byte 31", "line 4"]),
    "gap-in-fasta": (">x\nAC.GT\n", ["record 1 ('x')", "'.' at position 3", "aligned"]),
    "colour-space": (fastq(["T0123"]), ["'0' at position 2", "SOLiD"]),
    "blank-in-a-read": (fastq(["AC GT"]), ["Take the blanks out"]),
    "byte-in-a-read": (fastq(["ACGT"]).encode().replace(b"CG", b"C\xe9"), ["record 1", "position 3"]),
    "odd-interleaved": (INTERLEAVED + "@r9 1:N:0\nA\n+\nI\n", ["record 5 ('r9') without its mate"]),
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
    "first-mates-twice": (many(), ["2.fastq", "first mates (1,", "as in"]),
    "indexes": ([text.replace("ACGTACGTAC", "ACGTACGT").replace("IIIIIIIIII", "IIIIIIII") for text in many(mate=2)],
                ["2.fastq", "reads of 8 bases each beside reads of 40"]),
}  # fmt: skip


@pytest.mark.parametrize(("mates", "words"), OUT_OF_STEP.values(), ids=OUT_OF_STEP)
def test_mates_out_of_step_are_refused(put, mates, words):
    first = "".join(many())
    if "reads of 8" in words[1]:
        first = first.replace("ACGTACGTAC", "ACGT" * 10).replace("IIIIIIIIII", "I" * 40)
    message = refusal(put(first, "1.fastq"), put("".join(mates), "2.fastq"))
    for word in words:
        assert word in message


def test_a_record_without_end_is_refused(put, monkeypatch):
    """A gzip bomb must not fill the memory."""
    monkeypatch.setattr(records, "MAX_RECORD", 1 << 20)
    bomb = gzipped(b"@r\n" + b"A" * (1 << 24))
    assert "a record of more than 1,048,576 bytes" in refusal(put(bomb, "bomb.fastq.gz"))


PACKINGS = {
    "plain": bytes,
    **{
        f"gzip-of-{when:08x}": partial(gzipped, when=when)
        for when in (0, CR, 0x0A0A0A0A, 0x3E403E40, 0x0D0A0D0A)
    },
    "bzip2": bz2.compress,
    "xz": lzma.compress,
}


@pytest.mark.parametrize("pack", PACKINGS.values(), ids=PACKINGS)
def test_line_ends_are_those_of_the_text_not_of_what_packs_it(put, pack):
    """Packed bytes may hold any: by its time one file of 64 begins with that of a Mac."""
    for text in (fastq(), fasta(), fasta().replace("\n", "\r")):
        assert sequences_of(put(pack(text.encode()))) == [SEQUENCES]
    assert "old Macs" in refusal(put(pack(fastq().replace("\n", "\r").encode())))
    for text in (fastq(), fasta()):
        odd = refusal(put(pack(text.replace("TT", "T*").encode())))
        assert "'*'" in odd
        assert "old Macs" not in odd


def test_records_of_old_macs_before_others_do_not_pass_for_a_header(put):
    both = fastq().replace("\n", "\r") + fastq(["ACGT"]).replace("read1", "other")
    assert "records within the header" in refusal(put(both))


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
