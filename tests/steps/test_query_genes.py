"""A query as coding sequences, as GFF3 with the genome, and as GenBank is one and the same."""

import csv

import pytest
from Bio import SeqIO
from Bio.Seq import Seq
from Bio.SeqFeature import SeqFeature, SimpleLocation
from Bio.SeqRecord import SeqRecord

from klbio import cli
from klbio.errors import InputError, InputNote, InputWarning
from klbio.steps.nearest import rank_models
from tests.packing import gzipped

SPACER = "ACGTACGTTTGACA"


@pytest.fixture(scope="module")
def folder(root, tmp_path_factory):
    """Real genes of the worm, every other one on the reverse strand of a genome made for them."""
    folder = tmp_path_factory.mktemp("query")
    records = list(SeqIO.parse(root / "examples" / "cds" / "worm.fasta", "fasta"))[:12]
    SeqIO.write(records, folder / "cds.fasta", "fasta")
    genome, lines, features = SPACER, ["##gff-version 3"], []
    for i, record in enumerate(records):
        sign, start = (1, -1)[i % 2], len(genome)
        genome += str(record.seq if sign == 1 else record.seq.reverse_complement()) + SPACER
        end = start + len(record)
        lines.append(f"chr\ttest\tCDS\t{start + 1}\t{end}\t.\t{'+-'[sign < 0]}\t0\tParent=g{i}")
        qualifiers = {"gene": [f"g{i}"]}
        features.append(SeqFeature(SimpleLocation(start, end, strand=sign), "CDS", qualifiers=qualifiers))
    (folder / "genes.gff3").write_text("\n".join(lines) + "\n")
    (folder / "genome.fasta").write_text(f">chr\n{genome}\n")
    whole = SeqRecord(Seq(genome), "chr", annotations={"molecule_type": "DNA"}, features=features)
    SeqIO.write(whole, folder / "genes.gbk", "genbank")
    return folder


def ranked(root, query, out):
    rank_models(models=[root / "examples" / "gene-models" / "augustus"], query=query, out=out)
    with out.open() as handle:
        return [{**row, "query": "", "genes_from": ""} for row in csv.DictReader(handle, delimiter="\t")]


def test_three_ways_to_give_the_same_genes(root, folder, tmp_path):
    plain = ranked(root, folder / "cds.fasta", tmp_path / "a.tsv")
    assert plain[0]["n_genes"] == "12"
    assert ranked(root, [folder / "genome.fasta", folder / "genes.gff3"], tmp_path / "b.tsv") == plain
    assert ranked(root, str(folder / "genes.gbk"), tmp_path / "c.tsv") == plain


def test_files_of_coding_sequences_add_up(root, folder, tmp_path):
    genes = (folder / "cds.fasta").read_text().split(">")[1:]
    (tmp_path / "one.fasta").write_text("".join(f">{gene}" for gene in genes[:5]))
    (tmp_path / "two.fasta.gz").write_bytes(gzipped("".join(f">{gene}" for gene in genes[5:]).encode()))
    both = ranked(root, [tmp_path / "one.fasta", tmp_path / "two.fasta.gz"], tmp_path / "b.tsv")
    assert both == ranked(root, folder / "cds.fasta", tmp_path / "a.tsv")


def test_a_sequence_that_stands_twice_counts_once(root, folder, tmp_path):
    """A model of the other genes would have seen it, and known models seem the farther."""
    again = "".join(f">copy_{gene}" for gene in (folder / "cds.fasta").read_text().lower().split(">")[1:])
    (tmp_path / "again.fasta").write_text(again)
    query = [folder / "cds.fasta", tmp_path / "again.fasta"]
    assert ranked(root, query, tmp_path / "b.tsv") == ranked(root, folder / "cds.fasta", tmp_path / "a.tsv")
    dropped = (tmp_path / "b.tsv.dropped.tsv").read_text()
    assert dropped.count("\tgene\trecord ") == 12
    assert "the sequence of record 12, letter by letter" in dropped


