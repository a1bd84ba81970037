"""How often halves of one gene set are called different, and the interval misses: python benchmarks/rate_interval.py.

Genes of 300 codons are drawn from the bundled models of thale cress and human, cut to each order; order 5 is
order 4 with every row moved at random, by as much as 80 bases would.  ``one source``: every gene from cress.
``mixed``: each gene from one of five sources from cress to a fifth human, so that genes differ as a gene set's do.
Arguments: ``halves``, ``coverage`` or ``both``, the runs of each line (200), the orders (2,3,4,5), the sizes
of the gene sets (50,500,5000), two species in place of cress and human (arabidopsis,human), and of how many times
as many genes the second model is trained (1).  A model is trained on half of so many genes.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np
from numba import njit

from klbio.distributions import FloatArray
from klbio.io import read_models
from klbio.models import ContentModel
from klbio.models.arrays import closed
from klbio.models.markov.content_models import ContentModels
from klbio.models.markov.model_pair import ModelPair
from klbio.models.markov.rate_interval import RateInterval
from klbio.models.markov.stationary import stationary_distribution
from klbio.models.training.sampled_genes import sample_genes
from klbio.models.training.words import Gene, WordCounts, Words

CODONS = 300
MIXTURES = (0.0, 0.05, 0.1, 0.15, 0.2)
AWAY = {"near": 0.2, "between": 0.5, "far": 1.0}  # share of the second species in the other source
BASES = 80.0  # of each context, for order 5


@cache
def source(species: str, order: int) -> ContentModel:
    """Cut a model to an order, in its own long run."""
    model = read_models(f"examples/gene-models/augustus/{species}")[0].coding  # type: ignore[union-attr]
    table = model.comparable(order=model.order, epsilon=1e-4).probabilities
    if order > model.order:
        rows = model.lifted(order).comparable(order=order, epsilon=1e-4).probabilities
        moved = np.random.default_rng(order).gamma(np.maximum(BASES * rows, 1e-9))
        return ContentModel(closed(np.where(rows > 0, moved, 0.0)))
    joint = stationary_distribution(table)[..., None] * table
    return ContentModel(closed(joint.reshape(3, -1, 4**order, 4).sum(axis=1)))


@dataclass(frozen=True)
class Design:
    """Two species, and how many times as many genes the second model has."""

    species: tuple[str, str] = ("arabidopsis", "human")
    times: float = 1.0

    def mixed(self, order: int, share: float) -> ContentModel:
        """Give rows between the two."""
        first, second = (source(name, order).probabilities for name in self.species)
        return ContentModel(closed((1 - share) * first + share * second))


def drawn(model: ContentModel, n_genes: int, seed: int) -> list[Words]:
    """Draw genes, as words of the model's order."""
    table = model.comparable(order=model.order, epsilon=0.0).probabilities
    genes = sample_genes(table, n_genes=n_genes, n_codons=CODONS, seed=seed)
    return [Gene(gene).words(model.order) for gene in genes]


@njit(cache=True)  # type: ignore[untyped-decorator]
def walked(
    start: FloatArray, upper: FloatArray, n_genes: int, order: int, rng: np.random.Generator
) -> FloatArray:
    """Count the words of genes as they are drawn; the first bases of a gene have no whole context."""
    period, n_contexts, _ = upper.shape
    counts = np.zeros((period, n_contexts, 4))
    for _ in range(n_genes):
        context = min(np.searchsorted(start, rng.random(), side="right"), n_contexts - 1)
        for i in range(period * CODONS):
            chance, base = rng.random(), 0
            while base < 3 and upper[i % period, context, base] <= chance:
                base += 1
            if i >= order:
                counts[i % period, context, base] += 1
            context = (4 * context + base) % n_contexts
    return counts


def trained(model: ContentModel, n_genes: int, seed: int) -> ContentModel:
    """Estimate a model from genes drawn from it."""
    table = model.comparable(order=model.order, epsilon=0.0).probabilities
    start = stationary_distribution(table)[0].cumsum()
    counts = walked(start, table.cumsum(axis=-1)[..., :3], n_genes, model.order, np.random.default_rng(seed))
    return WordCounts(counts).coding_model()


