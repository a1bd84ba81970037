"""Samples of a sheet against those of a table: who is called alike, and may not be left out for a sign."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath
from typing import TYPE_CHECKING

from klbio.errors import Fault, InputError, StrPath, listed, note, notify
from klbio.spelling import NearNames, alike, sample_of

if TYPE_CHECKING:
    from klbio.design.design import Design

__all__ = ["SampleNames", "called_by_files", "called_in", "column_with"]

SHOWN = 5  # names of a kind that a message gives


def column_with(design: Design, names: Sequence[str]) -> str | None:
    """Give the other column of the sheet that has most of some names, if any has one.

    >>> from klbio.design import Design, Sample
    >>> design = Design([Sample("visit 1", "Ann", "before", extra={"Run": "SRR1", "Sex": "f"})])
    >>> column_with(design, ["SRR1", "SRR2"])
    'Run'
    """
    there = set(names)
    shared: Counter[str] = Counter()
    for sample in design.samples:
        shared.update(column for column, value in sample.extra.items() if value in there)
    return shared.most_common(1)[0][0] if shared else None


def called_in(design: Design, names: Sequence[str]) -> set[str] | None:
    """Give those of a table's names that may be samples or controls of a design; None where none is called as in it.

    >>> from klbio.design import Design, Sample
    >>> design = Design([Sample("D 1", "Ann", "before"), Sample("D2", "Ann", "after")])
    >>> sorted(called_in(design, ["D1", "D2", "E1"])), called_in(design, ["E1"])
    (['D1', 'D2'], None)
    """
    own = [sample.name for sample in design.libraries]
    there = set(own) & set(names)
    return there | set(NearNames(own, names).pairs.values()) if there else None


def called_by_files(design: Design, names: Sequence[str]) -> tuple[str, dict[str, str]] | None:
    """Give the other column of the sheet that names the files the names of a table come from, and whose they are.

    >>> from klbio.design import Design, Sample
    >>> design = Design([Sample("visit 1", "Ann", "before", extra={"report": "kraken/SRR1.kreport", "Sex": "f"})])
    >>> called_by_files(design, ["SRR1", "SRR2"])
    ('report', {'SRR1': 'visit 1'})
    """
    there, found = set(names), dict[str, dict[str, str]]()
    for column in dict.fromkeys(column for sample in design.samples for column in sample.extra):
        values = [(sample.extra.get(column, "").strip(), sample.name) for sample in design.samples]
        files = [(sample_of(PurePath(value).name), value, sample) for value, sample in values]
        pairs = [(name, sample) for name, value, sample in files if name in there and name != value]
        if pairs and len(dict(pairs)) == len(pairs):  # a file of one sample each
            found[column] = dict(pairs)
    return max(found.items(), key=lambda item: len(item[1]), default=None)


@dataclass(frozen=True)
class SampleNames:
    """The names of the samples of a sheet and of a table.

    Parameters
    ----------
    design : Design
    names : sequence of str
        Of the table.
    table : path-like
        What messages call it.
    """

    design: Design
    names: Sequence[str]
    table: StrPath

    @cached_property
    def near(self) -> NearNames:
        """Names that have no partner."""
        return NearNames([sample.name for sample in self.design.samples], self.names)

    def renamed(self) -> Sequence[str]:
        """Give the table's names as the sheet has them: the same, but where one rule tells all that look alike apart.

        Warns
        -----
        InputWarning
            Where names are taken for those that R has made of the sheet's, or that differ by one beginning or ending;
            where another name of the table looks like one that both have.

        Raises
        ------
        InputError
            For samples of the sheet that the table has under names that look like theirs.
        """
        near = self.near
        if explained := near.of_r or near.added:
            sheet_name = {made: name for name, made in explained.items()}
            made, name = next(iter(sheet_name.items()))
            how = "are called as R writes names" if near.of_r else "have one beginning or ending more or less"
            found = f"{len(sheet_name)} samples {how} ({made!r} for {name!r})"
            note(self.table, found, f"taken for those of {self.design.name}")
            return [sheet_name.get(name, name) for name in self.names]
        if near.pairs:
            raise InputError([self._fault()])
        self._say_others()
        return self.names

    def _say_others(self) -> None:
        """Warn of names of the table alone that look like one that both have: rows of one sample under two names."""
        there = set(self.names)
        both = {alike(sample.name): sample.name for sample in self.design.libraries if sample.name in there}
        known = {sample.name for sample in self.design.libraries}
        others = {name: both[alike(name)] for name in self.names if name not in known and alike(name) in both}
        if others:
            pairs = ", ".join(f"{name!r} beside {own!r}" for name, own in [*others.items()][:SHOWN])
            more = f" and {len(others) - SHOWN} more" if len(others) > SHOWN else ""
            remedy = "If they are one sample, add up its rows or columns under one name."
            notify(
                self.table, f"samples {pairs}{more}: one name but for capitals or signs", "left out", remedy
            )

    def _fault(self) -> Fault:
        """Ask whether names that look alike are one."""
        pairs = self.near.pairs
        lines = {sample.name: sample.line for sample in self.design.samples}
        first = next(iter(pairs))
        theirs = ", ".join(f"{there!r} for {name!r}" for name, there in [*pairs.items()][:SHOWN])
        more = f" and {len(pairs) - SHOWN} more" if len(pairs) > SHOWN else ""
        return Fault(
            self.design.name,
            f"{len(pairs)} of {len(lines)} samples not in {self.table}: {listed(pairs, SHOWN)}",
            "the names of the table, letter by letter",
            f"Did you mean {theirs}{more}?{self._rule()} Rename them in one of the two files; delete the lines of "
            "samples that the table really lacks.",
            lines[first] or None,
        )  # fmt: skip

    def _rule(self) -> str:
        """Say what all of them differ by, where it is one thing."""
        pairs = list(self.near.pairs.items())
        ends = {there.removeprefix(name) if there.startswith(name) else None for name, there in pairs}
        starts = {there.removesuffix(name) if there.endswith(name) else None for name, there in pairs}
        if len(pairs) > 1 and len(ends) == 1 and (end := ends.pop()):
            return f" All in the table have {end!r} at the end."
        if len(pairs) > 1 and len(starts) == 1 and (start := starts.pop()):
            return f" All in the table have {start!r} in front."
        return ""
