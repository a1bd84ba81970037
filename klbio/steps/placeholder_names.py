"""Names that Snakemake cannot take as they stand: a word in braces is a placeholder to it, and ~ somebody's home."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from klbio.errors import InputError, StrPath, listed
from klbio.io.sheets.settings import Settings

__all__ = ["named_paths", "refuse_braces", "refuse_home"]

PLACEHOLDER = re.compile(r"\{[^{}]*\}")
BRACE = re.compile(
    r"[{}]"
)  # one is enough in the folder of results, of which names are made by filling in others
PATHS = {
    "taxa": ("table", "samples", "taxonomy", "tree", "mock"),
    "reads": ("samples", "metadata", "mock"),
    "taxa of reads": ("reference", "database", "lineages"),
    "models": ("sheet",),
}


def named_paths(settings: Settings) -> list[str]:
    """Give the inputs that a config itself names, but the query; what is at fault is said by the schema.

    Examples
    --------
    >>> named_paths({"taxa": {"table": "t.biom", "ranks": ["genus"]}, "models": {"sheet": "m.tsv"}})
    ['t.biom', 'm.tsv']
    """
    reads = settings.get("reads", {})
    given: dict[str, Mapping[str, object]] = {
        "taxa": settings.get("taxa", {}),
        "reads": reads,
        "taxa of reads": reads.get("taxa") or {},
        "models": settings.get("models", {}),
    }
    return [str(given[name][key]) for name, keys in PATHS.items() for key in keys if key in given[name]]


def refuse_braces(source: StrPath, names: Iterable[str], out: str = "") -> None:
    """Refuse paths with a word in braces, and a folder of results with any brace.

    Parameters
    ----------
    source : path-like
        What names them.
    names : iterable of str
        Inputs.
    out : str, optional
        Folder of results.

    Raises
    ------
    InputError
        Naming the first of them.

    Examples
    --------
    >>> refuse_braces("my.yaml", ["reads/{S1}.fastq.gz"])
    Traceback (most recent call last):
    klbio.errors.InputError: my.yaml: a path with braces: 'reads/{S1}.fastq.gz'; expected none: to Snakemake a word in \
braces is a placeholder. Rename the file or folder.
    """
    found = [name for name in dict.fromkeys(names) if PLACEHOLDER.search(name)]
    found += [out] if BRACE.search(out) else []
    if found:
        raise InputError.one(
            source, f"a path with braces: {listed(found)}",
            "none: to Snakemake a word in braces is a placeholder", "Rename the file or folder.",
        )  # fmt: skip


def refuse_home(source: StrPath, out: str, line: int | None = None) -> None:
    """Refuse a folder of results that starts with ~: Snakemake looks at home for what a job wrote elsewhere.

    Raises
    ------
    InputError
        Naming the folder.

    Examples
    --------
    >>> refuse_home("my.yaml", "gut/~results")
    """
    if out.startswith("~"):
        remedy = "Write it out, from / on."
        raise InputError.one(source, f"outdir: {out!r}", "a folder that starts with no ~", remedy, line)
