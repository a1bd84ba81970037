"""Shotgun reads to taxa by sketches, end to end on genomes, reads and a database that are made here."""

import csv
import filecmp
import shutil
import subprocess
import sys
from importlib.util import find_spec

import numpy as np
import pytest

from klbio.errors import InputError
from klbio.io import read_table, read_taxa
from klbio.io.programs import SOURMASH, PythonProgram
from klbio.io.results import read_rows
from klbio.io.sheets.sheet import read_samples
from klbio.io.shotgun.sketch_database import SketchDatabase, gathered_genomes, is_of_sketches
from klbio.io.shotgun.sketches import N_GROUPS, read_sketch, sketch_reads
from klbio.schema import DROPPED, SHIFT_TABLES, SKETCHES
from klbio.steps.read_programs import missing_programs
from klbio.steps.sample_files import file_of
from klbio.steps.shift import measure_shift
from klbio.steps.shotgun import count_shotgun
from klbio.steps.shotgun_sketches import GATHERED, SKETCH, sketch_shotgun
from klbio.steps.sketch_table import compose_sketches
from klbio.taxonomy import UNASSIGNED, collapse

with_sourmash = pytest.mark.skipif(find_spec("sourmash") is None, reason="needs sourmash")

SCALED, LENGTH = 50, 120_000
LINEAGES = {
    "GCF_1.1": ("Bacteria", "Phylum", "Class", "Order", "Family", "Alpha", "Alpha one"),
    "GCF_2": ("Bacteria", "Phylum", "Class", "Order", "Family", "Alpha", "Alpha two"),
    "GCF_3.2": ("Bacteria", "Phylum", "Class", "Order", "Family", "Beta", "Beta one"),
}
NAMES = {
    "GCF_1.1 Alpha one": "a",
    "GCF_2.7 Alpha two": "b",
    "GCF_3.2": "c",
}  # in the database: as it is, without version, bare
ABSENT = "absent"
# the second has too little of c to be found by itself: fewer than 50,000 bases
MIX = {"b:1/x": {"a": 600, "c": 900, ABSENT: 150}, "a 1": {"a": 450, "b": 900, "c": 30, ABSENT: 150}}


@pytest.fixture(scope="module")
def genomes():
    rng = np.random.default_rng(1)
    return {name: "".join(rng.choice(list("ACGT"), LENGTH)) for name in (*NAMES.values(), ABSENT)}


@pytest.fixture(scope="module")
def database(tmp_path_factory, genomes):
    from sourmash import MinHash, SourmashSignature
    from sourmash.sourmash_args import SaveSignaturesToLocation

    path = tmp_path_factory.mktemp("databases") / "known.zip"
    with SaveSignaturesToLocation(str(path)) as out:
        for name, key in NAMES.items():
            sketch = MinHash(0, 31, scaled=SCALED)
            sketch.add_sequence(genomes[key])
            out.add(SourmashSignature(sketch, name=name))
    return path


@pytest.fixture(scope="module")
def lineages(tmp_path_factory):
    path = tmp_path_factory.mktemp("lineages") / "known.csv"
    rows = "".join(f"{name},{','.join(names)}\n" for name, names in LINEAGES.items())
    path.write_text(f"ident,superkingdom,phylum,class,order,family,genus,species\n{rows}")
    return path


def pair(genome, rng):
    start = int(rng.integers(len(genome) - 300))
    fragment = genome[start : start + 300]
    return fragment[:100], fragment[:-101:-1].translate(str.maketrans("ACGT", "TGCA"))


@pytest.fixture(scope="module")
def sheet(tmp_path_factory, genomes):
    folder, rng = tmp_path_factory.mktemp("reads"), np.random.default_rng(2)
    lines = ["sample\tsubject\tphase\tfastq_1\tfastq_2"]
    for k, (sample, parts) in enumerate(MIX.items()):
        files = [folder / f"{k}_R{mate}.fastq" for mate in (1, 2)]
        pairs = [pair(genomes[key], rng) for key, n in parts.items() for _ in range(n)]
        for mate, file in enumerate(files):
            file.write_text("".join(f"@r{i}\n{ends[mate]}\n+\n{'I' * 100}\n" for i, ends in enumerate(pairs)))
        lines.append("\t".join([sample, "S1", ("before", "after")[k], *map(str, files)]))
    path = folder / "samples.tsv"
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture(scope="module")
def result(tmp_path_factory, sheet, database, lineages):
    out = tmp_path_factory.mktemp("sketches")
    return out, count_shotgun(samples=sheet, database=database, lineages=lineages, out=out)


