"""Odd names and odd homes: whatever a path, a name or the environment holds, a command does what it does elsewhere."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks.faults.ending import forked, program
from benchmarks.faults.studies import QUICK, ROOT, STUDIES, Study, files_of, put, results
from benchmarks.faults.table import Try
from benchmarks.faults.workflow import Workflow

__all__ = ["environments", "names"]

PATHS = (
    "a b", " a", "a'b", 'a"b', "a{b}c", "{a}", "a\nb", "a\tb", "a;b&c|d", "$(touch x)", "`x`", "a%sb", "*?[a]", "-a",
    "~a", "a#b", "a=b:c,d", "ä é 菌 🦠", "a\\b", "N" * 250,
)  # fmt: skip
PLAINER = tuple(name for name in PATHS if not set(name) & set('\t\n"'))  # that stand in a cell as they are
NAMES = (*PLAINER, "1e3", "007", "NA", "nan", "a; b", "k__", "_")
NOWHERE = "/proc/nowhere"
PLAIN = {"PATH": os.defpath}
ENVIRONMENTS: Mapping[str, Mapping[str, str]] = {
    "an empty environment": PLAIN,
    "the locale C": PLAIN | {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "no home and nowhere for temporary files": PLAIN
    | {"HOME": NOWHERE, "TMPDIR": NOWHERE, "XDG_CACHE_HOME": NOWHERE},
}
# refuses to open, make or rename anything below the folders that it is given, as a disk that may only be read
READ_ONLY = """
import errno, os, sys
n = int(sys.argv[1]); closed = tuple(sys.argv[2:2 + n]); line = sys.argv[2 + n:]
writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT
def hear(event, arguments):
    if event == "open" and isinstance(arguments[2], int) and not arguments[2] & writing: return
    changing = event in ("open", "os.mkdir", "os.rename", "os.remove")
    if changing and os.path.abspath(str(arguments[0])).startswith(closed):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(arguments[0]))
sys.addaudithook(hear)
from klbio.cli import main
main(line)
"""


def names(folder: Path, *, short: bool) -> Iterator[Try]:
    """Run each command in folders, on files and into results of odd names; a study of odd names; the workflow."""
    for study in QUICK if short else STUDIES:
        for odd in PATHS[2::17] if short else PATHS:
            yield Try(f"{study} at {odd[:20]!r}", _at(study, odd, folder))
    for odd in NAMES[::9] if short else NAMES:
        yield Try(f"a study of {odd[:20]!r}", _named(odd, folder))
    for odd in () if short else ("a b'c", 'q"ä$(x);', "{braces}"):
        run = Workflow.made(folder / odd)
        done = run.program()
        yield Try(
            f"the workflow at {odd!r}", done.lost or ("" if done.code == 0 else f"refused: {done.last}")
        )


def _at(study: Study, odd: str, folder: Path) -> str:
    """Inputs in a folder of that name, called so themselves; results beside them."""
    inside = put(folder) / odd
    inside.mkdir()
    end, line = "" if len(odd) == max(map(len, PATHS)) else odd, [study.verb]
    for word in study.line[1:]:
        if (folder / word).exists():
            shutil.move(folder / word, inside / f"{end}{word}")
            line.append(str(inside / f"{end}{word}"))
        else:
            line.append(str(inside / word) if word == study.out else word)
    done = forked(line, folder)
    made = not study.out or (inside / study.out).exists()
    return done.lost or ("" if done.code == 0 and made else f"refused: {done.last}")


def _named(odd: str, folder: Path) -> str:
    """A sample, a subject, a phase and a taxon of that name."""
    texts = {
        "t.tsv": files_of()["t.tsv"].replace(b"s1", odd.encode()).replace(b"\nA", b"\n" + odd.encode()),
        "s.tsv": files_of()["s.tsv"].replace(b"s1", odd.encode()).replace(b"X", odd.encode()),
    }
    line = ("shift", "t.tsv", "--samples", "s.tsv", "--resamples", "19", "--out", "out", "--no-report")
    done = forked(line, put(folder, texts))
    if done.lost or done.code == 0:
        return done.lost
    return "" if odd in done.said or repr(odd)[1:-1] in done.said else f"refused: {done.last}"


def environments(folder: Path) -> Iterator[Try]:
    """Run each command in odd environments; what it writes is the same."""
    for study in STUDIES:
        sound = _usual(study, folder)
        for what, env in ENVIRONMENTS.items():
            done = program(study.line, put(folder), env=env)
            yield Try(
                f"{study} in {what}",
                done.lost or ("" if results(folder) == sound else f"others: {done.last}"),
            )
        yield Try(f"{study}, home and install read-only", _read_only(study, folder, sound))


def _usual(study: Study, folder: Path) -> dict[str, bytes]:
    forked(study.line, put(folder))
    return results(folder)


def _read_only(study: Study, folder: Path, sound: dict[str, bytes]) -> str:
    """An install without anything compiled, and a home, neither of which may be written."""
    install, home = folder.with_name("install"), folder.with_name("home")
    if not install.exists():
        shutil.copytree(ROOT / "klbio", install / "klbio", ignore=shutil.ignore_patterns("__pycache__"))
        home.mkdir()
    env = PLAIN | {"HOME": str(home), "PYTHONPATH": str(install), "PYTHONDONTWRITEBYTECODE": "1"}
    closed = ("2", str(install), str(home))
    done = program((*closed, *study.line), put(folder), env=env, python=("-c", READ_ONLY))
    return done.lost or ("" if results(folder) == sound else f"others: {done.last}")
