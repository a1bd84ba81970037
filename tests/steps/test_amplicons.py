"""Amplicon reads to taxa, end to end on the bundled example: truth, bytes, losses."""

import filecmp
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from klbio.errors import InputError, InputWarning
from klbio.io import programs, read_taxa
from klbio.io.results import read_rows
from klbio.io.sheets.sheet import read_sheet
from klbio.schema import AMPLICON_CALLS, AMPLICON_READS, CALL_CUTOFFS, CALL_RANGE, DROPPED, SHIFT_TABLES
from klbio.steps.amplicon_features import denoise_amplicons
from klbio.steps.amplicon_matches import match_amplicons
from klbio.steps.amplicon_merge import merge_amplicons
from klbio.steps.amplicon_table import compose_amplicons
from klbio.steps.amplicons import count_amplicons
from klbio.steps.batches import batches_of
from klbio.steps.call_range import measure_call_range
from klbio.taxonomy import collapse
from tests.packing import gzipped

EXAMPLE = Path(__file__).parents[2] / "examples/amplicons"
NAMES = ("biom", "calls.tsv", "reads.tsv", "dropped.tsv")
needs_vsearch = pytest.mark.skipif(shutil.which("vsearch") is None, reason="needs vsearch")
pytestmark = needs_vsearch


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    out = tmp_path_factory.mktemp("amplicons")
    count_amplicons(samples=EXAMPLE / "samples.tsv", out=out, ranks=["genus"], n_resamples=99)
    return out


@pytest.fixture(scope="module")
def truth():
    sheet = read_sheet(EXAMPLE / "truth.tsv")
    return {row["sample"]: {genus: int(row[genus]) for genus in sheet.columns[1:]} for row in sheet}


def test_genera_are_those_that_the_reads_were_drawn_from(result, truth):
    table = read_taxa(result / "amplicons.biom")
    genera = collapse(table.counts, table.taxonomy, "genus", "lineage")
    for sample, found in zip(genera.samples, genera.dense(), strict=True):
        drawn = truth[sample]
        # Enterococcus and Melissococcus are alike in V4: the call ends at their family
        drawn["Enterococcaceae_unclassified"] = drawn.pop("Enterococcus")
        counted = dict(zip(genera.labels, found, strict=True))
        assert set(genera.labels) == set(drawn)
        assert max(abs(counted[genus] - n) for genus, n in drawn.items()) <= 4  # reads with errors are lost


def test_reads_at_every_step(result, truth):
    rows = read_rows(result / "amplicons.reads.tsv", AMPLICON_READS)
    assert rows["sample"].tolist() == list(truth)
    assert rows["reads"].tolist() == [sum(of.values()) for of in truth.values()]
    assert (rows["merged"] <= rows["reads"]).all()
    assert (rows["kept"] <= rows["merged"]).all()
    assert (rows["counted"] + rows["chimeric"] <= rows["kept"]).all()
    assert rows["with_primers"].isna().all()


def test_every_call_names_its_reference(result):
    calls = read_rows(result / "amplicons.calls.tsv", AMPLICON_CALLS)
    assert calls["reference"].unique().tolist() == ["microbiomeutil-data rRNA16S.gold V4 20101212+dfsg1-5"]
    assert calls["reference_sha256"].str.len().eq(64).all()
    (about,) = {row["taxa_reference"] for row in read_taxa(result / "amplicons.biom").metadata}
    assert about.startswith("microbiomeutil-data rRNA16S.gold V4 20101212+dfsg1-5 (sha256 ")


