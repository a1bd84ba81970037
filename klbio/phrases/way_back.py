"""Whether a subject came back from a disturbance, in words."""

from __future__ import annotations

from dataclasses import dataclass

from klbio.phrases.numbers import count, figures
from klbio.phrases.reason import Reason

__all__ = [
    "CameBack", "DidNotComeBack", "FewAtRest", "FewFromPeak", "HalfLife", "NoFall", "NoSampleAfter", "NoTimes",
    "PeakWithinRest", "PerhapsBack",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class HalfLife(Reason):
    """Half-life with its interval; none where the samples do not bound it."""

    value: float
    interval: tuple[float, float]
    bounded: bool

    def sentence(self) -> str:
        """Say it."""
        if not self.bounded:
            return "cannot tell the half-life: the samples do not bound it within the time observed"
        low, high = self.interval
        return f"half-life {figures(self.value, 3)} ({figures(low, 3)} to {figures(high, 3)}) in the unit of time"


@dataclass(frozen=True, slots=True)
class DidNotComeBack(Reason):
    """Part of the shift remains."""

    residual: float
    interval: tuple[float, float]
    half_life: HalfLife

    def sentence(self) -> str:
        """Say it, with what remains."""
        low, high = self.interval
        remains = f"{self.residual:.3g} bits ({low:.3g} to {high:.3g}) above the baseline remain"
        return f"did not come back: {remains}; {self.half_life.sentence()}"


@dataclass(frozen=True, slots=True)
class CameBack(Reason):
    """What remains is less than what counts as nothing.

    Attributes
    ----------
    most, margin : float
        Upper limit of what remains, and what counts as nothing, in bits.
    half_life : HalfLife
    """

    most: float
    margin: float
    half_life: HalfLife

    def sentence(self) -> str:
        """Say it, with the most that may remain."""
        return (
            f"came back: no more than {self.most:.3g} bits remain, and up to {self.margin:.3g} count as back; "
            f"{self.half_life.sentence()}"
        )


@dataclass(frozen=True, slots=True)
class PerhapsBack(Reason):
    """What remains may be nothing, and may be more than counts as nothing; attributes as of `CameBack`."""

    most: float
    margin: float
    half_life: HalfLife

    def sentence(self) -> str:
        """Say it, with what may remain."""
        return (
            f"cannot tell whether it came back: between 0 and {self.most:.3g} bits may remain, of which up to "
            f"{self.margin:.3g} would count as back; {self.half_life.sentence()}"
        )


@dataclass(frozen=True, slots=True)
class NoFall(Reason):
    """There is no way back to be seen."""

    def sentence(self) -> str:
        """Say it."""
        return "the divergence does not fall after the peak within the samples"


@dataclass(frozen=True, slots=True)
class NoSampleAfter(Reason):
    """Nothing was measured after the disturbance."""

    def sentence(self) -> str:
        """Say it."""
        return "no sample after the disturbance has a baseline to be held against"


@dataclass(frozen=True, slots=True)
class FewAtRest(Reason):
    """The baseline's own scatter is not known."""

    n_needed: int

    def sentence(self) -> str:
        """Say it."""
        needed = count(self.n_needed, "baseline sample")
        return f"fewer than {needed}, so how restless the subject is by itself is unknown"


@dataclass(frozen=True, slots=True)
class PeakWithinRest(Reason):
    """No disturbance is to be seen."""

    def sentence(self) -> str:
        """Say it."""
        return "the peak does not rise above the baseline's own range, so there is nothing to come back from"


@dataclass(frozen=True, slots=True)
class NoTimes(Reason):
    """Some samples have no time."""

    def sentence(self) -> str:
        """Say it."""
        return "the sheet gives no time for some samples"


@dataclass(frozen=True, slots=True)
class FewFromPeak(Reason):
    """Samples are too few for a curve."""

    n_samples: int
    n_needed: int

    def sentence(self) -> str:
        """Say it."""
        return f"{count(self.n_samples, 'sample')} from the peak on, {self.n_needed} are needed"
