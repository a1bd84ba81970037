"""A study measured in chunks, by the real Snakefile: the same bytes, whatever is killed."""

import os
from itertools import product
from math import ceil
from pathlib import Path

import numpy as np
import pytest

from klbio.steps.batches import BATCH_SAMPLES
from tests.workflow.running import killed_when
from tests.workflow.taxa_of_reads import ROUTES, SUBJECTS, of_amplicons
from tests.workflow.test_workflow import made, snakemake, tables

pytestmark = pytest.mark.workflow

TARGETS = "results/shift/pairs.tsv", "results/reads/pairs.tsv"
CHUNKS = "shift:\n  chunk_subjects: 1\n"


@pytest.fixture
def study(tmp_path, root):
    """Four mice and three subjects of reads; a job for each."""
    made(tmp_path, root)
    config = tmp_path / "config.yaml"
    config.write_text(config.read_text().partition("models:")[0] + CHUNKS + "  n_resamples: 19\n")
    return tmp_path


def as_one(study):
    config = study / "config.yaml"
    config.write_text(config.read_text().replace(CHUNKS, "shift:\n"))


def test_chunks_have_the_bytes_of_one_job_and_a_kill_in_the_gather_costs_no_part(root, study):
    killed_when(root, study, "measure_taxa_shift", TARGETS[0])
    parts = study / "results/shift/parts"
    assert sorted(path.name for path in parts.glob("[!.]*")) == ["1.part", "2.part", "3.part", "4.part"]
    assert not (study / TARGETS[0]).exists()
    assert snakemake(root, study, "--unlock").returncode == 0
    done = snakemake(root, study, "--rerun-incomplete", *TARGETS)
    assert done.returncode == 0, done.stderr
    said = done.stdout + done.stderr
    assert "rule measure_shift_part:" not in said
    assert said.count("rule measure_reads_part:") == 3
    assert not list(study.glob("results/*/parts/*"))
    chunked = tables(study)
    as_one(study)
    done = snakemake(root, study, *TARGETS, "--forceall")
    assert done.returncode == 0, done.stderr
    assert tables(study) == chunked


def test_a_broken_part_of_words_stops_its_own_chunk_alone(root, study):
    assert snakemake(root, study, "results/composition/reads.biom").returncode == 0
    batch = study / "results/composition/reads/batch1.kmers"
    content = bytearray(batch.read_bytes())
    content[content.index(b'"key"') + 1000] ^= 1  # in the counts of the first sample
    written = batch.stat()
    batch.write_bytes(content)
    os.utime(batch, ns=(written.st_atime_ns, written.st_mtime_ns))
    done = snakemake(root, study, TARGETS[1], "--keep-going", "--rerun-triggers", "mtime")
    assert done.returncode == 1
    said = done.stdout + done.stderr
    first = (study / "reads.tsv").read_text().splitlines()[1].split("\t")[0]
    assert f"results/composition/reads/batch1.kmers: sample {first!r}: no batch of counted words" in said
    parts = study / "results/reads/parts"
    assert sorted(path.name for path in parts.glob("[!.]*")) == ["2.part", "3.part"]


def cohort(folder: Path, n_subjects: int) -> Path:
    """Subjects of reads, all samples of a phase before those of the next; some have too few to be measured."""
    rng = np.random.default_rng(5)
    rows, fastq = ["sample\tsubject\tphase\tarm\tfastq_1"], folder / "fastq"
    fastq.mkdir()
    for phase, i in product(("before", "after"), range(n_subjects)):
        path = fastq / f"P{i}.{phase}.fastq"
        reads = rng.choice(
            list("ACGT"), (20 if i % 17 == 3 else 200, 60), p=[0.1 + i % 2 * 0.2, 0.2, 0.3, 0.4 - i % 2 * 0.2]
        )
        path.write_text("".join(f"@{k}\n{''.join(read)}\n+\n{'I' * 60}\n" for k, read in enumerate(reads)))
        rows.append(f"P{i}.{phase}\tP{i}\t{phase}\t{'xy'[i % 2]}\tfastq/{path.name}")
    (folder / "reads.tsv").write_text("\n".join(rows) + "\n")
    settings = f"{CHUNKS.replace('1', '50')}  n_resamples: 19\n"
    (folder / "config.yaml").write_text(f"reads:\n  samples: reads.tsv\n  kmer: 3\n{settings}")
    return folder


def test_several_batches_in_several_chunks_are_one_study(root, tmp_path):
    """The second batch holds the last samples of two chunks, which read both; the other chunk reads the first alone."""
    study = cohort(tmp_path, n_subjects=(BATCH_SAMPLES + 20) // 2)
    killed_when(root, study, "measure_reads_shift", TARGETS[1])
    assert len(list(study.glob("results/composition/reads/*.kmers"))) == 2
    assert len(list(study.glob("results/reads/parts/[!.]*.part"))) == 3
    assert snakemake(root, study, "--unlock").returncode == 0
    done = snakemake(root, study, "--rerun-incomplete", TARGETS[1])
    assert done.returncode == 0, done.stderr
    said = done.stdout + done.stderr
    assert "rule measure_reads_part:" not in said
    chunked = tables(study)
    config = study / "config.yaml"
    config.write_text(config.read_text().replace("  chunk_subjects: 50\n", ""))
    done = snakemake(root, study, TARGETS[1], "--forcerun", "measure_reads_shift")
    assert done.returncode == 0, done.stderr
    assert "rule measure_reads_part:" not in done.stdout + done.stderr
    assert tables(study) == chunked
    again = snakemake(root, study, TARGETS[1])
    assert "Nothing to be done" in again.stdout + again.stderr


@pytest.mark.parametrize("route", ROUTES)
def test_taxa_of_reads_in_chunks_have_the_bytes_of_one_job(root, tmp_path, route):
    study, folder = route(tmp_path, root), "amplicons" if route is of_amplicons else "shotgun"
    config = study / "config.yaml"
    settings, target = config.read_text(), f"results/{folder}/pairs.tsv"
    done = snakemake(root, study, target)
    assert done.returncode == 0, done.stderr
    whole = tables(study)
    for size in (1, 2):
        config.write_text(settings.replace("shift: {", f"shift: {{chunk_subjects: {size}, "))
        done = snakemake(root, study, target)
        assert done.returncode == 0, done.stderr
        said = done.stdout + done.stderr
        assert said.count(f"rule measure_{folder}_part:") == ceil(len(SUBJECTS) / size)
        assert said.count(f"rule measure_{folder}_shift:") == 1
        assert tables(study) == whole
