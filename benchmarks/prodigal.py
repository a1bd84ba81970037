"""What Prodigal's lost background costs: its E. coli set beside AUGUSTUS' E. coli, background assumed and made good.

    python benchmarks/prodigal.py /usr/share/augustus/config/species/E_coli_K12

Prints D both ways in bits per base, first with the assumed background (independent bases), then with one made of
AUGUSTUS' coding model read in all six frames; and the closest five of the 50 built-in sets.
"""

from __future__ import annotations

import sys

import numpy as np
import pyrodigal

from klbio.io import read_models
from klbio.io.models.prodigal_file import PLACES
from klbio.models import ContentModel, GeneModel
from klbio.models.markov.content_models import ContentModels
from klbio.models.markov.stationary import stationary_distribution
from klbio.models.training.dicodons import coding_from_dicodons

E_COLI = 20
DIGITS = np.arange(4096)[:, None] // 4 ** np.arange(6)[::-1] % 4
REVERSE_COMPLEMENT = (3 - DIGITS)[:, ::-1] @ 4 ** np.arange(6)[::-1]


def six_frames(coding: ContentModel) -> np.ndarray:
    """Law of hexamers in sequence that is coding throughout, on either strand."""
    rows = coding.comparable(order=5, epsilon=1e-6).probabilities
    law = stationary_distribution(rows)
    one_strand = (law[..., None] * rows).mean(axis=0).ravel()  # a hexamer that ends at each codon position
    return (one_strand + one_strand[REVERSE_COMPLEMENT]) / 2


def both_ways(p: ContentModel, q: ContentModel) -> str:
    rates = ContentModels([p, q]).rates_by_position.mean(axis=-1)
    return f"{rates[0, 1]:.4f}\t{rates[1, 0]:.4f}"


def main() -> None:
    (species,) = (one for one in read_models(sys.argv[1]) if isinstance(one, GeneModel))
    info = pyrodigal.METAGENOMIC_BINS[E_COLI].training_info
    scores = np.array(info.coding_statistics)[PLACES]
    base = np.array([1 - info.gc, info.gc, info.gc, 1 - info.gc]) / 2
    made_good = scores + np.log(six_frames(species.coding) / base[DIGITS].prod(axis=1))
    print("background\tD(augustus || prodigal)\tD(prodigal || augustus)\tdicodons_sum_to")
    for name, values in (("assumed", scores), ("six frames", made_good)):
        found = coding_from_dicodons(values, float(info.gc))
        print(f"{name}\t{both_ways(species.coding, found.coding)}\t{found.mass:.4f}")
    sets = [one for one in read_models("prodigal:") if isinstance(one, GeneModel)]
    rates = ContentModels([species.coding, *(one.coding for one in sets)]).rates_by_position.mean(axis=-1)[
        0, 1:
    ]
    for i in np.argsort(rates)[:5]:
        print(f"{sets[i].name}\t{rates[i]:.4f}")


if __name__ == "__main__":
    main()
