"""Gene models, profiles and hidden Markov models."""

from __future__ import annotations

import re
from pathlib import Path

from tests.faults.case import Case
from tests.io.test_genemark import modfile
from tests.io.test_hhsuite import hhm
from tests.io.test_motifs import HOMER, JASPAR, MEME, TRANSFAC

MADE1 = (Path(__file__).parents[2] / "examples" / "gene-models" / "hmmer" / "MADE1.hmm").read_text()
FN3 = (Path(__file__).parents[2] / "examples" / "gene-models" / "hmmer" / "fn3.hmm").read_text()
HIDDEN = "kind\tstate\tto\tprobability\n"
LONG_NAME = hhm().replace("toy", "t" * 40_000, 1).replace("C 2    4322", "C 2    x")
LINE = ("models", "m.hmm", "--out", "out", "--no-report")

HMMER = [
    Case(f"HMMER: {name}", ["m.hmm", *says], {"m.hmm": text}, LINE, mended={"m.hmm": MADE1})
    for name, says, text in (
        ("no alphabet", ["alphabet"], MADE1.replace("ALPH  DNA\n", "")),
        ("an alphabet spelt wrong", ["alphabet"], MADE1.replace("ALPH", "ALHP")),
        ("two alphabets", ["again"], MADE1.replace("ALPH  DNA\n", "ALPH  DNA\nALPH  amino\n")),
        ("an alphabet of dice", ["m.hmm"], MADE1.replace("ALPH  DNA", "ALPH  dice")),
        ("no length", ["length"], MADE1.replace("LENG  80\n", "")),
        ("a length of a million", ["nodes"], MADE1.replace("LENG  80", "LENG  1000000")),
        ("a length of 5,000 digits", ["nodes"], MADE1.replace("LENG  80", f"LENG  {'9' * 5000}")),
        ("a length of nothing", ["m.hmm"], MADE1.replace("LENG  80", "LENG  0")),
        ("cut off", ["ends inside a profile"], MADE1[: len(MADE1) // 2]),
        ("a word for a number", ["row 7"], re.sub(r"(?m)^( +7 +)\d\.\d+", r"\1x.xxxx", MADE1, count=1)),
        ("a cutoff before the alphabet", ["m.hmm"], MADE1.replace("ALPH", "GA 1\nALPH")),
        ("behind a byte order mark", ["m.hmm", "byte order mark"], "\ufeff" + MADE1),
        ("behind blank lines", ["behind other text", "line 3"], "\n\n" + MADE1),
        ("in UTF-16", ["m.hmm", "plain text"], MADE1.encode("utf-16")),
        ("of a version that is none", ["version"], MADE1.replace("HMMER3/f", "HMMER3/z")),
        ("two alphabets in a file", ["two alphabets"], MADE1 + FN3),
        ("a head and no more", ["m.hmm"], "HMMER3/f [3.3.2 | Nov 2020]\n//\n"),
    )
]  # fmt: skip
OTHERS = [
    Case(f"models: {name}", ["m.hmm", *says], {"m.hmm": text}, LINE, mended={"m.hmm": MADE1})
    for name, says, text in (
        ("HH-suite cut off", ["ends inside"], hhm()[:300]),
        ("HH-suite with a name without end and a fault", ["line"], LONG_NAME),
        ("hidden: a header only", ["without rows"], HIDDEN),
        ("hidden: a probability of 2", ["line 2"], HIDDEN + "start\ta\t\t2\n"),
        ("hidden: an underscore", ["line 2"], HIDDEN + "start\ta\t\t1_0\n"),
        ("hidden: a kind that is none", ["line 2"], HIDDEN + "end\ta\t\t1\n"),
        ("hidden: a line twice", ["line 3"], HIDDEN + "start\ta\t\t1\nstart\ta\t\t1\n"),
        ("hidden: JSON of texts", ["row 1"], '{"symbols": ["a"], "transitions": ["x"], "emissions": [[1]]}'),
        ("hidden: rows of two lengths", ["row 2"],
         '{"symbols": ["a"], "transitions": [[1, 0], [1]], "emissions": [[1], [1]]}'),
    )
]  # fmt: skip
FOLDERS = [
    Case("models: a folder without any", ["models", "without any"], {"models/a.txt": "x"},
         ("models", "models", "--out", "out")),
    Case("models: an epsilon of 2", ["epsilon"], {"m.hmm": MADE1}, (*LINE, "--epsilon", "2")),
]  # fmt: skip
GENEMARK = modfile()
OF_MOTIFS = [
    Case(f"models: {name}", ["m.hmm", *says], {"m.hmm": text}, LINE, mended={"m.hmm": sound})
    for name, says, text, sound in (
        ("TRANSFAC: a word", ["line 9", "'any_name'"], TRANSFAC.replace("02      2", "02      x"), TRANSFAC),
        ("TRANSFAC: less than nothing", ["line 9"], TRANSFAC.replace("02      2", "02     -2"), TRANSFAC),
        ("TRANSFAC: three counts", ["line 8"], TRANSFAC.replace("      0      S", "      S"), TRANSFAC),
        ("TRANSFAC: nothing counted", ["without"], TRANSFAC.replace("1      2      2", "0      0      0"), TRANSFAC),
        ("TRANSFAC: no row", ["without counts"], re.sub("(?m)^0.*\n", "", TRANSFAC), TRANSFAC),
        ("TRANSFAC: cut off", ["0 are whole"], TRANSFAC[:-4], TRANSFAC),
        ("TRANSFAC: another alphabet", ["m.hmm"], TRANSFAC.replace("G      T", "G      X"), TRANSFAC),
        ("MEME: a row that does not sum to 1", ["line 12"], MEME.replace("0.400000", "0.500000"), MEME),
        ("MEME: a row more than w= says", ["line 13", "w="], MEME.replace("w= 2", "w= 1"), MEME),
        ("MEME: a motif without its matrix", ["line 15", "'lost'"], MEME + "MOTIF lost\n", MEME),
        ("MEME: more letters than the alphabet", ["line 11", "alength= 5"], MEME.replace("h= 4", "h= 5"), MEME),
        ("MEME: an alphabet of its own", ["line 3", "DNA-LIKE"],
         MEME.replace("ALPHABET= ACGT", 'ALPHABET "X" DNA-LIKE'), MEME),
        ("MEME: no first line", ["MEME version 4"], MEME.replace("MEME version 4", ""), MEME),
        ("JASPAR: rows of two lengths", ["line 3", "3 numbers"], JASPAR.replace("9 5 0", "9 5", 1), JASPAR),
        ("HOMER: a row that does not sum to 1", ["line 2", "sums to 1"], HOMER.replace("0.970", "0.770"), HOMER),
        ("TRANSFAC: no line of letters", ["P0"], re.sub("(?m)^P0.*\n", "", TRANSFAC), TRANSFAC),
        ("GeneMark: cut off", ["a word of 3 bases"], GENEMARK[: len(GENEMARK) // 2], GENEMARK),
        ("GeneMark: a word for a number", ["line 6", "word AAC"], GENEMARK.replace("AAC 0", "AAC x", 1), GENEMARK),
        ("GeneMark: a word twice", ["line 6", "AAA twice"], GENEMARK.replace("AAC", "AAA", 1), GENEMARK),
        ("GeneMark: a letter that is no base", ["line 6", "'AAN'"], GENEMARK.replace("AAC", "AAN", 1), GENEMARK),
        ("GeneMark: no table", ["m.hmm"], GENEMARK.split("$MARKOV", maxsplit=1)[0], GENEMARK),
    )
]  # fmt: skip
NONE = [
    Case(f"models: {name}", ["m.hmm", *says], {"m.hmm": content}, LINE)
    for name, says, content in (
        ("a part of what hmmpress makes", [".h3m"], b"\xe6\xb3\xe8\xb3" + bytes(99)),
        ("hits of HH-suite", [".hhr"], "Query         x\nMatch_columns 20\n"),
        ("an emission table with commas", ["tabs"], "model,component,state,context,A,C,G,T\n"),
    )
]
TWICE = Case(
    "models: JSON with a key twice", ["m.json", "'emissions' twice"],
    {"m.json": '{"symbols": ["a"], "transitions": [[1]], "emissions": [[1]], "emissions": [[1]]}'},
    ("models", "m.json", "--out", "out"),
)  # fmt: skip
CASES = [*HMMER, *OTHERS, *OF_MOTIFS, *FOLDERS, *NONE, TWICE]
