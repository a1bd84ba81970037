"""By how much more the counts behind a model vary than those of one chain would."""

from __future__ import annotations

from dataclasses import dataclass

from klbio.errors import InputError

__all__ = ["INDEPENDENT", "DesignEffect"]


@dataclass(frozen=True)
class DesignEffect:
    r"""Eigenvalues of the covariance of counted genes, relative to that of independent bases.

    Genes differ from each other: in GC content, in how strongly codons are preferred.  With M the matrix that turns the
    covariance of independent bases into that of whole genes, d its size and l its eigenvalues,

    .. math:: \text{mean} = \frac1d \sum_i l_i, \qquad \text{unevenness} = \frac{\frac1d \sum_i l_i^2}{\text{mean}^2}.

    Parameters
    ----------
    mean : float, default 1
        N bases are worth N / mean of independent ones; 1 or more.
    unevenness : float, default 1
        1 where all directions are alike, large where a few of them carry what genes differ by.
    repeats : float, default 0
        Nats by which genes that repeat themselves, hundreds of times one word, tell themselves better than others of
        their kind do: one such gene in one of two sets tells them apart, and is no difference of coding.

    References
    ----------
    .. [1] Rao JNK, Scott AJ (1981) The analysis of categorical data from complex sample surveys. J Am Stat Assoc
       76:221-230. doi:10.1080/01621459.1981.10477633

    Examples
    --------
    >>> DesignEffect(1.5).worth(3000)
    2000.0
    """

    mean: float = 1.0
    unevenness: float = 1.0
    repeats: float = 0.0

    def __post_init__(self) -> None:
        if not (1 <= self.mean < float("inf") and 1 <= self.unevenness < float("inf")):
            found = f"mean {self.mean}, unevenness {self.unevenness}"
            raise InputError.one("design effect", found, "numbers, 1 or more")
        if not 0 <= self.repeats < float("inf"):
            raise InputError.one("design effect", f"repeats {self.repeats}", "a number, 0 or more")

    def worth(self, n_bases: float) -> float:
        """Give the number of independent bases that vary as little."""
        return n_bases / self.mean


INDEPENDENT = DesignEffect()
