"""Annotated sequences to a model on disk: FASTA with GFF3, GenBank and coding sequences give the same."""

import csv
import json

import numpy as np
import pytest
from Bio import SeqIO
from Bio.Seq import Seq
from Bio.SeqFeature import BeforePosition, CompoundLocation, SeqFeature, SimpleLocation
from Bio.SeqRecord import SeqRecord

from klbio import cli
from klbio.alphabets import CODONS
from klbio.errors import InputError
from klbio.io import read_models
from klbio.io.models import emissions
from klbio.models.markov.genetic_code import genetic_code
from klbio.steps.query_genes import read_genes
from klbio.steps.train import train_model
from tests.models.test_train_gene_model import simulated


def rows(path):
    with path.open() as handle:
        return list(csv.DictReader(handle, delimiter="\t"))


@pytest.fixture(scope="module")
def annotated():
    return simulated(n_genes=20)[0]


@pytest.fixture(scope="module")
def folder(annotated, tmp_path_factory):
    """The same twenty genes as FASTA with GFF3, as GFF3 alone, as GenBank, and as coding sequences."""
    folder = tmp_path_factory.mktemp("genome")
    sequence = annotated.sequence.decode()
    (folder / "genome.fasta").write_text(f">chr1 toy\n{sequence}\n>chr2\n{sequence[:500]}\n")
    lines, features = ["##gff-version 3"], []
    for one in annotated.transcripts:
        start, end = one.span
        sign = "+" if one.strand == 1 else "-"
        lines.append(f"chr1\ttoy\tgene\t{start + 1}\t{end}\t.\t{sign}\t.\tID={one.gene}")
        done = 0
        for part in one.ordered:
            text = f"{part.start + 1}\t{part.end}\t.\t{sign}\t{-done % 3}\tParent={one.gene}"
            lines.append(f"chr1\ttoy\tCDS\t{text}")
            done += part.end - part.start
        parts = [SimpleLocation(part.start, part.end, strand=part.strand) for part in one.ordered]
        features.append(
            SeqFeature(SimpleLocation(start, end, strand=one.strand), "gene", qualifiers={"gene": [one.gene]})
        )
        features.append(SeqFeature(CompoundLocation(parts), "CDS", qualifiers={"gene": [one.gene]}))
    (folder / "genes.gff3").write_text("\n".join(lines) + "\n")
    (folder / "whole.gff3").write_text("\n".join([*lines, "##FASTA", ">chr1", sequence, ""]))
    record = SeqRecord(Seq(sequence), "chr1", annotations={"molecule_type": "DNA"}, features=features)
    SeqIO.write(record, folder / "genome.gbff", "genbank")
    SeqIO.write(record, folder / "genome.embl", "embl")
    genes = [one.coding_sequence(annotated.sequence).decode() for one in annotated.transcripts]
    (folder / "cds.fasta").write_text("".join(f">{i}\n{gene}\n" for i, gene in enumerate(genes)))
    return folder


def trained(folder, tmp_path, *names, **more):
    train_model(annotated=[folder / name for name in names], out=tmp_path / "toy.json", order=2, **more)
    (model,) = read_models(tmp_path / "toy.json")
    return model


def test_gff3_with_fasta_gff3_alone_genbank_and_embl_are_one(folder, tmp_path):
    first = trained(folder, tmp_path, "genome.fasta", "genes.gff3")
    assert list(first.components) == ["coding", "intron", "intergenic"]
    assert set(first.sites) == {"donor GT", "acceptor AG", "start ATG", "stop TAA"}
    assert first.coding.n_counts == 20 * (3 * 301 - 2)
    kept = (tmp_path / "toy.json").read_bytes()
    for names in (("whole.gff3",), ("genome.gbff",), ("genome.embl",), ("genes.gff3", "genome.fasta")):
        trained(folder, tmp_path, *names)
        assert (tmp_path / "toy.json").read_bytes() == kept, names


def test_coding_sequences_alone_give_the_same_coding_model(folder, tmp_path):
    whole = trained(folder, tmp_path, "genome.gbff")
    bare = trained(folder, tmp_path, "cds.fasta", name="bare")
    assert (bare.name, list(bare.components), dict(bare.sites)) == ("bare", ["coding"], {})
    assert np.array_equal(bare.coding.probabilities, whole.coding.probabilities)


