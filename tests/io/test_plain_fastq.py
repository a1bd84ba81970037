"""The quick reader gives what the careful one gives, or leaves the file to it."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from klbio.errors import InputError
from klbio.io.sequences import plain_fastq
from klbio.io.sequences.lanes import LaneFacts
from klbio.io.sequences.plain_fastq import NotPlainError, plain_records
from klbio.io.sequences.reads import read_blocks
from klbio.reads.scanning import scan
from tests.io.test_reads import BROKEN, INTERLEAVED, OUT_OF_STEP, fastq, many
from tests.packing import gzipped

records = st.lists(
    st.tuples(st.text("ab1 2/", max_size=6), st.text("ACGTN", max_size=9), st.booleans()),
    min_size=1,
    max_size=9,
)


def quick(*paths) -> tuple[LaneFacts, list[list[str]]]:
    """Facts, and the sequences of each end."""
    facts, ends = LaneFacts(), []
    for mates in plain_records(paths, facts):
        ends = ends or [[] for _ in mates]
        for found, (block, starts, stops) in zip(ends, mates, strict=True):
            found += [block[a:b].tobytes().decode() for a, b in zip(starts, stops, strict=True)]
    return facts, ends


def careful(*paths) -> tuple[LaneFacts, list[list[str]]]:
    facts = LaneFacts()
    blocks = list(read_blocks(*paths, facts=facts))
    return facts, [b"".join(end).decode().split("\n")[:-1] for end in zip(*blocks, strict=True)]


@pytest.fixture
def put(tmp_path, monkeypatch):
    monkeypatch.setattr(plain_fastq, "BLOCK", 200)

    def write(text, name="r.fastq"):
        (tmp_path / name).write_bytes(text.encode() if isinstance(text, str) else text)
        return tmp_path / name

    return write


@example([("", "", False)] * 9, 0)  # the smallest records there are
@given(records, st.integers(0, 12))
def test_a_scan_finds_what_a_plain_parser_finds(found, cut):
    """Records up to the last whole one; a part of one at the end is left."""
    text = "".join(f"@{name}\n{seq}\n+{name * again}\n{'I' * len(seq)}\n" for name, seq, again in found)
    text = text[: len(text) - cut]
    whole, at = [], 0
    for name, seq, again in found:
        at += len(f"@{name}\n{seq}\n+{name * again}\n{seq}\n")
        whole += [seq] if at <= len(text) else []
    symbols = np.frombuffer(text.encode(), dtype=np.uint8)
    result = scan(symbols, np.frombuffer(b"no such record", dtype=np.uint8))
    assert result.is_plain
    assert [text[a:b] for a, b in zip(result.starts, result.ends, strict=True)] == whole


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param([fastq()], id="single"),
        pytest.param([fastq().rstrip("\n")], id="no-newline-at-the-end"),
        pytest.param([fastq() + "\n\r\n\n"], id="blank-lines-at-the-end"),
        pytest.param(["".join(many(60))], id="many-blocks"),
        pytest.param(["".join(many(60)), "".join(many(60, 2))], id="pairs"),
        pytest.param([fastq(), fastq(["A", "C" * 40, "G"], mate=2)], id="mates-of-other-lengths"),
        pytest.param([INTERLEAVED.replace("@r", "@run:1:") * 1], id="interleaved"),
        pytest.param([gzipped(fastq().encode()) * 1], id="gzip"),
        pytest.param([fastq(["ACG.", "acgu", "NNRY"])], id="odd-symbols"),
    ],
)
def test_both_readers_give_the_same(put, texts):
    paths = [put(text, f"{i}.fastq") for i, text in enumerate(texts)]
    facts, ends = quick(*paths)
    plain, same = careful(*paths)
    assert facts == plain
    assert [[read.replace(".", "N") for read in reads] for reads in ends] == same


OF_SYMBOLS = {"gap", "colour-space", "blank-in-a-read", "byte-in-a-read"}  # which the counter looks at


@pytest.mark.parametrize("name", [name for name in BROKEN if name not in OF_SYMBOLS])
def test_what_is_broken_is_left_to_the_careful_reader(put, name):
    with pytest.raises((NotPlainError, InputError)):
        quick(put(BROKEN[name][0]))


@pytest.mark.parametrize("mates", [mates for mates, _ in OUT_OF_STEP.values()], ids=OUT_OF_STEP)
def test_mates_out_of_step_are_left_to_the_careful_reader(put, mates):
    first = "".join(many()).replace("ACGTACGTAC", "ACGT" * 10).replace("IIIIIIIIII", "I" * 40)
    with pytest.raises((NotPlainError, InputError)):
        quick(put(first, "1.fastq"), put("".join(mates), "2.fastq"))


@pytest.mark.parametrize(
    "names",
    [
        ("x", "x1"),
        ("x1", "x2"),
        ("x/2", "x/1"),
        ("x.1", "y.2"),
        ("x/1", "x/2y"),
        ("x/1 c", "x c"),
        ("1", "2"),
    ],
)
def test_names_that_are_no_mates_are_left_to_the_careful_reader(put, names):
    """Behind a hundred pairs; the last two of a file in which mates stand in turn may be reads of their own."""
    pairs = "".join(f"@q{i}/{mate}\nACGT\n+\nIIII\n" for i in range(100) for mate in (1, 2))
    path = put(pairs + "".join(f"@{name}\nAC\n+\nII\n" for name in names))
    with pytest.raises(NotPlainError):
        quick(path)


@pytest.mark.parametrize(
    "names", [("x y", "x z"), ("x.1", "x.2"), ("x_1", "x_2 c"), ("x/1\tc", "x/2"), ("", "")]
)
def test_names_that_are_mates_are_read(put, names):
    pairs = "".join(f"@q{i}/{mate}\nACGT\n+\nIIII\n" for i in range(100) for mate in (1, 2))
    path = put(pairs + "".join(f"@{name}\nAC\n+\nII\n" for name in names))
    assert quick(path) == careful(path)


@pytest.mark.parametrize("lengths", [(70, 68, 70), (3, 0, 2, 2), (40, 38, 36, 40)])
@pytest.mark.parametrize("quality", "+@I")
def test_lengths_that_mislead_the_guess_are_read_alike(put, lengths, quality):
    """A sequence two shorter than the one before, and a plus that begins its qualities."""
    text = "".join(f"@r{i}\n{'ACGTA' * 30:.{n}}\n+\n{quality * n}\n" for i, n in enumerate(lengths))
    assert quick(put(text)) == careful(put(text))


@pytest.mark.parametrize(
    "text", [fastq(end="\r\n"), ">a\nACGT\n", fastq(["", "AC", ""]), "@r\nA\n+\nI\n" * 4, "@a\n" + "A" * 300]
)
def test_what_is_only_odd_is_left_too_or_read_alike(put, text):
    try:
        assert quick(put(text)) == careful(put(text))
    except NotPlainError:
        return
    except InputError:
        with pytest.raises(InputError):
            careful(put(text))
