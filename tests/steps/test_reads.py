import gzip
import importlib.util
from pathlib import Path

import numpy as np
import pytest

from klbio.divergences import jensen_shannon_divergence
from klbio.errors import InputError
from klbio.io import read_table
from klbio.io.results import read_rows
from klbio.io.words.batch import Batch
from klbio.reads.kmers import count_kmers, kmer_labels
from klbio.schema import DROPPED
from klbio.steps.reads import compose_reads, count_reads
from klbio.steps.shift import measure_shift
from tests.written import shift_table

HEADER = "sample\tsubject\tphase\tfastq_1\tfastq_2\n"


def fastq(*sequences: str, mate: int = 1) -> str:
    return "".join(f"@r{i}/{mate}\n{seq}\n+\n{'I' * len(seq)}\n" for i, seq in enumerate(sequences))


@pytest.fixture
def study(tmp_path):
    """Write read files and a sheet of them; give the sheet and the two outputs."""

    def write(files: dict[str, str], rows: list[str]) -> dict[str, Path]:
        for name, text in files.items():
            (tmp_path / name).write_text(text)
        sheet = tmp_path / "samples.tsv"
        sheet.write_text(HEADER + "".join(f"{row}\n" for row in rows))
        return {
            "samples": sheet,
            "table": tmp_path / "out" / "kmers.tsv",
            "dropped": tmp_path / "out" / "dropped.tsv",
        }

    return write


def refusal(step, **settings) -> list[str]:
    with pytest.raises(InputError) as caught:
        step(**settings)
    return [str(fault) for fault in caught.value.faults]


# --- worked by hand


def test_a_sheet_in_its_own_words(study):
    """A manifest of QIIME 2, and columns that a user names."""
    files = {"1.fq": fastq("AAC"), "2.fq": fastq("CC", mate=2)}
    row = "day 0\tS\tbefore\t1.fq\t2.fq"
    paths = study(files, [row])
    compose_reads(**paths, kmer=2)
    expected = paths["table"].read_bytes()
    manifest = "sample-id\tsubject\tphase\tforward-absolute-filepath\treverse-absolute-filepath\n"
    paths["samples"].write_text(f"{manifest}{row}\n")
    compose_reads(**paths, kmer=2)
    assert paths["table"].read_bytes() == expected
    paths["samples"].write_text(f"Probe\tPatient\tVisit\tR1\tR2\n{row}\n")
    columns = {"sample": "Probe", "subject": "Patient", "phase": "Visit", "fastq_1": "R1", "fastq_2": "R2"}
    compose_reads(**paths, kmer=2, columns=columns)
    assert paths["table"].read_bytes() == expected


def test_pairs_and_single_ends_make_one_table(study):
    paths = study(
        {"1.fq": fastq("AAC"), "2.fq": fastq("CC", mate=2), "3.fq": fastq("GT")},
        ["day 0\tS\tbefore\t1.fq\t2.fq", "day-7\tS\tafter\t3.fq\t"],
    )
    compose_reads(**paths, kmer=2)
    counts = read_table(paths["table"])
    assert counts.samples == ("day 0", "day-7")
    assert counts.labels == kmer_labels(2)
    row = dict(zip(counts.labels, counts.dense()[0], strict=True))
    assert {word: n for word, n in row.items() if n} == {"AA": 1, "AC": 1, "CC": 1}
    assert counts.dense()[1].sum() == counts.dense()[1][counts.labels.index("AC")] == 1
    assert read_rows(paths["dropped"], DROPPED).columns.tolist() == list(DROPPED.names)


def test_a_second_mate_is_counted_on_the_strand_of_the_first(study):
    paths = study({"1.fq": fastq("AAC"), "2.fq": fastq("CAN", mate=2)}, ["s\tS\tbefore\t1.fq\t2.fq"])
    compose_reads(**paths, kmer=2, canonical=False)
    counts = read_table(paths["table"])
    row = dict(zip(counts.labels, counts.dense()[0], strict=True))
    assert {word: n for word, n in row.items() if n} == {"AA": 1, "AC": 1, "TG": 1}