def test_the_bases_of_training_come_back_from_json_and_tsv(folder, tmp_path):
    train_model(annotated=[folder / "genome.gbff"], out=tmp_path / "toy.tsv", order=2)
    (tsv,), json_ = read_models(tmp_path / "toy.tsv"), trained(folder, tmp_path, "genome.gbff")
    told = json.loads((tmp_path / "toy.json").read_text())["training_bases"]["toy"]
    for part, model in json_.components.items():
        assert model.n_counts == tsv.components[part].n_counts == told[part]
        assert np.array_equal(model.probabilities, tsv.components[part].probabilities)


def test_codon_usage(folder, tmp_path, annotated):
    trained(folder, tmp_path, "cds.fasta")
    table = {row["codon"]: row for row in rows(tmp_path / "toy.json.codons.tsv")}
    assert len(table) == 61
    genes = [one.coding_sequence(annotated.sequence).decode()[:-3] for one in annotated.transcripts]
    codons = [gene[i : i + 3] for gene in genes for i in range(0, len(gene), 3)]
    assert int(table["GAA"]["count"]) == codons.count("GAA")
    n_glu = codons.count("GAA") + codons.count("GAG")
    assert float(table["GAA"]["share_of_amino_acid"]) == pytest.approx(codons.count("GAA") / n_glu)
    assert float(table["GAA"]["per_thousand"]) == pytest.approx(1000 * codons.count("GAA") / len(codons))
    assert table["GAA"]["amino_acid"] == "E"


def test_what_is_left_out_stands_in_the_table_of_the_dropped(folder, tmp_path):
    lines = (folder / "genes.gff3").read_text().splitlines()
    fields = lines[2].replace("\t0\tParent", "\t1\tParent").split("\t")  # the next segments disagree
    lines[2] = "\t".join([*fields[:3], str(int(fields[3]) + 3), *fields[4:]])  # and it has no start codon
    lines += [
        "chr1\ttoy\tCDS\t10\t99999999\t.\t+\t0\tParent=far", "chr3\ttoy\tCDS\t1\t90\t.\t+\t0\tParent=lost",
        "chr1\ttoy\tCDS\t1\t91\t.\t+\t0\tParent=odd",
    ]  # fmt: skip
    (tmp_path / "bad.gff3").write_text("\n".join(lines) + "\n")
    train_model(
        annotated=[folder / "genome.fasta", tmp_path / "bad.gff3"], out=tmp_path / "toy.json", order=2
    )
    told = {row["name"]: row["reason"] for row in rows(tmp_path / "toy.json.dropped.tsv")}
    assert set(told) == {"g0", "far", "lost", "odd"}
    assert told["g0"].startswith("phase 1 of the coding segment")
    assert told["g0"].endswith("(line 3)")
    assert "of a sequence of" in told["far"]
    assert told["lost"].startswith("sequence 'chr3' is in no FASTA file")
    assert told["odd"].startswith("91 bases, no whole number of codons")
    findings = [row["finding"] for row in rows(tmp_path / "toy.json.findings.tsv")]
    assert any("4 transcripts or genes were left out" in text for text in findings)


