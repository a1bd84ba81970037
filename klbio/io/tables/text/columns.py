"""Which columns of a text table are counts, and what the others are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from klbio.columns import SAMPLE
from klbio.errors import InputError, listed, note, notify, shorten
from klbio.io.tables.text.grid import Grid, counts_up
from klbio.io.tables.text.words import (
    LINEAGE,
    OF_SAMPLES,
    OF_TAXA,
    RANKS,
    VAGUE,
    are_ranks,
    is_blank,
    is_rank,
    is_taxon_or_none,
    is_word,
    meaning,
    number,
)
from klbio.schema import DroppedRow
from klbio.sheet import Row, Sheet
from klbio.taxonomy import is_lineage_or_sequence, is_taxon

__all__ = ["Columns"]

# headers of row numbers, and of the names that stand beside them
NUMBERED = {"", "x", "x1", "index", "unnamed0", "row", "rownames", "no", "nr", "number"}
# after or before the name of another column: what holds shares of its counts
SHARES = r"%|pct|perc(?:ent(?:age)?)?|rel(?:ative)?(?:[ _.]?ab(?:und(?:ance)?)?)?|proportions?|fraction|share"
SHARE = re.compile(
    rf"(?P<of>.+?)[\s_.(\[-]*(?:{SHARES})[\s_.)\]]*|(?:{SHARES})[\s_.-]*(?P<from>.+)", re.IGNORECASE
)
COUNTED = re.compile(r"[\s_.(\[-]+(counts?|reads?|n|num(ber)?|abs(olute)?)[\s_.)\]]*$", re.IGNORECASE)
NAMES = (
    "otuid", "asvid", "featureid", "otu", "asv", "feature", "taxon", "taxa", "name", "id", "sample", "sampleid",
    "taxid", "taxonomyid", "ncbitaxid",
)  # fmt: skip
REMEDY = (
    "Leave out every column that is no count (numbers such as an age or a day too); lineages stand in a column "
    "called taxonomy, or in one per rank."
)

WRAPPED = re.compile(r"(=?\"?'?)(?<=.)\d[\d.,]*\"?")  # ="12", '12
LONG = (
    "Of a table with a row per sample and taxon, call the columns sample, taxon and count; "
    "of any other, leave out what is no count."
)


@dataclass(frozen=True)
class Columns:
    """What the columns of a grid are, by position; some are known to be computed of the counts."""

    grid: Grid
    computed: frozenset[int] = frozenset()

    @cached_property
    def _sample(self) -> list[list[str]]:
        return self.grid.looked_at()

    @cached_property
    def key(self) -> int:
        """The column that names the rows: the first, the one after row numbers, or one behind the counts."""
        if not self._rows_are_numbered:
            return self._key_behind
        called = {word: j for j, word in enumerate(map(meaning, self.grid.header)) if j}
        first = next((called[name] for name in NAMES if name in called), 1 if 1 in self.words else 0)
        names = self.grid.column(first) if first else []
        return first if len(set(names)) == len(names) else 0

    @cached_property
    def _rows_are_numbered(self) -> bool:
        return meaning(self.grid.header[0]) in NUMBERED and counts_up(self.grid.column(0))

    @property
    def _key_behind(self) -> int:
        """The one column of different words where the first holds numbers that come again, so that it names no row."""
        if any(number(row[0]) is None for row in self._sample):
            return 0
        columns = {j: self.grid.column(j) for j in (0, *self.words)}
        different = [j for j, names in columns.items() if len(set(names)) == len(names)]
        called = [j for j in different if meaning(self.grid.header[j]) in (*NAMES, "sequence")]
        found = called[:1] or different
        return found[0] if 0 not in different and len(found) == 1 else 0

    @cached_property
    def words(self) -> set[int]:
        """Columns of which most fields that hold anything hold words."""
        return {j for j in range(1, len(self.grid.header)) if self._mostly_words(j)}

    def _mostly_words(self, j: int) -> bool:
        fields = [row[j] for row in self._sample if number(row[j]) is None]
        n_words = sum(map(is_word, fields))
        n_blank = sum(map(is_blank, fields))
        return n_words > (len(self._sample) - n_blank) / 2

    @cached_property
    def empty(self) -> set[int]:
        """Columns without a name in which nothing stands."""
        nameless = [j for j, name in enumerate(self.grid.header) if j and not name]
        return {j for j in nameless if not any(self.grid.column(j))}

    @cached_property
    def ranks(self) -> list[int]:
        """Columns of one rank each, from left to right; one alone may be the class of a patient."""
        ranks = [j for j, _ in self._meanings if is_rank(self.grid.header[j]) and self._has_no_number(j)]
        first = [self.key] if meaning(self.grid.header[self.key]) in RANKS else []
        words = first or self.words.intersection(ranks)
        return ranks if words and are_ranks(self.grid.header[j] for j in [*first, *ranks]) else []

    def _has_no_number(self, j: int) -> bool:
        return j in self.words or all(is_blank(row[j]) for row in self._sample)

    @cached_property
    def lineage(self) -> int | None:
        """The column of lineages."""
        return next((j for j, word in self._meanings if word in LINEAGE and j in self.words), None)

    @cached_property
    def _meanings(self) -> list[tuple[int, str]]:
        return [(j, meaning(name)) for j, name in enumerate(self.grid.header) if j != self.key]

    @cached_property
    def rows_are_samples(self) -> bool:
        """Whether columns side by side are called like taxa: what stands before and after them is metadata of samples.

        Of a table with plain names of genera among numbered variants, no column is metadata.
        """
        if any(is_taxon(row[self.key]) for row in self._sample):
            return False
        names = self.grid.header
        taxa = [j for j in self._numeric if is_taxon_or_none(names[j])]
        certain = any(is_lineage_or_sequence(names[j]) for j in taxa)
        most = 2 * len(taxa) >= len(self._numeric) or meaning(names[0]) == "index"
        block = bool(taxa) and taxa[-1] - taxa[0] + 1 == len(taxa)
        return block and most and (certain or bool(self.words) or len(taxa) == len(self._numeric))

    @property
    def rows_are_taxa(self) -> bool:
        """Whether columns that describe taxa stand beside the counts."""
        described = [j for j, word in self._meanings if word in OF_TAXA - VAGUE and j not in self.counts]
        return bool(self.ranks) or self.lineage is not None or bool(described)

    @cached_property
    def _numeric(self) -> list[int]:
        """Columns that may be counts."""
        numbered = [0] if self._rows_are_numbered else []
        passed = {*self.words, *self.empty, *self.ranks, *self.computed, self.key, *numbered}
        return [j for j in range(len(self.grid.header)) if j not in passed]

    @cached_property
    def counts(self) -> list[int]:
        """Columns of counts; not those that are called the shares of other columns."""
        if self.rows_are_samples:
            return [j for j in self._numeric if is_taxon_or_none(self.grid.header[j])]
        known = OF_TAXA | OF_SAMPLES | RANKS | LINEAGE
        names = {self.grid.header[j] for j in self._numeric}
        names |= {COUNTED.sub("", name) for name in names}
        plain = [
            j
            for j in self._numeric
            if meaning(self.grid.header[j]) not in known and not _is_share(self.grid.header[j], names)
        ]
        return plain or [
            j for j in self._numeric if meaning(self.grid.header[j]) in OF_SAMPLES | {"abundance", "size"}
        ]

    @property
    def others(self) -> list[int]:
        """Columns that hold neither names of rows, nor counts, nor lineages."""
        taken = {self.key, *self.counts, *self.ranks, *self.empty, *([self.lineage] if self.lineage else [])}
        return [j for j in range(self._rows_are_numbered, len(self.grid.header)) if j not in taken]

    def check(self) -> None:
        """Refuse words that cannot be understood, and a table of words.

        Raises
        ------
        InputError
        """
        if not self.counts:
            fields = (field for row in self._sample for field in row[1:] if not is_blank(field))
            example = next((f"; fields such as {shorten(field, 40)}" for field in fields), "")
            raise InputError.one(
                self.grid.path, f"no column of numbers ({listed(self.grid.header, 6)}{example})", "counts of reads",
                self._remedy_of_words(),
            )  # fmt: skip
        unknown = [self.grid.header[j] for j in self.others if j in self.words and self._is_unknown(j)]
        if unknown and not self.rows_are_samples and not self.rows_are_taxa:
            found = f"{'columns' if len(unknown) > 1 else 'column'} {listed(unknown, 6)} of words"
            long = len(unknown) == len(self.counts) == 1
            raise InputError.one(
                self.grid.path, found, "counts of reads in every column", LONG if long else REMEDY,
                self.grid.header_line,
            )  # fmt: skip

    def _remedy_of_words(self) -> str:
        """What to do about a table without numbers."""
        fields = {field.strip().lower() for row in self._sample for field in row[1:]}
        if fields <= {"true", "false"}:
            return "Whether a taxon is there is no count: give the table of reads."
        if any(field.startswith("\u201c") for field in fields):
            return "Its quotes are typographic: write plain ones, or none."
        if any(map(WRAPPED.fullmatch, fields)):
            return "Write numbers bare: without =, quotes or ' around them."
        return "A sheet of samples or a taxonomy is given by an option of its own."

    def _is_unknown(self, j: int) -> bool:
        return meaning(self.grid.header[j]) not in OF_TAXA | OF_SAMPLES

    def say(self) -> tuple[DroppedRow, ...]:
        """Say once what was passed over and what was taken for lineages; give what was passed over."""
        lineages = self.ranks if self.lineage is None else [self.lineage]
        names = [self.grid.header[j] or f"(column {j + 1})" for j in self.others if j not in self.computed]
        computed = [self.grid.header[j] or f"(column {j + 1})" for j in sorted(self.computed)]
        if computed:
            found = f"columns of means or the like, computed of the counts beside them: {listed(computed, 8)}"
            notify(self.grid.path, found, "passed over")
        if names:
            what = "say something of samples" if self.rows_are_samples else "hold no counts of samples"
            done = "passed over" if not lineages else (
                f"passed over; {listed([self.grid.header[j] for j in lineages], 8)} taken for lineages"
            )  # fmt: skip
            note(self.grid.path, f"columns that {what}: {listed(names, 8)}", done)
        reason = "a column of the table that holds no counts"
        path = str(self.grid.path)
        return tuple(
            DroppedRow(source=path, kind="column", name=name, reason=reason) for name in [*names, *computed]
        )

    def metadata(self) -> Sheet | None:
        """What a table with samples in rows says of them."""
        if not self.rows_are_samples or not self.others:
            return None
        names = {j: self.grid.header[j] or f"column {j + 1}" for j in self.others}
        fields = {name: self.grid.column(j) for j, name in names.items()}
        rows = [
            Row(n, {SAMPLE: sample, **{name: values[i] for name, values in fields.items()}})
            for i, (n, sample) in enumerate(zip(self.grid.numbers, self.grid.column(self.key), strict=True))
        ]
        return Sheet(self.grid.path, (SAMPLE, *names.values()), tuple(rows))

    def names(self) -> list[str]:
        """Names of the rows: those of the key, or whole lineages where the first column is a rank and repeats."""
        names = self.grid.column(self.key)
        if meaning(self.grid.header[self.key]) not in RANKS or (len(set(names)) == len(names) and all(names)):
            return names
        columns = [names, *(self.grid.column(j) for j in self.ranks)]
        return [_joined(parts) for parts in zip(*columns, strict=True)]

    def lineages(self, names: Sequence[str]) -> dict[str, dict[str, str]]:
        """For each row, what its columns of lineages or ranks hold."""
        first = [self.key] if meaning(self.grid.header[self.key]) in RANKS and self.ranks else []
        positions = [self.lineage] if self.lineage is not None else [*first, *self.ranks]
        if self.rows_are_samples:
            return {}
        columns = {
            "taxonomy" if j == self.lineage else self.grid.header[j]: self.grid.column(j) for j in positions
        }
        if "taxonomy" in columns:
            columns["taxonomy"] = self._with_ranks(columns["taxonomy"])
        return {
            name: {column: fields[i] for column, fields in columns.items()} for i, name in enumerate(names)
        }

    def _with_ranks(self, lineages: list[str]) -> list[str]:
        """Put ranks before the names of lineages, where a column beside them tells these, as taxpasta's does."""
        told = next((j for j, word in self._meanings if word == "ranklineage"), None)
        if told is None:
            return lineages
        pairs = zip(lineages, self.grid.column(told), strict=True)
        return [_ranked(lineage.split(";"), ranks.split(";")) for lineage, ranks in pairs]


def _is_share(name: str, others: set[str]) -> bool:
    """Whether a column is called the share of another.

    >>> [_is_share(name, {"P1", "P1 (%)", "rel_P1", "P10"}) for name in ("P1 (%)", "rel_P1", "P1", "P10", "P2 %")]
    [True, True, False, False, False]
    """
    found = SHARE.fullmatch(name)
    return found is not None and not others.isdisjoint({found["of"], found["from"]})


def _ranked(names: Sequence[str], ranks: Sequence[str]) -> str:
    """Join names with their ranks; levels of none of the ranks are left out."""
    named = zip(ranks, names, strict=False)
    return ";".join(f"{rank}__{name}" for rank, name in named if meaning(rank) in RANKS)


def _joined(parts: Sequence[str]) -> str:
    """Join the ranks of a row; those without a name at the end are left out."""
    return re.sub(r"(;\s*)+$", "", ";".join(parts)) or "unassigned"
