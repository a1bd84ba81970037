"""What stands where a workflow is about to write: results of an earlier run, of another config or another folder."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from klbio.errors import InputError, StrPath, listed, notify
from klbio.io.files import checksum
from klbio.io.json_data import Json, JsonObject
from klbio.io.result_folder import SUMS
from klbio.io.state import MAX_HASHED, size_of
from klbio.steps.dates import MAX_SKEW
from klbio.steps.provenance import code_version, files_within

__all__ = ["is_recorded", "refuse_unrecorded", "say_left_over"]

RECORDS = Path(".snakemake")  # where Snakemake keeps what it ran: in the folder in which it was started
KINDS = "metadata", "incomplete"  # of what was made, and of what was begun, which it makes again
MAX_NAME = 254  # letters of a record's name, above which Snakemake cuts it
PARTS = "*/parts/[!.]*.part", "shift/matrix/*of*.npy"  # of another cut, or of a run that was stopped
OF_RUNS = f"*/{SUMS}", "*/parquet", "shift/matrix.*", "models/nearest.tsv"


def is_recorded(name: str, records: Path = RECORDS) -> bool:
    """Whether Snakemake knows how a file was made, or that it was begun, as it was started in this folder.

    It writes its record when the file is there: one that is a good deal newer was written by somebody else, as by a
    Snakemake that was started in another folder.

    Parameters
    ----------
    name : str
        As rules have it, letter by letter: ``results//a.tsv`` is another than ``results/a.tsv``.
    records : Path, optional

    >>> is_recorded("results/provenance.json", Path("/no/such/folder"))
    False
    """
    letters = urlsafe_b64encode(name.encode()).decode()
    *folders, last = [letters[i : i + MAX_NAME] for i in range(0, len(letters), MAX_NAME)]
    record = Path(*(f"@{folder}" for folder in folders), last)
    return any(_is_of((records / kind / record), Path(name)) for kind in KINDS)


def _is_of(record: Path, made: Path) -> bool:
    """Whether a record is there, and no older than what it is of."""
    if not record.exists():
        return False
    return not made.exists() or made.stat().st_mtime <= record.stat().st_mtime + MAX_SKEW


def refuse_unrecorded(
    out: StrPath, config: JsonObject, targets: Iterable[str], inputs: Iterable[str] = ()
) -> None:
    """Refuse results that another config, klbio or input made, where Snakemake cannot know it and would keep them.

    It finds that a setting was changed by its records, which stay in the folder in which it was started; results that
    were copied, or whose folder was renamed, have none.

    Parameters
    ----------
    out : path-like
        Folder of the results.
    config : mapping
        The settings of this run.
    targets : iterable of str
        What this run makes, as rules have it.  Each counts by itself: two rules may write into one folder.
    inputs : iterable of str, optional
        Files that the results were made of, of which ``provenance.json`` has checksums; large ones are not looked at.

    Raises
    ------
    InputError
        Naming what differs.
    """
    path = Path(out) / "provenance.json"
    made = _read(path)
    remade = {Path(out) / "report"} | (set() if made else {Path(out)})  # whatever was made before them
    unknown = {folder: time for folder, time in _unrecorded(targets).items() if folder not in remade}
    if not unknown:
        return
    remedy = "Name another outdir, or make all of them again: --forceall."
    if not made:
        found = "results of which neither provenance.json nor Snakemake says how they were made"
        raise InputError.one(next(iter(unknown)), found, "results of this config, or none", remedy)
    others = [
        name for name in _differing(made.get("config"), json.loads(json.dumps(config))) if name != "outdir"
    ]
    others += ["the version of klbio"] if made.get("klbio") != code_version() else []
    others += _other_inputs(_sums(made), inputs, max(unknown.values()))
    if others:
        found = f"results made with other settings or inputs ({listed(others)}), of which Snakemake has no record here"
        raise InputError.one(path, found, "results of this config, or none", remedy)


def _unrecorded(targets: Iterable[str]) -> dict[Path, float]:
    """Give the folders with a result that Snakemake does not know, and when the last such of each was made."""
    times = dict[Path, float]()
    for target in targets:
        path = Path(target)
        if path.exists() and not is_recorded(target):
            times[path.parent] = max(times.get(path.parent, 0), path.stat().st_mtime)
    return times


def _other_inputs(sums: Mapping[str, Json], inputs: Iterable[str], made: float) -> list[str]:
    """Give the files that hold something else than what the results were made of, and are older: so no news else."""
    found = files_within((name, Path(name)) for name in inputs)
    there = [(name, path) for name, path in found if path.is_file() and path.stat().st_mtime <= made]
    small = [(name, path) for name, path in there if size_of(path) <= MAX_HASHED]
    return [name for name, path in small if sums.get(name, "") not in ("", checksum(path))]


def _sums(made: JsonObject) -> Mapping[str, Json]:
    found = made.get("inputs")
    return found if isinstance(found, dict) else {}


def _read(path: Path) -> JsonObject:
    """Read what results were made of; nothing where that cannot be read, as of a run that was killed."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _differing(one: Json, other: Json, name: str = "") -> Iterator[str]:
    """Give the keys that differ, as ``taxa.ranks``."""
    if not isinstance(one, Mapping) or not isinstance(other, Mapping):
        yield from [name] if one != other else []
        return
    for key in dict.fromkeys([*one, *other]):
        yield from _differing(one.get(key), other.get(key), f"{name}.{key}" if name else key)


def say_left_over(out: StrPath, targets: Iterable[StrPath], parts: Iterable[StrPath] = ()) -> None:
    """Warn of tables of an earlier run among the results that this run does not make, and of parts it does not take.

    Parameters
    ----------
    out : path-like
        Folder of the results.
    targets : iterable of path-like
        What this run makes.
    parts : iterable of path-like, optional
        What it makes them of, and takes away.
    """
    made = {*map(Path, targets), *map(Path, parts)}
    beside = {path.with_suffix(".json") for path in made if path.suffix == ".npy"}  # names of a matrix
    there = [path for pattern in (*OF_RUNS, *PARTS) for path in sorted(Path(out).glob(pattern))]
    found = [path for path in there if path not in made | beside]
    folders = {path.parent for path in found if path.name == SUMS or any(map(path.match, PARTS))}
    places = dict.fromkeys(path.parent if path.parent in folders else path for path in found)
    for place in places:
        if place.parent not in places:
            notify(
                place,
                "of an earlier run, and nothing that this config makes",
                "left as it is, and not on the page",
            )
