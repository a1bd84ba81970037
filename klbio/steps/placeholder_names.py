"""Names that Snakemake cannot take as they stand: to it a word in braces is a placeholder."""

from __future__ import annotations

import re
from collections.abc import Iterable

from klbio.errors import InputError, StrPath, listed

__all__ = ["refuse_braces"]

PLACEHOLDER = re.compile(r"\{[^{}]*\}")


def refuse_braces(config: StrPath, names: Iterable[str]) -> None:
    """Refuse paths with a word in braces.

    Parameters
    ----------
    config : path-like
        What names them.
    names : iterable of str

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
    if found:
        raise InputError.one(
            config, f"a path with braces: {listed(found)}",
            "none: to Snakemake a word in braces is a placeholder", "Rename the file or folder.",
        )  # fmt: skip
