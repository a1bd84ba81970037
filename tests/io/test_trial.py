"""The process in which a file is read for the first time."""

import resource

import pytest

from klbio.errors import InputError
from klbio.io import trial
from klbio.io.source import Source
from klbio.io.trial import try_reading

ABORTS_AT_ITS_END = """
import atexit, os

def trial(path):
    atexit.register(os.abort)
"""


def test_a_library_that_aborts_as_python_ends_refuses_no_file(tmp_path, monkeypatch):
    """The threads of Arrow did so for one sound file in twenty."""
    (tmp_path / "reader_of_threads.py").write_text(ABORTS_AT_ITS_END)
    (tmp_path / "t").write_text("sound")
    monkeypatch.syspath_prepend(tmp_path)
    try_reading(Source.of(tmp_path / "t"), "reader_of_threads")


def test_where_no_other_process_begins_the_file_is_not_blamed(tmp_path):
    (tmp_path / "t").write_text("sound")
    with pytest.raises(InputError, match=r"no process began .*no_such_reader.*The file may be sound"):
        try_reading(Source.of(tmp_path / "t"), "no_such_reader")


def test_the_work_of_imports_counts_for_nothing_and_a_slow_machine_has_longer(tmp_path, monkeypatch):
    limits = {}
    monkeypatch.setattr(resource, "setrlimit", lambda kind, most: limits.update({kind: most[0]}))
    for used, most in ((0.4, 7), (5.0, 55)):
        monkeypatch.setattr(trial.time, "process_time", lambda used=used: used)
        trial._bound(trial.Bounds(6, 100))
        assert limits[resource.RLIMIT_CPU] == most
    assert limits[resource.RLIMIT_AS] >= trial.held() // 2 + 100  # beyond what is held