def test_the_same_bytes_by_batches_and_with_two_threads(result, tmp_path):
    """As the workflow does it: several batches, two threads."""
    sheet = EXAMPLE / "samples.tsv"
    names = [row["sample"] for row in read_sheet(sheet)]
    parts, features, chimeras = [tmp_path / "one", tmp_path / "two"], tmp_path / "f", tmp_path / "c"
    for part, batch in zip(parts, (names[:5], names[5:]), strict=True):
        merge_amplicons(samples=sheet, out=part, reads=f"{part}.tsv", names=batch)
    denoise_amplicons(parts=parts, out=features, chimeras=chimeras)
    for part in parts:
        match_amplicons(part=part, features=features, chimeras=chimeras, out=f"{part}.n", threads=2)
    compose_amplicons(
        samples=sheet, features=features, counts=[f"{part}.n" for part in reversed(parts)],
        passed=[f"{part}.tsv" for part in reversed(parts)], table=tmp_path / "amplicons.biom",
        calls=tmp_path / "amplicons.calls.tsv", reads=tmp_path / "amplicons.reads.tsv",
        dropped=tmp_path / "amplicons.dropped.tsv",
    )  # fmt: skip
    assert all(
        filecmp.cmp(result / f"amplicons.{name}", tmp_path / f"amplicons.{name}", False) for name in NAMES
    )


def test_the_shift_of_its_taxa(result):
    """S3 did not change."""
    pairs = read_rows(result / "pairs.tsv", SHIFT_TABLES["pairs"])
    pooled = pairs[(pairs["estimand"] == "pooled") & (pairs["rank"] == "genus")].set_index("subject")
    assert pooled["above_floor"].to_dict() == {"S1": True, "S2": True, "S3": False}
    calls = read_rows(result / "call_range.tsv", CALL_RANGE).set_index("subject")
    assert calls["jsd_plugin_bits"].to_dict() == pytest.approx(pooled["jsd_plugin_bits"].to_dict())
    assert not calls["wider_than_reads"].any()  # the reads are of the reference's own genes
    cutoffs = read_rows(result / "call_cutoffs.tsv", CALL_CUTOFFS)
    assert len(cutoffs) == 3 * 6


def test_taxa_are_left_out_as_asked_for_and_counted(result, tmp_path):
    genus = "Bacteroides"
    count_amplicons(
        samples=EXAMPLE / "samples.tsv",
        out=tmp_path,
        ranks=["genus"],
        n_resamples=99,
        exclude=["bacteroides"],
    )
    whole, rest = (read_taxa(folder / "amplicons.biom") for folder in (result, tmp_path))
    genera = collapse(whole.counts, whole.taxonomy, "genus", "lineage")
    taken = genera.dense()[:, genera.labels.index(genus)]
    rows = read_rows(tmp_path / "amplicons.reads.tsv", AMPLICON_READS)
    assert taken.sum() > 0
    assert rows.set_index("sample")["excluded"].loc[list(genera.samples)].tolist() == taken.tolist()
    assert genus not in {name for names in rest.taxonomy.lineages.values() for name in names}
    assert (whole.counts.depth - rest.counts.depth).tolist() == taken.tolist()
    gone = set(whole.counts.labels) - set(rest.counts.labels)
    assert set(read_rows(tmp_path / "amplicons.dropped.tsv", DROPPED)["name"]) == gone
    assert gone.isdisjoint(read_rows(tmp_path / "amplicons.calls.tsv", AMPLICON_CALLS)["feature"])


def test_all_taxa_left_out_is_an_error_with_its_cause(tmp_path):
    with pytest.raises(InputError, match="is of a taxon that counts"):
        count_amplicons(samples=EXAMPLE / "samples.tsv", out=tmp_path, ranks=["genus"], exclude=["Bacteria"])


def test_ranks_in_any_case(result, tmp_path):
    paths = {
        "out": tmp_path / "range.tsv",
        "cutoffs": tmp_path / "cutoffs.tsv",
        "samples": EXAMPLE / "samples.tsv",
    }
    table, calls = result / "amplicons.biom", result / "amplicons.calls.tsv"
    measure_call_range(table=table, calls=calls, ranks=["Genus", "Feature"], **paths)
    assert filecmp.cmp(result / "call_range.tsv", tmp_path / "range.tsv", shallow=False)


