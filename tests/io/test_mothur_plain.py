"""Large tables of mothur are read as small ones are, or left to the reader of these."""

import numpy as np
import pytest

from klbio import InputError
from klbio.io import read_taxa
from klbio.io.source import Source
from klbio.io.tables import mothur
from klbio.io.tables.mothur_plain import plain_count_table, plain_shared
from klbio.io.tables.text import plain_start

VALUES = np.random.default_rng(1).poisson(1, (9, 6)).tolist()
OTUS, GROUPS = [f"Otu{j}" for j in range(1, 7)], [f"F3D{i}" for i in range(9)]


@pytest.fixture(autouse=True)
def all_are_large(monkeypatch):
    monkeypatch.setattr(plain_start, "LARGE", 0)


def text(rows, end="\t\n"):
    return "".join("\t".join(map(str, row)) + end for row in rows)


def shared(values=VALUES, groups=GROUPS, n=6, label="0.03", otus=OTUS):
    rows = [[label, name, n, *row] for name, row in zip(groups, values, strict=True)]
    return [["label", "Group", "numOtus", *otus], *rows]


def counted(values=VALUES, more=0):
    rows = [[f"seq{i}", sum(row) + more, *row] for i, row in enumerate(values)]
    return [["Representative_Sequence", "total", *(f"s{j}" for j in range(6))], *rows]


def outcome(reader, content):
    try:
        table = reader(Source.within("t", content.encode()))
    except InputError as error:
        return str(error)
    counts = table.counts
    return (
        counts.samples,
        counts.labels,
        counts.unit,
        counts.dense().tolist(),
        table.samples_known,
        table.counted_once,
    )


SHARES = [[value / sum(row) for value in row] for row in VALUES]
PLAIN = {
    "shared": (plain_shared, mothur._shared, text(shared())),
    "shared without tabs at the end": (plain_shared, mothur._shared, text(shared(), "\n")),
    "shared with numbers for groups": (plain_shared, mothur._shared, text(shared(groups=range(100, 109)))),
    "relabund": (plain_shared, mothur._shared, text(shared(SHARES))),
    "count_table": (plain_count_table, mothur._count_table, text(counted())),
}
FAULTY = {
    "two cutoffs": (plain_shared, mothur._shared, text([*shared(), *shared(label="0.05")[1:]])),
    "fewer OTUs than are said": (plain_shared, mothur._shared, text(shared(n=7))),
    "a header one short": (plain_shared, mothur._shared, text(shared(otus=OTUS[:5]))),
    "blanks in a header": (plain_shared, mothur._shared, text(shared(otus=[f" {name}" for name in OTUS]))),
    "names in quotes": (plain_shared, mothur._shared, text(shared(groups=[f'"{name}"' for name in GROUPS]))),
    "groups 01 to 09": (plain_shared, mothur._shared, text(shared(groups=[f"0{i}" for i in range(1, 10)]))),
    "a word": (plain_shared, mothur._shared, text([*shared(), [0.03, "x", 6, 1, 2, 3, "many", 5, 6]])),
    "infinite": (plain_shared, mothur._shared, text([*shared(), [0.03, "x", 6, 1, 2, 3, "1e999", 5, 6]])),
    "other totals": (plain_count_table, mothur._count_table, text(counted(more=1))),
    "totals only": (plain_count_table, mothur._count_table, text([row[:2] for row in counted()])),
}


@pytest.mark.parametrize("name", PLAIN)
def test_plain_tables_are_read_alike(name):
    quick, careful, content = PLAIN[name]
    assert outcome(quick, content) == outcome(careful, content)


@pytest.mark.parametrize("name", FAULTY)
def test_others_are_left(name):
    quick, careful, content = FAULTY[name]
    assert quick(Source.within("t", content.encode())) is None
    assert outcome(mothur.read, content) == outcome(careful, content)


def test_a_group_given_twice_is_refused_in_the_same_words():
    content = text(shared(groups=["F3D0", "F3D0", *GROUPS[2:]]))
    assert outcome(plain_shared, content) == outcome(mothur._shared, content)


def test_small_tables_are_left(monkeypatch, tmp_path):
    monkeypatch.undo()
    path = tmp_path / "t.shared"
    path.write_text(text(shared()))
    assert plain_shared(Source(path)) is None
    assert read_taxa(path).counts.dense().tolist() == VALUES
