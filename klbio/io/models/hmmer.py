"""HMMER profile files, text or binary, read by pyhmmer."""

from __future__ import annotations

import re
from mmap import mmap
from typing import TYPE_CHECKING

from klbio.distributions import FloatArray
from klbio.errors import Fault, InputError, StrPath
from klbio.io.source import Source
from klbio.io.trial import try_reading
from klbio.models import ProfileHMM
from klbio.models.interop import null_model, profile_of_hmm

if TYPE_CHECKING:
    from pyhmmer.easel import Alphabet as EaselAlphabet
    from pyhmmer.plan7 import HMM

__all__ = ["FILES", "TITLE", "read", "sniff", "trial"]

TITLE, FILES = "HMMER", ".hmm, text or binary"
NEEDS = ("pyhmmer.plan7",)  # of `trial`
TEXT_MAGIC = re.compile(rb"HMMER(3/[a-f]|2\.)")
BINARY_MAGIC = re.compile(rb"[\xb0-\xbf]\xed\xed\xe8")  # little-endian, one per version of HMMER3
BINARY_TAIL = b"\xed\xed\xe8"
LENGTH_LINE = re.compile(rb"^[ \t]*LENG[ \t]+(\d{1,12})", re.MULTILINE)
HEAD_LINE = re.compile(rb"^[ \t]*(HMMER[23]|LENG|ALPH|HMM|//)(?=\s|\.|/|\Z)", re.MULTILINE)
USUAL_HEAD = re.compile(  # as HMMER writes it
    rb"(?:\A|^//[ \t]*\r?\n)HMMER[^\n]*\n(?:(?:NAME|ACC|DESC|LENG|MAXL)[ \t][^\n]*\n)*ALPH[ \t]", re.MULTILINE
)
END_LINE = re.compile(rb"^//", re.MULTILINE)
NAMES = {b"LENG": "length (LENG)", b"ALPH": "alphabet (ALPH)"}
MAX_BYTES = 2 * 1024**3
TEXT_BYTES_PER_NODE = 30  # three lines of at least four fields
BINARY_BYTES_PER_NODE = 60  # fifteen floats: four match, four insert, seven transitions
AMINO_BYTES_PER_NODE = 188  # the same for twenty residues
AMINO_CODE = 3  # Easel's number of the alphabet
REMEDY = "Fetch the file again; hmmstat or hmmconvert must read it too."


def sniff(path: StrPath) -> bool:
    """Recognise a profile file by its first bytes."""
    start = Source.of(path).peek(16)
    return bool(TEXT_MAGIC.match(start) or BINARY_MAGIC.match(start))


def read(path: StrPath) -> list[ProfileHMM]:
    """Read every profile of a HMMER3 (text or binary) or HMMER2 text file.

    Parameters
    ----------
    path : path-like

    Returns
    -------
    list of ProfileHMM
        In the order of the file, without HMMER's placeholder row of node 0.

    Raises
    ------
    InputError
        Naming file and profile: a truncated or inconsistent file, a length that the file
        cannot hold, an alphabet other than amino acid, DNA or RNA.
    """
    source = Source.of(path)
    _Room(source).check()
    return _profiles(source)


def trial(path: StrPath) -> None:
    """Read a file; see `klbio.io.trial`."""
    _profiles(Source(path))


def _profiles(source: Source) -> list[ProfileHMM]:
    from pyhmmer.errors import AlphabetMismatch
    from pyhmmer.plan7 import HMMFile  # here, because it is heavy

    profiles: list[ProfileHMM] = []
    nulls = _NullModels()
    try:
        with source.stream() as handle, HMMFile(handle) as file:
            for hmm in file:
                profiles.append(_profile(source, hmm, nulls))  # noqa: PERF401 - keeps what was read before a fault
    except AlphabetMismatch as error:
        found, remedy = "profiles of two alphabets", "Part the file: proteins in one, DNA or RNA in another."
        raise InputError.one(source, found, "one alphabet in a file", remedy) from error
    except (ValueError, EOFError, OSError, RuntimeError, TypeError) as error:
        where = f"after profile {profiles[-1].name!r}" if profiles else "in the first profile"
        what = " ".join(str(error).split()) or type(error).__name__
        raise InputError.one(source, f"{what}, {where}", "a whole HMMER profile", REMEDY) from error
    if not profiles:
        raise InputError.one(source, "no profile", "at least one HMMER profile", REMEDY)
    return profiles


