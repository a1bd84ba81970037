"""Tables of profile HMMs and of whole hidden Markov models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from klbio.schema.columns import Count, Flag, Number, PValue, Text
from klbio.schema.table import Row
from klbio.schema.terms import OfPair

__all__ = [
    "AlignedColumnRow",
    "AlignedLetterRow",
    "AlignmentRow",
    "HiddenRow",
    "ProfileChangeRow",
    "ProfileRow",
]

Seed = Annotated[int, Number("", "start of the random numbers")]
Place = Annotated[int, Number("", "aligned column, counted from 1")]


@dataclass(frozen=True, kw_only=True, slots=True)
class ProfileRow(Row):
    """A profile HMM against its own background, as hmmstat prints it: a row per profile."""

    name: Annotated[str, Text("name of the profile")]
    accession: Annotated[str, Text("its accession; empty where it has none")]
    n_match: Annotated[int, Count("match states", of="states")]
    mean_relative_entropy_bits: Annotated[
        float, Number("bits per match state", "mean relative entropy to the background (relent)")
    ]
    information_bits: Annotated[float, Number("bits per match state", "mean information content (info)")]
    positional_relative_entropy_bits: Annotated[
        float, Number("bits per match state", "mean over states weighted by their occupancy (p relE)")
    ]
    composition_relative_entropy_bits: Annotated[
        float, Number("bits", "relative entropy of the mean composition to the background (compKL)")
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class AlignmentRow(OfPair):
    """Best local alignment of two profile HMMs: a row per pair, the best first."""

    mode: Annotated[str, Text("kind of alignment", values=("local",))]
    strand: Annotated[
        str,
        Text(
            "strand of q that aligns better: `-` is its reverse complement; empty where only one was looked at",
            values=("+", "-", ""),
        ),
    ]
    score_bits: Annotated[float, Number("bits", "score of the alignment")]
    n_columns: Annotated[int, Count("paired match states", of="columns")]
    first_p: Annotated[int, Number("", "first paired state of p, counted from 1")]
    last_p: Annotated[int, Number("", "last paired state of p")]
    first_q: Annotated[int, Number("", "first paired state of q")]
    last_q: Annotated[int, Number("", "last paired state of q")]
    coverage_p: Annotated[float, Number("share", "share of p's match states that are paired")]
    coverage_q: Annotated[float, Number("share", "share of q's match states that are paired")]
    relative_entropy_p_q_bits_per_column: Annotated[
        float,
        Number(
            "bits per column",
            "mean D(p ‖ q) over paired states, weighted by p's occupancy",
            heading="D(p ‖ q) (bits per column)",
        ),
    ]
    relative_entropy_q_p_bits_per_column: Annotated[
        float,
        Number(
            "bits per column",
            "mean D(q ‖ p), weighted by q's occupancy",
            heading="D(q ‖ p) (bits per column)",
        ),
    ]
    jensen_shannon_bits_per_column: Annotated[
        float,
        Number(
            "bits per column",
            "mean Jensen-Shannon divergence, weighted by the mean occupancy",
            heading="JSD (bits per column)",
        ),
    ]
    weights: Annotated[str, Text("what the means are weighted by", values=("occupancy",))]
    smoothing: Annotated[str, Text("smoothing of the emissions: `none`, they are taken as they stand")]
    relative_entropy_p_q_total_bits: Annotated[float, Number("bits", "plain sum of D(p ‖ q) over the pairs")]
    relative_entropy_q_p_total_bits: Annotated[float, Number("bits", "plain sum of D(q ‖ p)")]
    jensen_shannon_total_bits: Annotated[float, Number("bits", "plain sum of Jensen-Shannon divergences")]
    null_mean_bits: Annotated[float, Number("bits", "mean score with q's columns in random order")]
    null_max_bits: Annotated[float, Number("bits", "best score with q's columns in random order")]
    n_shuffles: Annotated[int, Count("random orders", of="orders")]
    seed: Seed
    p_permutation: Annotated[float, PValue("share of random orders that reach the score, itself counted")]
    p_extreme_value: Annotated[
        float, PValue("the same by a Gumbel law; an extrapolation below one over the number of orders")
    ]
    n_pairs: Annotated[int, Count("pairs of profiles of one alphabet in all", of="pairs")]
    expected_by_chance: Annotated[
        float, Number("pairs", "pairs of so good a score that chance alone would bring: p times their number")
    ]
    near_duplicate: Annotated[
        bool, Flag("whether 95 % of both are paired, at less than 0.01 bits per column")
    ]
    related: Annotated[bool, Flag("whether fewer than 0.01 such pairs are expected by chance")]


@dataclass(frozen=True, kw_only=True, slots=True)
class ProfileChangeRow(Row):
    """Profile HMMs of two databases by accession or name: a row per entry of either, the most changed first."""

    entry: Annotated[str, Text("accession without its version, or name: what the two were matched by")]
    change: Annotated[
        str,
        Text(
            "`changed`, `same` (equal to the five decimals of a text file), `gone` from the second, `new` in it",
            values=("changed", "gone", "new", "same"),
        ),
    ]
    name_p: Annotated[str, Text("its name in the first database; empty where it is new")] = ""
    accession_p: Annotated[str, Text("its accession there, with the version")] = ""
    name_q: Annotated[str, Text("its name in the second database; empty where it is gone")] = ""
    accession_q: Annotated[str, Text("its accession there, with the version")] = ""
    n_match_p: Annotated[int | None, Count("match states in the first", of="states")] = None
    n_match_q: Annotated[int | None, Count("match states in the second", of="states")] = None
    n_columns: Annotated[
        int | None, Count("paired match states of the best local alignment", of="columns")
    ] = None
    coverage_p: Annotated[float | None, Number("share", "share of p's match states that are paired")] = None
    coverage_q: Annotated[float | None, Number("share", "share of q's match states that are paired")] = None
    score_bits: Annotated[
        float | None, Number("bits", "score of the alignment; empty where nothing changed")
    ] = None
    relative_entropy_p_q_bits_per_column: Annotated[
        float | None,
        Number(
            "bits per column",
            "mean D(p ‖ q) over paired states, weighted by p's occupancy",
            heading="D(p ‖ q) (bits per column)",
        ),
    ] = None
    relative_entropy_q_p_bits_per_column: Annotated[
        float | None,
        Number(
            "bits per column",
            "mean D(q ‖ p), weighted by q's occupancy",
            heading="D(q ‖ p) (bits per column)",
        ),
    ] = None
    jensen_shannon_bits_per_column: Annotated[
        float | None,
        Number(
            "bits per column",
            "mean Jensen-Shannon divergence, weighted by the mean occupancy",
            heading="JSD (bits per column)",
        ),
    ] = None
    distance_bits_per_column: Annotated[
        float | None,
        Number(
            "bits per column",
            "plain sum of Jensen-Shannon divergences, a bit more for each state without a partner, over the mean "
            "length: from 0 to 1",
            heading="distance (bits per column)",
        ),
    ] = None


@dataclass(frozen=True, kw_only=True, slots=True)
class AlignedColumnRow(OfPair):
    """Columns of the alignments: a row per pair of profile HMMs and aligned column."""

    column: Place
    node_p: Annotated[int, Number("", "match state of p, counted from 1")]
    node_q: Annotated[int, Number("", "match state of q, counted from 1")]
    score_bits: Annotated[float, Number("bits", "score of the two states")]
    relative_entropy_p_q_bits: Annotated[float, Number("bits", "D(p ‖ q) of their emissions")]
    relative_entropy_q_p_bits: Annotated[float, Number("bits", "D(q ‖ p) of their emissions")]
    jensen_shannon_bits: Annotated[float, Number("bits", "Jensen-Shannon divergence of their emissions")]
    occupancy_p: Annotated[float, Number("probability", "probability that p's state is used")]
    occupancy_q: Annotated[float, Number("probability", "probability that q's state is used")]


@dataclass(frozen=True, kw_only=True, slots=True)
class AlignedLetterRow(OfPair):
    """Letters of the aligned columns' logos: a row per related pair, side, column and letter."""

    side: Annotated[str, Text("whose letter it is", values=("p", "q"))]
    column: Place
    node: Annotated[int, Number("", "match state of that side, counted from 1")]
    letter: Annotated[str, Text("the base, of the aligned strand, or amino acid")]
    probability: Annotated[float, Number("probability", "its emission probability")]
    height_bits: Annotated[float, Number("bits", "its height in a logo, against the profile's background")]


