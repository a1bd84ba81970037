"""Where results should go, and results that are shown."""

from __future__ import annotations

from tests.faults.case import SHIFT, Case

REPORT = ("report", "results", "--out", "report.html")
CASES = [
    Case("output: a file for the folder", ["out"], {"out": "x"}),
    Case("output: a folder for the file", ["out"], {"out/a.txt": "x"}, ("matrix", "t.tsv", "--out", "out")),
    Case("output: a file on the way", ["t.tsv"], {}, (*SHIFT[:-1], "t.tsv/out")),
    *(
        Case(f"convert: a name that ends in {ending}", [f"out{ending}", "Write one of these"], {},
             ("convert", "t.tsv", f"out{ending}"))
        for ending in (".xlsx", ".csv", ".biom.gz")
    ),
    Case("report: a table that klbio did not make", ["t.tsv", "A page is made of a folder"], {}, ("report", "t.tsv")),
    Case("report: no folder", ["results"], {}, REPORT),
    Case("report: nothing in the folder", ["results"], {"results/a.txt": "x"}, REPORT),
    *(
        Case(f"report: {name}", ["pairs.tsv"], {"results/shift/pairs.tsv": content}, REPORT)
        for name, content in (
            ("a table that is no text", b"\xff\xfe\x00\x01"),
            ("a table of other columns", b"a\tb\n1\t2\n"),
            ("a table of one column", b"x\n"),
            ("rows of unlike width", b"a\tb\n1\t2\n1\t2\t3\n"),
            ("nothing", b""),
        )
    ),
    Case("report: provenance that is no JSON", ["provenance.json"],
         {"results/provenance.json": "{", "results/shift/dropped.tsv": "source\tkind\tname\treason\n"}, REPORT),
]  # fmt: skip
