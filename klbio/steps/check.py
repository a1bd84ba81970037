"""Every fault of a config, its sheets and its tables, found before any work is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from klbio.design import Contrast, phase_faults
from klbio.errors import Fault, Faults, InputError, KlbioError, StrPath
from klbio.io.sheets.config import Config, read_config
from klbio.io.source import Source
from klbio.shift.settings import ShiftSettings

__all__ = ["check_config", "check_inputs"]

MAX_FAST = 20_000_000  # bytes: read within a second or two
Check = Callable[[], object]


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


def check_config(config: Mapping[str, object], paths: Sequence[StrPath]) -> None:
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
    if not faults and "taxa" in config and inputs.required("taxa", "table").size <= MAX_FAST:
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
        self._sources: dict[str, Source] = {}

    def source(self, *keys: str) -> Source | None:
        """The file of a setting, if it is set."""
        path = self.config.get(*keys)
        return None if path is None else self._of(path)

    def required(self, *keys: str) -> Source:
        """The file of a setting that the schema asks for."""
        return self._of(self.config.get(*keys))

    def _of(self, path: str) -> Source:
        return self._sources.setdefault(path, Source(path))

    @property
    def contrasts(self) -> tuple[Contrast, ...]:
        """The pairs of phases to compare."""
        return tuple(Contrast(**phases) for phases in self.config.get("shift", "contrasts", default=({},)))

    @property
    def queries(self) -> list[Source]:
        """Files of the query, or the folder of a model: the models of some programs are folders."""
        named = self.config.get("models", "query", default=[])
        return [self._of(path) for path in ([named] if isinstance(named, str) else named)]

    def sheet_checks(self) -> Iterator[Check]:
        """Look into the sheets, and whether files are there."""
        for route in ("taxa", "reads"):
            if route in self.config.values:
                yield from self._sample_checks(route)
        yield from (partial(self._is_file, "taxa", name) for name in ("table", "taxonomy", "tree"))
        if "models" in self.config.values:
            from klbio.io.sheets.model_sheet import read_model_sheet

            yield lambda: read_model_sheet(self.required("models", "sheet"))
            yield self._queries_are_there
        shift = self.config.get("shift", default={})
        settings = {name: value for name, value in shift.items() if name != "contrasts"}
        yield lambda: ShiftSettings(self.contrasts, **settings)

    def _sample_checks(self, route: str) -> Iterator[Check]:
        """Ask for the phases of a sheet that is at fault otherwise, too."""
        from klbio.io.sheets.sheet import read_phases, read_samples

        sheet, contrasts = self.required(route, "samples"), self.contrasts
        yield lambda: InputError.raise_any(phase_faults(str(sheet), read_phases(sheet), contrasts))
        yield lambda: read_samples(sheet, reads=route == "reads").check(contrasts)

    def _is_file(self, *keys: str) -> None:
        source = self.source(*keys)
        if source is not None and not source.is_file:
            raise self._missing(keys, repr(str(source)), "a file")

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
        if "taxa" in self.config.values:
            yield from self.taxa_checks()
        if "models" in self.config.values:
            from klbio.io import read_models
            from klbio.io.sheets.model_sheet import read_model_sheet

            for entry in read_model_sheet(self.required("models", "sheet")):
                yield partial(read_models, entry.path, entry.format)
        if self.queries:
            from klbio.steps.nearest import read_query

            yield lambda: read_query(self.queries)

    def taxa_checks(self) -> Iterator[Check]:
        """Read everything the study of taxa reads, together."""
        from klbio.steps.shift_inputs import ShiftFiles

        files = ShiftFiles(
            table=self.required("taxa", "table"),
            samples=self.required("taxa", "samples"),
            taxonomy=self.source("taxa", "taxonomy"),
            tree=self.source("taxa", "tree"),
        )
        ranks = self.config.get("taxa", "ranks", default=ShiftSettings.ranks)
        min_depth = self.config.get("shift", "min_depth", default=ShiftSettings.min_depth)
        settings = ShiftSettings(self.contrasts, ranks=ranks, min_depth=max(min_depth, 2))  # checked already
        yield lambda: files.read(settings, Faults())
