"""One sample sheet in every dressing that people bring: the same design each time, or a refusal that helps."""

import zipfile
from dataclasses import replace
from datetime import date, datetime

import pytest

from klbio.errors import InputError, InputWarning
from klbio.io.sheets.model_sheet import read_model_sheet
from klbio.io.sheets.sheet import read_samples, read_sheet
from tests.packing import gzipped

ROWS = [
    ["sample", "subject", "phase", "time", "arm", "note"],
    ["a1", "P1", "before", "0", "drug", "fine"],
    ["a2", "P1", "after", "7.5", "drug", "late, but here"],
    ["b1", "P2", "before", "1", "placebo", ""],
    ["b2", "P2", "after", "8", "placebo", ""],
]


def text(separator="\t", rows=ROWS, quote=False, end="\n"):
    def cell(value):
        return f'"{value}"' if quote or separator in value else value

    return "".join(separator.join(map(cell, row)) + end for row in rows)


def expected(tmp_path):
    path = tmp_path / "plain.tsv"
    path.write_text(text())
    return in_any_line(path)


def in_any_line(path):
    return [replace(sample, line=0) for sample in read_samples(path).samples]


TYPES = ["#q2:types", "categorical", "categorical", "numeric", "categorical", "categorical"]
DRESSED = {
    "commas": text(","),
    "semicolons": text(";"),
    "quoted": text(quote=True),
    "quoted commas": text(",", quote=True),
    "CRLF": text(end="\r\n"),
    "CR": text(end="\r"),
    "byte order mark": "\ufeff" + text(),
    "Excel names its separator": "sep=;\n" + text(";"),
    "Excel pads every line": text(";").replace("\n", ";;;\n") + ";;;;;;;;\n",
    "blanks after commas": text(", ").replace('"late, but here"', '"late, but here"'),
    "a title above the header": "Study of 2024, visits\n\n" + text(),
    "a title above the header, semicolons": "Study of 2024;;;;;\n" + text(";"),
    "a comment above the header": "# exported today\n" + text(),
    "comments without a blank": "".join(
        [text(rows=ROWS[:1]), "#an example of a sheet\n", text(rows=ROWS[1:])]
    ),
    "a row commented out": text() + "#c1\tP3\tbefore\t0\tdrug\t\n",
    "R, row names without a name": text(rows=[["", *ROWS[0][1:]], *ROWS[1:]], quote=True),
    "R, a header that is a field short": text(rows=[ROWS[0][1:], *ROWS[1:]], quote=True),
    "R, blanks": text(" ", rows=[ROWS[0][1:], *ROWS[1:]], quote=True),
    "pandas, numbered rows": text(
        ",", rows=[["", *ROWS[0]], *([str(i), *row] for i, row in enumerate(ROWS[1:]))]
    ),
    "QIIME 2": text(rows=[["sample-id", *ROWS[0][1:]], TYPES, *ROWS[1:]]),
    "QIIME 2, missing scheme": text(
        rows=[["id", *ROWS[0][1:]], TYPES, ["#q2:missing", *["blank"] * 5], *ROWS[1:]]
    ),
    "other capitals": text(rows=[["Sample", "SUBJECT", "Phase ", "Time", "Arm", "note"], *ROWS[1:]]),
}
IDS = (
    "id", "ID", "sampleid", "SampleID", "sample id", "sample-id", "Sample_ID", "#SampleID", "#Sample ID", "sample_name",
    "#sample", "SAMPLE",
)  # fmt: skip


@pytest.mark.parametrize("name", DRESSED)
def test_one_sheet_in_many_dressings(tmp_path, name):
    path = tmp_path / "s.txt"
    path.write_bytes(DRESSED[name].encode())
    samples = in_any_line(path)
    assert samples == expected(tmp_path)
    assert [sample.extra["note"] for sample in samples] == ["fine", "late, but here", "", ""]


@pytest.mark.parametrize("name", IDS)
def test_names_of_the_column_of_samples(tmp_path, name):
    (tmp_path / "s.tsv").write_text(text(rows=[[name, *ROWS[0][1:]], *ROWS[1:]]))
    assert in_any_line(tmp_path / "s.tsv") == expected(tmp_path)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_text_of_excel(tmp_path, encoding):
    mark = "" if encoding == "utf-16" else "\ufeff"
    data = (mark + text(end="\r\n")).replace("P1", "Zoë").encode(encoding)
    (tmp_path / "s.txt").write_bytes(data)
    assert [sample.subject for sample in read_samples(tmp_path / "s.txt").samples] == [
        "Zoë",
        "Zoë",
        "P2",
        "P2",
    ]
    (tmp_path / "s.txt.gz").write_bytes(gzipped(data))
    assert read_samples(tmp_path / "s.txt.gz").samples == read_samples(tmp_path / "s.txt").samples


