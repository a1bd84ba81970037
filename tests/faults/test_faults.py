"""Every fault ends in 2, in words, in bounds; nothing is left half-written, and the remedy works."""

import subprocess
import sys

import pytest

from tests.faults import (
    annotations,
    any_file,
    configs,
    containers,
    dialects,
    models,
    numbers,
    outputs,
    profiles,
    sequences,
    sheets,
    tables,
    trees,
)
from tests.faults.case import STUDY, put
from tests.faults.server import MEMORY, SECONDS, Ending, Server

ROOMS = (
    any_file, tables, dialects, containers, profiles, numbers, sheets, trees, configs, sequences, annotations, models,
    outputs,
)  # fmt: skip
CASES = [case for room in ROOMS for case in room.CASES]
MAX_WORDS = 1200  # letters of a line


# the last is one whose file is read in a process of its own
PROGRAM = (
    CASES[0],
    CASES[len(CASES) // 2],
    *(case for case in CASES if case.name == "BIOM 2.1: a shape of text"),
)


@pytest.fixture(scope="module")
def server():
    running = Server()
    yield running
    running.end()


@pytest.fixture
def folder(tmp_path):
    inside = tmp_path / "in"
    inside.mkdir()
    return inside


def test_there_are_many_and_each_has_a_name():
    assert len({case.name for case in CASES}) == len(CASES)
    assert len(CASES) >= 500
    assert (MEMORY, SECONDS) == (1024**3, 10)


def check(case, ending):
    """Exit code 2; place, what was found, what was expected; nothing else said, nothing left."""
    assert "Traceback" not in ending.said, ending.said
    assert ending.code == 2, ending
    errors = [line for line in ending.said.splitlines() if line.startswith("klbio: error: ")]
    others = [line for line in ending.said.splitlines() if not line.startswith("klbio: ")]
    assert errors, ending.said
    assert not others, others
    assert all("expected " in line for line in errors), errors
    assert max(map(len, errors)) < MAX_WORDS
    assert all(part in ending.said for part in case.says), ending.said
    assert not ending.left


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_fault_ends_in_2_and_in_words(case, folder, server):
    put(folder, case.files)
    check(case, server.run(case.line, folder))


@pytest.mark.parametrize("case", PROGRAM, ids=str)
def test_so_does_the_program_itself(case, folder):
    put(folder, case.files)
    before = set(folder.rglob("*"))
    done = subprocess.run(
        [sys.executable, "-m", "klbio", *case.line], cwd=folder, capture_output=True, text=True, check=False
    )
    left = frozenset(map(str, set(folder.rglob("*")) - before))
    check(case, Ending(done.returncode, done.stdout + done.stderr, left))


# those that come to the same files are one
MENDED = {
    str((case.line, STUDY | {**case.files, **case.mended})): case for case in CASES if case.mended is not None
}


@pytest.mark.parametrize("case", MENDED.values(), ids=str)
def test_the_remedy_works(case, folder, server):
    put(folder, {**case.files, **case.mended})
    ending = server.run(case.line, folder)
    assert ending.code == 0, ending.said
