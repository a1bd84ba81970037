"""Every fault of a config, its sheets and its tables, found before any work is done."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from os import fspath

from klbio.design import Design
from klbio.errors import Fault, InputError, InputNote, InputWarning, KlbioError, StrPath
from klbio.io.elsewhere import anywhere, is_address
from klbio.io.json_data import JsonObject
from klbio.io.sheets.config import Config, read_config
from klbio.phrases.numbers import agreed, count
from klbio.progress import over
from klbio.steps.config_inputs import Check, ConfigInputs, Route
from klbio.strictness import as_fault

__all__ = ["Verdict", "check_config", "check_inputs", "examine"]

MAX_FAST = 5_000_000  # bytes of a file of taxa: read in less than a second


@dataclass(frozen=True)
class Verdict:
    """What was found in a config and all it names.

    Parameters
    ----------
    faults : tuple of Fault
        What stops the work.
    warnings : tuple of InputWarning
        What stops nothing and should be known.

    Examples
    --------
    >>> verdict = Verdict((), (InputWarning("gut.tsv", "23 rows that are sums", "left out"),))
    >>> verdict.strict().faults
    (Fault(path='gut.tsv', found='23 rows that are sums, left out', expected='nothing that may be a mistake, ...
    """

    faults: tuple[Fault, ...]
    warnings: tuple[InputWarning, ...] = ()

    def strict(self) -> Verdict:
        """Take warnings for faults; notes stay."""
        notes = tuple(warning for warning in self.warnings if isinstance(warning, InputNote))
        doubts = (as_fault(warning) for warning in self.warnings if warning not in notes)
        return Verdict((*self.faults, *doubts), notes)

    @property
    def counted(self) -> str:
        """How many faults."""
        return count(len(self.faults), "fault")

    def warning_lines(self) -> list[str]:
        """Say the notes, and the warnings under a heading of their own."""
        notes = [f"note: {warning}" for warning in self.warnings if isinstance(warning, InputNote)]
        doubts = [f"warning: {warning}" for warning in self.warnings if not isinstance(warning, InputNote)]
        n = len(doubts)
        heading = (
            f"warning: {count(n, 'warning')} that {agreed(n, 'stops', 'stop')} nothing, but with --strict"
        )
        return [*notes, *([heading, *doubts] if n else [])]

    def as_json(self) -> JsonObject:
        """Give it as JSON can hold it; docs/formats.md explains every key."""
        return {
            "ok": not self.faults,
            "faults": [_as_json(fault, "fault") for fault in self.faults],
            "warnings": [_as_json(warning.fault, _kind(warning)) for warning in self.warnings],
        }


def _kind(warning: InputWarning) -> str:
    return "note" if isinstance(warning, InputNote) else "warning"


def _as_json(fault: Fault, kind: str) -> Mapping[str, str | int | None]:
    return {
        "path": fspath(fault.path), "line": fault.line, "kind": kind, "found": fault.found,
        "expected": fault.expected, "remedy": fault.remedy,
    }  # fmt: skip


def examine(config: StrPath) -> Verdict:
    """Look at a config and at everything it names, as far as that can be done, and say what was found.

    Parameters
    ----------
    config : path-like
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", InputWarning)
        faults = tuple(dict.fromkeys(_faults(config)))
    noted = [warning.message for warning in caught if isinstance(warning.message, InputWarning)]
    return Verdict(faults, tuple({str(warning): warning for warning in noted}.values()))


def check_inputs(*, config: StrPath) -> None:
    """Check a config file with everything it names: sheets, tables, taxonomy, reads, models.

    Warns
    -----
    InputWarning
        For what stops nothing.

    Raises
    ------
    InputError
        With all faults of all files, each with its line.
    """
    InputError.raise_any(list(dict.fromkeys(_faults(config))))


def _faults(config: StrPath) -> Iterator[Fault]:
    try:
        settings = read_config(config)
    except InputError as error:
        yield from error.faults
        return
    yield from settings.faults()
    inputs = ConfigInputs(settings)
    yield from _collect(inputs.sheet_checks())
    yield from _collect(over(inputs.content_checks(), None, "file", "check"))


def check_config(
    config: JsonObject, paths: Sequence[StrPath], by_conda: bool = False, in_storage: bool = False
) -> Mapping[Route, Design]:
    """Check what can be checked fast, when a workflow starts: the config, its sheets, files of taxa of up to 5 MB.

    What is larger its job looks at; `check_inputs` looks at everything.

    Parameters
    ----------
    config : mapping
        The settings as Snakemake merged them.
    paths : sequence of path-like
        The config files they came from, for line numbers; the last one given counts.
    by_conda : bool
        Whether rules bring the programs of their environments, so that none is missed here.
    in_storage : bool
        Whether all inputs but sheets lie in a storage, so that none of them is looked for here.

    Returns
    -------
    mapping of str to Design
        The sheets of samples that were read, by section; their phases as the config calls them.
    """
    settings = Config.merged(config, paths)
    inputs = ConfigInputs(settings, by_conda, anywhere if in_storage else is_address)
    faults = [*settings.faults(), *_collect(inputs.sheet_checks())]
    if not faults:
        faults = list(_collect(inputs.taxa_checks(MAX_FAST)))
    InputError.raise_any(list(dict.fromkeys(faults)))
    return inputs.designs


def _collect(checks: Iterable[Check]) -> Iterator[Fault]:
    """Run each check and keep its faults instead of stopping at the first."""
    for check in checks:
        try:
            check()
        except InputError as error:
            yield from error.faults
        except KlbioError as error:
            yield Fault("config", str(error), "a usable setting")
