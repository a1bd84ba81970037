"""One study of real amplicon reads, named in several ways: two programs, two references, and without names.

    python -m benchmarks.miseq_sop FOLDER [--reference OTHER.fasta.gz] [--dada2 FOLDER_OF_TABLES]

FOLDER holds the MiSeq SOP reads of Kozich et al. 2013 (``samplesheet.csv``).  The other reference is one that `klbio
reference build` wrote; the tables of DADA2 are those of ``benchmarks/dada2.R``.  The workflow
runs with k-mers beside taxa.
"""

from __future__ import annotations

import argparse
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
import yaml

from benchmarks.amplicons import sheet_of
from klbio.distributions import Counts
from klbio.divergences import jensen_shannon_divergence
from klbio.io import read_taxa
from klbio.io.tables.taxonomy import read_taxonomy
from klbio.taxonomy import collapse

ROOT = Path(__file__).parents[1]
HEADER = (
    "| names by | reads with a genus | shift, bits [95 % over reads] | range over calls | R2 of phase | p |\n"
    "|---|---|---|---|---|---|"
)


@dataclass(frozen=True)
class Way:
    """One way from the reads to a shift."""

    name: str
    folder: Path
    genera: Counts | None = None

    def row(self) -> str:
        """What it says of the study."""
        test = self._first("permanova", lambda rows: rows["test"].str.startswith("phase"))
        shift = self._first("pairs", lambda rows: rows["estimand"].eq("pooled"))
        if self.genera is None:
            bits = "of words: not to be held beside the others"
        else:
            bits = f"{shift.jensen_shannon_divergence_bits:.3f} [{shift.jsd_low_bits:.3f}, {shift.jsd_high_bits:.3f}]"
        cells = (
            self.name,
            self._named(),
            bits,
            self._calls(),
            f"{test.r_squared:.2f}",
            f"{test.p_value:.4f}",
        )
        return f"| {' | '.join(cells)} |"

    def _first(self, table: str, chosen: Callable[[pd.DataFrame], pd.Series]) -> Any:
        rows = pd.read_csv(self.folder / f"{table}.tsv", sep="\t")
        rows = rows[rows["rank"].isin(["genus", "6-mer"]) & chosen(rows)]
        return next(rows.itertuples())

    def _named(self) -> str:
        if self.genera is None:
            return ""
        named = [not genus.endswith("unclassified") for genus in self.genera.labels]
        return f"{self.genera.dense()[:, named].sum() / self.genera.depth.sum():.0%}"

    def _calls(self) -> str:
        path = self.folder / "call_range.tsv"
        if not path.exists():
            return ""
        row = pd.read_csv(path, sep="\t").query("rank == 'genus'").iloc[0]
        return f"{row.calls_low_bits:.3f} to {row.calls_high_bits:.3f}"


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--reference", type=Path)
    parser.add_argument("--dada2", type=Path)
    given = parser.parse_args()
    print(f"{platform.machine()}, Python {platform.python_version()}, {date.today()}\n")
    with TemporaryDirectory() as folder:
        ways = list(_ways(given, Path(folder)))
        print(HEADER, *(way.row() for way in ways), sep="\n")
        print(
            "\n| the same samples, named by | and by | bits between the two, mean of 13 samples | at most |",
            "|---|---|---|---|",
            sep="\n",
        )
        for one, other in _pairs([way for way in ways if way.genera is not None]):
            bits = _apart(one.genera, other.genera)
            print(f"| {one.name} | {other.name} | {bits.mean():.3f} | {bits.max():.3f} |")


def _ways(given: argparse.Namespace, folder: Path) -> Iterator[Way]:
    sheet = sheet_of(given.folder, folder)
    config = {
        "outdir": str(folder / "results"),
        "reads": {"samples": str(sheet), "taxa": {"ranks": ["genus"]}, "kmer": 6, "library": "amplicon"},
    }
    (folder / "config.yaml").write_text(yaml.safe_dump(config))
    _run("-m", "snakemake", "--configfile", folder / "config.yaml", "--cores", "2", "--quiet", "all")
    results = folder / "results"
    yield Way(
        "vsearch, bundled reference", results / "amplicons", _genera(results / "composition/amplicons.biom")
    )
    if given.reference:
        out = folder / "other"
        _run(
            "-m", "klbio", "amplicons", sheet, "--reference", given.reference, "--rank", "genus", "--out", out
        )
        yield Way(f"vsearch, {given.reference.name.partition('.')[0]}", out, _genera(out / "amplicons.biom"))
    if given.dada2:
        out, lineages = folder / "dada2", given.dada2 / "lineages.tsv"
        options = (
            "--taxonomy",
            lineages,
            "--rank",
            "genus",
            "--unassigned",
            "lineage",
            "--no-report",
            "--out",
            out,
        )
        _run("-m", "klbio", "shift", given.dada2 / "counts.tsv", "--samples", sheet, *options)
        yield Way(
            "DADA2 and its classifier, bundled reference", out, _genera(given.dada2 / "counts.tsv", lineages)
        )
    yield Way("no names: words of 6 bases", results / "reads")


def _run(*command: object) -> None:
    subprocess.run([sys.executable, *map(str, command)], check=True, cwd=ROOT, stdout=sys.stderr)


def _genera(table: Path, lineages: Path | None = None) -> Counts:
    found = read_taxa(table)
    taxonomy = read_taxonomy(lineages) if lineages else found.taxonomy
    counts = found.turned(taxonomy=taxonomy).counts
    mice = counts.rows([name for name in counts.samples if name != "Mock"])
    return collapse(mice, taxonomy, "genus", "lineage")


def _pairs(ways: Sequence[Way]) -> Iterator[tuple[Way, Way]]:
    return ((one, other) for k, one in enumerate(ways) for other in ways[k + 1 :])


def _apart(one: Counts, other: Counts) -> np.ndarray:
    """Bits between two compositions of each sample."""
    labels = sorted({*one.labels, *other.labels})
    tables = [
        pd.DataFrame(of.dense(), of.samples, of.labels).reindex(one.samples, columns=labels, fill_value=0.0)
        for of in (one, other)
    ]
    p, q = (table.div(table.sum(axis=1), axis=0).to_numpy() for table in tables)
    return np.array([float(jensen_shannon_divergence(*pair)) for pair in zip(p, q, strict=True)])


if __name__ == "__main__":
    main()
