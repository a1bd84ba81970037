"""The glossary has every term of the report's own glossary, and every word that a column is named with."""

import html
import re

import pytest

from klbio.schema import DROPPED, MODEL_TABLES, NEAREST, SHIFT_TABLES, TRAINING_TABLES

TABLES = [*SHIFT_TABLES.values(), *MODEL_TABLES.values(), *TRAINING_TABLES.values(), DROPPED, NEAREST]
PLAIN = "accession alphabet b first format frame2 group highest letter lowest matching max meaning mode places x2 y1"


def words(text):
    """Words without the ending of a plural."""
    return {
        re.sub(r"(?<=[sx])es$|(?<!s)s$", "", word)
        for word in re.findall(r"[a-z0-9]+", text.lower().replace("_", " "))
    }


@pytest.fixture(scope="module")
def glossary(root):
    return (root / "docs/glossary.md").read_text()


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_columns(table, glossary):
    assert words(" ".join(table.names)) - words(glossary) - words(PLAIN) == set()


def test_terms_of_the_report(root, glossary):
    page = (root / "klbio/report/templates/sections/reading.html.j2").read_text()
    headings = words(" ".join(re.findall(r"^### (.*)", glossary, re.MULTILINE)))
    missing = {
        term: words(html.unescape(term)) - headings - {"d", "as"}
        for term in re.findall("<dt>(.*?)</dt>", page)
    }
    assert {term: left for term, left in missing.items() if left} == {}
