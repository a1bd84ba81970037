"""What a reference is: its name and release, and the checksum that no two share."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from hashlib import file_digest
from pathlib import Path

from klbio.errors import InputError, StrPath
from klbio.io.files import write_text
from klbio.io.unreadable import readable

__all__ = ["About", "read_about", "write_about"]

BESIDE = ".json"
SHOWN = 12  # digits of a checksum that tell two references apart for a reader


@dataclass(frozen=True)
class About:
    """A reference by name, release and SHA-256 of its file.

    >>> str(About("gold", "2010", "e48d014e8504" + "0" * 52))
    'gold 2010 (sha256 e48d014e8504)'
    """

    name: str
    release: str
    sha256: str

    def __str__(self) -> str:
        return f"{' '.join(filter(None, (self.name, self.release)))} (sha256 {self.sha256[:SHOWN]})"


def read_about(path: StrPath) -> About:
    """Say what a reference is: by the file that `klbio reference build` writes beside it, or by its own name.

    Raises
    ------
    InputError
        If the reference cannot be read, or was changed after the file beside it was written.
    """
    sha256, beside = _sha256(path), Path(f"{path}{BESIDE}")
    if not beside.is_file():
        return About(Path(path).name, "", sha256)
    try:
        said = json.loads(beside.read_text(encoding="utf-8"))
        known = About(str(said["name"]), str(said["release"]), str(said["sha256"]))
    except (ValueError, KeyError, TypeError) as error:
        raise InputError.one(
            beside, "no name, release and sha256", "those of the reference beside it"
        ) from error
    if known.sha256 != sha256:
        remedy = f"Build it again with `klbio reference build`, or remove {beside}."
        raise InputError.one(path, "another file than the one described beside it", "the same sha256", remedy)
    return known


def write_about(path: StrPath, name: str, release: str) -> About:
    """Write beside a reference what it is."""
    about = About(name, release, _sha256(path))
    write_text(f"{path}{BESIDE}", json.dumps(asdict(about), indent=2) + "\n")
    return about


def _sha256(path: StrPath) -> str:
    with readable(path), Path(path).open("rb") as handle:
        return file_digest(handle, "sha256").hexdigest()