@with_sourmash
def test_kmers_are_counted_at_the_genomes_they_are_of(result):
    table = read_taxa(result[0] / "shotgun.biom")
    species = collapse(table.counts, table.taxonomy, "species", "lineage")
    names = {"a": "Alpha one", "b": "Alpha two", "c": "Beta one", ABSENT: UNASSIGNED}
    for sample, row in zip(species.samples, species.dense(), strict=True):
        truth = {names[key]: n / sum(MIX[sample].values()) for key, n in MIX[sample].items()}
        assert dict(zip(species.labels, row.tolist(), strict=True)) == pytest.approx(
            dict.fromkeys(species.labels, 0.0) | truth, abs=0.04
        )
    assert table.counts.unit == "proportions"
    (about,) = {row["taxa_reference"] for row in table.metadata}
    assert about.startswith("known.zip (sha256 ")


@with_sourmash
def test_groups_add_up_to_what_the_shares_are_of(result):
    out, ending = result
    groups, shares = read_table(out / "shotgun.groups.biom"), read_table(out / "shotgun.biom")
    assert set(groups.samples) == {f"{name}/{k}" for name in MIX for k in range(1, N_GROUPS + 1)}
    rows = read_rows(out / "shotgun.sketches.tsv", SKETCHES)
    for name in MIX:
        sums = groups.rows([f"{name}/{k}" for k in range(1, N_GROUPS + 1)]).dense().sum(axis=0)
        order = [groups.labels.index(label) for label in shares.labels]
        np.testing.assert_allclose(sums[order] / sums.sum(), shares.rows([name]).dense()[0], atol=1e-12)
        assert (rows[rows["sample"] == name]["kmers"] == sums.sum()).all()
    np.testing.assert_allclose(rows["assigned_share"], rows["assigned"] / rows["kmers"])
    assert set(rows["scaled"]) == {SCALED}
    assert "--groups" in ending.answer
    assert read_rows(out / "shotgun.dropped.tsv", DROPPED).empty


@with_sourmash
def test_a_genome_found_in_one_sample_is_looked_for_in_all(result, sheet, database, lineages, tmp_path):
    sketch_shotgun(samples=sheet, database=database, lineages=lineages, out=tmp_path)
    first, second = read_samples(sheet, reads=True).libraries
    md5s = {genome.name: genome.md5 for genome in SketchDatabase(database, lineages).genomes}
    assert md5s["GCF_3.2"] in gathered_genomes(file_of(tmp_path, first, GATHERED))
    assert md5s["GCF_3.2"] not in gathered_genomes(file_of(tmp_path, second, GATHERED))
    table = read_table(result[0] / "shotgun.biom").rows([second.name])
    assert table.dense()[0, table.labels.index("GCF_3.2")] > 0


@with_sourmash
def test_without_that_the_counts_are_those_of_sourmash(sheet, database, lineages, tmp_path):
    sketch_shotgun(samples=sheet, database=database, lineages=lineages, out=tmp_path / "s", names=["b:1/x"])
    alone = tmp_path / "alone.tsv"
    alone.write_text("\n".join(sheet.read_text().splitlines()[:2]) + "\n")
    names = {"table": "t.biom", "groups": "g.biom", "shares": "s.tsv", "dropped": "d.tsv"}
    paths = {key: tmp_path / name for key, name in names.items()}
    compose_sketches(samples=alone, database=database, lineages=lineages, sketches=[tmp_path / "s"], **paths)
    table = read_table(paths["table"])
    (sample,) = read_samples(alone, reads=True).libraries
    with file_of(tmp_path / "s", sample, GATHERED).open() as handle:
        theirs = {row["name"]: float(row["f_unique_weighted"]) for row in csv.DictReader(handle)}
    ours = dict(zip(table.labels, table.dense()[0].tolist(), strict=True))
    del ours[UNASSIGNED]
    assert ours == pytest.approx(theirs)


