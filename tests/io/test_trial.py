"""The process in which a file is read for the first time."""

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
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    try_reading(Source.of(tmp_path / "t"), "reader_of_threads")
