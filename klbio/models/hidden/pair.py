"""Two hidden Markov models: rates of relative entropy, by simulation and for short words exactly."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import rel_entr

from klbio.distributions import FloatArray
from klbio.errors import InputError
from klbio.models.hidden.model import N_SYMBOLS, HiddenMarkovModel
from klbio.seeding import SEED

__all__ = ["HiddenPair", "HiddenRate"]

MAX_BLOCKS = 2**20  # words listed by `HiddenPair.block_relative_entropies`


@dataclass(frozen=True)
class HiddenRate:
    """An estimated relative entropy rate.

    Parameters
    ----------
    bits_per_symbol : float
        May be slightly negative by chance; ``inf`` where a drawn sequence is impossible under q.
    standard_error_bits : float
        From batch means; ``nan`` where the rate is infinite.
    n_symbols, n_batches : int
        Length of the sequence, and into how many parts it was cut for the error.
    """

    bits_per_symbol: float
    standard_error_bits: float
    n_symbols: int
    n_batches: int


@dataclass(frozen=True, eq=False)
class HiddenPair:
    """Hidden Markov models p and q over the same symbols; their states need not correspond.

    Parameters
    ----------
    p, q : HiddenMarkovModel
        The symbols of q may come in another order.

    Raises
    ------
    InputError
        If the two do not emit the same symbols.
    """

    p: HiddenMarkovModel
    q: HiddenMarkovModel

    def __post_init__(self) -> None:
        p, q = self.p, self.q
        if set(p.symbols) != set(q.symbols):
            raise InputError.one(
                f"{p.name} against {q.name}", f"symbols {p.symbols!r} and {q.symbols!r}", "the same symbols"
            )
        object.__setattr__(self, "q", q.reordered(p.symbols))

    def rate(self, n: int = N_SYMBOLS, seed: int = SEED, n_batches: int = 100) -> HiddenRate:
        r"""Relative entropy rate by simulation.

        .. math:: \hat D = \frac{1}{n} [\log_2 P(x) - \log_2 Q(x)], \qquad x \sim P

        with the forward algorithm on both sides, both started from their stationary distributions.  The
        standard error is that of the means of `n_batches` successive parts: neighbouring symbols
        are dependent, parts of thousands of symbols hardly are.  Read the rate as the extra bits
        per symbol paid for coding P's sequences by Q, or as the evidence each symbol brings.

        Parameters
        ----------
        n : int
            Symbols drawn from p, at least two per batch; what does not fill a batch is not drawn.
        seed : int
            The sequence of p is the same for every q.
        n_batches : int

        References
        ----------
        .. [1] Juang BH, Rabiner LR (1985) A probabilistic distance measure for hidden Markov
           models. AT&T Tech J 64:391-408. doi:10.1002/j.1538-7305.1985.tb00439.x

        Examples
        --------
        >>> fair = HiddenMarkovModel("fair", ("h", "t"), ("s",), [1], [[1]], [[0.5, 0.5]])
        >>> HiddenPair(fair, fair).rate(1000).bits_per_symbol
        0.0
        """
        if n_batches < 2 or n < 2 * n_batches:
            raise InputError.one(
                "length", f"{n} symbols in {n_batches} batches", "2 batches of 2 symbols or more"
            )
        p, q, size = self.p, self.q, n // n_batches
        symbols = p.sample_symbols(size * n_batches, seed)
        other = q.log2_likelihoods(symbols, q.stationary_states)
        if np.isinf(other).any():
            return HiddenRate(math.inf, math.nan, size * n_batches, n_batches)
        gain = p.log2_likelihoods(symbols, p.stationary_states) - other
        means = gain.reshape(n_batches, size).mean(axis=1)
        error = float(means.std(ddof=1) / math.sqrt(n_batches))
        return HiddenRate(float(means.mean()), error, size * n_batches, n_batches)

    def block_relative_entropies(self, longest: int) -> FloatArray:
        r"""Relative entropy of all words of 1, 2 ... symbols, exactly, by listing them.

        .. math:: D_n = \sum_{x_1 \dots x_n} P(x) \log_2 \frac{P(x)}{Q(x)}

        from the stationary distributions.  :math:`D_n - D_{n-1}` tends to the `rate`; for short memories it is
        close after a few symbols.

        Parameters
        ----------
        longest : int
            K to the power of it at most 2**20.

        Returns
        -------
        ndarray of shape (longest,)
            Bits per word.
        """
        if longest < 1 or len(self.p.symbols) ** longest > MAX_BLOCKS:
            raise InputError.one("longest", f"{longest}", f"1 or more, and at most {MAX_BLOCKS} words")
        words = zip(self.p.word_probabilities(longest), self.q.word_probabilities(longest), strict=True)
        return np.array([rel_entr(a, b).sum() / math.log(2) for a, b in words])
