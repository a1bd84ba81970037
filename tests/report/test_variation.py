"""What stands beside a p of the variation between samples."""

from dataclasses import replace

from klbio.report.sections.cohort import _goes_with
from klbio.schema import PermanovaRow

PHASE = PermanovaRow(
    before="before", after="after", rank="genus", arm="", test="phase within subjects", n_subjects=6, n_samples=12,
    pseudo_f=3.0, r_squared=0.2, p_value=0.03, smallest_p=0.01,
)  # fmt: skip


def test_phase_beside_unequal_spread_cannot_tell_centre_from_spread():
    noted = replace(PHASE, note="cannot tell centre from spread: the phases differ in spread")
    assert _goes_with(noted).endswith(
        "p = 0.030, the smallest possible 0.01; cannot tell centre from spread: the phases differ in spread."
    )
    assert _goes_with(PHASE).endswith("permuted within subjects: p = 0.030, the smallest possible 0.01.")


def test_a_test_that_cannot_be_made_says_why():
    none = replace(PHASE, p_value=None, smallest_p=None, r_squared=None, note="cannot tell: one subject")
    assert _goes_with(none) == "Cannot tell: one subject."


def test_a_design_that_cannot_reach_a_small_p_says_so():
    few = replace(PHASE, p_value=0.25, smallest_p=0.125)
    assert "this design cannot give less than 0.12" in _goes_with(few)
