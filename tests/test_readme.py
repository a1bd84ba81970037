"""The README is run: its commands give what it prints."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

README = (Path(__file__).parents[1] / "README.md").read_text()
CONSOLE = "\n".join(re.findall(r"```console\n(.*?)```", README, re.DOTALL))
PYTHON = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def transcript():
    """(command, printed lines) of every console block."""
    steps = []
    for line in CONSOLE.splitlines():
        if line.startswith("$ "):
            steps.append((line[2:], []))
        elif line:
            steps[-1][1].append(line)
    return steps


@pytest.fixture(scope="module")
def folder(root, tmp_path_factory):
    """A working copy's examples, with klbio on the path and results of its own."""
    here = tmp_path_factory.mktemp("readme")
    for name in ("examples", "config"):
        (here / name).symlink_to(root / name)
    return here


def run(command, folder):
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": path}
    shell = ["sh", "-c", command]
    done = subprocess.run(shell, cwd=folder, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def number(word):
    try:
        return float(word)
    except ValueError:
        return None


def same(printed, shown):
    """Words are equal; numbers agree within the Monte Carlo error of the floor."""
    words, others = printed.split("\t"), shown.split("\t")
    return len(words) == len(others) and all(
        word == other or (number(word) is not None and number(word) == pytest.approx(number(other), rel=0.1))
        for word, other in zip(words, others, strict=True)
    )


def test_console(folder):
    steps = [(command, shown) for command, shown in transcript() if not command.startswith("make")]
    assert len(steps) >= 4
    for command, shown in steps:
        printed = run(command, folder)
        assert len(printed) == len(shown), command
        assert all(same(a, b) for a, b in zip(printed, shown, strict=True)), command


def test_python(folder):
    (code,) = PYTHON
    printed = run(f"{sys.executable} - <<'PY'\n{code}\nPY", folder)
    assert re.fullmatch(r"\d\.\d+ bits 0\.\d+ bits", printed[0])


def test_every_link_leads_somewhere(root):
    documents = [root / "README.md", root / "CONTRIBUTING.md", *sorted((root / "docs").glob("*.md"))]
    for document in documents:
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text()):
            assert (document.parent / target).exists(), f"{document.name}: {target}"
