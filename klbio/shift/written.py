"""Between the typed rows of `klbio.schema` and the columns that the files still have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from klbio.schema import SHIFT_TABLES, Flag

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["typed_pairs", "worded"]


def typed_pairs(pairs: pd.DataFrame) -> pd.DataFrame:
    """Give flags of the pairs as booleans, and their two smoothings apart."""
    relative_entropy = pairs["smoothing"].str.partition("relative entropy ")[2]
    flags = {name: pairs[name].map({"yes": True, "no": False}) for name in ("above_floor", "above_baseline")}
    return pairs.assign(smoothing_jsd="none", smoothing_relative_entropy=relative_entropy, **flags)


def worded(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Give a table of rows with words for flags, and with the columns of the file."""
    if frame.empty:
        return frame
    flags = [column for column in SHIFT_TABLES[name].columns if isinstance(column.kind, Flag)]
    frame = frame.assign(
        **{flag.name: frame[flag.name].map({True: "yes", False: "no"}).fillna("") for flag in flags}
    )
    if name == "headline":
        depth = frame["rarefied_to"].map(lambda n: f"rarefied to {n:.0f}" if n and n == n else "full depth")
        return frame.assign(depth=depth)
    if name == "flags":
        between = frame["concerns"] == "arms"
        return frame.assign(concerns=frame["concerns"].mask(between, frame["arm_a"] + ", " + frame["arm_b"]))
    return frame
