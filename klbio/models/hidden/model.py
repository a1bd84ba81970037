"""What a hidden Markov model over symbols is: checked once at the door, then frozen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse.csgraph import connected_components

from klbio.distributions import FloatArray
from klbio.errors import InputError
from klbio.models.arrays import check_rows, frozen
from klbio.models.finding import Finding

__all__ = ["HiddenMarkovModel", "stationary_states"]

TOLERANCE = 1e-6


@dataclass(frozen=True, eq=False)
class HiddenMarkovModel:
    """A hidden Markov model over a finite set of symbols.

    Parameters
    ----------
    name : str
    symbols, states : tuple of str
        Each distinct, in the order of the columns and of the rows.
    start : array_like of shape (S,)
        Law of the first state.
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
        single stationary law, and no single rate.
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
        n_states = len(self.states)
        for kind, names in (("state", self.states), ("symbol", self.symbols)):
            if not names or len(set(names)) < len(names):
                raise InputError.one(where, f"{kind}s {names!r}", f"at least one {kind}, each once")
        for name, axes, last in (
            ("start", 1, n_states), ("transitions", 2, n_states), ("emissions", 2, len(self.symbols)),
        ):  # fmt: skip
            array = frozen(f"{where}, {name}", getattr(self, name), axes, last)
            if axes == 2 and len(array) != n_states:
                raise InputError.one(f"{where}, {name}", f"{len(array)} rows", f"{n_states}, one per state")
            check_rows(f"{where}, {name}", array, tolerance=TOLERANCE)
            array = array / array.sum(axis=-1, keepdims=True)
            array.setflags(write=False)
            object.__setattr__(self, name, array)
        if (n := len(_closed_classes(self.transitions))) != 1:
            raise InputError.one(
                where, f"{n} classes of states that are never left", "one, so that there is one rate"
            )


def _closed_classes(transitions: FloatArray) -> list[int]:
    """Give the strongly connected components that no transition leaves."""
    n, label = connected_components(transitions > 0, connection="strong")
    source, target = np.nonzero(transitions)
    left = set(label[source[label[source] != label[target]]].tolist())
    return [component for component in range(n) if component not in left]


def stationary_states(model: HiddenMarkovModel) -> FloatArray:
    r"""Law of the state in the long run, :math:`\pi A = \pi`, by a linear solver.

    Returns
    -------
    ndarray of shape (S,)

    Examples
    --------
    >>> coin = HiddenMarkovModel("coin", ("h",), ("a", "b"), [1, 0], [[0.5, 0.5], [0.25, 0.75]], [[1], [1]])
    >>> stationary_states(coin).round(6).tolist()
    [0.333333, 0.666667]
    """
    n = len(model.states)
    system = np.vstack([model.transitions.T - np.eye(n), np.ones(n)])
    law = np.linalg.lstsq(system, np.append(np.zeros(n), 1.0), rcond=None)[0]
    law = np.where(law > 1e-12, law, 0.0)
    return np.asarray(law / law.sum())
