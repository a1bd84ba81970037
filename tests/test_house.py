"""benchmarks/house.py counts what it says, on a package small enough to count by hand."""

import sys

import pytest

FILES = {
    "__init__.py": "",
    "shift/__init__.py": "",
    "shift/rows.py": "Row = dict[str, object]\n",
    "shift/low.py": "from klbio.shift.rows import Row\n\ndef low(row: Row, *, a: int = 1, **more: int) -> Row:\n"
    "    '''Two lines\n    of a docstring.'''\n    return row\n",
    "shift/high.py": "import klbio.shift.low\n\n\nclass High:\n"
    "    def seven(self, a, b, c, d, e, f, g):\n        return 'subject'\n",
    "nouns.py": "@dataclass\nclass Low:\n    a: int\n    b: int = 1\n    c: ClassVar[int] = 2\n\n\n"
    "@dataclass(frozen=True)\nclass High(Low, Sequence):\n    b: int = 2\n    _: KW_ONLY\n"
    "    d: int = field(init=False)\n    e: int = field(default=3)\n",
    "ring_a.py": "def a():\n    from klbio.ring_b import b\n",
    "ring_b.py": "from klbio import ring_a\n",
    "typed.py": "from typing import TYPE_CHECKING, Any\nif TYPE_CHECKING:\n    import klbio.shift.high\n"
    "x: Any = 'arm'\n",
    "words.py": "__all__ = ['arm']\nUnit = Literal['arm']\nx = count(len(row['subject']), 'subject')\n",
}  # fmt: skip


@pytest.fixture
def counted(root, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(root / "benchmarks"))
    import house

    for name, text in FILES.items():
        path = tmp_path / "klbio" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    yield house, house.House.read(tmp_path / "klbio")
    for name in ("house", "house_files", "house_graph"):
        sys.modules.pop(name, None)


def test_every_figure_by_hand(counted):
    house, small = counted
    assert house.figures(small, {"subject", "arm"}) == {
        "files": "10",
        "lines": "36",
        "functions": "3",
        "parameters of a function, median / p90 / max": "3 / 3 / 7",
        "functions with 7 parameters or more, kernels apart": "1",
        "kernels with 7 parameters or more": "0",
        "fields of a dataclass, inherited ones too, median / p90 / max": "2 / 2 / 3",
        "dataclasses with 7 fields or more, rows of tables apart": "0",
        "methods among functions": "33 %",
        "annotations `dict[str, object]` or `dict[str, Any]`": "1",
        "the same, by an alias as well": "3",
        "annotations with any other `Any`": "1",
        "strings that name a column of a study's tables": "3",
        "strings that name a column of any table": "3",
        "the same, and words of sentences that are no columns": "6",
        "files that spell a column of a study, mean / max": "1.5 / 2",
        "files that spell a column of any table, mean / max": "1.5 / 2",
        "the same, of all columns, also those that no file spells, mean": "1.5",
        "those that a file spells, of names with several parts, mean / max": "-",
        "floors of shift, by file / by sub-room": "3 / 3",
        "floors of the package, by room": "1",
        "circles of imports": "1",
        "files over 300 lines": "0",
        "files under 40 lines with one importer, in their own folder": "4",
        "lines of a function, median / p90 / max": "2 / 2 / 2",
    }


def test_the_lists_name_what_stands_behind_the_figures(counted):
    house, small = counted
    lists = house.lists(small, {"subject", "arm"})
    assert lists["columns in most files"] == ["subject 2", "arm 1"]
    assert lists["columns with names of several parts in most files"] == []
    assert lists["7 parameters or more"] == ["klbio.shift.high:seven 7"]
    assert lists["circles"] == ["klbio.ring_a klbio.ring_b"]
    assert [row[0] for row in house.room_rows(small, set())] == ["room", "ring_a", "shift"]
