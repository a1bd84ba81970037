"""A folder holds the tables of one run, whole, or the report says that it does not."""

import signal
import subprocess
import sys
from gzip import decompress as gunzip

import pandas as pd
import pytest

from klbio.errors import InputError
from klbio.io import result_folder as room
from klbio.io.files import checksum
from klbio.io.pages import PAGE
from klbio.io.result_folder import SUMS, run_faults, table_path, write_tables
from klbio.io.results import read_rows
from klbio.schema import DROPPED, MODEL_TABLES, DendrogramRow, DroppedRow
from klbio.steps.report import write_report

TABLES = {"one": DROPPED, "two": DROPPED}


def run(folder, reason):
    row = DroppedRow(source="s", kind="sample", name="n", reason=reason)
    write_tables(folder, {name: DROPPED.frame([row]) for name in TABLES}, TABLES)


def test_what_one_run_wrote_is_of_one_run(tmp_path):
    for reason in ("a", "b"):
        run(tmp_path, reason)
        assert run_faults(tmp_path) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.tsv", SUMS, "two.tsv"]
    subprocess.run(["sha256sum", "--check", "--quiet", SUMS], cwd=tmp_path, check=True)


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (
            lambda path: path.write_text("of another run"),
            "tables that its last run did not write so: 'two.tsv'",
        ),
        (lambda path: path.unlink(), "tables gone that its last run wrote: 'two.tsv'"),
    ],
)
def test_a_table_of_another_run_or_none_is_named(tmp_path, harm, words):
    run(tmp_path, "a")
    harm(tmp_path / "two.tsv")
    (fault,) = run_faults(tmp_path)
    assert f"{words}; expected the tables of one run" in str(fault)


def drawn(folder, title):
    """Write a page as klbio does, with one figure, and one of somebody else beside it."""
    (folder / "figures").mkdir(exist_ok=True)
    (folder / "figures" / "mine.svg").write_text("<svg/>")
    (folder / "figures" / "how-far.svg").write_text(title)
    head = '<meta name="generator" content="klbio 1">'
    (folder / PAGE).write_text(f'{head}{title}<a href="figures/how-far.svg">')


def test_the_page_of_an_earlier_run_goes_with_its_tables(tmp_path):
    run(tmp_path, "a")
    drawn(tmp_path, "a")
    run(tmp_path, "b")
    assert not (tmp_path / PAGE).exists()
    assert [path.name for path in (tmp_path / "figures").iterdir()] == ["mine.svg"]


def test_a_page_that_somebody_else_wrote_stays(tmp_path):
    (tmp_path / PAGE).write_text("<html>")
    run(tmp_path, "a")
    assert (tmp_path / PAGE).read_text() == "<html>"


@pytest.mark.parametrize("word", ["", "a note\n"])
def test_tables_of_another_command_go_but_for_those_that_somebody_wrote_into(tmp_path, word):
    row = DroppedRow(source="s", kind="sample", name="n", reason="r")
    write_tables(tmp_path, {"other": DROPPED.frame([row])}, {"other": DROPPED})
    with (tmp_path / "other.tsv").open("a") as table:
        table.write(word)
    run(tmp_path, "a")
    assert (tmp_path / "other.tsv").exists() == bool(word)
    assert run_faults(tmp_path) == []


@pytest.mark.parametrize("place", ["../kept.tsv", "below/kept.tsv", "kept.txt"])
def test_a_list_of_tables_that_names_other_places_takes_nothing_away(tmp_path, place):
    folder = tmp_path / "results"
    (folder / "below").mkdir(parents=True)
    (folder / place).write_text("mine")
    (folder / SUMS).write_text(f"{checksum(folder / place)}  {place}\n")
    run(folder, "a")
    assert (folder / place).read_text() == "mine"


def test_a_failing_run_leaves_the_folder_as_it_was(tmp_path):
    run(tmp_path, "a")
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(Exception, match="column"):
        write_tables(tmp_path, {"one": DROPPED.frame([]), "two": pd.DataFrame({"x": [1]})}, TABLES)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_long_tables_are_gzipped_where_that_is_wanted_and_read_as_they_are(tmp_path, monkeypatch):
    monkeypatch.setattr(room, "LONG", 1)
    table = MODEL_TABLES["dendrogram"]
    long, short = (
        table.frame([DendrogramRow(component="c", x1=0, y1=0, x2=0, y2=y) for y in range(n)]) for n in (2, 1)
    )
    tables, before = {"dendrogram": table, "dropped": DROPPED}, {}
    for frame, gzip, ending in (
        (long, True, ".tsv.gz"),
        (long, False, ".tsv"),
        (long, True, ".tsv.gz"),
        (short, True, ".tsv"),
    ):
        dropped = DROPPED.frame(
            [DroppedRow(source="s", kind="sample", name=str(i), reason="r") for i in range(2)]
        )
        write_tables(tmp_path, {"dendrogram": frame, "dropped": dropped}, tables, gzip=gzip)
        names = ["dendrogram" + ending, "dropped.tsv", SUMS]
        assert sorted(path.name for path in tmp_path.iterdir()) == names
        assert run_faults(tmp_path) == []
        path = table_path(tmp_path, "dendrogram")
        pd.testing.assert_frame_equal(read_rows(path, table), frame)
        assert before.setdefault((ending, len(frame)), path.read_bytes()) == path.read_bytes()
    whole = before[".tsv.gz", 2]
    assert gunzip(whole) == before[".tsv", 2]
    for damaged in (whole[:-9], whole[:20] + b"xx" + whole[22:], b"no gzip"):
        (tmp_path / "damaged.tsv.gz").write_bytes(damaged)
        with pytest.raises(InputError, match="no table"):
            read_rows(tmp_path / "damaged.tsv.gz", table)


def test_a_folder_that_does_not_say_is_taken_as_it_is(tmp_path):
    assert run_faults(tmp_path) == []
    (tmp_path / SUMS).write_text("nonsense\n")
    assert "no list of checksums" in str(run_faults(tmp_path)[0])


SCRIPT = """
import sys
from pathlib import Path
from tests.io.test_result_folder import run
rename, n = Path.replace, []
def stop(self, target):
    if self.parent.name.startswith(".tables") and Path(target).parent != self.parent:
        n.append(1)
        if len(n) == 2:
            print("halfway", flush=True)
            import time; time.sleep(60)
    return rename(self, target)
Path.replace = stop
run(sys.argv[1], "b")
"""


def test_a_run_killed_between_its_tables_is_told_by_the_report(tmp_path, root):
    folder = tmp_path / "shift"
    run(folder, "a")
    process = subprocess.Popen([sys.executable, "-c", SCRIPT, folder], stdout=subprocess.PIPE, cwd=root)
    assert process.stdout.readline() == b"halfway\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    with pytest.raises(InputError, match=r"last run did not write so: 'two\.tsv'.*Run its step again"):
        write_report(results=tmp_path, out=tmp_path / "report.html")
    run(folder, "b")
    assert run_faults(folder) == []


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe\x00garbage",
        b'source\tkind\tname\treason\n"a\tb\n',
        b"source\tkind\n1\t2\t3\t4\n1\t2\t3\t4\t5\n",
    ],
)
def test_a_damaged_table_is_a_fault_of_the_report(tmp_path, content):
    (tmp_path / "dropped.tsv").write_bytes(content)
    with pytest.raises(InputError, match=r"dropped\.tsv: "):
        write_report(results=tmp_path, out=tmp_path / "report.html")
