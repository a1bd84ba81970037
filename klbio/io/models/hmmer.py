"""HMMER profile files, text or binary, read by pyhmmer."""

from __future__ import annotations

import re
from mmap import mmap
from pathlib import Path
from typing import Any

import numpy as np

from klbio.alphabets import AMINO, DNA, RNA
from klbio.distributions import FloatArray
from klbio.errors import Fault, InputError, StrPath
from klbio.io.source import Source
from klbio.models import Finding, ProfileHMM

__all__ = ["FILES", "TITLE", "read", "sniff"]

TITLE, FILES = "HMMER", ".hmm, text or binary"
TEXT_MAGIC = re.compile(rb"HMMER(3/[a-f]|2\.)")
BINARY_MAGIC = re.compile(rb"[\xb0-\xbf]\xed\xed\xe8")  # little-endian, one per version of HMMER3
BINARY_TAIL = b"\xed\xed\xe8"
LENGTH_LINE = re.compile(rb"^LENG\s+(\d+)", re.MULTILINE)
ALPHABETS = {"amino": AMINO, "DNA": DNA, "RNA": RNA}
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
    path : Path

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
    path = source.path
    _check(source)
    from pyhmmer.plan7 import HMMFile  # here, because it is heavy

    profiles: list[ProfileHMM] = []
    backgrounds: dict[str, FloatArray] = {}
    try:
        with source.stream() as handle, HMMFile(handle) as file:
            for hmm in file:
                profiles.append(_profile(path, hmm, backgrounds))  # noqa: PERF401 - keeps what was read before a fault
    except (ValueError, EOFError, OSError, RuntimeError, TypeError) as error:
        where = f"after profile {profiles[-1].name!r}" if profiles else "in the first profile"
        what = " ".join(str(error).split()) or type(error).__name__
        raise InputError.one(path, f"{what}, {where}", "a whole HMMER profile", REMEDY) from error
    if not profiles:
        raise InputError.one(path, "no profile", "at least one HMMER profile", REMEDY)
    return profiles


def _check(source: Source) -> None:
    """Refuse a length the file has no room for, and a last profile without its end.

    HMMER would set aside memory for the former, and pass over the latter without a word.
    """
    if not 0 < source.size <= MAX_BYTES:
        expected = f"a HMMER profile file of 1 to {MAX_BYTES} bytes"
        raise InputError.one(source, f"{source.size} bytes", expected, REMEDY)
    data = source.mapped()
    if BINARY_MAGIC.match(data):
        _check_binary(source.path, data)
    else:
        _check_text(source.path, bytes(data))


def _check_text(path: Path, data: bytes) -> None:
    if not data.rstrip().endswith(b"\n//"):
        line = data.rstrip().count(b"\n") + 1
        raise InputError.one(path, "the file ends inside a profile", "'//' on the last line", REMEDY, line)
    _check_room(
        path, sum(int(match[1]) for match in LENGTH_LINE.finditer(data)), len(data), TEXT_BYTES_PER_NODE
    )


def _check_binary(path: Path, data: bytes | mmap) -> None:
    """Go from profile to profile: each begins with four bytes of magic, flags, its length, its alphabet."""
    n_nodes, at = 0, 0
    while at >= 0:
        length, alphabet = (int.from_bytes(data[at + i : at + i + 4], "little") for i in (8, 12))
        n_nodes += length
        least = AMINO_BYTES_PER_NODE if alphabet == AMINO_CODE else BINARY_BYTES_PER_NODE
        at = _next_binary(data, at + length * least)
    _check_room(path, n_nodes, len(data), BINARY_BYTES_PER_NODE)


def _next_binary(data: bytes | mmap, start: int) -> int:
    """Find the next profile, by the three bytes all versions share: a pattern would take ten times as long."""
    at = data.find(BINARY_TAIL, start + 1)
    while at > 0 and not BINARY_MAGIC.match(data, at - 1):
        at = data.find(BINARY_TAIL, at + 1)
    return at - 1 if at > 0 else -1


def _check_room(path: Path, n_nodes: int, size: int, bytes_per_node: int) -> None:
    if n_nodes > (room := size // bytes_per_node):
        found = f"profiles of {n_nodes} nodes in {size} bytes"
        raise InputError.one(path, found, f"at most {room} nodes in a file of this size", REMEDY)


def _profile(path: Path, hmm: Any, backgrounds: dict[str, FloatArray]) -> ProfileHMM:
    """Make a profile; `backgrounds` keeps HMMER's null models by alphabet."""
    name, alphabet = _text(hmm.name), hmm.alphabet.type
    if alphabet not in ALPHABETS:
        raise InputError.one(
            path, f"profile {name!r} over the {alphabet} alphabet", "amino acids, DNA or RNA"
        )
    if alphabet not in backgrounds:
        backgrounds[alphabet] = _background(hmm.alphabet)
    findings = [] if hmm.composition is not None else [Finding("note", "profile", "no COMPO line")]
    try:
        return ProfileHMM(
            name=name, accession=_text(hmm.accession), alphabet=ALPHABETS[alphabet],
            match_emissions=np.asarray(hmm.match_emissions)[1:],  # row 0 is a placeholder, not a node
            background=backgrounds[alphabet],
            transitions=np.asarray(hmm.transition_probabilities), format="hmmer", findings=tuple(findings),
        )  # fmt: skip
    except InputError as error:
        faults = [
            Fault(path, f"{fault.path}: {fault.found}", fault.expected, REMEDY) for fault in error.faults
        ]
        raise InputError(faults) from error


def _background(alphabet: Any) -> FloatArray:
    from pyhmmer.plan7 import Background

    frequencies = np.array(Background(alphabet).residue_frequencies, dtype=np.float64)
    return np.asarray(frequencies / frequencies.sum())


def _text(value: bytes | str | None) -> str:
    if value is None:
        return ""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value