def test_a_note_over_two_lines_counts_from_its_first(tmp_path):
    rows = [*ROWS[:2], ["a2", "P1", "after", "7.5", "drug", "over\ntwo lines"], *ROWS[3:]]
    (tmp_path / "s.csv").write_text(text(",", rows=rows, quote=True))
    assert [sample.line for sample in read_samples(tmp_path / "s.csv").samples] == [2, 3, 5, 6]


def test_quotes_within_a_field_of_a_text_with_tabs_are_letters(tmp_path):
    (tmp_path / "s.tsv").write_text(text().replace("fine", '"5" of 6').replace("P1", 'P"1'))
    samples = read_samples(tmp_path / "s.tsv").samples
    assert (samples[0].subject, samples[0].extra["note"]) == ('P"1', '"5" of 6')


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (text(",").replace("a1", '"a1'), "line|quote without its partner"),
        (text().replace("P1", "Z\xfc").encode("latin-1"), "line 2: bytes that are not UTF-8.*CSV UTF-8"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "Excel before 2007.*Save the sheet as .xlsx"),
        (b"PK\x03\x04" + b"\0" * 600, "a damaged workbook"),
        (text(rows=[["id", "sample_id", *ROWS[0][1:]]]), "at least one row"),
        (
            text(rows=[["x", "sample_id", "SampleID", *ROWS[0][1:]], ["1", "a", "a", "P", "q"]]),
            "column 'sample' twice",
        ),
        (text(rows=[["x", *ROWS[0][1:]], ["1", "a", "a", "P", "q"]]), "expected also 'sample'"),
    ],
)
def test_what_is_no_sheet_is_refused(tmp_path, data, words):
    (tmp_path / "s.csv").write_bytes(data if isinstance(data, bytes) else data.encode())
    with pytest.raises(InputError, match=words):
        read_samples(tmp_path / "s.csv")


def test_an_identifier_first_is_the_sample_and_any_other_stays(tmp_path):
    """QIIME 2 takes the first column; a patient's `id` further on is nobody's sample."""
    rows = [["sample_name", "id", *ROWS[0][1:]], *([row[0], "9", *row[1:]] for row in ROWS[1:])]
    (tmp_path / "s.tsv").write_text(text(rows=rows))
    samples = in_any_line(tmp_path / "s.tsv")
    assert samples == expected(tmp_path)
    assert samples[0].extra["id"] == "9"


def test_a_model_sheet_with_semicolons(tmp_path):
    (tmp_path / "m.csv").write_text("Model;Path\nhuman;/tmp\n")
    assert [entry.model for entry in read_model_sheet(tmp_path / "m.csv")] == ["human"]


def test_lineages_are_not_split_at_semicolons(tmp_path):
    (tmp_path / "t.tsv").write_text("Feature ID\tTaxon\nx\tk__A; p__B; c__C\n")
    assert read_sheet(tmp_path / "t.tsv").columns == ("Feature ID", "Taxon")


def workbook(path, sheets):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)


def numbers(rows):
    return [[float(cell) if cell.replace(".", "").isdigit() else cell for cell in row] for row in rows]


@pytest.mark.parametrize("name", ["s.xlsx", "S.XLSX", "s.xls", "sheet", "s.tsv"])
def test_a_workbook_is_the_sheet_of_the_same_text_whatever_it_is_called(tmp_path, name):
    workbook(tmp_path / "made.xlsx", {"Samples": numbers(ROWS)})
    (tmp_path / "made.xlsx").rename(tmp_path / name)
    assert in_any_line(tmp_path / name) == expected(tmp_path)


def test_the_first_worksheet_with_a_header_that_fits(tmp_path):
    sheets = {
        "Empty": [],
        "Readme": [["Study", "of", "2024"], ["x"]],
        "Visits": [["Visits"], [], *numbers(ROWS)],
    }
    workbook(tmp_path / "s.xlsx", sheets)
    design = read_samples(tmp_path / "s.xlsx")
    assert design.name == f"{tmp_path / 's.xlsx'}, worksheet 'Visits'"
    assert [sample.line for sample in design.samples] == [4, 5, 6, 7]
    assert [sample.name for sample in design.samples] == [row[0] for row in ROWS[1:]]


