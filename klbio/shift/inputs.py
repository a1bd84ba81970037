"""Whether counts, sheet, taxonomy and tree fit each other, and what of a study can be measured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from klbio.design import Contrast, Design, Unit
from klbio.distributions import Counts
from klbio.errors import Fault, Faults, InputError, listed
from klbio.phrases import Reason, say
from klbio.phrases.dropped import (
    AllZero,
    ArmWithoutSubjects,
    EmptyGroups,
    InNoContrast,
    IsControl,
    NoSampleIn,
    NotInSheet,
    NotInTable,
    TooShallow,
    files_of_samples,
)
from klbio.read_groups import ReadGroups
from klbio.schema import DroppedRow
from klbio.taxonomy import FEATURE, Taxonomy

if TYPE_CHECKING:
    from klbio.transport import Tree

__all__ = ["Measurable", "check_labels", "check_ranks", "check_words"]

MAX_READS = 1e9  # of one subject: the limit of numpy's hypergeometric draws


def check_labels(
    counts: Counts, ranks: Sequence[str], lineages: Taxonomy | None = None, tree: Tree | None = None
) -> None:
    """Refuse a taxonomy and a tree that were not made for this table.

    Raises
    ------
    InputError
        All faults of both: taxa without a lineage, taxa with counts that are no tip of the tree, a
        tree where no rank of its tips is measured.
    """
    faults = Faults()
    if lineages:
        faults.gather(lambda: lineages.check(counts.labels, ranks))
    if tree:
        seen = np.flatnonzero(np.asarray(counts.values.sum(axis=0)).ravel() > 0)
        faults.gather(lambda: tree.nodes_of([counts.labels[k] for k in seen]))
        faults.gather(lambda: _check_tips(tree, ranks))
    InputError.raise_any(faults.found)


def _check_tips(tree: Tree, ranks: Sequence[str]) -> None:
    if FEATURE not in ranks:
        raise InputError.one(
            tree.name,
            f"a tree, but only the ranks {listed(ranks)}",
            f"the rank {FEATURE!r}: collapsed taxa are no tips",
            f"Add it (`taxa.ranks`, or --rank {FEATURE}), or leave the tree out.",
        )


def check_ranks(name: str, ranks: Sequence[str]) -> None:
    """Refuse ranks of a table that has no taxonomy."""
    collapsed = [rank for rank in ranks if rank != FEATURE]
    if collapsed:
        raise InputError.one(
            name, f"rank {listed(collapsed, 9)} without a taxonomy", f"a taxonomy file, or rank {FEATURE!r}",
            "Give --taxonomy (config: taxa.taxonomy; in Python `taxonomy=`).",
        )  # fmt: skip


def check_words(counts: Counts) -> None:
    """Refuse words of DNA counted over reads: taken for single draws, noise would pass for a shift."""
    if counts.unit == "reads" and counts.of_words:
        raise InputError.one(
            counts.name,
            f"words of DNA ({listed(counts.labels)}) without their groups of reads",
            "both tables of compose_reads: the words of one read are no independent draws",
            "Run the workflow on the reads (config: reads.samples).",
        )


@dataclass(frozen=True, eq=False)
class Measurable:
    """The samples and subjects of a study that can be measured, and why the others cannot.

    Parameters
    ----------
    counts : Counts
    groups : ReadGroups, optional
        The same in groups of reads.
    sheet : Design
        All samples.
    contrasts : sequence of Contrast
        Phases that are compared.
    min_depth : int
        Samples with fewer reads are left out; of proportions those of zeros.
    others : sequence of str
        Samples of the table that the sheet does not name.
    """

    counts: Counts
    groups: ReadGroups | None
    sheet: Design
    contrasts: Sequence[Contrast]
    min_depth: int
    others: Sequence[str] = ()

    @cached_property
    def design(self) -> Design:
        """The samples that can be measured."""
        names = [sample.name for sample in self.sheet.samples]
        return self.sheet.keep([name for name in names if name not in self.reasons])

    @cached_property
    def dropped(self) -> list[DroppedRow]:
        """Samples and subjects that cannot."""
        source = str(self.counts.name)
        samples = [
            DroppedRow.sample(source=source, name=name, reason=say(reason))
            for name, reason in self.reasons.items()
        ]
        return [*samples, *self._unpaired()]

    def check(self) -> None:
        """Refuse a study of which nothing is left, and subjects with more reads than can be reallocated.

        Raises
        ------
        InputError
            With the reasons for what was left out.
        """
        names = [sample.name for sample in self.sheet.samples]
        if not any(self.design.complete(contrast) for contrast in self.contrasts):
            raise InputError.one(
                self.design.name,
                f"no subject left to measure ({self._shown()})",
                "one subject with a usable sample on both sides",
                files_of_samples(
                    str(self.counts.name), sum(name in self._depth for name in names), len(names)
                ),
            )
        if self.groups is None:
            self._refuse_too_deep()

    @cached_property
    def _depth(self) -> dict[str, float]:
        return dict(zip(self.counts.samples, self.counts.depth.tolist(), strict=True))

    @cached_property
    def reasons(self) -> dict[str, Reason]:
        """Why samples cannot be measured."""
        named = {sample.name for sample in self.sheet.samples}
        alone = [name for name in (*self.counts.samples, *self.others) if name not in named]
        controls = {sample.name: IsControl(sample.kind) for sample in self.sheet.controls}
        reasons: dict[str, Reason] = {name: controls.get(name, NotInSheet()) for name in alone}
        reasons |= {name: reason for name in named if (reason := self._reason(name))}
        order = [*alone, *(sample.name for sample in self.sheet.samples)]
        return {name: reasons[name] for name in order if name in reasons}

    def _reason(self, name: str) -> Reason | None:
        """Why a sample of the sheet cannot be measured; None where it can."""
        if name not in self._depth:
            return NotInTable()
        if self.counts.unit == "proportions":
            return None if self._depth[name] else AllZero()
        if self._depth[name] < self.min_depth:
            unit = "reads" if self.groups is None else "counts"
            return TooShallow(self._depth[name], unit, self.min_depth)
        if name in self._empty_groups:
            return EmptyGroups(self._empty_groups[name], self._n_groups)
        return None

    @property
    def _n_groups(self) -> int:
        return max((len(sizes) for sizes in self.groups.sizes.values()), default=1) if self.groups else 1

    @cached_property
    def _empty_groups(self) -> dict[str, int]:
        """Samples with too few reads to fill every group."""
        if self.groups is None:
            return {}
        empty = {name: int((sizes == 0).sum()) for name, sizes in self.groups.sizes.items()}
        return {name: n for name, n in empty.items() if n}

    def _unpaired(self) -> Iterator[DroppedRow]:
        """List who lacks a side of every contrast, or of one that others of its arm are in; and arms left empty."""
        kept = {unit.key: unit for unit in self.design.units}
        for unit in self.sheet.units:
            lacking = self._lacking(unit, kept.get(unit.key, Unit(unit.subject, unit.arm, ())))
            if len(lacking) == len(self.contrasts):
                yield self._row("subject", unit.subject, InNoContrast(tuple(lacking.values())))
            else:
                asked = (why for contrast, why in lacking.items() if self._is_asked(unit.arm, contrast))
                yield from (self._row("shift", unit.subject, why) for why in asked)
        for contrast in self.contrasts:
            arms = {unit.arm for unit in self.sheet.complete(contrast)}
            gone = arms - {unit.arm for unit in self.design.complete(contrast)}
            why = ArmWithoutSubjects((contrast.before, contrast.after))
            yield from (self._row("arm", arm, why) for arm in self.sheet.arms().ordered(gone) if arm)

    def _row(self, kind: str, name: str, reason: Reason) -> DroppedRow:
        return DroppedRow(source=str(self.sheet.name), kind=kind, name=name, reason=say(reason))

    def _lacking(self, unit: Unit, left: Unit) -> dict[Contrast, Reason]:
        """Phases that a unit has no sample in, by contrast, because of the sheet or of what was left out."""
        lacking: dict[Contrast, Reason] = {}
        for contrast in self.contrasts:
            phases = (contrast.before, contrast.after)
            missing = tuple(phase for phase in phases if not left.names(phase))
            if missing:
                named = phases if len(self.contrasts) > 1 else None
                lacking[contrast] = NoSampleIn(missing, unit.arm, named)
        return lacking

    def _is_asked(self, arm: str, contrast: Contrast) -> bool:
        """Whether anybody of an arm has both sides of a contrast: else it is no matter of single subjects."""
        return any(unit.arm == arm for unit in self.sheet.complete(contrast))

    def _shown(self) -> str:
        """What was left out, by reason."""
        names: dict[tuple[str, str], list[str]] = {}
        for row in self.dropped:
            names.setdefault((row.kind, row.reason), []).append(row.name)
        return "; ".join(f"{kind} {listed(who, 6)}: {reason}" for (kind, reason), who in names.items())

    def _refuse_too_deep(self) -> None:
        """Refuse subjects with more reads than numpy reallocates at random."""
        InputError.raise_any(
            [
                Fault(
                    self.counts.name, f"{reads:.3g} reads of subject {subject!r}", f"fewer than {MAX_READS:.0g}",
                    "Divide all counts by one number, or rarefy: the floor deals every read out.",
                )
                for subject, reads in self._reads().items()
                if reads >= MAX_READS
            ]
        )  # fmt: skip

    def _reads(self) -> dict[str, float]:
        """Reads of each subject in the two phases of a contrast."""
        return {
            unit.subject: sum(self._depth[sample.name] for sample in unit.samples if sample.phase in sides)
            for sides in ({contrast.before, contrast.after} for contrast in self.contrasts)
            for unit in self.design.units
        }
