"""The quick reader of text tables gives what the careful one gives, or leaves the table to it."""

import re
import warnings
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from klbio import Design, InputError, InputWarning, Sample
from klbio.io.source import Source
from klbio.io.tables import some_samples, tsv
from klbio.io.tables.text import plain_grid as quick
from klbio.io.tables.text import plain_start
from klbio.io.tables.text.lines import Lines
from klbio.io.tables.text.plain_grid import plain_grid
from klbio.io.tables.text.plain_rows import Layout, rows_of
from klbio.io.tables.text.plain_start import NotPlainError
from klbio.io.tables.text.table import table_of
from tests.io.text.dressings import ANNOTATED, PLAIN, PREFIXED, SEQUENCES, TAXA, VALUES, Dress
from tests.packing import gzipped

NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
LEFT = {  # of the dressings to the careful reader
    "decimal comma", "decimal comma between tabs", "runs of spaces",
    "UTF-16 of Excel", "CR",
}  # fmt: skip

numbers = st.one_of(
    st.integers(0, 10**18).map(str), st.floats(0, 1e6).map(str), st.floats(0, 1, width=16).map("{:.5f}".format),
    st.integers(0, 9).map(str), st.sampled_from(["0", "0.0", "1.250", "007", "0.125", "1e3", "2E-4", "12.000"]),
)  # fmt: skip
odd = st.one_of(
    st.sampled_from(["", " 5", "5.", ".5", "-1", "+1", "NA", "1,5", "5%", '"7"', '"', "1e", "1e400", "\r", "\0", "x"]),
    st.text("01.e-, \r\"x", max_size=4),
)  # fmt: skip
calm = st.from_regex(r"[A-Za-z]{1,3}[0-9]{1,2}", fullmatch=True)
wild = st.one_of(
    calm,
    st.sampled_from(["B 2", "k__Bacteria;p__X", "Ä", '"A"', '"a,b"', '"a\tb"', "#n", "age", "mean", "", " ", "17"]),
    st.text('Ab1 "#\x1f', max_size=3),
)  # fmt: skip
samples = st.sampled_from(
    ["S1", "S2", "S3", "S 4", '"S5"', "S6", "S7", "total", "Mean", "n_taxa", "k__A", "k__B", "X", "age"]
)
beside = st.sampled_from(
    ["taxonomy", "Genus", "Family", "length", "confidence", "diet", "sample", "count", ""]
)
corners = st.sampled_from(["#OTU ID", "taxon", "taxon", "", "Genus", "X", None])


@st.composite
def texts(draw):
    """Tables that are plain, or nearly, with whatever stands above, between, and below the rows."""
    names, rarely = draw(
        st.sampled_from([(calm, st.just(False))] * 2 + [(wild, st.integers(0, 3).map(lambda k: k == 0))])
    )
    separator, end = draw(st.sampled_from("\t\t,; ")), draw(st.sampled_from(["\n", "\n", "\r\n"]))
    n_rows, of = draw(st.integers(3, 9)), draw(st.sampled_from([numbers, st.integers(0, 300).map(str)]))
    counted = draw(st.lists(samples, min_size=1, max_size=5, unique=True))
    more = draw(st.lists(beside, max_size=2, unique=True))
    kinds = [of] * len(counted) + [draw(st.sampled_from([names, names, numbers])) for _ in more]
    keys = draw(st.lists(names, min_size=n_rows, max_size=n_rows, unique=not draw(rarely)))
    corner = draw(corners)
    lines = [[*([] if corner is None else [corner]), *counted, *more]]
    lines += [[key, *map(draw, kinds)] for key in keys]
    if draw(rarely):
        line = draw(st.sampled_from(lines))
        line[draw(st.integers(0, len(line) - 1))] = draw(odd)
    behind = draw(st.sampled_from([[""], [separator], ["", separator]])) if draw(rarely) else [""]
    found = [separator.join(line) + draw(st.sampled_from(behind)) for line in lines]
    if draw(rarely):
        other = draw(st.sampled_from(["", "# made", "sep=;", "Title", "\t\t", "x" + separator + "x"]))
        found.insert(draw(st.integers(0, len(found))), other)
    below = draw(st.sampled_from(["", end, end, end, end * 3, end + separator * 2]))
    return (end.join(found) + below).encode()


def outcome(source, reader):
    """What a reader gives or refuses, and what it says."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", InputWarning)
        try:
            table = reader(source)
        except InputError as error:
            return str(error), list(map(str, (warning.message for warning in said)))
    counts, sheet = table.counts, table.metadata
    described = None if sheet is None else [(row.line, row.fields) for row in sheet]
    lineages = None if table.taxonomy is None else table.taxonomy.lineages
    matrix = [getattr(counts.values, part).tolist() for part in ("indptr", "indices", "data")]
    return (
        (counts.samples, counts.labels, counts.name, counts.unit, matrix, lineages, described, table.dropped,
         table.samples_known, table.others),
        list(map(str, (warning.message for warning in said))),
    )  # fmt: skip


def carefully(source):
    return table_of(Lines.of(source))


def left(content):
    """Whether a table is left to the careful reader; where it is not, both give the same."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InputWarning)
        try:
            tsv._quickly(Source.within("t.tsv", content))
        except (NotPlainError, InputError):
            return True
    readers = tsv._quickly, carefully
    assert len({repr(outcome(Source.within("t.tsv", content), reader)) for reader in readers}) == 1
    return False


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch):
    monkeypatch.setattr(quick, "PIECE", 64)


