"""What two samples share, for the Jensen-Shannon divergence: the loop in which all pairs spend their time.

It takes `CHUNK` postings at a time: their terms first, in vector registers, in a loop of fixed length that
reads past the end of a category into the next; then the scatter of those that count.  While that waits for memory the
processor begins the next terms.
"""

from __future__ import annotations

import numpy as np

from klbio.compiled import compiled
from klbio.distributions import FloatArray
from klbio.pairwise.logarithm import fused, natural_log
from klbio.pairwise.operands import CHUNK, Operands

__all__ = ["share_entropy"]


@compiled
def share_entropy(operands: Operands, i: int, shared: FloatArray) -> None:
    """Add ``[(p + q) log(p + q) - p log p - q log q] / 2`` for each category that row `i` shares."""
    start, category, count = operands.left.start, operands.left.category, operands.left.counts
    end, sample = operands.postings.start[1:], operands.postings.sample
    q, g = operands.postings.share, operands.postings.image
    terms = np.empty(CHUNK)
    for e in range(start[i], start[i + 1]):
        last, p = end[category[e]], count[e] / operands.left.depth[i]
        own = p * natural_log(p)
        for first in range(operands.begin[e], last, CHUNK):
            of = slice(first, first + CHUNK)
            samples, others, images = sample[of], q[of], g[of]
            for t in range(CHUNK):
                both = p + others[t]
                terms[t] = 0.5 * fused(both, natural_log(both), -(own + images[t]))
            for t in range(min(CHUNK, last - first)):
                shared[samples[t]] += terms[t]
