"""A table of taxa from amplicons -> how far each shift hangs on what its features are called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property

import numpy as np

from klbio.amplicons import Calls
from klbio.amplicons.call_range import Pools, RankCalls, Subject
from klbio.design import Contrast, Design
from klbio.errors import InputError, StrPath, listed
from klbio.io import read_table
from klbio.io.results import read_rows, write_rows
from klbio.io.sheets.sheet import read_samples
from klbio.schema import AMPLICON_CALLS, CALL_CUTOFFS, CALL_RANGE, CallRow
from klbio.schema.table import rows
from klbio.seeding import SEED
from klbio.shift.settings import ShiftSettings
from klbio.steps.amplicon_table import RANKS
from klbio.steps.step import takes
from klbio.taxonomy import FEATURE

__all__ = ["CallMeasurement", "measure_call_range"]


@dataclass(frozen=True, kw_only=True)
class CallMeasurement:
    """What `measure_call_range` is given, which says what each is."""

    table: StrPath
    calls: StrPath
    samples: StrPath
    out: StrPath
    cutoffs: StrPath
    ranks: Sequence[str] = RANKS
    contrasts: Sequence[Mapping[str, str]] = (asdict(Contrast()),)
    min_depth: int = ShiftSettings.min_depth
    seed: int = SEED
    columns: Mapping[str, str] | None = None
    metadata: StrPath | None = None
    phases: Mapping[str, Sequence[str]] | None = None

    @property
    def design(self) -> Design:
        """Who was sampled when."""
        return read_samples(self.samples, columns=self.columns, phases=self.phases, metadata=self.metadata)

    @cached_property
    def rows(self) -> list[CallRow]:
        """What features are called, by one reference."""
        found = rows(read_rows(self.calls, AMPLICON_CALLS), CallRow)
        references = sorted({f"{row.reference} (sha256 {row.reference_sha256[:12]})" for row in found})
        if len(references) != 1:
            remedy = "Classify all features with one reference."
            raise InputError.one(
                self.calls, f"names by {listed(references) or 'none'}", "one reference", remedy
            )
        return found

    def called(self) -> Calls:
        """Give them as one."""
        lineages: dict[str, dict[str, tuple[str, float]]] = {}
        for row in self.rows:
            named = lineages.setdefault(row.feature, {})
            named |= {row.rank: (row.taxon, row.bootstrap)} if row.taxon else {}
        ranks = list(dict.fromkeys(row.rank for row in self.rows))
        first = self.rows[0]
        return Calls.of(lineages, ranks, f"{first.reference} (sha256 {first.reference_sha256[:12]})")

    def pools(self, features: Sequence[str]) -> Iterator[Pools]:
        """Sum the reads of each unit's phases; shallow samples are left out, as of the shift."""
        counts = read_table(self.table)
        deep = {name for name, n in zip(counts.samples, counts.depth, strict=True) if n >= self.min_depth}
        place = {label: k for k, label in enumerate(counts.labels)}
        order = [place[feature] for feature in features if feature in place]
        for contrast in (Contrast(**phases) for phases in self.contrasts):
            for unit in self.design.units:
                sides = [
                    [name for name in unit.names(phase) if name in deep]
                    for phase in (contrast.before, contrast.after)
                ]
                if all(sides):
                    before, after = (
                        np.asarray(counts.rows(side).dense().sum(axis=0))[order] for side in sides
                    )
                    yield Pools(
                        Subject(unit.subject, unit.arm, contrast.before, contrast.after), before, after
                    )


@takes(CallMeasurement)
def measure_call_range(given: CallMeasurement) -> None:
    """Measure each pooled shift again with features called anew, and under other cutoffs.

    Parameters
    ----------
    table, calls : path-like
        What `klbio.steps.amplicon_table.compose_amplicons` wrote.
    samples : path-like
        Sample sheet.
    out, cutoffs : path-like
        TSV of the range over calls, and of the shift under each cutoff.
    ranks, contrasts, min_depth, seed
        As of the shift; of features themselves there is nothing to say.
    columns, phases : mapping, optional
        What the sheet calls its columns and phases.
    metadata : path-like, optional
        A second sheet that says who the samples are of, where the first has no more than their files.

    Raises
    ------
    InputError
        For calls by several references, and ranks that no call has.
    """
    calls = given.called()
    cutoff = given.rows[0].cutoff
    pools = list(given.pools(calls.features))
    named = [
        calls.taxonomy(cutoff).rank(rank) or rank for rank in given.ranks
    ]  # in any case, as of the shift
    of_ranks = [RankCalls(calls, rank, given.seed) for rank in named if rank != FEATURE]
    write_rows(given.out, [one.range_row(pool, cutoff) for one in of_ranks for pool in pools], CALL_RANGE)
    write_rows(
        given.cutoffs,
        [row for one in of_ranks for pool in pools for row in one.cutoff_rows(pool)],
        CALL_CUTOFFS,
    )
