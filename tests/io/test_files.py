import gzip

import pytest

from klbio.errors import InputError
from klbio.io import read_table, source
from klbio.io.files import replacing, write_text
from klbio.io.sequences import gff3
from klbio.io.source import Source


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


@pytest.fixture
def gzipped(tmp_path):
    """A gzipped table with some bytes turned over from a place on, or cut off there."""

    def write(place, n_turned):
        lines = ["taxon\ts1\ts2", *(f"t{i}\t{i * i % 97}\t{i * 31 % 89}" for i in range(4000))]
        data = bytearray(gzip.compress("\n".join(lines).encode()))
        data[place : place + n_turned] = [byte ^ 0x5A for byte in data[place : place + n_turned]]
        path = tmp_path / "table.tsv.gz"
        path.write_bytes(data if n_turned else data[:place])
        return path

    return write


@pytest.mark.parametrize(
    ("place", "n_turned", "words"),
    [(12, 48, "a damaged gzip file"), (9000, 40, "a damaged gzip file"), (9000, 0, "a truncated gzip file")],
)
def test_a_damaged_archive_is_named(gzipped, place, n_turned, words):
    path = gzipped(place, n_turned)
    with pytest.raises(InputError, match=words):
        _ = Source(path).text
    with pytest.raises(InputError, match=words):
        gff3.read(path)
    with pytest.raises(InputError, match=words):
        read_table(path)


def test_a_damaged_archive_has_no_first_lines(gzipped):
    assert Source(gzipped(12, 48)).first_lines(3) == []
    assert Source(gzipped(9000, 0)).first_lines(1) == ["taxon\ts1\ts2"]


def test_an_archive_that_unpacks_without_end_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(source, "MAX_BYTES", 1000)
    path = tmp_path / "zeros.tsv.gz"
    path.write_bytes(gzip.compress(bytes(1_000_000)))
    with pytest.raises(InputError, match="more than 1,000 bytes of text"):
        _ = Source(path).text
