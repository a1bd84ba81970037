"""One check of a design: what was asked, the answer, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass

from klbio.design import Contrast
from klbio.phrases import CannotTell, Reason, say
from klbio.phrases.permutation import NoMoreThanChance, TooFewSubjects, TooLittleToMatter
from klbio.schema import Concern, FlagRow
from klbio.shift.cohort.arms import obstacle
from klbio.statistics import ArmPair, TestResult

__all__ = ["CANNOT_TELL", "FLAG", "LEVEL", "OK", "TRIFLE", "Check", "Judged", "ratio_of", "untold"]

FLAG, OK, CANNOT_TELL = "flag", "ok", "cannot tell"
LEVEL = 0.05
NO_TEST = TestResult()
TRIFLE = 1.1  # a ratio nearer to 1 than this is no matter, however small its p


@dataclass(frozen=True)
class Judged:
    """A test, judged by its p, and by size where a difference can be too small to matter.

    Attributes
    ----------
    test : TestResult
    ratio : float, optional
        Of the larger side to the smaller.
    """

    test: TestResult
    ratio: float = float("inf")

    @property
    def trifling(self) -> bool:
        """Whether it does not matter, whatever its p."""
        return self.ratio < TRIFLE

    @property
    def severity(self) -> str:
        """Flag, cannot tell or ok.

        >>> Judged(TestResult(2.0, 0.25, 0.25, 8)).severity  # three subjects cannot give less
        'cannot tell'
        >>> Judged(TestResult(2.0, 0.03, 0.03, 64)).severity, Judged(TestResult(1.01, 0.03, 0.03, 64), 1.01).severity
        ('flag', 'ok')
        """
        if self.trifling:
            return OK
        if self.test.p_value <= LEVEL:
            return FLAG
        return CANNOT_TELL if self.test.smallest_p > LEVEL else OK

    def what_follows(self, if_flag: Reason, if_nothing: Reason | None = None) -> Reason:
        """What to conclude, that fits the severity."""
        if self.severity == FLAG:
            return if_flag
        if self.severity == CANNOT_TELL:
            return TooFewSubjects()
        if if_nothing:
            return if_nothing
        return TooLittleToMatter() if self.test.p_value <= LEVEL else NoMoreThanChance()


def ratio_of(a: float, b: float) -> float:
    """Larger of two numbers to the smaller; infinite where the smaller is 0.

    >>> ratio_of(2, 3), ratio_of(3, 2), ratio_of(0, 1), ratio_of(0, 0)
    (1.5, 1.5, inf, inf)
    """
    smaller, larger = sorted((a, b))
    return larger / smaller if smaller > 0 else float("inf")


@dataclass(frozen=True, kw_only=True)
class Check:
    """A row of ``flags.tsv`` before it is put under its contrast.

    Attributes
    ----------
    name : str
        What was checked.
    concerns : Concern
        What its finding would be mistaken for.
    severity : str
    reasons : tuple of Reason
        The finding and what follows from it.
    n_subjects : int
    statistic : Reason, optional
        What the test's value is.
    test : TestResult
        Empty where none was made.
    arms : tuple of str
        The two that were compared, if any were.
    rank : str
        At which bits were measured.
    """

    name: str
    concerns: Concern
    severity: str
    reasons: tuple[Reason | None, ...]
    n_subjects: int
    statistic: Reason | None = None
    test: TestResult = NO_TEST
    arms: tuple[str, str] = ("", "")
    rank: str = ""

    def row(self, contrast: Contrast) -> FlagRow:
        """Put it under its contrast."""
        made = self.test.n_permutations > 0
        return FlagRow(
            before=contrast.before,
            after=contrast.after,
            check=self.name,
            concerns=self.concerns.value,
            arm_a=self.arms[0],
            arm_b=self.arms[1],
            rank=self.rank,
            severity=self.severity,
            statistic=say(self.statistic),
            value=self.test.value,
            p_value=self.test.p_value,
            smallest_p=self.test.smallest_p,
            n_subjects=self.n_subjects,
            n_permutations=self.test.n_permutations if made else None,
            exact=self.test.exact if made else None,
            meaning=say(*self.reasons),
        )


def untold(name: str, pair: ArmPair, rank: str = "") -> Check:
    """Say that two arms are not held against each other, and why."""
    why = obstacle(pair)
    return Check(
        name=name,
        concerns=Concern.ARMS,
        arms=pair.arms,
        rank=rank,
        severity=CANNOT_TELL,
        reasons=(CannotTell(why) if why else None,),
        n_subjects=pair.n_subjects,
    )
