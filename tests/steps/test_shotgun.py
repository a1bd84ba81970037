"""Shotgun reads to taxa by Kraken 2, end to end on a database and reads that are made here."""

import filecmp
import shutil
import subprocess

import numpy as np
import pytest

from klbio.errors import InputError, InputNote
from klbio.io import read_taxa
from klbio.io.programs import ProgramError
from klbio.io.results import read_rows
from klbio.io.sheets.sheet import read_samples
from klbio.io.shotgun.kraken import Database
from klbio.schema import CONFIDENCES, DROPPED
from klbio.steps.shotgun import count_shotgun
from klbio.steps.shotgun_reports import classify_shotgun, report_of
from klbio.steps.shotgun_table import compose_shotgun
from klbio.taxonomy import collapse

pytestmark = pytest.mark.skipif(shutil.which("kraken2-build") is None, reason="needs kraken2")

NODES = {
    1: (1, "no rank", "root"), 2: (1, "superkingdom", "Bacteria"), 3: (2, "phylum", "Phylum"), 4: (3, "class", "Class"),
    5: (4, "order", "Order"), 6: (5, "family", "Family"), 10: (6, "genus", "Alpha"), 11: (10, "species", "Alpha one"),
    12: (10, "species", "Alpha two"), 20: (6, "genus", "Beta"), 21: (20, "species", "Beta one"),
}  # fmt: skip
ABSENT = 99
MIX = {"b:1/x": {11: 60, 21: 30, ABSENT: 10}, "a 1": {11: 20, 12: 40, 21: 30, ABSENT: 10}}


@pytest.fixture(scope="module")
def genomes():
    rng = np.random.default_rng(1)
    return {taxid: "".join(rng.choice(list("ACGT"), 20_000)) for taxid in (11, 12, 21, ABSENT)}


@pytest.fixture(scope="module")
def database(tmp_path_factory, genomes):
    folder = tmp_path_factory.mktemp("databases") / "db"
    (folder / "taxonomy").mkdir(parents=True)
    lines = [f"{i}\t|\t{above}\t|\t{rank}\t|\t\t|\n" for i, (above, rank, _) in NODES.items()]
    (folder / "taxonomy/nodes.dmp").write_text("".join(lines))
    lines = [f"{i}\t|\t{name}\t|\t\t|\tscientific name\t|\n" for i, (*_, name) in NODES.items()]
    (folder / "taxonomy/names.dmp").write_text("".join(lines))
    library = folder.parent / "library.fa"
    library.write_text(
        "".join(f">s{i}|kraken:taxid|{i}\n{text}\n" for i, text in genomes.items() if i != ABSENT)
    )
    for task in (["--add-to-library", str(library), "--no-masking"], ["--build"]):
        subprocess.run(["kraken2-build", "--db", str(folder), *task], check=True, capture_output=True)
    return folder


def mates(genome, rng):
    start = int(rng.integers(len(genome) - 300))
    fragment = genome[start : start + 300]
    return fragment[:100], fragment[:-101:-1].translate(str.maketrans("ACGT", "TGCA"))


@pytest.fixture(scope="module")
def sheet(tmp_path_factory, genomes):
    folder, rng = tmp_path_factory.mktemp("reads"), np.random.default_rng(2)
    lines = ["sample\tsubject\tphase\tfastq_1\tfastq_2"]
    for k, (sample, parts) in enumerate(MIX.items()):
        files = [folder / f"{k}_R{mate}.fastq" for mate in (1, 2)]
        pairs = [mates(genomes[taxid], rng) for taxid, n in parts.items() for _ in range(n)]
        for mate, file in enumerate(files):
            file.write_text("".join(f"@r{i}\n{pair[mate]}\n+\n{'I' * 100}\n" for i, pair in enumerate(pairs)))
        lines.append("\t".join([sample, "S1", ("before", "after")[k], *map(str, files)]))
    path = folder / "samples.tsv"
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture(scope="module")
def result(tmp_path_factory, sheet, database):
    out = tmp_path_factory.mktemp("shotgun")
    return out, count_shotgun(samples=sheet, database=database, out=out)


def test_reads_are_counted_at_the_taxa_they_are_of(result):
    table = read_taxa(result[0] / "shotgun.biom")
    species = collapse(table.counts, table.taxonomy, "species", "lineage")
    found = {
        sample: {label: n for label, n in zip(species.labels, row, strict=True) if n}
        for sample, row in zip(species.samples, species.dense().tolist(), strict=True)
    }
    names = {11: "Alpha one", 12: "Alpha two", 21: "Beta one", ABSENT: "unclassified"}
    assert found == {sample: {names[i]: n for i, n in parts.items()} for sample, parts in MIX.items()}
    assert table.counts.unit == "reads"
    (about,) = {row["taxa_reference"] for row in table.metadata}
    assert about.startswith("db (sha256 ")


