"""Model files as a step is given them: found in a sheet or a folder, read, and named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from klbio.errors import Fault, InputError, StrPath
from klbio.io import BUILT_IN, read_models, recognised
from klbio.io.elsewhere import anywhere, nowhere
from klbio.io.models.cache import ModelCache
from klbio.io.sheets.model_sheet import ModelEntry, read_model_sheet
from klbio.models import GeneModel, Model
from klbio.progress import over
from klbio.schema import DroppedRow
from klbio.steps.provenance import code_version
from klbio.steps.read import Read

__all__ = ["LoadedModel", "ModelFiles"]

CHECK_PATH = "Check the path; relative paths start where klbio was called."
BESIDE = "Give the other models a line of the sheet each."
REPEATED = "Leave one out, or give each file a name of its own in a model sheet."


@dataclass(frozen=True)
class LoadedModel:
    """A model as the tables call it, where it came from, and where it was read, which a job may be told apart."""

    name: str
    entry: ModelEntry
    model: Model
    place: Path


@dataclass(frozen=True, kw_only=True)
class ModelFiles:
    """Where models are.

    Parameters
    ----------
    models : sequence of path-like
        Files and folders; a folder that is no model itself stands for the models in it, at any depth.
    sheet : path-like, optional
        Model sheet instead of them, see `klbio.io.sheets.model_sheet.read_model_sheet`.
    cache : path-like, optional
        Folder that keeps gene models as they were read, see `klbio.io.models.cache`.
    files : sequence of path-like, optional
        Where those of the sheet are, one after the other but for built-in ones, as a job is handed them: the paths of
        the sheet are names then.
    """

    models: Sequence[StrPath] = ()
    sheet: StrPath | None = None
    cache: StrPath | None = None
    files: Sequence[StrPath] = ()

    def read(self, keep_going: bool = False) -> Read[list[LoadedModel]]:
        """Read every model; one file's faults do not hide another's.

        To keep going, faults become rows of ``dropped.tsv`` and the other models are given.
        """
        found = self._found()
        read: list[tuple[ModelEntry, list[Model]]] = []
        faults: list[tuple[ModelEntry, Fault]] = []
        for entry in over(found.value, len(found.value), "model", "reading"):
            try:
                read.append((entry, self._coded(entry)))
            except InputError as error:
                faults += [(entry, fault) for fault in error.faults]
        if not keep_going or not read:
            InputError.raise_any([fault for _, fault in faults])
        models = [(entry, model, len(models) > 1) for entry, models in read for model in models]
        loaded = [
            LoadedModel(name, entry, model, self._place(entry))
            for name, (entry, model, _) in zip(_names(models), models, strict=True)
        ]
        return Read(loaded, (*found.dropped, *(_dropped(entry, fault) for entry, fault in faults)))

    def _coded(self, entry: ModelEntry) -> list[Model]:
        """Read the models of an entry, gene models under the genetic code that the sheet names."""
        models, code = self._reader(self._place(entry), entry.format), entry.genetic_code
        if code is None:
            return models
        return [model.under(code) if isinstance(model, GeneModel) else model for model in models]

    @cached_property
    def _of_sheet(self) -> list[ModelEntry]:
        """The lines of the sheet."""
        return read_model_sheet(self.sheet or "", anywhere if self.files else nowhere)

    def _place(self, entry: ModelEntry) -> Path:
        """Give where an entry is read."""
        return self._handed.get(entry.source, entry.path)

    @cached_property
    def _handed(self) -> dict[str, Path]:
        """Where a job has the files of the sheet, by what the sheet calls them."""
        if not self.files:
            return {}
        names = [entry.source for entry in self._of_sheet if not entry.source.startswith(BUILT_IN)]
        if len(names) != len(self.files):
            found = f"{len(names)} paths, but {len(self.files)} files are handed over"
            raise InputError.one(self.sheet or "", found, "one file a path", "Start the workflow again.")
        return dict(zip(names, map(Path, self.files), strict=True))

    def _found(self) -> Read[list[ModelEntry]]:
        """Give the entries of the sheet; or one without a name for each path, and for each model in a folder."""
        if self.sheet is not None and self.models:
            raise InputError.one(self.sheet, "models beside a model sheet", "one of the two", BESIDE)
        if self.sheet is not None:
            return Read(self._of_sheet)
        by_path = [(path, list(_models_at(path))) for path in map(Path, self.models)]
        InputError.raise_any([
            Fault(path, "a folder without any", "a gene model or profile HMM, or a folder of them", CHECK_PATH)
            for path, children in by_path
            if not any(child for child, _ in children)
        ])  # fmt: skip
        found = [child for _, children in by_path for child in children]
        entries = [ModelEntry("", child) for child, _ in found if child is not None]
        return Read(entries, tuple(row for _, row in found if row is not None))

    @cached_property
    def _reader(self) -> Callable[[StrPath, str | None], list[Model]]:
        """`klbio.io.read_models`, or what does the same from the cache of the code as it stands."""
        return read_models if self.cache is None else ModelCache(Path(self.cache), code_version()).read


def _models_at(
    path: Path, above: frozenset[Path] = frozenset()
) -> Iterator[tuple[Path | None, DroppedRow | None]]:
    """Give a path; or, where it is a folder that is no model, each model at any depth and what else is there."""
    if not path.is_dir() or recognised(path):
        yield path, None
        return
    above |= {path.resolve(), *path.resolve().parents}  # links may lead through several folders, and back
    for child in sorted(path.iterdir()):
        if child.is_symlink() and child.resolve() in above:
            reason = "a link to a folder that it stands in"
            yield None, DroppedRow.file(str(path), child.name, reason)
        elif child.is_dir() or recognised(child):
            yield from _models_at(child, above)
        else:
            reason = "not recognised as a gene model or profile HMM"
            yield None, DroppedRow.file(str(path), child.name, reason)


def _dropped(entry: ModelEntry, fault: Fault) -> DroppedRow:
    name = entry.model or entry.path.name
    return DroppedRow.model(source=entry.source, name=name, reason=str(fault))


def _names(models: Sequence[tuple[ModelEntry, Model, bool]]) -> list[str]:
    """Name each model by the sheet or by itself; where two share a name, by what tells them apart."""
    plain = [_plain_name(*one) for one in models]
    beside = (
        [model.format for _, model, _ in models],
        *([of(entry) for entry, *_ in models] for of in (_file, _path)),
    )
    levels = [
        plain,
        *([f"{name} ({what})" for name, what in zip(plain, more, strict=True)] for more in beside),
    ]
    times = [Counter(level) for level in levels]
    names = [
        next((name for name, n in zip(choice, times, strict=True) if n[name] == 1), choice[-1])
        for choice in zip(*levels, strict=True)
    ]
    repeated = sorted(name for name, count in Counter(names).items() if count > 1)
    InputError.raise_any(
        [Fault("models", f"model {name!r} twice", "each model once", REPEATED) for name in repeated]
    )
    return names


def _file(entry: ModelEntry) -> str:
    return entry.path.name


def _path(entry: ModelEntry) -> str:
    return entry.source


def _plain_name(entry: ModelEntry, model: Model, one_of_many: bool) -> str:
    if not entry.model:
        return model.name
    return f"{entry.model}: {model.name}" if one_of_many else entry.model
