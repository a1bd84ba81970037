"""Every fault of a config, its sheets and its tables, found before any work is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from klbio.design import Contrast, phase_faults
from klbio.errors import Fault, Faults, InputError, KlbioError, StrPath
from klbio.io.sheets.config import Config, config_faults, read_config
from klbio.shift.settings import ShiftSettings
from klbio.taxonomy import FEATURE

__all__ = ["check_config", "check_inputs"]


def check_inputs(*, config: StrPath) -> None:
    """Check a config file with everything it names: sheets, tables, taxonomy, models.

    Raises
    ------
    InputError
        With all faults of all files, each with its line.
    """
    settings = read_config(config)
    faults = config_faults(settings)
    if not faults:
        faults = [*_collect(_sheet_checks(settings)), *_collect(_content_checks(settings))]
    InputError.raise_any(list(dict.fromkeys(faults)))


def check_config(config: Mapping[str, Any], paths: Sequence[StrPath]) -> None:
    """Check what can be checked fast, when a workflow starts: the config, its sheets, tables of up to 20 MB.

    Parameters
    ----------
    config : mapping
        The settings as Snakemake merged them.
    paths : sequence of path-like
        The config files they came from, for line numbers; the last one given counts.
    """
    settings = Config.merged(config, paths)
    faults = config_faults(settings) or list(_collect(_sheet_checks(settings)))
    if not faults and "taxa" in config and Path(config["taxa"]["table"]).stat().st_size <= SMALL:
        faults = list(_collect(_taxa_checks(settings)))
    InputError.raise_any(list(dict.fromkeys(faults)))


DEFAULT = ({"before": "before", "after": "after"},)
SMALL = 20_000_000  # bytes: read within a second or two
Check = Callable[[], object]


def _collect(checks: Iterator[Check]) -> Iterator[Fault]:
    """Run each check and keep its faults instead of stopping at the first."""
    for check in checks:
        try:
            check()
        except InputError as error:
            yield from error.faults
        except KlbioError as error:
            yield Fault("config", str(error), "a usable setting")


def _sheet_checks(config: Config) -> Iterator[Check]:
    from klbio.io.sheets.sheet import read_samples

    contrasts = _contrasts(config)
    shift = {name: value for name, value in config.get("shift", default={}).items() if name != "contrasts"}
    for route in ("taxa", "reads"):
        if route in config.values:
            yield partial(_phases_are_there, config.get(route, "samples"), contrasts)
    if "taxa" in config.values:
        yield lambda: read_samples(config.get("taxa", "samples")).check(contrasts)
        yield lambda: _is_file(config, "taxa", "table")
        yield lambda: _is_file(config, "taxa", "taxonomy")
        yield lambda: _is_file(config, "taxa", "tree")
    if "reads" in config.values:
        yield lambda: read_samples(config.get("reads", "samples"), reads=True).check(contrasts)
    if "models" in config.values:
        from klbio.io.sheets.model_sheet import read_model_sheet

        yield lambda: read_model_sheet(config.get("models", "sheet"))
        yield lambda: _queries(config)
    yield lambda: ShiftSettings(contrasts, **shift)


def _phases_are_there(samples: str, contrasts: Sequence[Contrast]) -> None:
    """Ask also a sheet that is at fault otherwise."""
    from klbio.io.sheets.sheet import read_phases

    InputError.raise_any(phase_faults(samples, read_phases(samples), contrasts))


def _contrasts(config: Config) -> tuple[Contrast, ...]:
    phases = config.get("shift", "contrasts", default=DEFAULT)
    return tuple(Contrast(item["before"], item["after"]) for item in phases)


def _is_file(config: Config, *keys: str) -> None:
    path = config.get(*keys)
    if path is not None and not Path(path).is_file():
        raise _missing(config, keys, repr(path), "a file")


def _queries(config: Config) -> list[Path]:
    """Look for the files of the query, or the folder of a model: the models of some programs are folders."""
    named = config.get("models", "query", default=[])
    paths = [Path(named)] if isinstance(named, str) else list(map(Path, named))
    lost = [str(path) for path in paths if not path.exists()]
    if lost:
        raise _missing(
            config, ("models", "query"), ", ".join(map(repr, lost)), "a file, or the folder of a model"
        )
    return paths


def _missing(config: Config, keys: tuple[str, ...], found: str, wanted: str) -> InputError:
    return InputError.one(
        config.path, f"{'.'.join(keys)}: {found} is not there", wanted,
        "Relative paths start where Snakemake runs (--directory).", config.line(*keys),
    )  # fmt: skip


def _content_checks(config: Config) -> Iterator[Check]:
    if "taxa" in config.values:
        yield from _taxa_checks(config)
    if "models" in config.values:
        from klbio.io import read_models
        from klbio.io.sheets.model_sheet import read_model_sheet

        for entry in read_model_sheet(config.get("models", "sheet")):
            yield lambda entry=entry: read_models(entry.path, entry.format)  # type: ignore[misc]
        if "query" in config.values["models"]:
            from klbio.steps.nearest import read_query

            yield lambda: read_query(_queries(config), [])


def _taxa_checks(config: Config) -> Iterator[Check]:
    """Read everything the study of taxa reads, together."""
    from klbio.steps.shift_inputs import ShiftFiles, read_shift_inputs

    files = ShiftFiles(
        config.get("taxa", "table"),
        config.get("taxa", "samples"),
        taxonomy=config.get("taxa", "taxonomy"),
        tree=config.get("taxa", "tree"),
    )
    ranks = config.get("taxa", "ranks", default=[FEATURE])
    min_depth = config.get("shift", "min_depth", default=ShiftSettings.min_depth)
    yield lambda: read_shift_inputs(files, ranks, _contrasts(config), min_depth, Faults())
