"""Jobs on machines of their own, as in a cloud: nothing comes to them but the sources and what lies in a storage."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.workflow.test_workflow import made, snakemake, tables

pytestmark = [
    pytest.mark.workflow,
    pytest.mark.skipif(
        find_spec("snakemake_executor_plugin_cluster_generic") is None, reason="no cluster-generic plugin"
    ),
    pytest.mark.skipif(shutil.which("git") is None, reason="no Git, which says what the sources are"),
]
SOURCES = ("Snakefile", "workflow", "scripts", "config.yaml", "samples.tsv")
INPUTS = ("table.tsv", "taxonomy.tsv")
CONFIG = """\
outdir: results
seed: 7
tables: {parquet: all}
matrix: {format: zarr, tiles: 2}
taxa:
  table: table.tsv
  samples: samples.tsv
  taxonomy: taxonomy.tsv
  ranks: [genus]
shift:
  n_resamples: 19
  chunk_subjects: 2
"""
# A machine of its own: an empty folder, and of the environment what finds programs and opens the storage.
SUBMIT = """\
#!/bin/sh
set -e
machine=$(mktemp -d "{machines}/XXXXXX")
mkdir "$machine/work"
cp "$1" "$machine/script"
cd "$machine/work"
{{ env -i HOME="$machine" PATH="{path}" AWS_ACCESS_KEY_ID=here AWS_SECRET_ACCESS_KEY=here \\
  AWS_DEFAULT_REGION=us-east-1 OPENBLAS_NUM_THREADS=1 sh "$machine/script" > "$machine/log" 2>&1 \\
  && touch "$machine/success" || touch "$machine/failed"; }} > /dev/null 2>&1 &
echo "$machine"
"""
STATUS = """\
#!/bin/sh
for state in success failed; do if [ -e "$1/$state" ]; then echo $state; exit; fi; done
echo running
"""


@pytest.fixture
def machines(tmp_path: Path) -> Path:
    """What submits a job to a machine of its own, and what asks for its state."""
    folder = tmp_path / "machines"
    folder.mkdir()
    path = os.pathsep.join([str(Path(sys.executable).parent), "/usr/bin", "/bin"])
    for name, text in (("submit", SUBMIT.format(machines=folder, path=path)), ("status", STATUS)):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    return folder


def sources(folder: Path, local: Path, root: Path) -> Path:
    """The workflow, config and sheet in a Git repository, as they go along with a job."""
    folder.mkdir()
    for name in SOURCES:
        place = local / name if (local / name).exists() else root / name
        (shutil.copytree if place.is_dir() else shutil.copy)(place, folder / name)
    for command in (["init", "--quiet"], ["add", "."]):
        subprocess.run(["git", *command], cwd=folder, check=True)
    return folder


def test_jobs_without_a_shared_disk_give_the_same_bytes(root, tmp_path, machines, s3):
    """Folders among the results too: figures, Parquet and Zarr."""
    local = tmp_path / "local"
    local.mkdir()
    made(local, root)
    (local / "config.yaml").write_text(CONFIG)
    done = snakemake(root, local)
    assert done.returncode == 0, done.stderr
    store = tmp_path / "store"
    store.mkdir()
    for name in INPUTS:
        shutil.copy(local / name, store)
    s3.take(store)
    started = sources(tmp_path / "started", local, root)
    done = subprocess.run(
        [
            sys.executable, "-m", "snakemake", "--configfile", "config.yaml", "--executor", "cluster-generic",
            "--cluster-generic-submit-cmd", str(tmp_path / "submit"),
            "--cluster-generic-status-cmd", str(tmp_path / "status"),
            "--shared-fs-usage", "none", "--job-deploy-sources", "--seconds-between-status-checks", "1",
            "--jobs", "2", "--retries", "0", *s3.options,
        ],
        cwd=started, capture_output=True, text=True,
    )  # fmt: skip
    logs = "\n".join(path.read_text()[-2000:] for path in sorted(machines.glob("*/log")))
    assert done.returncode == 0, done.stderr[-2000:] + logs
    s3.give(store)
    found = tables(store)
    assert found == tables(local)
    for folder in ("report/figures", "shift/matrix.zarr", "shift/parquet"):
        assert any(name.startswith(f"{folder}/") for name in found), folder
