"""Rows of the tables of aligned profile HMMs."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from klbio.models import Finding, ProfileHMM
from klbio.models.cluster import average_linkage
from klbio.models.profiles.align import Prepared
from klbio.models.profiles.align_all import (
    DIAGONAL_BITS,
    ProfilePair,
    align_all,
    are_alike,
    count_pairs,
    family_distances,
)

__all__ = [
    "ALIGNED_COLUMNS",
    "ALIGNMENT_COLUMNS",
    "AlignedProfiles",
    "aligned_profiles",
    "family_rows",
]

ALIGNMENT_COLUMNS = (
    "model_p", "model_q", "mode", "score_bits", "n_columns", "first_p", "last_p", "first_q", "last_q",
    "coverage_p", "coverage_q", "relative_entropy_p_q_bits_per_column", "relative_entropy_q_p_bits_per_column",
    "jensen_shannon_bits_per_column", "weights", "smoothing", "relative_entropy_p_q_total_bits",
    "relative_entropy_q_p_total_bits", "jensen_shannon_total_bits", "null_mean_bits", "null_max_bits",
    "n_shuffles", "seed", "p_permutation", "p_extreme_value", "n_pairs", "expected_by_chance", "near_duplicate",
)  # fmt: skip
ALIGNED_COLUMNS = (
    "model_p", "model_q", "column", "node_p", "node_q", "score_bits", "relative_entropy_p_q_bits",
    "relative_entropy_q_p_bits", "jensen_shannon_bits", "occupancy_p", "occupancy_q",
)  # fmt: skip
FEW = 20  # profiles up to which every pair is aligned
RELATED = 0.01  # pairs expected by chance among all that were looked at
BY_CHANCE = "aligned, but more than one pair of so good a score is expected by chance: not listed"
Row = dict[str, Any]


@dataclass(frozen=True, eq=False)
class AlignedProfiles:
    """Profiles by name, the pairs that were aligned, and how many there were in all.

    Parameters
    ----------
    names : tuple of str
    profiles : tuple of Prepared
    pairs : tuple of ProfilePair
        Those with an alignment.
    n_pairs : int
        Of one alphabet.
    n_quick : int
        How many of these the quick test left out.
    n_by_chance : int
        How many were aligned and are not given, because more than one pair of so good a score is
        expected by chance.
    seed : int
    """

    names: tuple[str, ...]
    profiles: tuple[Prepared, ...]
    pairs: tuple[ProfilePair, ...]
    n_pairs: int
    n_quick: int
    n_by_chance: int
    seed: int

    def related(self) -> list[ProfilePair]:
        """Give the pairs whose score chance hardly explains."""
        return [pair for pair in self.pairs if self.expected(pair) < RELATED]

    def expected(self, pair: ProfilePair) -> float:
        """Pairs of so good a score that chance alone would bring among all."""
        return pair.null.p_extreme_value * self.n_pairs if pair.null else float("nan")

    def dropped(self) -> list[dict[str, str]]:
        """Say how many pairs are not listed, and why."""
        alphabets = Counter(one.profile.alphabet.name for one in self.profiles)
        told = ", ".join(f"{n} over {name}" for name, n in sorted(alphabets.items()))
        n_all = len(self.profiles) * (len(self.profiles) - 1) // 2
        reasons = (
            (
                self.n_quick,
                self.n_pairs,
                f"best score without gaps below {DIAGONAL_BITS:g} bits: not aligned",
            ),
            (self.n_by_chance, self.n_pairs, BY_CHANCE),
            (n_all - self.n_pairs, n_all, f"different alphabets ({told}): compare profiles of one alphabet"),
        )
        return [
            {"source": "models", "kind": "pairs", "name": f"{n} of {of} pairs of profiles", "reason": reason}
            for n, of, reason in reasons if n
        ]  # fmt: skip

    def findings(self) -> dict[str, list[Finding]]:
        """Name near-duplicates, at the later of the two."""
        found: dict[str, list[Finding]] = {}
        for pair in self.pairs:
            if pair.columns is None or not are_alike(pair):
                continue
            text = (
                f"near-duplicate of {self.names[pair.i]!r}: "
                f"{pair.columns.mean_jensen_shannon:.2g} bits per column (Jensen-Shannon) over 95 % of both"
            )
            found.setdefault(self.names[pair.j], []).append(Finding("warning", "match", text))
        return found

    def alignment_rows(self) -> Iterator[Row]:
        """Give each aligned pair, the best first."""
        for pair in sorted(self.pairs, key=lambda one: (self.expected(one), one.i, one.j)):
            yield self._names(pair) | self._scores(pair) | _divergences(pair)

    def column_rows(self) -> Iterator[Row]:
        """Give each aligned column of the pairs in the same order."""
        for pair in sorted(self.pairs, key=lambda one: (self.expected(one), one.i, one.j)):
            for place, columns in enumerate(self._columns(pair), 1):
                yield self._names(pair) | {"column": place} | columns

    def _names(self, pair: ProfilePair) -> Row:
        return {"model_p": self.names[pair.i], "model_q": self.names[pair.j]}

    def _scores(self, pair: ProfilePair) -> Row:
        if pair.alignment is None or pair.null is None:
            return {}
        nodes = pair.alignment.pairs
        return {
            "mode": "local", "score_bits": pair.alignment.score_bits, "n_columns": len(nodes),
            "first_p": nodes[0, 0], "last_p": nodes[-1, 0], "first_q": nodes[0, 1], "last_q": nodes[-1, 1],
            "coverage_p": pair.alignment.coverage_p, "coverage_q": pair.alignment.coverage_q,
            "null_mean_bits": pair.null.mean_bits, "null_max_bits": pair.null.max_bits,
            "n_shuffles": pair.null.n, "seed": self.seed, "p_permutation": pair.null.p_permutation,
            "p_extreme_value": pair.null.p_extreme_value, "n_pairs": self.n_pairs,
            "expected_by_chance": self.expected(pair), "near_duplicate": "yes" if are_alike(pair) else "no",
        }  # fmt: skip

    def _columns(self, pair: ProfilePair) -> Iterator[Row]:
        if pair.alignment is None or pair.columns is None:
            return
        nodes = pair.alignment.pairs
        values = {
            "node_p": nodes[:, 0], "node_q": nodes[:, 1], "score_bits": pair.alignment.column_bits,
            "relative_entropy_p_q_bits": pair.columns.forward,
            "relative_entropy_q_p_bits": pair.columns.backward,
            "jensen_shannon_bits": pair.columns.jensen_shannon,
            "occupancy_p": self.profiles[pair.i].occupancy[nodes[:, 0] - 1],
            "occupancy_q": self.profiles[pair.j].occupancy[nodes[:, 1] - 1],
        }  # fmt: skip
        for row in zip(*(array.tolist() for array in values.values()), strict=True):
            yield dict(zip(values, row, strict=True))


def _divergences(pair: ProfilePair) -> Row:
    if pair.columns is None:
        return {}
    return {
        "relative_entropy_p_q_bits_per_column": pair.columns.mean_forward,
        "relative_entropy_q_p_bits_per_column": pair.columns.mean_backward,
        "jensen_shannon_bits_per_column": pair.columns.mean_jensen_shannon,
        "weights": "occupancy", "smoothing": "none",
        "relative_entropy_p_q_total_bits": float(pair.columns.forward.sum()),
        "relative_entropy_q_p_total_bits": float(pair.columns.backward.sum()),
        "jensen_shannon_total_bits": float(pair.columns.jensen_shannon.sum()),
    }  # fmt: skip


def aligned_profiles(profiles: Mapping[str, ProfileHMM], *, seed: int, threads: int) -> AlignedProfiles:
    """Align all pairs of up to twenty profiles; of more, those that pass the quick test, and give the good ones."""
    names, prepared = tuple(profiles), tuple(map(Prepared, profiles.values()))
    n_pairs, few = count_pairs(prepared), len(profiles) <= FEW
    found = align_all(
        prepared, names, seed=seed, threads=threads, least_diagonal=0.0 if few else DIAGONAL_BITS,
        least_surprise=math.inf if few or not n_pairs else 1 / n_pairs,
    )  # fmt: skip
    pairs, n_quick, n_by_chance = [], 0, 0
    for pair in found:
        n_quick += pair.null is None
        n_by_chance += pair.null is not None and pair.alignment is None
        pairs += [pair] if pair.alignment is not None else []
    return AlignedProfiles(names, prepared, tuple(pairs), n_pairs, n_quick, n_by_chance, seed)


def family_rows(aligned: AlignedProfiles, columns: Sequence[str]) -> tuple[list[Row], dict[str, int]]:
    """Give the segments of the tree of the profiles that have a relative, and their places among its leaves."""
    related = aligned.related()
    places = sorted({place for pair in related for place in (pair.i, pair.j)})
    if not places:
        return [], {}
    lengths = [profile.profile.n_match for profile in aligned.profiles]
    tree = average_linkage(family_distances(lengths, related)[places][:, places])
    rows = [dict(zip(columns, ("match", *segment), strict=True)) for segment in tree.segments.tolist()]
    return rows, {aligned.names[places[leaf]]: at for at, leaf in enumerate(tree.leaves)}
