"""HMMER profiles through pyhmmer: text and binary, and what pyhmmer itself would let pass."""

import struct

import numpy as np
import pytest

from klbio.alphabets import AMINO, DNA, RNA
from klbio.errors import InputError
from klbio.io import read_models
from klbio.io.models.hmmer import read, sniff


@pytest.fixture(scope="module")
def folder(root):
    return root / "examples" / "gene-models" / "hmmer"


@pytest.fixture(scope="module")
def made1(folder):
    return (folder / "MADE1.hmm").read_text()


@pytest.fixture(scope="module")
def binary(folder, tmp_path_factory):
    from pyhmmer.plan7 import HMMFile

    path = tmp_path_factory.mktemp("binary") / "MADE1.h3m"
    with HMMFile(folder / "MADE1.hmm") as profiles, path.open("wb") as file:
        next(profiles).write(file, binary=True)
    return path


@pytest.fixture
def written(tmp_path):
    def write(content: str | bytes):
        path = tmp_path / "toy.hmm"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.mark.parametrize(
    ("name", "accession", "alphabet", "n_match"),
    [("globins4", "", AMINO, 149), ("RRM_1", "PF00076.13", AMINO, 71), ("MADE1", "DF0000629.2", DNA, 80)],
)
def test_reads_the_examples(folder, name, accession, alphabet, n_match):
    (profile,) = read_models(folder / f"{name}.hmm")
    assert (profile.name, profile.accession, profile.format) == (name, accession, "hmmer")
    assert profile.alphabet == alphabet
    assert profile.match_emissions.shape == (n_match, len(alphabet))
    assert profile.transitions.shape == (n_match + 1, 7)
    assert profile.background.sum() == pytest.approx(1)


def test_numbers_are_those_of_the_file(folder, made1):
    """The first match line holds -ln p; node 0, HMMER's placeholder, is not a match state."""
    (profile,) = read(folder / "MADE1.hmm")
    first = next(line for line in made1.splitlines() if line.split()[:1] == ["1"])
    printed = np.exp(-np.array(first.split()[1:5], dtype=float))
    assert profile.match_emissions[0] == pytest.approx(printed, abs=1e-5)
    assert profile.background == pytest.approx(0.25)


def test_binary_and_text_agree(folder, binary):
    (text,), (packed,) = read(folder / "MADE1.hmm"), read(binary)
    assert np.array_equal(text.match_emissions, packed.match_emissions)
    assert np.array_equal(text.transitions, packed.transitions)


def test_rna_is_an_alphabet_of_its_own(written, made1):
    (profile,) = read(written(made1.replace("ALPH  DNA", "ALPH  RNA")))
    assert profile.alphabet == RNA


def test_several_profiles_keep_their_order(written, folder):
    text = "".join((folder / f"{name}.hmm").read_text() for name in ("globins4", "fn3"))
    assert [profile.name for profile in read(written(text))] == ["globins4", "fn3"]


def changed_line(text: str, after: int, value: str) -> str:
    """Change the first number of node 1's match line (0), or of its transitions (2 lines on)."""
    lines = text.splitlines()
    n = next(n for n, line in enumerate(lines) if line.split()[:1] == ["1"]) + after
    fields = lines[n].split()
    fields[0 if after else 1] = value
    lines[n] = " ".join(fields)
    return "\n".join(lines) + "\n"


BROKEN = {
    "empty": (lambda text: "", "toy.hmm: 0 bytes"),
    "cut off": (lambda text: text[:3000], r"line \d+: the file ends inside a profile; expected '//'"),
    "last one cut off": (
        lambda text: text + text[: text.rindex("//")],
        r"line \d+: the file ends inside a profile",
    ),
    "line cut off": (lambda text: text[:3000] + "\n//\n", "in the first profile"),
    "too long for the file": (
        lambda text: text.replace("LENG  80", "LENG  2000000000"),
        "profiles of 2000000000 nodes",
    ),
    "shorter than it says": (lambda text: text.replace("LENG  80", "LENG  90"), "in the first profile"),
    "longer than it says": (lambda text: text.replace("LENG  80", "LENG  60"), "in the first profile"),
    "coins": (
        lambda text: text.replace("ALPH  DNA", "ALPH  coins"),
        "'MADE1': the coins alphabet; expected amino",
    ),
    "emission is no number": (
        lambda text: changed_line(text, 0, "x"),
        "profile 'MADE1', match states: 1 rows off 1 .row 1,",
    ),
    "transition is no number": (
        lambda text: changed_line(text, 2, "x"),
        "'MADE1', transitions by node and state: 1 rows off 1",
    ),
    "emission is too likely": (
        lambda text: changed_line(text, 0, "0.00001"),
        "profile 'MADE1', match states: 1 rows off 1",
    ),
}


