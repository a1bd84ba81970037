"""Why a sample or a subject was left out, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from klbio.errors import listed
from klbio.phrases.numbers import agreed, count
from klbio.phrases.reason import Reason

__all__ = [
    "AllZero", "ArmWithoutSubjects", "EmptyGroups", "InNoContrast", "IsControl", "NoSampleIn", "NoSubjectOf",
    "NotInSheet", "NotInTable", "OfNoContrast", "TooShallow", "counted", "files_of_samples", "left_out", "of_arms",
    "those_of",
]  # fmt: skip

KINDS = {"negative": "negative control", "mock": "mock community"}
UNITS = ("kmer", "codon", "residue")  # that are counted sample by sample


@dataclass(frozen=True, slots=True)
class NotInSheet(Reason):
    """Nobody says whose sample it is."""

    def sentence(self) -> str:
        """Say it."""
        return "in the table, not in the sample sheet"


@dataclass(frozen=True, slots=True)
class IsControl(Reason):
    """The sheet calls it a control."""

    kind: str

    def sentence(self) -> str:
        """Say it."""
        return f"a {KINDS[self.kind]}, which is nobody's"


@dataclass(frozen=True, slots=True)
class NotInTable(Reason):
    """Nothing was counted in it."""

    def sentence(self) -> str:
        """Say it."""
        return "in the sample sheet, not in the table"


@dataclass(frozen=True, slots=True)
class OfNoContrast(Reason):
    """No contrast names the phase."""

    n_samples: int

    def sentence(self) -> str:
        """Say it."""
        return f"no contrast names the phase: no shift is of its samples ({self.n_samples})"


@dataclass(frozen=True, slots=True)
class TooShallow(Reason):
    """Fewer reads, or counts, than the study asks for."""

    depth: float
    unit: str
    least: int

    def sentence(self) -> str:
        """Say it."""
        return f"{count(round(self.depth), self.unit.removesuffix('s'))}, fewer than min_depth ({self.least})"


@dataclass(frozen=True, slots=True)
class AllZero(Reason):
    """Every proportion of the sample is 0."""

    def sentence(self) -> str:
        """Say it."""
        return "in the table with zeros only"


@dataclass(frozen=True, slots=True)
class EmptyGroups(Reason):
    """Reads are too few to fill every group."""

    n_empty: int
    n_groups: int

    def sentence(self) -> str:
        """Say it."""
        empty = f"{self.n_empty} of {self.n_groups} groups {agreed(self.n_empty, 'is', 'are')} empty"
        return f"too few different reads: {empty} (of amplicons say library: amplicon)"


@dataclass(frozen=True, slots=True)
class NoSampleIn(Reason):
    """A subject lacks a side of a contrast, or both; of several contrasts it is named."""

    phases: tuple[str, ...]
    arm: str
    contrast: tuple[str, str] | None = None

    def sentence(self) -> str:
        """Say it."""
        which = "{} to {}: ".format(*self.contrast) if self.contrast else ""
        of_arm = f" of arm {self.arm!r}" if self.arm else ""
        phases = agreed(len(self.phases), "phase", "phases")
        return f"{which}no usable sample in {phases} {' and '.join(map(repr, self.phases))}{of_arm}"


@dataclass(frozen=True, slots=True)
class InNoContrast(Reason):
    """A subject lacks a side of every contrast."""

    reasons: tuple[Reason, ...]

    def sentence(self) -> str:
        """Say of each why."""
        return "; ".join(reason.sentence() for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class ArmWithoutSubjects(Reason):
    """No subject of an arm is left in a contrast that the sheet has it in."""

    phases: tuple[str, str]

    def sentence(self) -> str:
        """Say it."""
        before, after = self.phases
        return f"no subject is left from {before} to {after}: no arm is held against it"


@dataclass(frozen=True, slots=True)
class NoSubjectOf(Reason):
    """No subject of the sheet has both sides of a contrast, though of another one some have."""

    def sentence(self) -> str:
        """Say it."""
        return "no subject of the sheet has samples in both phases, in one arm: no shift is of them"


def those_of(n_all: int, kind: str, samples: Sequence[str], shown: int) -> str:
    """Say which samples are of a kind.

    >>> those_of(6, "in the table with zeros only", ["D1"], 5)
    "1 of 6 samples in the table with zeros only: 'D1'"
    """
    return f"{len(samples)} of {n_all} samples {kind}: {listed(samples, shown)}"


def counted(things: Iterable[tuple[str, str]]) -> list[str]:
    """Say how many of each kind were left out, from kinds and names; each counts once.

    >>> counted([("sample", "A"), ("sample", "A"), ("sample", "B"), ("kmer", "A"), ("pairs", "4 of 10 pairs")])
    ['2 samples', 'kmers of 1 sample', '4 of 10 pairs']
    """
    distinct = dict.fromkeys(things)
    several = [name for kind, name in distinct if kind.endswith("s")]  # such a thing says how many they are
    numbers = Counter(kind for kind, _ in distinct if not kind.endswith("s"))
    return [
        f"{kind}s of {count(n, 'sample')}" if kind in UNITS else count(n, kind) for kind, n in numbers.items()
    ] + several


def left_out(n_samples: int, subjects: Sequence[str], shown: int) -> str:
    """Say that samples are left out, and which subjects it costs.

    >>> left_out(1, [], 5), left_out(3, ["F"], 5)
    ('left out', "left out, and with them the subject 'F'")
    """
    if not subjects:
        return "left out"
    them, noun = agreed(n_samples, "it", "them"), agreed(len(subjects), "subject", "subjects")
    return f"left out, and with {them} the {noun} {listed(subjects, shown)}"


def of_arms(n_comparisons: int) -> str:
    """Say how many comparisons one row stands for.

    >>> of_arms(435)
    '435 comparisons of arms'
    """
    return f"{count(n_comparisons, 'comparison')} of arms"


def files_of_samples(table: str, n_there: int, n_named: int) -> str:
    """Say that a file may be one sample, where a table lacks most of a sheet's."""
    if 2 * n_there >= n_named:
        return ""
    return (
        f"{table} has {n_there} of the {n_named} samples of the sheet. A report or profile is one sample: put the "
        "files of all samples in one folder, and give the folder."
    )
