"""Profiles compared in parts beside one job: python benchmarks/model_parts.py Pfam.h3m --most 500 1000 --parts 4.

So many profiles are drawn from a file by a seed (as `benchmarks/profiles.py` draws them) and compared in one process,
then by a process for each part and one that gathers them.  Printed are CPU seconds and greatest memory of each, and
how many files have the same bytes; it ends where one has not.
"""

from __future__ import annotations

import argparse
import sys
from filecmp import cmpfiles
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import machine, run_whole
from pyhmmer.plan7 import HMMFile

from profiles import draw

CODE = "from klbio.steps.{module} import {step}; {step}(**{given!r})"


def run(module: str, step: str, **given: object) -> dict[str, float]:
    """Run a step in a process of its own."""
    code = CODE.format(module=module, step=step, given=given)
    return run_whole([sys.executable, "-c", code], Path.cwd())


def row(what: str, took: dict[str, float]) -> None:
    print(f"| {what} | {took['cpu']:.1f} | {took['peak']:.0f} |", flush=True)


def compare(hmm: Path, most: int, n_parts: int, folder: Path) -> None:
    """Print a row for each process."""
    model = folder / "drawn.h3m"
    with HMMFile(hmm) as handle:
        profiles = list(handle)
    drawn = [profiles[place] for place in draw(len(profiles), most)]
    with model.open("wb") as file:
        for profile in drawn:
            profile.write(file, binary=True)
    models, states = [str(model)], sum(profile.M for profile in drawn)
    one, gathered = str(folder / "one"), str(folder / "gathered")
    row(
        f"{len(drawn):,} profiles, {states:,} match states: one job",
        run("models", "compare_models", models=models, out=one),
    )
    parts = [str(folder / f"{number}.part") for number in range(1, n_parts + 1)]
    for number, part in enumerate(parts, 1):
        took = run("model_parts", "compare_some_models", models=models, part=part, tile=number, tiles=n_parts)
        row(f"part {number} of {n_parts}", took)
    row("gather", run("models", "compare_models", models=models, out=gathered, parts=parts))
    names = sorted(path.name for path in Path(one).iterdir())
    same, others, missing = cmpfiles(one, gathered, names, shallow=False)
    if others or missing:
        raise SystemExit(f"not the same: {others + missing}")
    print(f"| {len(same)} files have the same bytes | | |")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("hmm", type=Path)
    parser.add_argument("--most", type=int, nargs="+", default=[500, 1_000])
    parser.add_argument("--parts", type=int, default=4)
    given = parser.parse_args()
    print("| what | CPU s | peak MB |\n|---|---|---|")
    for most in given.most:
        with TemporaryDirectory(prefix="klbio-parts-") as folder:
            compare(given.hmm, most, given.parts, Path(folder))
    print(f"\n{machine()}")


if __name__ == "__main__":
    main()
