"""Heights of letters in a logo."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from klbio.divergences import relative_entropy
from klbio.models.profiles.logos import letter_heights


@given(arrays(float, (3, 4), elements=st.floats(1e-3, 1)), arrays(float, 4, elements=st.floats(1e-2, 1)))
def test_a_stack_is_as_high_as_its_relative_entropy(rows, background):
    p, f = rows / rows.sum(axis=1, keepdims=True), background / background.sum()
    heights = letter_heights(p, f)
    assert heights.sum(axis=1) == pytest.approx([relative_entropy(row, f) for row in p], abs=1e-12)
    shares = heights / heights.sum(axis=1, keepdims=True, where=heights > 0, initial=1e-300)
    assert (np.abs(shares - p)[heights.sum(axis=1) > 1e-9] < 1e-6).all()


def test_a_rare_letter_stands_higher():
    """Always T: 2 bits against a uniform background, 1 bit where half of all bases are T."""
    always = np.array([[0.0, 0.0, 0.0, 1.0]])
    assert letter_heights(always, np.full(4, 0.25)).sum() == 2
    assert letter_heights(always, np.array([0.25, 0.125, 0.125, 0.5])).sum() == 1
