"""Compiled functions, and the machine code that an earlier version left."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from numba.core.event import Event, EventStatus

from klbio import compiled
from klbio.estimates import rarest_taxa, share_points

SOURCE = """
from typing import NamedTuple
from klbio.compiled import compiled
class {name}(NamedTuple):
    x: float
@compiled
def f(a):
    return a.x + 1.0
print(f({name}(1.0)))
"""


def test_code_kept_for_a_class_that_is_gone_is_dropped(tmp_path):
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path / "cache")}
    for name in ("Earlier", "Later", "Later"):
        (tmp_path / "module.py").write_text(SOURCE.format(name=name))
        code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import module"
        run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
        assert (run.stdout, run.stderr) == ("2.0\n", "")
    assert list((tmp_path / "cache").rglob("*.nbi"))


def test_kept_code_is_as_old_as_the_newest_file_of_what_is_compiled_into_it():
    files = set()
    compiled._gather_files(vars(share_points), files)
    assert {"share_points.py", "rarest_taxa.py"} <= {Path(path).name for path in files}
    cache = SimpleNamespace(_source_stamp=(1.0, 2))
    compiled._date_by_what_it_calls(
        SimpleNamespace(_cache=SimpleNamespace(_cache_file=cache)), vars(share_points)
    )
    own, *others = cache._source_stamp
    assert own == (1.0, 2)
    assert Path(rarest_taxa.__file__).stat().st_mtime_ns in {time for time, _ in others}


def test_a_terminal_is_told_once_what_the_first_run_waits_for(monkeypatch, capsys):
    monkeypatch.setattr(compiled, "shown", lambda: True)
    listener = compiled._Told()
    for name in ("fill", "term"):
        listener.on_start(Event("numba:compile", EventStatus.START, {"dispatcher": name}))
    assert capsys.readouterr().err.count("once after an install") == 1


def test_little_memory_is_said_before_llvm_ends_the_process(monkeypatch):
    @compiled.compiled_sums
    def twice(x):
        return 2 * x

    def none(*_):
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setattr(compiled, "mmap", none)
    with pytest.raises(MemoryError, match="16 MB for compiled loops"):
        twice(1.0)
    monkeypatch.undo()
    assert twice(1.0) == 2.0


def test_a_process_ends_without_a_last_search_for_garbage():
    """What is registered first is called last."""
    code = (
        "import atexit, gc; atexit.register(lambda: print(gc.get_freeze_count() > 0)); import klbio.compiled"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "True\n"
