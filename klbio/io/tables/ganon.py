"""Reports of ganon (``.tre``): one sample a file, one taxon a line, no header.

The columns are: rank, target, lineage of identifiers, name, reads of this target alone, reads shared with others that
were given to it, reads of its members, all of these, and their percentage.  A taxon's own reads are the first two; of
unclassified reads there is only the sum.
"""

from __future__ import annotations

from collections.abc import Sequence

from klbio.errors import Fault, InputError, StrPath, first_faults, shorten
from klbio.io.source import Source
from klbio.io.tables.gathered import Profile, Taxon, each_file, gathered, is_count
from klbio.io.tables.kraken import CODES
from klbio.taxa_table import TaxaTable

__all__ = ["FILES", "TITLE", "read", "sniff"]

TITLE = "ganon"
FILES = ".tre reports, or a folder of them"

WIDTH = 9
UNCLASSIFIED = "unclassified"
LOOKED_AT = 20


def sniff(path: StrPath) -> bool:
    """Recognise a report, or a folder with one."""
    source = Source.of(path)
    return _is_report(source) or any(map(_is_report, source.files.values()))


def read(path: StrPath) -> TaxaTable:
    """Read the reads of each taxon itself.

    Raises
    ------
    InputError
        Every line that is none of a report; two files of one sample.
    """
    source = Source.of(path)
    profiles, dropped = each_file(source, _is_report, _read_report, TITLE)
    return gathered(profiles, source, "reads", dropped)


def _is_report(source: Source) -> bool:
    rows = [line.split("\t") for line in source.first_lines(LOOKED_AT) if line.strip()]
    return bool(rows) and all(_is_row(row) and _names_itself(row) for row in rows)


def _names_itself(row: Sequence[str]) -> bool:
    """Whether the lineage ends with the target, as those of taxa do; a table of counts may have nine columns too."""
    return row[0] == UNCLASSIFIED or row[2].split("|")[-1] == row[1]


def _is_row(row: Sequence[str]) -> bool:
    return len(row) == WIDTH and all(map(is_count, row[4:8]))


def _read_report(source: Source) -> Profile:
    rows = [(n, line.split("\t")) for n, line in enumerate(source.lines, 1) if line.strip()]
    wanted, remedy = (
        f"{WIDTH} fields of a report, with whole numbers of reads",
        "Copy or write the report again.",
    )
    InputError.raise_any(
        first_faults(
            Fault(source, shorten("\t".join(row)), wanted, remedy, n) for n, row in rows if not _is_row(row)
        )
    )
    names = {row[1]: f"{CODES[row[0]]}__{row[3]}" for _, row in rows if row[0] in CODES}
    profile = {}
    for _, (rank, target, lineage, name, unique, shared, _, all_, *_) in rows:
        above = ";".join(names[part] for part in lineage.split("|") if part in names)
        if own := int(all_) if rank == UNCLASSIFIED else int(unique) + int(shared):
            profile[Taxon(target if target != "-" else name, name, above)] = float(own)
    return profile
