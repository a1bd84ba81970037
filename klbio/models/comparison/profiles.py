"""Profile HMMs of a comparison: described, aligned, and the related ones shown letter by letter."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from klbio.models import Finding, ProfileHMM
from klbio.models.arrays import Indices
from klbio.models.cluster import Dendrogram, average_linkage
from klbio.models.comparison.tile import Tile
from klbio.models.profiles.align_all import (
    SCORE_BITS,
    STRETCH_BITS,
    AlignedPair,
    Aligner,
    family_distances,
)
from klbio.models.profiles.found_pairs import FoundPairs
from klbio.models.profiles.hmmstat import summarize_profiles
from klbio.models.profiles.logos import letter_heights
from klbio.models.profiles.pairs_of import PairsOf
from klbio.models.profiles.reverse import reverse_complement
from klbio.phrases import say
from klbio.phrases.gene_models import PartOf
from klbio.phrases.profiles import ExpectedByChance, LowScore, NearDuplicate, NoGoodStretch, OtherAlphabets
from klbio.schema import (
    MODEL_TABLES,
    AlignedColumnRow,
    AlignedLetterRow,
    AlignmentRow,
    DroppedRow,
    ProfileRow,
    columns_of,
)

__all__ = ["RELATED", "Profiles"]

FEW = 190  # pairs, those of twenty profiles, up to which each is aligned
RELATED = 0.01  # pairs expected by chance among all that were looked at
MINUS = "-"  # strand
MAX_LOGOS = 10  # related pairs of profiles whose letters are written, the best first


@dataclass(frozen=True, eq=False)
class Listed:
    """An aligned pair under the names that tables use.

    Parameters
    ----------
    model_p, model_q : str
    pair : AlignedPair
    expected : float
        Pairs of so good a score that chance alone would bring among all.
    """

    model_p: str
    model_q: str
    pair: AlignedPair
    expected: float

    @property
    def is_related(self) -> bool:
        """Whether chance hardly explains the score."""
        return self.expected < RELATED

    @property
    def reversed(self) -> bool:
        """Whether q is read on its other strand."""
        return self.pair.strand == MINUS

    def nodes_q(self, n_match: int) -> Indices:
        """Give the paired match states of q, one of so many, as q counts them."""
        nodes = self.pair.alignment.pairs[:, 1]
        return n_match + 1 - nodes if self.reversed else nodes


class Profiles:
    """Profile HMMs by name, and the pairs of them that were aligned: once, when they are first asked for.

    Up to 190 pairs, those of twenty profiles, are all aligned; of more, those that pass a quick test and have a
    high score, and those are listed that chance does not explain.

    Parameters
    ----------
    models : mapping of str to ProfileHMM
    seed : int
    threads : int, default 1
    n_first : int, optional
        Profiles of the first side, which stand first: each is held against those of the other side alone.
    known : FoundPairs, optional
        What `found` gave of all pairs, part by part.
    """

    def __init__(
        self, models: Mapping[str, ProfileHMM], seed: int, threads: int = 1, n_first: int | None = None,
        known: FoundPairs | None = None,
    ) -> None:  # fmt: skip
        self.known = known
        self.models = models
        self.wanted = PairsOf(models, n_first)
        self.names = self.wanted.names
        self.seed = seed
        self.threads = threads

    @property
    def n_pairs(self) -> int:
        """Pairs of one alphabet."""
        return self.wanted.n

    @property
    def _aligner(self) -> Aligner:
        if self.n_pairs <= FEW:
            return Aligner(seed=self.seed, threads=self.threads, least_stretch=0.0, least_score=-math.inf)
        return Aligner(seed=self.seed, threads=self.threads, least_surprise=1 / self.n_pairs)

    def found(self, tile: Tile) -> FoundPairs:
        """Look at the pairs of one part of the profiles."""
        return self._looked_at(tile.rows(self.wanted.work))

    def _looked_at(self, within: range | None = None) -> FoundPairs:
        return FoundPairs.of(self._aligner.pairs(self.wanted, within))

    @cached_property
    def _found(self) -> FoundPairs:
        """Aligned pairs, and how many were left out, by why."""
        return self._looked_at() if self.known is None else self.known

    @cached_property
    def pairs(self) -> list[Listed]:
        """Those with an alignment, in the order of the profiles."""
        return [
            Listed(self.names[pair.i], self.names[pair.j], pair, pair.null.p_extreme_value * self.n_pairs)
            for pair in self._found.aligned
        ]

    @property
    def listed(self) -> list[Listed]:
        """The same, the best first."""
        return sorted(self.pairs, key=lambda listed: (listed.expected, listed.pair.i, listed.pair.j))

    def related(self) -> list[Listed]:
        """Give the pairs whose score chance hardly explains, the best first."""
        return [listed for listed in self.listed if listed.is_related]

    def dropped(self) -> list[DroppedRow]:
        """Count the pairs that are not listed, by why."""
        found, n_all = self._found, self.wanted.n_of_any_alphabet
        n_quick = self.n_pairs - len(found.aligned) - found.n_low - found.n_by_chance
        reasons = (
            (n_quick, self.n_pairs, NoGoodStretch(STRETCH_BITS)),
            (found.n_low, self.n_pairs, LowScore(SCORE_BITS)),
            (found.n_by_chance, self.n_pairs, ExpectedByChance()),
            (n_all - self.n_pairs, n_all, OtherAlphabets(self.wanted.alphabets)),
        )
        return [
            DroppedRow(
                source="models", kind="pairs", name=say(PartOf(n, of, "pairs of profiles")), reason=say(reason)
            )
            for n, of, reason in reasons if n
        ]  # fmt: skip

    def findings(self) -> dict[str, list[Finding]]:
        """Name near-duplicates, at the later of the two."""
        found: dict[str, list[Finding]] = {}
        for listed in self.pairs:
            if listed.pair.is_near_duplicate:
                reason = NearDuplicate(
                    listed.model_p, listed.pair.columns.mean_jensen_shannon, listed.reversed
                )
                found.setdefault(listed.model_q, []).append(Finding.warning("match", say(reason)))
        return found

    @cached_property
    def _family(self) -> list[int]:
        """Places of the profiles that have a relative."""
        return sorted({place for listed in self.related() for place in (listed.pair.i, listed.pair.j)})

    @cached_property
    def tree(self) -> Dendrogram | None:
        """Of the profiles that have a relative; None where there is none."""
        if not self._family:
            return None
        lengths = [profile.n_match for profile in self.models.values()]
        distances = family_distances(lengths, [listed.pair for listed in self.related()])
        names = [self.names[place] for place in self._family]
        return average_linkage(distances[self._family][:, self._family], names)

    @property
    def leaves(self) -> dict[str, int]:
        """Place of each model among the leaves of the tree."""
        leaves = self.tree.leaves if self.tree else ()
        return {self.names[self._family[leaf]]: place for place, leaf in enumerate(leaves)}

    def rows(self) -> Iterator[ProfileRow]:
        """Describe each profile HMM in one row."""
        summaries = summarize_profiles(list(self.models.values()))
        for (name, profile), summary in zip(self.models.items(), summaries, strict=True):
            yield ProfileRow(
                name=name, accession=profile.accession, n_match=profile.n_match, **asdict(summary)
            )

    def alignment_rows(self) -> Iterator[AlignmentRow]:
        """Give each aligned pair, the best first."""
        for listed in self.listed:
            found, columns, null = listed.pair.alignment, listed.pair.columns, listed.pair.null
            nodes_p = found.pairs[:, 0].tolist()
            nodes_q = listed.nodes_q(self.models[listed.model_q].n_match).tolist()
            yield AlignmentRow(
                model_p=listed.model_p, model_q=listed.model_q, mode="local", strand=listed.pair.strand,
                score_bits=found.score_bits, n_columns=len(nodes_p), first_p=nodes_p[0], last_p=nodes_p[-1],
                first_q=nodes_q[0], last_q=nodes_q[-1], coverage_p=found.coverage_p, coverage_q=found.coverage_q,
                relative_entropy_p_q_bits_per_column=columns.mean_forward,
                relative_entropy_q_p_bits_per_column=columns.mean_backward,
                jensen_shannon_bits_per_column=columns.mean_jensen_shannon, weights="occupancy", smoothing="none",
                relative_entropy_p_q_total_bits=float(columns.forward.sum()),
                relative_entropy_q_p_total_bits=float(columns.backward.sum()),
                jensen_shannon_total_bits=float(columns.jensen_shannon.sum()),
                null_mean_bits=null.mean_bits, null_max_bits=null.max_bits, n_shuffles=null.n, seed=self.seed,
                p_permutation=null.p_permutation, p_extreme_value=null.p_extreme_value, n_pairs=self.n_pairs,
                expected_by_chance=listed.expected, near_duplicate=listed.pair.is_near_duplicate,
                related=listed.is_related,
            )  # fmt: skip

    def column_frame(self) -> pd.DataFrame:
        """Give each aligned column of the pairs in the same order."""
        return _stacked("aligned_columns", [self._columns(listed) for listed in self.listed])

    def _columns(self, listed: Listed) -> pd.DataFrame:
        found, columns = listed.pair.alignment, listed.pair.columns
        node_p, node_q = found.pairs[:, 0], listed.nodes_q(self.models[listed.model_q].n_match)
        return pd.DataFrame(
            columns_of(
                AlignedColumnRow,
                model_p=listed.model_p, model_q=listed.model_q, column=np.arange(1, len(found.pairs) + 1),
                node_p=node_p, node_q=node_q, score_bits=found.column_bits,
                relative_entropy_p_q_bits=columns.forward, relative_entropy_q_p_bits=columns.backward,
                jensen_shannon_bits=columns.jensen_shannon,
                occupancy_p=self.models[listed.model_p].match_occupancy[node_p - 1],
                occupancy_q=self.models[listed.model_q].match_occupancy[node_q - 1],
            )
        )  # fmt: skip

    def letter_frame(self) -> pd.DataFrame:
        """Give each letter of both sides at each aligned column of the best related pairs."""
        sides = [
            self._letters(listed, side, name)
            for listed in self.related()[:MAX_LOGOS]
            for side, name in (("p", listed.model_p), ("q", listed.model_q))
        ]
        return _stacked("aligned_letters", sides)

    def _letters(self, listed: Listed, side: str, name: str) -> pd.DataFrame:
        """Give the letters of one side, of q on the strand that was aligned."""
        profile, pairs = self.models[name], listed.pair.alignment.pairs
        nodes = pairs[:, 0] if side == "p" else listed.nodes_q(profile.n_match)
        shown = reverse_complement(profile) if side == "q" and listed.reversed else profile
        emissions = shown.match_emissions[pairs[:, "pq".index(side)] - 1]
        symbols = profile.alphabet.symbols
        return pd.DataFrame(
            columns_of(
                AlignedLetterRow,
                model_p=listed.model_p, model_q=listed.model_q, side=side,
                column=np.repeat(np.arange(1, len(nodes) + 1), len(symbols)),
                node=np.repeat(nodes, len(symbols)), letter=symbols * len(nodes),
                probability=emissions.ravel(),
                height_bits=letter_heights(emissions, shown.background).ravel(),
            )
        )  # fmt: skip


def _stacked(name: str, frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    table = MODEL_TABLES[name]
    return table.arranged(pd.concat(frames, ignore_index=True)) if frames else table.frame([])