def test_files_and_people_in_two_sheets_give_the_same_bytes(result, tmp_path):
    lines = [line.split("\t") for line in (EXAMPLE / "samples.tsv").read_text().splitlines()]
    files = [[line[0], *(f"{EXAMPLE}/{file}" for file in line[3:])] for line in lines[1:]]
    (tmp_path / "s.csv").write_text(
        "\n".join(map(",".join, [["sampleID", "forwardReads", "reverseReads"], *files]))
    )
    (tmp_path / "m.tsv").write_text("\n".join("\t".join(line[:3]) for line in lines))
    out = tmp_path / "out"
    count_amplicons(
        samples=tmp_path / "s.csv", metadata=tmp_path / "m.tsv", out=out, ranks=["genus"], n_resamples=99
    )
    for name in (*(f"amplicons.{name}" for name in NAMES), "pairs.tsv", "call_range.tsv"):
        assert filecmp.cmp(result / name, out / name, False), name


def write_sample(folder, name, pairs, marks="I"):
    """Files of a sample from pairs of sequences."""
    for mate in (1, 2):
        records = "".join(
            f"@r{n}/{mate}\n{pair[mate - 1]}\n+\n{marks * len(pair[mate - 1])}\n"
            for n, pair in enumerate(pairs)
        )
        (folder / f"{name}_R{mate}.fastq.gz").write_bytes(gzipped(records.encode()))
    return f"{name}\t{name[0]}\tbefore\t{name}_R1.fastq.gz\t{name}_R2.fastq.gz\n"


COMPLEMENT = str.maketrans("ACGT", "TGCA")


def drawn_gene(seed, length=250):
    return "".join(np.random.default_rng(seed).choice(list("ACGT"), length))


def ends(gene, length=150):
    return gene[:length], gene.translate(COMPLEMENT)[::-1][:length]


def test_samples_that_lose_all_are_named_with_the_step_and_the_others_go_on(tmp_path):
    gene = drawn_gene(1)
    sheet = "sample\tsubject\tphase\tfastq_1\tfastq_2\n"
    sheet += write_sample(tmp_path, "sound", [ends(gene)] * 20)
    sheet += write_sample(tmp_path, "far", [ends(gene, 100)] * 20)  # mates do not overlap
    sheet += write_sample(tmp_path, "low", [ends(gene)] * 20, marks="(")
    sheet += write_sample(tmp_path, "rare", [ends(drawn_gene(k)) for k in range(2, 6)])
    (tmp_path / "s.tsv").write_text(sheet)
    with pytest.warns(InputWarning) as said:
        ending = count_amplicons(samples=tmp_path / "s.tsv", out=tmp_path / "out")
    dropped = read_rows(tmp_path / "out/amplicons.dropped.tsv", DROPPED).set_index("name")["reason"]
    assert list(dropped.index) == ["far", "low", "rare"]
    assert (
        "none of 20 reads merges with its mate; likely mates without an overlap: reads too short"
        in dropped["far"]
    )
    assert "none of 20 reads has at most one expected error" in dropped["low"] or "merges" in dropped["low"]
    assert "matches a sequence that stands in 8 reads" in dropped["rare"]
    assert len(said) == 3
    assert "Left out: 3 samples" in str(ending)
    assert read_taxa(tmp_path / "out/amplicons.biom").counts.samples == ("sound",)


