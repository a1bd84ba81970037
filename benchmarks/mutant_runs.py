"""Tests of mutants, each in a fork of one process that has numpy, scipy and pandas loaded already.

`covered` runs the tests of a room once as they are and keeps, for each test, its time and the functions it ran;
`run` imports the package anew with one module changed and runs the tests that come by the change, the quickest
first, until one fails.  Compiled functions that are changed are compiled anew.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

import coverage
import pytest

from benchmarks.mutants import Mutant

__all__ = ["Covered", "covered", "outcome"]

COMPILED = {"klbio/estimates/alias_tables.py", "klbio/estimates/read_reallocation.py"}
OF_COMPILED = {"tests/estimates/test_read_reallocation.py", "klbio/estimates/read_reallocation.py"}
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
MEMORY = 12 << 30  # of addresses, most of which libraries never touch


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

    def reaches(self, mutant: Mutant) -> bool:
        """Whether it ran the changed function; of a line outside of functions, anything of the module.

        What is compiled is not seen to run: all of its tests come by.
        """
        if mutant.path in COMPILED:
            return self.file in OF_COMPILED
        lines = self.lines.get(mutant.path, [])
        if mutant.lines[0] == 1:
            return bool(lines)
        first, last = mutant.lines
        return any(first < line <= last for line in lines)


# --- the tests as they are


def covered(tests: Sequence[str], modules: Sequence[str], kept: Path) -> list[Covered]:
    """Run the tests once, under coverage, in a fork; read what an earlier run kept."""
    if not kept.exists():
        _forked(lambda: _measure(tests, modules, kept), 3600)
    return [Covered(*row) for row in json.loads(kept.read_text())]


def _measure(tests: Sequence[str], modules: Sequence[str], kept: Path) -> int:
    tracer = coverage.Coverage(include=list(modules), data_file=None)
    recorder = _Recorder(tracer)
    tracer.start()
    pytest.main([*OPTIONS[1:], *tests], plugins=[recorder])
    tracer.stop()
    kept.write_text(json.dumps([row for row in recorder.rows if row[0] not in recorder.failed]))
    return 0


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
        start = time.perf_counter()
        result = yield
        seconds, data = time.perf_counter() - start, self.tracer.get_data()
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


def outcome(mutant: Mutant, tests: Sequence[Covered], budget: float, timeout: float) -> str:
    """``killed``, ``timeout``, ``survived``, or ``untested`` where no test comes by.

    Parameters
    ----------
    mutant : Mutant
    tests : sequence of Covered
        Of the room.
    budget : float
        Seconds of tests at most, by their time without the change, the quickest first.
    timeout : float
        Seconds after which a run is broken off: the change made it longer, which is noticed.
    """
    chosen, spent = [], 0.0
    for test in sorted((t for t in tests if t.reaches(mutant)), key=lambda t: t.seconds):
        spent += test.seconds
        if chosen and spent > budget:
            break
        chosen.append(test)
    if not chosen:
        return "untested"
    code = _forked(lambda: _run(mutant, chosen), timeout * (3 if mutant.path in COMPILED else 1))
    return {None: "timeout", 0: "survived"}.get(code, "killed")


def _run(mutant: Mutant, chosen: Sequence[Covered]) -> int:
    finder = _Finder(mutant)
    sys.meta_path.insert(0, finder)
    files = list(dict.fromkeys(test.file for test in chosen))
    with _imported(finder.name, mutant.path in COMPILED):
        return int(pytest.main([*OPTIONS, *files], plugins=[_Chosen(chosen)]))


@contextlib.contextmanager
def _imported(name: str, compiled: bool) -> Iterator[None]:
    """Import the changed module before pytest, which would read a doctest's from its file.

    What numba keeps of a function knows of no changed constant: compiled modules are compiled anew.
    """
    if not compiled:
        importlib.import_module(name)
        yield
        return
    import numba

    with tempfile.TemporaryDirectory() as folder:
        numba.config.CACHE_DIR = folder
        for path in sorted(COMPILED):
            importlib.import_module(_module(path))
        numba.config.CACHE_DIR = ""
        yield


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


# --- forks


def _forked(work: Callable[[], int], timeout: float) -> int | None:
    """Exit code of work done in a fork; None when it took too long and was ended."""
    child = os.fork()
    if child == 0:
        _alone(work)
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.05)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def _alone(work: Callable[[], int]) -> None:
    """In the fork: its own group, silent, bounded in memory, and never back to the caller."""
    code = 70
    try:
        os.setpgid(0, 0)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        silent = os.open(os.environ.get("MUTATION_LOG", os.devnull), os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.dup2(silent, 1)
        os.dup2(silent, 2)
        code = work()
    finally:
        os._exit(code)
