"""Inputs and results in a storage: the same tables and the same page, of what lies there and of nothing else."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from klbio.io.files import checksum
from tests.workflow.test_workflow import CONFIG, made, snakemake, tables

pytestmark = [pytest.mark.workflow]
SHEETS = ("samples.tsv", "reads.tsv", "models.tsv", "config.yaml")


@pytest.fixture(scope="module")
def local(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study that names its inputs from its own folder, after its run here."""
    folder = tmp_path_factory.mktemp("local")
    made(folder, root)
    (folder / "config.yaml").write_text(CONFIG.replace("[genus, feature]", "[genus]").replace("99", "19"))
    for name in ("reads.tsv", "models.tsv"):
        text = (folder / name).read_text()
        (folder / name).write_text(text.replace(f"{root}/examples/", "inputs/"))
    for part in ("reads", "gene-models", "profiles"):
        if (root / "examples" / part).is_dir():
            shutil.copytree(root / "examples" / part, folder / "inputs" / part)
    done = snakemake(root, folder)
    assert done.returncode == 0, done.stderr
    return folder


def stored_study(folder: Path, local: Path) -> Path:
    """The same with its inputs in a storage, and something else of their names beside the sheets."""
    store = folder / "store"
    shutil.copytree(local, store, ignore=shutil.ignore_patterns("results", ".snakemake"))
    for name in SHEETS:
        (store / name).rename(folder / name)
    for path in store.rglob("*"):
        if path.is_file():
            decoy = folder / path.relative_to(store)
            decoy.parent.mkdir(parents=True, exist_ok=True)
            decoy.write_text("not what lies in the storage\n")
    return folder


@pytest.mark.parametrize("provider", ["fs", "s3"])
def test_the_page_and_every_table_are_those_of_a_run_here(root, tmp_path, request, provider):
    storage = request.getfixturevalue(provider)
    local = request.getfixturevalue("local")  # after a skip for want of a plugin
    stored = stored_study(tmp_path, local)
    storage.take(stored / "store")
    done = snakemake(root, stored, *storage.options)
    assert done.returncode == 0, done.stderr
    assert "not here: 'table.tsv', 'taxonomy.tsv', 'genes.fasta'" in done.stderr
    assert "not looked at before its job starts" in done.stderr
    storage.give(stored / "store")
    of_store = tables(stored / "store")
    assert of_store == tables(local)
    said = json.loads(of_store["provenance.json"])["inputs"]
    places = {name: stored / name if name in SHEETS else stored / "store" / name for name in said}
    assert {"table.tsv", "reads.tsv", "genes.fasta"} < set(said)
    assert said == {name: checksum(path) for name, path in places.items()}
    again = snakemake(root, stored, *storage.options, "--dry-run")
    assert "Nothing to be done" in again.stdout + again.stderr


def test_an_input_by_its_address_is_fetched_by_its_job(root, tmp_path):
    """Where no plugin knows the address, Snakemake says so; nothing is said of a missing file."""
    study = made(tmp_path, root)
    config = study / "config.yaml"
    config.write_text(config.read_text().replace("table: table.tsv", "table: nowhere://bucket/table.tsv"))
    done = snakemake(root, study, "--dry-run")
    assert done.returncode == 1
    assert "No storage provider found for query nowhere://bucket/table.tsv" in done.stdout + done.stderr
    command = [sys.executable, "-m", "klbio", "check", "config.yaml"]
    checked = subprocess.run(command, capture_output=True, text=True, cwd=study)
    assert checked.returncode == 0, checked.stderr
    assert "not here: 'nowhere://bucket/table.tsv'" in checked.stdout + checked.stderr
