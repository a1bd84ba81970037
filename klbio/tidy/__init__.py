"""What a table of any format needs before it is measured: each read counted once, its unit known, lineages found."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from klbio.taxa_table import TaxaTable
from klbio.tidy.names import with_lineages
from klbio.tidy.parents import without_parents
from klbio.tidy.running_sums import check_no_running_sums
from klbio.tidy.second_look import look_again
from klbio.tidy.several_ranks import check_one_rank
from klbio.tidy.totals import without_totals
from klbio.tidy.transformed import check_untransformed, say_added
from klbio.tidy.units import (
    MOST_READS,
    all_whole,
    in_units,
    say_no_few,
    say_presences,
    unit_of,
    unscaled,
    whole,
)

__all__ = ["MOST_READS", "all_whole", "in_units", "tidied", "unit_of", "unscaled", "whole"]


def tidied(table: TaxaTable) -> TaxaTable:
    """Leave out taxa that are sums of others and totals, take lineages from names, recognise scaled proportions.

    What was done is said by an `InputWarning`, and what was left out stands in `TaxaTable.dropped`.  A table that klbio
    wrote, or one of words of reads, is taken as it is: words are the sums of others where reads are alike.

    Parameters
    ----------
    table : TaxaTable
        As a reader gives it.

    Raises
    ------
    InputError
        For logarithms and roots; for plain names of several ranks; for rows that are the sums of those next to them;
        if some taxa are the sums of others and some should be, but are not.
    """
    if table.judged or table.counts.of_words or table.counts.turned().of_words:
        return with_lineages(table)
    counted_once = table if table.counted_once else without_totals(without_parents(table))
    say_presences(counted_once.counts)
    say_added(counted_once.counts)
    if not table.counted_once:
        check_one_rank(counted_once.counts)
        check_no_running_sums(counted_once.counts)
        check_untransformed(counted_once.counts)
    counts = unscaled(counted_once.counts)
    say_no_few(counts)
    return with_lineages(replace(counted_once, counts=counts, look_again=_look_again))


def _look_again(table: TaxaTable, samples: Collection[str]) -> None:
    look_again(table, samples, tidied)