def test_genbank_tells_partial_genes_pseudogenes_and_codes(folder, tmp_path, annotated):
    record = SeqIO.read(folder / "genome.gbff", "genbank")
    coding = [one for one in record.features if one.type == "CDS"]
    coding[0].qualifiers["pseudo"] = [""]
    coding[3].qualifiers["ribosomal_slippage"] = [""]
    coding[4].qualifiers["trans_splicing"] = [""]
    coding[5].qualifiers["transl_except"] = ["(pos:1..3,aa:Met)", "(pos:31..33,aa:Sec)"]
    coding[1].qualifiers["transl_table"] = ["4"]
    part = annotated.transcripts[2].ordered[0]
    coding[2].location = SimpleLocation(BeforePosition(part.start + 4), part.end - 2, strand=1)
    coding[2].qualifiers["codon_start"] = ["3"]
    SeqIO.write(record, tmp_path / "changed.gbff", "genbank")
    model = trained(tmp_path, tmp_path, "changed.gbff")
    told = {row["name"]: row["reason"] for row in rows(tmp_path / "toy.json.dropped.tsv")}
    assert {name: reason.split(":")[0] for name, reason in told.items() if name != "g1"} == {
        "g0": "a pseudogene", "g3": "ribosomal slippage", "g4": "trans-spliced", "g5": "selenocysteine"
    }  # fmt: skip
    assert told["g1"].startswith("genetic code 4")
    assert model.coding.n_counts == 14 * (3 * 301 - 2) + 192 - 2  # the partial gene: 194 bases, phase 2


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["genes.gff3"], ["genes.gff3", "a FASTA file of the genome beside it"]),
        (["cds.fasta", "genes.gff3"], ["genes on 'chr1'", "the same names in both"]),
        (["genome.fasta"], ["no gene to learn from"]),
        (["nowhere"], ["no such file", "GenBank (LOCUS ...), EMBL (ID ... BP.), GFF3"]),
    ],
)
def test_refusals(folder, tmp_path, names, words):
    with pytest.raises(InputError) as caught:
        train_model(annotated=[folder / name for name in names], out=tmp_path / "toy.json", order=2)
    assert all(word in str(caught.value) for word in words)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: text[: len(text) // 2], ["Premature end"]),
        (lambda text: text.split("ORIGIN\n")[0] + "ORIGIN\n//\n", ["without its sequence"]),
        (lambda text: text.replace("join(301", "join(abc", 1), ["location"]),
        (lambda text: "LOCUS       x\n", ["GenBank records"]),
    ],
)  # fmt: skip
def test_broken_genbank(folder, tmp_path, change, words):
    (tmp_path / "bad.gbff").write_text(change((folder / "genome.gbff").read_text()))
    with pytest.raises(InputError) as caught:
        train_model(annotated=[tmp_path / "bad.gbff"], out=tmp_path / "toy.json", order=2)
    assert all(word in str(caught.value) for word in ["bad.gbff", *words])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: text[: len(text) // 2], "Premature end"),
        (lambda text: text.replace("join(301", "join(abc", 1), "location"),
        (lambda text: text.replace(" BP.", " AA.", 1), "none of these"),  # a protein, as Swiss-Prot has them
    ],
)  # fmt: skip
def test_broken_embl(folder, tmp_path, change, words):
    (tmp_path / "bad.embl").write_text(change((folder / "genome.embl").read_text()))
    with pytest.raises(InputError, match=words):
        train_model(annotated=[tmp_path / "bad.embl"], out=tmp_path / "toy.json", order=2)


def test_a_record_without_end_is_refused(folder, tmp_path, monkeypatch):
    monkeypatch.setattr("klbio.io.sequences.records.MAX_RECORD", 10_000)
    with pytest.raises(InputError, match="a record of more than 10,000 bytes"):
        train_model(annotated=[folder / "genome.gbff"], out=tmp_path / "toy.json", order=2)


def test_a_trained_model_goes_into_the_other_commands(root, tmp_path, monkeypatch):
    monkeypatch.chdir(root)
    mine = str(tmp_path / "mine.json")
    cli.main(
        [
            "train",
            "examples/cds/fly-like.fasta",
            "--order",
            "3",
            "--smoothing",
            "dirichlet(weight=4)",
            "--out",
            mine,
        ]
    )
    cli.main(
        ["nearest", "examples/gene-models/augustus", "--query", mine, "--out", str(tmp_path / "near.tsv")]
    )
    assert rows(tmp_path / "near.tsv")[0]["model"] == "fly"
    with pytest.raises(SystemExit):
        cli.main(["train", "examples/cds/fly-like.fasta", "--smoothing", "magic", "--out", mine])


def coded(folder, number, n=12):
    """Write genes under a genetic code; each holds every codon that is a stop only elsewhere."""
    code = genetic_code(number)
    rng = np.random.default_rng(number)
    sense = [codon for codon, acid in zip(CODONS.symbols, code.acids, strict=True) if acid != "*"]
    genes = ["ATG" + "".join(rng.choice(sense, 400)) + code.endings[0] for _ in range(n)]
    path = folder / f"code{number}.fasta"
    path.write_text("".join(f">{i}\n{gene}\n" for i, gene in enumerate(genes)))
    return path


