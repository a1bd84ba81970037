"""Every column of every result table, for docs/formats.md; ``python -m tests.columns`` writes them there."""

import re
from collections.abc import Iterator
from pathlib import Path

from klbio.schema import (
    AMPLICON_CALLS,
    AMPLICON_READS,
    CALL_CUTOFFS,
    CALL_RANGE,
    CONFIDENCES,
    DROPPED,
    LIBRARIES,
    MODEL_TABLES,
    NEAREST,
    QUALITY,
    QUALITY_DIFFERENCES,
    SHIFT_TABLES,
    SKETCHES,
    TRAINING_TABLES,
    Column,
    Table,
)

OF_AMPLICONS = {
    **{f"composition/{table.name}.tsv": table for table in (AMPLICON_READS, AMPLICON_CALLS)},
    **{f"amplicons/{table.name}.tsv": table for table in (CALL_RANGE, CALL_CUTOFFS)},
}
PAGE = Path(__file__).parents[1] / "docs/formats.md"
BETWEEN = re.compile(r"(?<=<!-- columns -->\n).*?(?=<!-- /columns -->)", re.DOTALL)


def tables() -> Iterator[tuple[str, Table]]:
    """Each table with the file it stands in."""
    for name, table in SHIFT_TABLES.items():
        if table is not DROPPED:
            yield f"shift/{name}.tsv", table
    yield from OF_AMPLICONS.items()
    yield from ((f"composition/{table.name}.tsv", table) for table in (CONFIDENCES, SKETCHES))
    for name, table in MODEL_TABLES.items():
        if table is not DROPPED:
            yield f"models/{name}.tsv", table
    yield "models/nearest.tsv", NEAREST
    for name, table in TRAINING_TABLES.items():
        if table is not DROPPED:
            yield f"{name}.tsv, beside a trained model", table
    for table in (LIBRARIES, QUALITY, QUALITY_DIFFERENCES):
        yield f"composition/{table.name}.tsv", table
    yield "dropped.tsv", DROPPED


def section(title: str, table: Table) -> str:
    """A table of columns under a heading of its own."""
    rows = "\n".join(map(line, table.columns))
    more = f"\n\nFurther columns may follow: {table.extra}." if table.extra else ""
    return f"### {title}\n\n{table.meaning}\n\n| column | kind | meaning |\n|---|---|---|\n{rows}{more}\n"


def line(column: Column) -> str:
    """A column: its name, its kind with unit or words, and what it means."""
    cells = (f"`{column.name}`", kind(column), column.meaning)
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def kind(column: Column) -> str:
    """What stands there: words, numbers in a unit, counts, yes or no; and whether it may be missing."""
    unit = f", {column.unit}" if column.unit and column.kind.name != "p" else ""
    return f"{column.kind.name}{unit}{', may be missing' if column.optional else ''}"


def text() -> str:
    """All sections."""
    return "\n" + "\n".join(section(title, table) for title, table in tables())


def written() -> str:
    """The sections as the page has them."""
    found = BETWEEN.search(PAGE.read_text(encoding="utf-8"))
    return found[0] if found else ""


if __name__ == "__main__":
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(BETWEEN.sub(lambda _: text(), page), encoding="utf-8")
