"""What a file is that no reader takes, and how to make a table of it that one does."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from itertools import islice

from klbio.io.source import Source

__all__ = ["foreign"]

LOOKED_AT = 4096  # bytes
FILES = 5  # of a folder that are looked at
R = "In R: write.csv(as.data.frame(table), 'table.csv'), of the table of counts (phyloseq: otu_table(ps))."
AS_TEXT = "Open it in the program that made it and save the sheet as text between tabs, or as CSV."
PANDAS = "In Python: pandas.read_json(path).to_csv('table.tsv', sep='\t', index=False), with a row per taxon."
MARKDOWN = "Take away the line of dashes and the outer bars, and put tabs for the others."
SINGLEM = "Give the profile that `singlem pipe -p profile.tsv` or `singlem condense` makes of it."
MEGAN = "In MEGAN: File, Export, Text (CSV) Format, taxonPath_to_count, separated by tabs."
TREE = "A tree is given with --tree, as Newick; give the table of counts here."
KREPORT = "Make reports as of Kraken with centrifuge-kreport, and give their folder."

# what a file begins with, what it is, and what to do about it
KINDS = tuple(
    (re.compile(pattern, re.IGNORECASE | re.DOTALL), found, remedy)
    for pattern, found, remedy in (
        (rb"\s*(\w+\s*(<-|=)\s*)?(structure|list|c|data\.frame|new)\(", "code of R (dput)", R),
        (
            rb"\s*(<!--.*?-->\s*)?<(!doctype|html|table|head|meta|\?xml)",
            "a web page (HTML) or XML, whatever its name says",
            AS_TEXT,
        ),
        (rb"@Creator\s+MEGAN", "a file of MEGAN itself", MEGAN),
        (rb"\s*\|[^\n]*\|\s*\n\s*\|[\s:|-]+\|", "a Markdown table", MARKDOWN),
        (
            rb"name\ttaxid\ttaxrank\tgenomesize\tnumreads",
            "the report of Centrifuge, of reads in several taxa",
            KREPORT,
        ),
        (
            rb"gene\tsample\tsequence\tnum_hits",
            "the OTU table of SingleM, a row per sequence of a marker",
            SINGLEM,
        ),
        (
            rb"[^\n]*\binput\b[^\n]*\bfiltered\b[^\n]*\b(denoised|merged|nonchim|non-chimeric)",
            "the numbers of reads that are left at each step of DADA2",
            "Give the table of counts (seqtab.nochim, or QIIME 2's table.qza).",
        ),
        (
            rb"@[^\n]*\n[A-Za-z.]+\r?\n\+",
            "sequence reads (FASTQ)",
            "Give the table of counts: klbio amplicons, shotgun and reads make one of reads.",
        ),
        (rb"#NEXUS", "a NEXUS file", TREE),
        (rb"\s*\([^\n]*:[^\n]*\);\s*$", "a tree (Newick)", TREE),
        (
            rb">[^\n]*\n[A-Z*.-]+\s",
            "sequences (FASTA)",
            "Give the table of counts; sequences are no part of it.",
        ),
        (rb"\s*(\[\s*[\[{]|\{\s*\")", "JSON that is no BIOM table", PANDAS),
    )
)


def foreign(source: Source) -> tuple[str, str] | None:
    """Name a file of another kind, and what to do about it; None where it may be a table as text.

    >>> from klbio.io.files import write_text
    >>> write_text("/tmp/klbio-example.html", "<html><table><tr><td>7</td></tr></table></html>")
    >>> foreign(Source("/tmp/klbio-example.html"))[0]
    'a web page (HTML) or XML, whatever its name says'
    """
    if not source.is_file:
        return next(filter(None, map(foreign, islice(source.files.values(), FILES))), None)
    start = source.unpacked_start[:LOOKED_AT].removeprefix(BOM_UTF8)
    return next(((found, remedy) for pattern, found, remedy in KINDS if pattern.match(start)), None)
