"""Random content models for the laws, and the slow, obvious twin of the fast rate."""

import math
from itertools import product

import numpy as np
from hypothesis import strategies as st

from klbio.models import ContentModel

STOPS = {"TAA", "TAG", "TGA"}


def content_model(seed: int, order: int, period: int, sharpness: float = 1.0) -> ContentModel:
    rng = np.random.default_rng(seed)
    rows = rng.dirichlet([sharpness] * 4, size=(period, 4**order))
    return ContentModel.scaled(rows)[0]


def content_models(period: int, orders: tuple[int, ...] = (0, 1, 2, 3)) -> st.SearchStrategy[ContentModel]:
    return st.builds(
        content_model,
        st.integers(0, 2**32 - 1),
        st.sampled_from(orders),
        st.just(period),
        st.sampled_from([0.3, 1.0, 9.0]),
    )


def random_sequence(probabilities: np.ndarray, length: int, seed: int) -> np.ndarray:
    """Draw bases from a chain, starting from a uniform context at position 0."""
    period, n_contexts, _ = probabilities.shape
    cumulative = probabilities.cumsum(axis=-1)[..., :3]
    draws = np.random.default_rng(seed).random(length)
    context, bases = 0, np.empty(length, dtype=int)
    for i, draw in enumerate(draws):
        bases[i] = base = int((cumulative[i % period, context] <= draw).sum())
        context = (context * 4 + base) % n_contexts
    return bases


def naive_rate(p: ContentModel, q: ContentModel, epsilon: float) -> list[float]:
    """The recipe in plain loops over words, for models of one order k >= 2 and period 3; per codon position."""
    k = p.order
    words = ["".join(word) for word in product("ACGT", repeat=k)]
    ps, qs = naive_conditioned(p, words, epsilon), naive_conditioned(q, words, epsilon)
    law = dict.fromkeys(words, 1 / len(words))
    for _ in range(400):
        for f in range(3):
            law = naive_step(law, ps[f])
    bits = []
    for f in range(3):
        bits.append(
            sum(
                law[c] * pb * math.log2(pb / qs[f][c][b])
                for c in words
                for b, pb in ps[f][c].items()
                if pb > 0 and law[c] > 0
            )
        )
        law = naive_step(law, ps[f])
    return bits


def naive_conditioned(
    model: ContentModel, words: list[str], epsilon: float
) -> list[dict[str, dict[str, float]]]:
    tables = []
    for f in range(3):
        table = {}
        for c, row in zip(words, model.probabilities[f].tolist(), strict=True):
            kept = {b: x for b, x in zip("ACGT", row, strict=True) if not (f == 2 and c[-2:] + b in STOPS)}
            total = sum(kept.values())
            smooth = {b: x / total + epsilon for b, x in kept.items()}
            total = sum(smooth.values())
            table[c] = {b: x / total for b, x in smooth.items()}
        tables.append(table)
    return tables


def naive_step(law: dict[str, float], table: dict[str, dict[str, float]]) -> dict[str, float]:
    after = dict.fromkeys(law, 0.0)
    for c, mass in law.items():
        for b, x in table[c].items():
            after[c[1:] + b] += mass * x
    return after