def test_where_most_sequences_are_no_genes_it_is_said(root, folder, tmp_path):
    genes = [record.seq for record in SeqIO.parse(folder / "cds.fasta", "fasta")]
    turned = [*genes[:3], *(gene.reverse_complement() for gene in genes[3:])]
    (tmp_path / "q.fasta").write_text("".join(f">{i}\n{gene}\n" for i, gene in enumerate(turned)))
    with pytest.warns(
        InputWarning, match=r"8 of 12 sequences that cannot be genes \('record 5: an in-frame stop"
    ):
        ranked(root, tmp_path / "q.fasta", tmp_path / "out.tsv")


def test_transcripts_left_out_are_told_by_name(root, folder, tmp_path):
    lines = (folder / "genes.gff3").read_text().splitlines()
    fields = lines[1].split("\t")
    cut = [*fields[:4], str(int(fields[4]) - 31), *fields[5:8], "Parent=cut"]
    (tmp_path / "more.gff3").write_text("\n".join([*lines, "\t".join(cut)]) + "\n")
    query = [folder / "genome.fasta", tmp_path / "more.gff3"]
    models = [root / "examples" / "gene-models" / "augustus" / "fly"]
    rank_models(models=models, query=query, out=tmp_path / "out.tsv", dropped=tmp_path / "lost.tsv")
    with (tmp_path / "lost.tsv").open() as handle:
        (row,) = csv.DictReader(handle, delimiter="\t")
    assert row["name"] == "cut"
    assert "no whole number of codons" in row["reason"]
    assert row["source"] == ", ".join(map(str, query))


def test_an_annotation_without_its_genome_is_refused(root, folder, tmp_path):
    with pytest.raises(InputError) as caught:
        ranked(root, folder / "genes.gff3", tmp_path / "out.tsv")
    assert "a FASTA file of the genome beside it" in str(caught.value)
    assert not (tmp_path / "out.tsv").exists()


def test_from_the_command_line(root, folder, tmp_path):
    query = ["--query", str(folder / "genes.gff3"), "--query", str(folder / "genome.fasta")]
    models = str(root / "examples" / "gene-models" / "augustus")
    cli.main(["nearest", models, *query, "--out", str(tmp_path / "out.tsv")])
    assert (tmp_path / "out.tsv").read_text().splitlines()[1].split("\t")[2] == "caenorhabditis"


@pytest.fixture
def busco(folder, tmp_path):
    """Two runs of BUSCO below one folder, of twelve and of four genes."""
    genes = (folder / "cds.fasta").read_text().split(">")[1:]
    for run, of_run in (("run_nematoda_odb10", genes), ("run_eukaryota_odb10", genes[:4])):
        single = tmp_path / "busco" / run / "busco_sequences" / "single_copy_busco_sequences"
        single.mkdir(parents=True)
        for i, gene in enumerate(of_run):
            (single / f"{i:02d}at6231.fna").write_text(f">{gene}")
            (single / f"{i:02d}at6231.faa").write_text(">protein\nMA\n")
    return tmp_path / "busco"


def test_the_folder_of_a_busco_run(root, folder, busco, tmp_path):
    with pytest.warns(InputNote, match="2 BUSCO runs; the 12 genes of run_nematoda_odb10"):
        found = ranked(root, busco, tmp_path / "a.tsv")
    assert found == ranked(root, folder / "cds.fasta", tmp_path / "b.tsv")
    assert found == ranked(root, busco / "run_nematoda_odb10", tmp_path / "c.tsv")


def test_a_busco_run_of_annotations_takes_the_genome_beside_it(root, folder, busco, tmp_path):
    single = busco / "run_eukaryota_odb10/busco_sequences/single_copy_busco_sequences"
    lines = (folder / "genes.gff3").read_text().splitlines()[1:]
    for i, line in enumerate(lines):
        (single / f"{i:02d}at2759.gff").write_text(f"{line}\n")
    for file in single.glob("*.fna"):
        file.unlink()
    query = [single, folder / "genome.fasta"]
    assert ranked(root, query, tmp_path / "a.tsv") == ranked(root, folder / "cds.fasta", tmp_path / "b.tsv")
    for file in single.glob("*.gff"):
        file.unlink()
    with pytest.raises(InputError, match=r"no coding sequence and no annotation of a gene.*genome mode"):
        ranked(root, query, tmp_path / "c.tsv")
