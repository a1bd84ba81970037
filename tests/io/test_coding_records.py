"""Headers of coding sequences name genes and pseudogenes; the longest record of each gene is taken."""

import pytest

from klbio.io.sequences.coding_records import read
from klbio.models.training.coding_record import CodingRecord, longest_records


@pytest.mark.parametrize(
    ("header", "gene", "pseudo"),
    [
        ("T1.1 cds chromosome:A:1:1:9:1 gene:G1.2 gene_biotype:protein_coding", "G1.2", False),
        ("T1.1 cds chromosome:A:1:1:9:1 gene:G1.2 gene_biotype:polymorphic_pseudogene", "G1.2", True),
        ("lcl|NC_1_cds_X_1 [gene=abc] [locus_tag=b0001] [protein_id=X]", "b0001", False),
        ("lcl|NC_1_cds_X_1 [gene=abc] [db_xref=CCDS:1.1,GeneID:79] [protein_id=X]", "GeneID:79", False),
        ("lcl|NC_1_cds_1 [gene=abc] [pseudo=true]", "abc", True),
        ("AX1.1 pacid=1 polypeptide=AX1.1.p locus=AX1 ID=AX1.1.v1", "AX1", False),
        ("g12.t3", "g12", False),
        ("FUN_000001-T2 FUN_000001", "FUN_000001", False),
        ("contig_1.2 some gene: unknown", "", False),
        ("", "", False),
    ],
)
def test_headers(tmp_path, header, gene, pseudo):
    (tmp_path / "cds.fasta").write_text(f">{header}\nATGAAA\n")
    (record,) = read(tmp_path / "cds.fasta")
    assert (record.gene, record.pseudo) == (gene, pseudo)
    assert record.name == (header.split() or [""])[0]


def test_the_longest_good_record_of_a_gene_is_taken():
    def record(name, n_codons, gene="", *, stop=b"", pseudo=False):
        return CodingRecord(name, b"ATG" + stop + n_codons * b"GCA", gene, pseudo)

    records = [
        record("short", 30, "g"), record("long", 40, "g"), record("as long", 40, "g"),
        record("stopped", 50, "g", stop=b"TAA"), record("pseudo", 60, "g", pseudo=True),
        record("one", 30), record("two", 30),
    ]  # fmt: skip
    chosen, refused = longest_records(records)
    assert [one.name for one in chosen] == ["long", "one", "two"]
    told = {one.name: one.reason for one in refused}
    assert told["short"] == told["as long"]
    assert told["short"].startswith("another transcript of gene 'g'")
    assert told["stopped"] == "an in-frame stop codon before the end"
    assert told["pseudo"] == "a pseudogene"