@with_sourmash
def test_the_shift_rests_on_groups_where_they_are_given(result, sheet, tmp_path):
    out, _ = result
    given = {"table": out / "shotgun.biom", "samples": sheet, "ranks": ["genus"], "unassigned": "lineage"}
    measure_shift(**given, groups=out / "shotgun.groups.biom", out=tmp_path / "with")
    measure_shift(**given, out=tmp_path / "without")
    rows = [
        read_rows(tmp_path / name / "pairs.tsv", SHIFT_TABLES["pairs"]).iloc[0]
        for name in ("with", "without")
    ]
    assert rows[0]["jsd_low_bits"] < rows[0]["jensen_shannon_divergence_bits"] < rows[0]["jsd_high_bits"]
    assert np.isnan(rows[1]["jsd_low_bits"])
    assert np.isnan(rows[1]["floor_p"])
    assert rows[0]["jsd_plugin_bits"] == pytest.approx(rows[1]["jsd_plugin_bits"])


@with_sourmash
def test_what_is_left_out_of_the_table_is_left_out_of_the_groups(result, sheet, tmp_path):
    out, _ = result
    measure_shift(
        table=out / "shotgun.biom", groups=out / "shotgun.groups.biom", samples=sheet, ranks=["genus"],
        unassigned="lineage", exclude=["Beta"], out=tmp_path,
    )  # fmt: skip
    pair = read_rows(tmp_path / "pairs.tsv", SHIFT_TABLES["pairs"]).iloc[0]
    kmers = read_rows(out / "shotgun.sketches.tsv", SKETCHES).groupby("sample")["kmers"].first()
    assert pair["n_categories"] == 2
    assert 0 < pair["depth_before"] < kmers["b:1/x"]


@with_sourmash
def test_batches_change_no_byte(result, sheet, database, lineages, tmp_path):
    folders = []
    for sample in MIX:
        folders.append(tmp_path / f"batch{len(folders)}")
        sketch_shotgun(samples=sheet, database=database, lineages=lineages, out=folders[-1], names=[sample])
    names = {"table": "biom", "groups": "groups.biom", "shares": "sketches.tsv", "dropped": "dropped.tsv"}
    paths = {key: tmp_path / f"shotgun.{name}" for key, name in names.items()}
    compose_sketches(samples=sheet, database=database, lineages=lineages, sketches=folders[::-1], **paths)
    assert all(filecmp.cmp(result[0] / path.name, path, shallow=False) for path in paths.values())


@with_sourmash
def test_copies_and_mates_fall_into_one_group_and_doubtful_bases_out(genomes, tmp_path):
    reads = tmp_path / "r.fastq"
    read = genomes["a"][1000:1100]
    reads.write_text("".join(f"@{i}\n{read}\n+\n{'I' * 100}\n" for i in range(5)))
    sketch = sketch_reads([[reads]], 1)
    assert [len(group) for group in sketch if len(group)] == [70]
    assert set(next(group for group in sketch if len(group)).hashes.values()) == {5}
    qualities = "I" * 50 + "3" + "I" * 49  # 3 is a quality of 18: the 31 words over that base are left out
    reads.write_text(f"@1\n{read.lower()}\n+\n{qualities}\n")
    assert sum(map(len, sketch_reads([[reads]], 1))) == 70 - 31
    two = tmp_path / "two.fastq"
    two.write_text(
        "".join(
            f"@{i}\n{of.replace('T', 'U')}\n+\n{'I' * 100}\n"
            for i, of in enumerate([read, genomes["b"][:100]])
        )
    )
    assert sum(map(len, sketch_reads([[two]], 1))) == 140  # no word reaches over two reads


