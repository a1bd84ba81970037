"""What is told of every table of results."""

import re

import pytest

from klbio.schema import DROPPED, MODEL_TABLES, NEAREST, SHIFT_TABLES, TRAINING_TABLES, Count, PValue

TABLES = [
    *(pytest.param(table, id=f"shift-{name}") for name, table in SHIFT_TABLES.items()),
    *(pytest.param(table, id=f"models-{name}") for name, table in MODEL_TABLES.items()),
    *(pytest.param(table, id=f"training-{name}") for name, table in TRAINING_TABLES.items()),
    pytest.param(NEAREST, id="nearest"),
]
UNITS = (
    (r"_bits_per_(\w+)$", r"bits per {}"),
    (r"sqrt_bits$", r"root bits"),
    (r"(?<!place_by)_bits$", r"bits"),
    (r"(^|_)share$", r"share"),
    (r"^proportion_", r"proportion"),
)


@pytest.mark.parametrize("table", TABLES)
def test_every_table_and_column_is_explained(table):
    assert ": a row per " in table.meaning
    assert table.meaning.endswith(".")
    for column in table.columns:
        assert column.meaning.strip() == column.meaning != "", column.name
        assert not re.search("[^.][.]$", column.meaning), column.name


@pytest.mark.parametrize("table", TABLES)
def test_names_and_units_go_together(table):
    for column in table.columns:
        for pattern, unit in UNITS:
            if named := re.search(pattern, column.name):
                assert column.unit.startswith(unit.format(*named.groups())), column.name
                break


@pytest.mark.parametrize("table", TABLES)
def test_names_and_kinds_go_together(table):
    for column in table.columns:
        assert not column.name.startswith("n_") or isinstance(column.kind, Count), column.name
        assert not re.search(r"^p_|^smallest_p$|^floor_p$", column.name) or isinstance(column.kind, PValue)
        assert not isinstance(column.kind, Count) or column.unit, column.name


def test_what_was_left_out_is_one_table():
    assert SHIFT_TABLES["dropped"] is MODEL_TABLES["dropped"] is TRAINING_TABLES["dropped"] is DROPPED
