"""Memory is short: every verb in 1.5 GB of addresses as on a thin machine, and in ever less; every rule in 1.5 GB."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from pathlib import Path

from benchmarks.faults.ending import forked, program
from benchmarks.faults.studies import QUICK, STUDIES, put, results
from benchmarks.faults.table import Try
from benchmarks.faults.workflow import FIRST, LOGS, TO_TAXA, Workflow
from klbio.io.trial import held

__all__ = ["memory", "rules"]

THIN = 3 * 2**29  # bytes: 1.5 GB
MEGABYTE = 2**20
PAGE = "write_report"
LEFT = (
    0,
    1,
    2,
    4,
    8,
    12,
    16,
    24,
    32,
    48,
    64,
    96,
    128,
    256,
)  # megabytes that a command finds free, klbio being loaded


def memory(folder: Path, *, short: bool) -> Iterator[Try]:
    """Run each verb in little memory: it does what it should, or says that memory is short."""
    for study in () if short else STUDIES:
        done = program(study.line, put(folder), memory=THIN)
        yield Try(f"{study} in 1.5 GB", done.lost or (f"exit code 2: {done.last}" if done.code else ""))
    for study in QUICK if short else STUDIES:
        for left in LEFT[3:4] if short else LEFT:

            def bound(left: int = left) -> None:
                most = held() + left * MEGABYTE
                resource.setrlimit(resource.RLIMIT_AS, (most, most))

            done = forked(study.line, put(folder), bound)
            drafts = [name for name in results(folder) if ".part" in name]
            yield Try(
                f"{study} with {left} MB left", done.lost or (f"left behind: {drafts}" if drafts else "")
            )


def rules(folder: Path) -> Iterator[Try]:
    """Run the workflow of every route in few addresses: exit, logs and results are judged."""
    for what in (FIRST, *TO_TAXA):
        yield from _rules(what, folder)


def _rules(what: str, folder: Path) -> Iterator[Try]:
    """All results are as ever; the page alone is refused in words, whose program needs 128 GB of addresses."""
    first = Workflow.made(folder, what)
    done, sound = first.program(), first.results
    if done.code != 0:
        raise RuntimeError(f"{what}: the workflow ended in {done.code}: {done.said}")
    run = Workflow.made(folder, what)
    done = run.program("--keep-going", memory=THIN)
    logs = {path.stem: path.read_text(errors="replace") for path in (run.folder / LOGS).glob("*.log")}
    for name, said in sorted(logs.items()):
        refused = name == PAGE and "ulimit -v unlimited" in said
        wrong = "Traceback" in said or ("expected" in said and not refused and "note: " not in said)
        yield Try(f"rule {name} of {what} in 1.5 GB", said.strip().splitlines()[-1] if wrong else "")
    found = run.results
    others = [name for name, content in sound.items() if found.get(name) != content and "report/" not in name]
    lost = "no rule ran" if not logs else f"other results: {others[:3]}" if others else ""
    yield Try(f"{what} in 1.5 GB", lost or ("" if done.code == 1 else f"exit code {done.code}: {done.last}"))
