"""Loading of whole collections of real model files, and hmmstat's numbers to every printed digit.

    python benchmarks/model_files.py /usr/share/augustus/config/species /usr/share/snap/HMM Pfam.h3m

One row per collection: files, models, findings by severity, folders without a model of their own, files that no reader
takes, errors (each is printed below the table), wall-clock seconds.  For HMMER files `hmmstat` runs in the same
minute: its four columns are compared as printed, and the times are those of reading and all
four columns on either side (klbio's without starting Python, hmmstat's whole process; the
median of `REPEATS` interleaved runs).
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections import Counter
from datetime import date
from importlib import import_module
from pathlib import Path
from shutil import which
from statistics import median
from time import perf_counter

from klbio.errors import InputError
from klbio.io import MODEL_FORMATS, read_models
from klbio.models import Finding, ProfileHMM
from klbio.models.profile import summarize_profile

REPEATS = 5
COLUMNS = ("collection", "files", "models", "warnings", "notes", "not_a_model", "errors", "seconds")


def recognised(path: Path) -> bool:
    return any(import_module(module).sniff(path) for module in MODEL_FORMATS.values())


def collection(path: Path) -> list[Path]:
    """Files and species folders directly below a folder, links to files already there left out."""
    if path.is_file():
        return [path]
    return sorted({child.resolve() for child in path.iterdir()})


def load(path: Path) -> tuple[dict[str, object], list[Finding], list[str]]:
    start, n_models, strange = perf_counter(), 0, 0
    files, findings, errors = collection(path), [], []
    for file in files:
        if not recognised(file):
            strange += 1
            continue
        try:
            models = read_models(file)
        except InputError as error:
            errors.append(str(error))
            continue
        n_models += len(models)
        findings += [finding for model in models for finding in model.findings]
    times = Counter(finding.severity for finding in findings)
    row = (
        path, len(files), n_models, times["warning"], times["note"], strange, len(errors),
        f"{perf_counter() - start:.2f}",
    )  # fmt: skip
    return dict(zip(COLUMNS, row, strict=True)), findings, errors


def four_columns(path: Path) -> list[list[str]]:
    profiles = [model for model in read_models(path) if isinstance(model, ProfileHMM)]
    rows = [summarize_profile(profile) for profile in profiles]
    return [[f"{value:.2f}" for value in vars(row).values()] for row in rows]


def hmmstat(path: Path) -> list[list[str]]:
    lines = subprocess.run(
        ["hmmstat", str(path)], check=True, capture_output=True, text=True
    ).stdout.splitlines()
    return [line.split()[-4:] for line in lines if line and not line.startswith("#")]


def beside_hmmstat(path: Path) -> str:
    ours, theirs = four_columns(path), hmmstat(path)
    unequal = sum(
        a != b for one, other in zip(ours, theirs, strict=True) for a, b in zip(one, other, strict=True)
    )
    times: dict[str, list[float]] = {"klbio": [], "hmmstat": []}
    for _ in range(REPEATS):
        for name, run in (("klbio", four_columns), ("hmmstat", hmmstat)):
            start = perf_counter()
            run(path)
            times[name].append(perf_counter() - start)
    a, b = median(times["klbio"]), median(times["hmmstat"])
    return (
        f"# {path}: {4 * len(ours)} numbers, {unequal} unlike hmmstat's; "
        f"klbio {a:.3f} s, hmmstat {b:.3f} s, {a / b:.1f} times"
    )


def kinds(findings: list[Finding]) -> list[tuple[str, int]]:
    """Findings by severity, component and wording, whatever numbers stand in them."""
    plain = [
        f"{one.severity}, {one.component}: " + "".join("n" if c.isdecimal() else c for c in one.text)[:60]
        for one in findings
    ]
    return Counter(plain).most_common(12)


def main() -> None:
    """Print one row per collection, then what was found in it."""
    print(
        f"# {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {date.today()}"
    )
    print("\t".join(COLUMNS))
    loaded = [(path, *load(path)) for path in map(Path, sys.argv[1:])]
    for _, row, *_ in loaded:
        print("\t".join(map(str, row.values())))
    for path, _, findings, errors in loaded:
        for kind, times in kinds(findings):
            print(f"# {path.name}: {times} x {kind}")
        for error in errors:
            print(f"# ERROR {error}")
        if path.is_file() and which("hmmstat"):
            print(beside_hmmstat(path))
    sys.exit(any(errors for *_, errors in loaded))


if __name__ == "__main__":
    main()
