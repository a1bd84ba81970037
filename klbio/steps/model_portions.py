"""Parts of a comparison of models as files: what was found of some pairs, and of which models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import partial

import numpy as np

from klbio.errors import Fault, Faults, InputError, StrPath, listed
from klbio.io.columns_file import Column, ColumnsFile, write_columns
from klbio.io.json_data import JsonObject, as_list, as_whole
from klbio.models.comparison.compared import Compared
from klbio.models.comparison.tile import Tile
from klbio.models.profiles.found_pairs import FoundPairs
from klbio.schema import HiddenRow
from klbio.steps.portions import CALLED, IDENTITY, REMEDY

__all__ = ["read_portions", "write_portion"]

TILE, TABLE, COMPONENT = "tile", "table", "component"
RATES, PROFILES, HIDDEN = "rates", "profiles", "hidden"
OF_HIDDEN = tuple(field.name for field in fields(HiddenRow))
WRONG = KeyError, TypeError, ValueError, IndexError


def write_portion(path: StrPath, identity: JsonObject, tile: Tile, found: Compared) -> None:
    """Write what was found of some pairs.

    Parameters
    ----------
    path : path-like
    identity : JsonObject
        Of which models it was found.
    tile : Tile
    found : Compared
    """
    write_columns(path, {IDENTITY: identity, TILE: [tile.number, tile.of]}, _blocks(found))


def _blocks(found: Compared) -> Iterator[tuple[JsonObject, Mapping[str, Column]]]:
    for component, rates in found.rates.items():
        yield {TABLE: RATES, COMPONENT: component}, {RATES: rates}
    yield {TABLE: PROFILES}, found.profiles.columns()
    yield {TABLE: HIDDEN}, {name: [getattr(row, name) for row in found.hidden] for name in OF_HIDDEN}


@dataclass(frozen=True, eq=False)
class _Portion:
    """What stands in one file."""

    path: StrPath
    tile: Tile
    found: Compared


def read_portions(paths: Sequence[StrPath], identity: JsonObject) -> Compared:
    """Put the parts of a comparison together, given in any order.

    Parameters
    ----------
    paths : sequence of path-like
    identity : JsonObject
        Of the models they should be of.

    Raises
    ------
    InputError
        Every part that is none, or was found of something else; if a part is missing, or there twice.
    """
    faults = Faults()
    read = [faults.gather(partial(_read, path, identity)) for path in paths]
    faults.raise_any()
    portions = sorted(filter(None, read), key=lambda portion: portion.tile)
    tiles = [portion.tile for portion in portions]
    if tiles != [Tile(number, len(tiles)) for number in range(1, len(tiles) + 1)]:
        found = listed([f"part {tile.number} of {tile.of}" for tile in tiles], 9)
        remedy = "Delete them, and run their steps again."
        raise InputError.one("parts", found, "each part of one comparison once", remedy)
    return Compared.joined([portion.found for portion in portions])


def _read(path: StrPath, identity: JsonObject) -> _Portion:
    file = ColumnsFile.of(path)
    given = file.head.get(IDENTITY)
    known = given if isinstance(given, Mapping) else {}
    others = [said for key, said in CALLED.items() if key in identity and known.get(key) != identity[key]]
    if others:
        found = f"a part of a comparison of models that was made with {' and '.join(others)}"
        raise InputError([Fault(path, found, "a part of this comparison", REMEDY)])
    try:
        number, of = map(as_whole, as_list(file.head[TILE]))
        return _Portion(path, Tile(number, of), _found(file))
    except WRONG as error:
        raise InputError.one(
            path, "no part of a comparison of models", "what klbio writes", REMEDY
        ) from error


def _found(file: ColumnsFile) -> Compared:
    rates, tables = {}, {}
    for block, about in enumerate(file.abouts):
        columns = file.read(block)
        if about[TABLE] == RATES:
            rates[str(about[COMPONENT])] = np.asarray(columns[RATES], float)
        else:
            tables[about[TABLE]] = columns
    hidden = [
        HiddenRow(**dict(zip(OF_HIDDEN, row, strict=True)))
        for row in zip(*tables[HIDDEN].values(), strict=True)
    ]
    arrays = {name: np.asarray(column) for name, column in tables[PROFILES].items()}
    return Compared(rates, FoundPairs.of_columns(arrays), hidden)
