"""How well AUGUSTUS and SNAP find known genes with each species' parameters, beside what klbio said of these before.

    python benchmarks/validation_augustus.py --out DIR [NAME=GENES.gb ...]

Needs the programs and data of Debian's augustus, augustus-data, augustus-doc and snap.  Known genes:

* fly: the AUGUSTUS tutorial's test set (genes.gb.test of augustus-doc: Drosophila melanogaster, chromosome 2R, by
  protein alignments); klbio ranks on the tutorial's 486 other genes;
* human: 0.2 Mb of chromosome 16 with RefSeq (tutorial-cgp of augustus-doc), the longest of overlapping transcripts;
* NAME=FILE: any GenBank file with genomic sequence and CDS features.  docs/gene-models.md had
  worm=examples/autoAug/traingenes.gb (of the AUGUSTUS 3.5.0 source: C. elegans, 54 nGASP training genes) and
  thale-cress=Tests/GenBank/arab1.gb (of the Biopython source: a BAC of A. thaliana with its annotation).

Human and the added ones are ranked on the very genes that are to be found.  Of files with many loci, the first `--loci`
of at most `--longest` bases are taken (defaults 40 and 8000), to be done in minutes; `--only fly --loci 100 --longest
100000` takes all hundred of the tutorial.  With SHARE=FOLDER the packages' /usr/share is there.

Each program predicts with the parameters named in `MODELS`, one process, ab initio, AUGUSTUS with UTRs off, all else
as it comes.  Predictions stay in DIR and are not made again.  Nucleotide level: coding bases on their strand; exon
level: coding exons with both ends right; F = 2 TP / (2 TP + FP + FN).  Genes that nobody annotated count as wrong, for
all alike.

Printed: a row per target and model; per target Spearman's correlation of F with the bits saved, with the one-sided p
of 99,999 permutations, with and without the model ranked first; and the model each chooses.
"""

from __future__ import annotations

import argparse
import csv
import math
import os
import re
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from Bio import BiopythonParserWarning, SeqIO
from scipy.stats import rankdata

from klbio.steps.nearest import rank_models

SHARE = Path(os.environ.get("SHARE", "/usr/share"))  # where Debian's packages were unpacked
FOLDERS = {"augustus": SHARE / "augustus/config/species", "snap": SHARE / "snap/HMM"}
TUTORIALS = SHARE / "doc/augustus"
MODELS = {
    "augustus": (
        "fly", "aedes", "Anopheles_gambiae", "honeybee1", "nasonia", "tribolium2012", "caenorhabditis", "brugia",
        "human", "zebrafish", "arabidopsis", "tomato", "rice", "aspergillus_fumigatus",
    ),
    "snap": (
        "A.gambiae", "A.mellifera", "A.thaliana", "Acanium", "B.malayi", "B.mori", "C.elegans", "C.intestinalis",
        "D.melanogaster", "Nasonia", "O.sativa", "ixodesA", "ixodesB", "mam39", "mam46", "mam54", "nGASP",
    ),
}  # fmt: skip
COSTS, LEVELS = ("excess", "gc_matched", "difference in GC3"), ("nucleotide", "exon")
PERMUTATIONS = 99_999
CODING = {"CDS", "Einit", "Exon", "Eterm", "Esngl"}  # as AUGUSTUS and as SNAP call them
STOPS = {"TAA", "TAG", "TGA"}

Exon = tuple[int, int, str]  # from, to (both counted from 1), strand


@dataclass(frozen=True)
class Locus:
    """Genomic sequence, and the coding exons of each known gene in the order of translation, stop codon included."""

    name: str
    sequence: str
    genes: tuple[tuple[Exon, ...], ...]

    def exons(self) -> set[Exon]:
        """Coding exons of all genes."""
        return {exon for gene in self.genes for exon in gene}

    def coding(self, gene: tuple[Exon, ...]) -> str:
        """Coding sequence of one gene."""
        return "".join(stranded(self.sequence[start - 1 : end], strand) for start, end, strand in gene)


