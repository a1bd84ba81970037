import errno
import os
import re
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from klbio.errors import InputError
from klbio.io import read_models, read_table, source
from klbio.io.files import replacing, write_text, write_texts
from klbio.io.sequences import gff3
from klbio.io.source import Source
from tests.packing import gzipped


def test_a_failure_leaves_the_old_file_and_no_draft(tmp_path):
    target = tmp_path / "out.tsv"
    write_text(target, "old")

    def fail_halfway():
        with replacing(target) as draft:
            draft.write_text("half")
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        fail_halfway()
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_full_disk_is_said_of_the_file_that_was_asked_for(tmp_path):
    def fill(named):
        with replacing(tmp_path / "out.tsv") as draft:
            raise OSError(errno.ENOSPC, "No space left on device", *([str(draft)] if named else []))

    for named in (True, False):
        with pytest.raises(OSError, match="No space left") as caught:
            fill(named)
        assert caught.value.filename == str(tmp_path / "out.tsv")
        assert caught.value.errno == errno.ENOSPC
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("there", [True, False])
def test_a_link_stays_and_the_file_it_leads_to_is_written(tmp_path, there):
    (tmp_path / "store").mkdir()
    target, link = tmp_path / "store" / "t.tsv", tmp_path / "t.tsv"
    if there:
        target.write_text("old")
    link.symlink_to("store/t.tsv")
    write_text(link, "new")
    assert link.is_symlink()
    assert target.read_text() == "new"
    assert list((tmp_path / "store").iterdir()) == [target]


def test_a_link_to_a_file_that_may_not_be_written_is_refused(tmp_path, monkeypatch):
    target, link = tmp_path / "kept", tmp_path / "t.tsv"
    target.write_text("kept")
    link.symlink_to(target)
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write anywhere
    with pytest.raises(
        InputError, match=rf"t\.tsv: a link to '{re.escape(str(target)[:70])}.*, which may not be written"
    ):
        write_text(link, "new")
    assert target.read_text() == "kept"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_files_that_belong_together_are_all_new_or_all_old(tmp_path, monkeypatch):
    write_texts(tmp_path, {"figures/a.svg": "old", "page.html": "old"})
    write = Path.write_text

    def full(path, text, **more):
        return write(Path("/dev/full") if path.suffix == ".html" else path, text, **more)

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="No space left") as caught:
        write_texts(tmp_path, {"figures/a.svg": "new", "page.html": "new"})
    monkeypatch.undo()
    assert caught.value.filename == str(tmp_path / "page.html")
    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")) == [
        "figures", "figures/a.svg", "page.html",
    ]  # fmt: skip
    assert {path.read_text() for path in tmp_path.rglob("*.*")} == {"old"}
    with pytest.raises(InputError, match="figures: a folder"):
        write_texts(tmp_path, {"page.html": "new", "figures": "new"})


def test_a_folder_is_not_written_over(tmp_path):
    with pytest.raises(InputError, match=r"a folder; expected a file to write"):
        write_text(tmp_path, "x")
    assert list(tmp_path.iterdir()) == []


def test_a_pipe_stays_a_pipe_and_is_given_the_bytes(tmp_path):
    pipe, given = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: given.append(pipe.read_text()), daemon=True)
    reader.start()
    write_text(pipe, "whole\n")
    reader.join()
    assert given == ["whole\n"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert list(tmp_path.iterdir()) == [pipe]


def test_a_device_stays_a_device():
    write_text("/dev/null", "nowhere")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


def test_the_output_of_a_command_is_written_into_where_it_was_sent(tmp_path):
    """/dev/stdout is the name of a file where a shell sent the output to one."""
    with (tmp_path / "sent").open("wb") as sent:
        write_text(f"/proc/self/fd/{sent.fileno()}", "here")
    assert (tmp_path / "sent").read_text() == "here"


@pytest.mark.parametrize("read", [read_table, read_models, lambda path: Source(path).text, gff3.read])
def test_a_pipe_is_refused_in_words(tmp_path, read):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match=r"a pipe or a device; expected a file\. .*save it"):
        read(tmp_path / "pipe")


@pytest.fixture
def turned_over(tmp_path):
    """A gzipped table with some bytes turned over from a place on, or cut off there."""

    def write(place, n_turned):
        lines = ["taxon\ts1\ts2", *(f"t{i}\t{i * i % 97}\t{i * 31 % 89}" for i in range(4000))]
        data = bytearray(gzipped("\n".join(lines).encode()))
        data[place : place + n_turned] = [byte ^ 0x5A for byte in data[place : place + n_turned]]
        path = tmp_path / "table.tsv.gz"
        path.write_bytes(data if n_turned else data[:place])
        return path

    return write


@pytest.mark.parametrize(
    ("place", "n_turned", "words"),
    [(12, 48, "a damaged gzip file"), (9000, 40, "a damaged gzip file"), (9000, 0, "a truncated gzip file")],
)
def test_a_damaged_archive_is_named(turned_over, place, n_turned, words):
    path = turned_over(place, n_turned)
    with pytest.raises(InputError, match=words):
        _ = Source(path).text
    with pytest.raises(InputError, match=words):
        gff3.read(path)
    with pytest.raises(InputError, match=words):
        read_table(path)


def test_a_damaged_archive_has_no_first_lines(turned_over):
    assert Source(turned_over(12, 48)).first_lines(3) == []
    assert Source(turned_over(9000, 0)).first_lines(1) == ["taxon\ts1\ts2"]


def test_an_archive_that_unpacks_without_end_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(source, "MAX_BYTES", 1000)
    path = tmp_path / "zeros.tsv.gz"
    path.write_bytes(gzipped(bytes(1_000_000)))
    with pytest.raises(InputError, match="more than 1,000 bytes of text"):
        _ = Source(path).text


def test_a_sheet_of_too_many_lines_is_refused_before_they_are_cut(tmp_path, monkeypatch):
    monkeypatch.setattr(source, "MAX_LINES", 10)
    path = tmp_path / "sheet.tsv"
    path.write_text("ab\n" * 11)
    with pytest.raises(InputError, match=r"11 lines; expected a sheet of at most 10"):
        Source(path).short_lines("a sheet")


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="no /dev/stdout on this system")
@pytest.mark.parametrize("way", [">", ">>"])
@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
def test_what_stands_before_and_after_in_the_file_behind_stdout_stays(tmp_path, way, name):
    (tmp_path / "all").write_text("old\n")
    code = f"from klbio.io.files import write_text; write_text({name!r}, 'table\\n')"
    words = f'{{ echo before; "$PYTHON" -c "{code}"; echo after; }} {way} all'
    subprocess.run(["sh", "-c", words], cwd=tmp_path, check=True, env=os.environ | {"PYTHON": sys.executable})
    old = ["old"] if way == ">>" else []
    assert (tmp_path / "all").read_text().split() == [*old, "before", "table", "after"]
