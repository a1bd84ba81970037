"""One table of the profiles of many samples, each by its taxa."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy import sparse

from klbio.distributions import Counts, Unit
from klbio.errors import Fault, Faults, InputError, first_faults, listed, note, notify
from klbio.io.source import Source
from klbio.schema import DroppedRow
from klbio.spelling import sample_of
from klbio.taxa_table import TaxaTable
from klbio.taxonomy.inside import taxonomy_inside

__all__ = [
    "Profile",
    "Taxon",
    "each_file",
    "gathered",
    "is_count",
    "refuse_doubles",
    "say_one_sample",
]

ANY_ENDING = {"", ".tsv", ".txt", ".csv", ".tab", ".gz", ".out", ".log"}  # of files of any kind
COUNT = re.compile(r" *[0-9]{1,15} *")  # what int() reads, and floats hold


class Taxon(NamedTuple):
    """A taxon as a classifier names it."""

    key: str
    """What tells it from others of its name: an identifier or a lineage."""
    name: str
    lineage: str = ""


Profile = Mapping[Taxon, float]


def is_count(field: str) -> bool:
    r"""Tell whether a field is a whole number that can be counted with.

    >>> is_count(" 12"), is_count("\x1f0"), is_count("9" * 5000)
    (True, False, False)
    """
    return bool(COUNT.fullmatch(field))


def each_file(
    source: Source, is_one: Callable[[Source], bool], read: Callable[[Source], Profile], tool: str
) -> tuple[dict[str, Profile], tuple[DroppedRow, ...]]:
    """Read the profile of a file, or those of every file in a folder; and name the files that are none.

    Raises
    ------
    InputError
        Every fault of all files; two files of one sample; a file called like these that is none.
    """
    if source.is_file:
        say_one_sample(source, f"as {tool} writes it")
        return {sample_of(source.path.name): read(source)}, ()
    files = {name: file for name, file in source.files.items() if is_one(file)}
    others = [name for name in source.files if name not in files]
    refuse_doubles(source, {name: sample_of(name) for name in files})
    faults, profiles = Faults(), {}
    faults.found += _unlike(source, files, others, tool)
    for name, file in files.items():
        profiles[sample_of(name)] = faults.gather(partial(read, file)) or {}
    faults.raise_any()
    if others:
        note(source, f"{listed(others)} beside {len(files)} files of {tool}", "passed over")
    return profiles, tuple(_not_read(source, name, tool) for name in others)


def _unlike(source: Source, files: Collection[str], others: Sequence[str], tool: str) -> list[Fault]:
    """Refuse what is called like the files of samples and is none: passed over, a sample would be missing."""
    endings = {ending for name in files if (ending := Path(name).suffix.lower()) not in ANY_ENDING}
    remedy = "Copy or write it again; or move it elsewhere, and the line of its sample out of the sheet."
    return first_faults(
        Fault(
            source.files[name], "a file of another kind" if source.files[name].size else "an empty file",
            f"one of {tool}, as the others of this folder with that ending", remedy,
        )
        for name in others
        if Path(name).suffix.lower() in endings
    )  # fmt: skip


def _not_read(source: Source, name: str, tool: str) -> DroppedRow:
    return DroppedRow.file(str(source), name, f"no file of {tool}")


def say_one_sample(source: Source, what: str) -> None:
    """Say that a file holds one sample alone."""
    notify(
        source,
        f"the profile of one sample, {what}",
        f"read as sample {sample_of(source.path.name)!r}",
        "Give the folder that holds the files of all samples.",
    )


def refuse_doubles(source: Source, samples: Mapping[str, str]) -> None:
    """Refuse files of one sample.

    Parameters
    ----------
    source : Source
        The folder.
    samples : mapping of str to str
        By the name of the file.
    """
    files: dict[str, list[str]] = {}
    for name, sample in samples.items():
        files.setdefault(sample, []).append(name)
    wanted, remedy = "one file a sample", "Move the others to a folder of their own."
    InputError.raise_any(
        [
            Fault(source, f"files {listed(of, 6)} of one sample, {sample!r}", wanted, remedy)
            for sample, of in files.items()
            if len(of) > 1
        ]
    )


def gathered(
    profiles: Mapping[str, Profile], source: Source, unit: Unit, dropped: tuple[DroppedRow, ...] = ()
) -> TaxaTable:
    """Put the profiles of samples side by side; a taxon that a sample lacks has none there.

    Taxa keep their names; those that share one are told apart by their keys.
    """
    taxa: dict[str, Taxon] = {}
    for taxon in chain.from_iterable(profiles.values()):
        taxa.setdefault(taxon.key, taxon)
    place = {key: j for j, key in enumerate(taxa)}
    rows = np.repeat(np.arange(len(profiles)), [len(profile) for profile in profiles.values()])
    columns = np.array([place[taxon.key] for profile in profiles.values() for taxon in profile], dtype=int)
    values = np.array([value for profile in profiles.values() for value in profile.values()], dtype=float)
    matrix = sparse.coo_array((values, (rows, columns)), shape=(len(profiles), len(taxa))).tocsr()
    labels = _labels(taxa)
    lineages = {label: taxon.lineage for label, taxon in zip(labels, taxa.values(), strict=True)}
    counts = Counts(list(profiles), labels, matrix, str(source), unit)
    taxonomy = taxonomy_inside(lineages, str(source)) if any(lineages.values()) else None
    return TaxaTable(counts, taxonomy, dropped=dropped, samples_known=True, counted_once=True)


def _labels(taxa: Mapping[str, Taxon]) -> list[str]:
    times = Counter(taxon.name for taxon in taxa.values())
    return [taxon.name if times[taxon.name] == 1 else f"{taxon.name} ({key})" for key, taxon in taxa.items()]
