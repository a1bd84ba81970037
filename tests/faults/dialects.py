"""Tables of counts and lineages as other programs write them as text."""

from __future__ import annotations

import re

from tests.faults.case import LINEAGES, TABLE, TREE, Case
from tests.packing import gzipped

CSV, SEMICOLONS, MAC = TABLE.replace("\t", ","), TABLE.replace("\t", ";"), TABLE.replace("\n", "\r")
UTF16 = TABLE.encode("utf-16")
R = "s1\ts2\ts3\ts4\nA\t90\t10\t80\t20\nB\t10\t90\t20\t80\n"  # of write.table: no corner
MATRIX = ("matrix", "t.tsv", "--out", "out.tsv")
TABLES = [
    Case(f"text: {name}", ["t.tsv", *says], {"t.tsv": text}, MATRIX, mended={"t.tsv": sound})
    for name, says, text, sound in (
        ("commas and a word", ["line 2", "'many'"], CSV.replace("80,20", "80,many"), CSV),
        ("a comma in a name", ["line 2", "6 fields"], CSV.replace("A,", "A, and B,"), CSV),
        ("a quote that does not close", ["do not pair"], CSV.replace("A,", '"A,'), CSV),
        ("a decimal comma", ["line 2", "'20,5'"], SEMICOLONS.replace("80;20", "80;20,5"), SEMICOLONS),
        ("points between thousands", ["'1.020,5'"], SEMICOLONS.replace("80;20", "80;1.020,5"), SEMICOLONS),
        ("commas between thousands", ["'1,020'", "1234"], TABLE.replace("80\t20", "80\t1,020"), TABLE),
        ("blanks between thousands", ["'1 020'", "1234"], TABLE.replace("80\t20", "80\t1 020"), TABLE),
        ("tabs and commas", ["line 2", "3 fields"], TABLE.replace("A\t90\t10", "A,90,10"), TABLE),
        ("numbers wrapped for Excel", ["bare"], re.sub(r"\t(\d+)", r'\t="\1"', TABLE), TABLE),
        ("a tree", ["Newick"], TREE, TABLE),
        ("reads", ["FASTQ"], "@r\nACGT\n+\nIIII\n", TABLE),
        ("reads left at each step of DADA2", ["each step"],
         '"","input","filtered","denoised","merged","nonchim"\n"s1",9,8,7,6,5\n"s2",8,7,6,5,4\n', TABLE),
        ("an archive in gzip", ["tar"], gzipped(bytes(257) + b"ustar" + bytes(762)), TABLE),
        ("HDF5 in gzip", ["gunzip"], gzipped(b"\x89HDF\r\n\x1a\n" + bytes(99)), TABLE),
        ("HDF5 after a transfer of text", ["binary mode"], b"\x89HDF\n\x1a\n" + bytes(99), TABLE),
        ("percent signs", ["line 2", "'80%'"], TABLE.replace("80\t20", "80%\t20%"), TABLE),
        ("half a letter of UTF-16", ["UTF-8"], UTF16[:-1], UTF16),
        ("UTF-16 and a word", ["line 2", "'many'"], TABLE.replace("80\t20", "80\tmany").encode("utf-16"), UTF16),
        ("UTF-32 and a word", ["line 2", "'many'"], TABLE.replace("80\t20", "80\tmany").encode("utf-32"), TABLE),
        ("Latin-1", ["line 2", "UTF-8"], TABLE.replace("A\t", "é\t").encode("latin-1"), TABLE),
        ("a NUL in a name", ["t.tsv", "NUL"], TABLE.replace("A", "A\0"), TABLE),
        ("line ends of old and a word", ["line 2", "'many'"], MAC.replace("80\t20", "80\tmany"), MAC),
        ("R: a row too long", ["line 2"], R.replace("20\n", "20\t1\n"), R),
        ("two names that differ by a blank", ["'s1'"], TABLE.replace("s2", "s1 "), TABLE),
        ("a header again and again", ["line 2", "second header"], TABLE.splitlines(True)[0] * 3 + TABLE, TABLE),
    )
]  # fmt: skip

CONVERT = ("convert", "t.tsv", "out.biom", "--taxonomy", "x.tsv")
QIIME = "Feature ID\tTaxon\tConfidence\nA\tk__Bacteria; p__P; c__C\t0.97\nB\tk__Bacteria; p__P; c__D\t1\n"
MOTHUR = "OTU\tSize\tTaxonomy\n" + "".join(
    f"{name}\t97\tBacteria(100);P(99);C(98);O(97);F(96);{genus}(95);\n"
    for name, genus in (("A", "G"), ("B", "H"))
)
SINTAX = "".join(f"{name}\td:Bacteria(1.00),p:P(0.93),c:C(0.5)\t+\td:Bacteria,p:P\n" for name in "AB")
DADA2 = '"","Kingdom","Phylum","Genus"\n"A","Bacteria","P",NA\n"B","Bacteria","P","H"\n'
ORDER = "from the highest down"
LINES = [
    Case(f"taxonomy: {name}", ["x.tsv", *says], {"x.tsv": text}, CONVERT, mended={"x.tsv": sound})
    for name, says, text, sound in (
        ("QIIME 2: a taxon twice", ["line 4", "in line 2"], QIIME + "A\tk__X\t1\n", QIIME),
        ("QIIME 2: a rank twice", ["line 2", ORDER], QIIME.replace("p__P; c__C", "p__P; p__C"), QIIME),
        ("QIIME 2: ranks out of order", ["line 2", ORDER], QIIME.replace("p__P; c__C", "c__C; p__P"), QIIME),
        ("QIIME 2: a taxon missing", ["'B'"], QIIME.rsplit("B\t", 1)[0], QIIME),
        ("QIIME 2: a row too long", ["line 2"], QIIME.replace("0.97", "0.97\t1\t1"), QIIME),
        ("mothur: a taxon twice", ["line 4", "in line 2"], MOTHUR + MOTHUR.splitlines(True)[1], MOTHUR),
        ("mothur: a taxon missing", ["'B'"], MOTHUR.rsplit("B\t", 1)[0], MOTHUR),
        ("SINTAX: a taxon missing", ["'B'"], SINTAX.splitlines(True)[0], SINTAX),
        ("SINTAX: a taxon twice", ["'A'"], SINTAX + SINTAX.splitlines(True)[0], SINTAX),
        ("QIIME 2: another sign in one row", ["line 2", "within a name"],
         QIIME.replace("k__Bacteria; p__P; c__C", "k__Bacteria|p__P|c__C"), QIIME),
        ("DADA2: a row too long", ["line 3", "6 fields"], DADA2.replace('"P","H"', '"P","H","x","y"'), DADA2),
        ("DADA2: a taxon twice", ["line 4", "in line 2"], DADA2 + DADA2.splitlines(True)[1], DADA2),
        ("a tree", ["line 1"], TREE, LINEAGES),
    )
]  # fmt: skip
MANY = range(4000)
OTHERS = [
    Case(
        "taxonomy: four thousand other names", ["x.tsv", "4000 of 4000", "the taxonomy of the table?"],
        {"t.tsv": "taxon\ts1\ts2\n" + "".join(f"ASV{i}\t{i % 7}\t3\n" for i in MANY),
         "x.tsv": "id\tgenus\n" + "".join(f"OTU_{i}b\tG{i}\n" for i in MANY)},
        CONVERT,
    ),
]  # fmt: skip
CASES = [*TABLES, *LINES, *OTHERS]
