"""The choices behind every number of a shift study, in one frozen place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Final, Literal, get_args

from klbio.design import Contrast
from klbio.errors import Fault, Faults, InputError, is_number, shorten, whole_number_faults
from klbio.seeding import SEED
from klbio.smoothing import Estimator, parse_smoothing
from klbio.taxonomy import FEATURE, PARENT, Unassigned, rank_name

__all__ = ["EXCESS", "READS", "SUPPORTS", "DayVariance", "ShiftChoices", "ShiftSettings", "Support"]

Support = Literal["pair", "study"]
DayVariance = Literal["own", "cohort"]
EXCESS: Final = "excess"  # the estimand that is free of days
MAX_RESAMPLES = 1_000_000
READS = "reads"  # what an interval covers that no day is in
SUPPORTS: dict[Support, str] = {"pair": "pair union", "study": "study"}  # what they are called in the tables


@dataclass(frozen=True, kw_only=True)
class ShiftChoices:
    """What `ShiftSettings` explains and checks, as it was given."""

    ranks: Sequence[str] = (FEATURE,)
    smoothing: str = "additive(0.5)"
    support: Support = "pair"
    n_resamples: int = 999
    min_depth: int = 100
    seed: int = SEED
    unassigned: Unassigned = PARENT
    feature_rank: str = FEATURE
    day_variance: DayVariance = "own"
    threads: int = 1
    control: str = ""
    exclude: Sequence[str] = ()
    keep: Sequence[str] = ()

    def checked(self, contrasts: tuple[Contrast, ...]) -> ShiftSettings:
        """Make settings of them, with the phases to compare."""
        given = {choice.name: getattr(self, choice.name) for choice in fields(ShiftChoices)}
        return ShiftSettings(contrasts, **given)


@dataclass(frozen=True)
class ShiftSettings(ShiftChoices):
    """Choices of a shift study.

    Parameters
    ----------
    contrasts : tuple of Contrast
        Which phases are compared.
    ranks : sequence of str, or one
        Ranks of the taxonomy at which to measure, in any case, ``feature`` for the table as it is; the first is
        what a report shows first.
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
    day_variance : {"own", "cohort"}
        Whose days widen the interval of a subject with one sample a side: nobody's (it then covers reads only), or
        those of the cohort's other subjects, so far as they have more samples.
    threads : int
        Subjects are measured on as many; no number depends on it.
    control : str
        Arm that the others are held against; where it is empty, each arm is held against each.
    exclude : sequence of str
        Taxa, or clades with all that is in them, to leave out: chloroplasts, spike-ins.
    keep : sequence of str
        Taxa or clades that are meant to be counted, whatever they look like: nothing is said of them.

    Raises
    ------
    InputError
        Every choice that means nothing.

    Examples
    --------
    >>> settings = ShiftSettings((Contrast("day 0", "day 7"),), ranks="genus", min_depth=1000)
    >>> settings.ranks, str(settings.estimator)
    (('genus',), 'additive(alpha=0.5)')
    """

    contrasts: tuple[Contrast, ...] = (Contrast(),)

    def __post_init__(self) -> None:
        """Refuse settings that mean nothing, all at once."""
        faults = _not_among("support", self.support, get_args(Support))
        faults += _not_among("unassigned", self.unassigned, get_args(Unassigned))
        faults += _no_name(self.control)
        faults += _not_among("day_variance", self.day_variance, get_args(DayVariance))
        faults += (
            _not_contrasts(self.contrasts)
            + _not_names("exclude", self.exclude)
            + _not_names("keep", self.keep)
        )
        if not (isinstance(self.feature_rank, str) and self.feature_rank):
            faults.append(
                Fault("feature_rank", shorten(self.feature_rank), f"a name, such as {FEATURE!r} or '6-mer'")
            )
        enough = "19 or more, so that p can fall below 0.05"
        faults += whole_number_faults("n_resamples", self.n_resamples, 19, enough)
        if is_number(self.n_resamples) and self.n_resamples > MAX_RESAMPLES:
            faults.append(Fault("n_resamples", f"{self.n_resamples:,}", f"{MAX_RESAMPLES:,} or less"))
        faults += whole_number_faults("min_depth", self.min_depth, 2, "2 or more reads")
        faults += whole_number_faults("seed", self.seed, 0) + whole_number_faults("threads", self.threads, 1)
        gathered = Faults()
        gathered.found += faults
        gathered.gather(lambda: self.estimator)  # raises on a smoothing that is not known
        ranks = gathered.gather(lambda: _each_once(self.ranks))
        gathered.raise_any()
        object.__setattr__(self, "ranks", ranks)

    @cached_property
    def estimator(self) -> Estimator:
        """The estimator that `smoothing` names."""
        return parse_smoothing(self.smoothing)


def _each_once(ranks: object) -> tuple[str, ...]:
    """Give ranks as klbio spells them, each once; one may come alone.

    >>> _each_once("Genus"), _each_once(["genus", "feature", "Genus"])
    (('genus',), ('genus', 'feature'))
    """
    given = (ranks,) if isinstance(ranks, str) else tuple(ranks) if isinstance(ranks, Iterable) else ()
    if not given or not all(isinstance(rank, str) for rank in given):
        raise InputError.one("ranks", shorten(ranks), f"names of ranks, such as [{FEATURE!r}]")
    return tuple(dict.fromkeys(map(rank_name, given)))


def _not_among(name: str, word: object, known: Sequence[str]) -> list[Fault]:
    """Refuse any word but those that are known."""
    return [] if word in known else [Fault(name, shorten(word), " or ".join(map(repr, known)))]


def _no_name(control: object) -> list[Fault]:
    """Refuse a control that is no name of an arm."""
    return [] if isinstance(control, str) else [Fault("control", shorten(control), "the name of an arm")]


def _not_names(name: str, taxa: object) -> list[Fault]:
    """Refuse anything but names of taxa: one alone would be taken apart into letters."""
    fine = (
        not isinstance(taxa, str)
        and isinstance(taxa, Iterable)
        and all(isinstance(taxon, str) for taxon in taxa)
    )
    return [] if fine else [Fault(name, shorten(taxa), "a list of names of taxa or clades")]


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
