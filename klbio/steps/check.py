"""Every fault of a config, its sheets and its tables, found before any work is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Literal

from klbio.design import Contrast, phase_faults
from klbio.errors import Fault, Faults, InputError, KlbioError, StrPath
from klbio.io.json_data import JsonObject
from klbio.io.sheets.config import Config, read_config
from klbio.io.sheets.settings import MeasureSettings, StudySettings
from klbio.io.source import Source
from klbio.shift.settings import ShiftSettings

__all__ = ["check_config", "check_inputs"]

MAX_FAST = 20_000_000  # bytes: read within a second or two
Check = Callable[[], object]
Route = Literal["taxa", "reads"]
ROUTES: tuple[Route, ...] = ("taxa", "reads")


def check_inputs(*, config: StrPath) -> None:
    """Check a config file with everything it names: sheets, tables, taxonomy, models.

    Raises
    ------
    InputError
        With all faults of all files, each with its line.
    """
    settings = read_config(config)
    faults = settings.faults()
    if not faults:
        inputs = _Inputs(settings)
        faults = [*_collect(inputs.sheet_checks()), *_collect(inputs.content_checks())]
    InputError.raise_any(list(dict.fromkeys(faults)))


def check_config(config: JsonObject, paths: Sequence[StrPath]) -> None:
    """Check what can be checked fast, when a workflow starts: the config, its sheets, tables of up to 20 MB.

    Parameters
    ----------
    config : mapping
        The settings as Snakemake merged them.
    paths : sequence of path-like
        The config files they came from, for line numbers; the last one given counts.
    """
    settings = Config.merged(config, paths)
    inputs = _Inputs(settings)
    faults = settings.faults() or list(_collect(inputs.sheet_checks()))
    if not faults and "taxa" in config and inputs.taxa("table").size <= MAX_FAST:
        faults = list(_collect(inputs.taxa_checks()))
    InputError.raise_any(list(dict.fromkeys(faults)))


def _collect(checks: Iterator[Check]) -> Iterator[Fault]:
    """Run each check and keep its faults instead of stopping at the first."""
    for check in checks:
        try:
            check()
        except InputError as error:
            yield from error.faults
        except KlbioError as error:
            yield Fault("config", str(error), "a usable setting")


class _Inputs:
    """What a config names, each file opened once however many checks look into it."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.settings = config.settings
        self._sources: dict[str, Source] = {}

    def taxa(self, name: Literal["table", "samples"]) -> Source:
        """A file that the taxa need."""
        return self._of(self.settings["taxa"][name])

    def beside_taxa(self, name: Literal["taxonomy", "tree"]) -> Source | None:
        """A file that may come with the taxa."""
        path = self.settings["taxa"].get(name)
        return None if path is None else self._of(path)

    @property
    def model_sheet(self) -> Source:
        """The sheet of the gene models."""
        return self._of(self.settings["models"]["sheet"])

    def _of(self, path: str) -> Source:
        return self._sources.setdefault(path, Source(path))

    @property
    def contrasts(self) -> tuple[Contrast, ...]:
        """The pairs of phases to compare."""
        phases = self._shift.get("contrasts", [])
        return tuple(Contrast(**phase) for phase in phases) or (Contrast(),)

    @property
    def _shift(self) -> MeasureSettings:
        return self.settings.get("shift", {})

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
            if route in self.settings:
                yield from self._sample_checks(route)
        if "taxa" in self.settings:
            yield partial(self._is_file, "table", self.taxa("table"))
            yield partial(self._is_file, "taxonomy", self.beside_taxa("taxonomy"))
            yield partial(self._is_file, "tree", self.beside_taxa("tree"))
        if "models" in self.settings:
            from klbio.io.sheets.model_sheet import read_model_sheet

            yield lambda: read_model_sheet(self.model_sheet)
            yield self._queries_are_there
        yield self._study

    def columns(self, route: Route) -> Mapping[str, str] | None:
        """What the sheet of a route calls its columns."""
        return self.settings[route].get("columns")

    def _study(self) -> ShiftSettings:
        section = self._shift.copy()
        section.pop("contrasts", None)
        section.pop("phases", None)
        others: StudySettings = section
        return ShiftSettings(self.contrasts, **others)

    def _sample_checks(self, route: Route) -> Iterator[Check]:
        """Ask for the phases of a sheet that is at fault otherwise, too."""
        from klbio.io.sheets.sheet import read_phases, read_samples

        sheet, contrasts = self._of(self.settings[route]["samples"]), self.contrasts
        columns, phases = self.columns(route), self._shift.get("phases")
        yield lambda: InputError.raise_any(
            phase_faults(str(sheet), read_phases(sheet, columns, phases), contrasts)
        )
        yield lambda: read_samples(sheet, route == "reads", columns, phases).check(contrasts, self.control)

    def _is_file(self, name: str, source: Source | None) -> None:
        if source is not None and not source.is_file:
            raise self._missing(("taxa", name), repr(str(source)), "a file")

    def _queries_are_there(self) -> None:
        missing = [str(source) for source in self.queries if not source.path.exists()]
        if missing:
            raise self._missing(
                ("models", "query"), ", ".join(map(repr, missing)), "a file, or the folder of a model"
            )

    def _missing(self, keys: tuple[str, ...], found: str, wanted: str) -> InputError:
        return InputError.one(
            self.config.path, f"{'.'.join(keys)}: {found} is not there", wanted,
            "Relative paths start where Snakemake runs (--directory).", self.config.line(*keys),
        )  # fmt: skip

    def content_checks(self) -> Iterator[Check]:
        """Read what is measured and compared."""
        if "taxa" in self.settings:
            yield from self.taxa_checks()
        if "models" in self.settings:
            from klbio.io import read_models
            from klbio.io.sheets.model_sheet import read_model_sheet

            for entry in read_model_sheet(self.model_sheet):
                yield partial(read_models, entry.path, entry.format)
        if self.queries:
            from klbio.steps.nearest import read_query

            yield lambda: read_query(self.queries)

    def taxa_checks(self) -> Iterator[Check]:
        """Read everything the study of taxa reads, together."""
        from klbio.steps.shift_inputs import ShiftFiles

        files = ShiftFiles(
            table=self.taxa("table"),
            samples=self.taxa("samples"),
            taxonomy=self.beside_taxa("taxonomy"),
            tree=self.beside_taxa("tree"),
            columns=self.columns("taxa"),
            phases=self._shift.get("phases"),
        )
        ranks = self.settings["taxa"].get("ranks", ShiftSettings.ranks)
        min_depth = self._shift.get("min_depth", ShiftSettings.min_depth)
        settings = ShiftSettings(  # checked already
            self.contrasts, ranks=ranks, min_depth=max(min_depth, 2), control=self.control
        )
        yield lambda: files.read(settings, Faults())
