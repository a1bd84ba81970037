"""A case: files with one thing wrong, a command, and the words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

TABLE = "taxon\ts1\ts2\ts3\ts4\nA\t90\t10\t80\t20\nB\t10\t90\t20\t80\n"
SHEET = "sample\tsubject\tphase\ttime\ns1\tX\tbefore\t0\ns2\tX\tafter\t1\ns3\tY\tbefore\t0\ns4\tY\tafter\t1\n"
LINEAGES = "id\tphylum\tgenus\nA\tP\tG\nB\tP\tH\n"
TREE = "(A:1,B:1);\n"
STUDY = {"t.tsv": TABLE, "s.tsv": SHEET, "x.tsv": LINEAGES, "w.nwk": TREE}
SHIFT = (
    "shift", "t.tsv", "--samples", "s.tsv", "--taxonomy", "x.tsv", "--tree", "w.nwk",
    "--rank", "feature", "--rank", "genus", "--resamples", "19", "--no-report", "--out", "out",
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One thing wrong.

    Parameters
    ----------
    name : str
        What is wrong, in words.
    says : sequence of str
        Parts of what has to be said, the file's name among them.
    files : mapping of str to str or bytes
        That differ from a sound study.
    line : sequence of str
        The command.
    mended : mapping of str to str or bytes, optional
        The files as the remedy asks for them: with these the command ends well.
    """

    name: str
    says: Sequence[str]
    files: Mapping[str, str | bytes] = field(default_factory=dict)
    line: Sequence[str] = SHIFT
    mended: Mapping[str, str | bytes] | None = None

    def __str__(self) -> str:
        return self.name


def put(folder: Path, files: Mapping[str, str | bytes]) -> None:
    """Write a sound study with some files replaced."""
    for name, content in {**STUDY, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
