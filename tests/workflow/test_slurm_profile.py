"""The profiles of clusters, as far as they can be tested without one; docs/cluster.md tells the rest."""

import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml

from tests.workflow.test_workflow import made, snakemake

RULE = re.compile(r"^ *rule (\w+):\n(.*?)(?=^ *rule \w|^\S|\Z)", re.MULTILINE | re.DOTALL)
LOCAL = re.compile(r"^localrules:\n((?:    \w+,?\n)+)", re.MULTILINE)
RESOURCES = {"mem_mb", "runtime", "htcondor_request_mem_mb"}
READ = {  # of them, by each plugin; cluster-generic hands all to its command
    "flux": {"runtime"},
    "htcondor": {"htcondor_request_mem_mb"},
    "kubernetes": {"mem_mb"},
    "lsf": {"mem_mb", "runtime"},
    "sge": {"mem_mb", "runtime"},
    "slurm": {"mem_mb", "runtime"},
}
ENGINES = ("cluster-generic", "flux", "htcondor", "kubernetes", "lsf", "sge", "slurm")


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


def test_each_profile_is_of_an_engine_of_its_name(profiles):
    assert set(profiles) == {"default", *ENGINES}
    assert {name: profiles[name]["executor"] for name in ENGINES} == {name: name for name in ENGINES}


@pytest.mark.parametrize("engine", ENGINES)
def test_the_default_profile_takes_nothing_from_that_of_an_engine(profiles, engine):
    # Snakemake lays profiles/default over every --profile, and its keys win.
    assert not set(profiles["default"]) & set(profiles[engine])


@pytest.mark.parametrize("engine", ENGINES)
def test_resources_carry_their_unit_and_no_account_of_ours(profiles, engine):
    asked = profiles[engine]["default-resources"]
    assert set(asked) <= RESOURCES
    assert asked["mem_mb"] > 0
    assert (asked["runtime"] > 0) == (engine != "flux")


def test_no_profile_says_how_often_a_job_is_sent(profiles):
    assert not any(
        "retries" in profile for profile in profiles.values()
    )  # the workflow does, for any profile


@pytest.mark.parametrize("engine", ENGINES)
def test_snakemake_and_the_plugin_know_every_key(profiles, engine):
    from snakemake.cli import get_argument_parser
    from snakemake_interface_executor_plugins.registry import ExecutorPluginRegistry

    if find_spec(f"snakemake_executor_plugin_{engine.replace('-', '_')}") is None:
        pytest.skip(f"no plugin of {engine} here")
    ExecutorPluginRegistry().collect_plugins()
    options = {
        word.removeprefix("--") for action in get_argument_parser()._actions for word in action.option_strings
    }
    unknown = set(profiles[engine]) - options
    assert unknown <= ({"default-storage-provider", "default-storage-prefix"} - options)


@pytest.mark.parametrize("engine", READ)
def test_what_a_job_asks_for_is_what_the_plugin_reads(profiles, engine):
    plugin = find_spec(f"snakemake_executor_plugin_{engine}")
    if plugin is None:
        pytest.skip(f"no plugin of {engine} here")
    text = "".join(path.read_text() for path in Path(plugin.origin).parent.glob("*.py"))
    read = {name for name in RESOURCES if re.search(rf"""["'.]{name}\b""", text)}
    assert read == READ[engine]
    assert read <= set(profiles[engine]["default-resources"])


def test_no_job_of_flux_is_ended_after_as_many_seconds_as_it_asks_for_minutes(root, profiles):
    free = profiles["flux"]["set-resources"]
    parts = {f"measure_{route}_part" for route in ("amplicons", "reads", "shift", "shotgun")}
    assert set(free) == parts | set(rules(root)) - local_rules(root)
    assert all(given == {"runtime": 0} for given in free.values())


def test_the_state_of_a_job_needs_no_accounting(profiles):
    assert profiles["slurm"]["slurm-status-command"] == "squeue"


def test_every_rule_asks_for_memory_and_time_by_the_table(root):
    asked = {
        name: re.findall(r'^ +\*\*asked\("(\w+)"', text, re.MULTILINE) for name, text in rules(root).items()
    }
    assert "compose_reads" in asked
    assert "collect_dropped" in local_rules(root)
    assert asked == {name: [name] for name in asked}


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


# What a scheduler is to Snakemake: a command that takes a script and prints an id.
SUBMIT = "sh -c 'sh \"$0\" > sent.log 2>&1; echo $$'"
STATUS = "sh -c 'echo failed'"


@pytest.mark.workflow
@pytest.mark.skipif(
    find_spec("snakemake_executor_plugin_cluster_generic") is None, reason="no cluster-generic plugin"
)
@pytest.mark.parametrize(("options", "times"), [((), 3), (("--retries", "-1"), 1)])
def test_a_job_that_is_sent_and_fails_is_sent_again(root, tmp_path, options, times):
    study = made(tmp_path, root)
    (study / "genes.fasta").write_text(">a\nMKLV\n")
    sent = ("--executor", "cluster-generic", "--jobs", "1", "--cluster-generic-submit-cmd", SUBMIT)
    done = snakemake(
        root,
        study,
        *sent,
        "--cluster-generic-status-cmd",
        STATUS,
        *options,
        "--",
        "results/models/nearest.tsv",
    )
    assert done.returncode == 1
    assert done.stderr.count("Error in rule rank_models:") == times
    assert done.stderr.count("genes.fasta: record 1") == times
    assert "was killed" not in done.stderr
