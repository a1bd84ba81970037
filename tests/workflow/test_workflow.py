"""The real Snakefile on small inputs: what a user sees, reruns and refuses."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.workflow

CONFIG = """\
outdir: results
seed: 7
taxa:
  table: table.tsv
  samples: samples.tsv
  taxonomy: taxonomy.tsv
  ranks: [genus, feature]
reads:
  samples: reads.tsv
  kmer: 3
models:
  sheet: models.tsv
  query: genes.fasta
shift:
  n_resamples: 99
"""


@pytest.fixture
def study(tmp_path, root):
    """A folder as a user would make it: the bundled examples, cut small."""
    mouse = root / "examples/mouse-diet"
    sheet = (root / "config/samples.tsv").read_text().splitlines(keepends=True)
    kept = [line for line in sheet[1:] if line.split("\t")[1] in ("PM1", "PM2", "PM5", "PM6")]
    (tmp_path / "samples.tsv").write_text("".join([sheet[0], *kept]))
    for name in ("table.tsv", "taxonomy.tsv"):
        shutil.copy(mouse / name, tmp_path)
    reads = (root / "examples/reads/samples.tsv").read_text()
    (tmp_path / "reads.tsv").write_text(reads.replace("examples/reads/", f"{root}/examples/reads/"))
    models = (root / "config/models.tsv").read_text().splitlines(keepends=True)
    shutil.copy(root / "examples/cds/fly-like.fasta", tmp_path / "genes.fasta")
    few = [line for line in models[1:] if "rice" in line or "O.sativa" in line or "globins" in line]
    (tmp_path / "models.tsv").write_text("".join([models[0], *few]).replace("examples/", f"{root}/examples/"))
    (tmp_path / "config.yaml").write_text(CONFIG)
    return tmp_path


def snakemake(root, study, *arguments, cores=2):
    command = [
        sys.executable,
        "-m",
        "snakemake",
        "--snakefile",
        str(root / "Snakefile"),
        "--directory",
        str(study),
    ]
    command += ["--configfile", str(study / "config.yaml"), "--cores", str(cores), *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=study)


def tables(study: Path) -> dict[str, bytes]:
    """Every result but logs and timings."""
    folder = study / "results"
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).parts[0] not in ("logs", "benchmarks")
    }


def test_the_whole_workflow(root, study):
    done = snakemake(root, study, cores=2)
    assert done.returncode == 0, done.stderr
    first = tables(study)
    for name in (
        "shift/pairs.tsv", "shift/matrix.tsv", "reads/pairs.tsv", "models/pairs.tsv", "models/nearest.tsv",
        "shift/tables.sha256", "reads/tables.sha256", "models/tables.sha256",
        "composition/taxa.biom", "composition/taxa.dropped.tsv",
        "composition/reads.biom", "dropped.tsv", "provenance.json", "report/report.html",
    ):  # fmt: skip
        assert first.get(name), name
    assert json.loads(first["provenance.json"])["seed"] == 7

    # a second run does nothing
    again = snakemake(root, study)
    assert "Nothing to be done" in again.stdout + again.stderr

    # the same bytes on one core
    shutil.rmtree(study / "results")
    assert snakemake(root, study, cores=1).returncode == 0
    assert tables(study) == first


def test_a_changed_input_reruns_only_what_hangs_on_it(root, study):
    (study / "config.yaml").write_text(CONFIG.split("reads:")[0] + "shift:\n  n_resamples: 19\n")
    assert snakemake(root, study).returncode == 0
    taxonomy = study / "taxonomy.tsv"
    taxonomy.write_text(taxonomy.read_text().replace("\tLachnospiraceae\t", "\tLachno\t"))
    planned = snakemake(root, study, "--dry-run").stdout
    for rule, runs in (
        ("measure_taxa_shift", True),
        ("write_report", True),
        ("compose_taxa", True),  # its table holds the lineages
    ):
        assert (f"rule {rule}:" in planned) is runs, rule


def test_a_changed_setting_reruns_only_what_hangs_on_it(root, study):
    config = study / "config.yaml"
    config.write_text(CONFIG.split("reads:")[0] + "shift:\n  n_resamples: 19\n")
    assert snakemake(root, study).returncode == 0
    config.write_text(config.read_text().replace("19", "29"))
    planned = snakemake(root, study, "--dry-run").stdout
    for rule, runs in (
        ("measure_taxa_shift", True),
        ("write_report", True),
        ("compose_taxa", False),
        ("compare_all_samples", False),
    ):
        assert (f"rule {rule}:" in planned) is runs, rule


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("config.yaml", "kmer: 3", "kmers: 3", ["config.yaml, line 10", "'reads.kmers'", "Did you mean 'kmer'?"]),
        ("samples.tsv", "PM1\tbefore\t0", "PM1\tbefore\tzero", ["samples.tsv, line 2", "'zero'"]),
        ("table.tsv", "\t0\t0\t0\t", "\t0.5\t0\t0\t", ["table.tsv, line 2", "'0.5'", "whole number"]),
        ("models.tsv", "rice\t", "rice\tnowhere/", ["models.tsv, line", "nowhere"]),
        ("config.yaml", "genes.fasta", "gene.fasta", ["models.query: 'gene.fasta' is not there"]),
    ],
)  # fmt: skip
def test_faults_are_named_before_any_work(root, study, file, old, new, words):
    path = study / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    done = snakemake(root, study)
    assert done.returncode == 2
    assert all(word in done.stderr for word in words), done.stderr
    assert "Traceback" not in done.stderr
    assert not (study / "results").exists()


def test_a_sheet_in_own_words_is_the_same_study(root, study):
    """Columns and labels of phases go from the config through every rule; what comes out is the same."""
    rows = [line.split("\t") for line in (study / "samples.tsv").read_text().splitlines()]
    names = {"sample": "Probe", "subject": "Mouse", "phase": "Visit", "time": "Day"}
    header = [names.get(name, name) for name in rows[0]]
    phase = rows[0].index("phase")
    for i, row in enumerate(rows[1:]):
        row[phase] = {"before": ("Screening", "Baseline")[i % 2], "after": "Western"}[row[phase]]
    (study / "own.csv").write_text("\n".join(";".join(row) for row in [header, *rows[1:]]) + "\n")
    settings = "taxa: {{table: table.tsv, samples: {}}}\nshift: {{n_resamples: 19{}}}\n"
    own = ", phases: {before: [Screening, Baseline], after: [Western]}"
    (study / "config.yaml").write_text(settings.format("samples.tsv", ""))
    done = snakemake(root, study, "results/shift/pairs.tsv")
    assert done.returncode == 0, done.stderr
    columns = ", ".join(f"{role}: {name}" for role, name in names.items())
    (study / "config.yaml").write_text(
        "outdir: own\n" + settings.format(f"own.csv, columns: {{{columns}}}", own)
    )
    done = snakemake(root, study, "own/shift/pairs.tsv")
    assert done.returncode == 0, done.stderr
    assert (study / "own/shift/pairs.tsv").read_bytes() == (study / "results/shift/pairs.tsv").read_bytes()


def test_a_proposed_config_is_a_workflow(root, study):
    """What `klbio init` writes runs dry, without a word changed."""
    rows = [line.split("\t") for line in (study / "samples.tsv").read_text().splitlines()]
    header = [{"subject": "Mouse", "phase": "Period", "arm": "Group"}.get(name, name) for name in rows[0]]
    (study / "own.csv").write_text("\n".join(",".join(row) for row in [header, *rows[1:]]) + "\n")
    (study / "config.yaml").unlink()
    command = [sys.executable, "-m", "klbio", "init", "table.tsv", "own.csv", "--taxonomy", "taxonomy.tsv"]
    proposed = subprocess.run(command, capture_output=True, text=True, cwd=study)
    assert proposed.returncode == 0, proposed.stderr
    planned = snakemake(root, study, "--dry-run")
    assert planned.returncode == 0, planned.stderr
    assert "rule measure_taxa_shift:" in planned.stdout
