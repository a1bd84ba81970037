"""Which declared table each file of a study is."""

from collections.abc import Iterator
from pathlib import Path

from klbio.schema import DROPPED, MODEL_TABLES, NEAREST, SHIFT_TABLES, TRAINING_TABLES, Table

FOLDERS = {"shift": SHIFT_TABLES, "reads": SHIFT_TABLES, "models": MODEL_TABLES}


def declared(folder: Path) -> Iterator[tuple[Path, Table]]:
    """Every result table under a folder, with its declaration."""
    for path in sorted(folder.rglob("*.tsv")):
        stem = path.stem.rpartition(".")[2]
        tables = TRAINING_TABLES if "." in path.stem else FOLDERS.get(path.parent.name, {})
        table = (
            NEAREST if stem.startswith("nearest") else DROPPED if stem == DROPPED.name else tables.get(stem)
        )
        if table is not None:
            yield path, table