@pytest.mark.parametrize(
    ("number", "asked", "severity"),
    [(1, None, ""), (2, None, "warning"), (4, None, "warning"), (6, None, "warning"), (6, 6, "note"),
     (12, 12, "note"), (26, 26, "note")],
)  # fmt: skip
def test_genes_of_any_genetic_code(tmp_path, number, asked, severity):
    path, out = coded(tmp_path, number), tmp_path / "model.json"
    ending = train_model(annotated=[path], out=out, order=2, genetic_code=asked)
    (model,) = read_models(out)
    assert (model.coding.genetic_code, rows(tmp_path / "model.json.dropped.tsv")) == (number, [])
    first = rows(tmp_path / "model.json.findings.tsv")[0]
    assert (first["severity"] if f"genetic code {number} (" in first["finding"] else "") == severity
    assert ("--genetic-code decides" in ending.answer) == (severity == "warning")
    usage = {row["codon"]: row["amino_acid"] for row in rows(tmp_path / "model.json.codons.tsv")}
    code = genetic_code(number)
    known = dict(zip(CODONS.symbols, code.acids, strict=True))
    assert usage == {codon: acid for codon, acid in known.items() if acid != "*"}
    query = read_genes([path], asked).value
    assert (len(query.sequences), query.genetic_code) == (12, number)
    tsv = tmp_path / "model.tsv"
    emissions.write([model], tsv)
    assert read_models(tsv)[0].coding.genetic_code == number


def annotated_genes(folder, number, codes):
    """Write a genome and GFF3 of genes of a code, each annotated with one of `codes` (nothing for 0)."""
    genes = [read.split("\n")[1] for read in coded(folder, number).read_text().split(">")[1:]]
    where = [
        (f"c{i}", gene, f";transl_table={code}" if code else "")
        for i, (gene, code) in enumerate(zip(genes, codes, strict=True))
    ]
    genome, annotation = folder / "genome.fasta", folder / "genes.gff3"
    genome.write_text("".join(f">{name}\n{gene}\n" for name, gene, _ in where))
    annotation.write_text("".join(
        f"{name}\ttoy\tCDS\t1\t{len(gene)}\t.\t+\t0\tID={name}{code}\n" for name, gene, code in where
    ))  # fmt: skip
    return [genome, annotation]


@pytest.mark.parametrize(
    ("codes", "asked", "n_genes", "said"),
    [
        (12 * [11], 4, 12, "genetic code 4, as --genetic-code asks, though 12 transcripts are annotated with code 11"),
        (12 * [6], 4, 12, "genetic code 4, as --genetic-code asks, though 12 transcripts are annotated with code 6"),
        (12 * [11], None, 12, "genetic code 4 ("),  # guessed, though annotated as of bacteria
        (8 * [0] + 4 * [2], 4, 8, "genetic code 4 ("),  # a mitochondrion stays out
    ],
)  # fmt: skip
def test_the_code_that_is_asked_for_wins_over_a_wrong_annotation(tmp_path, codes, asked, n_genes, said):
    given, out = annotated_genes(tmp_path, 4, codes), tmp_path / "model.json"
    train_model(annotated=given, out=out, order=2, genetic_code=asked)
    (model,) = read_models(out)
    assert (model.coding.genetic_code, 12 - len(rows(tmp_path / "model.json.dropped.tsv"))) == (4, n_genes)
    assert rows(tmp_path / "model.json.findings.tsv")[0]["finding"].startswith(said)
    query = read_genes(given, asked).value
    assert (len(query.sequences), query.genetic_code) == (n_genes, 4)
    assert query.code_finding.startswith(said) or (asked and n_genes == 8)


def test_the_annotations_code_is_taken_and_a_mitochondrion_left_out(tmp_path):
    genome, annotation = annotated_genes(tmp_path, 4, 8 * [4] + 4 * [2])
    out = tmp_path / "model.json"
    train_model(annotated=[genome, annotation], out=out, order=2)
    assert read_models(out)[0].coding.genetic_code == 4
    assert (
        rows(tmp_path / "model.json.findings.tsv")[0]["finding"] == "genetic code 4, as the annotation has it"
    )
    reasons = {row["reason"] for row in rows(tmp_path / "model.json.dropped.tsv")}
    assert {reason.split(" (")[0] for reason in reasons} == {
        "genetic code 2, where the other genes are read under 4"
    }
