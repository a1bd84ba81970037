"""What a job opens is what its rule says: nothing else is at hand where results lie in a storage."""

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.workflow.running import command
from tests.workflow.taxa_of_reads import ROUTES, of_amplicons, of_kraken, of_sketches
from tests.workflow.test_workflow import made

pytestmark = pytest.mark.workflow

WATCHED = Path(__file__).parent / "watched"
OF_ROUTES = {
    of_amplicons: {
        "merge_amplicons", "denoise_amplicons", "match_amplicons", "compose_amplicons", "measure_call_range",
        "measure_amplicons_shift", "write_report",
    },
    of_kraken: {"classify_shotgun", "compose_shotgun", "measure_shotgun_shift", "write_report"},
    of_sketches: {"sketch_shotgun", "compose_sketches", "measure_shotgun_shift", "write_report"},
}  # fmt: skip
# Samples that are counted already stand there while their batch is not: a job that was stopped goes on from them, and
# what a rule declares is taken away when its job fails.
KEPT = "results/composition/reads/parts"
SEEN = ".seen"


@dataclass(frozen=True)
class Job:
    """What a job opened, and what its rule declares."""

    rule: str
    declared: list[Path]
    opened: dict[Path, bool]

    def undeclared(self, study: Path, *homes: Path) -> list[str]:
        """Files of the study that it read or left, and its rule does not name."""
        of_study = (
            path for path in self.opened if path.is_file() and any(home in path.parents for home in homes)
        )
        free = [*self.declared, *(study / own for own in (KEPT, ".snakemake", SEEN))]
        return sorted(
            str(path) for path in of_study if not any(one == path or one in path.parents for one in free)
        )


def jobs(folder: Path) -> Iterator[Job]:
    for path in folder.glob("*.job"):
        said = json.loads(path.read_text())
        lines = map(json.loads, path.with_suffix(".opened").read_text().splitlines())
        yield Job(
            said["rule"], [Path(one) for one in said["declared"]], {Path(one): new for one, new in lines}
        )


def watched_run(root: Path, study: Path) -> list[Job]:
    seen = study / SEEN
    seen.mkdir()
    python = os.pathsep.join([str(WATCHED), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        command(root, study),
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": python, "KLBIO_WATCHED": str(seen)},
    )
    assert done.returncode == 0, done.stderr
    return list(jobs(seen))


def test_of_taxa_reads_and_models(root, tmp_path):
    study = made(tmp_path, root)
    config = study / "config.yaml"
    text = config.read_text().replace("kmer: 3", "kmer: [3, 2]").replace("99", "19")
    config.write_text(text.replace("models:\n", "models:\n  tiles: 2\n") + "tables: {parquet: all}\n")
    ran = watched_run(root, study)
    assert {job.rule for job in ran} == {
        "compose_taxa", "measure_taxa_shift", "compare_all_samples", "count_kmers", "compose_reads",
        "compose_other_words", "measure_reads_shift", "measure_other_words", "compare_quality", "compare_some_models",
        "compare_models", "rank_models", "write_parquet", "collect_dropped", "write_provenance", "write_report",
    }  # fmt: skip
    found = {job.rule: job.undeclared(study, study, root / "examples") for job in ran}
    assert {rule: paths for rule, paths in found.items() if paths} == {}


@pytest.mark.parametrize("route", ROUTES)
def test_of_taxa_of_reads(root, tmp_path, route):
    ran = watched_run(root, route(tmp_path, root))
    assert OF_ROUTES[route] <= {job.rule for job in ran}
    found = {job.rule: job.undeclared(tmp_path, tmp_path, root / "examples") for job in ran}
    assert {rule: paths for rule, paths in found.items() if paths} == {}


def test_the_watch_sees_what_is_not_declared(tmp_path):
    (tmp_path / "a").write_text("")
    (tmp_path / "b").mkdir()
    (tmp_path / "b/c").write_text("")
    opened = {tmp_path / name: False for name in ("a", "b/c", "gone", "../x")}
    assert Job("r", [tmp_path / "b"], opened).undeclared(tmp_path, tmp_path) == [str(tmp_path / "a")]
