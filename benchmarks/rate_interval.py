"""How often the interval from training size misses the true relative entropy: python benchmarks/rate_interval.py.

Sources are the bundled models of human and thale cress cut to order 2; each run estimates a model of p, and
one of q or q as it stands, from sequence drawn from them.
"""

from __future__ import annotations

import numpy as np

from klbio.io import read_models
from klbio.models import ContentModel
from klbio.models.arrays import closed
from klbio.models.markov import rate_interval as under_test
from klbio.models.markov.content_models import ContentModels
from klbio.models.markov.model_pair import ModelPair
from klbio.models.markov.stationary import stationary_distribution
from klbio.models.training.sampled_genes import sample_genes
from klbio.models.training.words import Gene, WordCounts

ORDER, RUNS = 2, 150
FOLDER = "examples/gene-models"


def source(path: str) -> ContentModel:
    """Cut a model to order 2, in its own long run."""
    model = read_models(f"{FOLDER}/{path}")[0].coding  # type: ignore[union-attr]
    table = model.comparable(order=model.order, epsilon=1e-4).probabilities
    joint = stationary_distribution(table)[..., None] * table
    return ContentModel(closed(joint.reshape(3, -1, 4**ORDER, 4).sum(axis=1)))


def estimated(model: ContentModel, n_bases: int, seed: int) -> ContentModel:
    table = model.comparable(order=ORDER, epsilon=0.0).probabilities
    genes = sample_genes(table, n_genes=n_bases // 300, n_codons=100, seed=seed)
    return WordCounts(WordCounts.of([Gene(gene).words(ORDER) for gene in genes], ORDER).counts).coding_model()


def report(name: str, p: ContentModel, q: ContentModel, n_p: int, n_q: int | None) -> None:
    true = ContentModels([p, q]).rates_by_position[0, 1].mean()
    rates, below, above = [], 0, 0
    for run in range(RUNS):
        one = estimated(p, n_p, 2 * run)
        other = estimated(q, n_q, 2 * run + 1) if n_q else q
        found = ModelPair(one, other).interval
        if found is None:
            raise SystemExit("too few bases for an interval")
        rates.append(ContentModels([one, other]).rates_by_position[0, 1].mean())
        below += true < found.low
        above += true > found.high
    print(
        f"{name:<16}{n_p:>8}{n_q or 'exact':>8}{true:>9.5f}{np.mean(rates):>9.5f}{found.noise_floor:>9.5f}"
        f"{below / RUNS:>8.3f}{above / RUNS:>8.3f}",
        flush=True,
    )


def main() -> None:
    human, cress = source("augustus/human"), source("augustus/arabidopsis")
    snap = source("snap/A.thaliana.hmm")
    under_test.ENOUGH = 10  # type: ignore[misc]  # to show why it is 30
    print(f"{'pair':<16}{'N_p':>8}{'N_q':>8}{'true D':>9}{'mean':>9}{'floor':>9}{'below':>8}{'above':>8}")
    for n in (2000, 6000, 30_000):
        report("human, cress", human, cress, n, n)
        report("human, cress", human, cress, n, None)
        report("cress, SNAP's", cress, snap, n, n)
        report("cress, itself", cress, cress, n, n)


if __name__ == "__main__":
    main()
