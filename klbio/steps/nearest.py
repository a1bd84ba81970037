"""Coding sequences, or a gene model -> known gene models, the closest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from klbio.errors import Fault, InputError, Place, listed
from klbio.io import MODEL_FORMATS, read_models
from klbio.io.reads import read_blocks
from klbio.io.results import DROPPED_COLUMNS, write_rows
from klbio.models import GeneModel
from klbio.models.chernoff import chernoff_rate
from klbio.models.content import smoothing_name
from klbio.models.estimate import gene_fault, gene_words
from klbio.models.nearest import nearest
from klbio.models.rates import EPSILON, bases_to_tell_apart, common_order
from klbio.models.scores import code_lengths, excess_per_base, held_out_code_lengths
from klbio.models.tables import MAX_ORDER
from klbio.steps.models import load_models, model_entries

__all__ = ["CLOSE_BITS_PER_BASE", "COLUMNS", "rank_models"]

COLUMNS = (
    "rank", "model", "format", "path", "query", "query_kind", "n_genes", "n_bases", "own_order",
    "cross_entropy_bits_per_base", "excess_bits_per_base", "excess_low_bits_per_base", "excess_high_bits_per_base",
    "above_best_bits_per_base", "above_best_low_bits_per_base", "above_best_high_bits_per_base",
    "relative_entropy_model_query_bits_per_base", "bases_to_tell_from_best_stein",
    "bases_to_tell_from_best_chernoff", "smoothing", "warning",
)  # fmt: skip
# Two tools' models of one species are up to 0.02 bits per base apart (rice, docs/gene-models.md);
# 0.03 above that is more than training sets explain.
CLOSE_BITS_PER_BASE = 0.05
FEWEST_GENES = 2
FEWEST_ORDER = 2

Row = dict[str, Any]
Library = Mapping[str, GeneModel]


def rank_models(
    *,
    models: Sequence[Place],
    query: Place,
    out: Place,
    order: int = 4,
    epsilon: float = EPSILON,
    dropped: Place | None = None,
) -> None:
    """Rank known gene models by what they cost on the query's genes.

    Parameters
    ----------
    models : sequence of path-like
        Known models: files or folders; a folder that is no model itself stands for the models in it.
    query : path-like
        Coding sequences (FASTA, gzipped or not; a gene a record, in frame), or a gene model.
    out : path-like
        Table with the columns `COLUMNS`, the closest model first.
    order : int, default 4
        Greatest order of the model estimated from the sequences themselves, 2 to 8.
    epsilon : float, default 1e-4
        Smoothing, see `klbio.models.content.comparable`; above 0.
    dropped : path-like, optional
        TSV of genes and models left out; by default `out` with ``.dropped.tsv`` at its end.

    Raises
    ------
    InputError
        Every fault of the query and of the models at once; if no model, or fewer than two genes, are left.
    """
    lost: list[Row] = []
    faults = _argument_faults(order, epsilon)
    library: dict[str, GeneModel] = {}
    places: dict[str, Row] = {}
    asked: GeneModel | list[bytes] = []
    try:
        library, places = _library(models, lost)
    except InputError as error:
        faults += error.faults
    try:
        asked = _query(Path(query), lost)
    except InputError as error:
        faults += error.faults
    InputError.raise_any(faults)
    rows = (
        _rows_of_model(asked, library, epsilon)
        if isinstance(asked, GeneModel)
        else _rows_of_genes(asked, library, order, epsilon)
    )
    common = {"query": str(query), "smoothing": smoothing_name(epsilon)}
    write_rows(
        out, [common | places[row["model"]] | row for row in _finished(rows, library, epsilon)], COLUMNS
    )
    write_rows(dropped or f"{out}.dropped.tsv", lost, DROPPED_COLUMNS)


def _argument_faults(order: int, epsilon: float) -> list[Fault]:
    faults = []
    if not FEWEST_ORDER <= order <= MAX_ORDER:
        faults.append(Fault("order", str(order), f"{FEWEST_ORDER} to {MAX_ORDER}", "Usual is 4."))
    if not 0 < epsilon < 1:
        faults.append(Fault("epsilon", repr(epsilon), "a number above 0 and below 1", "Usual is 1e-4."))
    return faults


def _library(paths: Sequence[Place], lost: list[Row]) -> tuple[dict[str, GeneModel], dict[str, Row]]:
    """Read the known gene models, and where each came from."""
    library, places = {}, {}
    for one in load_models(model_entries(paths, lost)):
        if isinstance(one.model, GeneModel):
            library[one.name] = one.model
            places[one.name] = {"format": one.model.format, "path": str(one.entry.path)}
        else:
            reason = "a profile HMM: it has no coding model"
            lost.append({"source": str(one.entry.path), "kind": "model", "name": one.name, "reason": reason})
    if not library:
        raise InputError.one("models", "no gene model", "at least one to hold the query against")
    return library, places


def _query(path: Path, lost: list[Row]) -> GeneModel | list[bytes]:
    """Read a gene model if it is one, or else coding sequences."""
    if not any(import_module(module).sniff(path) for module in MODEL_FORMATS.values()):
        return _genes(path, lost)
    found = [model for model in read_models(path) if isinstance(model, GeneModel)]
    if len(found) != 1:
        raise InputError.one(path, f"{len(found)} gene models", "one gene model, or coding sequences")
    return found[0]


def _genes(path: Path, lost: list[Row]) -> list[bytes]:
    """Read the sequences that can be genes; the others are told."""
    genes: list[bytes] = []
    refused: list[Row] = []
    records = (gene for (block,) in read_blocks(path) for gene in block.split(b"\n")[:-1])
    for number, gene in enumerate(records, 1):
        if reason := gene_fault(gene):
            refused.append(
                {"source": str(path), "kind": "gene", "name": f"record {number}", "reason": reason}
            )
        else:
            genes.append(gene)
    lost += refused
    if len(genes) < FEWEST_GENES:
        told = [f"{row['name']}: {row['reason']}" for row in refused]
        raise InputError.one(
            path,
            f"{len(genes)} of {len(genes) + len(refused)} sequences that can be genes ({listed(told) or 'no other'})",
            f"at least {FEWEST_GENES} coding sequences, in frame from their first base",
            "Give CDS, not genomic or protein sequence; a CDS may end in a stop codon.",
        )
    return genes


def _rows_of_model(query: GeneModel, library: Library, epsilon: float) -> list[Row]:
    """Rank by relative entropy rates; models have no sampling error to give."""
    named = [GeneModel(name, model.classes) for name, model in library.items()]
    found = nearest(query, named, epsilon=epsilon)
    best = found[0].relative_entropy_query_candidate_bits
    return [
        {
            "model": one.name,
            "query_kind": "model",
            "excess_bits_per_base": one.relative_entropy_query_candidate_bits,
            "above_best_bits_per_base": one.relative_entropy_query_candidate_bits - best,
            "relative_entropy_model_query_bits_per_base": one.relative_entropy_candidate_query_bits,
        }
        for one in found
    ]


def _rows_of_genes(sequences: Sequence[bytes], library: Library, order: int, epsilon: float) -> list[Row]:
    """Rank by the code length of the genes, paired by gene."""
    coding = [model.coding for model in library.values()]
    depth = max(order, common_order(coding))
    genes = [words for sequence in sequences if (words := gene_words(sequence, depth)).size]
    if len(genes) < FEWEST_GENES:
        raise InputError.one(
            "query", f"{len(genes)} genes with {depth + 1} unambiguous bases in a row", f"{FEWEST_GENES}"
        )
    n_bases = np.array([words.size for words in genes])
    bits = code_lengths(genes, coding, order=depth, epsilon=epsilon)
    own, own_order = held_out_code_lengths(genes, order=depth, most=order)
    best = bits[:, bits.sum(axis=0).argmin()]
    above, excess = excess_per_base(bits, best, n_bases), excess_per_base(bits, own, n_bases)
    rows = [
        {
            "model": name,
            "query_kind": "sequences",
            "n_genes": len(genes),
            "n_bases": int(n_bases.sum()),
            "own_order": own_order,
            "cross_entropy_bits_per_base": bits[:, i].sum() / n_bases.sum(),
            "excess_bits_per_base": excess.bits[i],
            "excess_low_bits_per_base": excess.low[i],
            "excess_high_bits_per_base": excess.high[i],
            "above_best_bits_per_base": above.bits[i],
            "above_best_low_bits_per_base": above.low[i],
            "above_best_high_bits_per_base": above.high[i],
        }
        for i, name in enumerate(library)
    ]
    return sorted(rows, key=lambda row: (row["above_best_bits_per_base"], row["model"]))


def _finished(rows: list[Row], library: Library, epsilon: float) -> list[Row]:
    """Add ranks, lengths, and the warning that even the closest is not close."""
    closest = rows[0]["excess_bits_per_base"]
    warning = (
        f"no known model is close: the closest costs {closest:.3f} bits per base more than the genes need "
        f"(limit {CLOSE_BITS_PER_BASE:g}); train one, or check that the sequences are coding and in frame"
    )
    for rank, row in enumerate(rows, 1):
        apart = row["above_best_bits_per_base"]
        row["rank"] = rank
        row["bases_to_tell_from_best_stein"] = bases_to_tell_apart(apart) if rank > 1 else None
        row["warning"] = warning if closest > CLOSE_BITS_PER_BASE else None
    if len(rows) > 1:  # the two that a user has to choose between
        best, second = (library[row["model"]].coding for row in rows[:2])
        rate = chernoff_rate(best, second, epsilon=epsilon)
        rows[1]["bases_to_tell_from_best_chernoff"] = bases_to_tell_apart(rate)
    return rows
