"""What a result was made of: versions, settings, checksums; and what was left out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from klbio import __version__
from klbio.errors import StrPath
from klbio.io.files import checksum, write_text
from klbio.io.json_data import JsonObject

__all__ = ["code_version", "collect_dropped", "write_provenance"]

PACKAGES = (
    "altair", "biom-format", "biopython", "dnaio", "numba", "numpy", "pandas", "pyhmmer", "pyrodigal", "scikit-bio",
    "scipy", "snakemake", "vl-convert-python",
)  # fmt: skip


def code_version() -> str:
    """Name the version and the state of the code: ``version+`` and eight digits of its checksum."""
    package = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    return f"{__version__}+{digest.hexdigest()[:8]}"


def write_provenance(*, inputs: Sequence[StrPath], config: JsonObject, out: StrPath) -> None:
    """Write versions, settings, seed and the SHA-256 of each input file as JSON, without dates or machine names."""
    record = {
        "klbio": code_version(),
        "packages": {name: _version(name) for name in PACKAGES},
        "seed": config.get("seed", 1),
        "config": config,
        "inputs": {str(path): checksum(path) for path in _files(map(Path, inputs))},
    }
    write_text(out, json.dumps(record, indent=2, ensure_ascii=False) + "\n")


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    """Give files, those of a folder each by itself."""
    for path in paths:
        yield from (
            sorted(inside for inside in path.rglob("*") if inside.is_file()) if path.is_dir() else [path]
        )


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
