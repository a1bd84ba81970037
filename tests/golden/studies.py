"""The studies whose tables are pinned.  Each writes its tables into a folder, by the package's own steps.

They run in the repository's folder, so that paths in tables are the same everywhere.
"""

import csv
from collections.abc import Callable, Iterable
from pathlib import Path

from klbio.steps.matrix import write_matrix
from klbio.steps.models import compare_models
from klbio.steps.nearest import rank_models
from klbio.steps.provenance import collect_dropped, write_provenance
from klbio.steps.reads import compose_reads, count_reads
from klbio.steps.shift import measure_shift
from klbio.steps.taxa import compose_taxa
from klbio.steps.train import train_model

INPUTS = Path("tests/golden/inputs")
MODELS = Path("examples/gene-models")
SHARED = Path("../shared/data/models")
MOUSE = {"table": "examples/mouse-diet/table.tsv", "taxonomy": "examples/mouse-diet/taxonomy.tsv"}
FLY, WORM = "examples/cds/fly-like.fasta", "examples/cds/worm.fasta"


def demo_taxa(out: Path) -> None:
    """The bundled mice, as the workflow's rules measure them."""
    table = out / "taxa.biom"
    compose_taxa(table=MOUSE["table"], samples="config/samples.tsv", out=table)
    measure_shift(
        table=table, samples="config/samples.tsv", taxonomy=MOUSE["taxonomy"], out=out / "shift",
        ranks=["genus", "family", "phylum", "feature"], seed=1,
    )  # fmt: skip
    write_matrix(table=table, out=out / "shift/matrix.tsv")
    inputs = [MOUSE["table"], "config/samples.tsv"]
    write_provenance(inputs=inputs, config={"seed": 1, "outdir": "results"}, out=out / "provenance.json")


def demo_reads(out: Path) -> None:
    """The bundled reads, as the workflow's rules measure them."""
    _reads_shift(out, "examples/reads/samples.tsv", kmer=6, canonical=True, n_resamples=999)


def demo_models(out: Path) -> None:
    """The bundled models, as the workflow's rules compare them."""
    compare_models(sheet="config/models.tsv", out=out / "models", seed=1)
    nearest = out / "models/nearest.tsv"
    rank_models(
        sheet="config/models.tsv", query=[FLY], out=nearest, dropped=out / "models/nearest.dropped.tsv"
    )
    lists = [out / "models/dropped.tsv", out / "models/nearest.dropped.tsv"]
    collect_dropped(tables=lists, out=out / "dropped.tsv")


def crossover(out: Path) -> None:
    """Subjects in two arms each, with times, batches and depths that differ."""
    phases = ["before", "before", "after", "after"]
    rows = [
        {"sample": row["sample"], "subject": row["subject"], "arm": arm, "phase": phase, "time": row["time"],
         "batch": row["date"][:7]}
        for visits in _visits(7)
        for arm, part in (("bk", visits[:4]), ("western", visits[4:8]))
        for phase, row in zip(phases, part, strict=True)
    ]  # fmt: skip
    measure_shift(
        **MOUSE, samples=_sheet(out, rows), out=out / "shift", ranks=["family", "genus"],
        smoothing="dirichlet(empirical-bayes)", support="study", n_resamples=49, min_depth=1400, seed=3,
        unassigned="lineage",
    )  # fmt: skip


def tree(out: Path) -> None:
    """Two contrasts, the second back to rest, along a tree and the ranks of a taxonomy; one arm, odd samples."""
    table = out / "few.tsv"
    names = _abundant(Path(MOUSE["table"]), table)
    newick = out / "tree.nwk"
    newick.write_text(_newick(names) + ";\n")
    phases = ["before"] * 3 + ["after"] * 6 + ["later"] * 3
    rows = [
        {"sample": row["sample"], "subject": row["subject"], "phase": phase, "time": row["time"]}
        for visits in _visits(4)
        for phase, row in zip(phases, visits, strict=True)
    ]
    contrasts = [{"before": "before", "after": "after"}, {"before": "before", "after": "later"}]
    measure_shift(
        table=table, samples=_sheet(out, rows[:-2]), taxonomy=MOUSE["taxonomy"], tree=newick, out=out / "shift",
        ranks=["feature", "phylum"], contrasts=contrasts, n_resamples=49, seed=2,
    )  # fmt: skip
    for measure in ("jensen-shannon-distance", "relative-entropy"):
        alpha = 0.5 if measure == "relative-entropy" else None
        write_matrix(table=table, out=out / f"{measure}.tsv", measure=measure, alpha=alpha)
    write_matrix(table=table, out=out / "distances.lsmat", measure="jensen-shannon-distance")


def reads(out: Path) -> None:
    """Reads in groups, words of both strands apart; and words, codons and residues counted a file a sample."""
    _reads_shift(out, "examples/reads/samples.tsv", kmer=3, canonical=False, n_resamples=49)
    first = sorted(Path("examples/reads/fastq").glob("S1_*_R1.fastq.gz"))
    count_reads(reads=first, out=out / "words.tsv", kmer=2)
    count_reads(reads=[WORM, FLY], out=out / "codons.tsv", unit="codon")


