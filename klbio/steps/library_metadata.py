"""What a table made of reads says of its samples."""

from __future__ import annotations

from klbio.design import Design
from klbio.io.references import About
from klbio.sheet import Row, Sheet
from klbio.taxa_table import REFERENCE

__all__ = ["metadata_of"]


def metadata_of(design: Design, about: About) -> Sheet:
    """Give who the samples are of, and by which reference their taxa are named."""
    columns = ("sample", "subject", "phase", "arm", "batch", "kind", REFERENCE)
    lines = (
        (one.name, one.subject, one.phase, one.arm, one.batch, one.kind, str(about))
        for one in design.libraries
    )
    rows_of = (Row(None, dict(zip(columns, line, strict=True))) for line in lines)
    return Sheet(design.name, columns, tuple(rows_of))
