"""Reads of both strands: where adapters were ligated, half of the fragments are read from the other end."""

from __future__ import annotations

import shutil
from itertools import takewhile
from pathlib import Path

from klbio.io.amplicons.sized import Sized, read_sized, write_sized
from klbio.io.amplicons.vsearch import MIN_READS, Vsearch
from klbio.io.references import bundled, read_reference
from klbio.io.references.regions import reverse_complement
from klbio.io.references.writing import write_reference

__all__ = ["are_of_both_strands", "on_one_strand"]

MOST_ROUNDS = 20  # genes without a word in common with those before


def are_of_both_strands(pool: Path) -> bool:
    """Whether a sequence and its reverse complement both stand in so many reads that each would be a feature.

    Parameters
    ----------
    pool : Path
        Different reads of all samples, the most abundant first.
    """
    often = takewhile(lambda one: one.size >= MIN_READS, read_sized(pool))
    seen = {one.sequence for one in often}
    return any(reverse_complement(sequence) in seen for sequence in seen)


def on_one_strand(source: Path, folder: Path) -> tuple[Path, int]:
    """Turn reads to one strand: that of klbio's own reference, or else of the most abundant read that is like them.

    Returns
    -------
    Path
        All reads.
    int
        How many were turned; those that are like none stay as they are.
    """
    whole, known = folder / "turned", folder / "strand"
    reference = read_reference(bundled())
    write_reference(known, reference.records(), reference.ranks)
    n_turned, left = _round(source, known, whole, folder)
    for _ in range(MOST_ROUNDS):
        most = max(read_sized(left), key=lambda one: one.size, default=None)
        if most is None or most.size < MIN_READS:
            break
        write_sized(known, [Sized("strand", most.sequence, 1)])
        n, left = _round(left, known, whole, folder)
        n_turned += n
    _append(whole, left)
    return whole, n_turned


def _round(source: Path, known: Path, whole: Path, folder: Path) -> tuple[int, Path]:
    """Add to the whole what is like a known sequence, on its strand; give how many were turned, and the others."""
    found, said = folder / "found", folder / "said"
    left = folder / ("left_b" if source.name == "left_a" else "left_a")
    Vsearch().orient(source, known, found, left, said)
    _append(whole, found)
    with said.open(encoding="ascii") as lines:
        turned = [line.partition("\t")[0] for line in lines if line.split("\t")[1] == "-"]
    return sum(Sized.of(name).size for name in turned), left


def _append(whole: Path, more: Path) -> None:
    with whole.open("ab") as target, more.open("rb") as source:
        shutil.copyfileobj(source, target)