class _Room:
    """Whether a file holds what it says: HMMER would set aside memory for any length.

    It would also pass over a last profile without its end, without a word.
    """

    def __init__(self, source: Source) -> None:
        self.source = source

    def check(self) -> None:
        """Refuse a length the file has no room for, and a last profile without its end."""
        if not 0 < self.source.size <= MAX_BYTES:
            expected = f"a HMMER profile file of 1 to {MAX_BYTES} bytes"
            raise InputError.one(self.source, f"{self.source.size} bytes", expected, REMEDY)
        data = self.source.mapped()
        if BINARY_MAGIC.match(data):
            self._check(_binary_nodes(data), BINARY_BYTES_PER_NODE)
            try_reading(self.source, __name__)  # a wrong byte ends the interpreter
        else:
            text = bytes(data)
            self._check_end(text.rstrip())
            self._check_heads(text)
            self._check(sum(int(match[1]) for match in LENGTH_LINE.finditer(text)), TEXT_BYTES_PER_NODE)
            if len(USUAL_HEAD.findall(text)) < len(END_LINE.findall(text)):
                try_reading(self.source, __name__)  # lines in another order may end it too

    def _check_end(self, text: bytes) -> None:
        if not text.endswith(b"\n//"):
            found, line = "the file ends inside a profile", text.count(b"\n") + 1
            raise InputError.one(self.source, found, "'//' on the last line", REMEDY, line)

    def _check_heads(self, text: bytes) -> None:
        """Ask each profile for length and alphabet before its numbers: HMMER crashes where it meets none."""
        seen: set[bytes] = set()
        for match in HEAD_LINE.finditer(text):
            word = match[1]
            if word in NAMES and word in seen:
                raise self._head(text, match, f"the {NAMES[word]} again", "each once in a profile")
            missing = [name for name in NAMES if name not in seen]
            if word in (b"HMM", b"//") and missing:
                found = f"numbers of a profile without its {' and '.join(NAMES[name] for name in missing)}"
                raise self._head(text, match, found, "LENG and ALPH before the line HMM")
            seen = set() if word == b"//" else seen | {word}

    def _head(self, text: bytes, match: re.Match[bytes], found: str, expected: str) -> InputError:
        line = text.count(b"\n", 0, match.start()) + 1
        return InputError.one(self.source, found, expected, REMEDY, line)

    def _check(self, n_nodes: int, bytes_per_node: int) -> None:
        if n_nodes > (room := self.source.size // bytes_per_node):
            found = f"profiles of {n_nodes} nodes in {self.source.size} bytes"
            raise InputError.one(self.source, found, f"at most {room} nodes in a file of this size", REMEDY)


def _binary_nodes(data: bytes | mmap) -> int:
    """Go from profile to profile: each begins with four bytes of magic, flags, its length, its alphabet."""
    n_nodes, at = 0, 0
    while at >= 0:
        length, alphabet = (int.from_bytes(data[at + i : at + i + 4], "little") for i in (8, 12))
        n_nodes += length
        least = AMINO_BYTES_PER_NODE if alphabet == AMINO_CODE else BINARY_BYTES_PER_NODE
        at = _next_binary(data, at + max(length * least, 1))
    return n_nodes


def _next_binary(data: bytes | mmap, start: int) -> int:
    """Find the next profile, by the three bytes all versions share: a pattern would take ten times as long."""
    at = data.find(BINARY_TAIL, start + 1)
    while at > 0 and not BINARY_MAGIC.match(data, at - 1):
        at = data.find(BINARY_TAIL, at + 1)
    return at - 1 if at > 0 else -1


class _NullModels:
    """HMMER's null models by alphabet."""

    def __init__(self) -> None:
        self._known: dict[str, FloatArray] = {}

    def background(self, alphabet: EaselAlphabet) -> FloatArray:
        """Give the frequencies of residues under the null model."""
        if alphabet.type not in self._known:
            self._known[alphabet.type] = null_model(alphabet)
        return self._known[alphabet.type]


def _profile(source: Source, hmm: HMM[EaselAlphabet], nulls: _NullModels) -> ProfileHMM:
    try:
        return profile_of_hmm(hmm, nulls.background(hmm.alphabet))
    except InputError as error:
        faults = [
            Fault(source, f"{fault.path}: {fault.found}", fault.expected, REMEDY) for fault in error.faults
        ]
        raise InputError(faults) from error