def padded(dress):
    """As many rows as tell where a header ends."""
    extra = tuple(f"T{i}" for i in range(70))
    values = (*dress.values, *((i, 0, i % 7, 2 * i % 9) for i in range(70)))
    beside = tuple((name, (*fields, *(fields[i % 4] for i in range(70)))) for name, fields in dress.beside)
    before = tuple((name, tuple(map(str, range(1, 75)))) for name, _ in dress.before)
    return Dress(
        **{**vars(dress), "rows": (*dress.rows, *extra), "values": values, "beside": beside, "before": before}
    )


@pytest.mark.parametrize("packed", [bytes, gzipped])
@pytest.mark.parametrize("name", PLAIN)
def test_which_dressings_are_plain(name, packed):
    assert left(packed(padded(PLAIN[name]).bytes())) == (name in LEFT)


@pytest.mark.parametrize("name", ANNOTATED)
def test_lineages_beside_the_counts(name):
    assert not left(padded(ANNOTATED[name]).bytes())


def test_nothing_but_zeros():
    assert not left(Dress(values=((0,) * 4,) * 4).bytes())
    assert not left(Dress(values=(("0.00000000000000000000",) * 4,) * 4).bytes())


@pytest.mark.parametrize("turned", [False, True])
def test_samples_in_rows_with_metadata(turned):
    dress = Dress(
        turned=turned,
        rows=SEQUENCES,
        values=VALUES,
        beside=(("day", ("0", "7", "0", "7")), ("diet", tuple("abab"))),
    )
    assert left(dress.bytes()) != turned


def test_proportions_with_all_their_digits():
    values = np.random.default_rng(1).dirichlet(np.full(74, 0.05), 4).T
    assert not left(
        Dress(rows=tuple(f"T{i}" for i in range(74)), values=tuple(map(tuple, values.tolist()))).bytes()
    )


@pytest.mark.parametrize("name", ["mean of B", "n_samples", "largest"])
def test_columns_computed_of_the_others(name):
    values = tuple((a, b, c, sum((a, b, c)) / 3 if "mean" in name else max(a, b, c)) for a, b, c, _ in VALUES)
    assert not left(
        Dress(columns=("P1", "P2", "P3", name), values=values, beside=(("taxonomy", PREFIXED),)).bytes()
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(Dress(values=((1, 2, 3, "1.234"), *VALUES[1:])).text(), id="thousands"),
        pytest.param(Dress(values=((1, 2, 3, 3.2), *VALUES[1:])).text(), id="a fraction"),
        pytest.param(Dress(values=((1, 2, 3, 2**53 + 2), *VALUES[1:])).text(), id="more than is told apart"),
        pytest.param(Dress(values=((1, 2, 3, "1e999"), *VALUES[1:])).text(), id="infinite"),
        pytest.param(Dress().text() + "x\t1\t2\t3\n", id="narrow"),
        pytest.param(Dress().text() + "x\t1\t2\t3\t4\t5\n", id="wide"),
        pytest.param(Dress().text() + "\nbelow the table\n", id="a note below"),
        pytest.param(Dress().text() + "# x\n", id="a comment"),
        pytest.param(Dress().text().replace("Dorea", "D\r"), id="a lone return"),
        pytest.param(Dress(rows=("mean", *TAXA[1:])).text(), id="a row of means"),
        pytest.param(Dress(rows=("a", "a", "b", "c")).text(), id="a name twice"),
        pytest.param(
            "sample\totu\tcount\n" + "".join(f"s\tT{i}\t{i}\n" for i in range(9)), id="a row per pair"
        ),
        pytest.param(
            "OTU ID\tS1\n" + "".join(f"{i}\tT{i}\t{i}\n" for i in range(1, 9)), id="a header without its last"
        ),
        pytest.param(Dress().text().encode()[:-3] + b"\xff\t1\n", id="no UTF-8"),
    ],
)
def test_what_is_left_to_the_careful_reader(text):
    assert left(text if isinstance(text, bytes) else text.encode())


@example(b"taxon\tS1\tS2\nA\t1\t2\nB\t3\t4\nC\t0\t1\n\n\n")
@given(texts())
def test_any_table_is_read_as_the_careful_reader_reads_it(content):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(plain_start, "LARGE", 0)
        found = outcome(Source.within("t.tsv", content), tsv.read)
    left(content)
    assert repr(found) == repr(outcome(Source.within("t.tsv", content), carefully))


def left_with(content, design):
    """What both readers keep of a table where a design asks for some of its samples."""
    source = Source.within("t.tsv", content)
    quickly = tsv._quickly(source, design)
    assert repr(outcome(source, lambda of: tsv._quickly(of, design))) == repr(
        outcome(source, lambda of: table_of(Lines.of(of), design))
    )
    return quickly


