"""How many categories there are, with those that no read has met yet."""

from __future__ import annotations

from klbio.distributions import FloatArray

__all__ = ["presumed_categories"]


def presumed_categories(counts: FloatArray) -> int:
    r"""Categories seen, and those to be presumed unseen: Chao's lower bound.

    .. math:: K = K_\mathrm{seen} + \frac{f_1 (f_1 - 1)}{2 (f_2 + 1)}

    with :math:`f_1, f_2` the categories seen once and twice, in its bias-corrected form [1]_.

    Parameters
    ----------
    counts : ndarray of shape (n_categories,)
        Whole counts.

    Returns
    -------
    int
        At least the number seen; rounded down.

    References
    ----------
    .. [1] Chao A (1984) Nonparametric estimation of the number of classes in a population.
       Scand J Stat 11:265-270.

    Examples
    --------
    >>> import numpy as np
    >>> presumed_categories(np.array([9.0, 2.0, 1.0, 1.0, 1.0, 0.0]))
    6
    """
    once, twice = float((counts == 1).sum()), float((counts == 2).sum())
    return int((counts > 0).sum() + once * (once - 1) / (2 * (twice + 1)))
