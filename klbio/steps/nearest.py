"""Coding sequences, or a gene model -> known gene models, the closest first."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from typing import Any

from klbio.errors import Faults, InputError, StrPath
from klbio.io import read_models, recognised
from klbio.io.models.cache import ModelCache
from klbio.io.results import DROPPED_COLUMNS, write_rows
from klbio.io.sheets.model_sheet import read_model_sheet
from klbio.io.source import Source
from klbio.models import GeneModel, HiddenMarkovModel, ProfileHMM
from klbio.models.comparison.nearest import argument_faults, nearest
from klbio.models.markov.content_model import EPSILON
from klbio.schema import NEAREST
from klbio.steps.models import load_models, model_cache, model_entries
from klbio.steps.query_genes import read_genes

__all__ = ["rank_models", "read_query"]

Row = dict[str, Any]
KINDS = {ProfileHMM: "a profile HMM", HiddenMarkovModel: "a hidden Markov model"}


def rank_models(
    *,
    query: StrPath | Sequence[StrPath],
    out: StrPath,
    models: Sequence[StrPath] = (),
    sheet: StrPath | None = None,
    order: int = 4,
    epsilon: float = EPSILON,
    dropped: StrPath | None = None,
    cache: StrPath | None = None,
) -> None:
    """Rank known gene models by what they cost on the query's genes.

    Parameters
    ----------
    query : path-like, or a sequence of them
        Coding sequences (FASTA, gzipped or not; a gene a record, in frame); or GenBank; or GFF3 and the FASTA of its
        genome; or one gene model.
    out : path-like
        Table with the columns of `klbio.schema.NEAREST`, the closest model first.
    models : sequence of path-like
        Known models: files or folders; a folder that is no model itself stands for the models in it.
    sheet : path-like, optional
        Model sheet instead of them, see `klbio.io.sheets.model_sheet.read_model_sheet`.
    order : int, default 4
        Greatest order of the model estimated from the sequences themselves, 2 to 8.
    epsilon : float, default 1e-4
        Smoothing, see `ContentModel.comparable`; above 0.
    dropped : path-like, optional
        TSV of genes and models left out; by default `out` with ``.dropped.tsv`` at its end.
    cache : path-like, optional
        Folder that keeps the known models as they were read, see `klbio.io.models.cache`.

    Raises
    ------
    InputError
        Every fault of the query and of the models at once; if no model, or fewer than two genes, are left.
    """
    lost: list[Row] = []
    queries = [query] if isinstance(query, str | PathLike) else list(query)
    faults = Faults()
    faults.gather(lambda: InputError.raise_any(argument_faults(order, epsilon)))
    known = faults.gather(lambda: _library(models, sheet, lost, model_cache(cache)))
    asked = faults.gather(lambda: read_query(queries, lost))
    if known is None or asked is None or faults.found:
        raise InputError(faults.found)
    library, paths = known
    ranking = nearest(asked, library, order=order, epsilon=epsilon)
    ranking["path"] = ranking["model"].map(paths)
    ranking["query"] = ", ".join(map(str, queries))
    write_rows(out, ranking, NEAREST.names)
    write_rows(dropped or f"{out}.dropped.tsv", lost, DROPPED_COLUMNS)


def _library(
    paths: Sequence[StrPath], sheet: StrPath | None, lost: list[Row], cache: ModelCache | None
) -> tuple[dict[str, GeneModel], dict[str, str]]:
    """Read the known gene models, and where each came from."""
    library, places = {}, {}
    entries = model_entries(paths, lost) if sheet is None else read_model_sheet(sheet)
    for one in load_models(entries, cache=cache):
        if isinstance(one.model, GeneModel):
            library[one.name] = one.model
            places[one.name] = str(one.entry.path)
        else:
            reason = f"{KINDS[type(one.model)]}: it has no coding model"
            lost.append({"source": str(one.entry.path), "kind": "model", "name": one.name, "reason": reason})
    if not library:
        raise InputError.one("models", "no gene model", "at least one to hold the query against")
    return library, places


def read_query(paths: Sequence[StrPath], lost: list[Row]) -> GeneModel | list[bytes]:
    """Read a gene model if it is one, or else coding sequences."""
    sources = [Source.of(path) for path in paths]
    if len(sources) > 1 or not recognised(sources[0]):
        return read_genes(sources, lost)
    found = [model for model in read_models(sources[0]) if isinstance(model, GeneModel)]
    if len(found) != 1:
        raise InputError.one(sources[0], f"{len(found)} gene models", "one gene model, or coding sequences")
    return found[0]
