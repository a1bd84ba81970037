"""The real Snakefile on small inputs: what a user sees, reruns and refuses."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.workflow.running import command

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


def made(folder: Path, root: Path) -> Path:
    """A folder as a user would make it: the bundled examples, cut small."""
    mouse = root / "examples/mouse-diet"
    sheet = (root / "config/samples.tsv").read_text().splitlines(keepends=True)
    kept = [line for line in sheet[1:] if line.split("\t")[1] in ("PM1", "PM2", "PM5", "PM6")]
    (folder / "samples.tsv").write_text("".join([sheet[0], *kept]))
    for name in ("table.tsv", "taxonomy.tsv"):
        shutil.copy(mouse / name, folder)
    reads = (root / "examples/reads/samples.tsv").read_text()
    (folder / "reads.tsv").write_text(reads.replace("examples/reads/", f"{root}/examples/reads/"))
    models = (root / "config/models.tsv").read_text().splitlines(keepends=True)
    shutil.copy(root / "examples/cds/fly-like.fasta", folder / "genes.fasta")
    few = [line for line in models[1:] if "rice" in line or "O.sativa" in line or "globins" in line]
    (folder / "models.tsv").write_text("".join([models[0], *few]).replace("examples/", f"{root}/examples/"))
    (folder / "config.yaml").write_text(CONFIG)
    return folder


@pytest.fixture
def study(tmp_path, root):
    """A study before its first run."""
    return made(tmp_path, root)


@pytest.fixture(scope="module")
def first_run(tmp_path_factory, root):
    """A study after its first run, on two cores."""
    folder = made(tmp_path_factory.mktemp("first"), root)
    done = snakemake(root, folder, cores=2)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def finished(first_run, tmp_path):
    """A copy of it, to be changed."""
    return Path(shutil.copytree(first_run, tmp_path / "study"))


def snakemake(root, study, *arguments, cores=2):
    line = command(root, study, *arguments, cores=cores)
    return subprocess.run(line, capture_output=True, text=True, cwd=study)


def tables(study: Path) -> dict[str, bytes]:
    """Every result but logs and timings."""
    folder = study / "results"
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).parts[0] not in ("logs", "benchmarks")
    }


def test_every_route_has_its_tables_and_a_second_run_does_nothing(root, finished):
    found = tables(finished)
    for name in (
        "shift/pairs.tsv", "shift/matrix.tsv", "reads/pairs.tsv", "models/pairs.tsv", "models/nearest.tsv",
        "shift/tables.sha256", "reads/tables.sha256", "models/tables.sha256",
        "composition/taxa.biom", "composition/taxa.dropped.tsv",
        "composition/reads.biom", "dropped.tsv", "provenance.json", "report/report.html",
    ):  # fmt: skip
        assert found.get(name), name
    assert json.loads(found["provenance.json"])["seed"] == 7
    again = snakemake(root, finished, "--dry-run")
    assert "Nothing to be done" in again.stdout + again.stderr


def test_one_core_gives_the_same_bytes(root, study, first_run):
    assert snakemake(root, study, cores=1).returncode == 0
    assert tables(study) == tables(first_run)


def to_run(root, study, *rules):
    """Which of these rules a run would execute."""
    plan = snakemake(root, study, "--dry-run").stdout
    return {rule for rule in rules if f"rule {rule}:" in plan}


@pytest.mark.parametrize(
    "table", ["shift/flags.tsv", "reads/cohort.tsv", "models/states.tsv", "models/nearest.tsv"]
)
def test_a_table_that_is_deleted_is_planned_again(root, finished, table):
    (finished / "results" / table).unlink()
    makers = {"shift": "measure_taxa_shift", "reads": "measure_reads_shift", "models": "compare_models"}
    maker = "rank_models" if "nearest" in table else makers[table.split("/")[0]]
    assert to_run(root, finished, *makers.values(), "rank_models") == {maker}


def test_figures_are_the_jobs_and_snakemakes_own_page_can_be_made(root, finished):
    shutil.rmtree(finished / "results/report/figures")
    assert "rule write_report:" in snakemake(root, finished, "--dry-run", "results/report/figures").stdout
    done = snakemake(root, finished, "results/report/figures")
    assert done.returncode == 0, done.stderr
    assert list((finished / "results/report/figures").glob("*.svg"))
    done = snakemake(root, finished, "--report", "workflow.html")
    assert done.returncode == 0, done.stderr
    assert (finished / "workflow.html").stat().st_size > 100_000


def test_a_changed_input_reruns_only_what_hangs_on_it(root, finished):
    taxonomy = finished / "taxonomy.tsv"
    taxonomy.write_text(taxonomy.read_text().replace("\tLachnospiraceae\t", "\tLachno\t"))
    # the table that is composed holds the lineages
    hang_on_it = {"compose_taxa", "measure_taxa_shift", "write_report"}
    assert to_run(root, finished, *hang_on_it, "compose_reads", "compare_models") == hang_on_it


def test_a_changed_setting_reruns_only_what_hangs_on_it(root, finished):
    config = finished / "config.yaml"
    config.write_text(config.read_text().replace("n_resamples: 99", "n_resamples: 29"))
    hang_on_it = {"measure_taxa_shift", "measure_reads_shift", "write_report"}
    assert to_run(root, finished, *hang_on_it, "compose_taxa", "compare_all_samples") == hang_on_it


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


def test_other_word_lengths_have_jobs_and_folders_of_their_own(root, study):
    config = study / "config.yaml"
    config.write_text(config.read_text().replace("kmer: 3", "kmer: [3, 2]"))
    plan = snakemake(root, study, "--dry-run").stdout
    assert "results/reads.k2/pairs.tsv" in plan
    assert [
        plan.count(f"rule {rule}:") for rule in ("count_kmers", "compose_reads", "compose_other_words")
    ] == [1, 1, 1]


def test_a_sheet_in_own_words_is_the_same_study(root, study, first_run):
    """Columns and labels of phases go from the config through every rule; what comes out is the same."""
    rows = [line.split("\t") for line in (study / "samples.tsv").read_text().splitlines()]
    names = {"sample": "Probe", "subject": "Mouse", "phase": "Visit", "time": "Day"}
    header = [names.get(name, name) for name in rows[0]]
    phase = rows[0].index("phase")
    for i, row in enumerate(rows[1:]):
        row[phase] = {"before": ("Screening", "Baseline")[i % 2], "after": "Western"}[row[phase]]
    (study / "own.csv").write_text("\n".join(";".join(row) for row in [header, *rows[1:]]) + "\n")
    columns = ", ".join(f"{role}: {name}" for role, name in names.items())
    taxa, _, settings = CONFIG.partition("reads:")  # whose sheet has other words
    taxa = taxa.replace("samples: samples.tsv", f"samples: own.csv\n  columns: {{{columns}}}")
    settings = (
        settings[settings.index("shift:") :] + "  phases: {before: [Screening, Baseline], after: [Western]}\n"
    )
    (study / "config.yaml").write_text(taxa + settings)
    done = snakemake(root, study, "results/shift/pairs.tsv")
    assert done.returncode == 0, done.stderr
    pairs = Path("results/shift/pairs.tsv")
    assert (study / pairs).read_bytes() == (first_run / pairs).read_bytes()


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


def test_a_matrix_is_written_as_asked_and_in_parts_with_the_same_bytes(root, study):
    config = CONFIG[: CONFIG.index("reads:")] + CONFIG[CONFIG.index("shift:") :]

    def written(matrix, name):
        (study / "config.yaml").write_text(f"{config}matrix: {matrix}\n")
        shutil.rmtree(study / "results", ignore_errors=True)
        done = snakemake(root, study, f"results/shift/{name}")
        assert done.returncode == 0, done.stderr
        n_made.append(
            done.stdout.count("rule compare_some_samples:") + done.stderr.count("rule compare_some_samples:")
        )
        return study / "results/shift" / name

    n_made = list[int]()
    whole = written("{format: npy}", "matrix.npy").read_bytes()
    assert json.loads((study / "results/shift/matrix.json").read_text())["samples"]
    assert written("{format: npy, tiles: 3}", "matrix.npy").read_bytes() == whole
    assert (written("{format: zarr, tiles: 2, dtype: float32}", "matrix.zarr") / ".zarray").exists()
    assert n_made == [0, 3, 2]
    assert not list(study.glob("results/shift/matrix/*"))  # as large as the matrix, and in it now


def test_no_matrix_is_made_where_none_is_asked_for(root, study):
    with (study / "config.yaml").open("a") as file:
        file.write("matrix: {format: none}\n")
    plan = snakemake(root, study, "--dry-run").stdout
    assert "measure_taxa_shift" in plan
    assert "compare_all_samples" not in plan


def test_a_job_at_fault_says_why_and_is_not_called_killed(root, study):
    (study / "genes.fasta").write_text(">a\nMKLV\n")
    target = "results/models/nearest.tsv"
    done = snakemake(root, study, target)
    assert done.returncode == 1
    assert done.stderr.count("klbio: error: genes.fasta") == 1  # here it is tried once
    assert "was killed" not in done.stderr
    assert "Traceback" not in done.stderr
