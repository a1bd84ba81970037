"""What other libraries hold, taken as models: HMMs of pyhmmer, motifs of Biopython.

A type is recognised by its name, so that no library is imported which is not already in use.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import partial
from os import PathLike
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from klbio.alphabets import AMINO, DNA, RNA
from klbio.distributions import FloatArray
from klbio.errors import Faults, InputError, listed
from klbio.interop import is_a
from klbio.models import GeneModel, HiddenMarkovModel, Model, ProfileHMM
from klbio.models.arrays import closed
from klbio.models.finding import Finding
from klbio.phrases import say
from klbio.phrases.profiles import MotifCounts, NoComposition

if TYPE_CHECKING:
    from Bio.motifs import Motif
    from pyhmmer.easel import Alphabet as EaselAlphabet
    from pyhmmer.plan7 import HMM

    ModelLike: TypeAlias = Model | HMM[EaselAlphabet] | Motif

__all__ = ["as_model", "as_models", "null_model", "profile_of_hmm", "profile_of_motif"]

ALPHABETS = {"amino": AMINO, "DNA": DNA, "RNA": RNA}  # by pyhmmer's names


def as_model(model: ModelLike) -> Model:
    """Give a model as klbio's own noun.

    Parameters
    ----------
    model : GeneModel, ProfileHMM, HiddenMarkovModel, pyhmmer.plan7.HMM or Bio.motifs.Motif

    Raises
    ------
    InputError
        For another type; for an HMM or a motif that cannot be taken, see `profile_of_hmm`, `profile_of_motif`.
    """
    if isinstance(model, GeneModel | ProfileHMM | HiddenMarkovModel):
        return model
    if is_a(model, "pyhmmer.HMM"):
        return profile_of_hmm(model, null_model(model.alphabet))
    if is_a(model, "Bio.Motif"):
        return profile_of_motif(model)
    raise InputError.one(
        "models", f"an object of type {type(model).__name__}",
        "a GeneModel, a ProfileHMM, a HiddenMarkovModel, a pyhmmer HMM or a Bio.motifs Motif",
        "klbio.read_models(path) reads the files of gene finders and profiles.",
    )  # fmt: skip


def as_models(models: Mapping[str, ModelLike] | Iterable[ModelLike]) -> dict[str, Model]:
    """Give models by the names that tables call them: a mapping's keys, or their own.

    Raises
    ------
    InputError
        For anything but a mapping or a sequence of models, for none, for two of one name.
    """
    single = isinstance(models, str | PathLike) or is_a(models, "pyhmmer.HMM") or is_a(models, "Bio.Motif")
    if models is not None and (single or not isinstance(models, Iterable)):
        raise InputError.one(
            "models", f"an object of type {type(models).__name__}", "a list of models, or a mapping of names to them",
            "Put a single one in a list; klbio.read_models(path) gives the list of a file.",
        )  # fmt: skip
    names = [str(name) for name in models] if isinstance(models, Mapping) else None
    given = [] if models is None else list(models.values() if isinstance(models, Mapping) else models)
    if not given:
        raise InputError.one("models", "no model", "at least one gene model or profile HMM")
    faults = Faults()
    gathered = [faults.gather(partial(as_model, model)) for model in given]
    faults.raise_any()
    taken = [model for model in gathered if model is not None]
    names = names or [model.name for model in taken]
    repeated = [name for name, times in Counter(names).items() if times > 1]
    if repeated:
        found = f"more than one model called {listed(repeated)}"
        raise InputError.one("models", found, "a name for each", "Give a mapping of names to models.")
    return dict(zip(names, taken, strict=True))


def profile_of_hmm(hmm: HMM[EaselAlphabet], background: FloatArray) -> ProfileHMM:
    """Take an HMM of pyhmmer, without HMMER's placeholder row of node 0.

    Parameters
    ----------
    hmm : pyhmmer.plan7.HMM
    background : ndarray of shape (K,)
        See `null_model`.

    Raises
    ------
    InputError
        For an alphabet other than amino acids, DNA or RNA; for emissions or transitions that are no probabilities.
    """
    name, alphabet = _text(hmm.name), hmm.alphabet.type
    if alphabet not in ALPHABETS:
        raise InputError.one(f"profile {name!r}", f"the {alphabet} alphabet", "amino acids, DNA or RNA")
    findings = () if hmm.composition is not None else (Finding.note("profile", say(NoComposition())),)
    match, transitions = hmm.match_emissions, hmm.transition_probabilities  # type: ignore[attr-defined]  # not in the stubs
    return ProfileHMM(
        name=name, accession=_text(hmm.accession), alphabet=ALPHABETS[alphabet],
        match_emissions=np.asarray(match)[1:],  # row 0 is a placeholder, not a node
        background=background, transitions=np.asarray(transitions), format="hmmer", findings=findings,
    )  # fmt: skip


def null_model(alphabet: EaselAlphabet) -> FloatArray:
    """Give the frequencies of residues under HMMER's null model."""
    from pyhmmer.plan7 import Background

    frequencies = np.array(Background(alphabet).residue_frequencies, dtype=np.float64)
    return np.asarray(frequencies / frequencies.sum())


def profile_of_motif(motif: Motif) -> ProfileHMM:
    """Take a motif of Biopython as an ungapped profile: counts over their sum, without pseudocounts.

    Parameters
    ----------
    motif : Bio.motifs.Motif
        Over DNA, RNA or amino acids; its own background is kept.

    Raises
    ------
    InputError
        For another alphabet, columns without counts, counts below 0.
    """
    name, accession = _names(motif)
    known = {frozenset(alphabet.symbols): alphabet for alphabet in (DNA, RNA, AMINO)}
    alphabet = known.get(frozenset(motif.alphabet))
    if alphabet is None:
        found, expected = f"the alphabet {''.join(motif.alphabet)}", "DNA, RNA or amino acids"
        raise InputError.one(f"motif {name!r}", found, expected)
    counts = np.array([motif.counts[symbol] for symbol in alphabet.symbols], dtype=float).T
    if not (counts.size and np.isfinite(counts).all() and (counts >= 0).all() and counts.sum(axis=1).all()):
        found = "columns without counts, or counts below 0"
        raise InputError.one(f"motif {name!r}", found, "counts in every column")
    note = Finding.note("match", say(MotifCounts()))
    background = closed(np.array([[motif.background[symbol] for symbol in alphabet.symbols]], dtype=float))[0]
    steps = ProfileHMM.ungapped(len(counts))
    return ProfileHMM(name, accession, alphabet, closed(counts), background, steps, "motifs", (note,))


def _names(motif: Motif) -> tuple[str, str]:
    """Give name and accession, as the formats of motifs have them."""
    if isinstance(motif, dict):  # TRANSFAC
        accession = motif.get("AC") or ""
        return motif.get("ID") or motif.get("NA") or accession or "motif", accession
    name, accession = motif.name or "", getattr(motif, "matrix_id", None) or ""
    return f"{accession} {name}".strip() if name != accession else name, accession


def _text(value: bytes | str | None) -> str:
    if value is None:
        return ""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value
