"""Gene models of a comparison: every ordered pair, component by component, position by position."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import combinations, permutations
from typing import NamedTuple

import numpy as np

from klbio.alphabets import DNA
from klbio.models import ContentModel, Finding, GeneModel, SiteModel
from klbio.models.cluster import Dendrogram, average_linkage
from klbio.models.comparison.gc_classes import COMPONENTS, GCClasses
from klbio.models.comparison.states import States
from klbio.models.markov.content_model import smoothing_name
from klbio.models.markov.content_models import ContentModels
from klbio.models.markov.genetic_code import same_code
from klbio.models.markov.model_pair import ModelPair, bases_to_tell_apart
from klbio.models.markov.rate_interval import RateInterval
from klbio.models.markov.stop_codons import CODON_CONTEXT
from klbio.models.profiles.logos import letter_heights
from klbio.phrases import Reason, say
from klbio.phrases.gene_models import InFrameStops, OrdersDiffer, OtherCodes, OverFitted, SameTable, Tied
from klbio.schema import ModelPairRow, SiteLetterRow, SiteRow

__all__ = ["GeneModels"]

MUCH_STOP_MASS = 1e-2  # a stop in every hundred codons: no model of coding sequence
OVERFITTED = 0.05  # bits per base learnt by the last order alone; sound models have .004 to .013
CODON_POSITIONS = [f"codon position {f}" for f in (1, 2, 3)]
UNIFORM = np.full(4, 0.25)


class SitePair(NamedTuple):
    """A site that both models of an ordered pair have, and bits at each shared position."""

    p: str
    q: str
    site: str
    bits: dict[int, float]


class CodingBits(NamedTuple):
    """What coding models have beside: bits at each codon position, and of codons and amino acids."""

    first: float | None = None
    second: float | None = None
    third: float | None = None
    codon: float | None = None
    amino_acid: float | None = None
    synonymous: float | None = None

    @classmethod
    def of(cls, coding: ContentModels, places: tuple[int, int]) -> CodingBits:
        """Give those of an ordered pair."""
        usage = coding.codon_divergence
        parts = (usage.codon[places], usage.amino_acid[places], usage.synonymous[places])
        return cls(*coding.rates_by_position[places].tolist(), *map(float, parts))


class Sampling(NamedTuple):
    """What the size of the training sets says of D, in bits per base; None where it is unknown."""

    corrected: float | None = None
    low: float | None = None
    high: float | None = None
    noise_floor: float | None = None
    distinguishable: bool | None = None

    @classmethod
    def of(cls, forth: RateInterval | None, back: RateInterval | None, pair: ModelPair) -> Sampling:
        """Give it of an ordered pair; it takes both directions to say that models differ."""
        if forth is None:
            return cls()
        known = pair.both_sizes_known and back is not None
        apart = forth.excludes_zero and back is not None and back.excludes_zero if known else None
        return cls(forth.corrected, forth.low, forth.high, forth.noise_floor, apart)

    def bases_to_tell_apart(self, bits: float) -> float | None:
        """Give Stein's length, None where the models cannot be told apart."""
        if self.distinguishable is False:
            return None
        return bases_to_tell_apart(self.corrected if self.distinguishable and self.corrected else bits)


