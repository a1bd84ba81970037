"""All coding models of a library against each other: from files, and from the cache of parsed models.

    python benchmarks/coding_matrix.py [FOLDER]

Each row is a process of its own (CPU and wall seconds, medians of `REPEATS`, interleaved): finding and reading every
model of the folder, then `relative_entropy_rates` of all coding models, both directions.  The start of Python and the
imports are not counted in the first columns, and are in the last.  The cache is filled once before.
"""

from __future__ import annotations

import json
import sys
import time
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import answer, in_own_process, machine, markdown, middle, run_whole

from klbio.io import MODEL_FORMATS
from klbio.models import GeneModel
from klbio.models.markov.content_models import ContentModels

REPEATS = 3
FOLDER = "/usr/share/augustus/config/species"  # of Debian's augustus-data


def measure(folder: str, cache: str | None) -> None:
    """Read a library and compare its coding models; answer in JSON."""
    from klbio.steps.model_files import ModelFiles

    for module in MODEL_FORMATS.values():
        import_module(module)  # part of the start
    start, wall = time.process_time(), time.perf_counter()
    loaded = ModelFiles(models=[folder], cache=cache).read().value
    read = time.process_time()
    coding = [one.model.coding for one in loaded if isinstance(one.model, GeneModel)]
    rates = ContentModels(coding).rates_by_position.mean(axis=-1)
    done = time.process_time()
    answer(
        models=len(coding), reading=read - start, matrix=done - read, both=done - start,
        wall=time.perf_counter() - wall, total=float(rates.sum()),
    )  # fmt: skip


def main() -> None:
    """Measure, or be measured."""
    if sys.argv[1:2] == ["--run"]:
        measure(**json.loads(sys.argv[2]))
        return
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else FOLDER)
    if folder.is_dir():
        compare(folder)
    else:
        print(f"# {folder}: not here, nothing measured")


def compare(folder: Path) -> None:
    """Run both ways in turn."""
    with TemporaryDirectory() as work:
        ways = {"from files": None, "from the cache": str(Path(work) / "cache")}
        in_own_process(Path(__file__), {"folder": str(folder), "cache": ways["from the cache"]}, Path(work))
        found: dict[str, list[dict[str, float]]] = {name: [] for name in ways}
        for _ in range(REPEATS):
            for name, cache in ways.items():
                arguments = {"folder": str(folder), "cache": cache}
                one = in_own_process(Path(__file__), arguments, Path(work))
                command = [sys.executable, str(Path(__file__).resolve()), "--run", json.dumps(arguments)]
                found[name].append(one | {"whole": run_whole(command, Path(work))["cpu"]})
        size = sum(entry.stat().st_size for entry in Path(ways["from the cache"] or "").iterdir())
    header = (
        "way",
        "models",
        "reading, CPU s",
        "matrix, CPU s",
        "both, CPU s",
        "both, wall s",
        "whole process, CPU s",
        "peak MB",
    )
    keys = ("reading", "matrix", "both", "wall", "whole")
    rows = [
        (
            name,
            f"{runs[0]['models']:.0f}",
            *(f"{middle(runs, key):.2f}" for key in keys),
            f"{middle(runs, 'peak'):.0f}",
        )
        for name, runs in found.items()
    ]
    print(markdown(header, rows))
    same = len({runs[0]["total"] for runs in found.values()}) == 1
    print(f"# the same matrix either way: {'yes' if same else 'NO'}; cache: {size / 1e6:.0f} MB")
    print(f"# {machine()}")


if __name__ == "__main__":
    main()
