"""What a file costs in memory: never the limit, and never a traceback."""

import resource
import subprocess
import sys

import pytest

from tests.packing import gzipped

GB = 1024**3


def klbio(*line, memory=4 * GB, cwd):
    """Run a command in a bounded address space."""
    return subprocess.run(
        [sys.executable, "-m", "klbio", *map(str, line)], capture_output=True, text=True, timeout=400, cwd=cwd,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (memory, memory)),
    )  # fmt: skip


@pytest.fixture
def study(tmp_path):
    (tmp_path / "t.tsv").write_text("taxon\ts1\ts2\nA\t900\t100\nB\t100\t900\n")
    (tmp_path / "s.tsv").write_text("sample\tsubject\tphase\ns1\tX\tbefore\ns2\tX\tafter\n")
    return tmp_path


def test_a_study_of_two_samples_runs_where_memory_is_bounded(study):
    line = ("shift", "t.tsv", "--samples", "s.tsv", "--resamples", 19, "--out", "out")
    done = klbio(*line, memory=3 * GB // 2, cwd=study)
    assert done.returncode == 0
    assert done.stderr.startswith("klbio: note: memory: a limit of 1.5 GiB of addresses")
    assert (study / "out/pairs.tsv").is_file()
    assert not (study / "out/report.html").exists()
    assert klbio(*line, "--no-report", memory=3 * GB // 2, cwd=study).stderr == ""


def test_a_page_that_cannot_be_drawn_is_refused(study):
    klbio("shift", "t.tsv", "--samples", "s.tsv", "--resamples", 19, "--out", "out", "--no-report", cwd=study)
    done = klbio("report", "out", cwd=study)
    assert done.returncode == 2
    assert "ulimit -v unlimited" in done.stderr


def test_a_small_archive_of_a_long_sheet_is_refused_within_memory(study):
    text = b"sample\tsubject\tphase\n" + b"ab\n" * 10_000_000
    (study / "s.tsv.gz").write_bytes(gzipped(text))
    line = ("shift", "t.tsv", "--samples", "s.tsv.gz", "--out", "out")
    done = klbio(*line, memory=GB, cwd=study)
    assert done.returncode == 2
    assert "10,000,001 lines; expected a sheet of at most 1,000,000" in done.stderr


def test_a_table_that_memory_cannot_hold_is_named(study):
    (study / "t.tsv.gz").write_bytes(gzipped(b"0\t" * 150_000_000))
    done = klbio("matrix", "t.tsv.gz", "--out", "m.tsv", memory=3 * GB // 4, cwd=study)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "memory" in done.stderr