def every_format(out: Path) -> None:
    """A model or more of each format; trained models; nearest models, by sequences and by a model."""
    trained = [out / "trained.tsv", out / "trained-fly.json"]
    train_model(annotated=[WORM], out=trained[0], order=3)
    train_model(annotated=[FLY], out=trained[1], order=2, smoothing="additive(1)", name="fly-like")
    genes = [MODELS / f"augustus/{name}" for name in ("caenorhabditis", "fly")]
    genes += [MODELS / f"snap/{name}.hmm" for name in ("C.elegans", "nGASP", "A.mellifera")]
    genes += [*sorted(INPUTS.glob("*.mod")), *sorted(INPUTS.glob("*.param")), INPUTS / "two.tsv", *trained]
    genes += [Path(f"prodigal:{number}") for number in (1, 20, 35)]
    profiles = [MODELS / f"hmmer/{name}.hmm" for name in ("globins4", "MADE1", "fn3")]
    profiles += [_cousin(profiles[2], out), INPUTS / "toy.hhm", *sorted(INPUTS.glob("*.motif"))]
    hidden = [INPUTS / name for name in ("weather.json", "other.tsv", "three.json", "coin.json")]
    lost = INPUTS / "nowhere.hmm"
    compare_models(
        models=[*genes, INPUTS / "written.json", *profiles, *hidden, lost], out=out / "models",
        epsilon=1e-3, n_symbols=5_000, seed=5, keep_going=True,
    )  # fmt: skip
    rank_models(models=genes, query=[WORM], out=out / "nearest.tsv", order=3)
    rank_models(models=genes, query=trained[0], out=out / "nearest-of-model.tsv")


def real_models(out: Path) -> None:
    """Models of other tools, where they stand beside the repository."""
    paths = [SHARED / f"geneid/{name}.param" for name in ("dros", "human.061209", "human3iso")]
    paths += [SHARED / "augustus/zebrafish", SHARED / "snap/D.melanogaster.hmm"]
    compare_models(models=paths, out=out / "models", seed=1)


STUDIES: dict[str, Callable[[Path], None]] = {
    study.__name__.replace("_", "-"): study
    for study in (demo_taxa, demo_reads, demo_models, crossover, tree, reads, every_format, real_models)
}


def _reads_shift(out: Path, samples: str, *, kmer: int, canonical: bool, n_resamples: int) -> None:
    table, groups = out / "reads.biom", out / "groups.biom"
    compose_reads(
        samples=samples, table=table, groups=groups, dropped=out / "reads.dropped.tsv", kmer=kmer,
        canonical=canonical,
    )  # fmt: skip
    measure_shift(
        table=table, groups=groups, samples=samples, out=out / "reads", feature_rank=f"{kmer}-mer",
        n_resamples=n_resamples, seed=1,
    )  # fmt: skip


def _visits(n_subjects: int) -> list[list[dict[str, str]]]:
    """The samples of each of the first mice with all twelve visits, in order of time."""
    with Path("config/samples.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    subjects = dict.fromkeys(row["subject"] for row in rows)
    visits = [[row for row in rows if row["subject"] == subject] for subject in subjects]
    return [part for part in visits if len(part) == 12][:n_subjects]


def _sheet(out: Path, rows: Iterable[dict[str, str]]) -> Path:
    path, rows = out / "samples.tsv", list(rows)
    lines = [list(rows[0]), *(list(row.values()) for row in rows)]
    path.write_text("".join("\t".join(line) + "\n" for line in lines), encoding="utf-8")
    return path


def _abundant(source: Path, target: Path, least: int = 600) -> list[str]:
    """Copy the rows of a table with enough counts; give their names."""
    head, *lines = source.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if sum(map(int, line.split("\t")[1:])) >= least]
    target.write_text("".join([head, *kept]), encoding="utf-8")
    return [line.split("\t", 1)[0] for line in kept]


def _cousin(profile: Path, out: Path) -> Path:
    """A profile that is related: the emissions of every fourth state turned round."""
    lines = profile.read_text(encoding="utf-8").replace("NAME  ", "NAME  cousin-of-", 1).splitlines()
    for n, line in enumerate(lines):
        fields = line.split()
        if len(fields) == 26 and fields[0].isdigit() and int(fields[0]) % 4 == 0:
            lines[n] = "  ".join([fields[0], *fields[20:0:-1], *fields[21:]])
    path = out / "cousin.hmm"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _newick(names: list[str], depth: int = 0) -> str:
    """A tree that halves the names, with branches of different lengths."""
    length = (1 + (len(names) * 3 + depth) % 7) / 8
    if len(names) == 1:
        return f"'{names[0]}':{length}"
    middle = len(names) // 2
    return f"({_newick(names[:middle], depth + 1)},{_newick(names[middle:], depth + 2)}):{length}"
