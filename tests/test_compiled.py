"""Compiled functions, and the machine code that an earlier version left."""

import os
import subprocess
import sys

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
