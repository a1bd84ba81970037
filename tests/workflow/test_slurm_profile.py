"""The cluster profile, as far as it can be tested without a cluster; docs/cluster.md tells the rest."""

import re
import shutil
import subprocess
import sys
from importlib.util import find_spec

import pytest
import yaml

RULE = re.compile(r"^rule (\w+):\n(.*?)(?=^\S|\Z)", re.MULTILINE | re.DOTALL)
LOCAL = re.compile(r"^localrules:\n((?:    \w+,?\n)+)", re.MULTILINE)
RESOURCES = {"slurm_account", "slurm_partition", "mem_mb", "runtime"}


@pytest.fixture(scope="module")
def profiles(root):
    """The settings of each profile by its name."""
    files = (root / "profiles").glob("*/profile.yaml")
    return {path.parent.name: yaml.safe_load(path.read_text()) for path in files}


def rules(root) -> dict[str, str]:
    """The text of each rule that makes a file, by its name."""
    text = "\n".join(path.read_text() for path in sorted((root / "workflow/rules").glob("*.smk")))
    return dict(RULE.findall(text))


def local_rules(root) -> set[str]:
    text = "\n".join(path.read_text() for path in sorted((root / "workflow/rules").glob("*.smk")))
    return set(re.findall(r"\w+", " ".join(LOCAL.findall(text))))


def test_both_profiles_parse(profiles):
    assert set(profiles) == {"default", "slurm"}
    assert profiles["slurm"]["executor"] == "slurm"


def test_the_default_profile_takes_nothing_from_the_cluster_profile(profiles):
    # Snakemake lays profiles/default over every --profile, and its keys win.
    assert not set(profiles["default"]) & set(profiles["slurm"])


def test_resources_carry_their_unit_and_no_account_of_ours(profiles):
    asked = profiles["slurm"]["default-resources"]
    assert set(asked) <= RESOURCES
    assert "slurm_account" not in asked
    assert all(isinstance(asked[name], int) and asked[name] > 0 for name in ("mem_mb", "runtime"))


def test_the_state_of_a_job_needs_no_accounting(profiles):
    assert profiles["slurm"]["slurm-status-command"] == "squeue"


def test_every_rule_sent_to_the_cluster_asks_for_memory_and_time(root):
    sent = set(rules(root)) - local_rules(root)
    assert "compose_reads" in sent
    assert "collect_dropped" not in sent
    silent = [
        name
        for name in sorted(sent)
        if not all(
            re.search(rf"^        {unit}=", rules(root)[name], re.MULTILINE) for unit in ("mem_mb", "runtime")
        )
    ]
    assert silent == []


def test_the_guide_names_every_rule_sent_to_the_cluster(root):
    guide = (root / "docs/cluster.md").read_text()
    missing = [name for name in sorted(set(rules(root)) - local_rules(root)) if f"`{name}`" not in guide]
    assert missing == []


@pytest.mark.workflow
@pytest.mark.skipif(shutil.which("sinfo") is None, reason="no Slurm on this machine")
@pytest.mark.skipif(find_spec("snakemake_executor_plugin_slurm") is None, reason="no Slurm plugin")
def test_snakemake_takes_the_profile(root, tmp_path):
    command = [
        sys.executable,
        "-m",
        "snakemake",
        "--profile",
        str(root / "profiles/slurm"),
        "--dry-run",
        "--forceall",
    ]
    done = subprocess.run(
        [*command, "--directory", str(root)], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "profiles/slurm" in done.stderr
