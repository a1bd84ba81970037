"""A table to the matrix of all its pairs of samples."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from klbio.errors import InputError, StrPath
from klbio.io import read_taxa
from klbio.io.results import write_rows
from klbio.io.tables.matrix import write_array, write_lsmat, write_tsv
from klbio.pairwise import AllPairs, Measure, measure_named
from klbio.phrases.numbers import count
from klbio.progress import shown
from klbio.schema import DROPPED
from klbio.steps.ending import Ending, left_out

__all__ = ["write_matrix"]

SUFFIXES = (".tsv", ".lsmat", ".npy")


def write_matrix(
    *,
    table: StrPath,
    out: StrPath,
    measure: str = "jensen-shannon-divergence",
    alpha: float | None = None,
    threads: int = 1,
    exclude: Sequence[str] = (),
    keep: Sequence[str] = (),
) -> Ending:
    """Compare all samples of a table with each other.

    Parameters
    ----------
    table : path-like
        Table of counts, in any format of `klbio.io.TABLE_FORMATS`.
    out : path-like
        ``.tsv``; ``.lsmat`` for scikit-bio and QIIME 2 (distances only); ``.npy``, written block
        by block for a matrix larger than memory, with the names in a ``.json`` beside it.  What was left out of the
        table stands in a file beside it with ``.dropped.tsv`` at the end of its name.
    measure : str, default "jensen-shannon-divergence"
        A name of `klbio.pairwise.MEASURES`.
    alpha : float, optional
        Added to each count, per category, over all categories of the table; for the measures
        that need it.
    threads : int, default 1
        The result is the same for any number.
    exclude : sequence of str
        Taxa, or clades with all that is in them, to leave out.
    keep : sequence of str
        Those that are meant to be counted, whatever they look like.

    Raises
    ------
    InputError
        For a faulty table, a sample without counts, a suffix or a measure klbio does not know,
        or a measure that is no distance where the format wants one.
    """
    chosen, path = measure_named(measure), Path(out)
    _check_suffix(path, chosen)
    read = read_taxa(table).community(exclude=exclude, keep=keep)
    counts = (
        read.counts.by_label()
    )  # in which order taxa stand is no information, but a sum's last digit tells it
    pairs = AllPairs(counts, measure=measure, alpha=alpha)
    samples, column = pairs.counts.samples, chosen.column
    if path.suffix == ".npy":
        blocks = pairs.blocks(threads, progress=shown())
        write_array(path, samples, blocks, column, symmetric=chosen.symmetric)
    elif path.suffix == ".lsmat":
        write_lsmat(path, samples, pairs.matrix(threads, progress=shown()), column)
    else:
        write_tsv(path, samples, pairs.matrix(threads, progress=shown()), column)
    answer = f"{count(len(samples), 'sample')} compared with each other by {measure}."
    dropped = f"{out}.dropped.tsv"
    if read.dropped:
        write_rows(dropped, read.dropped, DROPPED)
    return Ending(answer, left_out(read.dropped, *([dropped] if read.dropped else [])), str(out))


def _check_suffix(out: Path, measure: Measure) -> None:
    if out.suffix not in SUFFIXES:
        raise InputError.one(
            out, f"suffix {out.suffix!r}", f"one of {', '.join(SUFFIXES)}", "It names the format."
        )
    if out.suffix == ".lsmat" and not measure.metric:
        raise InputError.one(
            out, f"{measure.name}, which is no distance", "a distance",
            "Ask for jensen-shannon-distance, which obeys the triangle inequality, or write .tsv.",
        )  # fmt: skip
