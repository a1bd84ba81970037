"""How often the order of a chain is found from its genes, and what the choice costs: python benchmarks/order_choice.py.

Sources as in rate_interval.py: thale cress cut to each order, order 5 made up.  Of each rule: the share of runs that
take the order of the chain, the share that take the order whose model is in truth the closest (few genes cannot teach a
high order), and how many bits per base the model taken is further from the chain than that one, on average.
Arguments: sizes of the gene sets (50,500,5000) and runs of each (100,40,10); orders (2,3,4,5).
"""

from __future__ import annotations

import sys

import numpy as np
from rate_interval import CODONS, source

from klbio.models import ContentModel
from klbio.models.genes.order_choice import OrderChoice
from klbio.models.markov.content_models import ContentModels
from klbio.models.training.sampled_genes import sample_genes
from klbio.models.training.words import Gene, WordCounts
from klbio.smoothing import Additive

RULES = ("fewest bits", "one standard error", "AIC", "BIC")


def chosen(choice: OrderChoice) -> list[int]:
    """Give the order that each rule takes."""
    by = (lambda one: one.aic), (lambda one: one.bic)
    return [choice.best.order, choice.recommended.order, *(min(choice.tried, key=key).order for key in by)]


def distance(truth: ContentModel, genes: list[Gene], order: int) -> float:
    counts = WordCounts.of([gene.words(order) for gene in genes], order)
    return float(ContentModels([truth, counts.coding_model()]).rates[0, 1])


def one_run(truth: ContentModel, n_genes: int, seed: int) -> tuple[list[int], int, list[float]]:
    """Give the order of each rule, the closest order, and what each rule loses to it."""
    table = truth.comparable(order=truth.order, epsilon=0.0).probabilities
    drawn = sample_genes(table, n_genes=n_genes, n_codons=CODONS, seed=seed)
    genes = [Gene(gene) for gene in drawn]
    choice = OrderChoice([gene.words(8).astype(np.int32) for gene in genes], Additive(0.5))
    away = {one.order: distance(truth, genes, one.order) for one in choice.tried}
    closest = min(away, key=lambda order: away[order])
    orders = chosen(choice)
    return orders, closest, [away[order] - away[closest] for order in orders]


def main(sizes: str = "50,500,5000", runs: str = "100,40,10", orders: str = "2,3,4,5") -> None:
    print(f"{'order':>5}{'genes':>7}{'runs':>6}  {'rule':<20}{'true':>7}{'closest':>9}{'loss':>10}")
    for order in map(int, orders.split(",")):
        truth = source("arabidopsis", order)
        for n_genes, n_runs in zip(map(int, sizes.split(",")), map(int, runs.split(",")), strict=True):
            found = [one_run(truth, n_genes, seed) for seed in range(n_runs)]
            for i, rule in enumerate(RULES):
                right = np.mean([taken[i] == order for taken, _, _ in found])
                close = np.mean([taken[i] == closest for taken, closest, _ in found])
                loss = np.mean([lost[i] for _, _, lost in found])
                print(
                    f"{order:>5}{n_genes:>7}{n_runs:>6}  {rule:<20}{right:>7.2f}{close:>9.2f}{loss:>10.5f}",
                    flush=True,
                )


if __name__ == "__main__":
    main(*sys.argv[1:])
