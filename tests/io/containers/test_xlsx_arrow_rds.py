"""Tables of other programs: Excel, Arrow, R."""

import bz2
import lzma

import openpyxl
import pandas as pd
import pytest

from klbio import read_taxa
from klbio.errors import InputError, InputNote
from klbio.io.tables import arrow
from klbio.io.tables.taxonomy import read_taxonomy
from tests.packing import gzipped

FRAME = pd.DataFrame([[3, 0], [1, 2], [5, 5]], index=["ASV1", "ASV2", "ASV3"], columns=["day0", "day7"])
ROWS = [["", "day0", "day7"], ["ASV1", 3, 0], ["ASV2", 1, 2], ["ASV3", 5, 5]]


def book(path, **sheets):
    whole = openpyxl.Workbook()
    whole.remove(whole.active)
    for name, rows in sheets.items():
        sheet = whole.create_sheet(name)
        for row in rows:
            sheet.append(row)
    whole.save(path)
    return path


def same(path):
    found = read_taxa(path).turned().counts
    assert (found.samples, found.labels) == (("day0", "day7"), ("ASV1", "ASV2", "ASV3"))
    assert found.dense().tolist() == [[3, 1, 5], [0, 2, 5]]


def test_a_worksheet_and_empty_ones(tmp_path):
    same(book(tmp_path / "t.xlsx", Sheet1=ROWS, Sheet2=[], Sheet3=[["", " "]]))


def test_a_title_and_empty_rows_and_columns_of_ranks(tmp_path):
    rows = [["My table"], [], [*ROWS[0], "Phylum", None], *([*row, "Bacillota", None] for row in ROWS[1:])]
    with pytest.warns(UserWarning, match="My table"):
        found = read_taxa(book(tmp_path / "t.xlsx", s=rows))
    assert found.taxonomy.ranks == ("phylum",)
    assert found.turned().counts.dense().tolist() == [[3, 1, 5], [0, 2, 5]]


def test_several_worksheets_are_asked_for(tmp_path):
    with pytest.raises(
        InputError, match="2 worksheets with counts, of \"worksheet 'a'\", \"worksheet 'b'\"; expected one"
    ):
        read_taxa(book(tmp_path / "t.xlsx", a=ROWS, b=ROWS))


def test_of_several_worksheets_the_one_with_counts_is_taken(tmp_path):
    words, ranks = [["sample", "who"], ["day0", "Ann"]], [["taxon", "Genus"], ["ASV1", "Blautia"]]
    path = book(tmp_path / "t.xlsx", about=words, ranks=ranks, counts=ROWS)
    with pytest.warns(UserWarning, match="'counts': a workbook with .*'about'.*'ranks'.* this one taken"):
        same(path)
    assert read_taxonomy(path).lineages == {"ASV1": ("Blautia",)}
    with pytest.raises(InputError, match="worksheet 'counts', line 5: column 'day7' holds 'many'"):
        read_taxa(book(tmp_path / "u.xlsx", about=words, counts=[*ROWS, ["ASV9", 3, "many"]]))


def test_a_workbook_of_nothing_and_a_formula_without_value(tmp_path):
    with pytest.raises(InputError, match="no table"):
        read_taxa(book(tmp_path / "t.xlsx", a=[]))
    with pytest.raises(InputError, match="formula '=1\\+1' without its value"):
        read_taxa(book(tmp_path / "t.xlsx", a=[*ROWS, ["ASV4", "=1+1", 2]]))


def test_what_excel_does_not_show_is_said(tmp_path):
    made = openpyxl.load_workbook(book(tmp_path / "t.xlsx", a=ROWS))
    made.active.column_dimensions["C"].hidden = True
    made.save(tmp_path / "t.xlsx")
    with pytest.warns(UserWarning, match="columns that Excel hides; read as well"):
        same(tmp_path / "t.xlsx")


def test_merged_cells_of_a_title_are_a_note(tmp_path):
    made = openpyxl.load_workbook(book(tmp_path / "t.xlsx", a=[["My table"], *ROWS]))
    made.active.merge_cells("A1:C1")
    made.save(tmp_path / "t.xlsx")
    with pytest.warns(InputNote, match=r"merged cells \('A1:C1'\); only the first"):
        same(tmp_path / "t.xlsx")


def test_a_cell_that_is_no_number_is_placed_by_its_row(tmp_path):
    with pytest.raises(InputError, match=r"t\.xlsx, line 4: column 'day7' holds '-2'"):
        read_taxa(book(tmp_path / "t.xlsx", a=[*ROWS[:3], ["ASV3", 5, -2]]))


@pytest.mark.parametrize("write", ["to_parquet", "to_feather"])
def test_parquet_and_feather(tmp_path, write):
    pytest.importorskip("pyarrow")
    frame = FRAME if write == "to_parquet" else FRAME.reset_index(names="taxon")
    getattr(frame, write)(tmp_path / "t")
    same(tmp_path / "t")


@pytest.mark.parametrize("said", [b"{", b"\xff", b"[]", b'"x"', b'{"index_columns": 7}', b"[" * 100_000])
def test_an_index_that_pandas_did_not_name_is_none(tmp_path, said):
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    table = pa.Table.from_pandas(FRAME.reset_index(names="taxon"), preserve_index=False)
    parquet.write_table(table.replace_schema_metadata({b"pandas": said}), tmp_path / "t")
    same(tmp_path / "t")


def test_a_day_that_python_has_not_is_a_fault(tmp_path):
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    days = pa.array([2**40, 0], pa.timestamp("s"))
    parquet.write_table(pa.table({"taxon": ["A", "B"], "s1": days}), tmp_path / "t")
    with pytest.raises(InputError, match="expected a sound"):
        read_taxa(tmp_path / "t")


@pytest.mark.parametrize("magic", [b"PAR1", b"ARROW1", b"FEA1"])
def test_damaged_ones_are_faults(tmp_path, magic):
    pytest.importorskip("pyarrow")
    (tmp_path / "t").write_bytes(magic + bytes(200) + magic)
    with pytest.raises(InputError, match="expected a sound"):
        read_taxa(tmp_path / "t")


def test_without_pyarrow_it_is_said_what_to_install(tmp_path, monkeypatch):
    (tmp_path / "t").write_bytes(b"PAR1")
    monkeypatch.setattr(arrow, "find_spec", lambda _: None)
    with pytest.raises(InputError, match="pip install pyarrow"):
        read_taxa(tmp_path / "t")
    assert "pyarrow" not in arrow.__dict__


@pytest.mark.parametrize("pack", [bytes, gzipped, bz2.compress, lzma.compress])
@pytest.mark.parametrize("start", [b"X\n\0\0\0\x03", b"RDX3\nX\n"])
def test_files_of_r_are_refused_with_the_lines_that_export_them(tmp_path, pack, start):
    (tmp_path / "ps.rds").write_bytes(pack(start + bytes(range(200))))
    with pytest.raises(InputError) as caught:
        read_taxa(tmp_path / "ps.rds")
    assert "a file of R" in str(caught.value)
    assert 'readRDS("ps.rds")' in caught.value.faults[0].remedy
    assert caught.value.faults[0].remedy.endswith("f(as.matrix(rowData(x)), ...).")
