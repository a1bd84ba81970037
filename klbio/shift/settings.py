"""The choices behind every number of a shift study, in one frozen place."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from klbio.design import Contrast
from klbio.errors import Fault, Faults, shorten, whole_number_faults
from klbio.smoothing import Estimator, parse_smoothing
from klbio.taxonomy import FEATURE

__all__ = ["SUPPORTS", "ShiftSettings"]

SUPPORTS = {"pair": "pair union", "study": "study"}  # and what they are called in the tables
UNASSIGNED = ("parent", "lineage")


@dataclass(frozen=True)
class ShiftSettings:
    """Choices of a shift study.

    Parameters
    ----------
    contrasts : tuple of Contrast
        Which phases are compared.
    smoothing : str
        Estimator behind the relative entropies, as `klbio.smoothing.parse_smoothing` reads it;
        the Jensen-Shannon divergence needs none and is never smoothed.
    support : {"pair", "study"}
        Categories that are smoothed: those seen in either side of the pair, or anywhere in the study.
    n_resamples : int
        Random draws behind the floor.
    min_depth : int
        Samples with fewer reads are left out, and listed.
    seed : int
        Start of every random number.
    unassigned : {"parent", "lineage"}
        How taxa without a name at a rank are called (see `klbio.taxonomy.Taxonomy.labels`).
    feature_rank : str
        What the uncollapsed categories are called in the tables (``6-mer`` for reads).
    threads : int
        Subjects are measured on as many; no number depends on it.
    """

    contrasts: tuple[Contrast, ...] = (Contrast(),)
    smoothing: str = "additive(0.5)"
    support: str = "pair"
    n_resamples: int = 999
    min_depth: int = 100
    seed: int = 1
    unassigned: str = "parent"
    feature_rank: str = FEATURE
    threads: int = 1

    def __post_init__(self) -> None:
        """Refuse settings that mean nothing, all at once."""
        faults = []
        if self.support not in SUPPORTS:
            faults.append(Fault("support", repr(self.support), "'pair' or 'study'"))
        if self.unassigned not in UNASSIGNED:
            faults.append(Fault("unassigned", shorten(self.unassigned), "'parent' or 'lineage'"))
        faults += _not_contrasts(self.contrasts)
        enough = "19 or more, so that p can fall below 0.05"
        faults += whole_number_faults("n_resamples", self.n_resamples, 19, enough)
        faults += whole_number_faults("min_depth", self.min_depth, 2, "2 or more reads")
        faults += whole_number_faults("seed", self.seed, 0) + whole_number_faults("threads", self.threads, 1)
        gathered = Faults()
        gathered.found += faults
        gathered.gather(lambda: self.estimator)  # raises on a smoothing that is not known
        gathered.raise_any()

    @cached_property
    def estimator(self) -> Estimator:
        """The estimator that `smoothing` names."""
        return parse_smoothing(self.smoothing)


def _not_contrasts(contrasts: object) -> list[Fault]:
    """Refuse anything but contrasts, and none."""
    fine = (
        isinstance(contrasts, tuple | list) and contrasts and all(isinstance(c, Contrast) for c in contrasts)
    )
    if fine:
        return []
    return [
        Fault(
            "contrasts", shorten(contrasts), "a tuple of Contrast",
            'Write (klbio.Contrast("before", "after"),), with the phases of the sheet.',
        )
    ]  # fmt: skip