def test_a_study_without_a_read_left_says_where_each_sample_lost_them(tmp_path):
    sheet = "sample\tsubject\tphase\tfastq_1\tfastq_2\n"
    sheet += write_sample(tmp_path, "a", [ends(drawn_gene(1), 100)] * 20)
    sheet += write_sample(tmp_path, "b", [ends(drawn_gene(2), 100)] * 20)
    (tmp_path / "s.tsv").write_text(sheet)
    with pytest.raises(
        InputError, match=r"sample 'a': none of 20 reads merges[^\n]*\n.*sample 'b': none of 20"
    ):
        count_amplicons(samples=tmp_path / "s.tsv", out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_one_file_for_two_samples_is_refused(tmp_path):
    line = write_sample(tmp_path, "a", [ends(drawn_gene(1))] * 9)
    sheet = "sample\tsubject\tphase\tfastq_1\tfastq_2\n" + line
    (tmp_path / "s.tsv").write_text(sheet + line.replace("a\t", "b\t", 1))
    with pytest.raises(InputError, match=r"a_R1.fastq.gz' given 2 times; expected each file once"):
        count_amplicons(samples=tmp_path / "s.tsv", out=tmp_path / "out")
    for mate in (1, 2):
        shutil.copy(tmp_path / f"a_R{mate}.fastq.gz", tmp_path / f"b_R{mate}.fastq.gz")
    (tmp_path / "s.tsv").write_text(sheet + line.replace("a\t", "b\t", 1).replace("a_", "b_"))
    with pytest.raises(InputError, match=r"copies of one file"):
        count_amplicons(samples=tmp_path / "s.tsv", out=tmp_path / "out")


def test_single_reads_need_no_mates(tmp_path):
    write_sample(tmp_path, "a", [(drawn_gene(1), "A")] * 20)
    (tmp_path / "s.tsv").write_text("sample\tsubject\tphase\tfastq_1\na\tS\tbefore\ta_R1.fastq.gz\n")
    count_amplicons(samples=tmp_path / "s.tsv", out=tmp_path / "out")
    (row,) = read_rows(tmp_path / "out/amplicons.reads.tsv", AMPLICON_READS).itertuples()
    assert (row.reads, row.kept, row.counted) == (20, 20, 20)
    assert np.isnan(row.merged)


def test_a_step_that_most_reads_do_not_come_through_is_said(tmp_path):
    gene = drawn_gene(1)
    pairs = [ends(gene)] * 12 + [ends(gene, 100)] * 20
    (tmp_path / "s.tsv").write_text(
        "sample\tsubject\tphase\tfastq_1\tfastq_2\n" + write_sample(tmp_path, "half", pairs)
    )
    with pytest.warns(
        InputWarning,
        match=r"1 sample \('half'\): less than half of the reads merges.*Likely mates without an overlap",
    ):
        count_amplicons(samples=tmp_path / "s.tsv", out=tmp_path / "out")


@pytest.mark.skipif(shutil.which("cutadapt") is None, reason="needs cutadapt")
def test_reports_of_cutadapt_name_the_sample_and_no_passing_folder(tmp_path):
    forward, back, between = "GTGCCAGCAGCCGCGGTAA", "GGACTACAGGGGTATCTAAT", "ACGTTGCATT" * 8
    fragment = forward + between + back[::-1].translate(str.maketrans("ACGT", "TGCA"))
    ends = fragment[:80], fragment[::-1].translate(str.maketrans("ACGT", "TGCA"))[:80]
    for mate, end in enumerate(ends, 1):
        (tmp_path / f"R{mate}.fastq").write_text("".join(f"@r{i}\n{end}\n+\n{'I' * 80}\n" for i in range(20)))
    (tmp_path / "s.tsv").write_text(
        "sample\tsubject\tphase\tfastq_1\tfastq_2\nday 0/a\tS\tbefore\tR1.fastq\tR2.fastq\n"
    )
    texts = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        merge_amplicons(
            samples=tmp_path / "s.tsv", out=folder / "reads.fasta", reads=folder / "reads.tsv",
            primers={"forward": "GTGCCAGCMGCCGCGGTAA", "reverse": "GGACTACHVGGGTWTCTAAT"}, cutadapt=folder / "of",
        )  # fmt: skip
        (report,) = (folder / "of").iterdir()
        assert report.name == "2_day_0_a.cutadapt.json"
        texts.append(report.read_text())
    assert texts[0] == texts[1]
    told = json.loads(texts[0])
    assert told["input"]["path1"] == "2_day_0_a_R1.fastq"
    assert told["read_counts"]["input"] == told["read_counts"]["output"] == 20


@pytest.mark.skipif(shutil.which("cutadapt") is None, reason="needs cutadapt")
def test_primers_are_cut_off_and_named_where_there_are_none(tmp_path):
    forward, reverse, gene = "GTGCCAGCAGCCGCGGTAA", "GGACTACAAGGGTATCTAAT", drawn_gene(1)
    first, second = ends(gene)
    primed = [(forward + first, reverse + second)] * 20
    sheet = "sample\tsubject\tphase\tfastq_1\tfastq_2\n"
    sheet += write_sample(tmp_path, "with", primed) + write_sample(tmp_path, "bare", [(first, second)] * 20)
    (tmp_path / "s.tsv").write_text(sheet)
    primers = ("GTGCCAGCMGCCGCGGTAA", "GGACTACHVGGGTWTCTAAT")
    with pytest.warns(
        InputWarning,
        match=r"'bare': none of 20 reads has both primers; likely primers that were cut off already",
    ):
        count_amplicons(samples=tmp_path / "s.tsv", out=tmp_path / "out", primers=primers)
    (row,) = read_rows(tmp_path / "out/amplicons.reads.tsv", AMPLICON_READS).head(1).itertuples()
    assert (row.with_primers, row.merged, row.counted) == (20, 20, 20)


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ({"ranks": ["species"]}, r"no rank 'species'; expected one of 'domain'"),
        ({"threads": 0, "n_resamples": 3}, r"(?s)n_resamples: 3;.*threads: 0;"),
        ({"reference": "bare.fasta"}, r"no lineage in 1 of 1 headers"),
    ],
)
def test_what_cannot_end_well_is_named_before_any_work(tmp_path, monkeypatch, choices, words):
    monkeypatch.chdir(tmp_path)
    Path("bare.fasta").write_text(">a\nACGT\n")
    monkeypatch.setattr("klbio.steps.amplicons.merge_amplicons", None)
    with pytest.raises(InputError, match=words):
        count_amplicons(samples=EXAMPLE / "samples.tsv", out="out", **choices)
    assert not Path("out").exists()


