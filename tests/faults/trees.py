"""Trees in Newick format."""

from __future__ import annotations

from tests.faults.case import TREE, Case

CASES = [
    Case(f"tree: {name}", ["w.nwk"], {"w.nwk": text}, mended={"w.nwk": TREE})
    for name, text in (
        ("no end", "(A:1,B:1)"),
        ("two trees", "(A:1,B:1);(A:1,B:1);\n"),
        ("text after the end", "(A:1,B:1); and more\n"),
        ("a bracket too few", "((A:1,B:1);\n"),
        ("a bracket too many", "(A:1,B:1));\n"),
        ("no lengths", "(A,B);\n"),
        ("lengths of 0", "(A:0,B:0);\n"),
        ("JSON", '{"tree": "(A:1,B:1);"}\n'),
        ("a length below 0", "(A:-1,B:1);\n"),
        ("a length that is a word", "(A:one,B:1);\n"),
        ("a length without end", "(A:inf,B:1);\n"),
        ("a length that is no number", "(A:nan,B:1);\n"),
        ("a length that overflows", "(A:1e999,B:1);\n"),
        ("a tip twice", "(A:1,A:1,B:1);\n"),
        ("a taxon missing", "(A:1,C:1);\n"),
        ("a quote that does not close", "('A:1,B:1);\n"),
        ("the inside of a tree", "1,B:1);\n"),
        ("only an end", ";\n"),
        ("a NEXUS file", "#NEXUS\nbegin trees;\ntree one = (A:1,B:1);\nend;\n"),
        ("twenty thousand brackets", "(" * 20_000 + "A:1" + ")" * 20_000 + ";\n"),
    )
]
