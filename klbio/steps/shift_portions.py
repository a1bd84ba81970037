"""Parts of a study as files: what was measured of some subjects, and of which inputs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from klbio.errors import Fault, Faults, InputError, StrPath
from klbio.io.columns_file import ColumnsFile, write_columns
from klbio.io.json_data import Json, JsonObject, as_list, as_whole
from klbio.shift.blocks import About, Block, Column
from klbio.steps.portions import CALLED, GROUPS, IDENTITY, REMEDY

__all__ = ["PortionFile", "read_portions", "write_portion"]

UNITS = "units"


def write_portion(
    path: StrPath, identity: JsonObject, units: Sequence[tuple[str, str]], blocks: Iterable[Block]
) -> None:
    """Write what was measured of some units.

    Parameters
    ----------
    path : path-like
    identity : JsonObject
        What it was measured of.
    units : sequence of (str, str)
        Subject and arm of each.
    blocks : iterable of Block
    """
    head: JsonObject = {IDENTITY: identity, UNITS: [list(who) for who in units]}
    write_columns(path, head, ((_said(block.about), block.columns) for block in blocks))


def _said(about: About) -> JsonObject:
    return {
        "table": about.table, "stage": about.stage, "place": about.place, "lengths": list(about.lengths),
        "first": about.first,
    }  # fmt: skip


@dataclass(frozen=True, eq=False)
class PortionFile:
    """A part of a study, as `klbio.shift.gathered.Portion` asks for it.

    Attributes
    ----------
    file : ColumnsFile
    units : sequence of (str, str)
        Subject and arm of each unit.
    abouts : sequence of About
        What each block holds.
    """

    file: ColumnsFile
    units: Sequence[tuple[str, str]]
    abouts: Sequence[About]

    @classmethod
    def of(cls, file: ColumnsFile) -> PortionFile:
        """Look what is in a file.

        Raises
        ------
        InputError
            If it holds something else.
        """
        try:
            who = as_list(file.head[UNITS])
            units = [(str(subject), str(arm)) for subject, arm in map(as_list, who)]
            return cls(file, units, list(map(_about, file.abouts)))
        except (KeyError, TypeError, ValueError) as error:
            raise InputError.one(file.path, "no part of a study", "what klbio writes", REMEDY) from error

    def read(self, block: int, names: Sequence[str] = ()) -> dict[str, Column]:
        """Give columns of a block; by default all."""
        return self.file.read(block, names)


def _about(said: JsonObject) -> About:
    numbers = said["stage"], said["place"], said["first"], *as_list(said["lengths"])
    stage, place, first, *lengths = map(as_whole, numbers)
    return About(str(said["table"]), stage, place, lengths, first)


def read_portions(paths: Sequence[StrPath], identity: JsonObject) -> list[PortionFile]:
    """Look what is in the parts of a study.

    Raises
    ------
    InputError
        Every part that is none, or was measured of something else.
    """
    faults = Faults()
    found = [faults.gather(partial(_read, path, identity)) for path in paths]
    faults.raise_any()
    return [portion for portion in found if portion is not None]


def _read(path: StrPath, identity: JsonObject) -> PortionFile:
    file = ColumnsFile.of(path)
    given = file.head.get(IDENTITY)
    others = [said for key, said in CALLED.items() if not _is_of(given, identity, key)]
    if others:
        found = f"a part of a study that was measured with {' and '.join(others)}"
        raise InputError([Fault(path, found, "a part of this study", REMEDY)])
    return PortionFile.of(file)


def _is_of(given: Json, identity: JsonObject, key: str) -> bool:
    """Whether something is as it was; a chunk is given no more groups of reads than those of its samples."""
    if not isinstance(given, Mapping) or key not in given:
        return False
    if key != GROUPS:
        return given[key] == identity[key]
    return {*map(str, as_list(given[key]))} <= {*map(str, as_list(identity[key]))}
