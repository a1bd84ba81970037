"""What a factor accounts for among the samples of an arm, and whether its levels differ in spread."""

from __future__ import annotations

from dataclasses import dataclass

from klbio.statistics import TestResult

__all__ = ["Dispersion", "Effect"]


@dataclass(frozen=True)
class Effect:
    """What a factor accounts for.

    Attributes
    ----------
    test : TestResult
        Its value is the pseudo-F; NaN where no degree of freedom is left for the residual.  All that the
        permutations keep is F's order, which is that of the sum of squares: p stands even then.
    r_squared : float
        Share of the whole sum of squares.
    freedom, n_samples : int
        Degrees of freedom of the factor, and samples.
    """

    test: TestResult
    r_squared: float
    freedom: int
    n_samples: int

    @property
    def omega_squared(self) -> float:
        r"""Share of the variation that the factor accounts for beyond chance, other factors set aside.

        .. math:: \omega_p^2 = \frac{\nu (F - 1)}{\nu (F - 1) + n}

        Read as `r_squared`, but centred near 0 where the factor does nothing: below 0 is less than chance
        gives [1]_.  NaN where there is no F.

        References
        ----------
        .. [1] Olejnik S, Algina J (2003) Generalized eta and omega squared statistics. Psychol Methods
           8:434-447. doi:10.1037/1082-989X.8.4.434

        Examples
        --------
        >>> Effect(TestResult(6.0), 0.5, freedom=2, n_samples=10).omega_squared
        0.5
        """
        beyond = self.freedom * (self.test.value - 1)
        return beyond / (beyond + self.n_samples)


@dataclass(frozen=True)
class Dispersion:
    """Whether the phases differ in spread: mean distances to their centroids, in the root of the unit."""

    test: TestResult
    before: float
    after: float
