"""What stands where a workflow is about to write: results of an earlier run, of another config or another folder."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from klbio.errors import InputError, StrPath, listed, notify
from klbio.io.json_data import Json, JsonObject
from klbio.io.result_folder import SUMS
from klbio.steps.provenance import code_version

__all__ = ["is_recorded", "refuse_unrecorded", "say_left_over"]

RECORDS = Path(
    ".snakemake/metadata"
)  # where Snakemake keeps what it ran: in the folder in which it was started
MAX_NAME = 254  # letters of a record's name, above which Snakemake cuts it
OF_RUNS = f"*/{SUMS}", "*/parquet", "shift/matrix.*", "models/nearest.tsv"


def is_recorded(path: StrPath, records: Path = RECORDS) -> bool:
    """Whether Snakemake knows how a file was made, as it was started in this folder.

    >>> is_recorded("results/provenance.json", Path("/no/such/folder"))
    False
    """
    name = urlsafe_b64encode(str(path).encode()).decode()
    *folders, last = [name[i : i + MAX_NAME] for i in range(0, len(name), MAX_NAME)]
    return records.joinpath(*(f"@{folder}" for folder in folders), last).exists()


def refuse_unrecorded(out: StrPath, config: JsonObject) -> None:
    """Refuse results that another config or another klbio made, where Snakemake cannot know it and would keep them.

    It finds that a setting was changed by its records, which stay in the folder in which it was started; results that
    were copied, or whose folder was renamed, have none.

    Parameters
    ----------
    out : path-like
        Folder of the results.
    config : mapping
        The settings of this run.

    Raises
    ------
    InputError
        Naming what differs.
    """
    path = Path(out) / "provenance.json"
    made = _read(path)
    if not made or is_recorded(path):
        return
    others = list(_differing(made.get("config"), json.loads(json.dumps(config))))
    others += ["the version of klbio"] if made.get("klbio") != code_version() else []
    if others:
        found = f"results made with other settings ({listed(others)}), of which Snakemake has no record here"
        remedy = "Name another outdir, or make all of them again: --forceall."
        raise InputError.one(path, found, "results of this config, or none", remedy)


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


def say_left_over(out: StrPath, targets: Iterable[StrPath]) -> None:
    """Warn of tables of an earlier run among the results that this run does not make.

    Parameters
    ----------
    out : path-like
        Folder of the results.
    targets : iterable of path-like
        What this run makes.
    """
    made = set(map(Path, targets))
    found = [path for pattern in OF_RUNS for path in sorted(Path(out).glob(pattern)) if path not in made]
    places = dict.fromkeys(path.parent if path.name == SUMS else path for path in found)
    for place in places:
        if place.parent not in places:
            notify(
                place,
                "of an earlier run, and nothing that this config makes",
                "left as it is, and not on the page",
            )
