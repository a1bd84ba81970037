"""HMMER profile files, text or binary, read by pyhmmer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from klbio.alphabets import AMINO, DNA, RNA
from klbio.errors import Fault, InputError
from klbio.models import Finding, ProfileHMM

__all__ = ["read", "sniff"]

TEXT_MAGIC = re.compile(rb"HMMER(3/[a-f]|2\.)")
BINARY_MAGIC = re.compile(rb"[\xb0-\xbf]\xed\xed\xe8")  # little-endian, one per version of HMMER3
BINARY_TAIL = b"\xed\xed\xe8"
LENGTH_LINE = re.compile(rb"^LENG\s+(\d+)", re.MULTILINE)
ALPHABETS = {"amino": AMINO, "DNA": DNA, "RNA": RNA}
MAX_BYTES = 2 * 1024**3
TEXT_BYTES_PER_NODE = 30  # three lines of at least four fields
BINARY_BYTES_PER_NODE = 60  # fifteen floats: four match, four insert, seven transitions
REMEDY = "Fetch the file again; hmmstat or hmmconvert must read it too."


def sniff(path: Path) -> bool:
    """Recognise a profile file by its first bytes."""
    if not path.is_file():
        return False
    with path.open("rb") as handle:
        start = handle.read(16)
    return bool(TEXT_MAGIC.match(start) or BINARY_MAGIC.match(start))


def read(path: Path) -> list[ProfileHMM]:
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
    _check(path)
    from pyhmmer.plan7 import HMMFile  # here, because it is heavy

    profiles: list[ProfileHMM] = []
    try:
        with HMMFile(path) as handle:
            for hmm in handle:
                profiles.append(_profile(path, hmm))  # noqa: PERF401 - keeps what was read before a fault
    except (ValueError, EOFError, OSError, RuntimeError, TypeError) as error:
        where = f"after profile {profiles[-1].name!r}" if profiles else "in the first profile"
        what = " ".join(str(error).split()) or type(error).__name__
        raise InputError.one(path, f"{what}, {where}", "a whole HMMER profile", REMEDY) from error
    if not profiles:
        raise InputError.one(path, "no profile", "at least one HMMER profile", REMEDY)
    return profiles


def _check(path: Path) -> None:
    """Refuse a length the file has no room for, and a last profile without its end.

    HMMER would set aside memory for the former, and pass over the latter without a word.
    """
    size = path.stat().st_size if path.is_file() else 0
    if not 0 < size <= MAX_BYTES:
        raise InputError.one(path, f"{size} bytes", f"a HMMER profile file of 1 to {MAX_BYTES} bytes", REMEDY)
    data = path.read_bytes()
    if BINARY_MAGIC.match(data):
        starts = list(_binary_starts(data))
        lengths = [int.from_bytes(data[start + 8 : start + 12], "little") for start in starts]
        room = size // BINARY_BYTES_PER_NODE
    else:
        lengths = [int(match[1]) for match in LENGTH_LINE.finditer(data)]
        room = size // TEXT_BYTES_PER_NODE
        if not data.rstrip().endswith(b"\n//"):
            line = data.rstrip().count(b"\n") + 1
            raise InputError.one(
                path, "the file ends inside a profile", "'//' on the last line", REMEDY, line
            )
    if sum(lengths) > room:
        found = f"profiles of {sum(lengths)} nodes in {size} bytes"
        raise InputError.one(path, found, f"at most {room} nodes in a file of this size", REMEDY)


def _binary_starts(data: bytes) -> Iterator[int]:
    """Give where profiles begin, by the three bytes all versions share: a pattern would take ten times as long."""
    at = data.find(BINARY_TAIL)
    while at > 0:
        if BINARY_MAGIC.match(data, at - 1):
            yield at - 1
        at = data.find(BINARY_TAIL, at + 1)


def _profile(path: Path, hmm: Any) -> ProfileHMM:
    from pyhmmer.plan7 import Background

    name = _text(hmm.name)
    if hmm.alphabet.type not in ALPHABETS:
        raise InputError.one(
            path, f"profile {name!r} over the {hmm.alphabet.type} alphabet", "amino acids, DNA or RNA"
        )
    background = np.array(Background(hmm.alphabet).residue_frequencies, dtype=np.float64)
    match = np.array(hmm.match_emissions, dtype=np.float64)[1:]  # row 0 is a placeholder, not a node
    findings = [] if hmm.composition is not None else [Finding("note", "profile", "no COMPO line")]
    try:
        return ProfileHMM(
            name=name, accession=_text(hmm.accession), alphabet=ALPHABETS[hmm.alphabet.type],
            match_emissions=match, background=background / background.sum(),
            transitions=np.array(hmm.transition_probabilities, dtype=np.float64),
            format="hmmer", findings=tuple(findings),
        )  # fmt: skip
    except InputError as error:
        faults = [
            Fault(path, f"{fault.path}: {fault.found}", fault.expected, REMEDY) for fault in error.faults
        ]
        raise InputError(faults) from error


def _text(value: bytes | str | None) -> str:
    if value is None:
        return ""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value
