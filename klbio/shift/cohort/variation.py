"""Rows of ``permanova.tsv``: what phase and subject account for among the samples of an arm."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from klbio.design import Contrast, Unit
from klbio.estimates import generator
from klbio.pairwise import jensen_shannon_matrix
from klbio.shift.cohort.permanova import (
    Permanova,
    phase_dispersion,
    phase_within_subjects,
    subject_without_blocks,
)
from klbio.shift.phase_pair import SampleCounts
from klbio.shift.subject.divergence import Row

__all__ = ["MOST_SAMPLES", "partial_omega_squared", "variation_rows"]

MOST_SAMPLES = 2_000  # of an arm, or a few more: 32 MB of divergences


def variation_rows(rows: SampleCounts, units: Sequence[Unit], contrast: Contrast, seed: int) -> Iterator[Row]:
    """Test phase within subjects, subject, and the dispersion of phases, arm by arm.

    Parameters
    ----------
    rows : SampleCounts
        Counts at one rank.
    units : sequence of Unit
        Each with samples on both sides of `contrast`.
    contrast : Contrast
        The two phases.
    seed : int
        Used where the arrangements are too many to enumerate, and for subject.

    Yields
    ------
    dict
        Rows of ``permanova.tsv`` without their rank.  An arm in which each subject's phases leave
        nothing over (one subject with two samples) has none; subject is not tested where there is one.
    """
    for arm in dict.fromkeys(unit.arm for unit in units):
        rng = generator(seed, "permanova", arm, contrast.before, contrast.after)
        members = _few_enough([unit for unit in units if unit.arm == arm], contrast, rng)
        names = [(name, unit.subject, phase) for unit in members for phase in (contrast.before, contrast.after)
                 for name in unit.names(phase)]  # fmt: skip
        head: Row = {
            "before": contrast.before,
            "after": contrast.after,
            "arm": arm,
            "n_subjects": len(members),
            "n_samples": len(names),
        }
        if len(names) > len(members) + 1:
            yield from (head | row for row in _tests(rows, names, contrast.after, rng))


def _few_enough(units: list[Unit], contrast: Contrast, rng: np.random.Generator) -> list[Unit]:
    """Subjects of an arm, or some at random: all pairs of samples are measured, which grows with their square."""
    sizes = np.array([len(unit.names(contrast.before)) + len(unit.names(contrast.after)) for unit in units])
    if sizes.sum() <= MOST_SAMPLES:
        return units
    order = rng.permutation(len(units))
    room_before = np.cumsum(sizes[order]) - sizes[order] < MOST_SAMPLES  # one subject at least
    return [units[i] for i in sorted(order[room_before])]


def _tests(
    rows: SampleCounts, names: list[tuple[str, str, str]], later: str, rng: np.random.Generator
) -> Iterator[Row]:
    samples, subject, phase = zip(*names, strict=True)
    squared = jensen_shannon_matrix(rows.counts.rows(samples))  # of distances whose squares are bits
    after = np.array([one == later for one in phase])
    n_subjects = len(set(subject))
    phase_test = phase_within_subjects(squared, after, subject, rng)
    omega = partial_omega_squared(phase_test.statistic, 1, len(samples))
    yield _row("phase within subjects", phase_test) | {"omega_squared": omega}
    if n_subjects > 1:
        test = subject_without_blocks(squared, subject, rng)
        omega = partial_omega_squared(test.statistic, n_subjects - 1, len(samples))
        yield _row("subject", test) | {"omega_squared": omega}
    test, mean_before, mean_after = phase_dispersion(squared, after, subject, rng)
    yield _row("dispersion of phases", test) | {
        "pseudo_f": None,
        "r_squared": None,
        "distance_to_centroid_before_sqrt_bits": mean_before,
        "distance_to_centroid_after_sqrt_bits": mean_after,
    }


def partial_omega_squared(pseudo_f: float, freedom: int, n_samples: int) -> float:
    r"""Share of the variation that a factor accounts for beyond chance, other factors set aside.

    .. math:: \omega_p^2 = \frac{\nu (F - 1)}{\nu (F - 1) + n}

    Read as `r_squared`, but centred near 0 where the factor does nothing: below 0 is less than chance
    gives [1]_.

    Parameters
    ----------
    pseudo_f : float
        NaN where there is none; so is the answer.
    freedom : int
        Degrees of freedom of the factor.
    n_samples : int

    References
    ----------
    .. [1] Olejnik S, Algina J (2003) Generalized eta and omega squared statistics. Psychol Methods
       8:434-447. doi:10.1037/1082-989X.8.4.434

    Examples
    --------
    >>> partial_omega_squared(1.0, 1, 10), partial_omega_squared(6.0, 2, 10)
    (0.0, 0.5)
    """
    beyond = freedom * (pseudo_f - 1)
    return beyond / (beyond + n_samples)


def _row(name: str, test: Permanova) -> Row:
    return {
        "test": name,
        "pseudo_f": test.statistic,
        "r_squared": test.r_squared,
        "p_value": test.p_value,
        "smallest_p": test.smallest_p,
        "n_permutations": test.n_permutations,
        "exact": "yes" if test.exact else "no",
    }