@dataclass(frozen=True, kw_only=True, slots=True)
class HiddenRow(OfPair):
    """Relative entropy rate of whole hidden Markov models: a row per ordered pair."""

    relative_entropy_rate_bits_per_symbol: Annotated[
        float,
        Number(
            "bits per symbol",
            "relative entropy rate, estimated from a sequence drawn from p",
            heading="D(p ‖ q) (bits per symbol)",
        ),
    ]
    standard_error_bits: Annotated[
        float | None, Number("bits per symbol", "its standard error; empty where the rate is infinite")
    ]
    smoothing: Annotated[str, Text("smoothing of the emissions: `none`")]
    n_symbols: Annotated[int, Count("symbols drawn", of="symbols")]
    n_batches: Annotated[int, Count("parts behind the standard error", of="parts")]
    seed: Seed
    start: Annotated[str, Text("what both start from", values=("stationary",))]
    block_length: Annotated[int, Count("length of the words of the next column", of="symbols")]
    block_increment_bits_per_symbol: Annotated[
        float,
        Number(
            "bits per symbol",
            "D of words of that length less D of words one shorter, exact; tends to the rate",
            heading="block increment (bits per symbol)",
        ),
    ]
    symbols_to_tell_apart_stein: Annotated[
        float | None,
        Number(
            "symbols",
            "log2(100) / rate; empty where the rate is within two standard errors of 0",
            heading="symbols to tell apart",
        ),
    ]
