"""Files of classifiers of reads and of mothur."""

from __future__ import annotations

from tests.faults.case import SHEET, SHIFT, Case
from tests.io.test_profiles import HEAD, profile, report

MATRIX = ("matrix", "t.tsv", "--out", "out.tsv")
FOLDER = ("matrix", "f", "--out", "out.tsv")
NAMED = ("kraken", "bracken", "metaphlan", "humann", "mothur", "taxon_lines")
SHARED = "label\tGroup\tnumOtus\tOtu1\tOtu2\n0.03\td0\t2\t5\t6\n0.03\td7\t2\t1\t9\n"
COUNTS = "Representative_Sequence\ttotal\td0\td7\nM1\t7\t6\t1\nM2\t3\t1\t2\n"
PACKED = "#Compressed Format: groupIndex,abundance\n#1,d0\t2,d7\n" + COUNTS.replace(
    "6\t1", "1,6\t2,1"
).replace("1\t2\n", "1,1\t2,2\n")
BRACKEN = HEAD + "Blautia obeum\t40520\tS\t5\t2\t7\t0.7\nDorea longicatena\t88431\tS\t3\t0\t3\t0.3\n"
COMBINED = "name\ttaxonomy_id\ttaxonomy_lvl\tA.bracken_num\tA.bracken_frac\nBlautia\t4\tG\t7\t0.7\n"
HUMANN = "# Pathway\tP1_Abundance\tP2_Abundance\nUNMAPPED\t10.5\t3\nPWY-1: a\t6.5\t2\n"
KAIJU = (
    "file\tpercent\treads\ttaxon_id\ttaxon_name\nP1.out\t60\t6\t841\tRoseburia\nP2.out\t40\t4\t842\tDorea\n"
)
SINGLEM = "sample\tcoverage\ttaxonomy\nP1\t2.5\tRoot; d__Bacteria\nP2\t0.5\tRoot; d__Archaea\n"
SYLPH = "Sample_file\tGenome_file\tTaxonomic_abundance\tSequence_abundance\nP1.fq\tg1.fna\t99.5\t98\n"

