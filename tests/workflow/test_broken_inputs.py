"""Inputs at fault that only jobs can see: each is named with its sample, and what hangs on none of them is made."""

import gzip
import os
import shutil

import pytest

from tests.workflow.test_workflow import made, snakemake

pytestmark = pytest.mark.workflow

BATCH = 200  # samples of one, where their files are small
CONFIG = "outdir: results\nreads:\n  samples: samples.tsv\n  kmer: 2\n"
LENGTH = 40


def sheet(folder, names, *columns):
    """Subjects of a sample before and one after; the files of a sample are called as it is."""
    phases = ("before", "after")
    rows = [
        [name, f"P{n // 2}", phases[n % 2], *(f"{name}_{k + 1}.fastq" for k in range(len(columns)))]
        for n, name in enumerate(names)
    ]
    header = ["sample", "subject", "phase", *columns]
    (folder / "samples.tsv").write_text("".join("\t".join(row) + "\n" for row in [header, *rows]))


def fastq(folder, name, *reads):
    text = "".join(f"@r{n}\n{read}\n+\n{'I' * len(read)}\n" for n, read in enumerate(reads))
    (folder / f"{name}.fastq").write_text(text)


def broken(folder, name):
    """Cut a file of reads within its last record."""
    path = folder / f"{name}.fastq"
    path.write_text(path.read_text()[:-10])


def test_batches_of_reads_at_fault_are_named_together_and_the_others_are_kept(root, tmp_path):
    names = [f"S{n}" for n in range(2 * BATCH + 1)]
    sheet(tmp_path, names, "fastq_1")
    for n, name in enumerate(names):
        word = "".join("ACGT"[n // 4**k % 4] for k in range(5))
        fastq(tmp_path, f"{name}_1", (word * LENGTH)[:LENGTH], word[::-1] * 4)
    (tmp_path / "config.yaml").write_text(CONFIG)
    first, last = names[BATCH // 2], names[-1]
    for name in (first, last):
        broken(tmp_path, f"{name}_1")
    done = snakemake(root, tmp_path, "--keep-going", "results/composition/reads.biom")
    assert done.returncode == 1
    for name in (first, last):
        assert f"klbio: error: {name}_1.fastq" in done.stderr
    counted = tmp_path / "results/composition/reads"
    assert [path.name for path in counted.glob("*.kmers")] == ["batch2.kmers"]
    for name in (first, last):
        path = tmp_path / f"{name}_1.fastq"
        path.write_text(path.read_text() + "I" * 9 + "\n")
    done = snakemake(root, tmp_path, "results/composition/reads.biom")
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("rule count_kmers:") + done.stdout.count("rule count_kmers:") == 2


@pytest.mark.skipif(shutil.which("vsearch") is None, reason="needs vsearch")
def test_a_batch_of_amplicons_at_fault_names_all_its_samples_and_the_other_is_kept(root, tmp_path):
    names = [f"S{n}" for n in range(BATCH + 3)]
    sheet(tmp_path, names, "fastq_1", "fastq_2")
    for mate in (1, 2):
        with gzip.open(root / f"examples/amplicons/fastq/S1_before_1_R{mate}.fastq.gz", "rt") as file:
            records = zip(*[iter(file)] * 4, strict=True)
            for name in names:
                text = "".join(next(records))
                (tmp_path / f"{name}_{mate}.fastq").write_text(text)
    (tmp_path / "config.yaml").write_text(CONFIG + "  taxa: {ranks: [genus]}\n")
    for name in (f"{names[-3]}_1", f"{names[-1]}_2"):
        broken(tmp_path, name)
    done = snakemake(root, tmp_path, "--keep-going", "results/composition/amplicons.biom")
    assert done.returncode == 1
    for name in (f"{names[-3]}_1", f"{names[-1]}_2"):
        assert f"{name}.fastq" in done.stderr
    merged = tmp_path / "results/composition/amplicons"
    assert [path.name for path in merged.glob("*.fasta")] == ["batch1.fasta"]


def test_chunks_of_a_table_at_fault_name_it_and_those_of_reads_are_measured(root, tmp_path):
    study = made(tmp_path, root)
    config = study / "config.yaml"
    config.write_text(
        config.read_text().partition("models:")[0] + "shift: {chunk_subjects: 2, n_resamples: 19}\n"
    )
    done = snakemake(root, study, "results/composition/taxa.biom")
    assert done.returncode == 0, done.stderr
    table = study / "results/composition/taxa.biom"
    written, content = table.stat(), table.read_bytes()
    table.write_bytes(content[: len(content) // 2])
    os.utime(table, ns=(written.st_atime_ns, written.st_mtime_ns))
    targets = "results/shift/pairs.tsv", "results/reads/pairs.tsv"
    done = snakemake(root, study, "--keep-going", "--rerun-triggers", "mtime", "--", *targets)
    assert done.returncode == 1
    assert done.stderr.count("klbio: error: results/composition/taxa.biom") == 2  # of each chunk
    assert (study / targets[1]).is_file()
    assert not (study / targets[0]).exists()


@pytest.mark.parametrize("name", ["samples.tsv", "S1_1.fastq"])
def test_an_input_of_tomorrow_is_refused_before_anything_is_made_of_it(root, tmp_path, name):
    sheet(tmp_path, ["S0", "S1"], "fastq_1")
    for sample in ("S0", "S1"):
        fastq(tmp_path, f"{sample}_1", "ACGT" * 10)
    (tmp_path / "config.yaml").write_text(CONFIG)
    tomorrow = (tmp_path / name).stat().st_mtime + 86_400
    os.utime(tmp_path / name, (tomorrow, tomorrow))
    done = snakemake(root, tmp_path)
    assert done.returncode == 2
    assert f"klbio: error: {name}: dated " in done.stderr
    assert not list(tmp_path.glob("results/composition/*"))
