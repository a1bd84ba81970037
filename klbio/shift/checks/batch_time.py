"""Checks of batch and time: whether they go with phase or arm, so that the one cannot be told from the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from klbio.design import Contrast, Sample, Unit
from klbio.distributions import FloatArray
from klbio.errors import listed
from klbio.shift.checks.association import Association, information_of_labels
from klbio.shift.checks.depth import TRIFLE, between_arms
from klbio.shift.checks.verdict import CANNOT_TELL, FLAG, OK, flag_row, verdict, with_p
from klbio.shift.subject.divergence import Row

__all__ = ["batch_checks", "time_checks"]

SHARE = "share of its entropy that batch tells"
Placed = tuple[Sample, str, str, str]  # sample, its subject, its unit, its arm


def batch_checks(units: Sequence[Unit], contrast: Contrast, rng: np.random.Generator) -> Iterator[Row]:
    """Check batch against phase, within subjects, and against arm.

    Parameters
    ----------
    units : sequence of Unit
        Each with samples on both sides of `contrast`.
    contrast : Contrast
        The two phases.
    rng : Generator
        Used only where arrangements are too many to enumerate.

    Yields
    ------
    dict
        Rows of ``flags.tsv`` without their contrast.
    """
    both = (contrast.before, contrast.after)
    placed = [
        (sample, unit.subject, unit.key, unit.arm)
        for unit in units
        for sample in unit.samples
        if sample.phase in both
    ]
    known = [item for item in placed if item[0].batch]
    batches = list(dict.fromkeys(item[0].batch for item in known))
    if len(batches) < 2:
        yield _no_batches(batches, len(placed) - len(known), len(units))
        return
    unknown = len(placed) - len(known)
    aside = f" {unknown} samples without a batch are not counted here." if unknown else ""
    yield _with_phase(known, contrast, aside, rng)
    if len({arm for *_, arm in known}) > 1:
        yield _with_arm(known, aside, rng)


def _no_batches(batches: list[str], n_unknown: int, n: int) -> Row:
    if batches and not n_unknown:
        return flag_row(
            "batch", "phase and arm", OK, f"All samples are of one batch, {batches[0]!r}.", n_subjects=n
        )
    said = "The sample sheet names no batch" if not batches else f"{n_unknown} samples have no batch"
    meaning = f"{said}: whether samples of one phase or arm were processed together cannot be told."
    return flag_row("batch", "phase and arm", CANNOT_TELL, meaning, n_subjects=n)


def _memberships(known: Sequence[Placed], rows: Sequence[object]) -> FloatArray:
    """How many samples of each row stand in each batch, shape (n_rows, n_batches)."""
    table = pd.crosstab(pd.Series(list(rows)), pd.Series([item[0].batch for item in known]))
    counts: FloatArray = table.loc[list(dict.fromkeys(rows))].to_numpy(dtype=float)
    return counts


def _with_phase(known: Sequence[Placed], contrast: Contrast, aside: str, rng: np.random.Generator) -> Row:
    phases = [item[0].phase for item in known]
    units = [item[2] for item in known]
    test = information_of_labels(phases, units, _memberships(known, range(len(known))), rng)
    n_units, n_mixed = len(set(units)), _n_mixed(known)
    holders = _holders(known, phases)
    n_own = len({item[0].batch for item in known}) == len(known)
    if n_own or len(set(phases)) < 2:
        said = "Every sample is a batch of its own" if n_own else "Only one phase has samples with a batch"
        meaning = f"{said}: batch and phase cannot be held against each other.{aside}"
        return flag_row("batch and phase", "phase", CANNOT_TELL, meaning, n_subjects=n_units)
    if all(len(labels) == 1 for labels in holders.values()):
        meaning = f"{_who_holds(holders)}: phase and batch cannot be told apart.{aside}"
        return flag_row("batch and phase", "phase", FLAG, meaning, SHARE, test, n_units)
    severity = verdict(test) if n_mixed < n_units else OK
    told = f"Batch tells {test.value:.0%} of what there is to know of phase {with_p(test)}; "
    shared = f"{n_mixed} of {n_units} subjects have both phases in one batch. "
    return flag_row(
        "batch and phase", "phase", severity, told + shared + _consequence(severity, "phase") + aside,
        SHARE, test, n_units,
    )  # fmt: skip


def _n_mixed(known: Sequence[Placed]) -> int:
    """Subjects with a batch that holds both their phases."""
    phases: dict[tuple[str, str], set[str]] = {}
    for sample, _, unit, _ in known:
        phases.setdefault((unit, sample.batch), set()).add(sample.phase)
    return len({unit for (unit, _), seen in phases.items() if len(seen) > 1})


def _with_arm(known: Sequence[Placed], aside: str, rng: np.random.Generator) -> Row:
    units = {unit: (subject, arm) for _, subject, unit, arm in known}
    subjects = [subject for subject, _ in units.values()]
    arms = [arm for _, arm in units.values()]
    crossed = len(set(subjects)) < len(subjects)
    blocks = subjects if crossed else [""] * len(subjects)
    test = information_of_labels(arms, blocks, _memberships(known, [item[2] for item in known]), rng)
    holders = _holders(known, [arm or "no arm" for *_, arm in known])
    n = len(set(subjects))
    if all(len({unit for sample, _, unit, _ in known if sample.batch == batch}) == 1 for batch in holders):
        meaning = f"No batch holds two subjects: batch and arm cannot be held against each other.{aside}"
        return flag_row("batch and arm", "arm", CANNOT_TELL, meaning, n_subjects=n)
    if all(len(labels) == 1 for labels in holders.values()):
        meaning = f"{_who_holds(holders)}: arm and batch cannot be told apart.{aside}"
        return flag_row("batch and arm", "arm", FLAG, meaning, SHARE, test, n)
    severity = verdict(test)
    told = f"Batch tells {test.value:.0%} of what there is to know of arm {with_p(test)}. "
    return flag_row(
        "batch and arm", "arm", severity, told + _consequence(severity, "arm") + aside, SHARE, test, n
    )


def _consequence(severity: str, what: str) -> str:
    if severity == FLAG:
        return f"Part of a difference between batches would look like one of {what}."
    return (
        "Too few subjects to tell this from chance." if severity == CANNOT_TELL else "No cause for concern."
    )


def _holders(known: Sequence[Placed], labels: Sequence[str]) -> dict[str, list[str]]:
    """Give the labels that each batch holds."""
    holders: dict[str, dict[str, None]] = {}
    for item, label in zip(known, labels, strict=True):
        holders.setdefault(item[0].batch, {})[label] = None
    return {batch: list(found) for batch, found in holders.items()}


def _who_holds(holders: dict[str, list[str]]) -> str:
    """Name the batches of each label: ``batch 'b1' holds all 'before' samples``."""
    by_label: dict[str, list[str]] = {}
    for batch, (label,) in holders.items():
        by_label.setdefault(label, []).append(batch)
    said = [
        f"{'batch' if len(names) == 1 else 'batches'} {listed(names, 4)} "
        f"{'holds' if len(names) == 1 else 'hold'} all {label!r} samples"
        for label, names in by_label.items()
    ]
    text = ", ".join(said)
    return text[0].upper() + text[1:]


def time_checks(facts: pd.DataFrame, rng: np.random.Generator) -> Iterator[Row]:
    """Check that another arm shows what time alone does, and that arms waited equally long.

    Parameters
    ----------
    facts : DataFrame
        A row per subject and arm: subject, arm, gap (mean time after less before), n_baseline_pairs.
    rng : Generator
        Used only where arrangements are too many to enumerate.

    Yields
    ------
    dict
        Rows of ``flags.tsv`` without their contrast.
    """
    arms = [arm for arm in dict.fromkeys(facts["arm"]) if arm]
    yield _time_and_phase(facts, arms)
    for a, b, test, n in between_arms(facts, "gap", rng):
        yield _gap_between_arms(facts, a, b, test, n)


def _time_and_phase(facts: pd.DataFrame, arms: list[str]) -> Row:
    n = facts["subject"].nunique()
    if len(arms) > 1:
        meaning = f"There are {len(arms)} arms: what time alone does can be seen by holding them against each other."
        return flag_row("time and phase", "phase", OK, meaning, n_subjects=n)
    gap = facts["gap"].median()
    later = f" (a median of {gap:.3g} in the sheet's unit of time)" if np.isfinite(gap) else ""
    with_baseline = int(facts["n_baseline_pairs"].gt(0).sum())
    rests = f"{with_baseline} of {len(facts)} subjects have a baseline that shows their drift without it"
    meaning = (
        f"There is no second arm, and samples after were taken later{later}: age, season or handling go with phase "
        f"and cannot be told from its effect; {rests}."
    )
    return flag_row("time and phase", "phase", FLAG, meaning, n_subjects=n)


def _gap_between_arms(facts: pd.DataFrame, a: str, b: str, test: Association, n: int) -> Row:
    gap = {arm: facts.loc[facts["arm"] == arm, "gap"].mean() for arm in (a, b)}
    smaller, larger = sorted(abs(value) for value in gap.values())
    trifling = larger < TRIFLE * smaller
    severity = verdict(test, trifling)
    ending = "The arms had unequal time to drift." if severity == FLAG else _consequence(severity, "")
    meaning = (
        f"From before to after, {a} took {gap[a]:.3g} and {b} {gap[b]:.3g} on average, in the sheet's unit of time "
        f"{with_p(test)}. {ending}"
    )
    return flag_row(
        "time between arms", f"{a}, {b}", severity, meaning, f"difference of times, {a} - {b}", test, n
    )
