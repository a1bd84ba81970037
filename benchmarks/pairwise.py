"""All pairs: klbio beside scipy, scikit-bio and mothur, interleaved in one run on the same tables.

    python benchmarks/pairwise.py

Every program runs in processes of its own, one after the other, `ROUNDS` times around.  A time is
CPU seconds from a sparse table of counts in memory to the result, with all preparation (for the peers:
making it dense, dividing by depth); imports and compilation are listed apart.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from itertools import product
from json import loads
from pathlib import Path
from shutil import which
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

import bench
import numpy as np
from scipy import sparse

ROUNDS, SEED, ALPHA = 3, 1, 0.5
TABLE_A, TABLE_B = (2_000, 5_000, 0.055), (20_000, 20_000, 0.01)
N_MOTHUR, N_ERROR_ROWS = 300, 8

Call = Callable[[sparse.csr_array], object]


# the programs: each imports what it needs and gives the function to be timed


def klbio_jensen_shannon(threads: int = 1) -> Call:
    """All pairs, in memory."""
    from klbio.pairwise import jensen_shannon_matrix

    return lambda table: jensen_shannon_matrix(table, threads=threads)


def klbio_blocks(threads: int = 1) -> Call:
    """All pairs, block by block, each block dropped."""
    from klbio.pairwise import AllPairs

    return lambda table: sum(block.size for _, block in AllPairs(table).blocks(threads))


def klbio_to_disk(threads: int = 1) -> Call:
    """All pairs, block by block into a square .npy file."""
    from klbio.io.tables.matrix import write_square
    from klbio.pairwise import AllPairs

    def write(table: sparse.csr_array) -> None:
        names = [str(i) for i in range(table.shape[0])]
        blocks = AllPairs(table).blocks(threads)
        write_square("matrix.npy", names, blocks, "jensen_shannon_divergence_bits", symmetric=True)

    return write


def klbio_relative_entropy(threads: int = 1) -> Call:
    """All ordered pairs, in memory."""
    from klbio.pairwise import relative_entropy_matrix

    return lambda table: relative_entropy_matrix(table, alpha=ALPHA, threads=threads)


def scipy_jensen_shannon() -> Call:
    """Each pair once; cdist would compute it twice."""
    from scipy.spatial.distance import pdist

    def measure(table: sparse.csr_array) -> object:
        counts = table.toarray()
        return pdist(counts / counts.sum(axis=1, keepdims=True), "jensenshannon") ** 2 / np.log(2)

    return measure


def skbio_jensen_shannon() -> Call:
    """Each pair once, through scikit-bio's driver."""
    from skbio.diversity import beta_diversity

    return lambda table: beta_diversity("jensenshannon", table.toarray()).data ** 2 / np.log(2)


def scipy_rel_entr(rows: int) -> Call:
    """One row against all, for the first `rows` rows."""
    from scipy.special import rel_entr

    def measure(table: sparse.csr_array) -> object:
        counts = table.toarray() + ALPHA
        p = counts / counts.sum(axis=1, keepdims=True)
        return np.array([rel_entr(p[i], p).sum(axis=1) for i in range(min(rows, len(p)))]) / np.log(2)

    return measure


@dataclass(frozen=True)
class Program:
    """One line of a table: what is run, on how many of the rows, how often, and what it is compared with."""

    label: str
    make: str
    settings: dict[str, int]
    rows: int
    runs: int = 1
    goal: float | None = None
    rounds: int = ROUNDS


JSD_A = [
    Program("klbio `jensen_shannon_matrix`", "klbio_jensen_shannon", {}, 2000, runs=5, goal=150),
    Program("klbio, 2 threads", "klbio_jensen_shannon", {"threads": 2}, 2000, runs=5),
    Program("scipy `pdist(..., 'jensenshannon')`", "scipy_jensen_shannon", {}, 2000),
    Program("scikit-bio `beta_diversity('jensenshannon')`", "skbio_jensen_shannon", {}, 2000),
]
RELATIVE_A = [
    Program("klbio `relative_entropy_matrix`", "klbio_relative_entropy", {}, 2000, runs=5, goal=800),
    Program("klbio, 2 threads", "klbio_relative_entropy", {"threads": 2}, 2000, runs=5),
    Program("scipy `rel_entr`, row by row, 100 rows", "scipy_rel_entr", {"rows": 100}, 2000),
    Program("scipy `rel_entr`, row by row, all rows", "scipy_rel_entr", {"rows": 2000}, 2000, rounds=1),
]
JSD_B = [
    Program("klbio `AllPairs.blocks`, blocks dropped", "klbio_blocks", {}, 20_000, goal=1300),
    Program("klbio, blocks to a 3.2 GB `.npy`", "klbio_to_disk", {}, 20_000, goal=1300),
    Program("klbio, blocks to `.npy`, 2 threads", "klbio_to_disk", {"threads": 2}, 20_000),
    Program("scipy `pdist`, 300 samples", "scipy_jensen_shannon", {}, 300),
]


