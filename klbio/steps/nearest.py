"""Coding sequences, or a gene model -> known gene models, the closest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING

from klbio.errors import Faults, InputError, StrPath
from klbio.io import read_models, recognised
from klbio.io.models.deep_models import deep_models_with, species_of
from klbio.io.pages import page_of_table, take_away_page
from klbio.io.results import write_rows
from klbio.io.source import Source
from klbio.models import GeneModel, HiddenMarkovModel, ProfileHMM
from klbio.models.markov.content_model import EPSILON, ORDER
from klbio.schema import NEAREST, DroppedRow, NearestRow, named
from klbio.steps.beside import list_beside, write_list
from klbio.steps.command_names import CommandNames
from klbio.steps.model_files import LoadedModel, ModelFiles
from klbio.steps.query_genes import QueryGenes, read_genes
from klbio.steps.read import Read
from klbio.steps.step import takes
from klbio.strictness import STRICT

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ModelRanking", "rank_models", "read_query"]

MODEL, PATH, QUERY, CODE_NOTE, SOURCE, SPECIES, DEEP = named(
    NearestRow,
    lambda row: (
        row.model, row.path, row.query, row.genetic_code_note, row.genes_from, row.species, row.deep_models
    ),
)  # fmt: skip
AUGUSTUS = "augustus"
KINDS = {ProfileHMM: "a profile HMM", HiddenMarkovModel: "a hidden Markov model"}


@dataclass(frozen=True, kw_only=True)
class ModelRanking(ModelFiles):
    """What `rank_models` is given, which says what each is."""

    query: StrPath | Sequence[StrPath]
    out: StrPath
    order: int = ORDER
    epsilon: float = EPSILON
    dropped: StrPath | None = None
    genetic_code: int | None = None
    prokaryote: bool = False

    @property
    def queries(self) -> list[StrPath]:
        """Files of the query."""
        return [self.query] if isinstance(self.query, str | PathLike) else list(self.query)

    def ranked(self) -> Read[pd.DataFrame]:
        """Read query and models, and rank."""
        from klbio.models.comparison.nearest import argument_faults, nearest
        from klbio.models.markov.genetic_code import STANDARD

        faults = Faults()
        faults.gather(lambda: InputError.raise_any(argument_faults(self.order, self.epsilon)))
        known = faults.gather(self._library)
        asked = faults.gather(self._asked)
        if known is None or asked is None or faults.found:
            raise InputError(faults.found)
        library = {one.name: one.model for one in known.value if isinstance(one.model, GeneModel)}
        query, code, finding = asked.value, STANDARD, ""
        if isinstance(query, QueryGenes):
            code, finding = query.genetic_code, query.code_finding
        sequences = query.sequences if isinstance(query, QueryGenes) else query
        ranking = nearest(sequences, library, order=self.order, epsilon=self.epsilon, genetic_code=code)
        notes = ranking[CODE_NOTE]
        ranking[CODE_NOTE] = ["; ".join(filter(None, (finding, note))) for note in notes]
        ranking[PATH] = ranking[MODEL].map({one.name: one.entry.source for one in known.value})
        ranking[QUERY] = ", ".join(map(str, self.queries))
        ranking[SOURCE] = query.source if isinstance(query, QueryGenes) else ""
        options = {one.name: CommandNames.of(one).columns for one in known.value}
        for column in CommandNames().columns:
            ranking[column] = [options[name][column] for name in ranking[MODEL]]
        species = {
            one.name: species_of(one.model.name) for one in known.value if one.model.format == AUGUSTUS
        }
        ranking[SPECIES] = [species.get(name, "") for name in ranking[MODEL]]
        ranking[DEEP] = list(map(deep_models_with, ranking[SPECIES]))
        return Read(ranking, known.dropped + asked.dropped)

    def _asked(self) -> Read[QueryGenes] | Read[GeneModel]:
        """Read the query: a gene model if it is one, or else coding sequences."""
        if self.prokaryote:
            return read_genes(self.queries, self.genetic_code, prokaryote=True)
        return read_query(self.queries, self.genetic_code)

    def _library(self) -> Read[list[LoadedModel]]:
        """Read the known gene models; others have nothing to hold the query against."""
        read = self.read()
        genes = [one for one in read.value if isinstance(one.model, GeneModel)]
        if not genes:
            raise InputError.one("models", "no gene model", "at least one to hold the query against")
        others = (one for one in read.value if not isinstance(one.model, GeneModel))
        dropped = (
            DroppedRow.model(
                source=one.entry.source, name=one.name,
                reason=f"{KINDS[type(one.model)]}: it has no coding model",
            )
            for one in others
        )  # fmt: skip
        return Read(genes, (*read.dropped, *dropped))


@takes(ModelRanking)
def rank_models(given: ModelRanking) -> None:
    """Rank known gene models by what they cost on the query's genes.

    Parameters
    ----------
    query : path-like, or a sequence of them
        Coding sequences (FASTA, gzipped or not; a gene a record, in frame); or GenBank; or GFF3 and the FASTA of its
        genome; or the folder of a BUSCO run; or one gene model.
    out : path-like
        Table with the columns of `klbio.schema.NEAREST`, the closest model first.
    models : sequence of path-like
        Known models: files or folders; a folder that is no model itself stands for the models in it.
    sheet : path-like, optional
        Model sheet instead of them, see `klbio.io.sheets.model_sheet.read_model_sheet`.
    files : sequence of path-like, optional
        Where the models of the sheet are, in its order but for built-in ones, as a job is handed them.
    order : int, default 4
        Greatest order of the model estimated from the sequences themselves, 2 to 8.
    epsilon : float, default 1e-4
        Smoothing, see `ContentModel.comparable`; above 0.
    genetic_code : int, optional
        NCBI's number of the code of the query's genes.  By default what their annotation says (``transl_table``), or
        guessed from the stop codons within them, which every row then says.
    prokaryote : bool, default False
        Whether the query is the genome of a bacterium or archaeon, whose genes pyrodigal is to call.
    dropped : path-like, optional
        TSV of genes and models left out; by default `out` with ``.dropped.tsv`` at its end.
    cache : path-like, optional
        Folder that keeps the known models as they were read, see `klbio.io.models.cache`.

    Raises
    ------
    InputError
        Every fault of the query and of the models at once; if no model, or fewer than two genes, are left.
    """
    ranked = given.ranked()
    STRICT.raise_any()  # before the page of the table goes
    take_away_page(page_of_table(given.out))
    write_rows(given.out, ranked.value, NEAREST)
    write_list(ranked.dropped, given.dropped or list_beside(given.out))


def read_query(
    paths: Sequence[StrPath], genetic_code: int | None = None
) -> Read[QueryGenes] | Read[GeneModel]:
    """Read a gene model if it is one, or else coding sequences."""
    sources = [Source.of(path) for path in paths]
    if len(sources) > 1 or not recognised(sources[0]):
        return read_genes(sources, genetic_code)
    found = [model for model in read_models(sources[0]) if isinstance(model, GeneModel)]
    if len(found) != 1:
        raise InputError.one(sources[0], f"{len(found)} gene models", "one gene model, or coding sequences")
    return Read(found[0])
