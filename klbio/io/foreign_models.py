"""Files of models, or of what models are made of, that klbio does not read: what they are, and what to do."""

from __future__ import annotations

import re

from klbio.io.source import Source

__all__ = ["foreign_model"]

CODONS = re.compile(rb"\b[ACGTU]{3}\s+\d+(\.\d+)?\s*\(\s*\d+\s*\)")
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
