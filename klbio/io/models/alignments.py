"""Alignments in A3M or A2M (HH-suite, MMseqs2, ColabFold): a profile is built of each, as hmmbuild does it.

Upper case and ``-`` are match columns, lower case inserts.  HMMER's own builder (pyhmmer) weights the sequences, adds
its priors and takes the match columns as the file has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING

from klbio.errors import InputError, StrPath, shorten
from klbio.io.source import Source
from klbio.models import Finding, ProfileHMM
from klbio.models.interop import null_model, profile_of_hmm

if TYPE_CHECKING:
    from pyhmmer.easel import Alphabet as EaselAlphabet
    from pyhmmer.plan7 import HMM

__all__ = ["FILES", "TITLE", "read", "sniff"]

TITLE, FILES = "A3M alignment", ".a3m, .a2m"
ENDINGS = (".a3m", ".a2m")
MARK = b"#A3M#"
NO_SEQUENCE = re.compile(
    r"(ss|sa|aa)_(pred|conf|dssp)\b|\S*_consensus\b"
)  # lines that tools put beside sequences
LETTERS = re.compile(r"[A-Za-z-]*")
INSERTS = re.compile(r"[a-z]")
LENGTHS = re.compile(r"#[\d,]+\t[\d,]+")  # the first line of ColabFold
MOST = 64 * 1024**2  # bytes: the builder holds several arrays of so many letters
REMEDY = "Export the alignment again; or give the profile that hmmbuild or hhmake makes of it."
Sequence = tuple[str, str]


def sniff(path: StrPath) -> bool:
    """Recognise a file by how its name ends, since FASTA looks the same; or by its mark."""
    source = Source.of(path)
    start = source.peek(len(MARK))
    return start == MARK or (source.path.name.lower().endswith(ENDINGS) and start[:1] in (b">", b"#"))


def read(path: StrPath) -> list[ProfileHMM]:
    """Build a profile of each alignment.

    Raises
    ------
    InputError
        With the sequence: match columns that are more or fewer than those of the first, letters that are none; fewer
        than one sequence, and what the builder refuses.
    """
    source = Source.of(path)
    if source.size > MOST:
        raise InputError.one(source, f"{source.size:,} bytes", f"at most {MOST:,}", REMEDY)
    data = source.data.decode("utf-8", "replace").replace("\r\n", "\n")
    texts = [text for text in data.split("\0") if text.strip()]  # MMseqs2 ends each alignment with a zero
    if not texts:
        raise InputError.one(source, "no alignment", "one in A3M", REMEDY)
    several = len(texts) > 1
    return [
        _profile(source, text, f"{source.path.stem} {n}" if several else source.path.stem)
        for n, text in enumerate(texts, 1)
    ]


def _profile(source: Source, text: str, name: str) -> ProfileHMM:
    sequences = list(_sequences(text))
    _check(source, sequences)
    try:
        hmm = _built(sequences, _title(text, name))
    except (ValueError, RuntimeError, EOFError, TypeError) as error:
        found = f"an alignment that HMMER builds no profile of ({error})"
        raise InputError.one(source, found, "one in A3M", REMEDY) from error
    profile = profile_of_hmm(hmm, null_model(hmm.alphabet))
    built = (
        f"built of {len(sequences):,} sequences as hmmbuild --hand does: {hmm.nseq_effective:.2f} of them after "
        "weighting; it holds HMMER's priors"
    )
    return replace(profile, format="alignments", findings=(Finding.note("match", built), *profile.findings))


def _built(sequences: list[Sequence], name: str) -> HMM[EaselAlphabet]:
    """Let HMMER's builder make the profile; sequences are numbered, since their names may be anything."""
    from pyhmmer.easel import MSAFile  # here, because it is heavy
    from pyhmmer.plan7 import Background, Builder

    alphabet = _alphabet(sequences)
    data = "".join(f">{n}\n{letters}\n" for n, (_, letters) in enumerate(sequences)).encode()
    with MSAFile(BytesIO(data), format="a2m", digital=True, alphabet=alphabet) as file:
        alignment = file.read()
    if alignment is None:
        raise ValueError("no alignment")
    alignment.name = name.encode()
    return Builder(alphabet, architecture="hand").build_msa(alignment, Background(alphabet))[0]


def _title(text: str, name: str) -> str:
    """Give the name that the first line has, where it has one."""
    first = text.lstrip().split("\n", 1)[0]
    if not first.startswith("#") or first.startswith(MARK.decode()) or LENGTHS.match(first):
        return name
    return (first[1:].split() or [name])[0]


def _sequences(text: str) -> Iterator[Sequence]:
    """Give name and letters of each sequence, without what stands beside them and the dots of A2M."""
    for record in re.split(r"^>", text, flags=re.MULTILINE)[1:]:
        head, _, letters = record.partition("\n")
        if not NO_SEQUENCE.match(head):
            whole = re.sub(r"[\s.*]", "", letters)
            yield head.strip(), whole.replace("O", "X").replace("o", "x")  # O is a mark of its own in A2M


def _check(source: Source, sequences: list[Sequence]) -> None:
    """Refuse what is no alignment before the builder meets it."""
    if not sequences or not any(letters.strip("-") for _, letters in sequences):
        raise InputError.one(source, "no sequence", "an alignment in A3M", REMEDY)
    width = len(INSERTS.sub("", sequences[0][1]))
    for name, letters in sequences:
        where = f"sequence {shorten(name, 40)}"
        if not LETTERS.fullmatch(letters):
            raise InputError.one(
                source, f"{where}: other signs than letters and -", "an aligned sequence", REMEDY
            )
        n = len(INSERTS.sub("", letters))
        if n != width or not n:
            found = f"{where}: {n} match columns (upper case and -)"
            raise InputError.one(source, found, f"{width}, as the first sequence has", REMEDY)


def _alphabet(sequences: list[Sequence]) -> EaselAlphabet:
    """Take bases for bases where nothing else stands in the sequences."""
    from pyhmmer.easel import Alphabet

    letters = set("".join(letters for _, letters in sequences).upper()) - set("-NX")
    if letters <= set("ACGT"):
        return Alphabet.dna()
    return Alphabet.rna() if letters <= set("ACGU") else Alphabet.amino()
