"""Gene models and profile HMMs -> every table of their comparison."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from klbio.errors import Fault, InputError, StrPath
from klbio.io import read_models, recognised
from klbio.io.models.cache import ModelCache
from klbio.io.results import write_rows
from klbio.io.sheets.model_sheet import ModelEntry, read_model_sheet
from klbio.models import Model
from klbio.models.comparison import Comparison
from klbio.models.comparison.hidden import N_SYMBOLS
from klbio.models.markov.content_model import EPSILON
from klbio.schema import DROPPED, MODEL_TABLES, DroppedRow
from klbio.steps.provenance import code_version
from klbio.steps.read import Read

__all__ = ["LoadedModel", "compare_models", "find_models", "load_models", "model_cache"]

REPEATED = "Leave one out, or give each file a name of its own in a model sheet."


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
        Folder for the tables of `klbio.schema.MODEL_TABLES`, as TSV.
    sheet : path-like, optional
        Model sheet, see `klbio.io.sheets.model_sheet.read_model_sheet`.
    models : sequence of path-like
        Files and folders instead of a sheet; a folder that is no model itself stands for
        the models in it, and what is in it besides goes to ``dropped.tsv``.
    epsilon : float, default 1e-4
        Smoothing, see `ContentModel.comparable`.
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
    found = find_models(models, sheet)
    read = load_models(found.value, model_cache(cache), keep_going)
    loaded = read.value
    if not loaded:
        raise InputError.one(sheet or "models", "no model", "at least one gene model or profile HMM")
    comparison = Comparison(
        {one.name: one.model for one in loaded}, epsilon=epsilon, n_symbols=n_symbols, seed=seed,
        threads=threads,
    )  # fmt: skip
    tables = comparison.tables
    tables |= {"models": _with_sources(tables["models"], loaded), "lint": _with_paths(tables["lint"], loaded)}
    tables["dropped"] = pd.concat([DROPPED.frame(found.dropped + read.dropped), tables["dropped"]])
    for name, frame in tables.items():
        write_rows(Path(out) / f"{name}.tsv", frame, MODEL_TABLES[name])


def _with_paths(table: pd.DataFrame, loaded: Sequence[LoadedModel]) -> pd.DataFrame:
    """Say where each model came from."""
    return table.assign(path=table["model"].map({one.name: str(one.entry.path) for one in loaded}))


def _with_sources(table: pd.DataFrame, loaded: Sequence[LoadedModel]) -> pd.DataFrame:
    """Add what the sheet says of each model, in further columns after those of the comparison."""
    extra = dict.fromkeys(name for one in loaded for name in one.entry.extra if name not in table)
    more = {name: [one.entry.extra.get(name, "") for one in loaded] for name in extra}
    return _with_paths(table, loaded).assign(group=[one.entry.group for one in loaded], **more)


def find_models(paths: Iterable[StrPath], sheet: StrPath | None = None) -> Read[list[ModelEntry]]:
    """Give the entries of a sheet; or one without a name for each path, and for each model in a folder of models."""
    if sheet is not None:
        return Read(read_model_sheet(sheet))
    found = [child for path in map(Path, paths) for child in _models_at(path)]
    entries = [ModelEntry("", child) for child, _ in found if child is not None]
    return Read(entries, tuple(row for _, row in found if row is not None))


def _models_at(path: Path) -> Iterator[tuple[Path | None, DroppedRow | None]]:
    """Give a path; or, where it is a folder that is no model, each model at any depth and what else is there."""
    if not path.is_dir() or recognised(path):
        yield path, None
        return
    for child in sorted(path.iterdir()):
        if child.is_dir() or recognised(child):
            yield from _models_at(child)
        else:
            reason = "not recognised as a gene model or profile HMM"
            yield None, DroppedRow(source=str(path), kind="model", name=child.name, reason=reason)


def model_cache(folder: StrPath | None) -> ModelCache | None:
    """Give the cache in a folder, for the code as it stands."""
    return ModelCache(Path(folder), code_version()) if folder is not None else None


def load_models(
    entries: Iterable[ModelEntry], cache: ModelCache | None = None, keep_going: bool = False
) -> Read[list[LoadedModel]]:
    """Read every model; one file's faults do not hide another's.

    To keep going, faults become rows of ``dropped.tsv`` and the other models are given.
    """
    read: list[tuple[ModelEntry, list[Model]]] = []
    faults: list[tuple[ModelEntry, Fault]] = []
    reader = cache.read if cache else read_models
    for entry in entries:
        try:
            read.append((entry, reader(entry.path, entry.format)))
        except InputError as error:
            faults += [(entry, fault) for fault in error.faults]
    if not keep_going or not read:
        InputError.raise_any([fault for _, fault in faults])
    loaded = _named([(entry, model, len(models) > 1) for entry, models in read for model in models])
    return Read(loaded, tuple(_dropped(entry, fault) for entry, fault in faults))


def _dropped(entry: ModelEntry, fault: Fault) -> DroppedRow:
    name = entry.model or entry.path.name
    return DroppedRow(source=str(entry.path), kind="model", name=name, reason=str(fault))


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