def fitted(genes: list[Words], order: int) -> ContentModel:
    return WordCounts(WordCounts.of(genes, order).counts).coding_model()


def interval(p: ContentModel, q: ContentModel) -> RateInterval:
    found = ModelPair(p, q).interval
    if found is None:
        raise SystemExit("no interval")
    return found


def halves(
    design: Design, order: int, n_genes: int, mixtures: tuple[float, ...], runs: int
) -> tuple[int, float, float]:
    """Split one gene set at random; count the splits that both directions tell apart."""
    each = n_genes // len(mixtures)
    genes = [gene for i, x in enumerate(mixtures) for gene in drawn(design.mixed(order, x), each, seed=i)]
    rng, called, rates, floors = np.random.default_rng(order), 0, [], []
    for _ in range(runs):
        turned = rng.permutation(len(genes))
        p, q = (fitted([genes[i] for i in half], order) for half in np.split(turned, [len(genes) // 2]))
        found = interval(p, q), interval(q, p)
        called += all(one.excludes_zero for one in found)
        rates.append(ContentModels([p, q]).rates[0, 1])
        floors.append(found[0].noise_floor)
    return called, float(np.mean(rates)), float(np.mean(floors))


def coverage(
    design: Design, order: int, n_genes: int, share: float, runs: int
) -> tuple[float, float, float, float]:
    """Estimate both models anew each run: the truth, the mean estimate, and the shares that lie beside it."""
    one, other = design.mixed(order, 0.0), design.mixed(order, share)
    truth = float(ContentModels([one, other]).rates[0, 1])
    more = round(n_genes // 2 * design.times)
    found = [
        interval(trained(one, n_genes // 2, 2 * run), trained(other, more, 2 * run + 1))
        for run in range(runs)
    ]
    low = sum(truth < each.low for each in found) / runs
    high = sum(truth > each.high for each in found) / runs
    return truth, float(np.mean([each.corrected for each in found])), low, high


def report_halves(design: Design, runs: int, orders: Sequence[int], sizes: Sequence[int]) -> None:
    print(f"{'halves':<12}{'order':>6}{'genes':>7}{'mean D':>10}{'floor':>10}{'called':>12}")
    for name, mixtures in (("one source", (0.0,)), ("mixed", MIXTURES)):
        for order, n in product(orders, sizes):
            called, rate, floor = halves(design, order, n, mixtures, runs)
            print(
                f"{name:<12}{order:>6}{n:>7}{rate:>10.5f}{floor:>10.5f}{f'{called} of {runs}':>12}",
                flush=True,
            )


def report_coverage(design: Design, runs: int, orders: Sequence[int], sizes: Sequence[int]) -> None:
    print(
        f"{'interval':<12}{'order':>6}{'genes':>7}{'true D':>10}{'corrected':>10}{'below':>7}{'above':>7}{'holds':>7}"
    )
    for order, n, (name, share) in product(orders, sizes, AWAY.items()):
        truth, mean, low, high = coverage(design, order, n, share, runs)
        line = f"{name:<12}{order:>6}{n:>7}{truth:>10.5f}{mean:>10.5f}{low:>7.3f}{high:>7.3f}"
        print(f"{line}{1 - low - high:>7.3f}", flush=True)


def main(
    part: str = "both", runs: str = "200", orders: str = "2,3,4,5", sizes: str = "50,500,5000",
    species: str = "arabidopsis,human", times: str = "1",
) -> None:  # fmt: skip
    first, second = species.split(",")
    design = Design((first, second), float(times))
    given = int(runs), [int(word) for word in orders.split(",")], [int(word) for word in sizes.split(",")]
    if part in ("both", "halves"):
        report_halves(design, *given)
    if part in ("both", "coverage"):
        report_coverage(design, *given)


if __name__ == "__main__":
    main(*sys.argv[1:])
