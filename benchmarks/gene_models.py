"""CPU seconds of each part of the comparison of gene models: python benchmarks/gene_models.py [N] [FOLDERS].

Without folders, N random models of order 4 (163 by default); with folders, the models in them.
"""

from __future__ import annotations

import platform
import sys
import time
from collections.abc import Callable

import numpy as np

from klbio.models import ContentModel, GCClass, GeneModel
from klbio.models.comparison.gene_models import GeneModels
from klbio.models.comparison.segments import Segments
from klbio.models.markov.content_models import ContentModels
from klbio.steps.model_files import ModelFiles


def random_models(n: int) -> list[GeneModel]:
    rng = np.random.default_rng(1)
    tables = [ContentModel.scaled(rng.dirichlet([5.0] * 4, size=(3, 4**4)))[0] for _ in range(n)]
    return [GeneModel(f"model {i}", (GCClass(table),)) for i, table in enumerate(tables)]


def timed(what: str, work: Callable[[], object]) -> object:
    start = time.process_time()
    result = work()
    print(f"{what:<45}{time.process_time() - start:>8.2f}", flush=True)
    return result


def main(arguments: list[str]) -> None:
    numbers = [int(argument) for argument in arguments if argument.isdecimal()]
    folders = [argument for argument in arguments if not argument.isdecimal()]
    print(f"{platform.machine()}, Python {platform.python_version()}, numpy {np.__version__}; CPU seconds")
    if folders:
        loaded = timed("read", lambda: ModelFiles(models=folders).read(keep_going=True))
        models = [one.model for one in loaded.value if isinstance(one.model, GeneModel)]  # type: ignore[attr-defined]
    else:
        models = random_models(numbers[0] if numbers else 163)
    print(f"{len(models)} models, {sum(len(model.classes) for model in models)} GC classes")
    coding = [model.coding for model in models]
    timed("relative entropy rates, coding", lambda: ContentModels(coding).rates_by_position)
    timed("Jensen-Shannon increments, coding", lambda: ContentModels(coding).jensen_shannon_increments)
    timed("codons", lambda: ContentModels(coding).codon_divergence)
    genes = GeneModels({str(i): model for i, model in enumerate(models)}, 1e-4)
    segments = Segments(genes.models, 1e-4, genes.listed)
    timed("durations", lambda: segments.durations)
    timed("transitions", lambda: [pair.bits for pair in segments.transitions.values()])
    classes = genes.classes
    timed("GC classes matched", lambda: classes.matches)
    timed("their rates, three components", lambda: classes.rates)


if __name__ == "__main__":
    main(sys.argv[1:])
