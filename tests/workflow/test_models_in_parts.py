"""Models compared in parts, by the real Snakefile: the same bytes, whatever is killed."""

import pytest

from tests.workflow.running import killed_when
from tests.workflow.test_workflow import snakemake, tables

pytestmark = pytest.mark.workflow

CONFIG = "models: {sheet: models.tsv, tiles: TILES}\ntables: {parquet: all}\n"
PAGE = "results/report/report.html"
OF_CONFIG = "provenance.json"  # holds the config, which differs


@pytest.fixture
def study(tmp_path, root):
    """Gene models and profiles of the example, in three parts."""
    lines = (root / "config/models.tsv").read_text().splitlines(keepends=True)
    kept = [line for line in lines[1:] if any(word in line for word in ("A.", "rice", "hmmer"))]
    text = "".join([lines[0], *kept]).replace("examples/", f"{root}/examples/")
    (tmp_path / "models.tsv").write_text(text)
    (tmp_path / "config.yaml").write_text(CONFIG.replace("TILES", "3"))
    return tmp_path


def results(study):
    """Every table and figure, and the page but for the setting that it shows."""
    shown = b"models.tiles</th><td><code>%d</code>"
    return {
        name: content.replace(shown % 3, shown % 1)
        for name, content in tables(study).items()
        if name != OF_CONFIG
    }


def parts(study):
    return sorted(path.name for path in (study / "results/models/parts").glob("[!.]*"))


def test_parts_have_the_bytes_of_one_job_and_a_kill_in_the_gather_costs_none(root, study):
    killed_when(root, study, "compare_models")
    assert parts(study) == ["1.part", "2.part", "3.part"]
    assert not (study / "results/models/pairs.tsv").exists()
    assert snakemake(root, study, "--unlock").returncode == 0
    done = snakemake(root, study, "--rerun-incomplete")
    assert done.returncode == 0, done.stderr
    assert "rule compare_some_models:" not in done.stdout + done.stderr
    assert not parts(study)
    in_parts = results(study)
    assert {"models/parquet/pairs.parquet", "models/pairs.tsv"} <= in_parts.keys()
    (study / "config.yaml").write_text(CONFIG.replace("TILES", "1"))
    done = snakemake(root, study, "--forceall")
    assert done.returncode == 0, done.stderr
    at_once = results(study)
    assert at_once.keys() == in_parts.keys()
    assert [name for name in at_once if at_once[name] != in_parts[name]] == []


def test_every_broken_model_is_named_at_once_and_whole_parts_are_kept(root, study):
    done = snakemake(root, study, "results/models/parts/2.part", "--notemp")
    assert done.returncode == 0, done.stderr
    names = ["broken.hmm", "half.hmm"]
    for name in names:
        (study / name).write_text("HMMER3/f [3.3]\nNAME  half\n")
    with (study / "models.tsv").open("a") as sheet:
        sheet.writelines(f"{name}\t{name}\thmmer\t\n" for name in names)
    done = snakemake(root, study, "--keep-going", "--rerun-triggers", "mtime")
    assert done.returncode == 1
    assert all(
        f"{name}, line 2: the file ends inside a profile" in done.stdout + done.stderr for name in names
    )
    assert not (study / "results/models/pairs.tsv").exists()
