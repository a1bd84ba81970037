"""A real Slurm of three nodes here: jobs over their memory finish by themselves, with the bytes of a local run."""

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.workflow.test_workflow import made, snakemake, tables

TOOL = Path(__file__).parents[3] / "shared/tools/slurm-multi.sh"
N_NODES = 3

pytestmark = [
    pytest.mark.workflow,
    pytest.mark.cluster,
    pytest.mark.skipif(
        not TOOL.is_file(), reason="what starts a Slurm stands beside the repository, and is not here"
    ),
    pytest.mark.skipif(shutil.which("slurmctld") is None, reason="no Slurm on this machine"),
    pytest.mark.skipif(find_spec("snakemake_executor_plugin_slurm") is None, reason="no Slurm plugin"),
    pytest.mark.skipif(
        sys.platform != "linux" or os.geteuid() != 0, reason="only root can start Slurm's daemons"
    ),
]


def nodes() -> list[str]:
    """The nodes that are up."""
    done = subprocess.run(["sinfo", "-h", "-N", "-o", "%N"], capture_output=True, text=True)
    return done.stdout.split()


@pytest.fixture(scope="module")
def slurm():
    """Three nodes, started here unless they run, and stopped then."""
    if len(nodes()) == N_NODES:
        yield
        return
    subprocess.run(["bash", TOOL], check=True, capture_output=True)
    yield
    subprocess.run(["bash", TOOL, "--down"], check=True, capture_output=True)


@pytest.fixture
def study(tmp_path, root):
    """Taxa alone, in chunks of two subjects: steps that are sent, those of the chunks over their memory."""
    for name in ("local", "sent"):
        (tmp_path / name).mkdir()
        config = made(tmp_path / name, root) / "config.yaml"
        taxa, _, rest = config.read_text().partition("reads:")
        config.write_text(taxa + rest[rest.index("shift:") :] + "  chunk_subjects: 2\n")
    return tmp_path


@pytest.mark.usefixtures("slurm")
def test_chunks_over_their_memory_ask_for_more_and_bytes_are_those_of_a_local_run(root, study):
    done = snakemake(root, study / "local")
    assert done.returncode == 0, done.stderr
    sent = snakemake(
        root, study / "sent", "--profile", str(root / "profiles/slurm"),
        "--set-resources", "measure_shift_part:mem_mb=attempt*300",
    )  # fmt: skip
    assert sent.returncode == 0, sent.stderr
    assert "Trying to restart job" in sent.stderr
    assert tables(study / "sent") == tables(study / "local")


@pytest.mark.usefixtures("slurm")
def test_a_job_that_is_killed_each_time_is_named_with_what_to_set(root, study):
    sent = snakemake(
        root, study / "sent", "--profile", str(root / "profiles/slurm"), "--retries", "-1",
        "--set-resources", "measure_taxa_shift:mem_mb=200", "--", "results/shift/pairs.tsv",
    )  # fmt: skip
    assert sent.returncode == 1
    assert "klbio: measure_taxa_shift was killed" in sent.stderr
    assert "--set-resources measure_taxa_shift:mem_mb=400" in sent.stderr
