"""Coding sequences whose annotation says that they are not read as they stand: NCBI's and Ensembl's words for it."""

from __future__ import annotations

import re
from collections.abc import Mapping

__all__ = ["exception_of"]

OF_RECODING = re.compile(r"aa:\s*(Sec|Pyl)", re.IGNORECASE)
AMINO_ACIDS = {"sec": "selenocysteine", "pyl": "pyrrolysine"}
WORDS = (
    (re.compile("trans[-_ ]?splic", re.IGNORECASE), "trans-spliced: its parts are joined in no order of the sequence"),
    (re.compile("ribosomal[-_ ]?slippage", re.IGNORECASE), "ribosomal slippage: its reading frame shifts within"),
    (re.compile("rna[-_ ]?editing", re.IGNORECASE), "RNA editing: other bases are translated than stand here"),
    (re.compile("rearrangement required", re.IGNORECASE), "translated only once the sequence is rearranged"),
)  # fmt: skip
FLAGS = ("trans_splicing", "ribosomal_slippage")


def exception_of(qualifiers: Mapping[str, str]) -> str:
    """Say why a coding feature is not read as it stands; empty where it is.

    Parameters
    ----------
    qualifiers : mapping of str to str
        As ``exception``, ``trans_splicing``, ``ribosomal_slippage``, ``transl_except`` and ``tag``.

    Examples
    --------
    >>> exception_of({"transl_except": "(pos:31..33,aa:Sec)"})
    'selenocysteine: a stop codon within is an amino acid'
    >>> exception_of({"transl_except": "(pos:1..3,aa:Met)"})
    ''
    """
    if recoded := OF_RECODING.search(qualifiers.get("transl_except", "")):
        return f"{AMINO_ACIDS[recoded[1].lower()]}: a stop codon within is an amino acid"
    if "seleno" in qualifiers.get("tag", "").lower():
        return "selenocysteine: a stop codon within is an amino acid"
    text = " ".join([qualifiers.get("exception", ""), *(flag for flag in FLAGS if flag in qualifiers)])
    return next((reason for pattern, reason in WORDS if pattern.search(text)), "")
