"""References of taxa: one lineage in the dialects of seven databases, the bundled file, what is refused."""

import gzip
import json
import shutil
from itertools import pairwise

import pytest

from klbio.errors import InputError
from klbio.io import programs
from klbio.io.references import bundled, read_about, read_reference, write_reference
from klbio.io.references.genera import JOINED, is_own_genus, joined_genus
from klbio.io.references.regions import Primers, reverse_complement
from klbio.io.references.writing import LETTERS
from klbio.steps.reference import build_reference

NAMES = ("Bacteria", "Bacillota", "Clostridia", "Lachnospirales", "Lachnospiraceae", "Blautia")
GENUS = ("domain", "phylum", "class", "order", "family", "genus")
SEQUENCE = "GGTTCAGGTACCATTGACGGTTACCA"
PREFIXED = ";".join(f"{letter}__{name}" for letter, name in zip("dpcofg", NAMES, strict=True))
HEADERS = {
    "sintax": ">AB1;tax="
    + ",".join(f"{letter}:{name}" for letter, name in zip("dpcofg", NAMES, strict=True))
    + ";",
    "sintax-sized": ">AB1;size=9;tax=d:Bacteria,p:Bacillota,c:Clostridia,o:Lachnospirales,f:Lachnospiraceae,g:Blautia",
    "silva": ">AB1.1.1500 " + ";".join(NAMES),
    "dada2": ">" + ";".join(NAMES) + ";",
    "gtdb": f">RS_GCF_1~NZ_2 {PREFIXED} [location=1..1500] [ssu_len=1500] [contig_len=5000]",
    "greengenes": f">AB1 {PREFIXED.replace('d__', 'k__').replace(';', '; ')}",
    "rdp": ">S1 Blautia obeum (T)\tLineage=Root;rootrank;"
    + "".join(f"{name};{rank};" for name, rank in zip(NAMES, GENUS, strict=True)).rstrip(";"),
    "gold": ">S1 Blautia obeum (T); X1\t" + "; ".join(NAMES),
}
PRIMERS = ("GTGCCAGCMGCCGCGGTAA", "GGACTACHVGGGTWTCTAAT")


def fasta(path, *headers, sequence=SEQUENCE):
    path.write_text("".join(f"{header}\n{sequence}\n" for header in headers))
    return path


@pytest.mark.parametrize("dialect", HEADERS)
def test_every_dialect_gives_one_lineage(tmp_path, dialect):
    reference = read_reference(fasta(tmp_path / "x.fasta", HEADERS[dialect], HEADERS[dialect]))
    assert reference.lineage(2) == NAMES
    assert reference.ranks[1:] == GENUS[1:]


def test_unite_begins_with_a_kingdom(tmp_path):
    lineage = "k__Fungi;p__Ascomycota;c__Dothideomycetes;o__Abrothallales"
    header = f">Abrothallus_subhalei|MT153946|SH1227328.10FU|refs|{lineage}"
    reference = read_reference(fasta(tmp_path / "x.fasta", header))
    assert reference.ranks == ("kingdom", "phylum", "class", "order")
    assert reference.headers[0].name == "Abrothallus_subhalei"


def test_qiime_has_lineages_beside(tmp_path):
    path = fasta(tmp_path / "x.fasta", ">f1", ">f2")
    (tmp_path / "t.tsv").write_text(f"Feature ID\tTaxon\nf2\t{PREFIXED}\nf1\t{PREFIXED}; s__obeum\n")
    assert read_reference(path, tmp_path / "t.tsv").lineage(2)[:6] == NAMES
    with pytest.raises(InputError, match=r"no lineage in 2 of 2 headers .*--taxonomy"):
        read_reference(path)
    (tmp_path / "t.tsv").write_text(f"Feature ID\tTaxon\nf2\t{PREFIXED}\n")
    with pytest.raises(InputError, match="no lineage of 1 of 2 sequences"):
        read_reference(path, tmp_path / "t.tsv")


@pytest.mark.parametrize("dialect", HEADERS)
def test_what_is_written_is_read_again(tmp_path, dialect):
    reference = read_reference(fasta(tmp_path / "x.fasta", HEADERS[dialect], sequence="ggu" + SEQUENCE))
    assert write_reference(tmp_path / "y.fasta.gz", reference.records(), reference.ranks) == 1
    again = read_reference(tmp_path / "y.fasta.gz")
    assert again.lineage(1) == NAMES
    assert [one[2] for one in again.records()] == [b"GGT" + SEQUENCE.encode()]


def test_names_that_would_end_a_header_are_made_safe(tmp_path):
    path = fasta(tmp_path / "x.fasta", ">a Bacteria;Firmicutes;Clostridia;Incertae Sedis (XI), new;F;G=1")
    reference = read_reference(path)
    write_reference(tmp_path / "y.fasta", reference.records(), reference.ranks)
    assert "o:Incertae_Sedis_XI_new,f:F,g:G_1;" in (tmp_path / "y.fasta").read_text()


def test_groups_within_a_genus_have_its_name():
    assert {joined_genus(f"Bacillus {letter}") for letter in "abcdefghijkI"} == {"Bacillus"}
    assert joined_genus("Shigella") == joined_genus("Escherichia") == "Escherichia/Shigella"
    assert not set(JOINED) & set(JOINED.values())  # joined once is joined for good


