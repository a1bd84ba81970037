"""Tests of mutants, each in a fork of one process that has numpy, scipy and pandas loaded already.

`covered` runs the tests of a room once as they are and keeps, for each test, its time and the functions it ran;
`Run` imports the package anew with one module changed and runs the tests that come by the change, the quickest
first, until one fails.  Compiled functions in which the change stands are compiled anew.
"""

from __future__ import annotations

import functools
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

import coverage
import pytest

from benchmarks.compiled_calls import callers_in_tests, python_callers, stale
from benchmarks.forks import Fork
from benchmarks.mutants import Mutant

__all__ = ["Covered", "Run", "covered", "outcome"]

OPTIONS = [
    "-x",
    "-q",
    "--assert=plain",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:xdist",
    "--no-header",
    "--tb=no",
    "-W",
    "ignore",
]
NOT_RUN = (pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.NO_TESTS_COLLECTED)
MEASURING = 3600.0  # seconds for all tests of a room as they are


@dataclass(frozen=True)
class Covered:
    """One test: its file, its time, and the lines of the room that it ran, by module."""

    test: str
    seconds: float
    lines: dict[str, list[int]]

    @property
    def file(self) -> str:
        """What pytest collects it from."""
        return self.test.partition("::")[0]

    def reaches(self, path: str, within: tuple[int, int]) -> bool:
        """Whether it ran a function, told by its lines; from line 1 on, anything of the module."""
        lines = self.lines.get(path, [])
        first, last = within
        return bool(lines) if first == 1 else any(first < line <= last for line in lines)


# --- the tests as they are


def covered(tests: Sequence[str], modules: Sequence[str], kept: Path) -> list[Covered]:
    """Run the tests once, under coverage, in a fork; read what an earlier run kept."""
    if not kept.exists():
        report = Fork.of(lambda: _measure(tests, modules, kept), MEASURING).wait().report()
        if not kept.exists():
            raise RuntimeError(f"{kept}: the tests as they are, unchanged, wrote nothing: {report}")
        print(report)
    return [Covered(*row) for row in json.loads(kept.read_text())]


def _measure(tests: Sequence[str], modules: Sequence[str], kept: Path) -> int:
    tracer = coverage.Coverage(include=list(modules), data_file=None)
    recorder = _Recorder(tracer)
    tracer.start()
    code = pytest.main([*OPTIONS[1:], "-rfEs", *tests], plugins=[recorder])
    tracer.stop()
    kept.write_text(json.dumps([row for row in recorder.rows if row[0] not in recorder.failed]))
    return int(code)


class _Recorder:
    """Coverage of each test by itself."""

    def __init__(self, tracer: coverage.Coverage) -> None:
        self.tracer = tracer
        self.rows: list[tuple[str, float, dict[str, list[int]]]] = []
        self.failed: set[str] = set()  # or skipped: they tell nothing of a mutant

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if not report.passed:
            self.failed.add(report.nodeid)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        _forget()
        self.tracer.get_data().erase()
        start = time.process_time()  # of the processor: others may keep it busy
        result = yield
        seconds, data = time.process_time() - start, self.tracer.get_data()
        files = {os.path.relpath(path): sorted(data.lines(path) or []) for path in data.measured_files()}
        self.rows.append((item.nodeid, seconds, {path: lines for path, lines in files.items() if lines}))
        return result


def _forget() -> None:
    """Empty the package's caches: a test that finds its answer there would not be seen to need it."""
    for name in [name for name in sys.modules if name.startswith("klbio")]:
        for value in vars(sys.modules[name]).values():
            if isinstance(value, functools._lru_cache_wrapper):
                value.cache_clear()


# --- one mutant


@dataclass(frozen=True)
class Run:
    """A mutant and the tests that come by it.

    Attributes
    ----------
    mutant : Mutant
    tests : sequence of Covered
        Of the room.
    budget : float
        Seconds of tests at most, by their time without the change, the quickest first.
    """

    mutant: Mutant
    tests: Sequence[Covered]
    budget: float

    @functools.cached_property
    def chosen(self) -> list[Covered]:
        """Tests that run."""
        chosen, spent = [], 0.0
        for test in sorted(filter(self._reached, self.tests), key=lambda t: t.seconds):
            spent += test.seconds
            if chosen and spent > self.budget:
                break
            chosen.append(test)
        return chosen

    def _reached(self, test: Covered) -> bool:
        return test.file in self._callers or any(test.reaches(*place) for place in self._places)

    @functools.cached_property
    def _callers(self) -> set[str]:
        return {file for name in self.mutant.names for file in callers_in_tests(name)}

    @functools.cached_property
    def _places(self) -> list[tuple[str, tuple[int, int]]]:
        """Lines of the change, and where Python comes by it in machine code, which no tracer sees."""
        own = (self.mutant.path, self.mutant.lines)
        return [own, *(place for name in self.mutant.names for place in python_callers(name))]

    @functools.cached_property
    def stale(self) -> set[str]:
        """Names of modules to compile anew: what numba keeps of a function knows of no changed number."""
        return {_module(path) for name in self.mutant.names for path in stale(name)}

    def start(self, timeout: float) -> Fork:
        """Run the tests in a fork, or for longer where it must compile first."""
        return Fork.of(self._tests, timeout * (3 if self.stale else 1))

    def _tests(self) -> int:
        sys.meta_path.insert(0, _Finder(self.mutant))
        _compile_anew(self.stale)
        # before pytest, which would read a doctest's module from its file
        importlib.import_module(_module(self.mutant.path))
        files = list(dict.fromkeys(test.file for test in self.chosen))
        return int(pytest.main([*OPTIONS, *files], plugins=[_Chosen(self.chosen)]))


def outcome(ended: Fork) -> str:
    """``killed``, ``timeout`` or ``survived``.

    Raises
    ------
    RuntimeError
        Where pytest found none of the tests: that tells nothing of the change.
    """
    report = ended.report()
    if ended.code in NOT_RUN:
        raise RuntimeError(
            f"pytest did not find the tests that were measured; remove the work folder: {report}"
        )
    return {None: "timeout", 0: "survived"}.get(ended.code, "killed")


def _compile_anew(modules: set[str]) -> None:
    import numba

    import klbio.compiled

    kept = klbio.compiled.compiled

    def compiled(function: Callable[..., object]) -> Callable[..., object]:
        if function.__module__ in modules:
            return numba.njit(nogil=True, error_model="numpy")(function)  # type: ignore[no-any-return]
        return kept(function)

    klbio.compiled.compiled = compiled  # type: ignore[assignment]


def _module(path: str) -> str:
    return path.removesuffix(".py").replace("/", ".")


class _Chosen:
    """Only these tests, the quickest first."""

    def __init__(self, chosen: Sequence[Covered]) -> None:
        self.order = {test.test: i for i, test in enumerate(chosen)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted(
            (i for i in items if i.nodeid in self.order), key=lambda item: self.order[item.nodeid]
        )


class _Finder(importlib.abc.MetaPathFinder):
    """Finds the changed module before the one on disk."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant
        self.name = _module(mutant.path)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self.name:
            return None
        file = str(Path(self.mutant.path).resolve())
        return importlib.util.spec_from_file_location(
            fullname, file, loader=_Loader(self.mutant, fullname, file)
        )


class _Loader(importlib.machinery.SourceFileLoader):
    def __init__(self, mutant: Mutant, fullname: str, path: str) -> None:
        super().__init__(fullname, path)
        self.code = compile(mutant.source, path, "exec", dont_inherit=True)

    def get_code(self, fullname: str) -> object:
        return self.code
