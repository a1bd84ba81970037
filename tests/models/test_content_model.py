"""Tables of emissions: what they say of themselves, what they refuse."""

import numpy as np
import pytest

from klbio.alphabets import DNA
from klbio.errors import InputError
from klbio.models import ContentModel, GCClass, GeneModel, ProfileHMM, SiteModel

FAIR = np.full((3, 1, 4), 0.25)
PLAIN = ContentModel(FAIR[:1])


def profile(match, transitions=None, alphabet=DNA):
    steps = np.tile([1, 0, 0, 1, 0, 1, 0.0], (len(match) + 1, 1)) if transitions is None else transitions
    return ProfileHMM("toy", "", alphabet, match, np.full(4, 0.25), steps)


@pytest.mark.parametrize(("contexts", "order"), [(1, 0), (4, 1), (256, 4), (4**8, 8)])
def test_order_is_read_off_the_shape(contexts, order):
    assert ContentModel(np.full((1, contexts, 4), 0.25)).order == order


def test_scaling_tells_how_far_rows_were_off_and_keeps_impossible_ones():
    model, worst = ContentModel.scaled(
        [[[0.5, 0.25, 0.25, 0.5], [0, 0, 0, 0], [1, 0, 0, 0], [0.2, 0.2, 0.2, 0.2]]]
    )
    assert worst == 1.5 - 1
    assert model.probabilities[0, 0].tolist() == [1 / 3, 1 / 6, 1 / 6, 1 / 3]
    assert model.probabilities[0, 1].tolist() == [0, 0, 0, 0]


def test_the_callers_array_is_neither_kept_nor_changed():
    rows = FAIR.copy()
    model = ContentModel(rows)
    rows[0, 0, 0] = 9
    assert model.probabilities[0, 0, 0] == 0.25
    with pytest.raises(ValueError, match="read-only"):
        model.probabilities[0, 0, 0] = 9


@pytest.mark.parametrize(("n_classes", "used"), [(1, 0), (2, 1), (4, 2), (7, 3)])
def test_the_middle_gc_class_is_compared(n_classes, used):
    classes = [GCClass(ContentModel(FAIR)) for _ in range(n_classes)]
    model = GeneModel("toy", classes)
    assert model.default_class == used
    assert model.coding is classes[used].coding
    assert (model.intron, model.intergenic) == (None, None)
    assert list(model.components) == ["coding"]


def test_site_positions_count_from_the_signal():
    assert list(SiteModel(np.full((4, 4), 0.25), first=-2).positions) == [-2, -1, 0, 1]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        pytest.param(lambda: ContentModel(np.full((1, 3, 4), 0.25)), "4**k contexts", id="three-contexts"),
        pytest.param(lambda: ContentModel(np.full((1, 4**9, 4), 0.25)), "k from 0 to 8", id="order-9"),
        pytest.param(lambda: ContentModel(np.full((3, 4), 0.25)), "3 axes", id="two-axes"),
        pytest.param(lambda: ContentModel(FAIR + 0.1), "sums to 1.4", id="not-normalised"),
        pytest.param(lambda: ContentModel(FAIR * np.nan), "non-finite", id="nan"),
        pytest.param(lambda: ContentModel([[[1.5, -0.5, 0, 0]]]), "negative", id="negative"),
        pytest.param(lambda: ContentModel(FAIR, 0), "n_counts 0; expected 1 or more", id="no-bases"),
        pytest.param(lambda: SiteModel([[0, 0, 0, 0]], 0), "sums to 0", id="site-row-of-zeros"),
        pytest.param(lambda: GCClass(PLAIN), "coding: a content model of period 1; expected period 3", id="coding"),
        pytest.param(lambda: GCClass(ContentModel(FAIR), ContentModel(FAIR)), "intron: .* period 1", id="intron"),
        pytest.param(lambda: GeneModel("toy", ()), "'toy': no GC class", id="no-class"),
        pytest.param(lambda: profile(np.empty((0, 4))), "0 match rows", id="empty-profile"),
        pytest.param(lambda: profile([[1, 1, 0, 0]]), "sums to 2", id="profile-row"),
        pytest.param(lambda: profile([[1, 0, 0, 0.0]], np.ones((2, 7))), "sums to 3", id="profile-transitions"),
    ],
)  # fmt: skip
def test_refusals(make, words):
    with pytest.raises(InputError, match=words.replace("**", r"\*\*")):
        make()
