"""How often halves of a real gene set are called different: python benchmarks/gene_halves.py GENES [RUNS ...].

GENES is what ``klbio nearest --query`` takes: FASTA of coding sequences, GenBank, or an annotation and, after a comma,
its genome.  RUNS (200) random splits are made of SIZES genes (50,500,5000 or as many as there are), drawn anew each
time, at ORDERS (2,3,4,5); ``as one chain`` leaves aside that genes differ from each other, ``as genes`` is what klbio
does.
"""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np

from klbio.models import ContentModel, DesignEffect
from klbio.models.markov.model_pair import ModelPair
from klbio.models.training.gene_model import Training
from klbio.smoothing import Additive
from klbio.steps.query_genes import QueryGenes, read_genes


def trained(genes: list[bytes], order: int, code: int) -> ContentModel:
    training = Training(order=order, genetic_code=code)
    for gene in genes:
        training.add_gene("", gene)
    return training.model("half", Additive(0.5)).coding


def apart(p: ContentModel, q: ContentModel) -> bool:
    """Say whether both directions tell two models apart."""
    found = ModelPair(p, q).interval, ModelPair(q, p).interval
    return all(one is not None and one.excludes_zero for one in found)


def report(given: QueryGenes, order: int, size: int, runs: int) -> None:
    rng, called, designs = np.random.default_rng(order), np.zeros(2, int), []
    for _ in range(runs):
        chosen = rng.permutation(len(given.sequences))[:size]
        pair = [
            trained([given.sequences[i] for i in half], order, given.genetic_code)
            for half in np.array_split(chosen, 2)
        ]
        called += apart(*(replace(half, design=DesignEffect()) for half in pair)), apart(*pair)
        designs += [(half.design.mean, half.design.unevenness) for half in pair]
    mean, uneven = np.mean(designs, axis=0)
    print(f"{order:>5}{size:>7}{called[0]:>14}{called[1]:>10}{mean:>8.2f}{uneven:>12.2f}", flush=True)


def main(files: str, runs: str = "200", sizes: str = "50,500,5000", orders: str = "2,3,4,5") -> None:
    given = read_genes(files.split(",")).value
    n_genes = len(given.sequences)
    print(f"{files}: {n_genes} genes, called different of {runs} splits")
    print(
        f"{'order':>5}{'genes':>7}{'as one chain':>14}{'as genes':>10}{'effect':>8}{'unevenness':>12}",
        flush=True,
    )
    for order in map(int, orders.split(",")):
        for size in sorted({min(int(size), n_genes) for size in sizes.split(",")}):
            report(given, order, size, int(runs))


if __name__ == "__main__":
    main(*sys.argv[1:])
