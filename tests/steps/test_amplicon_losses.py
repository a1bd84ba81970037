"""Where reads of amplicons are lost, and why: primers as they should not be given, strands, mates that do not merge."""

import shutil
import warnings

import numpy as np
import pytest

from klbio.errors import InputError
from klbio.io.amplicons.sized import Sized, read_sized, write_sized
from klbio.io.amplicons.strands import are_of_both_strands, on_one_strand
from klbio.io.amplicons.vsearch import Vsearch
from klbio.io.references.regions import reverse_complement
from klbio.io.results import read_rows
from klbio.schema import AMPLICON_CALLS, AMPLICON_READS, DROPPED
from klbio.steps.amplicons import count_amplicons
from tests.steps.test_amplicons import drawn_gene, needs_vsearch, write_sample

pytestmark = [needs_vsearch, pytest.mark.skipif(shutil.which("cutadapt") is None, reason="needs cutadapt")]
FORWARD, REVERSE = "GTGCCAGCMGCCGCGGTAA", "GGACTACHVGGGTWTCTAAT"
FIRST, LAST = "GTGCCAGCAGCCGCGGTAA", reverse_complement("GGACTACAAGGGTATCTAAT")
GENES = [drawn_gene(seed) for seed in (1, 2, 3)]


def pairs(n=30, length=180, primed=True, turned=0, genes=GENES):
    """Both ends of fragments of some genes; the first `turned` of them from the other end."""
    made = []
    for k in range(n):
        gene = genes[k % len(genes)]
        fragment = FIRST + gene + LAST if primed else gene
        ends = fragment[:length], reverse_complement(fragment)[:length]
        made.append(ends[::-1] if k < turned else ends)
    return made


@pytest.fixture
def run(tmp_path):
    def of(samples, primers=()):
        lines = [
            write_sample(tmp_path, name, reads[k:] + reads[:k])  # no two files are copies
            for k, (name, reads) in enumerate(samples.items())
        ]
        (tmp_path / "s.tsv").write_text("sample\tsubject\tphase\tfastq_1\tfastq_2\n" + "".join(lines))
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            count_amplicons(samples=tmp_path / "s.tsv", out=tmp_path / "out", primers=primers)
        rows = read_rows(tmp_path / "out/amplicons.reads.tsv", AMPLICON_READS).set_index("sample")
        dropped = (
            read_rows(tmp_path / "out/amplicons.dropped.tsv", DROPPED).set_index("name")["reason"].to_dict()
        )
        calls = read_rows(tmp_path / "out/amplicons.calls.tsv", AMPLICON_CALLS)
        return rows, dropped, calls["feature"].nunique(), [str(one.message) for one in said]

    return of


@pytest.mark.parametrize(
    ("primers", "words"),
    [
        (
            (FORWARD, reverse_complement(REVERSE)),
            "the reverse primer, which the reads have as its reverse complement",
        ),
        (
            (reverse_complement(FORWARD), REVERSE),
            "the forward primer, which the reads have as its reverse complement",
        ),
        (
            tuple(map(reverse_complement, (FORWARD, REVERSE))),
            "both primers, which the reads have as their reverse",
        ),
        ((FORWARD, "ACGTTGCAACGTTGCAACGT"), "the other primer: only one of the two is found"),
        (
            ("GATATCCAGTTGACCATTGC", "ACGTTGCAACGTTGCAACGT"),
            r"primers that were cut off already \(then leave primers out\), or other ones: neither is found on",
        ),
    ],
)
def test_primers_that_are_not_found_are_looked_for_otherwise(run, primers, words):
    with pytest.raises(InputError, match=rf"none of 30 reads has both primers; likely {words}"):
        run({"a": pairs()}, primers)


def test_primers_that_were_exchanged_are_found(run):
    rows, dropped, n_features, said = run({"a": pairs()}, (REVERSE, FORWARD))
    assert rows.loc["a", ["with_primers", "turned", "counted"]].tolist() == [30, 30, 30]
    assert (dropped, n_features) == ({}, 3)
    assert any("30 of 30 pairs begin with the reverse primer; mates exchanged" in one for one in said)


def test_fragments_read_from_either_end_are_turned_by_their_primers(run):
    rows, _, n_features, said = run({"a": pairs(turned=14), "b": pairs()}, (FORWARD, REVERSE))
    assert rows["turned"].to_dict() == {"a": 14, "b": 0}
    assert rows["counted"].to_dict() == {"a": 30, "b": 30}
    assert n_features == 3
    assert any("14 of 60 pairs begin with the reverse primer" in one for one in said)