def test_whatever_is_not_counted_is_told(study):
    paths = study(
        {"1.fq": fastq("AANAA", "A"), "2.fq": fastq("NN")},
        ["good\tS\tbefore\t1.fq\t", "empty\tS\tafter\t2.fq\t"],
    )
    compose_reads(**paths, kmer=2)
    assert read_table(paths["table"]).samples == ("good",)
    rows = read_rows(paths["dropped"], DROPPED)
    assert rows[["kind", "name", "reason"]].values.tolist() == [
        ["kmer", "good", "sequences shorter than k = 2: 1"],
        ["kmer", "good", "2-mers with an ambiguous symbol: 2"],
        ["kmer", "empty", "2-mers with an ambiguous symbol: 1"],
        ["sample", "empty", "no countable kmer"],
    ]
    assert rows["source"].str.endswith(".fq").all()


def test_files_are_named_by_their_stem(tmp_path):
    names = ["a.b.fastq.gz", "c.FA", "d.fna", "e", "f.fq.bz2"]
    for name in names:
        (tmp_path / name).write_text(">x\nACGT\n")
    count_reads(reads=[tmp_path / name for name in names], out=tmp_path / "kmers.biom", kmer=3)
    assert read_table(tmp_path / "kmers.biom").samples == ("a.b", "c", "d", "e", "f")
    assert (tmp_path / "kmers.biom.dropped.tsv").is_file()


@pytest.mark.parametrize(
    ("unit", "text", "expected"),
    [("codon", "ATGAAATAA", {"ATG": 1, "AAA": 1, "TAA": 1}), ("residue", "MKK*", {"M": 1, "K": 2})],
)
def test_codons_and_residues(tmp_path, unit, text, expected):
    (tmp_path / "genes.fasta").write_text(f">x\n{text}\n")
    count_reads(reads=[tmp_path / "genes.fasta"], out=tmp_path / "out.tsv", unit=unit)
    counts = read_table(tmp_path / "out.tsv")
    row = dict(zip(counts.labels, counts.dense()[0], strict=True))
    assert {word: n for word, n in row.items() if n} == expected


def test_mates_of_amplicons_are_dealt_together_to_groups_in_turn(study):
    paths = study(
        {"1.fq": fastq(*["AA", "CC"] * 32), "2.fq": fastq(*["TT", "GG"] * 32, mate=2)},
        ["s\tS\tbefore\t1.fq\t2.fq"],
    )
    groups = paths["table"].with_name("groups")
    compose_reads(**paths, kmer=2, groups=groups, library="amplicon")
    table = Batch.of(groups).record(0).counted.tally
    dense = table.groups.toarray()
    assert dense.shape == (32, 10)
    assert dense[0::2, 0].tolist() == dense[1::2, table.labels.index("CC")].tolist() == [4] * 16
    assert (dense.sum(axis=1) == 4).all()


# --- laws


def test_the_same_reads_give_the_same_bytes(study):
    paths = study({"1.fq": fastq("ACGTTGCA")}, ["s\tS\tbefore\t1.fq\t"])
    compose_reads(**paths)
    first = paths["table"].read_bytes()
    compose_reads(**paths)
    assert paths["table"].read_bytes() == first


# --- the bundled example


def test_the_example_is_what_its_generator_makes(root, tmp_path):
    folder = root / "examples" / "reads"
    spec = importlib.util.spec_from_file_location("simulate", folder / "simulate.py")
    simulate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(simulate)
    simulate.simulate(1, folder / "sources", tmp_path)
    made = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*.*"))
    assert len(made) == 2 * 12 + 2
    for name in made:
        new, kept = (tmp_path / name).read_bytes(), (folder / name).read_bytes()
        assert gzip.decompress(new) == gzip.decompress(kept) if name.suffix == ".gz" else new == kept


