"""Loading of whole collections of real model files, and hmmstat's numbers to every printed digit.

    python benchmarks/model_files.py /usr/share/augustus/config/species /usr/share/snap/HMM Pfam.h3m

One row per collection: files, models, findings by severity, folders without a model of their own, files that no reader
takes, errors (each is printed below the table), CPU seconds of finding and reading.  For HMMER files `hmmstat` runs in
turn with klbio, each in a process of its own: its four columns are compared as printed, and the times are CPU seconds,
medians of `REPEATS` rounds: hmmstat's whole process; klbio's reading and all four columns; klbio's whole
process, the start of Python and the imports included.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import subprocess
import sys
from collections import Counter
from datetime import date
from importlib import import_module
from pathlib import Path
from shutil import which
from statistics import median
from time import process_time

from bench import environment

from klbio.errors import InputError
from klbio.io import read_models, recognised
from klbio.models import Finding, ProfileHMM
from klbio.models.profiles.hmmstat import summarize_profiles

REPEATS = 5
COLUMNS = ("collection", "files", "models", "warnings", "notes", "not_a_model", "errors", "cpu_seconds")


def collection(path: Path) -> list[Path]:
    """Files and species folders directly below a folder, links to files already there left out."""
    if path.is_file():
        return [path]
    return sorted({child.resolve() for child in path.iterdir()})


def load(path: Path) -> tuple[dict[str, object], list[Finding], list[str]]:
    start, n_models, strange = process_time(), 0, 0
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
        f"{process_time() - start:.2f}",
    )  # fmt: skip
    return dict(zip(COLUMNS, row, strict=True)), findings, errors


def four_columns(path: Path) -> list[list[str]]:
    profiles = [model for model in read_models(path) if isinstance(model, ProfileHMM)]
    return [[f"{value:.2f}" for value in vars(row).values()] for row in summarize_profiles(profiles)]


def measure(path: Path) -> None:
    """Print the four columns, then the CPU seconds they took: what a process of its own does."""
    for module in ("pyhmmer.plan7", "klbio.io.models.hmmer"):  # not part of the reading
        import_module(module)

    start = process_time()
    rows = four_columns(path)
    seconds = process_time() - start
    print(json.dumps({"rows": rows, "cpu": seconds}))


def cpu_of(command: list[str]) -> tuple[str, float]:
    """Run a process; give what it prints and the CPU seconds it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    printed = subprocess.run(command, check=True, capture_output=True, text=True, env=environment()).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return printed, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def beside_hmmstat(path: Path) -> str:
    times: dict[str, list[float]] = {"hmmstat": [], "klbio": [], "whole": []}
    for _ in range(REPEATS):
        printed, seconds = cpu_of(["hmmstat", str(path)])
        times["hmmstat"].append(seconds)
        answer, seconds = cpu_of([sys.executable, __file__, "--measure", str(path)])
        times["whole"].append(seconds)
        ours = json.loads(answer)
        times["klbio"].append(ours["cpu"])
    theirs = [line.split()[-4:] for line in printed.splitlines() if line and not line.startswith("#")]
    unequal = sum(
        a != b
        for one, other in zip(ours["rows"], theirs, strict=True)
        for a, b in zip(one, other, strict=True)
    )
    hmmstat, klbio, whole = (median(times[name]) for name in ("hmmstat", "klbio", "whole"))
    return (
        f"# {path.name}: {4 * len(theirs)} numbers, {unequal} unlike hmmstat's; CPU seconds: hmmstat {hmmstat:.3f}, "
        f"klbio {klbio:.3f} ({klbio / hmmstat:.1f} times), its whole process {whole:.3f} ({whole / hmmstat:.1f} times)"
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
    if sys.argv[1:2] == ["--measure"]:
        return measure(Path(sys.argv[2]))
    print(
        f"# {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {date.today()}"
    )
    print("\t".join(COLUMNS))
    given = [path for path in map(Path, sys.argv[1:]) if path.exists() or print(f"# {path}: not here")]
    loaded = [(path, *load(path)) for path in given]
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
