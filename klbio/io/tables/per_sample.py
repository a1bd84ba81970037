"""A folder of text tables of one sample each: Emu, mOTUs, MAPseq, ``kreport2mpa.py``, anything with one form for all.

Files belong together if their headers are the same but for the name of one column, or if none has any.  The sample is
what that column is called; where it is called the same in all files, what the file is called.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, partial

from scipy import sparse

from klbio.errors import Faults, InputError, StrPath, listed, note
from klbio.io.source import Source
from klbio.io.tables.gathered import refuse_doubles, say_one_sample
from klbio.io.tables.text.cells import Cells
from klbio.io.tables.text.columns import Columns
from klbio.io.tables.text.lines import Lines
from klbio.io.tables.text.words import number
from klbio.schema import DroppedRow
from klbio.spelling import sample_of
from klbio.taxa_table import TaxaTable
from klbio.taxonomy import taxonomy_of_metadata
from klbio.tidy import in_units

__all__ = ["FILES", "TITLE", "read", "sniff"]

TITLE = "text, a file per sample"
FILES = "a folder of tables of one sample each: Emu, mOTUs, MAPseq, MGnify; kreport2mpa.py, with a header or without"

LINEAGE = re.compile(
    r"\s*([a-z]{1,2}|D_0)__[^\t]*\t\s*\d[\d.eE+-]*\s*"
)  # and its reads: a line without a header above
MANY = 5000  # lines that are looked at for a header
PLAIN = ["taxon", "reads"]


def sniff(path: StrPath) -> bool:
    """Recognise a folder with several tables of one form, or a file of lineages and reads without a header."""
    source = Source.of(path)
    return _is_bare(source) or (not source.is_file and len(_alike(source)) > 1)


def read(path: StrPath) -> TaxaTable:
    """Read the tables of all samples, and put them side by side.

    Raises
    ------
    InputError
        Every fault of all files; files with several samples; two files of one sample.
    """
    source = Source.of(path)
    if source.is_file:
        say_one_sample(source, "lineages and their reads")
        return _Samples({sample_of(source.path.name): _OneSample.of(source)}, source).table()
    files = _alike(source)
    faults, read_ = Faults(), {}
    for name, file in files.items():
        read_[name] = faults.gather(partial(_OneSample.of, file))
    faults.raise_any()
    tables = {name: table for name, table in read_.items() if table is not None}
    called = {table.column for table in tables.values()}
    samples = {
        name: sample_of(table.column if len(called) == len(tables) else name)
        for name, table in tables.items()
    }
    refuse_doubles(source, samples)
    _say(source, files)
    others = [name for name in source.files if name not in files]
    dropped = tuple(DroppedRow.file(str(source), name, "no table like the others") for name in others)
    return _Samples({samples[name]: table for name, table in tables.items()}, source, dropped).table()


def _say(source: Source, files: Mapping[str, Source]) -> None:
    others = [name for name in source.files if name not in files]
    beside = f"; {listed(others)} passed over" if others else ""
    note(source, f"{len(files)} tables of one form", f"read as one sample each{beside}")


def _alike(source: Source) -> dict[str, Source]:
    """The files of the form that most have: the same header but for one name."""
    forms: dict[tuple[str, ...], dict[str, Source]] = defaultdict(dict)
    for name, file in source.files.items():
        for form in _forms(file):
            forms[form][name] = file
    return max(forms.values(), key=len, default={})


def _forms(file: Source) -> list[tuple[str, ...]]:
    """What headers a file shares with others: its own, with any one name left open."""
    if _is_bare(file):
        return [tuple(PLAIN)]
    header = _header(file)
    if not 2 <= len(header) <= 40:
        return []
    return [(*header[:i], "", *header[i + 1 :]) for i in range(1, len(header))]


def _header(file: Source) -> list[str]:
    """The last line before one that holds a number; nothing where there is none."""
    before: list[str] = []
    for line in file.first_lines(MANY):
        fields = line.split("\t")
        if any(number(field) is not None for field in fields[1:]):
            return before if len(before) == len(fields) else []
        before = [field.strip() for field in fields]
    return []


def _is_bare(file: Source) -> bool:
    return file.is_file and any(LINEAGE.fullmatch(line) for line in file.first_lines(1))


@dataclass(frozen=True)
class _OneSample:
    """A table with one column of counts."""

    grid: Lines
    columns: Columns

    @classmethod
    def of(cls, file: Source) -> _OneSample:
        """Cut a file into fields.

        Raises
        ------
        InputError
            If it has other than one column of counts, or as any table.
        """
        lines = ((n, line.split("\t")) for n, line in enumerate(file.lines, 1))
        grid = Lines.of_cells(file, [(0, PLAIN), *lines]) if _is_bare(file) else Lines.of(file)
        columns = Columns(grid)
        columns.check()
        if len(columns.counts) != 1:
            names = [columns.grid.header[j] for j in columns.counts]
            raise InputError.one(
                file, f"{len(names)} columns of numbers ({listed(names)})", "one, with the reads of the file's sample",
                "Of a table of several samples, give the file itself instead of its folder.",
            )  # fmt: skip
        return cls(grid, columns)

    @property
    def column(self) -> str:
        """What the column of counts is called."""
        return self.columns.grid.header[self.columns.counts[0]]

    @cached_property
    def counts(self) -> dict[str, float]:
        """Counts by taxon.

        Raises
        ------
        InputError
            For taxa given twice, and cells that hold no count.
        """
        grid, names = self.grid, self.columns.names()
        values = Cells(grid, self.columns.counts).values().ravel().tolist()
        counts = dict(zip(names, values, strict=True))
        if len(counts) < len(names) or "" in counts:
            first: dict[str, int] = {}
            again = next((n, name) for n, name in zip(grid.numbers, names, strict=True)
                         if first.setdefault(name, n) != n or not name)  # fmt: skip
            raise InputError.one(grid.path, f"taxon {again[1]!r} given more than once, or empty", "each taxon once",
                                 "Rename or merge them.", again[0])  # fmt: skip
        return counts

    @property
    def lineages(self) -> dict[str, dict[str, str]]:
        """What stands beside the counts of lineages."""
        return self.columns.lineages(self.columns.names())


@dataclass(frozen=True)
class _Samples:
    """The tables of all samples, by the sample."""

    tables: Mapping[str, _OneSample]
    source: Source
    dropped: tuple[DroppedRow, ...] = ()

    def table(self) -> TaxaTable:
        """Put them side by side."""
        profiles = [table.counts for table in self.tables.values()]
        place = {taxon: j for j, taxon in enumerate(dict.fromkeys(taxon for of in profiles for taxon in of))}
        cells = [
            (i, place[taxon], value) for i, of in enumerate(profiles) for taxon, value in of.items() if value
        ]
        rows, columns, values = zip(*cells, strict=True) if cells else ((), (), ())
        matrix = sparse.coo_array((values, (rows, columns)), shape=(len(profiles), len(place))).tocsr()
        counts = in_units(list(self.tables), list(place), matrix, str(self.source))
        lineages: dict[str, dict[str, str]] = {}
        for table in self.tables.values():
            lineages = table.lineages | lineages
        return TaxaTable(
            counts, taxonomy_of_metadata(lineages, self.source), dropped=self.dropped, samples_known=True
        )