def stranded(sequence: str, strand: str) -> str:
    return sequence if strand == "+" else sequence[::-1].translate(str.maketrans("ACGT", "TGCA"))


def with_stop(sequence: str, gene: tuple[Exon, ...]) -> tuple[Exon, ...]:
    """Add the stop codon to the last exon, where the annotation leaves it out."""
    start, end, strand = gene[-1]
    longer = (start, end + 3, strand) if strand == "+" else (start - 3, end, strand)
    inside = stranded(sequence[start - 1 : end], strand)[-3:]
    after = stranded(sequence[max(longer[0], 1) - 1 : longer[1]], strand)[-3:]
    fits = longer[0] >= 1 and longer[1] <= len(sequence)
    return (*gene[:-1], longer) if inside not in STOPS and fits and after in STOPS else gene


def locus(name: str, sequence: str, genes: list[tuple[Exon, ...]]) -> Locus:
    return Locus(name, sequence, tuple(with_stop(sequence, gene) for gene in genes))


def read_genbank(path: Path) -> list[Locus]:
    found = []
    for record in SeqIO.parse(path, "genbank"):
        sequence = str(record.seq).upper()
        coding = [feature for feature in record.features if feature.type == "CDS"]
        genes = [
            tuple(
                (int(part.start) + 1, int(part.end), "+-"[part.strand < 0]) for part in feature.location.parts
            )
            for feature in coding
        ]
        found.append(locus(record.name, sequence, genes))
    return found


def read_human() -> list[Locus]:
    """RefSeq transcripts; of those that overlap on a strand, the one with the longest coding sequence."""
    folder = TUTORIALS / "tutorial-cgp" / "data"
    (record,) = SeqIO.parse(folder / "genomes" / "hg38.fa", "fasta")
    transcripts: dict[str, list[Exon]] = {}
    for row in csv.reader(
        (folder / "refseq" / "refseq.hg38.gtf").open(), delimiter="\t", quoting=csv.QUOTE_NONE
    ):
        if row[2] in ("CDS", "stop_codon"):
            (name,) = re.findall(r'transcript_id "([^"]+)"', row[8])
            transcripts.setdefault(name, []).append((int(row[3]), int(row[4]), row[6]))
    genes: list[tuple[Exon, ...]] = []
    for exons in sorted((joined(one) for one in transcripts.values()), key=length, reverse=True):
        if not any(overlap(exons, gene) for gene in genes):
            genes.append(exons)
    return [locus(record.id, str(record.seq).upper(), genes)]


def joined(parts: list[Exon]) -> tuple[Exon, ...]:
    """Exons in the order of translation; a stop codon given as a part of its own is put to its exon."""
    exons: list[Exon] = []
    for start, end, strand in sorted(parts):
        if exons and start <= exons[-1][1] + 1:
            exons[-1] = (exons[-1][0], max(end, exons[-1][1]), strand)
        else:
            exons.append((start, end, strand))
    return tuple(exons if exons[0][2] == "+" else exons[::-1])


def length(gene: tuple[Exon, ...]) -> int:
    return sum(end - start + 1 for start, end, _ in gene)


def overlap(one: tuple[Exon, ...], other: tuple[Exon, ...]) -> bool:
    return one[0][2] == other[0][2] and any(a[0] <= b[1] and b[0] <= a[1] for a in one for b in other)