@pytest.mark.parametrize(
    ("organism", "genus", "own"),
    [
        ("Bacillus pumilus SAFR-032", "Bacillus a", True),
        ("Candidatus Phytoplasma japonicum (T)", "Phytoplasma", True),
        ("[Eubacterium] rectale", "Eubacterium", True),
        ("Anabaena variabilis ATCC 29413", "Megamonas", False),
        ("Clostridium bolteae", "Lachnospiraceae Incertae Sedis", False),
        ("", "Blautia", False),
    ],
)
def test_own_genus(organism, genus, own):
    assert is_own_genus(organism, genus) is own


def test_the_bundled_reference_is_what_its_papers_say():
    about = read_about(bundled())
    assert (about.name, about.release) == ("microbiomeutil-data rRNA16S.gold V4", "20101212+dfsg1-5")
    reference = read_reference(bundled())
    genera = {reference.lineage(place)[-1] for place in reference.kept}
    papers = (bundled().parent / "PROVENANCE.md").read_text()
    assert f"{len(reference.kept):,} nearly" in papers
    assert f"{len(genera):,} genera" in papers
    assert reference.ranks == GENUS
    assert {"Bacteroides", "Bacillus", "Escherichia/Shigella", "Lactobacillus"} <= genera
    assert bundled().stat().st_size < 250_000


def test_a_reference_that_was_changed_is_refused(tmp_path):
    path = fasta(tmp_path / "x.fasta", HEADERS["silva"])
    assert read_about(path).release == ""
    build_reference(fasta=path, out=tmp_path / "y.fasta", name="mine", release="3")
    assert str(read_about(tmp_path / "y.fasta")).startswith("mine 3 (sha256 ")
    fasta(tmp_path / "y.fasta", HEADERS["sintax"], HEADERS["sintax"])
    with pytest.raises(InputError, match="another file than the one described beside it"):
        read_about(tmp_path / "y.fasta")
    (tmp_path / "y.fasta.json").write_text(json.dumps(["no"]))
    with pytest.raises(InputError, match="no name, release and sha256"):
        read_about(tmp_path / "y.fasta")


def test_own_genus_of_a_whole_file(tmp_path):
    path = fasta(
        tmp_path / "x.fasta",
        HEADERS["gold"],
        HEADERS["gold"].replace("obeum", "x").replace("Blautia o", "X o"),
    )
    wrong = HEADERS["gold"].replace("Blautia obeum", "Anabaena sp.")
    fasta(path, HEADERS["gold"], wrong)
    ending = build_reference(fasta=path, out=tmp_path / "y.fasta", own_genus=True)
    assert "Wrote 1 sequence" in str(ending)
    assert "1 sequence left out" in str(ending)
    fasta(path, wrong)
    with pytest.raises(InputError, match="no record whose genus stands in its own name"):
        build_reference(fasta=path, out=tmp_path / "y.fasta", own_genus=True)


def test_primers_are_checked():
    with pytest.raises(InputError, match="'515F'; expected 10 to 60 bases"):
        Primers("515F", PRIMERS[1])
    assert reverse_complement(reverse_complement(PRIMERS[1])) == PRIMERS[1]


@pytest.mark.skipif(shutil.which("cutadapt") is None, reason="needs cutadapt")
def test_what_lies_between_primers_on_either_strand(tmp_path):
    whole = "AACC" + "GTGCCAGCAGCCGCGGTAA" + SEQUENCE * 2 + "ATTAGATACCCTGGTAGTCC" + "GGTT"
    one_off = whole.replace("GTGCCAGCAGCC", "GTGCCAGCAGCA")
    texts = [whole, one_off, reverse_complement(whole), SEQUENCE * 4]
    path = tmp_path / "x.fasta"
    path.write_text("".join(f">r{k} {';'.join(NAMES)}\n{text}\n" for k, text in enumerate(texts)))
    build_reference(fasta=path, out=tmp_path / "y.fasta", primers=PRIMERS)
    assert [record[2] for record in read_reference(tmp_path / "y.fasta").records()] == [
        SEQUENCE.encode() * 2
    ] * 3
    with pytest.raises(InputError, match="both primers in none of the sequences"):
        build_reference(fasta=path, out=tmp_path / "y.fasta", primers=("ACACACACACACACAC", PRIMERS[1]))


def test_a_missing_program_is_named_with_its_install_line(tmp_path, monkeypatch):
    monkeypatch.setattr(programs.shutil, "which", lambda name, path=None: None)
    path = fasta(tmp_path / "x.fasta", HEADERS["silva"])
    with pytest.raises(
        InputError, match=r"cutadapt: no program .*apt-get install cutadapt, or conda install"
    ):
        build_reference(fasta=path, out=tmp_path / "y.fasta", primers=PRIMERS)
    assert not (tmp_path / "y.fasta").exists()


def test_a_program_that_fails_is_quoted(capfd):
    with pytest.raises(programs.ProgramError, match="python3: it ended with exit code 3 and said 'boom'"):
        programs.Program("python3", "here").run(
            ["-c", "import sys; print('boom', file=sys.stderr); sys.exit(3)"]
        )
    assert programs.Program("python3", "here").version.startswith("3.")


def test_ranks_are_written_from_the_highest_down():
    order = "dkpcofgs"
    places = [order.index(letter) for letter in LETTERS.values()]
    assert all(one <= other for one, other in pairwise(places))


def test_the_same_bytes_each_time(tmp_path):
    path = fasta(tmp_path / "x.fasta", HEADERS["silva"])
    for name in ("a.fasta.gz", "b.fasta.gz"):
        build_reference(fasta=path, out=tmp_path / name)
    assert (tmp_path / "a.fasta.gz").read_bytes() == (tmp_path / "b.fasta.gz").read_bytes()
    assert gzip.decompress((tmp_path / "a.fasta.gz").read_bytes()).startswith(b">AB1.1.1500;tax=d:Bacteria,")
