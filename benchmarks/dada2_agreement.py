"""How far vsearch's features and DADA2's lie apart, each sequence named once, or named in two runs of the classifier.

    Rscript benchmarks/dada2.R FOLDER/fastq REFERENCE TABLES
    python -m benchmarks.dada2_agreement FOLDER TABLES [--seeds 5]

FOLDER holds the MiSeq SOP reads as for `benchmarks.amplicons`.  SINTAX draws its words from one stream of random
numbers, so that what a sequence is called hangs on which were named before it: `named apart` holds that too, and
`another order` nothing but that.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.amplicons import MOCK, sheet_of
from klbio.amplicons import between_tables
from klbio.distributions import Counts
from klbio.io import read_table
from klbio.io.amplicons.sintax import read_calls
from klbio.io.amplicons.sized import Sized, read_counts, read_sized, write_sized
from klbio.io.amplicons.vsearch import Vsearch
from klbio.io.references import bundled, read_about, read_reference, write_reference
from klbio.io.sheets.sheet import read_sheet
from klbio.steps.amplicon_features import denoise_amplicons
from klbio.steps.amplicon_matches import match_amplicons
from klbio.steps.amplicon_merge import merge_amplicons
from klbio.taxonomy import Taxonomy, collapse

CUTOFF = 0.8


def ours(source: Path, folder: Path) -> Counts:
    """Count the features of vsearch, labelled by their sequences."""
    sheet, reads, features, chimeras, counts = (
        sheet_of(source, folder), *(folder / name for name in ("reads", "features", "chimeras", "counts")),
    )  # fmt: skip
    merge_amplicons(samples=sheet, out=reads, reads=folder / "steps.tsv")
    denoise_amplicons(parts=[reads], out=features, chimeras=chimeras)
    match_amplicons(part=reads, features=features, chimeras=chimeras, out=counts)
    samples = [row["sample"] for row in read_sheet(sheet)]
    known = {one.name: (place, one.sequence) for place, one in enumerate(read_sized(features))}
    values = np.zeros((len(samples), len(known)))
    for (sample, feature), n in read_counts([counts]).items():
        if feature in known:
            values[sample, known[feature][0]] = n
    mice = [name != MOCK for name in samples]
    return Counts(
        [name for name in samples if name != MOCK], [text for _, text in known.values()], values[mice]
    )


def theirs(tables: Path, samples: Sequence[str]) -> Counts:
    """Read the table of DADA2."""
    sequences = {row["taxon"]: row["sequence"] for row in read_sheet(tables / "lineages.tsv")}
    table = read_table(tables / "counts.tsv")
    table = (table if set(samples) <= set(table.samples) else table.turned()).rows(samples)
    return Counts(table.samples, [sequences[label] for label in table.labels], table.values)


def named(sequences: Sequence[str], seed: int, folder: Path) -> Taxonomy:
    """Name sequences in one run."""
    about, known = read_reference(bundled()), folder / "known.fasta"
    write_reference(known, about.records(), about.ranks)
    names = [str(place) for place in range(len(sequences))]
    queries, said = folder / "queries.fasta", folder / "said.tsv"
    write_sized(queries, [Sized(name, text, 1) for name, text in zip(names, sequences, strict=True)])
    Vsearch().classify(queries, known, seed, said)
    called = read_calls(said, names, read_about(bundled())).taxonomy(CUTOFF)
    return Taxonomy(called.ranks, {sequences[int(name)]: path for name, path in called.lineages.items()})


def apart(one: Counts, one_named: Taxonomy, other: Counts, other_named: Taxonomy, rank: str) -> str:
    """Give mean and largest divergence of the samples."""
    tables = [
        collapse(counts, of, rank, "lineage") for counts, of in ((one, one_named), (other, other_named))
    ]
    bits = between_tables(*tables)
    return f"{bits.mean():.4f}, {bits.max():.4f}"


def shared(one: Counts, other: Counts) -> str:
    """Say how many sequences both have, and what share of the reads they hold."""
    both = set(one.labels) & set(other.labels)
    first, second = (f"{len(of.labels)} ({_share(of, both):.1%} of its reads)" for of in (one, other))
    return f"{len(both)} sequences are among {first} of vsearch and {second} of DADA2"


def _share(counts: Counts, labels: set[str]) -> float:
    totals: Mapping[str, float] = dict(zip(counts.labels, counts.dense().sum(axis=0).tolist(), strict=True))
    return sum(totals[label] for label in labels) / sum(totals.values())


def main() -> None:
    """Print them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("tables", type=Path)
    parser.add_argument("--seeds", type=int, default=5)
    given = parser.parse_args()
    with TemporaryDirectory() as name:
        folder = Path(name)
        vsearch = ours(given.folder, folder)
        dada2 = theirs(given.tables, vsearch.samples)
        print(shared(vsearch, dada2))
        print("| seed | rank | each sequence named once | named apart | vsearch's own, another order |")
        print("|---|---|---|---|---|")
        for seed in range(1, given.seeds + 1):
            jointly = named(list(dict.fromkeys([*vsearch.labels, *dada2.labels])), seed, folder)
            mine, other = (named(counts.labels, seed, folder) for counts in (vsearch, dada2))
            back = named(vsearch.labels[::-1], seed, folder)
            for rank in ("genus", "family"):
                once = apart(vsearch, jointly, dada2, jointly, rank)
                twice = apart(vsearch, mine, dada2, other, rank)
                print(f"| {seed} | {rank} | {once} | {twice} | {apart(vsearch, mine, vsearch, back, rank)} |")


if __name__ == "__main__":
    main()
