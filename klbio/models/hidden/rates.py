"""Whole hidden Markov models: likelihoods by the forward algorithm, and rates of relative entropy by simulation."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.special import rel_entr

from klbio.distributions import FloatArray
from klbio.errors import InputError
from klbio.estimates import generator
from klbio.models.hidden.kernels import Symbols, forward, walk
from klbio.models.hidden.model import HiddenMarkovModel, stationary_states

__all__ = [
    "HiddenRate",
    "block_relative_entropies",
    "kullback_leibler_rate",
    "log2_likelihoods",
    "same_symbols",
    "sample_symbols",
]

MOST_BLOCKS = 2**20  # words listed by `block_relative_entropies`


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


def sample_symbols(model: HiddenMarkovModel, n: int, seed: int, *names: str) -> Symbols:
    """Draw a sequence, its first state from the stationary law.

    Parameters
    ----------
    n : int
        Symbols to draw.
    seed : int
    names : str
        What is drawn for, beside the model's name, see `klbio.estimates.generator`.

    Returns
    -------
    ndarray of int64, shape (n,)
        Columns of the emissions.
    """
    draws = generator(seed, "hidden", model.name, *names).random((n, 2))
    law, moves, emits = (
        np.cumsum(rows, axis=-1) for rows in (stationary_states(model), model.transitions, model.emissions)
    )
    return np.asarray(walk(law, moves, emits, draws))


def log2_likelihoods(
    model: HiddenMarkovModel, symbols: Symbols, start: FloatArray | None = None
) -> FloatArray:
    r"""Log-probability of each symbol given those before it, by the scaled forward algorithm.

    .. math:: \ell_t = \log_2 P(x_t \mid x_1 \dots x_{t-1}), \qquad \log_2 P(x) = \sum_t \ell_t

    Parameters
    ----------
    symbols : ndarray of int, shape (n,)
    start : ndarray of shape (S,), optional
        Law of the first state; the model's own when left out.

    Returns
    -------
    ndarray of shape (n,)
        Bits, 0 or less; ``-inf`` from the first impossible symbol on.

    References
    ----------
    .. [1] Rabiner LR (1989) A tutorial on hidden Markov models. Proc IEEE 77:257-286.
       doi:10.1109/5.18626

    Examples
    --------
    >>> fair = HiddenMarkovModel("fair", ("h", "t"), ("s",), [1], [[1]], [[0.5, 0.5]])
    >>> log2_likelihoods(fair, np.array([0, 1, 1])).tolist()
    [-1.0, -1.0, -1.0]
    """
    steps = csr_array(model.transitions)
    first = model.start if start is None else start
    emissions = np.ascontiguousarray(model.emissions.T)
    return np.asarray(forward(first, steps.indptr, steps.indices, steps.data, emissions, symbols))


def same_symbols(p: HiddenMarkovModel, q: HiddenMarkovModel) -> FloatArray:
    """Give the emissions of `q` with the columns in the order of `p`.

    Raises
    ------
    InputError
        If the two do not emit the same symbols.
    """
    if set(p.symbols) != set(q.symbols):
        raise InputError.one(
            f"{p.name} against {q.name}", f"symbols {p.symbols!r} and {q.symbols!r}", "the same symbols"
        )
    return np.asarray(q.emissions[:, [q.symbols.index(symbol) for symbol in p.symbols]])


def kullback_leibler_rate(
    p: HiddenMarkovModel, q: HiddenMarkovModel, n: int = 300_000, seed: int = 1, n_batches: int = 100
) -> HiddenRate:
    r"""Relative entropy rate of two hidden Markov models by simulation.

    .. math:: \hat D = \frac{1}{n} [\log_2 P(x) - \log_2 Q(x)], \qquad x \sim P

    with the forward algorithm on both sides, both started from their stationary laws.  The
    standard error is that of the means of `n_batches` successive parts: neighbouring symbols
    are dependent, parts of thousands of symbols hardly are.  Read the rate as the extra bits
    per symbol paid for coding P's sequences by Q, or as the evidence each symbol brings.

    Parameters
    ----------
    p, q : HiddenMarkovModel
        Over the same symbols; their states need not correspond.
    n : int
        Symbols drawn from p, at least two per batch; what does not fill a batch is not drawn.
    seed : int
        The sequence of p is the same for every q.
    n_batches : int

    Returns
    -------
    HiddenRate

    References
    ----------
    .. [1] Juang BH, Rabiner LR (1985) A probabilistic distance measure for hidden Markov
       models. AT&T Tech J 64:391-408. doi:10.1002/j.1538-7305.1985.tb00439.x

    Examples
    --------
    >>> one = HiddenMarkovModel("one", ("h", "t"), ("s",), [1], [[1]], [[0.5, 0.5]])
    >>> kullback_leibler_rate(one, one, 1000).bits_per_symbol
    0.0
    """
    if n_batches < 2 or n < 2 * n_batches:
        raise InputError.one(
            "length", f"{n} symbols in {n_batches} batches", "2 batches of 2 symbols or more"
        )
    size = n // n_batches
    symbols = sample_symbols(p, size * n_batches, seed)
    turned = HiddenMarkovModel(q.name, p.symbols, q.states, q.start, q.transitions, same_symbols(p, q))
    other = log2_likelihoods(turned, symbols, stationary_states(q))
    if np.isinf(other).any():
        return HiddenRate(math.inf, math.nan, size * n_batches, n_batches)
    gain = log2_likelihoods(p, symbols, stationary_states(p)) - other
    means = gain.reshape(n_batches, size).mean(axis=1)
    error = float(means.std(ddof=1) / math.sqrt(n_batches))
    return HiddenRate(float(means.mean()), error, size * n_batches, n_batches)


def block_relative_entropies(p: HiddenMarkovModel, q: HiddenMarkovModel, longest: int) -> FloatArray:
    r"""Relative entropy of all words of 1, 2 ... symbols, exactly, by listing them.

    .. math:: D_n = \sum_{x_1 \dots x_n} P(x) \log_2 \frac{P(x)}{Q(x)}

    from the stationary laws.  :math:`D_n - D_{n-1}` tends to the rate of
    `kullback_leibler_rate`; for short memories it is close after a few symbols.

    Parameters
    ----------
    longest : int
        K to the power of it at most 2**20.

    Returns
    -------
    ndarray of shape (longest,)
        Bits per word.
    """
    if longest < 1 or len(p.symbols) ** longest > MOST_BLOCKS:
        raise InputError.one("longest", f"{longest}", f"1 or more, and at most {MOST_BLOCKS} words")
    left, right = _words(p, p.emissions, longest), _words(q, same_symbols(p, q), longest)
    bits = [rel_entr(a, b).sum() / math.log(2) for a, b in zip(left, right, strict=True)]
    return np.array(bits)


def _words(model: HiddenMarkovModel, emissions: FloatArray, longest: int) -> list[FloatArray]:
    """Probabilities of all words of each length, in lexicographic order."""
    found = []
    ahead = stationary_states(model)[None, :]
    for _ in range(longest):
        joint = (ahead[:, None, :] * emissions.T[None]).reshape(-1, len(model.states))
        found.append(joint.sum(axis=1))
        ahead = joint @ model.transitions
    return found
