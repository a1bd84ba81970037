"""What to heed before believing a number: how much was left out, and how many checks raised a flag."""

from __future__ import annotations

from collections import Counter

from klbio.report.formatting import count, listing
from klbio.report.tables import Results

__all__ = ["heed"]


def heed(results: Results) -> list[tuple[str, str]]:
    """Say what was left out and what was flagged, each with the section that tells more.

    Parameters
    ----------
    results : Results
        Any of its routes may be empty.

    Returns
    -------
    list of (str, str)
        A sentence, and the id of a section.
    """
    said = [(_left_out(results), "left-out")]
    for route, where in ((results.shift, ""), (results.reads, " of the reads")):
        flags = route.tables["flags"]
        n = len(flags[flags["severity"] == "flag"].drop_duplicates("check"))
        if n:
            said.append((f"{count(n, 'check')}{where} raised a flag", f"{route.name}-flags"))
    return said


def _left_out(results: Results) -> str:
    if results.dropped is None:
        return "No list of what was left out"
    several = results.dropped["kind"].str.endswith("s")  # such a row tells how many in its name
    kinds = Counter(results.dropped["kind"][~several])
    told = [count(n, kind) for kind, n in kinds.items()] + list(results.dropped["name"][several])
    return f"Left out: {listing(told) if told else 'nothing'}"