def test_a_missing_program_is_named_before_any_work(tmp_path, monkeypatch):
    monkeypatch.setattr(programs.shutil, "which", lambda name, path=None: None)
    with pytest.raises(InputError, match=r"vsearch: no program .* apt-get install vsearch") as error:
        count_amplicons(samples=EXAMPLE / "samples.tsv", out=tmp_path / "out", primers=("A" * 20, "C" * 20))
    assert [fault.path for fault in error.value.faults] == ["vsearch", "cutadapt"]
    assert not (tmp_path / "out").exists()


def test_batches_are_closed_by_bytes(tmp_path):
    from klbio.design import Sample

    files = []
    for k, size in enumerate((60, 60, 30, 500, 1)):
        (tmp_path / str(k)).write_bytes(b"x" * size)
        files.append(Sample(str(k), "", "", lanes=((str(tmp_path / str(k)),),)))
    assert batches_of(files, 100) == [("0",), ("1", "2"), ("3",), ("4",)]


def test_samples_with_few_reads_are_a_table_and_no_shift(tmp_path):
    """As `klbio shift` they would be refused; the table is made, and is said to be all."""
    genes = [drawn_gene(1), drawn_gene(2)]
    sheet = "sample\tsubject\tphase\tfastq_1\tfastq_2\n"
    for name, gene in zip(("one", "other"), genes, strict=True):
        sheet += write_sample(tmp_path, name, [ends(gene)] * 20)
    (tmp_path / "s.tsv").write_text(sheet.replace("other\to\tbefore", "other\to\tafter"))
    ending = count_amplicons(samples=tmp_path / "s.tsv", out=tmp_path / "out")
    assert (
        "No shift: nobody has samples of both 'before' and 'after' (--before, --after) with 100 reads"
        in str(ending)
    )
    assert read_taxa(tmp_path / "out/amplicons.biom").counts.samples == ("one", "other")
    assert not (tmp_path / "out/pairs.tsv").exists()
