"""Drafts beside what they become: their names say whose they are, so that those of killed runs are taken away."""

from __future__ import annotations

import os
import platform
import re
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

__all__ = ["file_beside", "folder_beside", "take_away"]

MAX_NAME = 40  # letters of a draft's name that are the target's
MAX_HOST = 30  # of the machine's: a folder may be shared by several
PART = ".part"


def file_beside(target: Path, folder: Path | None) -> Path:
    """Make an empty draft of a file, in a folder, or where the system keeps such things."""
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        take_away(folder, target.name)
    handle, path = tempfile.mkstemp(dir=folder, prefix=_prefix(target.name), suffix=PART)
    os.close(handle)
    return Path(path)


def folder_beside(folder: Path, name: str) -> tempfile.TemporaryDirectory[str]:
    """Make a folder of drafts."""
    take_away(folder, name)
    return tempfile.TemporaryDirectory(dir=folder, prefix=_prefix(name), suffix=PART)


def take_away(folder: Path, name: str) -> None:
    """Take away the drafts of a name whose process on this machine has ended: nobody else would."""
    ours = re.compile(rf"{re.escape(_start(name))}(\d+)\.[^.]*{re.escape(PART)}")
    with os.scandir(folder) as entries:
        left = [entry for entry in entries if (match := ours.fullmatch(entry.name)) and _ended(int(match[1]))]
    for entry in left:
        with suppress(OSError):  # another run takes it away at the same time, or may not
            shutil.rmtree(entry) if entry.is_dir(follow_symlinks=False) else Path(entry).unlink()


def _prefix(name: str) -> str:
    return f"{_start(name)}{os.getpid()}."


def _start(name: str) -> str:
    host = re.sub(r"[^\w-]", "_", platform.node())[:MAX_HOST]
    return f".{name[:MAX_NAME]}.{host}-"


def _ended(process: int) -> bool:
    """Whether no process has that number."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):  # somebody else's; no such number
        return False
    return False
