"""Two profile HMMs, aligned: score and significance, then relative entropies of the aligned columns."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.special import rel_entr

from klbio.alphabets import require_same
from klbio.distributions import FloatArray
from klbio.divergences import jensen_shannon_divergence
from klbio.errors import InputError
from klbio.estimates import generator
from klbio.models.content_model import closed
from klbio.models.gene_model import ProfileHMM
from klbio.models.profiles.align_kernels import fill_scores, fill_steps, global_scores, trace
from klbio.models.profiles.align_null import local_scores
from klbio.models.profiles.hmmstat import match_occupancy

__all__ = [
    "N_SHUFFLES",
    "AlignedColumns",
    "Alignment",
    "Prepared",
    "ShuffledScores",
    "align_profiles",
    "column_divergences",
    "column_scores",
    "shuffled_scores",
]

N_SHUFFLES = 100
FIRST_SHUFFLES = 20  # if one of them reaches the score, no more are drawn: the pair is like any other
EULER = 0.5772156649015329


class Prepared:
    """A profile with what every alignment of it needs, computed once.

    Parameters
    ----------
    profile : ProfileHMM
    """

    def __init__(self, profile: ProfileHMM) -> None:
        self.profile = profile
        with np.errstate(divide="ignore"):
            self.log_transitions = np.log2(profile.transitions)

    @cached_property
    def occupancy(self) -> FloatArray:
        """Probability that a path uses each match state, shape (M,)."""
        return match_occupancy(self.profile.transitions)


@dataclass(frozen=True, eq=False)
class Alignment:
    """The best alignment of two profiles.

    Parameters
    ----------
    score_bits : float
        Column scores and log2 transitions, summed over the best path; ``-inf`` if there is none.
    pairs : ndarray of int, shape (n_columns, 2)
        Match states of p and q, counted from 1, that stand opposite each other.
    column_bits : ndarray of shape (n_columns,)
        Their scores.
    coverage_p, coverage_q : float
        Share of each profile's match states that are paired.
    """

    score_bits: float
    pairs: npt.NDArray[np.int64]
    column_bits: FloatArray
    coverage_p: float
    coverage_q: float


@dataclass(frozen=True, eq=False)
class AlignedColumns:
    """Divergences of the aligned columns in bits, each of shape (n_columns,), and means weighted by occupancy.

    Parameters
    ----------
    forward, backward, jensen_shannon : ndarray of shape (n_columns,)
        D(p || q), D(q || p) and the Jensen-Shannon divergence.
    mean_forward, mean_backward, mean_jensen_shannon : float
        Weighted by how often p's, q's, and on average both's sequences use the column.
    """

    forward: FloatArray
    backward: FloatArray
    jensen_shannon: FloatArray
    mean_forward: float
    mean_backward: float
    mean_jensen_shannon: float


@dataclass(frozen=True)
class ShuffledScores:
    """Scores where one profile's columns were put in random order.

    Parameters
    ----------
    n : int
        Shuffles drawn.
    mean_bits, max_bits : float
    p_permutation : float
        (1 + shuffles that reach the score) / (1 + shuffles); never too small, the early end included.
    p_extreme_value : float
        Of a Gumbel law with the shuffles' mean and variance.
    """

    n: int
    mean_bits: float
    max_bits: float
    p_permutation: float
    p_extreme_value: float


def column_scores(p: ProfileHMM, q: ProfileHMM) -> FloatArray:
    r"""Log-sum-of-odds score of every pair of match states.

    .. math:: S_{ij} = \log_2 \sum_a \frac{p_i(a)\, q_j(a)}{f(a)}

    with f the mean of both backgrounds.  Positive where the two columns favour the same rare
    residues: the log-odds that one residue was drawn from both, not from the background twice.

    Returns
    -------
    ndarray of shape (M_p, M_q)
        Bits.

    Raises
    ------
    InputError
        If the alphabets differ.

    References
    ----------
    .. [1] Soding J (2005) Protein homology detection by HMM-HMM comparison.
       Bioinformatics 21:951-960. doi:10.1093/bioinformatics/bti125
    """
    require_same(p.alphabet, q.alphabet, p.name, q.name)
    f = (p.background + q.background) / 2
    return np.asarray(fill_scores(p.match_emissions / f, np.ascontiguousarray(q.match_emissions.T)))


def align_profiles(
    p: Prepared, q: Prepared, *, local: bool = True, scores: FloatArray | None = None
) -> Alignment:
    r"""Align two profile HMMs by Viterbi over pairs of states.

    Five pair states, as in HHsearch: both match (MM); one matches while the other inserts
    (MI, IM); one deletes while the other waits (DG, GD).  A path earns :math:`S_{ij}` at each MM and pays
    :math:`\log_2` of the transitions of both profiles.  Insert states emit the background,
    hence nothing.

    Parameters
    ----------
    p, q : Prepared
    local : bool, default True
        Begin and end at any pair of match states, free of charge; otherwise from the begin
        to the end node of both.
    scores : ndarray of shape (M_p, M_q), optional
        Instead of `column_scores`.

    Returns
    -------
    Alignment

    Notes
    -----
    Of two paths with one score the one through MM is taken.  Nucleotide profiles are compared
    as they stand, not with the reverse complement.

    Examples
    --------
    >>> from klbio.alphabets import DNA
    >>> straight = np.tile([1.0, 0, 0, 1, 0, 1, 0], (4, 1))
    >>> one = Prepared(ProfileHMM("one", "", DNA, np.eye(4)[:3], np.full(4, 0.25), straight))
    >>> found = align_profiles(one, one)
    >>> found.score_bits, found.pairs.tolist()
    (6.0, [[1, 1], [2, 2], [3, 3]])
    """
    scores = column_scores(p.profile, q.profile) if scores is None else scores
    steps = np.empty((scores.shape[0] + 1, scores.shape[1] + 1, 5), np.uint8)
    score, row, column, state = fill_steps(scores, p.log_transitions, q.log_transitions, local, steps)
    pairs = trace(steps, row, column, state) if score > -math.inf else np.empty((0, 2), np.int64)
    bits = scores[pairs[:, 0] - 1, pairs[:, 1] - 1]
    return Alignment(score, pairs, bits, len(pairs) / scores.shape[0], len(pairs) / scores.shape[1])


def column_divergences(p: Prepared, q: Prepared, pairs: npt.NDArray[np.int64]) -> AlignedColumns:
    r"""Divergences of aligned match states, from the profiles' own emissions.

    .. math:: D_c = \sum_a p_i(a) \log_2 \frac{p_i(a)}{q_j(a)}, \qquad
        \bar D = \frac{\sum_c o_i D_c}{\sum_c o_i}

    Parameters
    ----------
    pairs : ndarray of int, shape (n_columns, 2)
        See `Alignment`.

    Returns
    -------
    AlignedColumns
        Means are ``nan`` without columns.

    Notes
    -----
    The emissions hold the priors of whoever built the profiles: a profile from few sequences is
    nearer to its background, hence farther from a sharp one of the same family.
    """
    i, j = pairs[:, 0] - 1, pairs[:, 1] - 1
    a, b = (closed(rows) for rows in (p.profile.match_emissions[i], q.profile.match_emissions[j]))
    forward, backward = (rel_entr(x, y).sum(axis=1) / math.log(2) for x, y in ((a, b), (b, a)))
    middle = jensen_shannon_divergence(a, b) if len(pairs) else np.empty(0)
    left, right = p.occupancy[i], q.occupancy[j]
    means = [
        float(weight @ bits / weight.sum()) if len(pairs) else math.nan
        for weight, bits in ((left, forward), (right, backward), (left + right, middle))
    ]
    return AlignedColumns(forward, backward, np.asarray(middle), *means)


def shuffled_scores(
    p: Prepared, q: Prepared, score: float, *, seed: int, names: tuple[str, str] = ("", ""),
    n: int = N_SHUFFLES, enough: float = 1.0, local: bool = True, scores: FloatArray | None = None,
) -> ShuffledScores:  # fmt: skip
    r"""Compare a score with those after q's columns were put in random order.

    Composition and sharpness of the columns stay, as do the transitions of each place; what is
    lost is their order.  The Gumbel law has scale :math:`\beta = s \sqrt 6 / \pi` and mode
    :math:`\bar x - .5772 \beta`; its p-value is an extrapolation where it is below 1 / n.

    Parameters
    ----------
    score : float
        Of the alignment itself.
    seed : int
    names : tuple of str
        What the random order depends on.
    n : int, default 100
        Shuffles, two at least; only the first 20 where one of these reaches the score.
    enough : float, default 1
        Also only the first 20 where their Gumbel law gives the score a p-value above this.

    Returns
    -------
    ShuffledScores
    """
    if n < 2:
        raise InputError.one("shuffles", f"{n}", "2 or more")
    scores = column_scores(p.profile, q.profile) if scores is None else scores
    random, start = generator(seed, "align", *names), np.arange(scores.shape[1])
    kernel = local_scores if local else global_scores

    def draw(times: int) -> FloatArray:
        orders = random.permuted(np.tile(start, (times, 1)), axis=1)
        return kernel(scores, p.log_transitions, q.log_transitions, orders)

    null = draw(min(n, FIRST_SHUFFLES))
    found = _null_law(null, score)
    if n > len(null) and found.max_bits < score and not found.p_extreme_value > enough:
        found = _null_law(np.concatenate([null, draw(n - len(null))]), score)
    return found


def _null_law(null: FloatArray, score: float) -> ShuffledScores:
    """Set a score beside those of shuffles."""
    n = len(null)
    reached = (1 + int((null >= score).sum())) / (1 + n)
    if not np.isfinite(null).all():
        return ShuffledScores(n, float(null.mean()), float(null.max()), reached, math.nan)
    scale = float(null.std(ddof=1)) * math.sqrt(6) / math.pi
    mode = float(null.mean()) - EULER * scale
    tail = -math.expm1(-math.exp(min(-(score - mode) / scale, 700.0))) if scale > 0 else reached
    return ShuffledScores(n, float(null.mean()), float(null.max()), reached, tail)
