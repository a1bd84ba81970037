"""All-against-all comparison of profile HMMs by the whole command, and what its quick test loses.

    python benchmarks/profiles.py --hmm Pfam.h3m --most 500 --threads 2 --subset 120
    python benchmarks/profiles.py --families 125 --members 4 --threads 2

Of a file of profiles, `--most` are drawn by a seed and `klbio models FILE --threads N --out DIR` is run on them: pairs
in all, left out by the quick test, explained by chance, listed, related (less than .01 expected by chance), time and
memory of the process.  Then every pair of `--subset` profiles is aligned, half of them with the beginning of
their names in common with others, so that there are relatives: how many of these the quick test and the limit of the
score would have lost, by their thresholds.  Pairs of known clans are printed as klbio sees them.

Without a file, families are simulated: columns of a family share their emissions up to noise, members lose
stretches; profiles of different families are unrelated.  So what should be found is known.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from bench import machine, run_whole

from klbio.alphabets import AMINO
from klbio.io import read_models
from klbio.models import ProfileHMM
from klbio.models.comparison.profiles import RELATED
from klbio.models.profiles.align_all import AlignedPair, Aligner
from klbio.models.profiles.pairs_of import PairsOf

FOLDER = Path(__file__).parents[1] / "examples" / "gene-models" / "hmmer"
NAMES = ("Pkinase", "RRM_1", "fn3", "globins4")
SEED = 1
THRESHOLDS = (12.0, 13.0, 14.0, 15.0, 16.0, 17.0, 18.0)
LEAST_SCORE = 12.0  # bits, below which no pair of so many is related: its random orders are not scored
CLANS = (
    ("adh_short", "adh_short_C2"),
    ("Methyltransf_11", "Methyltransf_25"),
    ("adh_short", "Methyltransf_11"),
)


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
            lost = slice(start + length // 3, start + length // 3 + int(rng.integers(0, 6)))
            kept = np.delete(columns, lost, 0)
            noisy = np.stack([rng.dirichlet(60 * row + 0.5 * f) for row in kept]) + 1e-4
            match = noisy / noisy.sum(axis=1, keepdims=True)
            rows = rng.integers(len(steps), size=len(kept) + 1)
            profiles.append(ProfileHMM(f"f{k}m{m}", "", AMINO, match, f, steps[rows]))
            family.append(k)
    return profiles, family


def named(profiles: Sequence[ProfileHMM]) -> dict[str, ProfileHMM]:
    """Give profiles by their own names."""
    return {profile.name: profile for profile in profiles}


def compare_simulated(n_families: int, n_members: int, threads: int) -> None:
    """Print what is found of what should be."""
    profiles, family = simulated(n_families, n_members)
    wanted, started = PairsOf(named(profiles)), time.process_time()
    total = wanted.n
    hits = {
        (pair.i, pair.j)
        for pair in Aligner(seed=SEED, threads=threads, least_surprise=1 / total).pairs(wanted)
        if pair.null is not None and pair.null.p_extreme_value * total < RELATED
    }
    seconds = time.process_time() - started
    places = range(len(family))
    true = {(i, j) for i in places for j in places if i < j and family[i] == family[j]}
    print("profiles\tpairs\trelated\tfound\tmissed\tfalse\tcpu_seconds")
    print(
        len(profiles),
        total,
        len(true),
        len(hits),
        len(true - hits),
        len(hits - true),
        f"{seconds:.0f}",
        sep="\t",
    )


def draw(n: int, most: int) -> list[int]:
    """Draw places out of n by the seed, in order."""
    return sorted(np.random.default_rng(SEED).permutation(n)[:most].tolist())


def whole_command(hmm: Path, most: int, threads: int, keep: Path | None) -> None:
    """Draw profiles, run the command on them, print what it took and what it says."""
    from pyhmmer.plan7 import HMMFile

    with TemporaryDirectory() as folder, HMMFile(hmm) as handle:
        profiles = list(handle)
        drawn = draw(len(profiles), most)
        sample, out = Path(folder) / "sample.h3m", keep or Path(folder) / "out"
        with sample.open("wb") as file:
            for place in drawn:
                profiles[place].write(file, binary=True)
        n_nodes = sum(profiles[place].M for place in drawn)
        arguments = ["models", str(sample), "--threads", str(threads), "--out", str(out)]
        took = run_whole([sys.executable, "-m", "klbio", *arguments], Path(folder))
        listed = pd.read_csv(out / "alignments.tsv", sep="\t")
        dropped = pd.read_csv(out / "dropped.tsv", sep="\t")
        print(
            f"## {len(drawn)} profiles of {hmm.name}, {n_nodes} match states, {threads} threads: "
            f"wall {took['wall']:.0f} s, CPU {took['cpu']:.0f} s, peak {took['peak']:.0f} MB"
        )
        for name, reason in zip(dropped["name"], dropped["reason"], strict=True):
            print(f"# {name}: {reason}")
        related = (listed["expected_by_chance"] < RELATED).sum()
        print(
            f"# listed {len(listed)}, related {related}, near-duplicates {(listed['near_duplicate'] == 'yes').sum()}"
        )
        shown = [
            "model_p",
            "model_q",
            "score_bits",
            "n_columns",
            "jensen_shannon_bits_per_column",
            "expected_by_chance",
        ]
        print(listed[shown].head(12).to_string(index=False))


def with_relatives(profiles: Sequence[ProfileHMM], n: int) -> list[ProfileHMM]:
    """Draw profiles, half of them among those whose names begin as two others' do."""
    stems = defaultdict(list)
    for place, one in enumerate(profiles):
        stems[one.name.split("_")[0].lower()].append(place)
    families = [places[:4] for _, places in sorted(stems.items()) if len(places) >= 3]
    drawn = [place for k in np.random.default_rng(SEED).permutation(len(families)) for place in families[k]]
    chosen = set(drawn[: n // 2])
    others = [place for place in draw(len(profiles), len(profiles)) if place not in chosen]
    chosen |= {others[k] for k in draw(len(others), n - len(chosen))}
    return [profiles[place] for place in sorted(chosen)]


def recall(profiles: Sequence[ProfileHMM], threads: int) -> None:
    """Align every pair; print, by threshold, pairs that pass and relatives that are lost."""
    wanted, started = PairsOf(named(profiles)), time.process_time()
    aligner = Aligner(
        seed=SEED, threads=threads, least_stretch=0.0, least_score=LEAST_SCORE, least_surprise=1 / wanted.n
    )
    pairs = list(aligner.pairs(wanted))
    tests = wanted.quick_tests()
    stretches = np.concatenate(
        [tests[wanted.profiles[i].alphabet].bits(i, others) for i, others in wanted.rows()]
    )
    scores = np.array([
        pair.alignment.score_bits if isinstance(pair, AlignedPair) else pair.score_bits for pair in pairs
    ])  # fmt: skip
    chance = np.array([pair.null.p_extreme_value * wanted.n if pair.null else np.inf for pair in pairs])
    seconds = time.process_time() - started
    print(f"## {len(profiles)} profiles, all {wanted.n} pairs aligned in {seconds:.0f} s of CPU")
    print("by\tleast_bits\tpass_rate\trelated\tkept\tlisted\tkept")
    for by, values in (("stretch", stretches), ("score", scores)):
        for least in THRESHOLDS:
            kept = values >= least
            numbers = [(found.sum(), (found & kept).sum()) for found in (chance < RELATED, chance < 1)]
            print(by, least, f"{kept.mean():.4f}", *numbers[0], *numbers[1], sep="\t")


def clans(profiles: Sequence[ProfileHMM]) -> None:
    """Print pairs of which the relation is known."""
    known = named(profiles)
    print("p\tq\tscore_bits\tcolumns\tD(p||q)\tD(q||p)\tJSD\tnull_mean\tp_extreme_value")
    for names in CLANS:
        if not set(names) <= set(known):
            continue
        aligner = Aligner(seed=SEED, least_stretch=0.0, least_score=-np.inf)
        (pair,) = aligner.pairs(PairsOf({name: known[name] for name in names}))
        if isinstance(pair, AlignedPair):
            means = (pair.columns.mean_forward, pair.columns.mean_backward, pair.columns.mean_jensen_shannon)
            numbers = "\t".join(f"{value:.3f}" for value in means)
            print(
                *names, f"{pair.alignment.score_bits:.1f}", len(pair.alignment.pairs), numbers,
                f"{pair.null.mean_bits:.1f}", f"{pair.null.p_extreme_value:.2g}", sep="\t",
            )  # fmt: skip


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--families", type=int, default=125)
    parser.add_argument("--members", type=int, default=4)
    parser.add_argument("--hmm", type=Path, help="a file of profiles")
    parser.add_argument("--most", type=int, default=500)
    parser.add_argument("--subset", type=int, default=120, help="0: no recall")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="folder for the tables of the command")
    chosen = parser.parse_args()
    if not chosen.hmm:
        compare_simulated(chosen.families, chosen.members, chosen.threads)
    elif not chosen.hmm.exists():
        print(f"# {chosen.hmm}: not here, nothing measured")
    else:
        profiles = [one for one in read_models(chosen.hmm) if isinstance(one, ProfileHMM)]
        clans(profiles)
        if chosen.subset:
            recall(with_relatives(profiles, chosen.subset), chosen.threads)
        whole_command(chosen.hmm, chosen.most, chosen.threads, chosen.keep)
    print(f"# {machine()}")


if __name__ == "__main__":
    main()
