"""What every comparison needs: a simulated table, programs in processes of their own, and the machine's name."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from scipy import sparse

# A processor forced by these would slow down the peers' matrix products; one thread for every library.
UNSET = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def simulated_table(n_samples: int, n_categories: int, density: float, seed: int) -> sparse.csr_array:
    """Simulate a taxa table of about `density` non-zero entries.

    Taxa have log-normal prevalence weights (sigma 1), so that two samples share 2 to 3 times as many
    taxa as independent ones would, as in published studies of adults.  A sample has 0.55 to 1.45 times the mean
    number of taxa, drawn by weight without replacement, log-normal abundances (sigma 2), and a
    log-normal depth (median 50,000, sigma 0.3); every taxon drawn has at least one read.
    """
    rng = np.random.default_rng(seed)
    weight = rng.normal(0, 1, n_categories)
    rows = [
        _sample(rng, weight, round(density * n_categories * rng.uniform(0.55, 1.45)))
        for _ in range(n_samples)
    ]
    indptr = np.cumsum([0] + [len(taxa) for taxa, _ in rows])
    taxa, counts = (np.concatenate(parts) for parts in zip(*rows, strict=True))
    return sparse.csr_array((counts, taxa, indptr), shape=(n_samples, n_categories))


def _sample(rng: np.random.Generator, weight: np.ndarray, richness: int) -> tuple[np.ndarray, np.ndarray]:
    key = weight + rng.gumbel(size=len(weight))  # the largest keys are a draw by weight without replacement
    taxa = np.sort(np.argpartition(-key, richness - 1)[:richness])
    abundance = rng.lognormal(0, 2, richness)
    depth = int(50_000 * rng.lognormal(0, 0.3))
    return taxa, 1.0 + rng.multinomial(depth, abundance / abundance.sum())


def shared_per_pair(table: sparse.csr_array) -> float:
    """Mean number of taxa that two samples have in common."""
    n = table.shape[0]
    prevalence = np.bincount(table.indices, minlength=table.shape[1]).astype(float)
    return float((prevalence * (prevalence - 1)).sum() / (n * (n - 1)))


def environment(**extra: str) -> dict[str, str]:
    """Give the environment of every measured process."""
    return {name: value for name, value in os.environ.items() if name not in UNSET} | ONE_THREAD | extra


# A process inherits the peak memory of the one that starts it, so a small one does.
LAUNCHER = """
import json, os, sys, time
start = time.perf_counter()
_, status, usage = os.wait4(os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ), 0)
wall = time.perf_counter() - start
answer = dict(status=status, cpu=usage.ru_utime + usage.ru_stime, wall=wall, peak=usage.ru_maxrss / 1024)
print("\\n" + json.dumps(answer))
"""


def run_whole(command: Sequence[str], cwd: Path) -> dict[str, float]:
    """Run a process and take its CPU and wall seconds and its peak memory in MB, reading and writing included."""
    launcher = [sys.executable, "-S", "-c", LAUNCHER, *command]
    process = subprocess.run(launcher, cwd=cwd, env=environment(), capture_output=True, text=True)
    result: dict[str, float] = json.loads(process.stdout.splitlines()[-1])
    if result.pop("status"):
        raise SystemExit(f"{' '.join(command)} failed:\n{process.stdout}\n{process.stderr}")
    return result


def in_own_process(script: Path, arguments: Mapping[str, Any], cwd: Path, **extra: str) -> dict[str, Any]:
    """Run one program of a script in a fresh interpreter; it answers in JSON (see `answer`)."""
    command = [sys.executable, str(script), "--run", json.dumps(arguments)]
    process = subprocess.run(command, cwd=cwd, env=environment(**extra), capture_output=True, text=True)
    if process.returncode:
        raise SystemExit(f"{arguments} failed:\n{process.stderr}")
    result: dict[str, Any] = json.loads(process.stdout.splitlines()[-1])
    return result


def answer(**values: Any) -> None:
    """Print what was measured, with the peak memory of this process in MB, for `in_own_process`."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    print(json.dumps(values | {"peak": int(status["VmHWM"].split()[0]) / 1024}))


def middle(results: Sequence[Mapping[str, Any]], key: str) -> float:
    """Median of one figure over the rounds."""
    return float(median(result[key] for result in results))


def machine() -> str:
    """Name processor, cores, memory and load."""
    described = subprocess.run(["lscpu"], capture_output=True, text=True, check=True).stdout
    fields = dict(line.split(":", 1) for line in described.splitlines() if ":" in line)
    model, cores = fields.get("Model name", platform.machine()).strip(), fields["CPU(s)"].strip()
    family = f"family {fields.get('CPU family', '?').strip()}, model {fields.get('Model', '?').strip()}"
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    vector = "AVX-512" if "avx512f" in described else "AVX2" if "avx2" in described else "no AVX2"
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    caches = ", ".join(
        f"{name} {fields[name].strip()}" for name in ("L2 cache", "L3 cache") if name in fields
    )
    return (
        f"{model} ({family}, {vector}), {cores} cores, {caches}, {memory:.0f} GB, "
        f"Python {platform.python_version()}; load at the end of the run {load}"
    )


def markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Lay out a table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
