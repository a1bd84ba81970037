"""Motifs in the formats of JASPAR, MEME (minimal text) and TRANSFAC, as ungapped profiles.

JASPAR and TRANSFAC hold counts and are read by Biopython; a column is its counts over their
sum, without pseudocounts.  MEME holds probabilities; Biopython would round them to whole
counts and knows no amino acids, so that its few lines are read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import StringIO

import numpy as np

from klbio.alphabets import AMINO, DNA, RNA, Alphabet
from klbio.distributions import FloatArray
from klbio.errors import InputError, StrPath, shorten
from klbio.io.models.emission_rows import ungapped
from klbio.io.models.text import ROUNDING, Remarks, finite_number
from klbio.io.source import Source
from klbio.models import Finding, ProfileHMM
from klbio.models.content_model import closed

__all__ = ["FILES", "TITLE", "read", "sniff"]

TITLE, FILES = "JASPAR, MEME or TRANSFAC", "motifs"
MARKS = {
    "MEME": re.compile(r"^MEME version", re.MULTILINE),
    "TRANSFAC": re.compile(r"^P[0O]\s+A\s+C\s+G\s+T\b", re.MULTILINE),
    "JASPAR": re.compile(r"\s*>[^\n]*\n\s*(A\s*\[|[\d.]+(\s+[\d.]+)*\s*\n)"),
}
BEGINS = {"TRANSFAC": MARKS["TRANSFAC"], "JASPAR": re.compile(r"^>", re.MULTILINE)}
MAX_COUNT = 1e12
MATRIX = "letter-probability matrix"
REMEDY = "Fetch the file again; Bio.motifs or MEME's tools must read it too."
Lines = Iterator[tuple[int, str]]


def sniff(path: StrPath) -> bool:
    """Recognise one of the three formats."""
    return _kind(Source.of(path)) is not None


def _kind(source: Source) -> str | None:
    start = source.head.decode("utf-8", "replace").replace("\r", "")
    return next(
        (kind for kind, mark in MARKS.items() if (mark.match if kind == "JASPAR" else mark.search)(start)),
        None,
    )


def read(path: StrPath) -> list[ProfileHMM]:
    """Read every motif of a file.

    Returns
    -------
    list of ProfileHMM
        Ungapped; its background is MEME's, uniform where the format has none.

    Raises
    ------
    InputError
        With the motif, and the line where there is one: numbers that are none, columns
        without counts, rows of different lengths, a motif cut off, another alphabet.
    """
    source = Source.of(path)
    kind = _kind(source)
    remarks = Remarks(source.path, REMEDY)
    lines = source.parameter_lines("a file of motifs")
    if kind is None:
        raise remarks.refusal("no motif", "motifs of JASPAR, MEME or TRANSFAC", 1)
    if kind != "MEME":
        _check_rows(lines, kind, remarks)
        InputError.raise_any(remarks.faults)
    found = _meme(lines, remarks) if kind == "MEME" else _counts("\n".join(lines) + "\n", kind, remarks)
    if not found and not remarks.faults:
        remarks.fault("no motif", "at least one")
    InputError.raise_any(remarks.faults)
    return found


def _check_rows(lines: list[str], kind: str, remarks: Remarks) -> None:
    """Note each row of a matrix that Biopython would pass over, or refuse without its line."""
    (_check_jaspar if kind == "JASPAR" else _check_transfac)(lines, remarks)


def _check_jaspar(lines: list[str], remarks: Remarks) -> None:
    names: list[tuple[int, str]] = []
    rows: list[int] = []
    for n, line in enumerate(lines, 1):
        words = line.replace("[", " ").replace("]", " ").split()
        if line.startswith(">"):
            names, rows = [*names, (n, line[1:].strip())], [*rows, 0]
        elif words and names:
            rows[-1] += 1
            if _no_counts(words[words[0] in DNA.symbols :]):
                _not_counts(names[-1][1], line, n, remarks)
    for (n, name), count in zip(names, rows, strict=True):
        if count != len(DNA):
            remarks.fault(f"motif {name!r}: {count} rows", "four, of A, C, G and T", n)


def _check_transfac(lines: list[str], remarks: Remarks) -> None:
    name, inside = "", False
    for n, line in enumerate(lines, 1):
        words = line.split()
        if words[:1] in ([], ["XX"], ["//"]):
            name, inside = "" if words[:1] == ["//"] else name, False
        elif words[0] == "ID" or (words[0] == "AC" and not name):
            name = " ".join(words[1:])
        elif MARKS["TRANSFAC"].match(line):
            inside = True
        elif inside and (not words[0].isdecimal() or len(words) <= len(DNA) or _no_counts(words[1:5])):
            _not_counts(name, line, n, remarks)


def _not_counts(name: str, line: str, n: int, remarks: Remarks) -> None:
    remarks.fault(f"motif {name!r}: {shorten(line.strip(), 60)}", "a row of counts, 0 or more", n)


def _no_counts(words: list[str]) -> bool:
    values = [finite_number(word) for word in words]
    return not words or any(value is None or not 0 <= value <= MAX_COUNT for value in values)


def _counts(text: str, kind: str, remarks: Remarks) -> list[ProfileHMM]:
    from Bio import motifs  # here, because it is heavy

    try:
        record = motifs.parse(StringIO(text), kind.lower())
    except Exception as error:  # Bio.motifs raises the bare class where rows differ in length
        told = " ".join(str(error).split())
        found = f"a matrix without the row of {told}" if isinstance(error, KeyError) else told
        raise remarks.refusal(found or "a broken matrix", f"{kind}'s matrices") from error
    if len(record) != len(BEGINS[kind].findall(text)):
        remarks.fault(
            f"{len(BEGINS[kind].findall(text))} motifs begin, {len(record)} are whole", "no motif cut off"
        )
    profiles = []
    for number, motif in enumerate(record, 1):
        name, accession = _names(motif, kind, number)
        counts = np.array([motif.counts[base] for base in DNA.symbols], dtype=float).T
        if (
            not counts.size
            or not np.isfinite(counts).all()
            or (counts < 0).any()
            or not counts.sum(axis=1).all()
        ):
            remarks.fault(
                f"motif {name!r} has columns without counts, or counts below 0", "counts in every column"
            )
            continue
        note = Finding("note", "match", f"{kind}: counts over their sum, no pseudocounts; uniform background")
        profiles.append(ungapped(name, accession, DNA, closed(counts), np.full(4, 0.25), "motifs", [note]))
    return profiles


def _names(motif: object, kind: str, number: int) -> tuple[str, str]:
    """Give name and accession; JASPAR's identifier is unique, its names are not."""
    if kind == "JASPAR":
        name, identifier = getattr(motif, "name", ""), getattr(motif, "matrix_id", "")
        return (f"{identifier} {name}" if name != identifier else name), identifier
    found = {key: motif.get(key) or "" for key in ("ID", "AC", "NA")} if isinstance(motif, dict) else {}
    return found.get("ID") or found.get("NA") or found.get("AC") or f"motif {number}", found.get("AC", "")


