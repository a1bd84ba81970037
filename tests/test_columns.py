"""docs/formats.md explains every column as klbio.schema declares it."""

from klbio.schema import MODEL_TABLES, NEAREST, SHIFT_TABLES
from tests.columns import tables, text, written


def test_the_page_explains_the_columns_that_are_written():
    assert written() == text(), "the tables have changed; write the page with: python -m tests.columns"


def test_no_table_is_left_out():
    assert {*SHIFT_TABLES.values(), *MODEL_TABLES.values(), NEAREST} <= {table for _, table in tables()}
