"""Results of an earlier run, of other inputs or another config: made again, refused or named, and never on the page."""

import json
import os
import shutil
from pathlib import Path

import pytest

from tests.workflow.test_workflow import made, snakemake, to_run

pytestmark = pytest.mark.workflow

RULES = "compose_taxa", "measure_taxa_shift", "count_kmers", "compose_reads", "measure_reads_shift"
OF_TAXA, OF_READS = set(RULES[:2]), set(RULES[2:])
SECTION = (
    "taxa:\n  table: table.tsv\n  samples: samples.tsv\n  taxonomy: taxonomy.tsv\n  ranks: [genus, feature]\n"
)


@pytest.fixture(scope="module")
def earlier(tmp_path_factory, root):
    """A study of taxa and reads after a run."""
    folder = made(tmp_path_factory.mktemp("earlier"), root)
    shutil.copytree(root / "examples/reads/fastq", folder / "fastq")
    sheet = folder / "reads.tsv"
    sheet.write_text(sheet.read_text().replace(f"{root}/examples/reads/", ""))
    config = (folder / "config.yaml").read_text().partition("models:")[0]
    config = config.replace("kmer: 3", "kmer: [3, 2]")
    (folder / "config.yaml").write_text(f"{config}shift:\n  n_resamples: 19\n")
    done = snakemake(root, folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def study(earlier, tmp_path):
    """A copy of it, to be changed."""
    return Path(shutil.copytree(earlier, tmp_path / "study"))


def replaced(path, content):
    """Another file in the place of one, of a day before: as `mv`, `cp -p` and `rsync -a` put it there."""
    day_before = path.stat().st_mtime - 86_400
    path.write_bytes(content)
    os.utime(path, (day_before, day_before))


def other(path):
    """Give a file's content with something in it changed; of reads the size."""
    content = path.read_bytes()
    if path.name == "samples.tsv":
        return content.replace(b"PM1\t", b"PM9\t")
    if path.name == "table.tsv":
        return content.replace(b"\t0\t", b"\t1\t", 1)
    if path.name == "taxonomy.tsv":
        return content.replace(b"\tBacteroidaceae\t", b"\tOtheraceae\t")
    return content[: len(content) // 2]


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("samples.tsv", OF_TAXA),
        ("table.tsv", OF_TAXA),
        ("taxonomy.tsv", OF_TAXA),
        ("", OF_READS),
    ],
)
def test_an_input_that_was_replaced_by_an_older_file_is_news(root, study, name, rules):
    path = study / (name or "fastq/S1_before_1_R1.fastq.gz")
    content = other(path)
    assert content != path.read_bytes()
    replaced(path, content)
    assert to_run(root, study, *RULES) == rules


def test_the_same_file_with_another_date_is_none(root, study):
    path = study / "samples.tsv"
    replaced(path, path.read_bytes())
    assert to_run(root, study, *RULES) == set()


def test_results_without_records_are_taken_for_those_of_the_same_config_alone(root, study):
    shutil.rmtree(study / ".snakemake")
    same = snakemake(root, study, "--dry-run")
    assert "Nothing to be done" in same.stdout + same.stderr
    config = study / "config.yaml"
    config.write_text(config.read_text().replace("seed: 7", "seed: 8"))
    done = snakemake(root, study, "--dry-run")
    assert done.returncode == 2
    assert "results/provenance.json: results made with other settings or inputs ('seed')" in done.stderr
    assert "Traceback" not in done.stderr
    forced = snakemake(root, study, "--dry-run", "--forceall")
    assert forced.returncode == 0
    assert all(f"rule {rule}:" in forced.stdout for rule in RULES)
    assert snakemake(root, study, "-nF").returncode == 0


def test_results_without_records_of_an_input_that_was_replaced_are_refused(root, study):
    shutil.rmtree(study / ".snakemake")
    replaced(study / "table.tsv", other(study / "table.tsv"))
    done = snakemake(root, study, "--dry-run")
    assert done.returncode == 2
    assert "results/provenance.json: results made with other settings or inputs ('table.tsv')" in done.stderr


def test_a_stopped_run_of_another_config_says_of_no_older_result_that_it_made_it(root, study):
    """Results are copied, made anew with --forceall, which is stopped, and then without it."""
    shutil.rmtree(study / ".snakemake")
    config = study / "config.yaml"
    config.write_text(config.read_text().replace("seed: 7", "seed: 8"))
    begun = snakemake(root, study, "--forceall", "--omit-from", "measure_reads_shift")
    assert begun.returncode == 0, begun.stderr
    done = snakemake(root, study, "--dry-run")
    assert done.returncode == 2
    assert "results/provenance.json: results made with other settings or inputs ('seed')" in done.stderr


def test_a_text_with_braces_is_no_placeholder(root, study):
    config = study / "config.yaml"
    text = config.read_text().replace("genus, feature]\n", "genus, feature]\n  keep: ['{x}']\n")
    config.write_text(text + "report: {title: 'a {x} b'}\n")
    done = snakemake(root, study, "results/report/report.html")
    assert done.returncode == 0, done.stderr
    assert "a {x} b" in (study / "results/report/report.html").read_text()


def test_tables_that_a_config_no_longer_makes_are_named_and_not_on_the_page(root, study):
    page = study / "results/report/report.html"
    assert "shift/pairs.tsv" in page.read_text()
    config = study / "config.yaml"
    config.write_text(config.read_text().replace(SECTION, "").replace("[3, 2]", "3"))
    done = snakemake(root, study)
    assert done.returncode == 0, done.stderr
    for place in ("results/shift", "results/reads.k2"):
        assert f"klbio: warning: {place}: of an earlier run" in done.stderr
    assert json.loads((study / "results/provenance.json").read_text())["routes"] == ["reads"]
    assert (study / "results/shift/pairs.tsv").exists()
    assert "shift/pairs.tsv" not in page.read_text()
    assert not list((study / "results/report/figures").glob("shift-*.svg"))
