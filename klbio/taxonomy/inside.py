"""Lineages that stand inside a table: taken where they can be read; else left aside, and that is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from klbio.columns import TAXON
from klbio.errors import InputError, StrPath, notify
from klbio.sheet import Row, Sheet
from klbio.taxonomy.columns import is_joined, is_of_ranks
from klbio.taxonomy.taxonomy import Taxonomy

__all__ = ["taxonomy_inside", "taxonomy_of_metadata"]


def taxonomy_inside(lineages: Mapping[str, str | Sequence[str]], name: StrPath) -> Taxonomy | None:
    """Make the taxonomy of lineages beside a table's counts, as `Taxonomy.of_lineages`; None where it cannot be made.

    A study that measures no rank of theirs needs none.

    Warns
    -----
    InputWarning
        Where they are left aside.
    """
    return _or_none(lambda: Taxonomy.of_lineages(lineages, name))


def taxonomy_of_metadata(metadata: Mapping[str, Mapping[str, object]], name: StrPath) -> Taxonomy | None:
    """Make the taxonomy that the metadata of taxa hold, in one entry or one per rank; None where they hold none.

    >>> metadata = {"a": {"taxonomy": ["k__Bacteria", "p__Bacillota"]}, "b": {"taxonomy": ["k__Archaea", "p__"]}}
    >>> taxonomy_of_metadata(metadata, "gut.biom").ranks
    ('domain', 'phylum')
    """
    keys = list(dict.fromkeys(key for entries in metadata.values() for key in entries))
    joined, ranks = next(filter(is_joined, keys), None), list(filter(is_of_ranks, keys))
    if joined and ";" not in joined:
        return taxonomy_inside(
            {taxon: _parts(entries.get(joined)) for taxon, entries in metadata.items()}, name
        )
    if not ranks:
        return None
    rows = [
        Row(None, {TAXON: taxon, **{rank: _text(entries.get(rank)) for rank in ranks}}, taxon)
        for taxon, entries in metadata.items()
    ]
    return _or_none(lambda: Taxonomy.of(Sheet(name, (TAXON, *ranks), tuple(rows))))


def _or_none(make: Callable[[], Taxonomy]) -> Taxonomy | None:
    try:
        return make()
    except InputError as error:
        fault = error.faults[0]
        notify(
            fault.path, f"{fault.found} (expected {fault.expected})", "the lineages in the file are left aside",
            "To measure a rank, give --taxonomy with a column per rank.",
        )  # fmt: skip
        return None


def _parts(entry: object) -> str | list[str]:
    return list(map(_text, entry)) if isinstance(entry, list | tuple) else _text(entry)


def _text(entry: object) -> str:
    return "" if entry is None else str(entry)
