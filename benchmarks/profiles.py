"""All-against-all alignment of profile HMMs: time, memory, and what the quick test loses.

    python benchmarks/profiles.py --families 125 --members 4 --threads 2
    python benchmarks/profiles.py --hmm Pfam.hmm --most 500 --threads 2

The first draws families of profiles: columns of a family share their emissions up to noise, members lose and
gain stretches; profiles of different families are unrelated.  So what should be found is known.
"""

from __future__ import annotations

import argparse
import resource
import time
from itertools import islice
from pathlib import Path

import numpy as np

from klbio.alphabets import AMINO
from klbio.io import read_models
from klbio.models import ProfileHMM
from klbio.models.align import Prepared
from klbio.models.align_all import DIAGONAL_BITS, align_all

FOLDER = Path(__file__).parents[1] / "examples" / "gene-models" / "hmmer"
NAMES = ("Pkinase", "RRM_1", "fn3", "globins4")


def simulated(n_families: int, n_members: int, seed: int = 1) -> tuple[list[ProfileHMM], list[int]]:
    """Families around columns drawn from four real profiles; each member has its own noise and deletions."""
    rng = np.random.default_rng(seed)
    sources = [
        one for name in NAMES for one in read_models(FOLDER / f"{name}.hmm") if isinstance(one, ProfileHMM)
    ]
    pool = np.concatenate([one.match_emissions for one in sources])
    steps = np.concatenate([one.transitions[1:-1] for one in sources])
    f = sources[0].background
    profiles, family = [], []
    for k in range(n_families):
        length = int(np.clip(rng.lognormal(5.0, 0.6), 30, 600))
        columns = pool[rng.integers(len(pool), size=length)]
        for m in range(n_members):
            start = int(rng.integers(0, max(length // 6, 1)))
            kept = np.delete(
                columns, slice(start + length // 3, start + length // 3 + int(rng.integers(0, 6))), 0
            )
            noisy = np.stack([rng.dirichlet(60 * row + 0.5 * f) for row in kept]) + 1e-4
            rows = rng.integers(len(steps), size=len(kept) + 1)
            profiles.append(
                ProfileHMM(
                    f"f{k}m{m}",
                    "",
                    AMINO,
                    noisy / noisy.sum(axis=1, keepdims=True),
                    f,
                    steps[rows],
                )
            )
            family.append(k)
    return profiles, family


def main() -> None:
    """Run and print one row per setting."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--families", type=int, default=125)
    parser.add_argument("--members", type=int, default=4)
    parser.add_argument("--hmm", type=Path)
    parser.add_argument("--most", type=int, default=500)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--diagonal", type=float, default=DIAGONAL_BITS)
    chosen = parser.parse_args()
    if chosen.hmm:
        read = [one for one in read_models(chosen.hmm) if isinstance(one, ProfileHMM)]
        profiles, family = list(islice(read, chosen.most)), None
    else:
        profiles, family = simulated(chosen.families, chosen.members)
    started = time.perf_counter()
    found = aligned = true = missed = false = 0
    pairs = align_all(
        [Prepared(p) for p in profiles], [p.name for p in profiles], seed=1,
        least_diagonal=chosen.diagonal, threads=chosen.threads,
    )  # fmt: skip
    total = len(profiles) * (len(profiles) - 1) // 2
    for pair in pairs:
        aligned += pair.alignment is not None
        hit = pair.null is not None and pair.null.p_extreme_value * total < 0.01
        found += hit
        if family:
            same = family[pair.i] == family[pair.j]
            true, missed, false = true + same, missed + (same and not hit), false + (hit and not same)
    seconds = time.perf_counter() - started
    columns = sum(p.n_match for p in profiles)
    print("profiles\tcolumns\tpairs\taligned\tfound\trelated\tmissed\tfalse\tthreads\tseconds\tpeak_mb")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    known = (true, missed, false) if family else ("", "", "")
    print(
        *(len(profiles), columns, total, aligned, found, *known, chosen.threads, f"{seconds:.0f}", peak),
        sep="\t",
    )


if __name__ == "__main__":
    main()