def test_many_empty_lines_above_the_header_leave_too_few_to_tell_what_separates_fields():
    content = padded(Dress(";")).bytes()
    assert not left(b"\n" * 9 + content)
    assert left(b"\n" * 10 + content)


def test_samples_that_nobody_asked_for_are_thinned_out(monkeypatch):
    monkeypatch.setattr(some_samples.some_samples, "__defaults__", (None, 60))
    rng = np.random.default_rng(1)
    values, names = rng.poisson(1, (30, 40)), tuple(f"s{j}" for j in range(40))
    rows = {
        "columns": names,
        "rows": tuple(f"T{i}" for i in range(30)),
        "values": tuple(map(tuple, values.tolist())),
    }
    content = Dress(**rows).bytes()
    table = left_with(content, Design([Sample(name, name, "before") for name in ("s7", "s31")]))
    kept, labels = table.counts.samples, table.counts.labels
    assert {"s7", "s31"} < set(kept)
    assert set(kept).isdisjoint(table.others)
    assert [*sorted(kept + table.others)] == sorted(names)
    assert labels == rows["rows"]
    assert (table.counts.dense() == values.T[[int(name[1:]) for name in kept]]).all()
    assert not left_with(
        content, Design([Sample("x", "x", "before")])
    ).others  # called otherwise: by a file, or nearly
    assert not left_with(content, Design([Sample("T7", "x", "before"), Sample("s7", "x", "before")])).others
    assert not tsv._quickly(Source.within("t.tsv", content)).others


def plain_rows(lines, separator, is_text):
    """The plain twin of `rows_of`: names and numbers of every row, as far as all are plain."""
    for line in lines:
        fields = line.split(separator)
        plain = [text or NUMBER.fullmatch(field) for field, text in zip(fields, is_text, strict=False)]
        if len(fields) != len(is_text) or not all(plain):
            return
        named = [field for field, text in zip(fields, is_text, strict=True) if text]
        counted = [(j, float(field)) for j, field in enumerate(fields) if not is_text[j]]
        yield named, [(j, value) for j, value in counted if value]


@given(
    st.lists(
        st.lists(st.one_of(numbers, st.sampled_from(["", "x", "1.", "1e", "-1"])), min_size=2, max_size=4),
        max_size=6,
    ),
    st.lists(st.booleans(), min_size=2, max_size=4),
)
def test_rows_are_what_a_plain_parser_finds(rows, is_text):
    lines = ["\t".join(row) for row in rows]
    text = "".join(line + "\n" for line in lines)
    found, expected = (
        rows_of(text.encode(), Layout(9, False, np.array(is_text))),
        list(plain_rows(lines, "\t", is_text)),
    )
    named = [[text[a:b] for a, b in places] for places in found.texts.tolist()]
    pairs = list(zip(found.columns.tolist(), found.values.tolist(), strict=True))
    bounds = [0, *found.ends.tolist()]
    counted = [[pair for pair in pairs[a:b] if pair[1]] for a, b in pairwise(bounds)]
    assert list(zip(named, counted, strict=True)) == expected
    assert (found.departs < 0) == (len(expected) == len(lines))


def test_a_large_table_that_is_not_plain_is_refused_by_its_line(tmp_path, monkeypatch):
    monkeypatch.setattr(plain_start, "LARGE", 0)
    monkeypatch.setattr("klbio.io.source.MAX_BYTES", 1000)
    rows = [f"T{i}\t{i}\t{i % 3}" for i in range(200)]
    path = tmp_path / "t.tsv"
    path.write_text("\n".join(["taxon\ta\tb", *rows]) + "\n")
    assert len(tsv.read(path).counts.labels) == 200
    path.write_text("\n".join(["taxon\ta\tb", *rows, "T\t1\tmany"]) + "\n")
    with pytest.raises(InputError, match=r"line 202: more than 1,000 bytes of text, and something else"):
        tsv.read(path)
    path.write_text("\n".join(["taxon\ta\tb", *rows, "T0\t1\t2"]) + "\n")
    with pytest.raises(InputError, match="line 202: taxon 'T0' given more than once, first in line 2"):
        tsv.read(path)


def test_more_numbers_than_a_table_has_are_refused(monkeypatch):
    monkeypatch.setattr(plain_start, "LARGE", 0)
    monkeypatch.setattr(quick, "MOST", 200)
    with pytest.raises(InputError, match="more than 200 numbers that are not 0"):
        tsv.read(Source.within("t.tsv", padded(Dress()).bytes()))


def test_a_table_cut_short_in_its_gzip_file_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(plain_start, "LARGE", 0)
    (tmp_path / "t.tsv.gz").write_bytes(gzipped(padded(Dress()).bytes())[:-20])
    with pytest.raises(InputError, match="a truncated gzip file"):
        tsv.read(tmp_path / "t.tsv.gz")
    with pytest.raises(InputError, match="a truncated gzip file"):
        plain_grid(Source(tmp_path / "t.tsv.gz"))
