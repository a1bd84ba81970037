"""Heights of letters in a sequence logo."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import rel_entr

from klbio.distributions import FloatArray

__all__ = ["letter_heights"]


def letter_heights(probabilities: FloatArray, background: FloatArray) -> FloatArray:
    r"""Split the relative entropy of each position from the background among its letters.

    .. math:: h_i(a) = p_i(a) \sum_b p_i(b) \log_2 \frac{p_i(b)}{f(b)}

    A stack is as high as its position is unlike the background, and its letters share the
    height as they share the position.  Against a uniform background it is the logo of
    Schneider and Stephens (1990), `doi:10.1093/nar/18.20.6097`, without their correction
    for small samples.

    Parameters
    ----------
    probabilities : ndarray of shape (length, n_letters)
        Rows sum to 1.
    background : ndarray of shape (n_letters,)
        Sums to 1; no letter of a position may be missing in it.

    Returns
    -------
    ndarray of shape (length, n_letters)
        Bits; rows sum to the relative entropy of their position.

    Examples
    --------
    >>> letter_heights(np.array([[0, 0, 1.0, 0], [0.5, 0, 0.5, 0]]), np.full(4, 0.25))
    array([[0. , 0. , 2. , 0. ],
           [0.5, 0. , 0.5, 0. ]])
    """
    bits = rel_entr(probabilities, background).sum(axis=-1, keepdims=True) / math.log(2)
    return np.asarray(probabilities * np.maximum(bits, 0.0))
