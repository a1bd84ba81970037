import pytest

from klbio.design import Contrast, Design, Sample
from klbio.errors import InputError

DESIGN = Design(
    [
        Sample("late", "S1", "after", time=9),
        Sample("early", "S1", "before", time=1),
        Sample("only", "S2", "before"),
        Sample("cross1", "S3", "before", arm="x"),
        Sample("cross2", "S3", "after", arm="x"),
        Sample("cross3", "S3", "before", arm="y"),
        Sample("cross4", "S3", "after", arm="y"),
    ]
)
BEFORE_AFTER = Contrast("before", "after")


def test_samples_stand_in_order_of_time():
    assert [sample.name for sample in DESIGN.units[0].samples] == ["early", "late"]


def test_a_subject_in_two_arms_is_two_units():
    assert [(unit.subject, unit.arm) for unit in DESIGN.complete(BEFORE_AFTER)] == [
        ("S1", ""),
        ("S3", "x"),
        ("S3", "y"),
    ]


def test_unknown_phases_are_all_named():
    with pytest.raises(InputError) as caught:
        DESIGN.check([Contrast("baseline", "drug")])
    assert "'baseline'" in str(caught.value)
    assert "'drug'" in str(caught.value)
    assert "'before'" in str(caught.value)


def test_a_contrast_without_a_complete_subject_is_refused():
    with pytest.raises(InputError, match="no subject with samples both in 'before' and in 'after'"):
        DESIGN.keep(["only", "late"]).check([BEFORE_AFTER])
