"""Compiled passes over the words of two content models, behind the Jensen-Shannon increment."""

from __future__ import annotations

from klbio.compiled import compiled
from klbio.distributions import FloatArray

__all__ = ["fill_middle", "fill_terms"]


@compiled
def fill_middle(
    contexts: FloatArray, p: FloatArray, others: FloatArray, q: FloatArray, into: FloatArray
) -> None:
    """Fill in the mixture of one model and each of several, weighted by contexts; 1 where it is 0, for its logarithm.

    Arrays of contexts have the shape (n_contexts,) and (n_models, n_contexts), the others a base more.
    """
    for i in range(len(q)):
        for c in range(len(contexts)):
            both = contexts[c] + others[i, c]
            share = others[i, c] / both if both > 0.0 else 0.0
            for b in range(4):
                middle = p[c, b] + share * (q[i, c, b] - p[c, b])  # equals p exactly where q does
                into[i, c, b] = middle if middle > 0.0 else 1.0


@compiled
def fill_terms(
    contexts: FloatArray, p: FloatArray, log_p: FloatArray, others: FloatArray, q: FloatArray, log_q: FloatArray,
    into: FloatArray,
) -> None:  # fmt: skip
    """Replace the logarithms of the mixture by what each word adds to both relative entropies from it."""
    for i in range(len(q)):
        for c in range(len(contexts)):
            for b in range(4):
                log_middle = into[i, c, b]
                into[i, c, b] = contexts[c] * p[c, b] * (log_p[c, b] - log_middle) + others[i, c] * q[
                    i, c, b
                ] * (log_q[i, c, b] - log_middle)
