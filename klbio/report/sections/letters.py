"""Sections that go down to letters: the codons of close pairs, and the logos of their sites."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from klbio.report.figures.codons import MAX_CODONS, CodonUsage
from klbio.report.figures.logos import Letter, Logo, Logos, Side
from klbio.report.figures.svg import Drawing
from klbio.report.rows import OfModels, Rows
from klbio.report.sections.model_pairs import ModelPairs, Pair
from klbio.report.sections.section import Part, Section
from klbio.schema import CodonRow, SiteLetterRow, SiteRow, StateRow

__all__ = ["CodonsPart", "LogosPart"]

MAX_CODON_PAIRS, MAX_LOGO_PAIRS = 3, 3
SITES = ("start", "donor", "acceptor", "stop")


def _place_of(row: OfModels, pairs: list[Pair]) -> int:
    return pairs.index((row.model_p, row.model_q))


class CodonsPart(Part):
    """Which codons tell the closest pairs apart."""

    def sections(self) -> Iterator[Section]:
        """Give the section."""
        codons, closest = self.route.rows(CodonRow), ModelPairs(self.route)
        pairs = closest.closest_of(codons, MAX_CODON_PAIRS)
        if not pairs:
            return
        of_pairs = codons.where(lambda row: (row.model_p, row.model_q) in pairs)
        ordered = of_pairs.ordered(lambda row: (_place_of(row, pairs), -row.contribution_bits))
        by_pair = of_pairs.by(lambda row: (row.model_p, row.model_q))
        context = {
            "figure": CodonUsage("models-codons", {pair: by_pair[pair] for pair in pairs}).draw(),
            "n": len(pairs),
            "most": MAX_CODONS,
            "across": len(closest.across_tools) > 0,
            "table": ordered.view("Every codon of these pairs", most=64 * len(pairs)),
        }
        yield self.section("codons", "Which codons", context)


class LogosPart(Part):
    """The sites of the closest pairs as logos, p above q."""

    def sections(self) -> Iterator[Section]:
        """Give the section."""
        sites = self.route.rows(SiteRow)
        pairs = ModelPairs(self.route).closest_of(sites, MAX_LOGO_PAIRS)
        drawn = [
            (pair, drawing)
            for i, pair in enumerate(pairs, 1)
            if (drawing := self._drawn(pair, i)) is not None
        ]
        if not drawn:
            return
        (first, figure), *others = drawn
        shown = [pair for pair, _ in drawn]
        sums = sites.where(lambda row: (row.model_p, row.model_q) in shown)
        sums = sums.ordered(lambda row: _place_of(row, shown))
        context = {
            "pair": first,
            "figure": figure,
            "others": others,
            "sums": sums.view("The sites of these pairs, all shared positions together"),
        }
        yield self.section("logos", "Sites, letter by letter", context)

    def _drawn(self, pair: Pair, number: int) -> Drawing | None:
        p, q = pair
        states = self.route.rows(StateRow).where(
            lambda row: (row.model_p, row.model_q) == pair and row.component != "coding"
        )
        by_site = states.by(lambda row: row.component)
        logos = [self._logo(site, by_site[site]) for site in sorted(by_site, key=_rank)]
        drawn = [logo for logo in logos if logo is not None]
        if not drawn:
            return None
        sites = f"Logos of the sites of {p}, above, and {q}, below"
        description = f"{sites}, with the relative entropy of each position between."
        return Logos(f"models-logo-{number}", drawn, description, columns=3).draw()

    def _logo(self, site: str, states: Rows[StateRow]) -> Logo | None:
        """Take the positions that both models describe; None where the tables do not go together."""
        between = {int(row.state): row.relative_entropy_bits for row in states if _is_whole(row.state)}
        p, q = (self._side(model, site, between) for model in (states[0].model_p, states[0].model_q))
        if not p.letters or not q.letters:
            return None
        return Logo(site, p, q, between, "D(p ‖ q) of each position")

    def _side(self, model: str, site: str, between: dict[int, float]) -> Side:
        rows = self._letters.get((model, site), ())
        letters = [
            Letter(row.position, row.height_bits, row.letter) for row in rows if row.position in between
        ]
        return Side(model, letters)

    @cached_property
    def _letters(self) -> dict[Pair, Rows[SiteLetterRow]]:
        return self.route.rows(SiteLetterRow).by(lambda row: (row.model, row.site))


def _is_whole(state: str) -> bool:
    return state.removeprefix("+").removeprefix("-").isdecimal()


def _rank(site: str) -> tuple[int, str]:
    """Order sites as a gene meets them."""
    kind = site.partition(" ")[0]
    return (SITES.index(kind) if kind in SITES else len(SITES), site)
