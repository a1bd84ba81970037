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


def test_the_phases_to_choose_from_stand_in_the_order_of_their_times():
    samples = [
        Sample(f"{who}{day}", who, f"visit {name}", time=day)
        for who in "ab"
        for day, name in ((9, "x"), (2, "y"), (5, "z"))
    ]
    with pytest.raises(InputError, match="--before 'visit y' --after 'visit z' --after 'visit x'"):
        Design(samples).check([BEFORE_AFTER])


def test_a_contrast_without_a_complete_subject_is_refused():
    with pytest.raises(InputError, match="no subject with samples both in 'before' and in 'after'"):
        DESIGN.keep(["only", "late"]).check([BEFORE_AFTER])


@pytest.mark.parametrize(
    ("control", "words"),
    [
        ("Placebo", "'Placebo'; expected one of the sheet's arms 'drug', 'placebo'. Did you mean 'placebo'?"),
        ("plcaebo", "Did you mean 'placebo'?"),
        ("water", "one of the sheet's arms 'drug', 'placebo'. (`shift.control`"),
    ],
)
def test_a_control_that_is_no_arm_is_refused(control, words):
    design = Design([Sample(f"{arm}{phase}", arm[0], phase, arm=arm)
                     for arm in ("drug", "placebo") for phase in ("before", "after")])  # fmt: skip
    design.check([BEFORE_AFTER], "placebo")
    with pytest.raises(InputError) as caught:
        design.check([BEFORE_AFTER], control)
    assert words in str(caught.value)


def test_a_control_without_arms_is_refused():
    design = Design([Sample("b", "S", "before"), Sample("a", "S", "after")])
    with pytest.raises(InputError, match="The sheet names no arms"):
        design.check([BEFORE_AFTER], "placebo")


def test_arms_stand_as_the_sheet_names_them_and_not_by_alphabet():
    """Doses are no words: 10 comes after 2, and the control need not be called `a`."""
    design = Design(
        [Sample(f"{dose}", f"S{dose}", "before", arm=dose) for dose in ("2", "10", "vehicle", "30")]
    )
    assert design.arms().ordered(["10", "2", "30", "vehicle"]) == ["2", "10", "vehicle", "30"]
    named = design.arms("vehicle")
    assert named.ordered(["10", "2", "30", "vehicle"]) == ["vehicle", "2", "10", "30"]
    assert named.pairs(["2", "10", "30"]) == []  # the control is not there: nothing is held against it
    assert [sample.arm for sample in design.control_first("vehicle").samples] == ["vehicle", "2", "10", "30"]


def test_an_arm_given_in_one_phase_alone_is_named():
    """A sheet with the treatment written beside the samples after it only."""
    design = Design([Sample("b", "S1", "before"), Sample("a", "S1", "after", arm="drug")])
    with pytest.raises(InputError, match=r"in one arm \('S1' is in '', then in 'drug'\)"):
        design.check([BEFORE_AFTER])
