"""Mates in turn in one file, and in two files, are one library."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from klbio.errors import InputError
from klbio.io import read_table
from klbio.io.words.batch import Batches
from klbio.steps.reads import compose_reads


def record(i, mate, sequence):
    return f"@r{i} {mate}:N:0\n{sequence}\n+\n{'I' * len(sequence)}\n"


@pytest.fixture
def sheets(tmp_path):
    """Write the same 400 pairs, some copied, to two files and to one; give both sheets."""
    rng = np.random.default_rng(3)
    reads = ["".join(rng.choice(list("ACGT"), 60)) for _ in range(600)]
    pairs = [(reads[i], reads[300 + i]) for i in rng.integers(0, 300, 400)]
    files = {
        "1.fq": "".join(record(i, 1, first) for i, (first, _) in enumerate(pairs)),
        "2.fq": "".join(record(i, 2, second) for i, (_, second) in enumerate(pairs)),
        "both.fq": "".join(
            record(i, mate, read) for i, pair in enumerate(pairs) for mate, read in enumerate(pair, 1)
        ),
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    found = []
    for name, row in (("apart.tsv", "1.fq\t2.fq"), ("together.tsv", "both.fq\t")):
        sheet = tmp_path / name
        sheet.write_text(f"sample\tsubject\tphase\tfastq_1\tfastq_2\ns\tS\tbefore\t{row}\n")
        found.append(sheet)
    return found


@pytest.mark.parametrize("settings", [{}, {"canonical": False}, {"library": "amplicon"}], ids=str)
@pytest.mark.parametrize("kmer", [4, 6])
def test_counts_groups_and_library_are_the_same(sheets, tmp_path, kmer, settings):
    outcomes = []
    for sheet in sheets:
        table, groups, quality = (
            tmp_path / f"{sheet.stem}.{end}" for end in ("biom", "kmers", "quality.tsv")
        )
        compose_reads(
            samples=sheet, table=table, groups=groups, quality=quality, dropped=tmp_path / "d.tsv", kmer=kmer,
            **settings,
        )  # fmt: skip
        of_groups = Batches.of([groups]).record("s").of_k(kmer, settings.get("canonical", True)).tally.groups
        outcomes.append((read_table(table), csr_array(of_groups).toarray(), quality.read_text()))
    (table, groups, quality), (other_table, other_groups, other_quality) = outcomes
    assert table.dense().sum() == 400 * 2 * (60 - kmer + 1)
    assert (table.labels, table.dense().tolist()) == (other_table.labels, other_table.dense().tolist())
    assert len(groups) == 32
    assert groups.sum() == table.dense().sum()
    assert groups.tolist() == other_groups.tolist()
    assert quality.replace("pairs", "") == other_quality.replace("interleaved", "")


@pytest.mark.parametrize("lost", [0, 1, 40, 41, 78])
@pytest.mark.parametrize("header", ["@r{i} {mate}:N:0", "@r{i}/{mate}"])
def test_a_mate_lost_among_the_first_records_makes_no_file_of_single_reads(tmp_path, header, lost):
    lines = [
        f"{header.format(i=i, mate=mate)}\nACGTACGT\n+\nIIIIIIII\n" for i in range(40) for mate in (1, 2)
    ]
    del lines[lost]
    (tmp_path / "both.fq").write_text("".join(lines))
    (tmp_path / "s.tsv").write_text("sample\tsubject\tphase\tfastq_1\ns\tS\tbefore\tboth.fq\n")
    with pytest.raises(InputError, match="without its mate"):
        compose_reads(samples=tmp_path / "s.tsv", table=tmp_path / "t.tsv", dropped=tmp_path / "d.tsv")
