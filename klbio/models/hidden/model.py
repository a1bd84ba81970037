"""What a hidden Markov model over symbols is: checked once at the door, then frozen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from klbio.distributions import FloatArray
from klbio.errors import InputError
from klbio.models.arrays import check_rows, frozen
from klbio.models.finding import Finding
from klbio.seeding import generator

if TYPE_CHECKING:
    from klbio.models.hidden.kernels import Symbols

__all__ = ["N_SYMBOLS", "HiddenMarkovModel"]

TOLERANCE = 1e-6
N_SYMBOLS = 300_000  # drawn to estimate a rate


@dataclass(frozen=True, eq=False, repr=False)
class HiddenMarkovModel:
    """A hidden Markov model over a finite set of symbols.

    Parameters
    ----------
    name : str
    symbols, states : tuple of str
        Each distinct, in the order of the columns and of the rows.
    start : array_like of shape (S,)
        Distribution of the first state.
    transitions : array_like of shape (S, S)
        ``[i, j]`` is P(next state j | state i).
    emissions : array_like of shape (S, K)
        ``[i, a]`` is P(symbol a | state i); a state emits, then moves.
    format : str
    findings : sequence of Finding

    Raises
    ------
    InputError
        On wrong shapes, repeated names, rows off 1 by more than 1e-6 (smaller departures
        are divided out), or more than one closed class of states: such a model has no
        single stationary distribution, and no single rate.
    """

    name: str
    symbols: tuple[str, ...]
    states: tuple[str, ...]
    start: FloatArray
    transitions: FloatArray
    emissions: FloatArray
    format: str = ""
    findings: tuple[Finding, ...] = ()

    def __post_init__(self) -> None:
        where = f"hidden Markov model {self.name!r}"
        for kind, names in (("state", self.states), ("symbol", self.symbols)):
            if not names or len(set(names)) < len(names):
                raise InputError.one(where, f"{kind}s {names!r}", f"at least one {kind}, each once")
        n_states = len(self.states)
        shapes = {"start": (1, n_states), "transitions": (2, n_states), "emissions": (2, len(self.symbols))}
        for name, (axes, last) in shapes.items():
            object.__setattr__(self, name, self._rows(f"{where}, {name}", getattr(self, name), axes, last))
        if (n := len(_closed_classes(self.transitions))) != 1:
            raise InputError.one(
                where, f"{n} classes of states that are never left", "one, so that there is one rate"
            )

    def __repr__(self) -> str:
        return f"HiddenMarkovModel {self.name!r} of {len(self.states)} states, {len(self.symbols)} symbols"

    def _rows(self, where: str, values: FloatArray, axes: int, last: int) -> FloatArray:
        """Check distributions, a row for each state, and scale them."""
        array = frozen(where, values, axes, last)
        if axes == 2 and len(array) != len(self.states):
            raise InputError.one(where, f"{len(array)} rows", f"{len(self.states)}, one per state")
        check_rows(where, array, tolerance=TOLERANCE)
        scaled = np.asarray(array / array.sum(axis=-1, keepdims=True))
        scaled.setflags(write=False)
        return scaled

    @cached_property
    def stationary_states(self) -> FloatArray:
        r"""Distribution of the state in the long run, :math:`\pi A = \pi`, by a linear solver, shape (S,).

        Examples
        --------
        >>> coin = HiddenMarkovModel("coin", ("h",), ("a", "b"), [1, 0], [[0.5, 0.5], [0.25, 0.75]], [[1], [1]])
        >>> coin.stationary_states.round(6).tolist()
        [0.333333, 0.666667]
        """
        n = len(self.states)
        system = np.vstack([self.transitions.T - np.eye(n), np.ones(n)])
        share = np.linalg.lstsq(system, np.append(np.zeros(n), 1.0), rcond=None)[0]
        share = np.where(share > 1e-12, share, 0.0)
        return np.asarray(share / share.sum())

    def sample_symbols(self, n: int, seed: int, *names: str) -> Symbols:
        """Draw a sequence, its first state from the stationary distribution.

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
        from klbio.models.hidden.kernels import walk  # here, because numba is heavy

        draws = generator(seed, "hidden", self.name, *names).random((n, 2))
        tables = self.stationary_states, self.transitions, self.emissions
        start, moves, emits = (np.cumsum(rows, axis=-1) for rows in tables)
        return np.asarray(walk(start, moves, emits, draws))

    def log2_likelihoods(self, symbols: Symbols, start: FloatArray | None = None) -> FloatArray:
        r"""Log-probability of each symbol given those before it, by the scaled forward algorithm.

        .. math:: \ell_t = \log_2 P(x_t \mid x_1 \dots x_{t-1}), \qquad \log_2 P(x) = \sum_t \ell_t

        Parameters
        ----------
        symbols : ndarray of int, shape (n,)
        start : ndarray of shape (S,), optional
            Distribution of the first state; the model's own when left out.

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
        >>> fair.log2_likelihoods(np.array([0, 1, 1])).tolist()
        [-1.0, -1.0, -1.0]
        """
        from klbio.models.hidden.kernels import forward

        steps = csr_array(self.transitions)
        first = np.array(self.start if start is None else start)
        emissions = np.array(self.emissions.T, order="C")  # both writable: the loop is compiled once
        return np.asarray(forward(first, steps.indptr, steps.indices, steps.data, emissions, symbols))

    def reordered(self, symbols: tuple[str, ...]) -> HiddenMarkovModel:
        """Give the model with its symbols in another order."""
        order = [self.symbols.index(symbol) for symbol in symbols]
        return replace(self, symbols=symbols, emissions=self.emissions[:, order])

    def word_probabilities(self, longest: int) -> list[FloatArray]:
        """Probabilities of all words of 1, 2 ... symbols from the stationary distribution, in lexicographic order."""
        found = []
        ahead = self.stationary_states[None, :]
        for _ in range(longest):
            joint = (ahead[:, None, :] * self.emissions.T[None]).reshape(-1, len(self.states))
            found.append(joint.sum(axis=1))
            ahead = joint @ self.transitions
        return found


def _closed_classes(transitions: FloatArray) -> list[int]:
    """Give the strongly connected components that no transition leaves."""
    from scipy.sparse.csgraph import connected_components  # here, because it is heavy

    n, label = connected_components(transitions > 0, connection="strong")
    source, target = np.nonzero(transitions)
    left = set(label[source[label[source] != label[target]]].tolist())
    return [component for component in range(n) if component not in left]
