"""README, tutorials and how-to pages are run: their commands and their Python give what they print."""

import doctest
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from shutil import which
from subprocess import PIPE, STDOUT

import pytest

from klbio.errors import listed

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted(ROOT.glob("docs/start/*.md")), *sorted(ROOT.glob("docs/how-to/*.md"))]
BLOCK = re.compile(r"^```(console|python|yaml|text)\n(.*?)^```", re.DOTALL | re.MULTILINE)
# The environment, the whole workflow and the report have tests of their own.
ACTIVATE = ". .venv/bin/activate"  # where `make demo` puts klbio
NEEDS = {"klbio amplicons": "vsearch"}  # programs of commands
NOT_RUN = ("make", "git", "snakemake", "klbio report")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A working copy's examples, and results of its own."""
    here = tmp_path_factory.mktemp("pages")
    for name in ("examples", "config"):
        (here / name).symlink_to(ROOT / name)
    (here / ".venv").symlink_to(sys.prefix)
    return here


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page(page, folder, monkeypatch):
    missing = [
        name for command, name in NEEDS.items() if f"$ {command}" in page.read_text() and not which(name)
    ]
    if missing:
        pytest.skip(f"needs {listed(missing)}")
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
            run(f"python - <<'PY'\n{block}\nPY", folder)


def run_console(block, folder):
    """Run what is printed and nothing else, in a bare shell; what was activated before stays so."""
    for step in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, shown = re.sub(r"\\\n +", "", step).partition("\n")
        if command.startswith(". "):
            assert command == ACTIVATE
        elif not command.startswith(NOT_RUN):
            printed = run(command, folder)
            assert alike(printed, shown.splitlines()), f"{command}\n{printed}"


@cache
def run(command, folder):
    """What a command prints; the same command of another page is not run again."""
    shell = ["env", "-i", "PATH=/usr/local/bin:/usr/bin:/bin", "bash", "-c", f"{ACTIVATE}\n{command}"]
    done = subprocess.run(shell, cwd=folder, stdout=PIPE, stderr=STDOUT, text=True)
    assert done.returncode == 0 or "klbio: error: " in done.stdout, done.stdout
    return done.stdout


def alike(printed, shown):
    """Words are equal, and numbers to nine digits of the twelve, seeded ones too: processors round the last apart."""
    lines = [line.split("\t") for line in printed.splitlines()]
    others = [line.split("\t") for line in shown]
    return [len(line) for line in lines] == [len(line) for line in others] and all(
        same(word, other)
        for line, shown_line in zip(lines, others, strict=True)
        for word, other in zip(line, shown_line, strict=True)
    )


def same(word, other):
    try:
        return float(word) == pytest.approx(float(other), rel=1e-9)
    except ValueError:
        return word == other


def test_readme_activates_before_its_first_command():
    printed = re.findall(r"^\$ (\S.*)$", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert printed[:2] == ["make demo", ACTIVATE]
    assert ACTIVATE.replace(".venv/bin", "$(BIN)") in (ROOT / "Makefile").read_text()


def run_doctest(block, names, page):
    """Run the examples of a block with the names of the blocks before it."""
    test = doctest.DocTestParser().get_doctest(block, names, page.name, str(page), 0)
    told = []
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    runner.run(test, out=told.append, clear_globs=False)
    assert not runner.failures, "".join(told)
    return test.globs
