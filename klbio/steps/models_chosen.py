"""Gene models and profile HMMs as they are asked for: where they are, and the choices behind their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from klbio.alphabets import RNA
from klbio.errors import Fault, InputError, StrPath
from klbio.io import BUILT_IN
from klbio.io.files import checksum
from klbio.io.json_data import JsonObject
from klbio.models import Model, ProfileHMM
from klbio.models.entry_key import EntryKey
from klbio.models.hidden.model import N_SYMBOLS
from klbio.models.markov.content_model import EPSILON
from klbio.seeding import SEED
from klbio.steps.model_files import LoadedModel, ModelFiles
from klbio.steps.provenance import code_version, files_within
from klbio.steps.read import Read

if TYPE_CHECKING:
    from klbio.models.comparison import Comparison
    from klbio.models.comparison.compared import Compared

__all__ = ["ModelsChosen"]


@dataclass(frozen=True, kw_only=True)
class ModelsChosen(ModelFiles):
    """Models and choices, as `klbio.steps.models.compare_models` explains them."""

    against: Sequence[StrPath] = ()
    by: EntryKey | None = None
    epsilon: float = EPSILON
    n_symbols: int = N_SYMBOLS
    seed: int = SEED
    threads: int = 1
    both_strands: bool = False

    def both_sides(self, keep_going: bool = False) -> Read[list[LoadedModel]]:
        """Read all models; with what is wrong with the two sides, or with any file, at once."""
        InputError.raise_any(self._faults())
        read = replace(self, models=[*self.models, *self.against]).read(keep_going)
        if not read.value:
            raise InputError.one(self.sheet or "models", "no model", "at least one gene model or profile HMM")
        return read

    def _faults(self) -> list[Fault]:
        """Say what of two sides is missing or too much."""
        if self.by and not self.against:
            return [Fault("--by", repr(self.by), "a second database", "Give it with --against.")]
        both = set(map(str, self.models)) & set(map(str, self.against))
        faults = [
            Fault(path, "on both sides", "another file", "Leave out --against.") for path in sorted(both)
        ]
        if self.against and not self.models:
            faults.append(Fault("--against", "no models before it", "the models that are held against it"))
        return faults

    def comparison(self, loaded: Sequence[LoadedModel], known: Compared | None = None) -> Comparison:
        """Compare models that were read, but for what is known of them."""
        from klbio.models.comparison import Comparison

        sides: tuple[dict[str, Model], dict[str, Model]] = {}, {}
        for one in loaded:
            sides[self._is_second(one)][one.name] = self._on_both_strands(one.model)
        if self.against and not all(sides):
            raise InputError.one(
                "--against", "no profile on one of the sides", "profile HMMs or motifs on both"
            )
        return Comparison(
            sides[0], against=sides[1] or None, by=self.by, epsilon=self.epsilon, n_symbols=self.n_symbols,
            seed=self.seed, threads=self.threads, groups={one.name: one.entry.group for one in loaded},
            known=known,
        )  # fmt: skip

    def _is_second(self, one: LoadedModel) -> bool:
        """Whether a model was read from what the others are held against."""
        path = Path(one.entry.path)
        return any(side == path or side in path.parents for side in map(Path, self.against))

    def _on_both_strands(self, model: Model) -> Model:
        """Take an RNA profile for one of both strands, where that is asked for."""
        if self.both_strands and isinstance(model, ProfileHMM) and model.alphabet == RNA:
            return replace(model, double_stranded=True)
        return model

    def identity(self, loaded: Sequence[LoadedModel]) -> JsonObject:
        """All that numbers of pairs hang on: code, choices, and checksums of what the models were read from."""
        places = {str(one.place): one.place for one in loaded}
        built_in = any(place.startswith(BUILT_IN) for place in places)
        files = files_within((name, place) for name, place in places.items() if not name.startswith(BUILT_IN))
        return {
            "klbio": code_version(),
            "files": [checksum(path) for _, path in files] + ([version("pyrodigal")] if built_in else []),
            "settings": {
                "models": [[one.name, one.entry.genetic_code, self._is_second(one)] for one in loaded],
                "by": self.by, "epsilon": self.epsilon, "n_symbols": self.n_symbols, "seed": self.seed,
                "both_strands": self.both_strands,
            },
        }  # fmt: skip
