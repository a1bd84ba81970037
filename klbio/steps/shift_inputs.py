"""The files of a before/after study, read with every fault of all named at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from klbio.design import Chunk, Design, SheetWords, phase_faults
from klbio.errors import Faults, InputError, StrPath, note
from klbio.io import TableFormat, read_taxa
from klbio.io.sheets.sheet import read_phases, read_samples
from klbio.io.tables.mock_content import read_mock
from klbio.io.tables.taxonomy import read_taxonomy
from klbio.io.tables.tree import read_tree
from klbio.io.words.groups import read_groups
from klbio.shift.inputs import check_labels, check_ranks, check_words
from klbio.shift.settings import ShiftSettings
from klbio.shift.study_inputs import StudyInputs
from klbio.taxa_table import TaxaTable
from klbio.taxonomy import Taxonomy

if TYPE_CHECKING:
    from klbio.distributions import Counts
    from klbio.read_groups import ReadGroups
    from klbio.transport import Tree

__all__ = ["ShiftFiles"]

SHEET = "Give --samples SHEET (config: taxa.samples), with the columns sample, subject and phase."


@dataclass(frozen=True, kw_only=True)
class ShiftFiles:
    """The files of a study, as `klbio.steps.shift.measure_shift` explains them."""

    table: StrPath
    samples: StrPath | None = None
    groups: StrPath | Sequence[StrPath] | None = None
    taxonomy: StrPath | None = None
    tree: StrPath | None = None
    mock: StrPath | None = None
    format: TableFormat | None = None
    columns: Mapping[str, str] | None = None
    metadata: StrPath | None = None
    phases: Mapping[str, Sequence[str]] | None = None

    def sheet(self) -> Design | None:
        """Read the sheet in its own words, where there is one."""
        if not self.samples:  # a rule without a sheet gives an empty list
            return None
        return read_samples(self.samples, columns=self.columns, phases=self.phases, metadata=self.metadata)

    def within(self, table: TaxaTable) -> Design:
        """Take what the table says of its samples for the sheet."""
        if table.metadata is None:
            found = "no sample sheet, and no metadata of samples in the table"
            raise InputError.one(self.table, found, "who was sampled when", SHEET)
        note(self.table, "metadata of samples in the table", "taken for the sample sheet")
        return Design.within(table.metadata, SheetWords(self.columns or {}, self.phases or {}))

    def read(self, settings: ShiftSettings, faults: Faults, chunk: Chunk | None = None) -> StudyInputs:
        """Read every file, and refuse them with the faults of all.

        Parameters
        ----------
        settings : ShiftSettings
        faults : Faults
            What is at fault besides, named together with the files' faults.
        chunk : Chunk, optional
            Whose groups of reads alone are of use.

        Raises
        ------
        InputError
            Each file's own faults, and where files do not fit each other.
        """
        content = _Content.read(self, faults)
        content.check(settings)
        if faults.found or content.design is None or content.table is None:
            raise InputError(dict.fromkeys(faults.found))
        table = content.table.community(content.design, content.taxonomy, settings.exclude, settings.keep)
        return StudyInputs(
            table.counts,
            content.design,
            taxonomy=content.lineages,
            tree=content.tree,
            groups=self._groups(table.counts, content.design, chunk),
            settings=settings,
            mock_content=content.mock or {},
            dropped_before=table.dropped,
            others=table.others,
        )

    def _groups(self, counts: Counts, design: Design, chunk: Chunk | None) -> ReadGroups | None:
        """Give the groups of reads; those of a chunk alone, where the table knows the counts of all."""
        if not self.groups:
            return None
        groups = read_groups(self.groups, counts.labels)
        if chunk is None or counts.unit != "reads":
            return groups
        subjects = chunk.subjects(design.samples)
        return groups.of_some([sample.name for sample in design.samples if sample.subject in subjects])


@dataclass(frozen=True)
class _Content:
    """What could be read, where some files are at fault too."""

    files: ShiftFiles
    faults: Faults = field(repr=False)
    design: Design | None
    table: TaxaTable | None
    taxonomy: Taxonomy | None
    tree: Tree | None
    mock: Mapping[str, float] | None

    @classmethod
    def read(cls, files: ShiftFiles, faults: Faults) -> _Content:
        """Read all files but the groups, which are of use only if the others are sound."""
        gather = faults.gather
        design = gather(files.sheet)
        table = gather(lambda: read_taxa(files.table, files.format, design))
        if table is not None and not files.samples:
            design = gather(lambda: files.within(table))
        return cls(
            files,
            faults,
            design,
            table,
            gather(lambda: read_taxonomy(files.taxonomy) if files.taxonomy else None),
            gather(lambda: read_tree(files.tree) if files.tree else None),
            gather(lambda: read_mock(files.mock) if files.mock else None),
        )

    def check(self, settings: ShiftSettings) -> None:
        """Check what was read as far as that can be done without the rest."""
        gather = self.faults.gather
        ranks = settings.ranks
        gather(lambda: self._check_phases(settings))
        turned = gather(lambda: self._turned(settings))
        if turned:
            gather(lambda: check_labels(turned.counts, ranks, self.lineages, self.tree))
        elif self.taxonomy:
            gather(lambda: self.taxonomy.check((), ranks) if self.taxonomy else None)
        if not self.files.taxonomy and not self.lineages and self.table:
            gather(lambda: check_ranks(str(self.files.table), ranks))
        if turned and not self.files.groups:
            gather(lambda: check_words(turned.counts))

    @property
    def lineages(self) -> Taxonomy | None:
        """Those of the taxonomy, or else those that stand in the table."""
        return self.taxonomy or (self.table.taxonomy if self.table else None)

    def _check_phases(self, settings: ShiftSettings) -> None:
        """Check the phases, of a sheet that is at fault otherwise too; and the control arm."""
        if self.design:
            self.design.check(settings.contrasts, settings.control)
        elif samples := self.files.samples:
            phases = read_phases(samples, self.files.columns, self.files.phases)
            InputError.raise_any(phase_faults(str(samples), phases, settings.contrasts))

    def _turned(self, settings: ShiftSettings) -> TaxaTable | None:
        """Turn the table as the sheet says; where the sheet is at fault, as taxonomy or tree know its taxa."""
        if self.table is None:
            return None
        if self.design:
            return self.table.community(self.design, self.taxonomy, settings.exclude, settings.keep)
        known = set(self.lineages.lineages if self.lineages else self.tree.tips if self.tree else ())
        turned = self.table.turned(taxonomy=self.taxonomy)
        return turned if known & set(turned.counts.labels) else None
