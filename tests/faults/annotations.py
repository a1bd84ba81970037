"""Annotation of genes: GFF3, GTF and GenBank."""

from __future__ import annotations

from tests.faults.case import Case

GENE = "ATG" + "GCTAAACGT" * 9 + "TAA"  # of 87 bases
GENOME = f"##FASTA\n>c1\n{GENE}ACGTACGTAC\n"
GFF3 = (
    "##gff-version 3\nc1\tx\tgene\t1\t87\t.\t+\t.\tID=g1\nc1\tx\tmRNA\t1\t87\t.\t+\t.\tID=t1;Parent=g1\n"
    "c1\tx\tCDS\t1\t87\t.\t+\t0\tID=p1;Parent=t1\n"
)
GTF = 'c1\tx\tCDS\t1\t87\t.\t+\t0\tgene_id "g1"; transcript_id "t1";\n'
FASTA = GENOME.removeprefix("##FASTA\n")
GENBANK = (
    "LOCUS       X 97 bp DNA linear UNK 01-JAN-2020\nDEFINITION  x.\nACCESSION   X\nVERSION     X.1\nFEATURES"
    '             Location/Qualifiers\n     CDS             1..87\n                     /locus_tag="a"\nORIGIN\n'
    f"        1 {GENE.lower()}acgtacgtac\n//\n"
)


def train(*files: str) -> tuple[str, ...]:
    """Give the command that trains a model."""
    return ("train", *files, "--out", "out.json")


IN_ONE = [
    Case(f"GFF3: {name}", ["a.gff3", *says], {"a.gff3": text}, train("a.gff3"), mended={"a.gff3": GFF3 + GENOME})
    for name, says, text in (
        ("eight columns", ["line 4", "8 columns"], GFF3.replace("\tID=p1;Parent=t1", "") + GENOME),
        ("blanks for tabs", ["line 5", "1 columns"], GFF3 + "c1 x CDS 1 87 . + 0 ID=p1;Parent=t1\n" + GENOME),
        ("a word for a place", ["line 4", "'one'"], GFF3.replace("CDS\t1\t", "CDS\tone\t") + GENOME),
        ("an end before its start", ["line 4", "'87' to '1'"], GFF3.replace("CDS\t1\t87", "CDS\t87\t1") + GENOME),
        ("counted from 0", ["line 4", "'0' to"], GFF3.replace("CDS\t1\t", "CDS\t0\t") + GENOME),
        ("a strand that is none", ["line 4", "'x'"], GFF3.replace("\t+\t0", "\tx\t0") + GENOME),
        ("a phase that is none", ["line 4", "'7'"], GFF3.replace("\t+\t0", "\t+\t7") + GENOME),
        ("no coding line", ["no line of type CDS"], GFF3.replace("\tCDS\t", "\texon\t") + GENOME),
        ("beyond the end of its sequence", ["t1", "97 bases"], GFF3.replace("\t87\t", "\t1500\t") + GENOME),
        ("another name of its sequence", ["c1"], GFF3 + GENOME.replace(">c1", ">chr1")),
        ("protein below ##FASTA", ["line 7"], GFF3 + "##FASTA\n>c1\nMKVLEEF\n"),
        ("no sequence", ["a.gff3"], GFF3),
    )
]  # fmt: skip
IN_TWO = [
    Case(f"GTF: {name}", ["a.gtf", *says], {"a.gtf": text, "g.fa": FASTA}, train("a.gtf", "g.fa"),
         mended={"a.gtf": GTF})
    for name, says, text in (
        ("seven columns", ["line 2", "7 columns"], GTF + "\t".join(GTF.split("\t")[:7]) + "\n"),
        ("a place that overflows", ["line 1"], GTF.replace("87", "9" * 30)),
        ("no names", ["line 2", "without a transcript"], GTF + GTF.split("gene_id")[0] + 'tag "x";\n'),
        ("no coding line", ["no line of type CDS"], GTF.replace("CDS", "exon")),
        ("another name of its sequence", ["c1"], GTF.replace("c1", "chr1")),
    )
]  # fmt: skip
GENES = [
    Case(f"GenBank: {name}", ["g.gb", *says], {"g.gb": text}, train("g.gb"), mended={"g.gb": GENBANK})
    for name, says, text in (
        (
            "a start of codons that is none",
            ["codon_start='7'"],
            GENBANK.replace('tag="a"', 'tag="a"\n                     /codon_start=7'),
        ),
        ("cut short", ["g.gb"], GENBANK[:-30]),
        ("no sequence", ["g.gb"], GENBANK.split("ORIGIN")[0] + "//\n"),
        ("no gene", ["no gene"], GENBANK.replace("     CDS ", "     misc")),
        ("parts in no known order", ["order"], GENBANK.replace("1..87", "order(1..30,40..87)")),
        ("a start that is one of two", ["one-of"], GENBANK.replace("1..87", "one-of(1,4)..87")),
        ("a place that is none", ["g.gb"], GENBANK.replace("1..87", "one..87")),
        ("a gene beyond the end", ["g.gb"], GENBANK.replace("1..87", "1..1500")),
        ("protein", ["'L'", "no genes"], GENBANK.replace("bp DNA", "aa").replace("atg", "mkl", 1)),
    )
]  # fmt: skip
CASES = [*IN_ONE, *IN_TWO, *GENES]