def test_and_without_primers_by_what_is_on_both_strands(run):
    samples = {
        "a": pairs(turned=15, primed=False),
        "b": pairs(turned=30, primed=False),
        "c": pairs(primed=False),
    }
    rows, dropped, n_features, said = run(samples)
    assert rows["counted"].to_dict() == dict.fromkeys("abc", 30)
    assert (dropped, n_features) == ({}, 3)
    assert any("reads of both strands" in one for one in said)


def test_the_order_of_strands_moves_nothing(run, tmp_path):
    """One library read from either end, and the same read from one: equal tables of features, but for their names."""
    counts = []
    for turned in (0, 15):
        rows, *_ = run({"a": pairs(turned=turned, primed=False), "b": pairs(n=60, primed=False)})
        counts.append(rows[["merged", "kept", "unique", "counted"]].values.tolist())
    (one, other) = counts
    assert [row[:2] + row[3:] for row in one] == [row[:2] + row[3:] for row in other]


def test_primers_gone_from_one_sample_alone(run):
    rows, dropped, _, said = run({"a": pairs(), "b": pairs(primed=False)}, (FORWARD, REVERSE))
    assert list(dropped) == ["b"]
    assert "likely primers that were cut off already (then leave primers out)" in dropped["b"]
    assert rows["cause"].to_dict() == {"a": "", "b": "no primer"}
    assert sum("'b'" in one for one in said) == 1


def test_mates_without_an_overlap_in_one_sample(run):
    rows, dropped, *_ = run({"a": pairs(primed=False), "b": pairs(primed=False, length=110)})
    assert rows["cause"].to_dict() == {"a": "", "b": "no overlap"}
    assert "likely mates without an overlap: reads too short, an insert longer than both" in dropped["b"]


def test_mates_that_differ_where_they_overlap(run):
    rng, made = np.random.default_rng(1), []
    for first, second in pairs(primed=False):
        letters = list(second)
        for place in rng.choice(np.arange(72, 180), 40, replace=False):
            letters[place] = {"A": "C", "C": "A", "G": "T", "T": "G"}[letters[place]]
        made.append((first, "".join(letters)))
    rows, dropped, *_ = run({"a": pairs(primed=False), "b": made})
    assert rows["cause"].to_dict() == {"a": "", "b": "differences"}
    assert "likely low qualities where mates overlap" in dropped["b"]


def test_amplicons_shorter_than_their_reads(run):
    short = [gene[:120] for gene in GENES]
    rows, *_ = run({"a": pairs(genes=short)}, (FORWARD, REVERSE))
    assert rows.loc["a", ["with_primers", "merged", "counted"]].tolist() == [30, 30, 30]


def test_few_reads_left_are_said_by_cause(run):
    samples = {
        "a": pairs(), "b": pairs(n=10) + pairs(primed=False), "c": pairs(n=10) + pairs(primed=False),
        "d": pairs(n=10) + [(second, second) for _, second in pairs()],
    }  # fmt: skip
    *_, said = run(samples, (FORWARD, REVERSE))
    few = [one for one in said if "less than half of the reads has both primers" in one]
    assert len(few) == 2
    assert "2 samples ('b', 'c')" in few[0]
    assert "1 sample ('d')" in few[1]
    assert "only one of the two is found" in few[1]


def test_strands_are_told_by_sequences_that_would_be_features(tmp_path):
    gene = GENES[0]
    write_sized(tmp_path / "p", [Sized("a", gene, 50), Sized("b", reverse_complement(gene), 7)])
    assert not are_of_both_strands(tmp_path / "p")
    write_sized(tmp_path / "p", [Sized("a", gene, 50), Sized("b", reverse_complement(gene), 8)])
    assert are_of_both_strands(tmp_path / "p")


def test_genes_of_any_kind_come_to_one_strand_each(tmp_path):
    """Genes that share no word with the reference, nor with each other; rare reads without a partner stay."""
    reads = [Sized("0.1", GENES[0], 40), Sized("0.2", reverse_complement(GENES[0]), 30), Sized("0.3", GENES[1], 20),
             Sized("0.4", reverse_complement(GENES[1]), 25), Sized("0.5", GENES[2], 3)]  # fmt: skip
    write_sized(tmp_path / "every", reads)
    whole, n = on_one_strand(tmp_path / "every", tmp_path)
    Vsearch().pool(whole, tmp_path / "pool")
    assert sorted(one.size for one in read_sized(tmp_path / "pool")) == [3, 45, 70]
    assert n > 0
