"""Gene models and profile HMMs -> every table of their comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from klbio.alphabets import RNA
from klbio.errors import Fault, InputError, StrPath
from klbio.io.at_work import at_work
from klbio.io.result_folder import check_place, write_tables
from klbio.models import Model, ProfileHMM
from klbio.models.entry_key import EntryKey
from klbio.models.hidden.model import N_SYMBOLS
from klbio.models.markov.content_model import EPSILON
from klbio.schema import DROPPED, MODEL_TABLES, ModelRow, named
from klbio.seeding import SEED
from klbio.steps.model_files import LoadedModel, ModelFiles
from klbio.steps.step import takes

if TYPE_CHECKING:
    import pandas as pd

    from klbio.models.comparison import Comparison

__all__ = ["ModelComparison", "compare_models"]

(MODEL,) = named(ModelRow, lambda row: (row.model,))


@dataclass(frozen=True, kw_only=True)
class ModelComparison(ModelFiles):
    """What `compare_models` is given, which says what each is."""

    out: StrPath
    against: Sequence[StrPath] = ()
    by: EntryKey | None = None
    epsilon: float = EPSILON
    n_symbols: int = N_SYMBOLS
    seed: int = SEED
    keep_going: bool = False
    threads: int = 1
    both_strands: bool = False
    plain: bool = False

    def tables(self) -> dict[str, pd.DataFrame]:
        """Read and compare: every table by its name in `klbio.schema.MODEL_TABLES`."""
        import pandas as pd

        InputError.raise_any(self._faults())
        read = replace(self, models=[*self.models, *self.against]).read(self.keep_going)
        if not read.value:
            raise InputError.one(self.sheet or "models", "no model", "at least one gene model or profile HMM")
        tables = self._compared(read.value).tables
        return tables | {
            "models": _with_sources(tables["models"], read.value),
            "lint": _with_paths(tables["lint"], read.value),
            "dropped": pd.concat([DROPPED.frame(read.dropped), tables["dropped"]]),
        }

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

    def _compared(self, loaded: Sequence[LoadedModel]) -> Comparison:
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


@takes(ModelComparison)
def compare_models(given: ModelComparison) -> None:
    """Compare every ordered pair of gene models and of hidden Markov models, and every pair of profiles.

    With `against`, each profile is held against those of a second side alone; with `by`, against its own entry there.

    Parameters
    ----------
    out : path-like
        Folder for the tables of `klbio.schema.MODEL_TABLES`, as TSV; those of more than 50,000 rows as ``.tsv.gz``.
    sheet : path-like, optional
        Model sheet, see `klbio.io.sheets.model_sheet.read_model_sheet`.
    files : sequence of path-like, optional
        Where the models of the sheet are, in its order but for built-in ones, as a job is handed them.
    models : sequence of path-like
        Files and folders instead of a sheet; a folder that is no model itself stands for
        the models in it, and what is in it besides goes to ``dropped.tsv``.
    against : sequence of path-like, optional
        Files and folders of profiles that those of `models` are held against, as a whole database.
    by : {'accession', 'name'}, optional
        With `against`: match the two databases entry by entry, for ``changes.tsv``.
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
    both_strands : bool, default False
        Compare RNA profiles with reverse complements too, as DNA ones always are.
    plain : bool, default False
        Gzip no table, however long it is.
    cache : path-like, optional
        Folder that keeps gene models as they were read, see `klbio.io.models.cache`.

    Raises
    ------
    InputError
        Every fault of every file at once; if there is nothing to compare; another run at work in the folder.
    """
    check_place(given.out)
    with at_work(given.out):
        write_tables(given.out, given.tables(), MODEL_TABLES, gzip=not given.plain)


def _with_paths(table: pd.DataFrame, loaded: Sequence[LoadedModel]) -> pd.DataFrame:
    """Say where each model came from."""
    return table.assign(path=table[MODEL].map({one.name: one.entry.source for one in loaded}))


def _with_sources(table: pd.DataFrame, loaded: Sequence[LoadedModel]) -> pd.DataFrame:
    """Add what the sheet says of each model, in further columns after those of the comparison."""
    extra = dict.fromkeys(name for one in loaded for name in one.entry.extra if name not in table)
    more = {name: [one.entry.extra.get(name, "") for one in loaded] for name in extra}
    return _with_paths(table, loaded).assign(group=[one.entry.group for one in loaded], **more)
