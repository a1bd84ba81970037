"""What shotgun reads are named by: a database of Kraken 2, or sketches of sourmash."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from klbio.errors import InputError, StrPath
from klbio.io.programs import SOURMASH
from klbio.io.shotgun.kraken import RANKS, Database
from klbio.io.shotgun.sketch_database import SketchDatabase, is_of_sketches
from klbio.taxonomy import Taxonomy

__all__ = ["check_shotgun_database"]


def check_shotgun_database(path: StrPath, lineages: StrPath | None, ranks: Sequence[str] = ()) -> None:
    """Refuse what is no database, as far as can be told without the programs that are missing.

    Raises
    ------
    InputError
        For sketches without lineages, for lineages beside a database that holds its own, and for ranks that what it
        names has not.
    """
    if not is_of_sketches(path):
        if lineages:
            found = "lineages beside a folder, which holds its own where it is of Kraken 2"
            raise InputError.one(lineages, found, "a database of sourmash")
        Database(Path(path)).check()
        Taxonomy(RANKS, {}, str(path)).check((), ranks)
        return
    database = SketchDatabase(Path(path), Path(lineages) if lineages else None)
    if SOURMASH.is_there:
        database.check()
    database.taxonomy.check((), ranks)
