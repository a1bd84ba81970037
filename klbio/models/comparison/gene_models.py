"""Gene models of a comparison: every ordered pair, component by component, position by position."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

import numpy as np
import pandas as pd

from klbio.alphabets import DNA
from klbio.distributions import FloatArray
from klbio.models import ContentModel, Finding, GeneModel, SiteModel
from klbio.models.cluster import Dendrogram, average_linkage
from klbio.models.comparison.content_pairs import ContentPairs
from klbio.models.comparison.gc_classes import COMPONENTS, GCClasses
from klbio.models.comparison.listed_pairs import ListedPairs
from klbio.models.comparison.states import States
from klbio.models.comparison.tile import Tile
from klbio.models.markov.content_model import smoothing_name
from klbio.models.markov.content_models import ContentModels
from klbio.models.markov.stop_codons import CODON_CONTEXT
from klbio.models.profiles.logos import letter_heights
from klbio.phrases import say
from klbio.phrases.gene_models import InFrameStops, OverFitted, SameTable, Tied
from klbio.schema import MODEL_TABLES, ModelPairRow, SiteLetterRow, SiteRow, columns_of, rows

__all__ = ["GeneModels"]

MUCH_STOP_MASS = 1e-2  # a stop in every hundred codons: no model of coding sequence
OVERFITTED = 0.05  # bits per base learnt by the last order alone; sound models have .004 to .013
PAIRS, SITES = MODEL_TABLES["pairs"], MODEL_TABLES["sites"]
CODON_POSITIONS = [f"codon position {f}" for f in (1, 2, 3)]
UNIFORM = np.full(4, 0.25)


class SitePair(NamedTuple):
    """A site that both models of an ordered pair have, the positions they share, and bits at each."""

    p: str
    q: str
    site: str
    positions: range
    bits: FloatArray


class GeneModels:
    """Gene models by name, and what is computed of them, each once.

    Parameters
    ----------
    models : mapping of str to GeneModel
    epsilon : float
        Smoothing of every rate.
    every : bool, default False
        List every pair, however many models there are.
    known : mapping of str to ndarray, optional
        What `found` gave of each component, part by part.
    """

    def __init__(
        self, models: Mapping[str, GeneModel], epsilon: float, every: bool = False,
        known: Mapping[str, FloatArray] | None = None,
    ) -> None:  # fmt: skip
        self.known = known or {}
        self.models = models
        self.every = every
        self.epsilon = epsilon
        self.smoothing = smoothing_name(epsilon)

    def having(self, component: str) -> dict[str, ContentModel]:
        """Give the models that have a component."""
        return {name: m.components[component] for name, m in self.models.items() if component in m.components}

    @cached_property
    def contents(self) -> dict[str, ContentModels]:
        """The content models of each component that there is."""
        having = {component: list(self.having(component).values()) for component in COMPONENTS}
        return {
            name: ContentModels(models, epsilon=self.epsilon, known=self.known.get(name))
            for name, models in having.items()
            if models
        }

    def found(self, tile: Tile) -> dict[str, FloatArray]:
        """Give the rates of one part of the models from all, by component; see `ContentModels.rate_rows`."""
        return {
            name: contents.rate_rows(tile.rows([len(contents)] * len(contents)))
            for name, contents in self.contents.items()
        }

    @cached_property
    def listed(self) -> ListedPairs:
        """The ordered pairs that tables hold."""
        return ListedPairs(tuple(self.models), self.contents.get("coding"), self.every)

    @cached_property
    def classes(self) -> GCClasses:
        """Their GC classes, each with its like."""
        return GCClasses(self.models, self.epsilon, self.listed)

    @cached_property
    def site_pairs(self) -> list[SitePair]:
        """Each listed pair, each site that both have and whose windows overlap."""
        found = []
        for p, pairs in groupby(self.listed.named, key=itemgetter(0)):
            others = [q for _, q in pairs]
            bits = {
                site: self._site_bits(model, site, others) for site, model in self.models[p].sites.items()
            }
            found += [SitePair(p, q, site, *of[q]) for q in others for site, of in bits.items() if q in of]
        return found

    def _site_bits(
        self, model: SiteModel, site: str, others: Sequence[str]
    ) -> dict[str, tuple[range, FloatArray]]:
        """Bits at each shared position from a model's site to that of each other that has it."""
        sites = {q: self.models[q].sites[site] for q in others if site in self.models[q].sites}
        found = zip(
            sites, model.relative_entropies_to(list(sites.values()), epsilon=self.epsilon), strict=True
        )
        return {q: shared for q, shared in found if shared[0]}

    @property
    def pair_frame(self) -> pd.DataFrame:
        """Each listed pair of models, for each content model both have; not yet arranged."""
        frames = [ContentPairs(self, component).frame() for component in self.contents]
        return pd.concat(frames, ignore_index=True) if frames else PAIRS.frame([])

    def pair_rows(self) -> Iterator[ModelPairRow]:
        """Give the same, row by row."""
        return iter(rows(PAIRS.arranged(self.pair_frame), ModelPairRow))

    def add_states(self, states: States) -> None:
        """Add each codon position of coding sequence and each position of a site, of the pairs in detail."""
        names = self.listed.names
        for i, j in self.listed.detailed:
            bits = self.contents["coding"].rates_by_position[i, j].tolist()
            states.add((names[i], names[j]), "coding", CODON_POSITIONS, bits)
        for pair in self.site_pairs:
            if (pair.p, pair.q) not in self.listed.named_detailed:
                continue
            positions = [f"{position:+d}" for position in pair.positions]
            states.add((pair.p, pair.q), pair.site, positions, pair.bits.tolist())

    def site_frame(self) -> pd.DataFrame:
        """Give each site both models of a pair have, all shared positions together."""
        pairs = self.site_pairs
        return SITES.arranged(pd.DataFrame(columns_of(
            SiteRow, model_p=[pair.p for pair in pairs], model_q=[pair.q for pair in pairs],
            site=[pair.site for pair in pairs], first_position=[pair.positions.start for pair in pairs],
            last_position=[pair.positions.stop - 1 for pair in pairs],
            relative_entropy_bits=[sum(pair.bits.tolist()) for pair in pairs], per=["site"] * len(pairs),
        )))  # fmt: skip

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
        return {
            component: average_linkage(contents.rates, list(self.having(component)))
            for component, contents in self.contents.items()
        }

    @property
    def leaves(self) -> dict[str, int]:
        """Place of each model among the leaves of the coding models' dendrogram."""
        names = list(self.having("coding"))
        return {names[leaf]: place for place, leaf in enumerate(self.trees["coding"].leaves)} if names else {}

    def findings(self) -> dict[str, list[Finding]]:
        """Give what only the maths can see: stops, over-fitting, one model under two names."""
        found = {name: [*_own_findings(model)] for name, model in self.models.items()}
        for component in self.contents:
            alike: dict[tuple[tuple[int, ...], bytes], list[str]] = {}
            for q, model in self.having(component).items():
                table = model.probabilities + 0.0  # of two zeros one
                earlier = alike.setdefault((table.shape, table.tobytes()), [])
                found[q] += [Finding.note(component, say(SameTable(p))) for p in earlier]
                earlier.append(q)
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