def predict(program: str, model: str, loci: list[Locus], out: Path) -> dict[str, set[Exon]]:
    """Coding exons that a program finds with the parameters of a model, by locus."""
    if not out.exists():
        with tempfile.NamedTemporaryFile("w", suffix=".fa") as fasta:
            fasta.writelines(f">{one.name}\n{one.sequence}\n" for one in loci)
            fasta.flush()
            commands = {
                "augustus": [
                    "augustus",
                    f"--species={model}",
                    "--UTR=off",
                    "--stopCodonExcludedFromCDS=false",
                ],
                "snap": ["snap-hmm", "-gff", "-quiet", str(FOLDERS["snap"] / f"{model}.hmm")],
            }
            command = [*commands[program], fasta.name]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
        out.write_text(
            "\n".join(line for line in done.stdout.splitlines() if not line.startswith("#")) + "\n"
        )
    found: dict[str, set[Exon]] = {one.name: set() for one in loci}
    for line in out.read_text().splitlines():
        fields = line.split("\t")
        if len(fields) > 2 and fields[2] in CODING:
            found[fields[0]].add((int(fields[3]), int(fields[4]), fields[6]))
    return found


def bases(exons: set[Exon]) -> set[tuple[int, str]]:
    return {(base, strand) for start, end, strand in exons for base in range(start, end + 1)}


def rates(pairs: Iterator[tuple[set, set]]) -> tuple[float, float, float]:
    """Sensitivity, specificity (as gene finders call TP / (TP + FP)) and F of what was found against what is known."""
    true_positive = n_known = n_found = 0
    for known, found in pairs:
        true_positive += len(known & found)
        n_known += len(known)
        n_found += len(found)
    ratio = (true_positive / n if n else math.nan for n in (n_known, n_found))
    return *ratio, 2 * true_positive / (n_known + n_found)


def ranking(program: str, genes: list[str], folder: Path) -> dict[str, dict[str, str]]:
    """What `klbio nearest` says of each model on coding sequences."""
    fasta, table = folder / "cds.fasta", folder / "nearest.tsv"
    fasta.write_text("".join(f">{i}\n{gene}\n" for i, gene in enumerate(genes, 1)))
    ending = ".hmm" if program == "snap" else ""
    places = [FOLDERS[program] / f"{model}{ending}" for model in MODELS[program]]
    rank_models(models=places, query=fasta, out=table)
    with table.open() as handle:
        return {row["model"]: row for row in csv.DictReader(handle, delimiter="\t")}


def spearman(cost: np.ndarray, accuracy: np.ndarray) -> tuple[float, float]:
    """Rank correlation of bits saved with accuracy, and its one-sided permutation p."""
    x, y = (rankdata(values) - (len(values) + 1) / 2 for values in (-cost, accuracy))
    scale = np.sqrt((x @ x) * (y @ y))
    shuffled = np.random.default_rng(1).permuted(np.tile(y, (PERMUTATIONS, 1)), axis=1) @ x
    return float(x @ y / scale), float((1 + (shuffled >= x @ y - 1e-9).sum()) / (PERMUTATIONS + 1))


def validate(target: str, loci: list[Locus], ranked_on: list[Locus], arguments: argparse.Namespace) -> None:
    """Print one target's tables, and what is correlated with what."""
    for program in arguments.programs:
        folder = arguments.out / target / program
        folder.mkdir(parents=True, exist_ok=True)
        validate_program(program, target, loci, ranked_on, folder)


