"""Rows of the table of nearest models: what each costs on a query, as it stands and GC-matched, then ranks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from klbio.distributions import FloatArray
from klbio.errors import Fault, InputError
from klbio.models import GeneModel
from klbio.models.content_model import MAX_ORDER, ContentModel
from klbio.models.genes.nearest import GC_ONLY, Query, neighbours, query_of_genes, query_of_model
from klbio.models.genes.scores import Excess, excess_per_base, held_out_code_lengths, table_code_lengths
from klbio.models.markov.chernoff import chernoff_rate
from klbio.models.markov.content import smoothing_name
from klbio.models.markov.gc_matching import gc_contents
from klbio.models.markov.rates import EPSILON, bases_to_tell_apart, common_order
from klbio.models.markov.stationary import stationary_law
from klbio.models.training.estimate import FEWEST_GENES, gene_fault, gene_words

__all__ = ["CLOSE_BITS_PER_BASE", "COLUMNS", "FEWEST_GENES", "argument_faults", "nearest"]

COLUMNS = (
    "rank", "rank_gc_matched", "model", "gc_class", "gc_matched_class", "format", "path", "query", "query_kind",
    "n_genes", "n_bases", "own_order",
    "cross_entropy_bits_per_base", "excess_bits_per_base", "excess_low_bits_per_base", "excess_high_bits_per_base",
    "above_best_bits_per_base", "above_best_low_bits_per_base", "above_best_high_bits_per_base",
    "gc_matched_bits_per_base", "gc_matched_low_bits_per_base", "gc_matched_high_bits_per_base",
    "gc_matched_above_best_bits_per_base", "gc_matched_above_best_low_bits_per_base",
    "gc_matched_above_best_high_bits_per_base", "gc_only_bits_per_base", "query_gc3", "model_gc3",
    "relative_entropy_model_query_bits_per_base", "bases_to_tell_from_best_stein",
    "bases_to_tell_from_best_chernoff", "smoothing", "warning",
)  # fmt: skip
FEWEST_ORDER = 2
# Two tools' models of one species are up to 0.02 bits per base apart (rice, docs/gene-models.md);
# 0.03 above that is more than training sets explain.
CLOSE_BITS_PER_BASE = 0.05

Library = Mapping[str, GeneModel]
Row = dict[str, Any]


def nearest(
    query: GeneModel | Sequence[bytes | str], library: Library | Sequence[GeneModel], *, order: int = 4,
    epsilon: float = EPSILON,
) -> pd.DataFrame:  # fmt: skip
    """Rank known gene models by what they cost on a query's genes, the closest first.

    Parameters
    ----------
    query : GeneModel, or sequence of bytes or str
        A model, or coding sequences in frame from their first base.
    library : mapping of str to GeneModel, or sequence of them
        The known models; a sequence goes by their own names.
    order : int, default 4
        Greatest order of the model estimated from the sequences themselves, 2 to 8.
    epsilon : float, default 1e-4
        Smoothing, see `klbio.models.markov.content.comparable`; above 0.

    Returns
    -------
    DataFrame
        With the columns `COLUMNS`; those of files (`path`, `query`) are empty.

    Raises
    ------
    InputError
        If there is nothing to rank, `order` or `epsilon` is out of range, a sequence is no gene, or there
        are fewer than two.

    Notes
    -----
    It ranks composition, not descent: a distant species of like GC content at codon position 3 may come
    before a cousin.  The columns `gc_matched_...` set that aside, see `klbio.models.markov.gc_matching.gc_matched`.
    """
    InputError.raise_any(argument_faults(order, epsilon))
    known = library if isinstance(library, Mapping) else {model.name: model for model in library}
    if not known:
        raise InputError.one("models", "no gene model", "at least one to hold the query against")
    rows = (
        rows_of_model(query, known, epsilon)
        if isinstance(query, GeneModel)
        else rows_of_genes(_genes(query), known, order, epsilon)
    )
    common = {"smoothing": smoothing_name(epsilon)}
    ranking = [common | {"format": known[row["model"]].format} | row for row in ranked(rows, known, epsilon)]
    return pd.DataFrame(ranking, columns=list(COLUMNS))


def _genes(query: Sequence[bytes | str]) -> list[bytes]:
    """Refuse what cannot be read as a gene."""
    genes = [gene.encode() if isinstance(gene, str) else gene for gene in query]
    reasons = map(gene_fault, genes)
    InputError.raise_any(
        [
            Fault(f"query, sequence {number}", reason, "a coding sequence, in frame from its first base")
            for number, reason in enumerate(reasons, 1)
            if reason
        ]
    )
    return genes


def argument_faults(order: int, epsilon: float) -> list[Fault]:
    """Say what is wrong with the arguments of `nearest`."""
    faults = []
    if not FEWEST_ORDER <= order <= MAX_ORDER:
        faults.append(Fault("order", str(order), f"{FEWEST_ORDER} to {MAX_ORDER}", "Usual is 4."))
    if not 0 < epsilon < 1:
        faults.append(Fault("epsilon", repr(epsilon), "a number above 0 and below 1", "Usual is 1e-4."))
    return faults


def rows_of_model(query: GeneModel, library: Library, epsilon: float) -> list[Row]:
    """Rank by relative entropy rates; models have no sampling error to give."""
    named = [GeneModel(name, model.classes) for name, model in library.items()]
    found = neighbours(query, named, epsilon=epsilon)
    order = common_order([query.coding, *_all_coding(library)])
    asked = query_of_model(query.coding, order=order, epsilon=epsilon)
    gc_only = asked.fitted([GC_ONLY], order=order, epsilon=epsilon)[1].bits
    best = found[0].relative_entropy_query_candidate_bits
    best_matched = min(one.gc_matched_bits for one in found)
    return [
        {
            "model": one.name,
            "query_kind": "model",
            "gc_class": one.gc_class,
            "gc_matched_class": one.gc_matched_class,
            "excess_bits_per_base": one.relative_entropy_query_candidate_bits,
            "above_best_bits_per_base": one.relative_entropy_query_candidate_bits - best,
            "gc_matched_bits_per_base": one.gc_matched_bits,
            "gc_matched_above_best_bits_per_base": one.gc_matched_bits - best_matched,
            "gc_only_bits_per_base": gc_only,
            "query_gc3": _gc3(asked),
            "model_gc3": one.gc3,
            "relative_entropy_model_query_bits_per_base": one.relative_entropy_candidate_query_bits,
        }
        for one in found
    ]


def rows_of_genes(sequences: Sequence[bytes], library: Library, order: int, epsilon: float) -> list[Row]:
    """Rank by the code length of the genes, paired by gene."""
    depth = max(order, common_order(_all_coding(library)))
    genes = [words for sequence in sequences if (words := gene_words(sequence, depth)).size]
    if len(genes) < FEWEST_GENES:
        raise InputError.one(
            "query", f"{len(genes)} genes with {depth + 1} unambiguous bases in a row", f"{FEWEST_GENES}"
        )
    asked = query_of_genes(genes, depth)
    fits = [asked.fitted(_coding(model), order=depth, epsilon=epsilon) for model in library.values()]
    fits.append(asked.fitted([GC_ONLY], order=depth, epsilon=epsilon))
    plain, matched = (table_code_lengths(genes, np.stack([fit[i].table for fit in fits])) for i in (0, 1))
    own, own_order = held_out_code_lengths(genes, order=depth, most=order)
    n_bases = np.array([words.size for words in genes])
    excess, above = _against_own_and_best(plain[:, :-1], own, n_bases)
    *_, gc_only = excess_per_base(matched, own, n_bases).bits
    matched_excess, matched_above = _against_own_and_best(matched[:, :-1], own, n_bases)
    rows = [
        {
            "model": name,
            "query_kind": "sequences",
            "n_genes": len(genes),
            "n_bases": int(n_bases.sum()),
            "own_order": own_order,
            "gc_class": fits[i][0].number,
            "gc_matched_class": fits[i][1].number,
            "cross_entropy_bits_per_base": plain[:, i].sum() / n_bases.sum(),
            "gc_only_bits_per_base": gc_only,
            "query_gc3": _gc3(asked),
            "model_gc3": gc_contents(stationary_law(fits[i][0].table), fits[i][0].table)[2],
        }
        | _three("excess", excess, i)
        | _three("above_best", above, i)
        | _three("gc_matched", matched_excess, i)
        | _three("gc_matched_above_best", matched_above, i)
        for i, name in enumerate(library)
    ]
    return sorted(rows, key=lambda row: (row["above_best_bits_per_base"], row["model"]))


def _coding(model: GeneModel) -> list[ContentModel]:
    return [one.coding for one in model.classes]


def _all_coding(library: Library) -> list[ContentModel]:
    return [coding for model in library.values() for coding in _coding(model)]


def _gc3(query: Query) -> float:
    return float(gc_contents(query.law, query.probabilities)[2])


def _against_own_and_best(bits: FloatArray, own: FloatArray, n_bases: FloatArray) -> tuple[Excess, Excess]:
    """Extra bits over the genes' own model, and over the best of the known ones."""
    best = bits[:, bits.sum(axis=0).argmin()]
    return excess_per_base(bits, own, n_bases), excess_per_base(bits, best, n_bases)


