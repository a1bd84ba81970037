"""Sheets of samples and of models, and taxonomies."""

from __future__ import annotations

from tests.faults.case import LINEAGES, SHEET, SHIFT, Case

SAMPLES = [
    Case(f"sheet: {name}", ["s.tsv", *says], {"s.tsv": text}, mended={"s.tsv": SHEET})
    for name, says, text in (
        ("no column subject", ["subject"], SHEET.replace("subject", "nobody")),
        ("no column sample", ["sample"], SHEET.replace("sample", "library_prep")),
        ("a column twice", ["time"], SHEET.replace("phase\ttime", "phase\ttime\ttime")),
        ("a sample twice", ["'s1'"], SHEET.replace("s2\tX", "s1\tX")),
        ("an empty subject", ["line 3", "subject"], SHEET.replace("s2\tX", "s2\t")),
        ("a word for a time", ["line 3", "noon"], SHEET.replace("after\t1", "after\tnoon", 1)),
        ("an underscore in a time", ["line 3", "1_0"], SHEET.replace("after\t1", "after\t1_0", 1)),
        ("Arabic digits in a time", ["line 3"], SHEET.replace("after\t1", "after\t١", 1)),
        ("a time without end", ["line 3", "inf"], SHEET.replace("after\t1", "after\tinf", 1)),
        ("a row too long", ["line 3"], SHEET.replace("after\t1", "after\t1\t2\t3", 1)),
        ("two samples of one moment", ["line 6"], SHEET + "s5\tX\tbefore\t0\n"),
        ("other phases", ["before"], SHEET.replace("before", "early").replace("after", "late")),
        ("nobody with both phases", ["subject"], SHEET.replace("s2\tX", "s2\tZ").replace("s4\tY", "s4\tQ")),
        ("a header and no row", ["s.tsv"], "sample\tsubject\tphase\n"),
        ("one cell", ["s.tsv"], "sample\n"),
        ("commas in the header and tabs below", ["line 2", "rows with tabs"], SHEET.replace("\t", ",", 3)),
        ("no phase in any row", ["phase"], SHEET.replace("before", "").replace("after", "")),
        ("a name of a hundred thousand letters", ["line 3"], SHEET.replace("after\t1", f"after\t{'9' * 400}x", 1)),
        ("quotes that do not close", ["s.tsv"], '"sample,subject,phase\ns1,X,before\n'),
        ("a header of ten thousand columns", ["subject"], "\t".join(f"c{k}" for k in range(10_000)) + "\nx\n"),
        ("a million bad times", ["time"], "sample\tsubject\tphase\ttime\n"
         + "".join(f"s{k}\tX{k}\tbefore\tnoon\n" for k in range(30_000))),
        ("a million short lines", ["1,000,000"], "sample\tsubject\tphase\n" + "ab\n" * 1_200_000),
    )
]  # fmt: skip
PHASES = [
    Case("sheet: a phase against itself", ["both sides"], {}, (*SHIFT, "--after", "before")),
    Case("sheet: a phase that is not there", ["'post'"], {}, (*SHIFT, "--after", "post")),
    Case("sheet: a control that is not there", ["'placebo'"], {}, (*SHIFT, "--control", "placebo")),
]
TAXONOMIES = [
    Case(f"taxonomy: {name}", ["x.tsv", *says], {"x.tsv": text}, mended={"x.tsv": LINEAGES})
    for name, says, text in (
        ("a taxon twice", ["'A'"], LINEAGES + "A\tP\tK\n"),
        ("a taxon missing", ["'B'"], LINEAGES.replace("B\tP\tH\n", "")),
        ("a rank twice", ["x.tsv"], LINEAGES.replace("phylum", "genus")),
        ("a row too long", ["line 2"], LINEAGES.replace("A\tP\tG", "A\tP\tG\tH\tI")),
        ("no lineage at all", ["x.tsv"], "id\nA\nB\n"),
    )
]
RANK = [
    Case("taxonomy: a rank it has not", ["species"], {}, (*SHIFT, "--rank", "species")),
    Case("taxonomy: a rank that is none", ["clan"], {}, (*SHIFT, "--rank", "clan")),
]
CASES = [*SAMPLES, *PHASES, *TAXONOMIES, *RANK]
