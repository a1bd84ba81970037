"""Gene models and profile HMMs -> every table of their comparison."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from klbio.errors import Fault, InputError, StrPath
from klbio.io import MODEL_FORMATS, read_models
from klbio.io.models.cache import ModelCache
from klbio.io.results import DROPPED_COLUMNS, write_rows
from klbio.io.sheets.model_sheet import ModelEntry, read_model_sheet
from klbio.models import Finding, GeneModel, HiddenMarkovModel, Model, ProfileHMM
from klbio.models.comparison.aligned_profiles import (
    ALIGNED_COLUMNS,
    ALIGNMENT_COLUMNS,
    AlignedProfiles,
    aligned_profiles,
    family_rows,
)
from klbio.models.comparison.codons import CODON_COLUMNS, codon_rows, pairs_without_codons
from klbio.models.comparison.gc_classes import GC_CLASS_COLUMNS, Classes, class_rows
from klbio.models.comparison.gene_models import (
    DENDROGRAM_COLUMNS,
    PAIR_COLUMNS,
    PROFILE_COLUMNS,
    SITE_COLUMNS,
    STATE_COLUMNS,
    Comparison,
    dendrogram_rows,
    gene_model_columns,
    lint_findings,
    pair_rows,
    profile_rows,
    site_rows,
    state_rows,
)
from klbio.models.comparison.hidden import HIDDEN_COLUMNS, N_SYMBOLS, hidden_rows, incomparable
from klbio.models.comparison.letters import (
    ALIGNED_LETTER_COLUMNS,
    SITE_LETTER_COLUMNS,
    aligned_letter_rows,
    site_letter_rows,
)
from klbio.models.comparison.segments import Segments, segment_pair_rows, segment_state_rows
from klbio.models.markov.rates import EPSILON
from klbio.steps.provenance import code_version

__all__ = ["TABLES", "LoadedModel", "compare_models", "load_models", "model_cache", "model_entries"]

MODEL_COLUMNS = (
    "model", "kind", "format", "path", "group", "alphabet", "components", "n_gc_classes", "gc_class",
    "coding_order", "stop_mass_per_codon", "last_order_bits_per_base", "n_match", "leaf",
)  # fmt: skip
REPEATED = "Leave one out, or give each file a name of its own in a model sheet."
LINT_COLUMNS = ("model", "path", "severity", "component", "finding")
TABLES = {
    "models": MODEL_COLUMNS,
    "pairs": PAIR_COLUMNS,
    "gc_classes": GC_CLASS_COLUMNS,
    "states": STATE_COLUMNS,
    "codons": CODON_COLUMNS,
    "sites": SITE_COLUMNS,
    "site_letters": SITE_LETTER_COLUMNS,
    "profiles": PROFILE_COLUMNS,
    "alignments": ALIGNMENT_COLUMNS,
    "aligned_columns": ALIGNED_COLUMNS,
    "aligned_letters": ALIGNED_LETTER_COLUMNS,
    "dendrogram": DENDROGRAM_COLUMNS,
    "hidden": HIDDEN_COLUMNS,
    "lint": LINT_COLUMNS,
    "dropped": DROPPED_COLUMNS,
}


@dataclass(frozen=True)
class LoadedModel:
    """A model as the tables call it, and where it came from."""

    name: str
    entry: ModelEntry
    model: Model


def compare_models(
    *, out: StrPath, sheet: StrPath | None = None, models: Sequence[StrPath] = (), epsilon: float = EPSILON,
    n_symbols: int = N_SYMBOLS, seed: int = 1, keep_going: bool = False, threads: int = 1,
    cache: StrPath | None = None,
) -> None:  # fmt: skip
    """Compare every ordered pair of gene models and of hidden Markov models, and every pair of profiles.

    Parameters
    ----------
    out : path-like
        Folder for the tables named in `TABLES`, as TSV.
    sheet : path-like, optional
        Model sheet, see `klbio.io.sheets.model_sheet.read_model_sheet`.
    models : sequence of path-like
        Files and folders instead of a sheet; a folder that is no model itself stands for
        the models in it, and what is in it besides goes to ``dropped.tsv``.
    epsilon : float, default 1e-4
        Smoothing, see `klbio.models.markov.content.comparable`.
    n_symbols : int, default 300000
        Length of the sequence drawn from each hidden Markov model.
    seed : int, default 1
        Start of every random number.
    keep_going : bool, default False
        Compare what can be read; each fault of the others is a row of ``dropped.tsv``.
    threads : int, default 1
        That align profiles; the tables do not depend on it.
    cache : path-like, optional
        Folder that keeps gene models as they were read, see `klbio.io.models.cache`.

    Raises
    ------
    InputError
        Every fault of every file at once; or if there is nothing to compare.
    """
    dropped: list[dict[str, str]] = []
    entries = read_model_sheet(sheet) if sheet is not None else list(model_entries(models, dropped))
    loaded = load_models(entries, dropped if keep_going else None, model_cache(cache))
    if not loaded:
        raise InputError.one(sheet or "models", "no model", "at least one gene model or profile HMM")
    hidden = {one.name: one.model for one in loaded if isinstance(one.model, HiddenMarkovModel)}
    dropped += [_without_partner(name) for name in incomparable(hidden)]
    aligned = aligned_profiles(profiles_of(loaded), seed=seed, threads=threads)
    dropped += aligned.dropped()
    genes = {one.name: one.model for one in loaded if isinstance(one.model, GeneModel)}
    comparison = Comparison(genes, epsilon)
    dropped += pairs_without_codons(comparison)
    tables = _tables(loaded, comparison, aligned) | {"dropped": dropped}
    tables["hidden"] = list(hidden_rows(hidden, n_symbols, seed))
    extra = dict.fromkeys(name for one in loaded for name in one.entry.extra if name not in MODEL_COLUMNS)
    for name, columns in TABLES.items():
        more = tuple(extra) if name == "models" else ()
        write_rows(Path(out) / f"{name}.tsv", tables[name], (*columns, *more))


def profiles_of(loaded: Iterable[LoadedModel]) -> dict[str, ProfileHMM]:
    """Give the profile HMMs among the models, by name."""
    return {one.name: one.model for one in loaded if isinstance(one.model, ProfileHMM)}


def _without_partner(name: str) -> dict[str, str]:
    reason = "no other hidden Markov model over the same symbols: no pair in hidden.tsv"
    return {"source": "models", "kind": "model", "name": name, "reason": reason}


def model_entries(paths: Iterable[StrPath], dropped: list[dict[str, str]]) -> Iterable[ModelEntry]:
    """Give an entry without a name for each path, and for each model in a folder of models."""
    for path in map(Path, paths):
        if path.is_dir() and not _recognised(path):
            yield from _within(path, dropped)
        else:
            yield ModelEntry("", path)


def _within(folder: Path, dropped: list[dict[str, str]]) -> Iterable[ModelEntry]:
    """Give an entry for each model at any depth of a folder."""
    for child in sorted(folder.iterdir()):
        if _recognised(child):
            yield ModelEntry("", child)
        elif child.is_dir():
            yield from _within(child, dropped)
        else:
            reason = "not recognised as a gene model or profile HMM"
            dropped.append({"source": str(folder), "kind": "model", "name": child.name, "reason": reason})


def _recognised(path: Path) -> bool:
    return any(import_module(module).sniff(path) for module in MODEL_FORMATS.values())


def model_cache(folder: StrPath | None) -> ModelCache | None:
    """Give the cache in a folder, for the code as it stands."""
    return ModelCache(Path(folder), code_version()) if folder is not None else None


def load_models(
    entries: Iterable[ModelEntry],
    dropped: list[dict[str, str]] | None = None,
    cache: ModelCache | None = None,
) -> list[LoadedModel]:
    """Read every model; one file's faults do not hide another's.

    With `dropped`, faults become its rows and the other models are given.
    """
    read: list[tuple[ModelEntry, list[Model]]] = []
    faults: list[Fault] = []
    reader = cache.read if cache else read_models
    for entry in entries:
        try:
            read.append((entry, reader(entry.path, entry.format)))
        except InputError as error:
            faults += error.faults
            if dropped is not None:
                name = entry.model or entry.path.name
                dropped += [
                    {"source": str(entry.path), "kind": "model", "name": name, "reason": str(fault)}
                    for fault in error.faults
                ]
    if dropped is None or not read:
        InputError.raise_any(faults)
    return _named([(entry, model, len(models) > 1) for entry, models in read for model in models])


def _named(models: Sequence[tuple[ModelEntry, Model, bool]]) -> list[LoadedModel]:
    """Name each model by the sheet or by itself; where two share a name, by what tells them apart."""
    plain = [_plain_name(*one) for one in models]
    by_format = [f"{name} ({model.format})" for name, (_, model, _) in zip(plain, models, strict=True)]
    by_path = [f"{name} ({entry.path})" for name, (entry, _, _) in zip(plain, models, strict=True)]
    times = Counter(plain), Counter(by_format)
    names = [
        a if times[0][a] == 1 else b if times[1][b] == 1 else c
        for a, b, c in zip(plain, by_format, by_path, strict=True)
    ]
    repeated = sorted(name for name, count in Counter(names).items() if count > 1)
    InputError.raise_any(
        [Fault("models", f"model {name!r} twice", "each model once", REPEATED) for name in repeated]
    )
    return [LoadedModel(name, entry, model) for name, (entry, model, _) in zip(names, models, strict=True)]


def _plain_name(entry: ModelEntry, model: Model, one_of_many: bool) -> str:
    if not entry.model:
        return model.name
    return f"{entry.model}: {model.name}" if one_of_many else entry.model


def _tables(
    loaded: Sequence[LoadedModel], comparison: Comparison, aligned: AlignedProfiles
) -> dict[str, list[dict[str, Any]]]:
    trees, leaves = dendrogram_rows(comparison)
    family_tree, family_leaves = family_rows(aligned, DENDROGRAM_COLUMNS)
    segments = Segments(comparison.models, comparison.epsilon)
    classes = Classes(comparison.models, comparison.epsilon)
    return {
        "models": [_model_row(one, leaves | family_leaves) for one in loaded],
        "pairs": [*pair_rows(comparison, classes), *segment_pair_rows(segments)],
        "gc_classes": list(class_rows(classes)),
        "states": [*state_rows(comparison), *segment_state_rows(segments)],
        "codons": list(codon_rows(comparison)),
        "sites": list(site_rows(comparison)),
        "site_letters": list(site_letter_rows(comparison.models)),
        "profiles": list(profile_rows(profiles_of(loaded))),
        "alignments": list(aligned.alignment_rows()),
        "aligned_columns": list(aligned.column_rows()),
        "aligned_letters": list(aligned_letter_rows(aligned)),
        "dendrogram": trees + family_tree,
        "lint": _lint_rows(loaded, lint_findings(comparison) | aligned.findings()),
    }


def _model_row(one: LoadedModel, leaves: Mapping[str, int]) -> dict[str, Any]:
    row = {
        "model": one.name,
        "format": one.model.format,
        "path": str(one.entry.path),
        "group": one.entry.group,
    }
    if isinstance(one.model, GeneModel):
        own = {"kind": "gene model", "leaf": leaves.get(one.name), **gene_model_columns(one.model)}
    elif isinstance(one.model, HiddenMarkovModel):
        states = f"{len(one.model.states)} states"
        own = {"kind": "hidden Markov model", "alphabet": " ".join(one.model.symbols), "components": states}
    else:
        alphabet = one.model.alphabet.name
        own = {
            "kind": "profile HMM",
            "alphabet": alphabet,
            "components": "match",
            "n_match": one.model.n_match,
            "leaf": leaves.get(one.name),
        }
    return {**one.entry.extra, **row, **own}


def _lint_rows(loaded: Sequence[LoadedModel], found: Mapping[str, Sequence[Finding]]) -> list[dict[str, Any]]:
    return [
        {
            "model": one.name, "path": str(one.entry.path), "severity": finding.severity,
            "component": finding.component, "finding": finding.text,
        }
        for one in loaded
        for finding in (*one.model.findings, *found.get(one.name, ()))
    ]  # fmt: skip