def measured(program: str, table: str, settings: dict[str, int], rows: int, runs: int) -> None:
    """Be one of the processes: import, call once on two samples, then take the time."""
    start = process_time()
    call = globals()[program](**settings)
    imported = process_time()
    call(sparse.csr_array([[1.0, 2.0], [3.0, 1.0]]))
    ready = process_time()
    counts = sparse.csr_array(sparse.load_npz(table))[:rows]
    times = [_seconds(call, counts) for _ in range(runs)]
    cpu, wall = (median(column) for column in zip(*times, strict=True))
    bench.answer(cpu=cpu, wall=wall, imported=imported - start, first=ready - imported)


def _seconds(call: Call, counts: sparse.csr_array) -> tuple[float, float]:
    cpu, wall = process_time(), perf_counter()
    call(counts)
    return process_time() - cpu, perf_counter() - wall


# the run


def compare(programs: list[Program], table: Path, cwd: Path) -> dict[str, list[dict[str, Any]]]:
    """Run every program in turn, round by round."""
    results: dict[str, list[dict[str, Any]]] = {program.label: [] for program in programs}
    for turn, program in product(range(ROUNDS), programs):
        if turn < program.rounds:
            arguments: dict[str, Any] = {
                "program": program.make,
                "table": str(table),
                "settings": program.settings,
            }
            arguments |= {"rows": program.rows, "runs": program.runs}
            found = bench.in_own_process(Path(__file__).resolve(), arguments, cwd, NUMBA_CACHE_DIR=str(cwd))
            results[program.label].append(found)
            print(f"round {turn + 1}: {program.label}: {found['cpu']:.3f} s", file=sys.stderr)
    return results


def extent(program: Program, n: int) -> float:
    """How many times its work the whole table would be."""
    if program.make == "scipy_rel_entr":
        return n / program.settings["rows"]
    return n * (n - 1) / (program.rows * (program.rows - 1))


def report(
    title: str, programs: list[Program], results: dict[str, list[dict[str, Any]]], n: int, peer: str
) -> None:
    """Print one table; the ratio is the CPU time of `peer` over that of the line."""
    whole = {p.label: bench.middle(results[p.label], "cpu") * extent(p, n) for p in programs}
    rows = []
    for program in programs:
        found, factor = results[program.label], extent(program, n)
        measured_cpu, ratio = bench.middle(found, "cpu"), whole[peer] / whole[program.label]
        verdict = (
            ""
            if program.goal is None
            else f"{'met' if ratio >= program.goal else 'MISSED'} (>= {program.goal:.0f})"
        )
        rows.append([
            program.label, f"{measured_cpu:.3f}", f"{bench.middle(found, 'wall'):.3f}",
            f"{whole[program.label]:.3g}" + ("" if factor == 1 else f" (EXTRAPOLATED x {factor:.4g})"),
            f"{ratio:.3g}", f"{max(result['peak'] for result in found):.0f}", str(len(found)), verdict,
        ])  # fmt: skip
    header = [
        "program",
        "CPU s",
        "wall s",
        "CPU s, whole table",
        "times as fast",
        "peak MB",
        "rounds",
        "goal",
    ]
    print(f"\n### {title}\n\n{bench.markdown(header, rows)}")


def report_start(results: dict[str, list[dict[str, Any]]]) -> None:
    """Print what comes once per process."""
    rows = [
        [
            label,
            f"{bench.middle(found, 'imported'):.2f}",
            f"{found[0]['first']:.2f}",
            f"{found[-1]['first']:.2f}",
        ]
        for label, found in results.items()
    ]
    header = ["program", "imports, CPU s", "first call, first process", "first call, last process"]
    print(f"\n### Once per process\n\n{bench.markdown(header, rows)}")


def errors(table: sparse.csr_array) -> None:
    """Print how far klbio is from the definitions in extended precision (64-bit mantissa), for a few rows."""
    from klbio.pairwise import jensen_shannon_matrix, relative_entropy_matrix

    counts = table.toarray().astype(np.longdouble)
    chosen = np.linspace(0, len(counts) - 1, N_ERROR_ROWS).astype(int)
    p, smoothed = (c / c.sum(axis=1, keepdims=True) for c in (counts, counts + ALPHA))
    found = jensen_shannon_matrix(table)[chosen], relative_entropy_matrix(table, alpha=ALPHA)[chosen]
    wanted = (
        np.array([[_jensen_shannon(p[i], row) for row in p] for i in chosen]),
        np.array([_relative_entropy(smoothed[i], smoothed).sum(axis=1) for i in chosen]),
    )
    off = wanted[1] > 0
    absolute = float(np.abs(found[0] - wanted[0]).max())
    relative = float(np.abs(found[1][off] / wanted[1][off] - 1).max())
    print(f"\nLargest error over {len(chosen)} x {len(p)} pairs, against 80-bit arithmetic:")
    print(f"Jensen-Shannon divergence {absolute:.1e} bits ({_verdict(absolute, 1e-13)}),")
    print(f"relative entropy {relative:.1e} of the value ({_verdict(relative, 1e-12)}).")