def test_dates_of_a_workbook_are_days(tmp_path):
    when = [date(2024, 2, 28), datetime(2024, 3, 1, 12), date(2024, 2, 28), date(2024, 3, 6)]
    rows = [ROWS[0], *([*row[:3], day, *row[4:]] for row, day in zip(ROWS[1:], when, strict=True))]
    workbook(tmp_path / "s.xlsx", {"Samples": rows})
    with pytest.warns(InputWarning, match="dates, the earliest 2024-02-28; taken as days since then"):
        design = read_samples(tmp_path / "s.xlsx")
    assert [sample.time for sample in design.samples] == [0, 2.5, 0, 7]


def test_numbers_of_a_workbook_name_as_excel_shows_them(tmp_path):
    rows = [["sample", "subject", "phase"], [1, 12, "before"], [2.0, 12, "after"], [3.5, True, "before"]]
    workbook(tmp_path / "s.xlsx", {"Samples": rows})
    names = [(sample.name, sample.subject) for sample in read_samples(tmp_path / "s.xlsx").samples]
    assert names == [("1", "12"), ("2", "12"), ("3.5", "TRUE")]


def test_a_formula_whose_value_is_an_empty_text(tmp_path):
    """Excel keeps such a value as a text of no letters; only a formula that nobody computed has none."""
    path = tmp_path / "s.xlsx"
    workbook(path, {"Samples": [*ROWS[:4], [*ROWS[4][:5], '=IF(1=1,"","x")']]})
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    parts[name] = parts[name].replace(b'<c r="F5">', b'<c r="F5" t="str">')
    with zipfile.ZipFile(path, "w") as archive:
        for part, data in parts.items():
            archive.writestr(part, data)
    assert in_any_line(path) == expected(tmp_path)


