"""k-mers by batches: the same for any batches, and whoever is stopped goes on from there."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from klbio.errors import InputError
from klbio.io import read_table
from klbio.io.words.batch import Batch
from klbio.io.words.counted import Counted
from klbio.steps.kmers import count_kmers
from klbio.steps.read_units import Kmers
from klbio.steps.reads import compose_reads

N = 9


def reads_of(seed: int, n: int = 60) -> str:
    rng = np.random.default_rng(seed)
    source = "".join(rng.choice(list("ACGT"), 500))
    starts = rng.integers(0, 440, n).tolist()
    return "".join(f"@r{i}\n{source[at : at + 60]}\n+\n{'I' * 60}\n" for i, at in enumerate(starts))


@pytest.fixture
def files(tmp_path) -> dict[str, Path]:
    """Files of nine samples, and a sheet of them with a blank."""
    of = {f"s/{i}": tmp_path / f"{i}.fq" for i in range(N)}
    for i, path in enumerate(of.values()):
        path.write_text(reads_of(i))
    (tmp_path / "4.fq").write_text("@r\nNNNNNNNN\n+\nIIIIIIII\n")
    (tmp_path / "blank.fq").write_text("")
    rows = [
        f"{name}\tS{i // 2}\t{('before', 'after')[i % 2]}\t{path}\t"
        for i, (name, path) in enumerate(of.items())
    ]
    sheet = ["sample\tsubject\tphase\tfastq_1\tkind", *rows, f"blank\t\t\t{tmp_path / 'blank.fq'}\tnegative"]
    (tmp_path / "samples.tsv").write_text("\n".join(sheet) + "\n")
    return of | {"blank": tmp_path / "blank.fq"}


@pytest.fixture
def counted(monkeypatch) -> list[str]:
    """Names of the files that are counted, as they are."""
    of, original = [], Kmers.counted

    def noting(self: Kmers, lanes) -> Counted:
        of.extend(Path(path).name for lane in lanes for path in lane)
        return original(self, lanes)

    monkeypatch.setattr(Kmers, "counted", noting)
    return of


def batch(files: dict[str, Path], out: Path, **settings) -> Path:
    lanes = {name: [1] for name in files}
    blanks = [name for name in files if name == "blank"]
    count_kmers(files=list(files.values()), lanes=lanes, blanks=blanks, out=out, **({"kmer": 3} | settings))
    return out


# --- batches


@pytest.mark.parametrize("kmer", [3, [3, 2]])
def test_any_batches_give_the_same_tables(files, tmp_path, kmer):
    """Nine samples and a blank by ones, by sevens, all together, and in one call."""
    results = set()
    for size in (1, 7, 100, 0):
        out = tmp_path / f"by{size}"
        names = list(files)
        parts = (
            [dict(list(files.items())[at : at + size]) for at in range(0, len(names), size)] if size else []
        )
        made = [batch(part, out / f"{i}.kmers", kmer=kmer) for i, part in enumerate(parts)]
        given = {"batches": made[::-1]} if made else {"groups": out / "all.kmers"}
        compose_reads(
            samples=tmp_path / "samples.tsv", table=out / "t.biom", dropped=out / "d.tsv",
            quality=out / "q.tsv", kmer=kmer, **given,
        )  # fmt: skip
        results.add(tuple((out / name).read_bytes() for name in ("t.biom", "d.tsv", "q.tsv")))
        assert not list(out.glob("*.parts"))
    assert len(results) == 1
    assert len(read_table(tmp_path / "by7/t.biom").samples) == N - 1  # one of N alone, one blank


def test_several_lengths_are_those_of_each_alone(files, tmp_path):
    both = Batch.of(batch(files, tmp_path / "both", kmer=[4, 2])).record(1).counted.tallies
    for k, tally in zip((4, 2), both, strict=True):
        alone = Batch.of(batch(files, tmp_path / f"{k}", kmer=k)).record(1).counted.tally
        assert tally.values.tolist() == alone.values.tolist()
        assert tally.skipped == alone.skipped


def test_a_sample_that_no_batch_has_is_named(files, tmp_path):
    made = batch({name: files[name] for name in list(files)[1:]}, tmp_path / "b")
    given = {"samples": tmp_path / "samples.tsv", "table": tmp_path / "t.biom", "dropped": tmp_path / "d.tsv"}
    with pytest.raises(InputError, match=r"no counts of sample 's/0' .* Count its reads first"):
        compose_reads(**given, kmer=3, batches=[made])
    made = batch(files, tmp_path / "b")
    with pytest.raises(InputError, match="without words of 4 bases"):
        compose_reads(**given, kmer=4, batches=[made])
    assert not (tmp_path / "t.biom").exists()


def test_one_file_in_two_batches_is_refused(files, tmp_path):
    files["s/2"].write_bytes(files["s/1"].read_bytes())
    halves = [dict(list(files.items())[:2]), dict(list(files.items())[2:])]
    made = [batch(half, tmp_path / f"{i}") for i, half in enumerate(halves)]
    with pytest.raises(InputError, match=r"1.fq' and '.*2.fq': copies of one file"):
        compose_reads(
            samples=tmp_path / "samples.tsv",
            table=tmp_path / "t.biom",
            dropped=tmp_path / "d.tsv",
            kmer=3,
            batches=made,
        )
    assert not (tmp_path / "t.biom").exists()


# --- restart


def test_a_bad_file_costs_the_others_nothing(files, tmp_path, counted):
    good = files["s/3"].read_text()
    files["s/3"].write_text("@r\nAC\n+\nI\n")
    files["s/6"].write_text("")
    with pytest.raises(InputError) as caught:
        batch(files, tmp_path / "b")
    assert [str(fault).partition(";")[0].rpartition("/")[2][:20] for fault in caught.value.faults] == [
        "3.fq, line 4: a brok", "6.fq: an empty file",
    ]  # fmt: skip
    assert not (tmp_path / "b").exists()
    files["s/3"].write_text(good)
    files["s/6"].write_text(good.replace("@r", "@q"))
    counted.clear()
    batch(files, tmp_path / "b")
    assert counted == ["3.fq", "6.fq"]
    assert Batch.of(tmp_path / "b").names == tuple(files)
    assert not (tmp_path / "b.parts").exists()


def stopped(files, out: Path, monkeypatch, after: int) -> None:
    """Count some samples, and end as a process that is killed."""
    original, left = Kmers.counted, iter(range(after))

    def ending(self: Kmers, lanes) -> Counted:
        if next(left, None) is None:
            raise KeyboardInterrupt
        return original(self, lanes)

    with monkeypatch.context() as patch:
        patch.setattr(Kmers, "counted", ending)
        with pytest.raises(KeyboardInterrupt):
            batch(files, out)


def test_what_is_kept_is_not_counted_again(files, tmp_path, monkeypatch, counted):
    expected = batch(files, tmp_path / "whole").read_bytes()
    stopped(files, tmp_path / "b", monkeypatch, after=4)
    counted.clear()
    assert batch(files, tmp_path / "b").read_bytes() == expected
    assert counted == [f"{i}.fq" for i in range(4, N)]


def test_a_damaged_part_and_a_changed_file_are_counted_again(files, tmp_path, monkeypatch, counted):
    stopped(files, tmp_path / "b", monkeypatch, after=5)
    kept = sorted((tmp_path / "b.parts").glob("*/*"), key=lambda path: path.stat().st_mtime_ns)
    kept[1].write_bytes(kept[1].read_bytes()[:-1])
    kept[2].write_bytes(kept[0].read_bytes())  # of another sample
    files["s/3"].write_text(reads_of(33))
    counted.clear()
    batch(files, tmp_path / "b")
    assert counted == ["1.fq", "2.fq", "3.fq", *(f"{i}.fq" for i in range(5, N))]
    batch(files, tmp_path / "anew")
    assert (tmp_path / "b").read_bytes() == (tmp_path / "anew").read_bytes()


@pytest.mark.parametrize("settings", [{"kmer": 2}, {"canonical": False}, {"library": "amplicon"}])
def test_other_settings_are_counted_anew(files, tmp_path, monkeypatch, counted, settings):
    stopped(files, tmp_path / "b", monkeypatch, after=5)
    counted.clear()
    batch(files, tmp_path / "b", **settings)
    assert len(counted) == N
    assert not (tmp_path / "b.parts").exists()


def test_batches_share_a_folder_of_parts_until_all_is_written(files, tmp_path, counted):
    """A batch that was lost before anybody knew that it was there is not counted again."""
    shared = {"parts": tmp_path / "parts"}
    halves = [dict(list(files.items())[:3]), dict(list(files.items())[3:])]
    made = [batch(half, tmp_path / f"{i}", **shared) for i, half in enumerate(halves)]
    counted.clear()
    made[0].unlink()
    batch(halves[0], made[0], **shared)
    assert counted == []
    compose_reads(
        samples=tmp_path / "samples.tsv", table=tmp_path / "t.biom", dropped=tmp_path / "d.tsv", kmer=3, batches=made,
        **shared,
    )  # fmt: skip
    assert not (tmp_path / "parts").exists()


def test_a_killed_process_loses_a_sample_at_most(files, tmp_path):
    """SIGKILL as soon as a third sample is kept; then the same call again, which gives what an undisturbed one does."""
    for path in files.values():
        if path.stat().st_size > 100:
            path.write_text(path.read_text() + reads_of(100 + int(path.stem), 3000).replace("@r", "@t"))
    code = (
        "import sys; from klbio.steps.kmers import count_kmers; files = sys.argv[2:]; "
        "count_kmers(files=files, lanes={f: [1] for f in files}, blanks=[files[-1]], out=sys.argv[1], kmer=7)"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "b"), *map(str, files.values())]
    running = subprocess.Popen(command)
    parts = tmp_path / "b.parts"
    until = time.monotonic() + 120
    while running.poll() is None and time.monotonic() < until:
        if sum(not path.name.startswith(".") for path in parts.glob("*/*")) >= 3:
            running.send_signal(signal.SIGKILL)
            break
        time.sleep(0.002)
    assert running.wait() == -signal.SIGKILL
    assert not (tmp_path / "b").exists()
    subprocess.run(command, check=True)
    killed = (tmp_path / "b").read_bytes()
    assert not parts.exists()
    (tmp_path / "b").unlink()
    subprocess.run(command, check=True)
    assert (tmp_path / "b").read_bytes() == killed