OTHERS = [
    Case(f"{name}: a file of another format", ["t.tsv", "another format"], {}, (*SHIFT, "--format", name))
    for name in NAMED
]
UNRANKED = [
    Case(
        "Bracken: a vertical tab in the header", ["line 1", "no column taxonomy_lvl"],
        {"t.tsv": "name\ttaxonomy_id\ttaxonomy_lvl\vA\nBlautia\t4\tG\n"}, (*SHIFT, "--format", "bracken"),
    )
]  # fmt: skip
FILES = [
    Case(name, ["t.tsv", *says], {"t.tsv": text}, MATRIX, mended={"t.tsv": sound})
    for name, says, text, sound in (
        ("mothur: several labels", ["'0.03', '0.05'"], SHARED + "0.05\td0\t2\t11\t0\n", SHARED),
        ("mothur: a header and no row", ["no rows"], SHARED.splitlines(True)[0], SHARED),
        ("mothur: another number of OTUs", ["line 2", "numOtus"], SHARED.replace("\t2\t5", "\t3\t5"), SHARED),
        ("mothur: another total", ["line 2", "7, the sum"], COUNTS.replace("\t7\t6", "\t8\t6"), COUNTS),
        ("mothur: a row cut off", ["line 3"], SHARED[:-3], SHARED),
        ("mothur: a word for a count", ["line 2", "many"], SHARED.replace("5\t6", "5\tmany"), SHARED),
        ("mothur: a negative count", ["line 2", "-6"], SHARED.replace("5\t6", "5\t-6"), SHARED),
        ("mothur: a sample twice", ["d0"], SHARED.replace("d7", "d0"), SHARED),
        ("mothur: an OTU twice", ["Otu1"], SHARED.replace("Otu2", "Otu1"), SHARED),
        ("mothur: totals only", ["totals"], "Representative_Sequence\ttotal\nM1\t7\n", COUNTS),
        (
            "mothur: a count_table with a word",
            ["line 3", "few"],
            COUNTS.replace("1\t2\n", "few\t3\n"),
            COUNTS,
        ),
        ("mothur: a sample that is none", ["line 5", "'3,2'"], PACKED.replace("2,2", "3,2"), PACKED),
        ("mothur: a sample of 5,000 digits", ["line 5"], PACKED.replace("2,2", "9" * 5000 + ",2"), PACKED),
        ("mothur: half a pair", ["line 5"], PACKED.replace("2,2", "2"), PACKED),
        ("Bracken: a word for reads", ["line 2", "'seven'"], BRACKEN.replace("\t7\t", "\tseven\t"), BRACKEN),
        ("Bracken: half a read", ["line 2", "7.5"], BRACKEN.replace("\t7\t", "\t7.5\t"), BRACKEN),
        ("Bracken: fewer reads than none", ["line 2", "-7"], BRACKEN.replace("\t7\t", "\t-7\t"), BRACKEN),
        ("Bracken: a row cut off", ["line 3"], BRACKEN[:-6], BRACKEN),
        ("Bracken: a word for reads of a sample", ["line 2"], COMBINED.replace("\t7\t", "\tx\t"), COMBINED),
        ("Kraken: a broken line", ["line 9"], report() + "1.0\tmany\t3\tS\t5\tX\n", report()),
        (
            "Kraken: a control character in a count",
            ["line 9"],
            report() + "1.0\t3\t\x1f0\tS\t5\tX\n",
            report(),
        ),
        (
            "Kraken: a count of 5,000 digits",
            ["line 9"],
            report() + f"1.0\t{'9' * 5000}\t3\tS\t5\tX\n",
            report(),
        ),
        ("Kraken: cut off", ["line 9"], report() + " 30.00\t2", report()),
        ("MetaPhlAn: a word for a share", ["line 6"], profile().replace("90.0", "most", 1), profile()),
        ("MetaPhlAn: less than nothing", ["line 6"], profile().replace("90.0", "-90.0", 1), profile()),
        ("MetaPhlAn: a row cut off", ["line"], profile() + "k__B\n", profile()),
        ("HUMAnN: coverages", ["coverages"], HUMANN.replace("Abundance", "Coverage"), HUMANN),
        ("HUMAnN: a word for an abundance", ["line 3"], HUMANN.replace("6.5", "some"), HUMANN),
        ("HUMAnN: a pathway twice", ["PWY-1"], HUMANN + "PWY-1: a\t1\t2\n", HUMANN),
        ("Kaiju: a word for reads", ["line 3"], KAIJU.replace("40\t4", "40\tmany"), KAIJU),
        ("Kaiju: a taxon twice in a sample", ["line 4"], KAIJU + "P2.out\t40\t4\t842\tDorea\n", KAIJU),
        ("Kaiju: a row cut off", ["line 4"], KAIJU + "P2.out\t40\n", KAIJU),
        ("SingleM: a word for a coverage", ["line 2"], SINGLEM.replace("2.5", "deep"), SINGLEM),
        ("SingleM: less than nothing", ["line 2"], SINGLEM.replace("2.5", "-2.5"), SINGLEM),
        (
            "sylph: a word for an abundance",
            ["line 2"],
            SYLPH.replace("99.5", "x").replace("\t98", "\tx"),
            SYLPH,
        ),
    )
]
FOLDERS = [
    Case(f"folder: {name}", says, files, FOLDER, mended=sound)
    for name, says, files, sound in (
        ("two files of one sample", ["'A'"], {"f/A.kreport": report(), "f/A_bracken_species.kreport": report()}, None),
        ("a broken line in one of two", ["B.kreport, line 9"],
         {"f/A.kreport": report(), "f/B.kreport": report() + "cut off\n"}, {"f/B.kreport": report()}),
        ("a word for reads in one of two", ["B.bracken, line 2"],
         {"f/A.bracken": BRACKEN, "f/B.bracken": BRACKEN.replace("\t7\t", "\tx\t")}, {"f/B.bracken": BRACKEN}),
        ("an empty report beside another", ["B.kreport", "an empty file"],
         {"f/A.kreport": report(), "f/B.kreport": ""}, {"f/B.kreport": report()}),
        ("a report with blanks for tabs", ["B.kreport", "another kind"],
         {"f/A.kreport": report(), "f/B.kreport": report().replace("\t", " ")}, {"f/B.kreport": report()}),
        ("species in one file and genera in another", ["S in 'A.bracken'", "G in 'B.bracken'"],
         {"f/A.bracken": BRACKEN, "f/B.bracken": BRACKEN.replace("\tS\t", "\tG\t")}, {"f/B.bracken": BRACKEN}),
        ("no profile at all", ["f"], {"f/s.tsv": SHEET}, None),
    )
]  # fmt: skip
CASES = [*OTHERS, *UNRANKED, *FILES, *FOLDERS]