def test_of_worksheets_that_fit_the_first_that_is_shown_is_taken_and_said(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    path = tmp_path / "s.xlsx"
    workbook(path, {"Old": ROWS[:3], "New": ROWS, "Newer": ROWS[:3]})
    book = openpyxl.load_workbook(path)
    book["Old"].sheet_state = "hidden"
    book.active = 1
    book.save(path)
    with pytest.warns(InputWarning, match="2 worksheets have the columns; .* worksheet 'New' is taken"):
        assert len(read_samples(path).samples) == 4


def test_rows_that_a_filter_hides_are_said(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    path = tmp_path / "s.xlsx"
    workbook(path, {"Samples": ROWS})
    book = openpyxl.load_workbook(path)
    book.active.row_dimensions[3].hidden = True
    book.save(path)
    with pytest.warns(InputWarning, match="rows that Excel hides, as a filter does; read as well"):
        assert len(read_samples(path).samples) == 4


def test_zeros_that_excel_shows_in_front_of_a_number(tmp_path):
    """A number in the format 0000 is what a column of barcodes usually is."""
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in (["sample", "subject", "phase"], [12, "P1", "before"], [1234, "P1", "after"]):
        book.active.append(row)
    for line in (2, 3):
        book.active.cell(line, 1).number_format = "0000"
    book.save(tmp_path / "s.xlsx")
    assert [sample.name for sample in read_samples(tmp_path / "s.xlsx").samples] == ["0012", "1234"]


def test_a_formula_without_its_value_is_refused(tmp_path):
    rows = [*ROWS[:2], ["=CONCATENATE(B3,1)", *ROWS[2][1:]]]
    workbook(tmp_path / "s.xlsx", {"Samples": rows})
    with pytest.raises(InputError, match=r"line 3: worksheet 'Samples': the formula '=CONCATENATE\(B3,1\)'"):
        read_samples(tmp_path / "s.xlsx")


def test_faults_of_a_workbook_name_the_row_of_excel(tmp_path):
    workbook(tmp_path / "s.xlsx", {"Samples": [*ROWS[:3], [None, "P2", "before"], ["b2", None, "after"]]})
    with pytest.raises(InputError) as caught:
        read_samples(tmp_path / "s.xlsx")
    assert [fault.line for fault in caught.value.faults] == [4, 5]


def test_no_worksheet_fits(tmp_path):
    workbook(tmp_path / "s.xlsx", {"One": [["Proben", "Wer"], ["a", "b"]], "Two": [["x"], ["y"]]})
    with pytest.raises(
        InputError, match=r"worksheet 'One', line 1: columns 'Proben', 'Wer'; expected also 'sample'"
    ):
        read_samples(tmp_path / "s.xlsx")


TIMES = {
    "dates": (["2024-02-28", "2024-03-01", "2024-02-28", "2024-12-31"], [0, 2, 0, 307]),
    "dates without signs": (["20071211", "20080107", "20071217", "20080108"], [0, 27, 6, 28]),
    "date and time": (
        ["2024-02-28 08:00", "2024-02-28T20:00", "2024-02-28 08:00:00", "2024-03-01"], [0, 0.5, 0, 1 + 16 / 24],
    ),
    "time zones": (["2024-02-28T08:00:00Z", "2024-02-28T08:00:00+02:00", "2024-03-01T08:00Z", "2024-03-01T08:00Z"],
                   [2 / 24, 0, 2 + 2 / 24, 2 + 2 / 24]),
    "numbers": (["-3.5", "+7", "1e1", ".5"], [-3.5, 7, 10, 0.5]),
    "some are not known": (["0", "NA", "not collected", ""], [0, None, None, None]),
}  # fmt: skip


def with_times(times):
    return text(
        rows=[ROWS[0], *([*row[:3], time, *row[4:]] for row, time in zip(ROWS[1:], times, strict=True))]
    )


@pytest.mark.parametrize("name", TIMES)
@pytest.mark.filterwarnings("ignore::klbio.errors.InputWarning")
def test_times(tmp_path, name):
    given, days = TIMES[name]
    (tmp_path / "s.tsv").write_text(with_times(given))
    assert [sample.time for sample in read_samples(tmp_path / "s.tsv").samples] == pytest.approx(days)


@pytest.mark.parametrize(
    ("times", "found", "remedy"),
    [
        (
            ["1_0", "٣", "0x10", "nan1"],
            "'1_0', '٣', '0x10' and 1 more, also in line 3, line 4, line 5",
            "Use days",
        ),
        (["1,5", "0", "1", "2"], "line 2: column 'time' holds '1,5'", "with a point"),
        (["3/4/2024", "3.5.2024", "1", "2"], "'3/4/2024', '3.5.2024', also in line 3", "March or in April"),
        (
            ["2024-02-30", "2024-02-28", "2024-03-01", "7"],
            "'2024-02-30', '7', also in line 5; expected dates",
            "",
        ),
        (
            ["2024-02-28T08:00Z", "2024-02-28", "2024-03-01", "2024-03-02"],
            "'2024-02-28T08:00Z'; expected dates",
            "",
        ),
    ],
)
def test_times_that_are_refused(tmp_path, times, found, remedy):
    (tmp_path / "s.tsv").write_text(with_times(times))
    with pytest.raises(InputError) as caught:
        read_samples(tmp_path / "s.tsv")
    assert len(caught.value.faults) == 1
    assert found in str(caught.value)
    assert remedy in str(caught.value)


def test_many_bad_dates_are_one_fault(tmp_path):
    rows = [[f"s{i}", f"P{i}", "before", f"{i % 28 + 1}.{i % 12 + 1}.2024", "", ""] for i in range(162)]
    (tmp_path / "s.tsv").write_text(text(rows=[ROWS[0], *rows]))
    with pytest.raises(InputError) as caught:
        read_samples(tmp_path / "s.tsv")
    assert "also in line 3, line 4, line 5 and 158 more; expected a number, or a date" in str(caught.value)
    assert len(caught.value.faults) == 1


def test_a_workbook_of_a_chart(tmp_path):
    """Of charts alone it is refused; beside a worksheet a chart is passed over."""
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    chart = openpyxl.chart.BarChart()
    chart.add_data(openpyxl.chart.Reference(book.active, min_col=4, min_row=1, max_row=4))
    book.create_chartsheet("Chart", 0).add_chart(chart)
    book.save(tmp_path / "s.xlsx")
    assert in_any_line(tmp_path / "s.xlsx") == expected(tmp_path)
    del book["Sheet"]
    book.save(tmp_path / "s.xlsx")
    with pytest.raises(InputError, match="workbook"):
        read_samples(tmp_path / "s.xlsx")


def test_a_workbook_that_unpacks_to_too_much(tmp_path, monkeypatch):
    workbook(tmp_path / "s.xlsx", {"Samples": ROWS})
    monkeypatch.setattr("klbio.io.sheets.workbook.MAX_BYTES", 1000)
    with pytest.raises(InputError, match="more than 1,000 bytes, unpacked"):
        read_samples(tmp_path / "s.xlsx")
    monkeypatch.undo()
    monkeypatch.setattr("klbio.io.sheets.workbook.MAX_CELLS", 10)
    with pytest.raises(InputError, match="more than 10 cells"):
        read_samples(tmp_path / "s.xlsx")
