"""Every fault ends in 2, in words, in bounds; nothing is left half-written, and the remedy works."""

from contextlib import chdir

import pytest

from klbio.cli import main
from tests.faults import any_file, configs, models, numbers, outputs, sequences, sheets, tables, trees
from tests.faults.case import MEMORY, SECONDS, SHIFT, put, run

ROOMS = (any_file, tables, numbers, sheets, trees, configs, sequences, models, outputs)
CASES = [case for room in ROOMS for case in room.CASES]
MAX_WORDS = 1200  # letters of a line


@pytest.fixture(scope="module", autouse=True)
def loaded(tmp_path_factory):
    """Load here what every command would load in its own process."""
    import biom  # noqa: F401
    import h5py  # noqa: F401
    import skbio  # noqa: F401

    import klbio.models.comparison  # noqa: F401

    folder = tmp_path_factory.mktemp("sound")
    put(folder, {})
    with chdir(folder):
        main(list(SHIFT))  # compiles, if nobody has yet


def test_there_are_many_and_each_has_a_name():
    assert len({case.name for case in CASES}) == len(CASES)
    assert len(CASES) >= 250
    assert (MEMORY, SECONDS) == (1024**3, 10)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_fault_ends_in_2_and_in_words(case, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    put(folder, case.files)
    ending = run(case.line, folder)
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


MENDED = {str((case.line, case.mended)): case for case in CASES if case.mended is not None}


@pytest.mark.parametrize("case", MENDED.values(), ids=str)
def test_the_remedy_works(case, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    put(folder, {**case.files, **case.mended})
    ending = run(case.line, folder)
    assert ending.code == 0, ending.said
