"""Try every kind of fault, or those named, and print a table: ``python -m benchmarks.faults [--short] [KIND ...]``.

Exit code 1 where anything was lost; each loss is said below the table.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.faults.table import HEADER, Row, Try
from klbio.threads import restrain_libraries

Tries = Callable[[Path], Iterator[Try]]


def kinds(short: bool) -> dict[str, tuple[str, Tries]]:
    """What is tried, by name; imported once klbio is loaded.  Without programs of their own in the short form."""
    from benchmarks.faults.damage import damage
    from benchmarks.faults.kills import killed_workflow, kills
    from benchmarks.faults.memory import memory, rules
    from benchmarks.faults.pairs import pairs
    from benchmarks.faults.places import environments, names
    from benchmarks.faults.writes import writes

    both = {
        "damage": ("damaged files, by their structure", partial(damage, short=short)),
        "writes": (
            "writing fails: disk full, damaged, closed; files of a size at most",
            partial(writes, short=short),
        ),
        "memory": ("every verb in 1.5 GB of addresses, and in ever less", partial(memory, short=short)),
        "names": ("odd names of files, folders, samples, subjects and taxa", partial(names, short=short)),
    }
    long: dict[str, tuple[str, Tries]] = {
        "rules": ("every rule in 1.5 GB of addresses", rules),
        "environments": ("no locale, home or environment; read-only home and install", environments),
        "pairs": ("two runs at once into one place", pairs),
        "kills": ("SIGKILL of a command at a random moment, then the same command", kills),
        "workflow": ("SIGKILL of the workflow at a random moment, then the same command", killed_workflow),
    }
    return both if short else both | long


def main() -> None:
    from tests.faults.server import load
    from tests.trials import forked_look

    restrain_libraries()
    load()
    from benchmarks.faults.studies import LEFT_OUT
    from klbio.io import trial

    trial.look = forked_look
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("names", nargs="*", metavar="KIND", help=", ".join(kinds(short=False)))
    reader.add_argument(
        "--short", action="store_true", help="some of what needs no program of its own, in seconds"
    )
    given = reader.parse_args()
    known = kinds(given.short)
    if unknown := set(given.names) - known.keys():
        reader.error(f"no such kinds: {sorted(unknown)}")
    gc.freeze()  # so that forks share what is loaded
    rows = []
    print(HEADER, flush=True)
    for name in given.names or known:
        what, tries = known[name]
        start = time.monotonic()
        with TemporaryDirectory(prefix="klbio-faults-") as folder:
            row = Row.counted(what, tries(Path(folder) / "in"))
        print(row.of(time.monotonic() - start), flush=True)
        rows.append(row)
    for study in () if given.short else LEFT_OUT:
        print(Row(f"`klbio {study}`, of every kind").of_none(f"left out: no {study.needs}"))
    losses = [one for row in rows for one in row.losses]
    print(f"\n{sum(row.tried for row in rows):,} tries, {len(losses):,} lost")
    for one in losses:
        print(f"  {one.what}: {one.lost}")
    sys.exit(bool(losses))


if __name__ == "__main__":
    main()
