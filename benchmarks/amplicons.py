"""Taxa from amplicons on real reads: cost, a mock community against what it holds, seeds.

    python -m benchmarks.amplicons FOLDER

FOLDER holds the MiSeq SOP reads of Kozich et al. 2013 (``samplesheet.csv``, ``HMP_MOCK.v35.fasta``).  What the mock
holds is told by its reads: each read that was kept counts for the genus of the known sequence that it is nearest to.
"""

from __future__ import annotations

import argparse
import csv
import platform
import resource
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np

from klbio.divergences import jensen_shannon_divergence
from klbio.io import read_taxa
from klbio.io.amplicons.sized import read_matches, read_sized, write_sized
from klbio.io.programs import VSEARCH
from klbio.steps.amplicon_features import denoise_amplicons
from klbio.steps.amplicon_matches import match_amplicons
from klbio.steps.amplicon_merge import merge_amplicons
from klbio.steps.amplicon_table import compose_amplicons
from klbio.taxonomy import collapse

MOCK = "Mock"
GAPS = str.maketrans("", "", "-.")
GENERA = {
    "A.baumannii": "Acinetobacter",
    "A.odontolyticus": "Actinomyces", "B.cereus": "Bacillus",
    "B.vulgatus": "Bacteroides", "C.beijerinckii": "Clostridium", "D.radiodurans": "Deinococcus",
    "E.faecalis": "Enterococcus",
    "E.coli": "Escherichia/Shigella", "H.pylori": "Helicobacter", "L.gasseri": "Lactobacillus",
    "L.monocytogenes": "Listeria", "N.meningitidis": "Neisseria",
    "P.acnes": "Propionibacterium",
    "P.aeruginosa": "Pseudomonas", "P.gingivalis": "Porphyromonas", "R.sphaeroides": "Rhodobacter",
    "S.aureus": "Staphylococcus", "S.epidermidis": "Staphylococcus", "S.agalactiae": "Streptococcus",
    "S.mutans": "Streptococcus", "S.pneumoniae": "Streptococcus",
}  # fmt: skip


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, default=10)
    given = parser.parse_args()
    print(
        f"vsearch {VSEARCH.version}, Python {platform.python_version()}, {platform.machine()}, {date.today()}"
    )
    with TemporaryDirectory() as folder:
        print_cost(given.folder, Path(folder))
        print_mock(given.folder, Path(folder), given.seeds)


def sheet_of(source: Path, folder: Path) -> Path:
    """The sheet of the study with klbio's words; the mock is a control."""
    lines = ["sample\tsubject\tphase\tkind\tfastq_1\tfastq_2"]
    with (source / "samplesheet.csv").open() as handle:
        for row in csv.DictReader(handle):
            who = ["", "", "mock"] if row["sample"] == MOCK else [row["subject"], row["condition"], "sample"]
            files = [str((source / row[name]).resolve()) for name in ("fastq_1", "fastq_2")]
            lines.append("\t".join([row["sample"], *who, *files]))
    path = folder / "sheet.tsv"
    path.write_text("\n".join(lines) + "\n")
    return path


def print_cost(source: Path, folder: Path) -> None:
    """The whole command in a process of its own, one thread."""
    line = [
        sys.executable,
        "-m",
        "klbio",
        "amplicons",
        str(sheet_of(source, folder)),
        "--out",
        str(folder / "whole"),
    ]
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), perf_counter()
    subprocess.run([*line, "--quiet"], check=True, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(
        f"klbio amplicons: {cpu:.1f} CPU s, {perf_counter() - start:.1f} s, {after.ru_maxrss / 1024:.0f} MB at most"
    )


def print_mock(source: Path, folder: Path, n_seeds: int) -> None:
    """The mock's genera against those of its reads, seed by seed."""
    sheet = sheet_of(source, folder)
    part, passed, features, chimeras, counts = (
        folder / name for name in ("part", "passed", "f", "c", "counts")
    )
    merge_amplicons(samples=sheet, out=part, reads=passed)
    denoise_amplicons(parts=[part], out=features, chimeras=chimeras)
    match_amplicons(part=part, features=features, chimeras=chimeras, out=counts)
    truth = truth_of(source, folder, part)
    for seed in range(1, n_seeds + 1):
        compose_amplicons(
            samples=sheet, features=features, counts=[counts], passed=[passed], table=folder / "t.biom",
            calls=folder / "calls.tsv", reads=folder / "r.tsv", dropped=folder / "d.tsv", seed=seed,
        )  # fmt: skip
        table = read_taxa(folder / "t.biom")
        genera = collapse(table.counts.rows([MOCK]), table.taxonomy, "genus", "lineage")
        found = Counter(dict(zip(genera.labels, genera.dense()[0], strict=True)))
        names = sorted({*truth, *found})
        p, q = (np.array([of[name] for name in names], dtype=float) for of in (found, truth))
        bits = float(jensen_shannon_divergence(p / p.sum(), q / q.sum()))
        above = sum(n for name, n in found.items() if "unclassified" in name) / p.sum()
        wrong = sum(n for name, n in found.items() if name not in truth) / p.sum() - above
        print(f"seed {seed}: JSD {bits:.4f} bits, another genus {wrong:.4f}, above genus {above:.4f}")


def truth_of(source: Path, folder: Path, part: Path) -> Counter[str]:
    """Genera of the mock's reads, each by the known sequence that it is nearest to."""
    known, reads, found = folder / "known.fasta", folder / "mock.fasta", folder / "nearest.tsv"
    of_strains = read_sized(source / "HMP_MOCK.v35.fasta")
    write_sized(known, [one._replace(sequence=one.sequence.translate(GAPS)) for one in of_strains])
    every = list(read_sized(part))
    mock = max((one.name.partition(".")[0] for one in every), key=int)  # it stands last in the sheet
    write_sized(reads, [one for one in every if one.name.partition(".")[0] == mock])
    VSEARCH.run(
        ["--usearch_global", str(reads), "--db", str(known), "--id", "0.9", "--maxaccepts", "0", "--maxrejects", "0",
         "--top_hits_only", "--maxhits", "1", "--userout", str(found), "--userfields", "query+target", "--quiet"]
    )  # fmt: skip
    truth: Counter[str] = Counter()
    for (_, target), n in read_matches(found).items():
        truth[GENERA[target.rpartition(".")[0]]] += n
    return truth


if __name__ == "__main__":
    main()