def test_how_much_hangs_on_the_confidence_is_told(result):
    out, ending = result
    rows = read_rows(out / "shotgun.confidences.tsv", CONFIDENCES)
    assert set(rows["rank"]) == {"species", "genus", "family", "phylum"}
    assert (rows["jensen_shannon_divergence_bits"] >= 0).all()
    assert (rows["assigned"] <= rows["other_assigned"]).all()
    assert rows["reads"].tolist() == [100] * len(rows)
    assert ending.answer.startswith("180 of 200 reads have a species.")
    assert read_rows(out / "shotgun.dropped.tsv", DROPPED).empty


def test_batches_and_threads_change_no_byte(result, sheet, database, tmp_path):
    folders = []
    for sample in MIX:
        folders.append(tmp_path / f"batch{len(folders)}")
        classify_shotgun(samples=sheet, database=database, out=folders[-1], names=[sample], threads=2)
    names = {
        "table": "biom",
        "other_table": "confidence_0.biom",
        "confidences": "confidences.tsv",
        "dropped": "dropped.tsv",
    }
    paths = {key: tmp_path / f"shotgun.{name}" for key, name in names.items()}
    compose_shotgun(samples=sheet, database=database, reports=folders[::-1], **paths)
    assert all(filecmp.cmp(result[0] / path.name, path, shallow=False) for path in paths.values())


def test_reports_have_names_that_any_system_takes(sheet):
    first, _ = read_samples(sheet, reads=True).libraries
    assert report_of("out", first, 0.1).as_posix() == "out/confidence_0.1/2_b_1_x.kreport"


def test_a_folder_that_is_no_database_is_refused(sheet, tmp_path):
    with pytest.raises(InputError, match=r"no hash\.k2d.*expected a database of Kraken 2"):
        count_shotgun(samples=sheet, database=tmp_path, out=tmp_path / "out")
    line = "\tS\tbefore\treads.fastq\n"
    (tmp_path / "s.tsv").write_text(f"sample\tsubject\tphase\tfastq_1\na{line}b{line}")
    (tmp_path / "reads.fastq").write_text("@r\nACGT\n+\nIIII\n")
    with pytest.raises(InputError, match=r"(?s)threads: 0;.*reads.fastq' given 2 times"):
        count_shotgun(samples=tmp_path / "s.tsv", database=tmp_path, out=tmp_path / "out", threads=0)
    assert not (tmp_path / "out").exists()


def test_a_broken_file_is_named_and_the_others_are_looked_at(sheet, database, tmp_path):
    broken = tmp_path / "broken.fastq"
    broken.write_text("@r1\nACGT\n+\nII\n")
    other = tmp_path / "none.fastq"
    table = tmp_path / "s.tsv"
    table.write_text(f"sample\tsubject\tphase\tfastq_1\nx\tS\tbefore\t{broken}\ny\tS\tafter\t{broken}2\n")
    other.write_text("")
    shutil.copy(other, f"{broken}2")
    with pytest.raises(InputError) as caught:
        classify_shotgun(samples=table, database=database, out=tmp_path / "out")
    assert [str(fault.path) for fault in caught.value.faults] == [str(broken), f"{broken}2"]


def test_a_database_that_cannot_be_read_is_one_fault(sheet, database, tmp_path, capfd):
    copy = tmp_path / "db"
    shutil.copytree(database, copy)
    (copy / "hash.k2d").write_bytes((database / "hash.k2d").read_bytes()[:1000])
    with pytest.raises(ProgramError, match=r"^kraken2: it ended with .*It was at work on sample 'b:1/x'.$"):
        count_shotgun(samples=sheet, database=copy, out=tmp_path / "out")
    assert capfd.readouterr().err == ""


def test_reads_without_a_name_are_said_of_samples_and_not_of_files_that_are_gone(database, tmp_path):
    text = "".join(np.random.default_rng(9).choice(list("ACGT"), 100))
    (tmp_path / "a.fastq").write_text(f"@r\n{text}\n+\n{'I' * 100}\n")
    (tmp_path / "n.fastq").write_text("")
    (tmp_path / "s.tsv").write_text(
        "sample\tsubject\tphase\tkind\tfastq_1\na\tS\tbefore\t\ta.fastq\nNTC\t\t\tnegative\tn.fastq\n"
    )
    with pytest.warns(InputNote) as said:
        count_shotgun(samples=tmp_path / "s.tsv", database=database, out=tmp_path / "out")
    said = [str(one.message) for one in said]
    assert not any("klbio-" in one for one in said)
    assert any(
        "more than half of the reads of 1 sample ('a') unclassified at a confidence of 0;" in one
        for one in said
    )
    dropped = read_rows(tmp_path / "out/shotgun.dropped.tsv", DROPPED)
    assert dropped[["name", "reason"]].values.tolist() == [["NTC", "no read in its files"]]


def test_a_database_is_told_from_another_by_its_checksum(database, tmp_path):
    copy = tmp_path / "db"
    shutil.copytree(database, copy)
    assert Database(copy).about == Database(database).about
    with (copy / "taxo.k2d").open("ab") as handle:
        handle.write(b"\0")
    assert Database(copy).about.sha256 != Database(database).about.sha256
