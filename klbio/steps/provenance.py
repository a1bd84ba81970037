"""What a result was made of: versions, settings, checksums; and what was left out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from klbio import __version__
from klbio.errors import StrPath
from klbio.io.files import checksum, read_sums, write_text
from klbio.io.json_data import JsonObject

__all__ = ["code_version", "collect_dropped", "files_within", "write_provenance"]

PACKAGES = (
    "altair", "biom-format", "biopython", "dnaio", "numba", "numpy", "pandas", "pyhmmer", "pyrodigal", "scikit-bio",
    "scipy", "snakemake", "vl-convert-python",
)  # fmt: skip
TIMESTAMP = ".snakemake_timestamp"  # which Snakemake puts into folders


def code_version() -> str:
    """Name the version and the state of the code: ``version+`` and eight digits of its checksum."""
    package = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    return f"{__version__}+{digest.hexdigest()[:8]}"


def write_provenance(
    *,
    inputs: Sequence[StrPath],
    config: JsonObject,
    out: StrPath,
    names: Sequence[str] = (),
    sums: Sequence[StrPath] = (),
    routes: Sequence[str] = (),
) -> None:
    """Write versions, settings, seed and the SHA-256 of each input file as JSON, without dates or machine names.

    Parameters
    ----------
    inputs : sequence of path-like
        Files and folders that are hashed here.
    config : mapping
        The settings of the run.
    out : path-like
    names : sequence of str, optional
        What the config calls the inputs, where a job is handed them under other paths.
    sums : sequence of path-like, optional
        Lists of the checksums of others, made where they were read (`klbio.steps.reads.compose_reads`).
    routes : sequence of str, optional
        Folders of tables that the run makes, and ``nearest``: the page shows no others, as tables of an earlier run may
        stand beside them.
    """
    named = zip(names or map(str, inputs), map(Path, inputs), strict=True)
    checked = {name: checksum(path) for name, path in files_within(named)}
    record = {
        "klbio": code_version(),
        "packages": {name: _version(name) for name in PACKAGES},
        "seed": config.get("seed", 1),
        "config": config,
        **({"routes": list(routes)} if routes else {}),
        "inputs": checked | {name: one for path in sums for name, one in read_sums(path).items()},
    }
    write_text(out, json.dumps(record, indent=2, ensure_ascii=False) + "\n")


def files_within(paths: Iterable[tuple[str, Path]]) -> Iterator[tuple[str, Path]]:
    """Give files by their names, those of a folder each by itself."""
    for name, path in paths:
        if path.is_dir():
            inside = sorted(one for one in path.rglob("*") if one.is_file() and one.name != TIMESTAMP)
            yield from ((str(Path(name, one.relative_to(path))), one) for one in inside)
        else:
            yield name, path


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def collect_dropped(*, tables: Sequence[StrPath], out: StrPath) -> None:
    """Put the lists of what each step left out into one table."""
    import pandas as pd

    from klbio.io.results import read_rows, write_rows
    from klbio.schema import DROPPED

    frames = [DROPPED.frame(()), *(read_rows(table, DROPPED) for table in tables)]
    write_rows(out, pd.concat(frames, ignore_index=True).drop_duplicates(), DROPPED)
