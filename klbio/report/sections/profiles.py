"""Sections of the profile HMMs, alone and against each other, and of whole hidden Markov models."""

from __future__ import annotations

from collections.abc import Iterator

from klbio.report.figures.logos import Letter, Logo, Logos, Side
from klbio.report.figures.profiles import MAX_PAIRS, AlignedColumns
from klbio.report.rows import Rows
from klbio.report.sections.model_pairs import Pair
from klbio.report.sections.section import Part, Section
from klbio.schema import (
    AlignedColumnRow,
    AlignedLetterRow,
    AlignmentRow,
    HiddenRow,
    ProfileChangeRow,
    ProfileRow,
    named,
)

__all__ = ["AlignmentsPart", "ChangesPart", "HiddenPart", "ProfilesPart"]

ALIGNMENTS = named(
    AlignmentRow,
    lambda row: (
        row.model_p,
        row.model_q,
        row.strand,
        row.score_bits,
        row.null_max_bits,
        row.expected_by_chance,
        row.n_columns,
        row.coverage_p,
        row.coverage_q,
        row.relative_entropy_p_q_bits_per_column,
        row.relative_entropy_q_p_bits_per_column,
        row.jensen_shannon_bits_per_column,
        row.near_duplicate,
    ),
)
RATES = named(
    HiddenRow,
    lambda row: (
        row.model_p,
        row.model_q,
        row.relative_entropy_rate_bits_per_symbol,
        row.standard_error_bits,
        row.block_increment_bits_per_symbol,
        row.block_length,
        row.n_symbols,
        row.symbols_to_tell_apart_stein,
    ),
)
CHANGED = named(
    ProfileChangeRow,
    lambda row: (
        row.entry,
        row.name_p,
        row.name_q,
        row.n_match_p,
        row.n_match_q,
        row.n_columns,
        row.distance_bits_per_column,
        row.relative_entropy_p_q_bits_per_column,
        row.relative_entropy_q_p_bits_per_column,
        row.jensen_shannon_bits_per_column,
    ),
)
GONE = named(ProfileChangeRow, lambda row: (row.accession_p, row.name_p, row.n_match_p))
NEW = named(ProfileChangeRow, lambda row: (row.accession_q, row.name_q, row.n_match_q))
MAX_LOGOS = 2


class ProfilesPart(Part):
    """Profile HMMs against their background."""

    def sections(self) -> Iterator[Section]:
        """Give the section."""
        table = self.route.rows(ProfileRow).view_if_any("Profile HMMs against their background")
        if table:
            yield self.section("profiles", "Profile HMMs", {"table": table})


class AlignmentsPart(Part):
    """The alignments: the columns of the best related pairs, and every pair with its null."""

    def sections(self) -> Iterator[Section]:
        """Give the section."""
        rows = self.route.rows(AlignmentRow)
        if not len(rows):
            return
        related = rows.where(lambda row: row.related)
        pairs = [(row.model_p, row.model_q) for row in related.head(MAX_PAIRS)]
        columns = self.route.rows(AlignedColumnRow).by(lambda row: (row.model_p, row.model_q))
        drawn = {pair: columns[pair] for pair in pairs if pair in columns}
        logos = [logo for row in related.head(MAX_LOGOS) if (logo := self._logo(row, columns)) is not None]
        description = (
            "Logos of the aligned columns of related profile HMMs, p above q, with their divergence between."
        )
        context = {
            "figure": AlignedColumns("models-alignments", drawn).draw() if drawn else None,
            "logos": Logos("models-aligned-logos", logos, description).draw() if logos else None,
            "both_strands": any(row.strand for row in rows),
            "n_related": len(related),
            "n_pairs": rows[0].n_pairs,
            "n_drawn": len(pairs),
            "table": rows.view("Pairs of profile HMMs, the best first", ALIGNMENTS),
        }
        yield self.section("alignments", "Profile HMMs against each other", context)

    def _logo(self, row: AlignmentRow, columns: dict[Pair, Rows[AlignedColumnRow]]) -> Logo | None:
        """Set the letters of both profiles over their aligned columns; None where no letters were written."""
        pair = row.model_p, row.model_q
        shown = row.model_p, f"{row.model_q}, reverse complement" * (row.strand == "-") or row.model_q
        letters = self.route.rows(AlignedLetterRow).where(lambda row: (row.model_p, row.model_q) == pair)
        if not len(letters):
            return None
        p, q = (
            Side(
                name, [Letter(row.column, row.height_bits, row.letter) for row in letters if row.side == side]
            )
            for name, side in zip(shown, "pq", strict=True)
        )
        between = {row.column: row.jensen_shannon_bits for row in columns.get(pair, ())}
        return Logo("Aligned columns", p, q, between, "Jensen-Shannon divergence of each column")


class ChangesPart(Part):
    """What changed from one database of profiles to another."""

    def sections(self) -> Iterator[Section]:
        """Give the section."""
        rows = self.route.rows(ProfileChangeRow)
        if not len(rows):
            return
        shown = (
            ("changed", CHANGED, "Profiles that changed, the most first"),
            ("gone", GONE, "Profiles gone from the second database"),
            ("new", NEW, "Profiles new in the second database"),
        )
        kinds = rows.by(lambda row: row.change)
        context = {
            "n": {kind: len(kinds.get(kind, ())) for kind in ("changed", "gone", "new", "same")},
            "tables": [
                kinds[kind].view(caption, columns) for kind, columns, caption in shown if kind in kinds
            ],
        }
        yield self.section("changes", "What changed between two databases", context)


class HiddenPart(Part):
    """The rates of whole hidden Markov models."""

    def sections(self) -> Iterator[Section]:
        """Give the section."""
        table = self.route.rows(HiddenRow).view_if_any("Every ordered pair of hidden Markov models", RATES)
        if table:
            yield self.section("hidden", "Hidden Markov models", {"table": table})
