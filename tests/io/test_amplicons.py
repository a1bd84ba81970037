"""Reads on their way to vsearch and back: plain FASTQ, abundances, calls of SINTAX."""

import pytest

from klbio.errors import InputError
from klbio.io.amplicons.fastq import write_plain
from klbio.io.amplicons.sintax import read_calls
from klbio.io.amplicons.sized import (
    Sized,
    dereplicated,
    named_by_checksum,
    read_counts,
    read_matches,
    read_sized,
    write_counts,
    write_sized,
)
from klbio.io.references import About
from tests.packing import gzipped

GOLD = About("gold", "1", "0" * 64)


def fastq(path, *sequences, mate=1, marks="I"):
    records = enumerate(sequences)
    text = "".join(f"@r{n}/{mate}\n{seq}\n+\n{(marks * len(seq))[: len(seq)]}\n" for n, seq in records)
    path.write_bytes(gzipped(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def test_lanes_follow_each_other_under_new_names(tmp_path):
    lanes = [
        (fastq(tmp_path / "a1.fq.gz", "ACGT"), fastq(tmp_path / "a2.fq.gz", "TTTT", mate=2)),
        (fastq(tmp_path / "b1.fq", "AC.N", "rgt"), fastq(tmp_path / "b2.fq", "GGGG", "CUC", mate=2)),
    ]
    out = tmp_path / "out"
    out.mkdir()
    found = write_plain(lanes, out)
    assert (found.n, found.offset) == (3, 33)
    first, second = (file.read_text().split() for file in found.files)
    assert first[::4] == second[::4] == ["@1", "@2", "@3"]
    assert first[1::4] == ["ACGT", "ACNN", "NGT"]
    assert second[1::4] == ["TTTT", "GGGG", "CTC"]


@pytest.mark.parametrize(
    ("marks", "offset"),
    [("I", 33), ("#5?", 33), ("?", 33), ("~", 33), ("BJTbh", 64), ("efgh", 64), ("!h", 33)],
)
def test_the_encoding_of_qualities(tmp_path, marks, offset):
    assert write_plain([(fastq(tmp_path / "a.fq", "ACGTACGTAC", marks=marks),)], tmp_path).offset == offset


def test_what_amplicons_cannot_be(tmp_path):
    (tmp_path / "a.fa").write_text(">a\nACGT\n")
    with pytest.raises(InputError, match="FASTA, which has no qualities"):
        write_plain([(tmp_path / "a.fa",)], tmp_path)
    pair = (fastq(tmp_path / "a1.fq", "ACGT"), fastq(tmp_path / "a2.fq", "ACGT", mate=2))
    with pytest.raises(InputError, match="pairs and single reads in one sample"):
        write_plain([pair, (fastq(tmp_path / "b.fq", "ACGT"),)], tmp_path)
    with pytest.raises(InputError, match=r"Phred.33 and Phred.64 in one sample"):
        write_plain([pair[:1], (fastq(tmp_path / "c.fq", "ACGT", marks="efgh"),)], tmp_path)
    with pytest.raises(InputError, match="holds '-'"):
        write_plain([(fastq(tmp_path / "d.fq", "AC-T"),)], tmp_path)


def test_equal_reads_are_put_together(tmp_path):
    (tmp_path / "a.fa").write_text(">1\nACGT\n>2\nTTTT\n>3\nacgt\n>4\nCCCC\n")
    found = dereplicated(tmp_path / "a.fa", 7)
    assert found == [Sized("7.1", "ACGT", 2), Sized("7.2", "CCCC", 1), Sized("7.3", "TTTT", 1)]
    write_sized(tmp_path / "b.fa", found)
    assert list(read_sized(tmp_path / "b.fa")) == found
    write_sized(tmp_path / "none.fa", [])
    assert list(read_sized(tmp_path / "none.fa")) == []


def test_a_feature_is_called_after_its_sequence_alone():
    one, other = Sized("x", "ACGT", 5), Sized("y", "TTTT", 9)
    first = named_by_checksum([one, other], "ASV_")
    again = named_by_checksum([other._replace(name="z", size=1), one], "ASV_")
    assert [each.sequence for each in first] == ["TTTT", "ACGT"]
    assert {(each.name, each.sequence) for each in first} == {(each.name, each.sequence) for each in again}


def test_counts_of_batches_are_added(tmp_path):
    (tmp_path / "m.tsv").write_text(
        "0.2;size=3\tASV_1;size=9\n0.1;size=4\tASV_1;size=9\n11.1;size=1\tASV_2\n"
    )
    counts = read_matches(tmp_path / "m.tsv")
    write_counts(tmp_path / "c.tsv", counts)
    assert counts == {(0, "ASV_1"): 7, (11, "ASV_2"): 1}
    assert read_counts([tmp_path / "c.tsv", tmp_path / "c.tsv"])[0, "ASV_1"] == 14
    (tmp_path / "c.tsv").write_text("0\tASV_1\t-7\n")
    with pytest.raises(InputError, match=r"line 1.*expected sample, feature and reads"):
        read_counts([tmp_path / "c.tsv"])


def test_calls_of_sintax(tmp_path):
    lines = [
        "f1;size=9\td:Bacteria(1.00),p:Firmicutes(0.98),g:Clostridium_sensu_stricto(0.42)\t+\td:Bacteria,p:Firmicutes",
        "f3\td:Bacteria(1.00),g:X(1)(0.99)\t-\td:Bacteria",
        "f2\t\t\t",
    ]
    (tmp_path / "s.tsv").write_text("\n".join(lines) + "\n")
    found = read_calls(tmp_path / "s.tsv", ["f1", "f2", "f3"], GOLD)
    assert found.ranks == ("domain", "phylum", "genus")
    assert found.names == (
        ("Bacteria", "Firmicutes", "Clostridium_sensu_stricto"),
        ("", "", ""),
        ("Bacteria", "", "X(1)"),
    )
    assert found.taxonomy(0.4).lineages["f1"][-1] == "Clostridium_sensu_stricto"
    assert found.reference == "gold 1 (sha256 000000000000)"
    (tmp_path / "s.tsv").write_text("other\td:Bacteria(1.00)\n")
    with pytest.raises(InputError, match="line 1"):
        read_calls(tmp_path / "s.tsv", ["f1"], GOLD)
