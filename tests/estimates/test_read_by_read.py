"""The pull of a class's law on an estimate, against the estimate moved by hand."""

import numpy as np
import pytest

from klbio.estimates.law_fitting import ALIVE, kernel, nearness
from klbio.estimates.read_by_read import HELD, RIDGE
from tests.estimates.plain_shares import ReadByRead
from tests.estimates.test_share_laws import laws_of


def value(laws, drawn, of_class):
    """Estimate of the taxa drawn to their law, under these laws of classes."""
    law = sum(nearness(laws.position, k)[:, None] * of_class[k] for k in range(laws.n_classes))
    joint = laws.likelihood * law
    return laws.n_taxa * drawn * laws.reads @ (joint @ laws.grid.term / joint.sum(axis=1))


def slope(laws, drawn, k, share, by=1e-4):
    """Of the estimate, for the logarithm of the weight that a class's law gives to a share."""
    moved = []
    for sign in (1, -1):
        of_class = laws.of_class.copy()
        of_class[k, share] *= np.exp(sign * by)
        moved.append(value(laws, drawn, of_class))
    return (moved[0] - moved[1]) / (2 * by)


def information(laws, drawn, k, alive):
    """Of the logarithms of a law's weights: covariance of each taxon's posterior about the law, and the priors'."""
    law = laws.of_class[k][alive]
    posterior = laws.likelihood[:, alive] * law
    beyond = posterior / posterior.sum(axis=1, keepdims=True) - law
    taxa = (laws.n_taxa * kernel(laws.position, k) * drawn)[:, None] * beyond
    return taxa.T @ beyond + HELD * (np.diag(law) - np.outer(law, law)) + RIDGE * np.eye(len(law))


@pytest.mark.parametrize("depths", [(600, 600), (200, 3_000)])
def test_a_pull_is_the_slope_of_the_estimate_over_the_information_of_the_law(depths):
    laws = laws_of(80, depths, 5)
    by_read = ReadByRead(laws)
    drawn, (pulls, _) = by_read._drawn_to_law, by_read._pulls
    assert pulls.shape == laws.of_class.shape
    assert np.abs(pulls).max() > 0
    for k, pull in enumerate(pulls):
        alive = np.flatnonzero(laws.of_class[k] > ALIVE)
        slopes = np.array([slope(laws, drawn, k, share) for share in alive[k % 8 :: 8]])
        found = (information(laws, drawn, k, alive) @ pull[alive])[k % 8 :: 8]
        assert found == pytest.approx(slopes, abs=1e-6 * np.abs(slopes).max() + 1e-10)
        assert not np.delete(pull, alive).any()


def test_taxa_with_reads_on_both_sides_tell_their_share_by_themselves():
    """At unequal depths a taxon may have too few reads for `many` and still know its odds: 15 and 15 reads do."""
    laws = laws_of(80, (500, 5_000), 5)
    after, before = laws.pairs
    tells = after * before / (after + before) >= 15
    assert (tells & laws.few).any()
    assert ReadByRead(laws)._drawn_to_law.tolist() == (laws.few & ~tells).tolist()


def test_a_pair_of_counts_without_reads_on_a_side_loses_none_there():
    laws = laws_of(80, (600, 600), 5)
    for side in (0, 1):
        changes, has_none = ReadByRead(laws).leave_one_out(side), laws.pairs[side] == 0
        assert has_none.any()
        assert not changes[has_none].any()
        assert changes[~has_none].any()
