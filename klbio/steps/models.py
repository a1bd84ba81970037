"""Gene models and profile HMMs -> every table of their comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from klbio.errors import StrPath
from klbio.io.at_work import at_work
from klbio.io.result_folder import check_place, write_tables
from klbio.schema import DROPPED, MODEL_TABLES, ModelRow, named
from klbio.steps.model_files import LoadedModel
from klbio.steps.models_chosen import ModelsChosen
from klbio.steps.step import takes

if TYPE_CHECKING:
    import pandas as pd

    from klbio.models.comparison.compared import Compared

__all__ = ["ModelComparison", "compare_models"]

(MODEL,) = named(ModelRow, lambda row: (row.model,))


@dataclass(frozen=True, kw_only=True)
class ModelComparison(ModelsChosen):
    """What `compare_models` is given, which says what each is."""

    out: StrPath
    keep_going: bool = False
    plain: bool = False
    parts: Sequence[StrPath] = ()

    def tables(self) -> dict[str, pd.DataFrame]:
        """Read and compare: every table by its name in `klbio.schema.MODEL_TABLES`."""
        import pandas as pd

        read = self.both_sides(self.keep_going)
        tables = self.comparison(read.value, self._known(read.value)).tables
        return tables | {
            "models": _with_sources(tables["models"], read.value),
            "lint": _with_paths(tables["lint"], read.value),
            "dropped": pd.concat([DROPPED.frame(read.dropped), tables["dropped"]]),
        }

    def _known(self, models: Sequence[LoadedModel]) -> Compared | None:
        """What was found in parts."""
        if not self.parts:
            return None
        from klbio.steps.model_portions import read_portions

        return read_portions(self.parts, self.identity(models))


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
    parts : sequence of path-like
        What `klbio.steps.model_parts.compare_some_models` found of all pairs, of the same models with the same
        settings; without any, they are compared here.  The tables are the same to the last byte.

    Raises
    ------
    InputError
        Every fault of every file at once; if there is nothing to compare; another run at work in the folder.  Parts of
        other inputs, or that do not hold every pair once.
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
