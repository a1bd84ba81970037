"""What is read is never written over."""

import pytest

from klbio import cli
from klbio.errors import InputError
from klbio.io.writable import require_apart, writable_faults

READS = "@r\nACGTACGT\n+\nIIIIIIII\n"


@pytest.fixture
def there(tmp_path, monkeypatch):
    (tmp_path / "a.fastq").write_text(READS)
    (tmp_path / "t.tsv").write_text("taxon\ts1\ts2\nA\t900\t100\nB\t100\t900\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "line",
    [
        ["reads", "a.fastq", "--out", "a.fastq"],
        ["reads", "--out", "a.fastq", "b.fastq"],  # --out *.fastq
        ["matrix", "t.tsv", "--measure", "jensen-shannon-divergence", "--out", "./t.tsv"],
        ["convert", "t.tsv", "link.tsv"],
    ],
    ids=" ".join,
)
def test_no_command_writes_over_reads_or_over_what_it_reads(there, capsys, line):
    (there / "b.fastq").write_text(READS.replace("@r", "@s"))
    (there / "link.tsv").symlink_to("t.tsv")
    before = {path.name: path.read_bytes() for path in there.iterdir()}
    with pytest.raises(SystemExit) as ended:
        cli.main(line)
    assert ended.value.code == 2
    assert "expected" in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in there.iterdir()} == before


def test_words_lists_and_what_is_not_there_stand_in_no_way(there):
    require_apart("t.tsv", ["jensen-shannon-divergence", 3, None, ["a.fastq", "x" * 5000], True])
    require_apart("new.tsv", ["new.tsv"])
    with pytest.raises(InputError, match="read as well"):
        require_apart("t.tsv", [["a.fastq", "./t.tsv"]])


def test_a_place_that_no_file_can_have_is_refused_before_the_work():
    (fault,) = writable_faults("results/a\0b")
    assert str(fault).startswith(r"'results/a\x00b': a null character in its name; expected a place that can")
