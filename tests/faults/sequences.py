"""Reads, coding sequences and annotated genomes."""

from __future__ import annotations

from tests.faults.case import Case
from tests.packing import gzipped

READS = ("reads", "r.fastq", "--kmer", "3", "--out", "out.tsv")
SOUND = "".join(f"@r{n}\nACGTACGTAC\n+\nIIIIIIIIII\n" for n in range(40))

FASTQ = [
    Case(f"reads: {name}", ["r.fastq", *says], {"r.fastq": text}, READS, mended={"r.fastq": SOUND})
    for name, says, text in (
        ("cut inside a record", ["line"], SOUND[:-15]),
        ("a quality missing", ["line"], SOUND.replace("IIIIIIIIII", "IIIIIIIII", 1)),
        ("no plus", ["line"], SOUND.replace("+\n", "-\n", 1)),
        ("a letter that is no base", ["'!'"], SOUND.replace("ACGTACGTAC", "ACG!ACGTAC", 1)),
        ("a gap", ["'-'", "aligned"], SOUND.replace("ACGTACGTAC", "ACG-ACGTAC", 1)),
        ("protein", ["holds"], ">p\nMKVLEEFPQ\n"),
        ("a SAM file", ["begins with"], "r1\t0\tchr1\t1\t60\t10M\t*\t0\t0\tACGT\tIIII\n"),
        ("a BCL2FASTQ page", ["a page of the web"], "<html>\n"),
        ("behind a byte order mark", ["byte order mark"], "\ufeff" + SOUND),
        ("line ends of old Macs", ["old Macs"], SOUND.replace("\n", "\r")),
        ("another name behind the plus", ["line 3"], SOUND.replace("+\n", "+r1\n", 1)),
        ("numbers among the bases", ["numbers"], ">r\n1 ACGTACGTAC\n"),
        ("gzip cut short", ["truncated"], gzipped(SOUND.encode() * 50)[:-20]),
        ("gzip with bytes turned", ["gzip"], gzipped(SOUND.encode())[:30] + bytes(60)),
    )
] + [
    Case("reads: a k of 0", ["k"], {"r.fastq": SOUND}, (*READS[:3], "0", *READS[4:])),
    Case("reads: a k of 40", ["k"], {"r.fastq": SOUND}, (*READS[:3], "40", *READS[4:])),
    Case("reads: shorter than k", ["countable"], {"r.fastq": "@r\nAC\n+\nII\n"}, READS, mended={"r.fastq": SOUND}),
    Case("reads: one file twice", ["'r'"], {"r.fastq": SOUND}, ("reads", "r.fastq", *READS[1:])),
]  # fmt: skip
GENES = [
    Case(f"genes: {name}", [said], {file: text}, ("train", file, "--out", "out.json"))
    for name, file, said, text in (
        ("FASTA out of frame", "c.fasta", "8 bases", ">g\nATGAAACC\n"),
        ("nothing in a file", "a.gff3", "an empty file", "\n"),
        ("FASTA of protein", "c.fasta", "c.fasta", ">g\nMKLV\n"),
        ("GFF3 without its genome", "a.gff3", "a.gff3", "##gff-version 3\nc\tx\tCDS\t1\t9\t.\t+\t0\tID=g\n"),
        ("GenBank without a gene", "g.gb", "no gene",
         "LOCUS       X 10 bp DNA linear UNK\nORIGIN\n        1 acgtacgtac\n//\n"),
    )
]  # fmt: skip
CASES = [*FASTQ, *GENES]
