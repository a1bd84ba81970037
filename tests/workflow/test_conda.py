"""Programs by conda: a stand-in does what Snakemake asks of conda, and rules find klbio and what it puts there."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.workflow.running import command

pytestmark = pytest.mark.workflow

# What Snakemake calls: its version, where it lies, the priority of channels, and to make an environment of a file.
CONDA = """\
#!{python}
import sys, json, re, pathlib
line = sys.argv[1:]
if line[0] == "info":
    print(json.dumps({{"conda_prefix": "{base}", "platform": "linux-64"}}))
elif line[0] == "--version":
    print("conda 24.9.2")
elif line[0] == "config":
    print(json.dumps({{"get": {{"channel_priority": "strict"}}}}))
elif line[:2] == ["env", "create"]:
    given = dict(zip(line[2:], line[3:]))
    bin = pathlib.Path(given["--prefix"]) / "bin"
    bin.mkdir(parents=True)
    for name in re.findall(r"^  - (\\S+) [>=]", pathlib.Path(given["--file"]).read_text(), re.M):
        program = bin / name
        program.write_text('#!/bin/sh\\necho "$0" >> {calls}\\nexec {system}/' + name + ' "$@"\\n')
        program.chmod(0o755)
elif line[0] != "clean":
    sys.exit(f"conda was asked for {{line}}")
"""
ACTIVATE = 'export CONDA_PREFIX="$1"; export PATH="$1/bin:$PATH"\n'
CONFIG = """\
outdir: results
reads:
  samples: samples.tsv
  kmer: 3
  taxa: {ranks: [genus]}
shift: {n_resamples: 99}
"""


def environments(root):
    return sorted((root / "workflow/envs").glob("*.yaml"))


def test_environments_hold_programs_and_no_python(root):
    assert environments(root)
    for path in environments(root):
        env = yaml.safe_load(path.read_text())
        assert env["channels"] == ["conda-forge", "bioconda", "nodefaults"]
        names = [line.split(" ")[0] for line in env["dependencies"]]
        assert names == [path.stem]


def test_every_environment_is_some_rules(root):
    rules = "".join(path.read_text() for path in (root / "workflow/rules").glob("*.smk"))
    assert all(f'"../envs/{path.name}"' in rules for path in environments(root))


@pytest.fixture
def without_vsearch(tmp_path):
    """A folder with every program of the PATH but vsearch."""
    farm = tmp_path / "programs"
    farm.mkdir()
    for folder in reversed(os.environ["PATH"].split(":")):
        for program in Path(folder).glob("*"):
            link = farm / program.name
            link.unlink(missing_ok=True)
            link.symlink_to(program)
    (farm / "vsearch").unlink()
    return farm


@pytest.fixture
def with_conda(tmp_path, without_vsearch):
    """The same with a conda of which every environment calls what the system has."""
    base = tmp_path / "conda"
    (base / "bin").mkdir(parents=True)
    (base / "bin/activate").write_text(ACTIVATE)
    conda = without_vsearch / "conda"
    conda.unlink(missing_ok=True)
    system = Path(shutil.which("vsearch")).parent
    conda.write_text(CONDA.format(python=sys.executable, base=base, calls=tmp_path / "calls", system=system))
    conda.chmod(0o755)
    return without_vsearch


@pytest.fixture
def study(tmp_path, root):
    folder = tmp_path / "study"
    folder.mkdir()
    sheet = (root / "examples/amplicons/samples.tsv").read_text()
    (folder / "samples.tsv").write_text(sheet.replace("\tfastq/", f"\t{root}/examples/amplicons/fastq/"))
    (folder / "config.yaml").write_text(CONFIG)
    return folder


def run(root, study, path, *options):
    return subprocess.run(
        command(root, study, *options), capture_output=True, text=True, env=os.environ | {"PATH": str(path)}
    )


@pytest.mark.skipif(shutil.which("vsearch") is None, reason="needs vsearch")
def test_rules_find_the_programs_of_their_environment_and_klbio(root, study, with_conda, tmp_path):
    done = run(root, study, with_conda, "results/composition/amplicons.biom", "--sdm", "conda")
    assert done.returncode == 0, done.stderr
    assert "no vsearch" not in done.stderr
    assert (study / "results/composition/amplicons.biom").is_file()
    calls = set((tmp_path / "calls").read_text().splitlines())
    assert len(calls) == 1
    assert ".snakemake/conda/" in calls.pop()


@pytest.mark.skipif(shutil.which("vsearch") is None, reason="needs vsearch")
def test_without_conda_a_missing_program_is_named_and_the_rest_runs(root, study, without_vsearch):
    done = run(root, study, without_vsearch, "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "no vsearch to merge, denoise and classify amplicons" in done.stderr
    assert "apt-get install vsearch" in done.stderr
    assert "rule compose_reads" in done.stdout
    assert "merge_amplicons" not in done.stdout
