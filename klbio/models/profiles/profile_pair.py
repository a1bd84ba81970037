"""Two profile HMMs, aligned: score, and relative entropies of the aligned columns."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import rel_entr

from klbio.alphabets import require_same
from klbio.distributions import FloatArray
from klbio.divergences import jensen_shannon_divergence
from klbio.models.arrays import closed
from klbio.models.profiles.profile_hmm import ProfileHMM

if TYPE_CHECKING:
    from klbio.models.profiles.align_kernels import Pairs

__all__ = ["AlignedColumns", "Alignment", "ProfilePair"]


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
    pairs: Pairs
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


@dataclass(frozen=True, eq=False)
class ProfilePair:
    r"""Profiles p and q over one alphabet.

    Parameters
    ----------
    p, q : ProfileHMM
    local : bool, default True
        Alignments begin and end at any pair of match states, free of charge; otherwise they go from the
        begin to the end node of both.

    Attributes
    ----------
    scores : ndarray of shape (M_p, M_q)
        Log-sum-of-odds score of every pair of match states, in bits,

        .. math:: S_{ij} = \log_2 \sum_a \frac{p_i(a)\, q_j(a)}{f(a)}

        with f the mean of both backgrounds.  Positive where the two columns favour the same rare
        residues: the log-odds that one residue was drawn from both, not from the background twice.

    Raises
    ------
    InputError
        If the alphabets differ.

    References
    ----------
    .. [1] Soding J (2005) Protein homology detection by HMM-HMM comparison.
       Bioinformatics 21:951-960. doi:10.1093/bioinformatics/bti125
    """

    p: ProfileHMM
    q: ProfileHMM
    local: bool = True
    scores: FloatArray = field(init=False)

    def __post_init__(self) -> None:
        p, q = self.p, self.q
        require_same(p.alphabet, q.alphabet, p.name, q.name)
        f = (p.background + q.background) / 2
        # at once: where a property is computed when first asked for, threads would wait for each other
        # copies in one layout, for which the loop is compiled once
        odds, emissions = np.array(p.match_emissions / f, order="C"), np.array(q.match_emissions.T, order="C")
        from klbio.models.profiles.align_kernels import fill_scores  # here, because numba is heavy

        scores = fill_scores(odds, emissions)
        object.__setattr__(self, "scores", np.asarray(scores))

    @property
    def score_bits(self) -> float:
        """Score of the best alignment, without the way there: the memory of two rows."""
        from klbio.models.profiles.align_kernels import best_score  # here, because numba is heavy

        return float(best_score(self.scores, self.p.log_transitions, self.q.log_transitions, self.local))

    def align(self) -> Alignment:
        r"""Find the best alignment, by Viterbi over pairs of states.

        Five pair states, as in HHsearch: both match (MM); one matches while the other inserts
        (MI, IM); one deletes while the other waits (DG, GD).  A path earns :math:`S_{ij}` at each MM and pays
        :math:`\log_2` of the transitions of both profiles.  Insert states emit the background,
        hence nothing.

        Notes
        -----
        Of two paths with one score the one through MM is taken.  Profiles are compared as they stand: for the other
        strand give `klbio.models.profiles.reverse.reverse_complement` of q.

        Examples
        --------
        >>> from klbio.alphabets import DNA
        >>> straight = np.tile([1.0, 0, 0, 1, 0, 1, 0], (4, 1))
        >>> profile = ProfileHMM("toy", "", DNA, np.eye(4)[:3], np.full(4, 0.25), straight)
        >>> found = ProfilePair(profile, profile).align()
        >>> found.score_bits, found.pairs.tolist()
        (6.0, [[1, 1], [2, 2], [3, 3]])
        """
        m, n = self.scores.shape
        steps = np.empty((m + 1, n + 1, 5), np.uint8)
        logs = self.p.log_transitions, self.q.log_transitions
        from klbio.models.profiles.align_kernels import fill_steps, trace  # here, because numba is heavy

        score, row, column, state = fill_steps(self.scores, *logs, self.local, steps)
        pairs = trace(steps, row, column, state) if score > -math.inf else np.empty((0, 2), np.int64)
        bits = self.scores[pairs[:, 0] - 1, pairs[:, 1] - 1]
        return Alignment(score, pairs, bits, len(pairs) / m, len(pairs) / n)

    def divergences(self, pairs: Pairs) -> AlignedColumns:
        r"""Divergences of paired match states, from the profiles' own emissions.

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
        a, b = closed(self.p.match_emissions[i]), closed(self.q.match_emissions[j])
        forward, backward = (rel_entr(x, y).sum(axis=1) / math.log(2) for x, y in ((a, b), (b, a)))
        middle = np.asarray(jensen_shannon_divergence(a, b) if len(pairs) else np.empty(0))
        left, right = self.p.match_occupancy[i], self.q.match_occupancy[j]
        weighted = (left, forward), (right, backward), (left + right, middle)
        means = [float(weight @ bits / weight.sum()) if len(pairs) else math.nan for weight, bits in weighted]
        return AlignedColumns(forward, backward, middle, *means)