@pytest.mark.parametrize(("change", "words"), BROKEN.values(), ids=BROKEN)
def test_refusals_name_file_and_profile(written, made1, change, words):
    with pytest.raises(InputError, match=words) as caught:
        read(written(change(made1)))
    assert "toy.hmm" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param(lambda data: data[:500], "nodes in 500 bytes", id="cut-off"),
        pytest.param(lambda data: data + data[:5300], "after profile 'MADE1'", id="second-cut-off"),
        pytest.param(
            lambda data: data[:8] + struct.pack("<i", 2**30) + data[12:], "1073741824 nodes", id="huge"
        ),
        pytest.param(lambda data: data[:8] + struct.pack("<i", -5) + data[12:], "nodes in", id="negative"),
    ],
)
def test_binary_refusals(written, binary, change, words):
    with pytest.raises(InputError, match=words):
        read(written(change(binary.read_bytes())))


def test_sniff(written, binary, folder):
    assert sniff(folder / "fn3.hmm")
    assert sniff(binary)
    assert not sniff(folder)
    assert not sniff(written("zoeHMM toy 1 1 1 1\n"))
    assert not sniff(written(b""))


HMMER2 = """HMMER2.0
NAME  old
LENG  2
ALPH  Nucleic
RF    no
CS    no
MAP   no
XT     -8455     -4  -1000  -1000  -8455     -4  -8455     -4
NULT      -4  -8455
NULE  0      0      0      0
HMM        A      C      G      T
         m->m   m->i   m->d   i->m   i->i   d->m   d->d   b->m   m->e
            0      *      *
     1   1000      0  -1000  -1000
     -      0      0      0      0
     -      0      *      *  -1000  -1000      *      *      0      *
     2   2000      *      *      *
     -      *      *      *      *
     -      *      *      *      *      *      *      *      *      0
//
"""


def test_hmmer2_scores_are_log_odds_to_the_null_line(written):
    """p = null 2^(s / 1000); NULE itself holds 1000 log2(p / .25)."""
    (profile,) = read(written(HMMER2))
    assert profile.match_emissions == pytest.approx(
        np.array([[0.5, 0.25, 0.125, 0.125], [1, 0, 0, 0]]), abs=1e-5
    )


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("ALPH  DNA\n", "", r"line \d+: numbers of a profile without its alphabet \(ALPH\)"),
        ("ALPH  DNA\n", "ALHP  DNA\n", r"without its alphabet"),
        ("ALPH  DNA\n", "ALPH  DNA\nALPH  amino\n", r"line 8: the alphabet \(ALPH\) again"),
        ("LENG  80\n", "", r"without its length \(LENG\)"),
        ("LENG  80\n", "LENG  80\nLENG  9\n", r"the length \(LENG\) again"),
    ],
)
def test_a_head_at_which_the_interpreter_would_crash_is_refused(made1, written, before, after, words):
    assert before in made1
    with pytest.raises(InputError, match=words):
        read(written(made1.replace(before, after, 1)))
    with pytest.raises(InputError, match=words.replace("8", "8|" + str(8 + made1.count("\n")))):
        read(written(made1 + made1.replace(before, after, 1)))


def test_a_profile_without_numbers_and_alphabet_is_refused(made1, written):
    lines = [line for line in made1.splitlines() if not line.startswith(("ALPH", "HMM "))]
    with pytest.raises(InputError, match=r"without its alphabet"):
        read(written("\n".join(lines) + "\n"))


def test_lines_of_a_head_in_an_order_that_crashes_the_reader_are_refused(made1, written):
    text = made1.replace("ALPH  DNA\n", "GA 1\nALPH  DNA\n")
    with pytest.raises(InputError, match=r"its reader crashes \(SIGSEGV\)|first profile"):
        read(written(text))


def test_a_head_in_another_order_is_read(made1, written):
    (profile,) = read(
        written(made1.replace("ALPH  DNA\n", "").replace("RF    yes\n", "RF    yes\nALPH  DNA\n"))
    )
    assert profile.alphabet == DNA


def test_a_binary_file_that_ends_the_interpreter_is_refused(binary, written):
    """Easel ends the process where the number of an alphabet is none of its own."""
    data = bytearray(binary.read_bytes())
    data[12] = 77
    with pytest.raises(
        InputError, match=r"reader stops \(bad alphabet type: unrecognized\); expected a sound"
    ):
        read(written(bytes(data)))


def test_the_least_that_crashed_is_refused(written):
    with pytest.raises(InputError, match=r"line 2: numbers of a profile without its length .* and alphabet"):
        read(written("HMMER3/f [3.3.2 | Nov 2020]\nHMM  A C\n 0.01 4.61 * 0.61 0.77 0.0 *\n//\n"))


def test_a_binary_profile_of_no_length_is_refused(binary, written):
    data = bytearray(binary.read_bytes())
    data[8:12] = bytes(4)
    with pytest.raises(InputError, match=r"toy\.hmm"):
        read(written(bytes(data)))
