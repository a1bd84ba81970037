"""Files dated later than now, from which Snakemake takes nothing: it would throw away what hours were spent on."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from klbio.errors import InputError, StrPath, listed

__all__ = ["MAX_SKEW", "refuse_future"]

MAX_SKEW = 60  # seconds by which clocks of two machines may differ


def refuse_future(paths: Iterable[StrPath]) -> None:
    """Refuse inputs that are dated later than now, by more than a minute.

    Snakemake holds a result that is older than what it was made of for one that has to be made again: it ends the job
    that made it, and removes its files.

    Parameters
    ----------
    paths : iterable of path-like
        What is not there is passed over.

    Raises
    ------
    InputError
        Naming the first of them.

    Examples
    --------
    >>> refuse_future([__file__, "no such file"])
    """
    dates = {str(path): Path(path).stat().st_mtime for path in paths if Path(path).exists()}
    latest = time.time() + MAX_SKEW
    later = [path for path, date in dates.items() if date > latest]
    if later:
        date = datetime.fromtimestamp(dates[later[0]]).astimezone()
        others = f", and so are {listed(later[1:])}" if later[1:] else ""
        raise InputError.one(
            later[0], f"dated {date:%Y-%m-%d %H:%M}, which is later than now{others}", "a date that is past",
            "Mend the clock, or touch the files: Snakemake would remove what is made of them.",
        )  # fmt: skip
