"""A table of counts and a sample sheet -> every table of a before/after study."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from klbio.design import Chunk
from klbio.errors import Faults, StrPath, notify
from klbio.io.at_work import at_work
from klbio.io.drafts import folder_beside
from klbio.io.result_folder import check_place, write_tables
from klbio.schema import SHIFT_TABLES
from klbio.steps.shift_chosen import ShiftChosen
from klbio.steps.step import takes
from klbio.strictness import STRICT

if TYPE_CHECKING:
    from klbio.shift.study import Study
    from klbio.shift.study_inputs import StudyInputs

__all__ = ["ShiftMeasurement", "measure_shift"]

MANY = (
    200_000  # numbers of a table above which contributions wait in a file: 16 MB, thrice while put together
)


@dataclass(frozen=True, kw_only=True)
class ShiftMeasurement(ShiftChosen):
    """What `measure_shift` is given, which says what each is."""

    out: StrPath
    parts: Sequence[StrPath] = ()

    def study(self, drafts: ExitStack) -> Study:
        """Read all files; with what is wrong with them, the settings and the folder at once."""
        from klbio.shift.gathered import GatheredStudy
        from klbio.shift.study import Study
        from klbio.steps.shift_portions import read_portions

        faults = Faults()
        faults.gather(lambda: check_place(self.out))
        portions = faults.gather(lambda: read_portions(self.parts, self.identity)) if self.parts else None
        inputs = self.inputs(faults)
        if portions is not None:
            return GatheredStudy.of_portions(inputs, portions)
        many = inputs.counts.values.nnz * len(inputs.settings.ranks) > MANY
        return self._measured_aside(inputs, drafts) if many else Study.of(inputs)

    def _measured_aside(self, inputs: StudyInputs, drafts: ExitStack) -> Study:
        """Measure all subjects into one part, which goes with the drafts: memory does not hold their rows."""
        from klbio.shift.chunks import blocks_of
        from klbio.shift.gathered import GatheredStudy
        from klbio.steps.shift_portions import read_portions, write_portion

        study = GatheredStudy.of_portions(inputs, ())
        Path(self.out).mkdir(parents=True, exist_ok=True)
        part = Path(drafts.enter_context(folder_beside(Path(self.out), "parts")), "all.part")
        units, blocks = blocks_of(study, Chunk(1, len(inputs.design.samples)))
        write_portion(part, self.identity, units, blocks)
        study.portions = read_portions([part], self.identity)
        return study

    def say_where_no_mock(self, study: Study) -> None:
        """Warn of content that is held against nothing."""
        if self.mock and study.mock.empty:
            there = any(one.kind == "mock" for one in study.design.controls)
            found = (
                "none of its taxa is at a rank that is measured" if there else "no sample is a mock community"
            )
            remedy = (
                "Name taxa as the table does, at one rank."
                if there
                else "The sheet says so: `kind` is `mock`."
            )
            notify(str(self.mock), found, "compared with nothing", remedy)


@takes(ShiftMeasurement)
def measure_shift(given: ShiftMeasurement) -> None:
    """Measure how far each subject moved, and write the tables of `klbio.schema.SHIFT_TABLES` into a folder.

    Parameters
    ----------
    table : path-like
        Counts.
    samples : path-like, optional
        Sample sheet; by default what the table says of its samples (BIOM, AnnData, QIIME 2's bar plots).
    out : path-like
        Folder for the result tables.
    groups : path-like or sequence of path-like, optional
        The counts of `table` in groups of whole reads, as `klbio.steps.reads.compose_reads` or
        `klbio.steps.kmers.count_kmers` write them, read a sample at a time; or a table with rows ``sample/1``,
        ``sample/2`` and so on.  Needed where one read brings many counts: intervals and floor then rest on groups.
    taxonomy : path-like, optional
        Lineages, needed for any rank but ``feature``.
    tree : path-like, optional
        Newick with a tip for each category of the table; adds how far along it reads were carried
        to the rows of the rank ``feature``.
    mock : path-like, optional
        What a mock community is made of, see `klbio.io.tables.mock_content.read_mock`.
    columns, phases : mapping, optional
        What the sheet calls its columns, and which of its labels are one phase, as
        `klbio.io.sheets.sheet.read_samples` takes them.
    metadata : path-like, optional
        A second sheet that says who the samples are of, where the first has no more than their files.
    ranks, unassigned, feature_rank, smoothing, support, n_resamples, min_depth, seed, threads, control, day_variance, \
    exclude, keep
        See `klbio.shift.settings.ShiftSettings`.
    contrasts : sequence of mapping
        ``{"before": phase, "after": phase}``, each measured by itself.
    format : str, optional
        Of the table, a key of `klbio.io.TABLE_FORMATS`; recognised from content if not given.
    parts : sequence of path-like
        What `klbio.steps.shift_parts.measure_shift_part` measured of all subjects, from the same files with the same
        settings; without any, they are measured here.  The tables are the same to the last byte.

    Raises
    ------
    InputError
        Every fault of the inputs, before anything is written.  k-mers or codons without `groups`.  Another run at work
        in the folder.  Parts of other inputs, or that do not hold every subject once.
    """
    with at_work(given.out), ExitStack() as drafts:
        study = given.study(drafts)
        given.say_where_no_mock(study)
        STRICT.raise_any()  # before the work, and not after it
        write_tables(given.out, study.written, SHIFT_TABLES)
