"""A before/after study as it is asked for: its files, and the choices behind its numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from os import PathLike
from pathlib import Path

from klbio.design import Chunk, Contrast
from klbio.errors import Faults, InputError, StrPath
from klbio.io.files import checksum
from klbio.io.json_data import Json, JsonObject
from klbio.io.words.batch import is_batch, table_of_contents
from klbio.shift.settings import ShiftChoices, ShiftSettings
from klbio.shift.study_inputs import StudyInputs
from klbio.steps.provenance import code_version
from klbio.steps.shift_inputs import ShiftFiles

__all__ = ["ShiftChosen"]

# which numbers of single subjects hang on; groups of reads beside them, as a chunk reads its own alone
FILES = "table", "samples", "metadata", "taxonomy", "tree"
WORDS = "format", "columns", "phases"  # how the files are to be read


@dataclass(frozen=True, kw_only=True)
class ShiftChosen(ShiftFiles, ShiftChoices):
    """Files and choices, as `klbio.steps.shift.measure_shift` explains them."""

    contrasts: Sequence[Mapping[str, str]] = (asdict(Contrast()),)

    def inputs(self, faults: Faults, chunk: Chunk | None = None) -> StudyInputs:
        """Read all files.

        Parameters
        ----------
        faults : Faults
            What is at fault besides, named together with the files and the settings.
        chunk : Chunk, optional
            Whose groups of reads are looked at, where they are not of all.
        """
        settings = faults.gather(self._settings) or faults.gather(self._settings_of_files)
        if settings is None:
            raise InputError(dict.fromkeys(faults.found))
        return self.read(settings, faults, chunk)

    def _settings(self) -> ShiftSettings:
        return self.checked(self._phases)

    def _settings_of_files(self) -> ShiftSettings:
        """Give what the files are checked against, where other settings are at fault."""
        return ShiftSettings(self._phases, ranks=self.ranks, exclude=self.exclude, keep=self.keep)

    @property
    def _phases(self) -> tuple[Contrast, ...]:
        return tuple(Contrast(**phases) for phases in self.contrasts)

    @property
    def identity(self) -> JsonObject:
        """All that numbers of single subjects hang on: code, choices, and checksums of what is in the files."""
        choices = {one.name: getattr(self, one.name) for one in fields(ShiftChoices) if one.name != "threads"}
        return {
            "klbio": code_version(),
            "files": {name: [_sum(path) for path in _paths(getattr(self, name))] for name in FILES},
            "groups": sorted(_sum(path) for path in _paths(self.groups)),
            "settings": {
                **{name: _plain(value) for name, value in choices.items()},
                **{name: _plain(getattr(self, name)) for name in WORDS},
                "contrasts": [asdict(contrast) for contrast in self._phases],
            },
        }


def _paths(given: StrPath | Iterable[StrPath] | None) -> list[StrPath]:
    if given is None:
        return []
    return [given] if isinstance(given, str | PathLike) else list(given)


def _sum(path: StrPath) -> str:
    """Give the checksum of a file, of a folder those of all in it, of a batch of words that of its own checksums."""
    if Path(path).is_dir():
        return " ".join(checksum(inside) for inside in sorted(Path(path).rglob("*")) if inside.is_file())
    return table_of_contents(path) if is_batch(path) else checksum(path)


def _plain(value: object) -> Json:
    """Give mappings and sequences as JSON has them."""
    if isinstance(value, Mapping):
        return {str(key): _plain(of) for key, of in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(one) for one in value]
    return value if isinstance(value, int | float | str | None) else str(value)
