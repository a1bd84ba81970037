"""Files of models, or of what models are made of, that klbio does not read: what they are, and what to do."""

from __future__ import annotations

import re

from klbio.io.source import Source

__all__ = ["foreign_model"]

CODONS = re.compile(rb"\b[ACGTU]{3}\s+\d+(\.\d+)?\s*\(\s*\d+\s*\)")
PRESSED = (b"\xe6\xb3\xe8\xb3", b"\xe6\xb3\xf0\xb3", b"\xd3\xd3\xc9\xb1", b"\xe6\xb3\xe9\xb3")
TURNED = (b"\xb3\xed\xed\xe8", b"\xb6\xed\xed\xe8", b"\xb3\xed\xed\xe8"[::-1])
NEAR = 4096  # bytes before the first line
TRAINING = 558_392
LEAST_CODONS = 16
HIDDEN_KEYS = (b"startprob", b"transmat", b"HiddenMarkovModel", b"DenseHMM", b"SparseHMM")
HIDDEN = (
    "Discrete emissions are read: write it as docs/gene-models.md shows (states, symbols, start, transitions, "
    "emissions), or hmmlearn's startprob_, transmat_ and emissionprob_ as lists."
)


def foreign_model(source: Source) -> tuple[str, str] | None:
    """Say what a file is, and what to do about it; None where nothing is known of it."""
    start, name = source.peek(1 << 16), source.path.name
    if name.lower().endswith(".pbl"):
        return (
            "one file of an AUGUSTUS species",
            "Give its folder, with X_parameters.cfg and the other .pbl files; alone, only X_exon_probs.pbl is read.",
        )
    if found := _of_hmmer(start) or _of_others(start, name.lower(), source.size):
        return found
    if start.startswith(b"INFERNAL"):
        return (
            "a covariance model of Infernal before 1.1",
            "Bring it to 1.1: cmconvert; its filter profile is then read.",
        )
    if start.startswith((b">", b"#A3M#", b"# STOCKHOLM", b"CLUSTAL")):
        remedy = (
            "Of an alignment make a profile: hmmbuild x.hmm x.sto (A3M is read where its name ends in .a3m); of genes "
            "a model: klbio train."
        )
        return "sequences or an alignment (FASTA, A3M, Stockholm, Clustal)", remedy
    if start.lstrip().startswith(b"<") and b"<MEME" in start:
        return "MEME's XML", "Give meme.txt of the same run."
    if start.lstrip().startswith(b"{") and any(key in start for key in HIDDEN_KEYS):
        return (
            "a hidden Markov model of another package (pomegranate, or hmmlearn with other emissions)",
            HIDDEN,
        )
    if len(CODONS.findall(start)) >= LEAST_CODONS:
        return "a part of a codon-usage table (Kazusa, CoCoPUTs)", "Give all of its 64 codons."
    return None


def _of_hmmer(start: bytes) -> tuple[str, str] | None:
    """Say what is wrong with a file of HMMER's that does not begin as one."""
    if start.startswith(PRESSED):
        return (
            "a part of what hmmpress makes (.h3f, .h3i, .h3p)",
            "Give the .h3m, or the .hmm it was made of.",
        )
    if start.startswith(TURNED):
        return (
            "a binary profile of a machine with another order of bytes",
            "Write it as text there: hmmconvert.",
        )
    plain = start.replace(b"\0", b"")
    at = plain.find(b"HMMER3/")
    if not 0 <= at < NEAR:
        return None
    line = plain.count(b"\n", 0, at) + 1
    if plain[at:].startswith(b"HMMER3/") and at == 0 and len(plain) == len(start):
        return "a version of HMMER's profiles that is not known", "Bring it to HMMER3/f: hmmconvert."
    found = f"a profile of HMMER behind other text, or a byte order mark (line {line})"
    return found, "Save it as plain text that begins with HMMER3, without a mark or a line before it."


def _of_others(start: bytes, name: str, size: int) -> tuple[str, str] | None:
    """Say what is wrong with a file that holds the words of a format, or is called like it."""
    if name.endswith(".trn"):
        found = f"{size:,} bytes that are no training file of Prodigal"
        return (
            found,
            f"A sound one has {TRAINING:,} bytes, GC content first: copy it again, or train it again (prodigal -t).",
        )
    if b"letter-probability matrix" in start:
        if start.lstrip()[:1] == b"<":
            return "MEME's HTML", "Give meme.txt of the same run."
        return "a motif of MEME without its first line", "Let it begin with the line: MEME version 4."
    if (
        re.search(rb"(?m)^(AC|ID) ", start)
        and re.search(rb"(?m)^//", start)
        and re.search(rb"(?m)^XX", start)
    ):
        return (
            "TRANSFAC without a line 'P0 A C G T' above its rows",
            "Write the matrix with that line, in that order.",
        )
    if re.match(rb"Pos\tA\tC\tG\t[TU]\s", start):
        return (
            "a matrix of CIS-BP",
            "Put a line with > and its name in place of the header, and take the numbers of rows away.",
        )
    if re.match(rb"Query\s+\S+.*\nMatch_columns", start):
        return "the hits of HH-suite (.hhr)", "Give the profile that was searched with: .hhm."
    header = start.split(b"\n", 1)[0]
    if {b"model", b"component", b"context"} <= set(re.split(rb"[,;]", header.strip().replace(b'"', b""))):
        return "an emission table with commas or semicolons", "Put tabs between its fields."
    return None