def test_the_example_shows_the_simulated_mixture(root, tmp_path, monkeypatch):
    """Composition is linear: each sample's 6-mers are its sources' 6-mers, mixed as simulated."""
    monkeypatch.chdir(root)
    folder = root / "examples" / "reads"
    compose_reads(
        samples=folder / "samples.tsv", table=tmp_path / "k.biom", dropped=tmp_path / "d.tsv", kmer=4
    )
    counts = read_table(tmp_path / "k.biom")
    truth = [line.split("\t") for line in (folder / "truth.tsv").read_text().splitlines()]
    sources = []
    for name in truth[0][1:]:
        block = "".join((folder / "sources" / f"{name}.fasta").read_text().splitlines()[1:])
        values = count_kmers([block.encode() + b"\n"], 4).values
        sources.append(values / values.sum())
    shares = np.array([row[1:] for row in truth[1:]], dtype=float)
    expected = shares / shares.sum(axis=1, keepdims=True) @ np.array(sources)
    observed = counts.dense() / counts.depth[:, np.newaxis]
    assert counts.samples == tuple(row[0] for row in truth[1:])
    assert np.abs(observed - expected).sum(axis=1).max() / 2 < 0.05


def test_in_the_example_only_the_subjects_that_changed_lie_above_their_floor(root, tmp_path, monkeypatch):
    monkeypatch.chdir(root)
    sheet = root / "examples" / "reads" / "samples.tsv"
    table, groups = tmp_path / "k.biom", tmp_path / "g.biom"
    compose_reads(samples=sheet, table=table, groups=groups, dropped=tmp_path / "d.tsv", kmer=4)
    measure_shift(table=table, groups=groups, samples=sheet, out=tmp_path, feature_rank="4-mer")
    pairs = shift_table(tmp_path, "pairs")
    pooled = pairs[pairs["estimand"] == "pooled"]
    above = pooled.set_index("subject")["above_floor"].to_dict()
    assert above == {"S1": True, "S2": True, "S3": False}
    still = pairs[pairs["subject"] == "S3"].astype({"jsd_low_bits": float})
    assert (still["jsd_low_bits"] <= 0).all()  # the excess may be below


# --- real data


def test_real_pairs_give_the_divergences_of_an_independent_pipeline(shared, tmp_path):
    """Within and between the phases of one mouse, 0.0175 and 0.0343 bits, as another implementation found them."""
    folder = shared / "reads" / "miseq_sop"
    rows = [line.split(",") for line in (folder / "samplesheet.csv").read_text().splitlines()[1:]]
    phases = {name: phase for name, _, _, _, phase, *_ in rows if phase in ("before", "after")}
    sheet = tmp_path / "samples.tsv"
    lines = [
        f"{row[0]}\tF3\t{row[4]}\t{folder / row[1]}\t{folder / row[2]}\n" for row in rows if row[0] in phases
    ]
    sheet.write_text(HEADER + "".join(lines))
    compose_reads(samples=sheet, table=tmp_path / "k.biom", dropped=tmp_path / "d.tsv")
    counts = read_table(tmp_path / "k.biom")
    p = counts.dense() / counts.depth[:, np.newaxis]
    phase = np.array([phases[name] for name in counts.samples])
    i, j = np.triu_indices(len(p), 1)
    bits = jensen_shannon_divergence(p[i], p[j])
    assert bits[phase[i] == phase[j]].mean() == pytest.approx(0.0175, abs=5e-5)
    assert bits[phase[i] != phase[j]].mean() == pytest.approx(0.0343, abs=5e-5)


# --- refusals


def test_words_too_long_for_groups_are_refused(study):
    paths = study({"1.fq": fastq("ACGT" * 5)}, ["s\tS\tbefore\t1.fq\t"])
    (fault,) = refusal(compose_reads, **paths, kmer=9, groups="groups.biom")
    assert "kmer: 9; expected 1 to 8 to measure a shift" in fault
    assert "smaller k" in fault


