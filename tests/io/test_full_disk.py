"""What other libraries write, where a file finds no more room: words, the exit code 2, nothing half-written."""

import subprocess
import sys

import pytest

from tests.faults.case import put
from tests.faults.sequences import SOUND

resource = pytest.importorskip("resource", reason="limits of files are those of Unix")

SIZE = "30"  # bytes of a file at most
LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
from klbio.cli import main
main(sys.argv[2:])
"""
CONVERT, MATRIX = ("convert", "t.tsv"), ("matrix", "t.tsv", "--measure", "jensen-shannon-distance", "--out")
READS = ("reads", "r.fastq", "--kmer", "3", "--out")
LINES = [
    *((*CONVERT, f"out.{end}") for end in ("biom", "h5ad", "qza", "tsv")),
    (*CONVERT, "out", "--to", "phyloseq"),
    *((*MATRIX, f"out.{end}") for end in ("npy", "h5", "lsmat", "tsv")),
    *((*READS, f"out.{end}") for end in ("biom", "tsv")),
]


@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line[0]} {' '.join(line[-1:])}")
def test_a_full_disk_is_said(tmp_path, line):
    put(tmp_path, {"r.fastq": SOUND})
    before = {path.name for path in tmp_path.iterdir()}
    script = [sys.executable, "-c", LIMITED, SIZE, *line]
    done = subprocess.run(script, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.returncode
    assert done.stderr.startswith("klbio: error: out"), done.stderr
    assert "File too large" in done.stderr
    assert "Errno" not in done.stderr
    assert {path.name for path in tmp_path.iterdir()} == before