def _verdict(error: float, goal: float) -> str:
    return f"goal {goal:g}: {'met' if error <= goal else 'MISSED'}"


def _relative_entropy(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    terms: np.ndarray = p * np.log2(p / q)
    return terms


def _jensen_shannon(p: np.ndarray, q: np.ndarray) -> np.longdouble:
    middle, total = (p + q) / 2, np.longdouble(0)
    for side in (p, q):
        there = side > 0
        total += _relative_entropy(side[there], middle[there]).sum() / 2
    return total


def report_mothur(table: sparse.csr_array, cwd: Path) -> None:
    """Print mothur and the klbio command on the same small table, whole processes with reading and writing."""
    if not which("mothur"):
        print("\nmothur is not installed: no comparison (Debian: apt-get install mothur).")
        return
    counts = table[:N_MOTHUR].toarray().astype(int)
    write_shared(cwd / "table.shared", counts)
    write_tsv(cwd / "table.tsv", counts)
    commands = {
        "mothur `dist.shared(calc=jsd)`": [
            "mothur",
            "#dist.shared(shared=table.shared, calc=jsd, processors=1)",
        ],
        "klbio `matrix`": [
            str(Path(sys.executable).with_name("klbio")),
            "matrix",
            "table.tsv",
            "--out",
            "matrix.tsv",
        ],
    }
    found: dict[str, list[dict[str, float]]] = {label: [] for label in commands}
    for _, (label, command) in product(range(ROUNDS), commands.items()):
        found[label].append(bench.run_whole(command, cwd))
    if not next(cwd.glob("table*.dist"), None):
        raise SystemExit("mothur wrote no distances")
    rows = [
        [label, *(f"{bench.middle(results, key):.2f}" for key in ("cpu", "wall", "peak"))]
        for label, results in found.items()
    ]
    print(f"\n### Table A, first {N_MOTHUR} samples, whole processes with reading and writing\n")
    print(bench.markdown(["program", "CPU s", "wall s", "peak MB"], rows))


def write_shared(path: Path, counts: np.ndarray) -> None:
    """Write counts as mothur reads them."""
    n_taxa = counts.shape[1]
    with path.open("w") as file:
        print("label", "Group", "numOtus", *(f"Otu{k}" for k in range(n_taxa)), sep="\t", file=file)
        for i, row in enumerate(counts):
            print("unique", f"s{i}", n_taxa, *row, sep="\t", file=file)


def write_tsv(path: Path, counts: np.ndarray) -> None:
    """Write counts as klbio reads them."""
    with path.open("w") as file:
        print("taxon", *(f"s{i}" for i in range(len(counts))), sep="\t", file=file)
        for k, column in enumerate(counts.T):
            print(f"Otu{k}", *column, sep="\t", file=file)


def main() -> None:
    """Simulate, compare and print, in Markdown."""
    with TemporaryDirectory() as folder:
        cwd = Path(folder)
        table_a, table_b = (bench.simulated_table(*shape, SEED) for shape in (TABLE_A, TABLE_B))
        for name, table in (("a", table_a), ("b", table_b)):
            sparse.save_npz(cwd / f"{name}.npz", table, compressed=False)
        everything: dict[str, list[dict[str, Any]]] = {}
        print(f"# All pairs, {date.today()}\n")
        for title, programs, name, table, peer in (
            ("Table A, Jensen-Shannon divergence", JSD_A, "a", table_a, JSD_A[2].label),
            ("Table A, relative entropy, both orders", RELATIVE_A, "a", table_a, RELATIVE_A[3].label),
            ("Table B, Jensen-Shannon divergence", JSD_B, "b", table_b, JSD_B[3].label),
        ):
            results = compare(programs, cwd / f"{name}.npz", cwd)
            everything |= {f"{title}: {label}": found for label, found in results.items()}
            report(f"{title} ({_about(table)})", programs, results, table.shape[0], peer)
        errors(table_a)
        report_mothur(table_a, cwd)
        report_start(everything)
        packages = ", ".join(f"{name} {version(name)}" for name in ("numpy", "scipy", "scikit-bio", "numba"))
        print(f"\nMachine: {bench.machine()}; {packages}.")


def _about(table: sparse.csr_array) -> str:
    n, k = table.shape
    shared = bench.shared_per_pair(table)
    return f"{n:,} x {k:,}, {table.nnz / (n * k):.1%} non-zero, {shared:.1f} taxa in common per pair"


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        measured(**loads(sys.argv[2]))
    else:
        main()
