import numpy as np

from klbio.shift.subject.richness import presumed_categories


def test_by_hand():
    assert presumed_categories(np.array([5.0, 3, 0])) == 2  # none seen once: none presumed
    assert presumed_categories(np.array([5.0, 1, 1, 1, 2, 0])) == 5 + 3 * 2 // (2 * 2)


def test_it_lies_between_the_seen_and_the_true_number():
    rng = np.random.default_rng(3)
    law = np.exp(rng.normal(0, 2, 2_000))
    found = [rng.multinomial(10_000, law / law.sum()).astype(float) for _ in range(20)]
    seen, presumed = (
        np.mean([f(counts) for counts in found]) for f in (np.count_nonzero, presumed_categories)
    )
    assert seen * 1.1 < presumed < 2_000
