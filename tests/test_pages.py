"""README, tutorials and how-to pages are run: their commands and their Python give what they print."""

import doctest
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from subprocess import PIPE, STDOUT

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted(ROOT.glob("docs/start/*.md")), *sorted(ROOT.glob("docs/how-to/*.md"))]
BLOCK = re.compile(r"^```(console|python|yaml|text)\n(.*?)^```", re.DOTALL | re.MULTILINE)
# The environment, the whole workflow and the report have tests of their own.
NOT_RUN = ("make", "git", "snakemake", "klbio report")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A working copy's examples, and results of its own."""
    here = tmp_path_factory.mktemp("pages")
    for name in ("examples", "config"):
        (here / name).symlink_to(ROOT / name)
    return here


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page(page, folder, monkeypatch):
    monkeypatch.chdir(folder)
    names = {}
    for language, block in BLOCK.findall(page.read_text()):
        if language in ("yaml", "text"):  # a file, named in its first line
            (folder / block.split()[1]).write_text(block)
            run.cache_clear()
        elif language == "console":
            run_console(block, folder)
        elif ">>> " in block:
            names = run_doctest(block, names, page)
        else:
            run(f"{sys.executable} - <<'PY'\n{block}\nPY", folder)


def run_console(block, folder):
    for step in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, shown = re.sub(r"\\\n +", "", step).partition("\n")
        if not command.startswith(NOT_RUN):
            printed = run(command, folder)
            assert alike(printed, shown.splitlines()), f"{command}\n{printed}"


@cache
def run(command, folder):
    """What a command prints; the same command of another page is not run again."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    shell = ["sh", "-c", command]
    env = os.environ | {"PATH": path}
    done = subprocess.run(shell, cwd=folder, stdout=PIPE, stderr=STDOUT, text=True, env=env)
    assert done.returncode == 0 or "klbio: error: " in done.stdout, done.stdout
    return done.stdout


def alike(printed, shown):
    """Words are equal, numbers to nine digits; columns of the floor within its Monte Carlo error."""
    lines = [line.split("\t") for line in printed.splitlines()]
    others = [line.split("\t") for line in shown]
    header = lines[0] if lines else []
    return [len(line) for line in lines] == [len(line) for line in others] and all(
        same(word, other, 0.1 if "floor" in column else 1e-9)
        for line, shown_line in zip(lines, others, strict=True)
        for column, word, other in zip(header, line, shown_line, strict=False)
    )


def same(word, other, error):
    try:
        return float(word) == pytest.approx(float(other), rel=error)
    except ValueError:
        return word == other


def run_doctest(block, names, page):
    """Run the examples of a block with the names of the blocks before it."""
    test = doctest.DocTestParser().get_doctest(block, names, page.name, str(page), 0)
    told = []
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    runner.run(test, out=told.append, clear_globs=False)
    assert not runner.failures, "".join(told)
    return test.globs
