"""What the text formats of gene finders share: numbers, and what there is to say of a file."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from klbio.errors import Fault, InputError, StrPath, add_fault
from klbio.models import ContentModel, Finding
from klbio.models.markov.stop_codons import holds_stop

__all__ = [
    "LENGTH_ROUNDING", "ROUNDING", "Diagnostics", "UnreadableError",
]  # fmt: skip

ROUNDING = 2e-3  # four numbers of three decimals miss 1 by no more
LENGTH_ROUNDING = 1e-2  # smoothed lists of lengths lose a little to length 0 and past their end


class UnreadableError(Exception):
    """What stands where something else belongs, in a part of a file that can be left out."""

    def __init__(self, found: str, expected: str, line: int) -> None:
        super().__init__(f"line {line}: {found}; expected {expected}")


@dataclass
class Diagnostics:
    """Faults (the file is refused) and findings (the user should know) of one reading."""

    path: StrPath
    remedy: str
    faults: list[Fault] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    n_faults: int = 0  # with those beyond the first twenty

    def within(self, path: StrPath) -> Diagnostics:
        """Give the same faults and findings, to be added to from another file of the reading."""
        return replace(self, path=path)

    def fault(self, found: str, expected: str, line: int | None = None) -> None:
        """Note a fault; the first twenty are enough to mend a file."""
        self.n_faults += 1
        add_fault(self.faults, Fault(self.path, found, expected, self.remedy, line))

    def raise_any(self) -> None:
        """Refuse the file if a fault was noted."""
        InputError.raise_any(self.faults)

    def note(self, component: str, text: str) -> None:
        """Note a finding once."""
        self._add(Finding.note(component, text))

    def warn(self, component: str, text: str) -> None:
        """Note a finding once that changes what the numbers mean."""
        self._add(Finding.warning(component, text))

    def _add(self, finding: Finding) -> None:
        if finding not in self.findings:
            self.findings.append(finding)

    def passed_over(self, component: str, error: UnreadableError) -> None:
        """Warn of a part that is left out because it cannot be read."""
        self.warn(component, f"{error}: not compared")

    def refusal(self, found: str, expected: str, line: int | None = None) -> InputError:
        """Make the error of all faults so far and one that ends the reading."""
        return InputError([*self.faults, Fault(self.path, found, expected, self.remedy, line)])

    def content(self, component: str, model: ContentModel, worst: float) -> None:
        """Note how far rows were from 1 before scaling, and contexts ruled out without a reason."""
        if worst > ROUNDING:
            add = self.warn if worst > 5 * ROUNDING else self.note
            add(component, f"rows do not sum to 1: off by up to {worst:.3g}; scaled to 1")
        impossible = model.probabilities.sum(axis=-1) == 0
        if component == "coding":
            impossible &= ~holds_stop(model.order, model.stops)
        if impossible.any():
            self.note(component, f"contexts that hold no stop codon, yet are impossible: {impossible.sum()}")
