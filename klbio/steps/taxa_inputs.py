"""What a config says of taxa, read as far as it can be: all of it together, or each file by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from klbio.design import Contrast
from klbio.errors import Faults
from klbio.io import read_taxa
from klbio.io.sheets.settings import MeasureSettings, TaxaFile, TaxaSettings
from klbio.io.source import Source
from klbio.io.tables.mock_content import read_mock
from klbio.io.tables.taxonomy import read_taxonomy
from klbio.io.tables.tree import read_tree
from klbio.shift.settings import ShiftSettings
from klbio.steps.shift_inputs import ShiftFiles
from klbio.taxonomy import FEATURE

__all__ = ["TaxaInputs"]


@dataclass(frozen=True)
class TaxaInputs:
    """Checks of what section ``taxa`` names.

    Parameters
    ----------
    given : TaxaSettings
        What is sound of the section.
    shift : MeasureSettings
        What is sound of section ``shift``.
    contrasts : sequence of Contrast
        None where it cannot be known which were meant.
    files : mapping of str to Source or None
        Those that are there, by their keys.
    """

    given: TaxaSettings
    shift: MeasureSettings
    contrasts: Sequence[Contrast]
    files: Mapping[TaxaFile, Source | None]

    def checks(self, most_bytes: float) -> Iterator[Callable[[], object]]:
        """Read the study; or, where a file of it is missing or larger than that, each of the others by itself."""
        there = {name: file for name, file in self.files.items() if file}
        read = {name: file for name, file in there.items() if file.size <= most_bytes}
        known = "samples" in read or "samples" not in self.given
        if "table" in read and known and self.contrasts and len(read) == len(there):
            yield partial(self._study, read)
            return
        yield from [partial(read_taxa, read["table"])] if "table" in read else []
        yield from [partial(self._taxonomy, read["taxonomy"])] if "taxonomy" in read else []
        yield from [partial(read_tree, read["tree"])] if "tree" in read else []
        yield from [partial(read_mock, read["mock"])] if "mock" in read else []

    def _taxonomy(self, source: Source) -> None:
        """Read the lineages, and ask for the ranks of the config."""
        read_taxonomy(source).check((), self.given.get("ranks", ()))

    def _study(self, read: Mapping[TaxaFile, Source]) -> None:
        """Read all files, and ask whether they fit each other."""
        min_depth = self.shift.get("min_depth", ShiftSettings.min_depth)
        files = ShiftFiles(
            table=read["table"], samples=read.get("samples"), taxonomy=read.get("taxonomy"),
            tree=read.get("tree"), mock=read.get("mock"),
            columns=self.given.get("columns"), phases=self.shift.get("phases"),
        )  # fmt: skip
        without = "taxonomy" in self.given and not files.taxonomy  # missing: no rank of it can be looked at
        ranks = [FEATURE] if without else self.given.get("ranks", ShiftSettings.ranks)
        settings = ShiftSettings(
            tuple(self.contrasts),
            ranks=ranks,
            min_depth=max(min_depth, 2),
            control=self.shift.get("control", ""),
            exclude=self.given.get("exclude", ()),
            keep=self.given.get("keep", ()),
        )
        files.read(settings, Faults())
