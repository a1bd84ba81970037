"""Result tables as Parquet: the values of the TSV, typed, with what they mean."""

import json

import numpy as np
import pandas as pd
import pytest

from klbio.errors import InputError, InputWarning
from klbio.io.results import read_rows
from klbio.schema import MODEL_TABLES, SHIFT_TABLES, Flag, Text
from klbio.steps import large_tables
from klbio.steps.convert import convert_table
from klbio.steps.large_tables import write_large_tables
from klbio.steps.models import compare_models
from klbio.steps.shift import measure_shift

parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")


@pytest.fixture(scope="module")
def folders(root, tmp_path_factory):
    """Tables of a study of two arms and of some models, one of them named oddly."""
    out = tmp_path_factory.mktemp("results")
    mouse = root / "examples/mouse-diet"
    measure_shift(
        table=mouse / "table.tsv", samples=root / "config/samples.tsv", taxonomy=mouse / "taxonomy.tsv",
        out=out / "shift", ranks=["family"], n_resamples=19,
    )  # fmt: skip
    (out / "sheet.tsv").write_text(
        f"model\tpath\tmaker\n007\t{root}/examples/gene-models/snap/A.gambiae.hmm\tNA\n"
        f"two\t{root}/examples/gene-models/hmmer/fn3.hmm\t\nthree\t{root}/examples/gene-models/hmmer/fn3.hmm\tme\n"
    )
    compare_models(sheet=out / "sheet.tsv", out=out / "models")
    return out


def cases():
    return [("shift", name) for name in SHIFT_TABLES] + [("models", name) for name in MODEL_TABLES]


@pytest.fixture(scope="module")
def written(folders):
    for folder in ("shift", "models"):
        paths = sorted((folders / folder).glob("*.tsv"))
        write_large_tables(tables=paths, out=folders / folder / "parquet", least_mb=0)
    return folders


@pytest.mark.parametrize(("folder", "name"), cases())
def test_parquet_has_the_values_of_the_text(written, folder, name):
    text = pd.read_csv(written / folder / f"{name}.tsv", sep="\t", dtype=str, keep_default_na=False)
    typed = read_rows(
        written / folder / f"{name}.tsv",
        (SHIFT_TABLES | MODEL_TABLES if folder == "models" else SHIFT_TABLES)[name],
    )
    found = parquet.read_table(written / folder / "parquet" / f"{name}.parquet")
    assert found.column_names == list(text)
    for column in text:
        values, empty = found[column].to_pylist(), (text[column] == "").tolist()
        assert [value is None for value in values] == empty, column
        expected = typed[column].tolist()
        pairs = [(a, b) for a, b, none in zip(values, expected, empty, strict=True) if not none]
        assert all(a == b for a, b in pairs), column


def test_types_are_those_of_the_columns(written):
    found = parquet.read_schema(written / "shift/parquet/pairs.parquet")
    for column in SHIFT_TABLES["pairs"].columns:
        kind = str(found.field(column.name).type)
        if isinstance(column.kind, Text):
            assert kind == "string"
        elif isinstance(column.kind, Flag):
            assert kind == "bool"
        else:
            assert kind == ("int64" if column.whole else "double")


def test_what_a_table_and_its_columns_mean_is_kept(written):
    schema = parquet.read_schema(written / "shift/parquet/pairs.parquet")
    said = {key.decode(): value.decode() for key, value in schema.metadata.items()}
    assert said["klbio:table"] == "pairs"
    assert said["klbio:rows"] == SHIFT_TABLES["pairs"].meaning
    units = json.loads(said["klbio:units"])
    assert units["floor_bits"] == "bits"
    of_column = schema.field("floor_bits").metadata
    assert of_column == {
        b"unit": b"bits",
        b"meaning": SHIFT_TABLES["pairs"].column("floor_bits").meaning.encode(),
    }


def test_columns_of_a_sheet_are_text_and_names_stay_verbatim(written):
    found = parquet.read_table(written / "models/parquet/models.parquet")
    assert found["model"].to_pylist() == ["007", "two", "three"]
    assert found["maker"].to_pylist() == ["NA", None, "me"]


def test_pandas_reads_it(written):
    found = pd.read_parquet(written / "shift/parquet/contributions.parquet")
    expected = read_rows(written / "shift/contributions.tsv", SHIFT_TABLES["contributions"])
    np.testing.assert_array_equal(found["share"], expected["share"])


def test_polars_reads_it(written):
    polars = pytest.importorskip("polars", reason="polars is not installed")
    found = polars.read_parquet(written / "shift/parquet/contributions.parquet")
    assert found.height == len(read_rows(written / "shift/contributions.tsv", SHIFT_TABLES["contributions"]))


def test_the_same_bytes_whenever_and_in_however_many_pieces_it_is_read(folders, tmp_path, monkeypatch):
    table = folders / "shift/contributions.tsv"
    for name in ("one", "two"):
        write_large_tables(tables=[table], out=tmp_path / name, least_mb=0)
    assert (tmp_path / "one/contributions.parquet").read_bytes() == (
        tmp_path / "two/contributions.parquet"
    ).read_bytes()
    monkeypatch.setattr(large_tables, "AT_ONCE", 7)
    write_large_tables(tables=[table], out=tmp_path / "pieces", least_mb=0)
    whole, pieces = (
        parquet.read_table(tmp_path / name / "contributions.parquet") for name in ("one", "pieces")
    )
    assert pieces.equals(whole)


def test_small_tables_are_not_written(folders, tmp_path):
    write_large_tables(tables=sorted((folders / "shift").glob("*.tsv")), out=tmp_path / "parquet")
    assert [(path.name, path.read_text()) for path in (tmp_path / "parquet").iterdir()] == [
        ("tables.sha256", "")
    ]


def test_without_pyarrow_it_is_said_and_no_error(folders, tmp_path, monkeypatch):
    monkeypatch.setattr(large_tables, "has_pyarrow", lambda: False)
    with pytest.warns(
        InputWarning, match="'contributions.tsv' of 0 MB or more, and no pyarrow; not written as Parquet"
    ):
        write_large_tables(tables=[folders / "shift/contributions.tsv"], out=tmp_path, least_mb=0)
    assert [path.name for path in tmp_path.iterdir()] == ["tables.sha256"]
    with pytest.raises(InputError, match="pyarrow, which is not installed"):
        convert_table(table=folders / "shift/contributions.tsv", out=tmp_path / "c.parquet")


def test_by_command(folders, tmp_path):
    ending = convert_table(table=folders / "models/pairs.tsv", out=tmp_path / "p.parquet")
    assert ending.answer == "0 rows of pairs written as Parquet."
    assert "relative_entropy_bits" in parquet.read_schema(tmp_path / "p.parquet").names


def test_a_table_of_taxa_is_no_result(root, tmp_path):
    with pytest.raises(InputError, match=r"table\.tsv: no result table by its name"):
        convert_table(table=root / "examples/mouse-diet/table.tsv", out=tmp_path / "t.parquet")


def test_a_result_that_was_changed_is_refused(folders, tmp_path):
    text = (folders / "shift/contributions.tsv").read_text().splitlines()
    cells = text[1].split("\t")
    cells[text[0].split("\t").index("share")] = "much"
    (tmp_path / "contributions.tsv").write_text("\n".join([text[0], "\t".join(cells)]) + "\n")
    with pytest.raises(InputError, match="share"):
        convert_table(table=tmp_path / "contributions.tsv", out=tmp_path / "c.parquet")
    assert not (tmp_path / "c.parquet").exists()