class GeneModels:
    """Gene models by name, and what is computed of them, each once.

    Parameters
    ----------
    models : mapping of str to GeneModel
    epsilon : float
        Smoothing of every rate.
    """

    def __init__(self, models: Mapping[str, GeneModel], epsilon: float) -> None:
        self.models = models
        self.epsilon = epsilon
        self.smoothing = smoothing_name(epsilon)
        self._intervals: dict[tuple[str, int, int], RateInterval | None] = {}

    def having(self, component: str) -> dict[str, ContentModel]:
        """Give the models that have a component."""
        return {name: m.components[component] for name, m in self.models.items() if component in m.components}

    @cached_property
    def contents(self) -> dict[str, ContentModels]:
        """The content models of each component that there is."""
        having = {component: list(self.having(component).values()) for component in COMPONENTS}
        return {
            name: ContentModels(models, epsilon=self.epsilon) for name, models in having.items() if models
        }

    @cached_property
    def classes(self) -> GCClasses:
        """Their GC classes, each with its like."""
        return GCClasses(self.models, self.epsilon)

    @cached_property
    def site_pairs(self) -> list[SitePair]:
        """Each ordered pair, each site that both have and whose windows overlap."""
        found = (
            SitePair(
                p, q, site, self._site(p, site).relative_entropies(self._site(q, site), epsilon=self.epsilon)
            )
            for p, q in permutations(self.models, 2)
            for site in self.models[p].sites
            if site in self.models[q].sites
        )
        return [pair for pair in found if pair.bits]

    def _site(self, model: str, site: str) -> SiteModel:
        return self.models[model].sites[site]

    def pair_rows(self) -> Iterator[ModelPairRow]:
        """Give each ordered pair of models, for each content model both have."""
        for component in self.contents:
            for (i, p), (j, q) in permutations(enumerate(self.having(component)), 2):
                yield self._pair_row(component, (i, j), (p, q))

    def _pair_row(self, component: str, places: tuple[int, int], names: tuple[str, str]) -> ModelPairRow:
        contents = self.contents[component]
        pair = ModelPair(contents.models[places[0]], contents.models[places[1]], epsilon=self.epsilon)
        bits = float(contents.rates[places])
        sampling = Sampling.of(
            self._interval(component, places), self._interval(component, places[::-1]), pair
        )
        mean, n_pairs, matching = self.classes.mean_rate(component, *names)
        coding = CodingBits.of(contents, places) if component == "coding" else CodingBits()
        return ModelPairRow(
            model_p=names[0], model_q=names[1], component=component, order=pair.order, smoothing=self.smoothing,
            relative_entropy_bits=bits, per="base", frame1_bits=coding.first, frame2_bits=coding.second,
            frame3_bits=coding.third, codon_bits_per_codon=coding.codon,
            amino_acid_bits_per_codon=coding.amino_acid, synonymous_bits_per_codon=coding.synonymous,
            bases_to_tell_apart_stein=sampling.bases_to_tell_apart(bits),
            jensen_shannon_increment_bits_per_base=float(contents.jensen_shannon_increments[places]),
            gc_matched_relative_entropy_bits=mean, n_gc_class_pairs=n_pairs, gc_matching=matching,
            relative_entropy_corrected_bits=sampling.corrected, relative_entropy_low_bits=sampling.low,
            relative_entropy_high_bits=sampling.high, noise_floor_bits=sampling.noise_floor,
            distinguishable=sampling.distinguishable, genetic_codes=_unlike_codes(pair, component),
            note="; ".join(map(say, _notes(pair, component))),
        )  # fmt: skip

    def _interval(self, component: str, places: tuple[int, int]) -> RateInterval | None:
        """Give the interval of an ordered pair, computed once."""
        key = component, *places
        if key not in self._intervals:
            p, q = (self.contents[component].models[place] for place in places)
            self._intervals[key] = ModelPair(p, q, epsilon=self.epsilon).interval
        return self._intervals[key]

    def add_states(self, states: States) -> None:
        """Add each codon position of coding sequence and each position of a site."""
        for (i, p), (j, q) in permutations(enumerate(self.having("coding")), 2):
            bits = self.contents["coding"].rates_by_position[i, j].tolist()
            states.add((p, q), "coding", CODON_POSITIONS, bits)
        for pair in self.site_pairs:
            positions = [f"{position:+d}" for position in pair.bits]
            states.add((pair.p, pair.q), pair.site, positions, list(pair.bits.values()))

    def site_rows(self) -> Iterator[SiteRow]:
        """Give each site both models of a pair have, all shared positions together."""
        for pair in self.site_pairs:
            yield SiteRow(
                model_p=pair.p, model_q=pair.q, site=pair.site, first_position=min(pair.bits),
                last_position=max(pair.bits), relative_entropy_bits=sum(pair.bits.values()), per="site",
            )  # fmt: skip

    def site_letter_rows(self) -> Iterator[SiteLetterRow]:
        """Give each base at each position of each site, as the model has it: not smoothed."""
        for name, model in self.models.items():
            for site, table in model.sites.items():
                heights = letter_heights(table.probabilities, UNIFORM).tolist()
                for position, shares, bits in zip(
                    table.positions, table.probabilities.tolist(), heights, strict=True
                ):
                    for letter, share, height in zip(DNA.symbols, shares, bits, strict=True):
                        yield SiteLetterRow(
                            model=name, site=site, position=position, letter=letter, probability=share,
                            height_bits=height,
                        )  # fmt: skip

    @cached_property
    def trees(self) -> dict[str, Dendrogram]:
        """The dendrogram of each component."""
        return {component: average_linkage(contents.rates) for component, contents in self.contents.items()}

    @property
    def leaves(self) -> dict[str, int]:
        """Place of each model among the leaves of the coding models' dendrogram."""
        names = list(self.having("coding"))
        return {names[leaf]: place for place, leaf in enumerate(self.trees["coding"].leaves)} if names else {}

    def findings(self) -> dict[str, list[Finding]]:
        """Give what only the maths can see: stops, over-fitting, one model under two names."""
        found = {name: [*_own_findings(model)] for name, model in self.models.items()}
        for component in self.contents:
            for (p, model_p), (q, model_q) in combinations(self.having(component).items(), 2):
                if np.array_equal(model_p.probabilities, model_q.probabilities):
                    found[q].append(Finding.note(component, say(SameTable(p))))
        return found


def _own_findings(model: GeneModel) -> Iterator[Finding]:
    """Give those of a model by itself."""
    yield from _coding_findings(model.coding)
    intron, intergenic = (model.components.get(part) for part in ("intron", "intergenic"))
    if intron and intergenic and np.array_equal(intron.probabilities, intergenic.probabilities):
        yield Finding.warning("intergenic", say(Tied("introns")))


def _coding_findings(coding: ContentModel) -> Iterator[Finding]:
    stops, last = coding.stop_mass_per_codon, coding.truncation_cost
    if stops > MUCH_STOP_MASS:
        yield Finding.warning("coding", say(InFrameStops(stops)))
    if last > OVERFITTED and coding.order > CODON_CONTEXT:  # up to there, each order tells which codon it is
        yield Finding.warning("coding", say(OverFitted(coding.order, last)))


def _notes(pair: ModelPair, component: str) -> Iterator[Reason]:
    p, q = pair.p.order, pair.q.order
    if p != q:
        yield OrdersDiffer(p, q)
    if _unlike_codes(pair, component):
        yield OtherCodes(pair.p.genetic_code, pair.q.genetic_code)


def _unlike_codes(pair: ModelPair, component: str) -> str:
    p, q = pair.p.genetic_code, pair.q.genetic_code
    return "" if component != "coding" or same_code(p, q) else f"{p} and {q}"