def validate_program(
    program: str, target: str, loci: list[Locus], ranked_on: list[Locus], folder: Path
) -> None:
    """Print the table of one program."""
    told = ranking(program, [one.coding(gene) for one in ranked_on for gene in one.genes], folder)
    first = next(iter(told.values()))
    n_exons, n_bases = sum(len(one.exons()) for one in loci), sum(len(one.sequence) for one in loci)
    print(
        f"\n{target}, {program}: {sum(len(one.genes) for one in loci)} genes, {n_exons} coding exons, {n_bases:,} bases"
    )
    gc3, gc_only = float(first["query_gc3"]), float(first["gc_only_bits_per_base"])
    print(
        f"ranked on {first['n_genes']} genes, GC3 {gc3:.3f}; GC content alone costs {gc_only:.4f} bits per base"
    )
    print(
        "rank gc_matched model                  excess  gc_matched  gc3    nucleotide Sn Sp F     exon Sn Sp F"
    )
    columns: dict[str, list[float]] = {name: [] for name in (*COSTS, *LEVELS)}
    for model, row in told.items():
        found = predict(program, model, loci, folder / f"{model}.gff")
        accuracy = [
            *rates((bases(one.exons()), bases(found[one.name])) for one in loci),
            *rates((one.exons(), found[one.name]) for one in loci),
        ]
        excess, matched = (float(row[f"{what}_bits_per_base"]) for what in ("excess", "gc_matched"))
        costs = f"{excess:7.4f}  {matched:9.4f}  {float(row['model_gc3']):.3f}"
        shown = " ".join(f"{value:.3f}" for value in accuracy)
        print(f"{row['rank']:>4} {row['rank_gc_matched']:>10} {model:22} {costs}  {shown}", flush=True)
        values = (excess, matched, abs(float(row["model_gc3"]) - gc3), accuracy[2], accuracy[5])
        for name, value in zip(columns, values, strict=True):
            columns[name].append(value)
    correlate(list(told), {name: np.array(values) for name, values in columns.items()})


def correlate(models: list[str], columns: dict[str, np.ndarray]) -> None:
    """Print what goes with what, and whom each cost would choose; the same without the model ranked first."""
    every = np.arange(len(models))
    others = every[every != columns["excess"].argmin()]

    def told(i: int) -> str:
        return f"{models[i]} ({columns['nucleotide'][i]:.3f}, {columns['exon'][i]:.3f})"

    for cost in COSTS:
        words = []
        for level in LEVELS:
            pair = [spearman(columns[cost][some_of], columns[level][some_of]) for some_of in (every, others)]
            words.append(f"{level} " + " | ".join(f"{rho:+.2f} p {p:.5f}" for rho, p in pair))
        chosen = [told(some_of[columns[cost][some_of].argmin()]) for some_of in (every, others)]
        print(f"  {cost:17} with F: {'; '.join(words)}; chooses {' | '.join(chosen)}")
    for level in LEVELS:
        best = [told(some_of[columns[level][some_of].argmax()]) for some_of in (every, others)]
        print(f"  best, {level:10} {' | '.join(best)}")


def main() -> None:
    """Print every target's tables."""
    warnings.simplefilter("ignore", BiopythonParserWarning)  # of LOCUS lines as AUGUSTUS' scripts write them
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("targets", nargs="*", metavar="NAME=GENES.gb")
    parser.add_argument("--out", type=Path, required=True, help="folder for predictions")
    parser.add_argument("--programs", nargs="+", choices=MODELS, default=list(MODELS))
    parser.add_argument("--loci", type=int, default=40)
    parser.add_argument("--longest", type=int, default=8000)
    parser.add_argument("--only", nargs="+", metavar="NAME", help="of all targets these")
    arguments = parser.parse_args()
    version = subprocess.run(["augustus", "--version"], capture_output=True, text=True, check=False)
    print(f"{date.today()}: {(version.stdout + version.stderr).splitlines()[0]}")
    results = TUTORIALS / "tutorial" / "results"
    test, training = (read_genbank(results / f"genes.gb.{part}") for part in ("test", "train"))
    targets = {"fly": (some(test, arguments), training)}
    for target in arguments.targets:
        name, _, path = target.partition("=")
        targets[name] = (some(read_genbank(Path(path)), arguments),) * 2
    targets["human"] = (read_human(),) * 2
    for name in arguments.only or targets:
        validate(name, *targets[name], arguments)


def some(loci: list[Locus], arguments: argparse.Namespace) -> list[Locus]:
    """Take the first loci that are short; all, if there is but one."""
    short = [one for one in loci if len(one.sequence) <= arguments.longest]
    return short[: arguments.loci] if len(loci) > 1 else loci


if __name__ == "__main__":
    main()
