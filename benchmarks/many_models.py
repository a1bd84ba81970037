"""Whole gene models in numbers nobody has files of: python benchmarks/many_models.py SPECIES N OUT.

SPECIES is AUGUSTUS' folder of that name.  Each of N models is one of its sets, all GC classes, splice sites and lengths
with it, every content model mixed with that of another set at random.  All tables of their comparison are written to
OUT, as `klbio models` does; printed are CPU seconds, greatest memory, rows of pairs and bytes.
"""

from __future__ import annotations

import resource
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from klbio.io.result_folder import write_tables
from klbio.models import ContentModel, GCClass, GeneModel
from klbio.models.comparison import Comparison
from klbio.schema import MODEL_TABLES
from klbio.steps.model_files import ModelFiles


def mixed(one: ContentModel | None, other: ContentModel | None, share: float) -> ContentModel | None:
    if one is None or other is None or one.probabilities.shape != other.probabilities.shape:
        return one
    rows = (1 - share) * one.probabilities + share * other.probabilities
    return ContentModel.scaled(rows)[0].under(one.genetic_code)


def made(name: str, parent: GeneModel, other: GeneModel, share: float) -> GeneModel:
    """Mix every class of a parent with the compared class of another."""
    classes = [
        GCClass(
            mixed(one.coding, other.coding, share) or one.coding,
            mixed(one.intron, other.intron, share),
            mixed(one.intergenic, other.intergenic, share),
            one.centre,
        )
        for one in parent.classes
    ]
    return replace(parent, name=name, classes=classes, findings=())


def main(folder: str, n: str, out: str) -> None:
    rng = np.random.default_rng(1)
    sets = [one.model for one in ModelFiles(models=[folder]).read().value]
    models = []
    for i in range(int(n)):
        parent, other = (sets[j] for j in rng.choice(len(sets), 2, replace=False))
        models.append(made(f"m{i}", parent, other, rng.uniform(0.05, 0.5)))
    start = time.process_time()
    tables = Comparison(models).tables
    write_tables(out, tables, MODEL_TABLES, gzip=True)
    seconds, peak = time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    size = sum(path.stat().st_size for path in Path(out).iterdir())
    print(
        f"{n} models: {seconds:.1f} CPU s, {peak:.0f} MiB, {len(tables['pairs'])} rows, {size / 1e6:.1f} MB"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
