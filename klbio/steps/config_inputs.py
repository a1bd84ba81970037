"""What a config names, looked at as far as it can be, whatever is at fault beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from math import inf
from pathlib import Path
from typing import Literal

from klbio.design import Contrast, Design, phase_faults
from klbio.errors import Fault, InputError, notify
from klbio.io.elsewhere import Elsewhere, is_address
from klbio.io.sheets.config import Config
from klbio.io.sheets.settings import MeasureSettings, StudySettings, TaxaFile
from klbio.io.source import Source
from klbio.shift.settings import ShiftSettings
from klbio.steps.absent_inputs import say_absent
from klbio.steps.config_outputs import check_matrix, check_parquet
from klbio.steps.placeholder_names import named_paths, refuse_braces, refuse_home
from klbio.steps.read_inputs import RELATIVE, ReadInputs

__all__ = ["Check", "ConfigInputs", "Route"]

Check = Callable[[], object]
Route = Literal["taxa", "reads"]
ROUTES: tuple[Route, ...] = ("taxa", "reads")
TAXA_FILES: tuple[TaxaFile, ...] = ("table", "taxonomy", "tree", "mock")


class ConfigInputs:
    """Checks of everything that a config names; each file is opened once however many look into it.

    Parameters
    ----------
    config : Config
        It may be at fault: what is sound of it is looked at.
    by_conda : bool
        Whether rules bring the programs of their environments.
    elsewhere : function, optional
        Says of a name whether its file may be missing here, as in a storage: its job will look at it.  Sheets, and what
        names taxa, are read before any job is made, and must be here.
    """

    def __init__(self, config: Config, by_conda: bool = False, elsewhere: Elsewhere = is_address) -> None:
        self.config = config
        self.by_conda = by_conda
        self.elsewhere = elsewhere
        self.settings = config.sound().settings
        self._sources: dict[str, Source] = {}
        self._designs: dict[Route, Design | InputError] = {}

    @cached_property
    def reads(self) -> ReadInputs | None:
        """The section of reads, where there is one."""
        if "reads" not in self.settings:
            return None
        given = self.settings["reads"]
        sheet = self._of(given["samples"]) if "samples" in given else None
        design = partial(self._design, "reads") if sheet else None
        return ReadInputs(self.config, given, sheet, self.by_conda, self.elsewhere, design)

    def _design(self, route: Route) -> Design:
        """Read the sample sheet of a route, once; its faults are raised each time."""
        from klbio.io.sheets.sheet import read_samples

        if route not in self._designs:
            metadata = self.settings["reads"].get("metadata") if route == "reads" else None
            columns, phases = self.columns(route), self._shift.get("phases")
            sheet = self._of(self.settings[route]["samples"])
            try:
                self._designs[route] = read_samples(
                    sheet, route == "reads", columns, phases, metadata, self.elsewhere
                )
            except InputError as error:
                self._designs[route] = error
        found = self._designs[route]
        if isinstance(found, InputError):
            raise found
        return found

    @property
    def designs(self) -> Mapping[Route, Design]:
        """What was read of the sheets of samples, by the section that names them."""
        return {route: found for route, found in self._designs.items() if isinstance(found, Design)}

    def _of(self, path: str) -> Source:
        return self._sources.setdefault(path, Source(path))

    def taxa(self, name: TaxaFile) -> Source | None:
        """A file of the taxa, where it is named and there."""
        path = self.settings["taxa"].get(name) if "taxa" in self.settings else None
        if path is None or self._may_miss(name, path):
            return None
        return self._of(path) if self._is_there(name, path) else None

    def _may_miss(self, name: TaxaFile, path: str) -> bool:
        return name != "samples" and self.elsewhere(path)

    def _is_there(self, name: TaxaFile, path: str) -> bool:
        """Whether a file is there; a table may be a folder of files, one a sample."""
        return self._of(path).is_file or (name == "table" and Path(path).is_dir())

    @cached_property
    def contrasts(self) -> tuple[Contrast, ...]:
        """The pairs of phases to compare; none where it cannot be known which were meant."""
        phases = [Contrast(**phase) for phase in self._shift.get("contrasts", [])]
        known = phases or not any(key for key in self._given_shift if key not in self._shift)
        return tuple(phases) or ((Contrast(),) if known else ())

    @property
    def _shift(self) -> MeasureSettings:
        return self.settings.get("shift", {})

    @property
    def _given_shift(self) -> Mapping[str, object]:
        given = self.config.values.get("shift", {})
        return given if isinstance(given, Mapping) else {"shift": given}

    @property
    def control(self) -> str:
        """The arm that the others are held against, if one is named."""
        return self._shift.get("control", "")

    @property
    def queries(self) -> list[Source]:
        """Files of the query, or the folder of a model: the models of some programs are folders."""
        named = self.settings["models"].get("query", []) if "models" in self.settings else []
        return [self._of(path) for path in ([named] if isinstance(named, str) else named)]

    def sheet_checks(self) -> Iterator[Check]:
        """Look into the sheets, and whether files are there."""
        for route in ROUTES:
            yield from self._sample_checks(route)
        if "taxa" in self.settings:
            yield from (partial(self._is_file, name) for name in TAXA_FILES)
        if self.reads:
            yield from self.reads.checks()
        if "models" in self.settings:
            yield self._model_sheet
            yield self._queries_are_there
        yield from (self._out_is_folder, self._study, self._chunks, self._matrix, self._paths)
        yield partial(check_parquet, self.config)

    def _paths(self) -> None:
        taxa = self.settings.get("taxa", {})
        names = [str(taxa[name]) for name in TAXA_FILES if name in taxa] + list(map(str, self.queries))
        names += self.reads.names if self.reads else []
        say_absent(self.config.path, names, self.elsewhere)
        out = self.settings.get("outdir", "")
        refuse_braces(self.config.path, [*named_paths(self.settings), *names], out)
        refuse_home(self.config.path, out, self.config.line("outdir"))

    def columns(self, route: Route) -> Mapping[str, str] | None:
        """What the sheet of a route calls its columns."""
        return self.settings[route].get("columns")

    def _study(self) -> ShiftSettings:
        section = self._shift.copy()
        section.pop("contrasts", None)
        section.pop("phases", None)
        section.pop("chunk_subjects", None)
        others: StudySettings = section
        return ShiftSettings(self.contrasts or (Contrast(),), **others)

    def _chunks(self) -> None:
        """Say where subjects cannot be counted before the work begins."""
        if "chunk_subjects" in self._shift and "samples" not in self.settings.get("taxa", {"samples": ""}):
            found, done = "shift.chunk_subjects, and no taxa.samples", "the taxa are measured in one job"
            remedy = "Give the sheet as a file of its own."
            notify(self.config.path, found, done, remedy, self.config.line("shift", "chunk_subjects"))

    def _matrix(self) -> None:
        named = "samples" in self.settings.get("taxa", {})
        check_matrix(self.config, len(self._design("taxa").libraries) if named else 0)

    def _sample_checks(self, route: Route) -> Iterator[Check]:
        """Ask for the phases of a sheet that is at fault otherwise, too."""
        from klbio.io.sheets.sheet import read_phases

        path = self.settings[route].get("samples") if route in self.settings else None
        if path is None:
            return
        sheet, contrasts = self._of(path), self.contrasts
        columns, phases = self.columns(route), self._shift.get("phases")
        metadata = self.settings["reads"].get("metadata") if route == "reads" else None
        design = partial(self._design, route)
        if contrasts:
            known = partial(read_phases, sheet, columns, phases, metadata)
            yield partial(_check_phases, str(sheet), design, known, contrasts)
            yield lambda: self._placed(lambda: design().check(contrasts, self.control))
        else:
            yield design

    def _placed(self, check: Check) -> None:
        """Say where in the config contrasts stand that are at fault."""
        try:
            check()
        except InputError as error:
            path, line = self.config.path, self.config.line("shift", "contrasts")
            raise InputError(
                replace(fault, path=path, found=f"shift.contrasts: {fault.found}", line=line)
                if fault.path == "contrasts" else fault
                for fault in error.faults
            ) from error  # fmt: skip

    def _is_file(self, name: TaxaFile) -> None:
        path = self.settings["taxa"].get(name)
        if path is not None and not self._may_miss(name, path) and not self._is_there(name, path):
            wanted = "a file, or a folder of reports or profiles" if name == "table" else "a file"
            raise self._missing(("taxa", name), repr(path), wanted)

    def _model_sheet(self) -> None:
        from klbio.io.sheets.model_sheet import read_model_sheet

        path = self.settings["models"].get("sheet")
        if path is not None and not self._of(path).is_file:
            raise self._missing(("models", "sheet"), repr(path), "a file")
        if path is not None:
            refuse_braces(path, [one.source for one in read_model_sheet(self._of(path), self.elsewhere)])

    def _queries_are_there(self) -> None:
        missing = [
            str(source)
            for source in self.queries
            if not (self.elsewhere(str(source)) or source.path.exists())
        ]
        if missing:
            found = ", ".join(map(repr, missing))
            raise self._missing(("models", "query"), found, "a file, or the folder of a model")

    def _missing(self, keys: tuple[str, ...], found: str, wanted: str) -> InputError:
        found = f"{'.'.join(keys)}: {found} is not there"
        return InputError.one(self.config.path, found, wanted, RELATIVE, self.config.line(*keys))

    def _out_is_folder(self) -> None:
        """Ask whether results can be written, and not into a file."""
        from klbio.io.writable import folder_faults

        out, line = self.settings.get("outdir", "results"), self.config.line("outdir")
        if Path(out).exists() and not Path(out).is_dir():
            found = f"outdir: {out!r} is {'a file' if Path(out).is_file() else 'a device or a pipe'}"
            raise InputError.one(self.config.path, found, "a folder", "Name another.", line)
        faults = [(f"outdir: {fault.path}: {fault.found}", fault) for fault in folder_faults(out)]
        InputError.raise_any(
            [Fault(self.config.path, found, fault.expected, fault.remedy, line) for found, fault in faults]
        )

    def content_checks(self) -> Iterator[Check]:
        """Read what is measured and compared."""
        yield from self.taxa_checks()
        if self.reads:
            yield from self.reads.content_checks()
        yield from self._model_checks()

    def taxa_checks(self, most_bytes: float = inf) -> Iterator[Check]:
        """Read everything the study of taxa reads; beside a larger table than that, all other files."""
        if "taxa" not in self.settings:
            return iter(())
        from klbio.steps.taxa_inputs import TaxaInputs

        names: tuple[TaxaFile, ...] = ("samples", *TAXA_FILES)
        files = {name: self.taxa(name) for name in names}
        return TaxaInputs(self.settings["taxa"], self._shift, self.contrasts, files).checks(most_bytes)

    def _model_checks(self) -> Iterator[Check]:
        """Read every model that can be, and the query."""
        from klbio.io import read_models
        from klbio.io.sheets.model_sheet import readable_models
        from klbio.steps.nearest import read_query

        path = self.settings["models"].get("sheet") if "models" in self.settings else None
        try:
            entries = readable_models(self._of(path)) if path is not None else []
        except InputError:  # no sheet: said where it is read
            entries = []
        yield from (partial(read_models, entry.path, entry.format) for entry in entries)
        if self.queries and all(source.path.exists() for source in self.queries):
            yield lambda: read_query(self.queries, self.settings["models"].get("genetic_code"))


def _check_phases(
    name: str, design: Check, phases: Callable[[], list[str]], contrasts: Sequence[Contrast]
) -> None:
    """Check them of a sheet that is at fault otherwise; a sound one is asked itself."""
    try:
        known = [] if _is_sound(design) else phases()
    except InputError:  # no sheet: said where all of it is read
        return
    InputError.raise_any(phase_faults(name, known, contrasts) if known else [])


def _is_sound(check: Check) -> bool:
    try:
        check()
    except InputError:  # said by the check itself
        return False
    return True
