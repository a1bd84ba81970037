"""Tables of notices: what was left out, and what to know about a model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from klbio.schema.columns import Text
from klbio.schema.table import Row

__all__ = ["DroppedRow", "FindingRow", "LintRow"]

Severity = Annotated[str, Text("how grave it is", values=("note", "warning"))]


@dataclass(frozen=True, kw_only=True, slots=True)
class DroppedRow(Row):
    """What was left out: a row per thing and reason."""

    source: Annotated[str, Text("where it came from: a file, or the part of a run")]
    kind: Annotated[str, Text("what it is: sample, taxon, model, gene ...")]
    name: Annotated[str, Text("its name, or how many they are")]
    reason: Annotated[str, Text("why it was left out", prose=True)]

    @property
    def thing(self) -> tuple[str, str]:
        """Kind, and name: a sample is the same wherever it is missing, files of one name in two folders are not.

        >>> DroppedRow.file("mine", "LICENSE", "no model").thing
        ('file', 'mine/LICENSE')
        """
        return self.kind, f"{self.source}/{self.name}" if self.kind in ("file", "model") else self.name

    @classmethod
    def sample(cls, source: str, name: str, reason: str) -> DroppedRow:
        """Make the row of a sample."""
        return cls(source=source, kind="sample", name=name, reason=reason)

    @classmethod
    def taxon(cls, source: str, name: str, reason: str) -> DroppedRow:
        """Make the row of a taxon."""
        return cls(source=source, kind="taxon", name=name, reason=reason)

    @classmethod
    def file(cls, source: str, name: str, reason: str) -> DroppedRow:
        """Make the row of a file of a folder."""
        return cls(source=source, kind="file", name=name, reason=reason)

    @classmethod
    def model(cls, source: str, name: str, reason: str) -> DroppedRow:
        """Make the row of a model."""
        return cls(source=source, kind="model", name=name, reason=reason)


@dataclass(frozen=True, kw_only=True, slots=True)
class LintRow(Row):
    """What the files revealed: a row per thing to know about a model."""

    model: Annotated[str, Text("name of the model")]
    path: Annotated[str, Text("its file or folder")] = ""
    severity: Severity
    component: Annotated[str, Text("part of the model that it concerns")]
    finding: Annotated[str, Text("what was found", prose=True)]


@dataclass(frozen=True, kw_only=True, slots=True)
class FindingRow(Row):
    """What to know about a trained model: a row per finding."""

    model: Annotated[str, Text("name of the model")]
    severity: Severity
    component: Annotated[str, Text("part of the model that it concerns")]
    finding: Annotated[str, Text("what was found", prose=True)]