def _meme(lines: list[str], remarks: Remarks) -> list[ProfileHMM]:
    """Read MEME's minimal text: alphabet, background, then motifs."""
    alphabet, background, given, name = DNA, np.full(4, 0.25), False, ""
    found: list[ProfileHMM] = []
    rows = iter(enumerate(lines, 1))
    for n, line in rows:
        words = line.split()
        if line.startswith("ALPHABET"):
            alphabet = _alphabet(line, n, remarks)
            background = np.full(len(alphabet), 1 / len(alphabet))
        elif line.startswith("Background letter frequencies"):
            background, given = _background(rows, alphabet, n, remarks), True
        elif words[:1] == ["MOTIF"]:
            name = words[1] if len(words) > 1 else f"motif {len(found) + 1}"
        elif line.startswith(MATRIX):
            match = _matrix(rows, line, n, (name, alphabet), remarks)
            if match is not None:
                notes = (
                    []
                    if given
                    else [Finding("note", "null", "no background in the file: the uniform law is taken")]
                )
                found.append(ungapped(name, "", alphabet, match, background, "motifs", notes))
    return found


def _alphabet(line: str, n: int, remarks: Remarks) -> Alphabet:
    symbols = line.partition("=")[2].strip()
    known = {"".join(one.symbols): one for one in (DNA, RNA, AMINO)}
    if symbols not in known:
        raise remarks.refusal(f"alphabet {shorten(symbols, 40)}", f"one of {', '.join(known)}", n)
    return known[symbols]


def _background(rows: Lines, alphabet: Alphabet, start: int, remarks: Remarks) -> FloatArray:
    """Read letters and frequencies, over as many lines as they take."""
    given: dict[str, float] = {}
    for _, line in rows:
        words = line.split()
        pairs = dict(zip(words[::2], map(finite_number, words[1::2]), strict=False))
        given |= {letter: value for letter, value in pairs.items() if value is not None and value >= 0}
        if len(given) >= len(alphabet) or len(words) < 2:
            break
    values = np.array([given.get(letter, -1.0) for letter in alphabet.symbols])
    if (values < 0).any() or abs(values.sum() - 1) > 5 * ROUNDING:
        raise remarks.refusal("background frequencies that are none", f"{len(alphabet)} that sum to 1", start)
    return closed(values)


def _matrix(
    rows: Lines, header: str, start: int, named: tuple[str, Alphabet], remarks: Remarks
) -> FloatArray | None:
    """Read the rows below a header, as many as `w=` says, else up to a line of another length."""
    name, alphabet = named
    width = re.search(r"\bw=\s*(\d{1,6})\b", header)
    values: list[list[float]] = []
    for n, line in rows:
        numbers = [finite_number(word) for word in line.split()]
        good = [value for value in numbers if value is not None and 0 <= value <= 1]
        if not line.strip() or (not width and len(good) != len(alphabet)):
            break
        if len(good) != len(alphabet) or len(numbers) != len(good) or abs(sum(good) - 1) > ROUNDING:
            expected = f"{len(alphabet)} probabilities that sum to 1"
            remarks.fault(f"motif {name!r}, position {len(values) + 1}: {shorten(line, 60)}", expected, n)
            return None
        values.append(good)
        if width and len(values) == int(width[1]):
            break
    if not values or (width and len(values) != int(width[1])):
        wanted = f"{width[1]}, as w= says" if width else "at least one"
        remarks.fault(f"motif {name!r} has {len(values)} positions", wanted, start)
        return None
    return closed(np.array(values))