def _three(what: str, excess: Excess, i: int) -> Row:
    """The columns of one excess: value and interval."""
    return {
        f"{what}_bits_per_base": excess.bits[i],
        f"{what}_low_bits_per_base": excess.low[i],
        f"{what}_high_bits_per_base": excess.high[i],
    }


def ranked(rows: list[Row], library: Library, epsilon: float) -> list[Row]:
    """Add both ranks, classes counted from 1, lengths, and what is to be warned of."""
    by_matched = sorted(rows, key=lambda row: (row["gc_matched_above_best_bits_per_base"], row["model"]))
    place = {row["model"]: rank for rank, row in enumerate(by_matched, 1)}
    warning = "; ".join(_warnings(rows[0])) or None
    lengths = _lengths(rows, library, epsilon)
    return [
        row
        | length
        | {
            "rank": rank,
            "rank_gc_matched": place[row["model"]],
            "gc_class": row["gc_class"] + 1,
            "gc_matched_class": row["gc_matched_class"] + 1,
            "warning": warning,
        }
        for rank, (row, length) in enumerate(zip(rows, lengths, strict=True), 1)
    ]


def _warnings(closest: Row) -> list[str]:
    """Say that even the closest is not close, or no better than none."""
    excess, gc_only = closest["excess_bits_per_base"], closest["gc_only_bits_per_base"]
    told = []
    if excess > CLOSE_BITS_PER_BASE:
        told.append(
            f"no known model is close: the closest costs {excess:.3f} bits per base more than the genes need "
            f"(limit {CLOSE_BITS_PER_BASE:g}); train one, or check that the sequences are coding and in frame"
        )
    if excess >= gc_only:
        told.append(
            f"no known model knows more of these genes than their GC content at each codon position does, "
            f"which alone costs {gc_only:.3f}"
        )
    return told


def _lengths(rows: list[Row], library: Library, epsilon: float) -> list[Row]:
    """Bases that tell each from the best; by Chernoff for the two that a user has to choose between."""
    stein = [bases_to_tell_apart(row["above_best_bits_per_base"]) for row in rows[1:]]
    lengths: list[Row] = [{}, *({"bases_to_tell_from_best_stein": length} for length in stein)]
    if len(rows) > 1:
        best, second = (library[row["model"]].classes[row["gc_class"]].coding for row in rows[:2])
        rate = chernoff_rate(best, second, epsilon=epsilon)
        lengths[1]["bases_to_tell_from_best_chernoff"] = bases_to_tell_apart(rate)
    return lengths
