"""The same question as calibration.py, of real communities: the pooled reads of two phases taken for the truth.

Reads a folder with ``table.tsv`` (taxa by samples) and ``metadata.tsv`` (sample_id, subject, phase), draws pairs
of samples from the pools of two phases, and prints bias and coverage.  A pool is itself a finite sample: its rarest
taxa are in one phase or the other by chance, which no estimator can know.  The table is in docs/method-shift.md.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from klbio.distributions import FloatArray
from klbio.divergences import jensen_shannon_divergence
from klbio.estimates import generator, jensen_shannon_estimate

DEPTHS = ((300, 300), (1_000, 1_000), (10_000, 10_000), (10_000, 1_000), (100_000, 100_000))
HEAD = "| subject | truth | depths | coverage | bias | plug-in's bias |\n|---|--:|--:|--:|--:|--:|"


def pools(folder: Path, before: str, after: str) -> dict[str, tuple[FloatArray, FloatArray]]:
    """Shares of taxa after and before, by subject; and from before twice, where nothing changed."""
    table = pd.read_csv(folder / "table.tsv", sep="\t", index_col=0)
    samples = pd.read_csv(folder / "metadata.tsv", sep="\t").set_index("sample_id")
    summed = {key: table[rows.index].sum(axis=1) for key, rows in samples.groupby(["subject", "phase"])}
    shares = {key: (counts / counts.sum()).to_numpy(float) for key, counts in summed.items()}
    found = {}
    for subject in sorted(samples["subject"].unique()):
        found[f"{subject}, unchanged"] = (shares[subject, before], shares[subject, before])
        found[subject] = (shares[subject, after], shares[subject, before])
    return found


def row(name: str, laws: tuple[FloatArray, FloatArray], depths: tuple[int, int], n_draws: int) -> str:
    rng, found = generator(1, name, str(depths)), []
    truth = float(jensen_shannon_divergence(*laws))
    for _ in range(n_draws):
        x, y = (rng.multinomial(n, law).astype(float) for n, law in zip(depths, laws, strict=True))
        estimate = jensen_shannon_estimate(x, y)
        low, high = estimate.interval()
        found.append((low <= truth <= high, estimate.value - truth, estimate.plugin - truth))
    coverage, bias, plugin = np.mean(found, axis=0)
    return f"| {name} | {truth:.3f} | {depths[0]:,} / {depths[1]:,} | {coverage:.2f} | {bias:+.4f} | {plugin:+.4f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--before", default="baseline")
    parser.add_argument("--after", default="during1")
    parser.add_argument("--draws", type=int, default=200)
    arguments = parser.parse_args()
    print(HEAD)
    for name, laws in pools(arguments.folder, arguments.before, arguments.after).items():
        for depths in DEPTHS:
            print(row(name, laws, depths, arguments.draws), flush=True)


if __name__ == "__main__":
    main()
