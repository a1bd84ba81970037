"""What was sequenced: layout, lengths, copies of each library."""

from __future__ import annotations

from collections.abc import Iterator

from klbio.report.rows import Rows
from klbio.report.sections.section import Section
from klbio.report.tables import Results, of_amplicons
from klbio.schema import LIBRARIES, LibraryRow

__all__ = ["library_sections"]

MOST = 100  # rows shown


def library_sections(results: Results, chapter: str) -> Iterator[Section]:
    """Give the section, where reads were counted."""
    if results.libraries is None or not len(results.libraries):
        return
    place = f"composition/{LIBRARIES.name}.tsv"
    rows = Rows.of(results.libraries, LibraryRow, place)
    shares = [row.copies_share for row in rows]
    context = {
        "table": rows.view("What was sequenced", most=MOST),
        "lowest": min(shares),
        "highest": max(shares),
        "amplicon": of_amplicons(results.provenance),
    }
    yield Section("reads-libraries", chapter, "What was sequenced", "libraries", context)