@with_sourmash
def test_what_is_no_database_is_refused(sheet, database, lineages, tmp_path):
    with pytest.raises(InputError, match=r"genomes without lineages.*Give --lineages"):
        count_shotgun(samples=sheet, database=database, out=tmp_path / "out")
    few = tmp_path / "few.csv"
    few.write_text("".join(lineages.read_text().splitlines(keepends=True)[:2]))
    with pytest.raises(
        InputError, match=r"few.csv: no lineage of 2 of 3 genomes \('GCF_2.7 Alpha two', 'GCF_3.2'\)"
    ):
        count_shotgun(samples=sheet, database=database, lineages=few, out=tmp_path / "out")
    other = tmp_path / "other.zip"
    shutil.copy(lineages, other)
    with pytest.raises(InputError, match=r"other.zip: no database of sourmash"):
        count_shotgun(samples=sheet, database=other, lineages=lineages, out=tmp_path / "out")
    line = [
        sys.executable,
        "-m",
        "sourmash",
        "sketch",
        "dna",
        "-p",
        "k=21,scaled=50",
        str(few),
        "-o",
        str(tmp_path / "k21.zip"),
    ]
    few.write_text(">GCF_1.1\nACGTTGCATTAGGACCATTACCAGGATTACCAGATTACGGATTTACC\n")
    subprocess.run(line, check=True, capture_output=True)
    with pytest.raises(InputError, match=r"sketches: 'DNA of k=21'; expected scaled ones of DNA of k=31"):
        count_shotgun(samples=sheet, database=tmp_path / "k21.zip", lineages=lineages, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


@with_sourmash
def test_a_damaged_sketch_is_named(sheet, database, lineages, tmp_path):
    sketch_shotgun(samples=sheet, database=database, lineages=lineages, out=tmp_path, names=["a 1"])
    path = next(tmp_path.glob(f"*{SKETCH}"))
    assert read_sketch(path).groups.shape[0] == N_GROUPS
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(InputError, match="a damaged sketch"):
        read_sketch(path)


@with_sourmash
def test_lineages_make_another_database(database, lineages, tmp_path):
    other = tmp_path / "other.csv"
    other.write_text(lineages.read_text().replace("Beta", "Gamma"))
    known = [SketchDatabase(database, path).about for path in (lineages, other)]
    assert known[0].name == known[1].name == "known.zip"
    assert known[0].sha256 != known[1].sha256


def test_what_kind_a_database_is_shows_before_it_is_opened(tmp_path):
    (tmp_path / "db.zip").write_text("")
    assert is_of_sketches(tmp_path / "db.zip")
    assert not is_of_sketches(tmp_path)
    (tmp_path / "CURRENT").write_text("")
    assert is_of_sketches(tmp_path)


def test_a_missing_package_is_named_with_the_line_that_installs_it(tmp_path, monkeypatch):
    nowhere = PythonProgram("klbio_nowhere", "to name shotgun reads by sketches", (1,), "sketch")
    with pytest.raises(
        InputError, match=r"no package of this name, needed to name.*python -m pip install klbio_nowhere"
    ):
        nowhere.run(["--version"])
    (tmp_path / "db.zip").write_text("")
    monkeypatch.setattr(PythonProgram, "is_there", property(lambda self: False))
    assert missing_programs({"database": str(tmp_path / "db.zip")}) == [SOURMASH]


def test_lineages_beside_the_folder_of_another_database_are_refused(tmp_path):
    sheet = tmp_path / "s.tsv"
    sheet.write_text("sample\tsubject\tphase\tfastq_1\nx\tS\tbefore\tr.fastq\n")
    with pytest.raises(InputError, match="lineages beside a folder"):
        count_shotgun(samples=sheet, database=tmp_path, lineages=sheet, out=tmp_path / "out")


@with_sourmash
@pytest.mark.workflow
def test_the_workflow_gives_the_same_bytes(result, sheet, database, lineages, root, tmp_path):
    taxa = f"{{database: {database}, lineages: {lineages}, ranks: [genus]}}"
    config = tmp_path / "config.yaml"
    config.write_text(f"outdir: results\nreads:\n  samples: {sheet}\n  kmer: 3\n  taxa: {taxa}\n")
    line = [
        sys.executable,
        "-m",
        "snakemake",
        "results/shotgun/pairs.tsv",
        "--snakefile",
        str(root / "Snakefile"),
    ]
    line += ["--directory", str(tmp_path), "--configfile", str(config), "--cores", "2"]
    done = subprocess.run(line, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for name in ("biom", "groups.biom", "sketches.tsv", "dropped.tsv"):
        assert filecmp.cmp(
            result[0] / f"shotgun.{name}", tmp_path / f"results/composition/shotgun.{name}", False
        )
    pairs = read_rows(tmp_path / "results/shotgun/pairs.tsv", SHIFT_TABLES["pairs"])
    assert pairs["jsd_low_bits"].notna().any()