def test_words_without_their_groups_are_not_measured(study):
    paths = study(
        {"1.fq": fastq("ACGT" * 50), "2.fq": fastq("ACGA" * 50)},
        ["a\tS\tbefore\t1.fq\t", "b\tS\tafter\t2.fq\t"],
    )
    compose_reads(**paths, kmer=3)
    step = {"samples": paths["samples"], "table": paths["table"], "out": paths["table"].parent}
    (fault,) = refusal(measure_shift, **step)
    assert "without their groups of reads" in fault
    (fault,) = refusal(measure_shift, **step, groups=paths["table"])
    assert "rows that are no groups of reads" in fault
    assert "Count the reads again" in fault


def test_a_sample_with_fewer_reads_than_groups_is_left_out(study):
    paths = study(
        {
            "1.fq": fastq(*["ACGT" * 9] * 32),
            "2.fq": fastq(*["ACGA" * 9] * 40),
            "3.fq": fastq(*["ACGT" * 9] * 31),
        },
        ["a\tS\tbefore\t1.fq\t", "b\tS\tafter\t2.fq\t", "c\tS\tafter\t3.fq\t"],
    )
    groups, out = paths["table"].with_name("groups.biom"), paths["table"].parent / "shift"
    compose_reads(**paths, kmer=3, groups=groups, library="amplicon")
    measure_shift(table=paths["table"], groups=groups, samples=paths["samples"], out=out, n_resamples=19)
    (row,) = shift_table(out, "dropped").to_dict("records")
    assert (row["name"], row["reason"]) == (
        "c",
        "too few different reads: 1 of 32 groups is empty (of amplicons say library: amplicon)",
    )
    assert shift_table(out, "pairs")["n_after"].astype(int).tolist() == [1, 1]


def test_every_bad_file_is_named_in_one_run(study):
    paths = study(
        {"1.fq": fastq("ACGTACGT"), "2.fq": "@r\nAC\n+\nI\n", "3.fq": ""},
        ["a\tS\tbefore\t1.fq\t", "b\tS\tafter\t2.fq\t", "c\tS\tafter\t3.fq\t"],
    )
    faults = refusal(compose_reads, **paths)
    assert len(faults) == 2
    assert "2.fq, line 4: a broken record" in faults[0]
    assert "3.fq: an empty file" in faults[1]
    assert not paths["table"].exists()


def test_a_file_given_twice_is_refused(study):
    paths = study({"1.fq": fastq("ACGTACGT")}, ["a\tS\tbefore\t1.fq\t1.fq"])
    (fault,) = refusal(compose_reads, **paths)
    assert "1.fq' given 2 times; expected each file once" in fault


def test_a_missing_file_is_named_with_its_line(study):
    paths = study({}, ["a\tS\tbefore\t1.fq\t"])
    (fault,) = refusal(compose_reads, **paths)
    assert "samples.tsv, line 2: fastq_1 '1.fq' is not there" in fault


def test_nothing_to_count_at_all_is_refused(study):
    paths = study({"1.fq": fastq("ACG")}, ["a\tS\tbefore\t1.fq\t"])
    (fault,) = refusal(compose_reads, **paths)
    assert "no sample with a countable kmer" in fault
    assert "smaller k" in fault


def test_two_files_of_one_name_are_refused(tmp_path):
    (fault,) = refusal(count_reads, reads=["x/a.fq", "y/a.fastq.gz"], out=tmp_path / "o.tsv")
    assert "two files that give the sample name 'a'" in fault


@pytest.mark.parametrize(
    ("settings", "words"), [({"kmer": 13}, "kmer: 13"), ({"unit": "gene"}, "unit: 'gene'")]
)
def test_settings_out_of_range_are_refused(tmp_path, settings, words):
    (fault,) = refusal(count_reads, reads=["a.fq"], out=tmp_path / "o.tsv", **settings)
    assert words in fault
