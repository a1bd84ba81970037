"""Does the range over calls hold the divergence of the true genera?  Species that the reference lacks, of known genera.

    python -m benchmarks.call_range --studies 200

Each study has 80 genes of the bundled reference, of 40 genera that keep other genes in it; these 80 are taken out
before they are classified.  Two communities of log-normal abundances, all of them somewhat changed, give 5,000 reads
each, without errors: what differs is the names alone.  The truth is the divergence of the same reads by their true
genera.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from klbio.amplicons.call_range import Pools, RankCalls, Subject
from klbio.divergences import jensen_shannon_divergence
from klbio.io.amplicons.sintax import read_calls
from klbio.io.amplicons.sized import Sized, write_sized
from klbio.io.amplicons.vsearch import Vsearch
from klbio.io.references import bundled, read_about, read_reference, write_reference

N_GENERA, OF_EACH, N_READS = 40, 2, 5_000
CUTOFF = 0.8
SIDES = Subject("S", "", "before", "after")


def main() -> None:
    """Print how often the range, and the interval over reads, hold the truth."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--studies", type=int, default=200)
    n_studies = parser.parse_args().studies
    reference = read_reference(bundled())
    records = list(reference.records())
    by_genus: dict[str, list[int]] = {}
    for place, (_, lineage, _) in enumerate(records):
        by_genus.setdefault(lineage[-1], []).append(place)
    large = [places for places in by_genus.values() if len(places) > 2 * OF_EACH]
    rows = [study(seed, records, large, reference.ranks) for seed in range(n_studies)]
    truth, printed, low, high, reads_low, reads_high, at_zero = np.array(rows).T
    print(f"{n_studies} studies of {N_GENERA} genera, mean truth {truth.mean():.3f} bits")
    held = np.mean((low <= truth) & (truth <= high))
    print(f"range over calls holds the truth in {held:.3f}; mean width {np.mean(high - low):.3f}")
    print(f"truth below the range in {np.mean(truth < low):.3f}, above it in {np.mean(truth > high):.3f}")
    print(f"interval over reads holds it in {np.mean((reads_low <= truth) & (truth <= reads_high)):.3f}; "
          f"mean width {np.mean(reads_high - reads_low):.3f}")  # fmt: skip
    print(
        f"cutoff {CUTOFF}: mean error {np.mean(printed - truth):+.3f}; cutoff 0: {np.mean(at_zero - truth):+.3f}"
    )


def study(
    seed: int,
    records: list[tuple[str, tuple[str, ...], bytes]],
    large: list[list[int]],
    ranks: tuple[str, ...],
) -> tuple[float, ...]:
    """Truth, what is printed, ends of the range, ends of the interval over reads, and what cutoff 0 gives."""
    rng = np.random.default_rng(seed)
    homes = rng.choice(len(large), N_GENERA, replace=False)
    chosen = [int(place) for home in homes for place in rng.choice(large[home], OF_EACH, replace=False)]
    genera = np.repeat(np.arange(N_GENERA), OF_EACH)
    shares = rng.lognormal(0, 1.5, (N_GENERA * OF_EACH, 1)) * rng.lognormal(0, 0.5, (N_GENERA * OF_EACH, 2))
    before, after = (rng.multinomial(N_READS, side / side.sum()).astype(float) for side in shares.T)
    with TemporaryDirectory() as folder:
        known, genes, said = (Path(folder, name) for name in ("known", "genes", "said"))
        gone = {records[place][2] for place in chosen}
        write_reference(known, [record for record in records if record[2] not in gone], ranks)
        write_sized(genes, [Sized(f"f{k}", records[place][2].decode(), 1) for k, place in enumerate(chosen)])
        Vsearch().classify(genes, known, seed, said)
        calls = read_calls(said, [f"f{k}" for k in range(len(chosen))], read_about(bundled()))
    measure, pools = RankCalls(calls, "genus", seed), Pools(SIDES, before, after)
    row = measure.range_row(pools, CUTOFF)
    p, q = (np.bincount(genera, side) / N_READS for side in (after, before))
    (at_zero,) = (one.jsd_plugin_bits for one in measure.cutoff_rows(pools, (0.0,)))
    return (
        float(jensen_shannon_divergence(p, q)), row.jsd_plugin_bits, row.calls_low_bits, row.calls_high_bits,
        row.jsd_low_bits, row.jsd_high_bits, at_zero,
    )  # fmt: skip


if __name__ == "__main__":
    main()
