"""Subjects taken together: tests over them, taxon by taxon, what the variation goes with, the population."""

from __future__ import annotations

from collections.abc import Iterator

from klbio.phrases.numbers import count
from klbio.phrases.permutation import LEVEL, cannot_give_less
from klbio.report.endangered import OF_POOLED, flagged
from klbio.report.formatting import p_value
from klbio.report.rows import Rows, contrasts, known
from klbio.report.sections.section import Part, Section
from klbio.report.table_views import TableView
from klbio.schema import CohortRow, DifferentialRow, PermanovaRow, PopulationRow, named
from klbio.schema.cohort import OF_PHASE, OF_SPREAD, OF_SUBJECT

__all__ = ["CohortPart", "PopulationPart"]

MAX_TAXA, MAX_TESTS = 8, 12
VARIATION = OF_PHASE, OF_SPREAD, OF_SUBJECT
TAXA = named(
    DifferentialRow,
    lambda row: (
        row.before,
        row.after,
        row.test,
        row.arm_a,
        row.arm_b,
        row.taxon,
        row.mean_change_of_proportion,
        row.q_value,
        row.p_value,
        row.smallest_p,
        row.smallest_q,
        row.n_up,
        row.n_down,
        row.mean_change_low,
        row.mean_change_high,
    ),
)
POPULATION = named(
    PopulationRow,
    lambda row: (
        row.arm,
        row.before,
        row.after,
        row.part,
        row.relative_entropy_bits,
        row.low_bits,
        row.high_bits,
        row.tested_bits,
        row.null_bits,
        row.null_high_bits,
        row.p_value,
        row.smallest_p,
        row.n_subjects,
    ),
)


class CohortPart(Part):
    """What was tested over the cohort."""

    def sections(self) -> Iterator[Section]:
        """Give the section."""
        tests = self.route.rows(CohortRow)
        if not len(tests):
            return
        variation = self._variation()
        context = {
            "groups": self._groups(),
            "weak": any(p > LEVEL for p in known(row.smallest_p for row in tests)),
            "variation": variation[:MAX_TESTS],
            "n_variation": len(variation),
            "taxa": self._taxa(),
            "tables": [tests.view("Every test"), *self._tables()],
        }
        yield self.section("cohort", "Cohort test", context)

    def _groups(self) -> list[tuple[str, list[str], list[tuple[str, str]]]]:
        """Give the tests in words, rank by rank and contrast by contrast, and what endangers them before them."""
        flags = flagged(self.route, OF_POOLED)
        tests = self.route.rows(CohortRow)
        several = len(contrasts(tests)) > 1
        return [
            (
                f"{rank}, {before} → {after}" if several else rank,
                [row.meaning for row in flags.get((before, after), ())],
                [(row.estimand, f"{row.meaning} {row.note}".rstrip()) for row in rows],
            )
            for (rank, before, after), rows in tests.by(lambda row: (row.rank, row.before, row.after)).items()
        ]

    @property
    def _smallest_first(self) -> Rows[DifferentialRow]:
        return self.route.rows(DifferentialRow).ordered(
            lambda row: (_missing_last(row.q_value), _missing_last(row.p_value))
        )

    def _taxa(self) -> TableView | None:
        """Show the taxa of the headline rank with the smallest q."""
        taxa = self._smallest_first.where(lambda row: row.rank == self.rank)
        same = taxa.uniform(lambda row: (row.before, row.after, row.test, row.arm_a, row.arm_b))
        filled = taxa.head(MAX_TAXA).filled(TAXA)
        columns = [name for name in filled if name not in same]
        return taxa.view("The smallest q first", columns, most=MAX_TAXA) if len(taxa) else None

    def _variation(self) -> list[tuple[str, str]]:
        """Say what the variation between samples goes with, at the headline rank: of all arms phase, then spread."""
        at_rank = self.route.rows(PermanovaRow).where(lambda row: row.rank == self.rank)
        rows = at_rank.ordered(lambda row: VARIATION.index(row.test))
        several = len(contrasts(rows)) > 1
        return [
            (
                " ".join(filter(None, [row.arm, f"{row.before} → {row.after}" if several else ""])) or "all",
                _goes_with(row),
            )
            for row in rows
        ]

    def _tables(self) -> Iterator[TableView]:
        """Give the whole of what else was asked of the cohort."""
        taxa, variation = self._smallest_first, self.route.rows(PermanovaRow)
        if len(taxa):
            yield taxa.view(f"Each {self.chapter.category} across the cohort, the smallest q first")
        if len(variation):
            yield variation.view("Variation between samples: phase, subject and spread")


def _missing_last(value: float | None) -> tuple[bool, float]:
    return not known([value]), value or 0.0


def _goes_with(row: PermanovaRow) -> str:
    if row.p_value is None or row.smallest_p is None:
        return f"{row.note[0].upper()}{row.note[1:]}."
    least = cannot_give_less(row.smallest_p) or f", the smallest possible {row.smallest_p:.2g}"
    p = p_value(row.p_value) + least
    distances = known([row.distance_to_centroid_before_sqrt_bits, row.distance_to_centroid_after_sqrt_bits])
    if len(distances) > 1:
        before, after = distances
        of_after, of_before = f"{after:.2f}", f"{before:.2f}"
        nearer = "closer to their centre than" if after < before else "further from their centre than"
        how = "as far from their centre as" if of_after == of_before else nearer
        return f"Samples after lie {how} samples before: {of_after} against {of_before} root-bits ({p})."
    among = f"{count(row.n_samples, 'sample')} of {count(row.n_subjects, 'subject')}"
    share = f"{row.r_squared:.0%} of the variation between {among}"
    if row.test == OF_PHASE:
        told = "; ".join(filter(None, [p, row.note]))
        return f"Phase goes with {share}; PERMANOVA, permuted within subjects: {told}."
    return f"The {row.test} goes with {share}; PERMANOVA: {p}."


class PopulationPart(Part):
    """Whether the population's centre, its spread or the form of its spread changed."""

    def sections(self) -> Iterator[Section]:
        """Give the section."""
        rows = self.route.rows(PopulationRow)
        if not len(rows):
            return
        shown = rows.where(lambda row: row.rank == self.rank)
        measured = shown.where(lambda row: not row.note and row.order == "after || before")
        same = shown.uniform(lambda row: (row.before, row.after, row.arm))
        columns = [name for name in POPULATION if name not in same]
        context = {
            "notes": [
                f"{row.arm} {row.before} → {row.after}".strip() + f": {row.note}" for row in shown if row.note
            ],
            "parts": measured.view_if_any("D(after ‖ before) and its parts", columns),
            "table": rows.view("Every rank, order and part"),
        }
        yield self.section("population", "The population", context)
