"""docs/architecture.md shows the rooms as they are."""

from tests.rooms import table, written
from tests.test_architecture import MAY_IMPORT, PACKAGE


def test_the_page_shows_the_table_that_the_package_keeps():
    assert written() == table(), "the rooms have changed; write them with: python -m tests.rooms"


def test_every_room_has_a_row_and_every_row_a_room():
    there = {path.name.removesuffix(".py") for path in PACKAGE.glob("*.py")}
    there |= {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert there == set(MAY_IMPORT)
