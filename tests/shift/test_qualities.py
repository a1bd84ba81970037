"""What of the reads differs between phases or arms: flagged, apart, or not to be told."""

import numpy as np
import pytest

from klbio.design import Contrast, Design, Sample
from klbio.schema import AmpliconReadsRow, QualityRow
from klbio.shift.checks.qualities import quality_differences
from klbio.shift.checks.quantities import of_amplicons


def study(values, n_samples=1, arms=("",), unit="share", quantity="merged", word=None):
    """Rows and design of subjects; `values` gives the number of a subject, its arm, a phase and a sample."""
    samples, rows = [], []
    for subject in range(len(values)):
        arm = arms[subject % len(arms)]
        for phase in ("before", "after"):
            for k in range(n_samples):
                name = f"{subject}{phase}{k}"
                samples.append(Sample(name, f"S{subject}", phase, arm=arm))
                value = values[subject][phase][k] if isinstance(values[subject], dict) else values[subject]
                rows.append(
                    QualityRow(
                        route="amplicons", quantity=quantity, unit=unit, sample=name, kind="sample",
                        subject=f"S{subject}", arm=arm, phase=phase, value=value, word=word(phase) if word else "",
                    )
                )  # fmt: skip
    return rows, Design(samples)


def found(rows, design, **kwargs):
    return list(quality_differences(rows, design, [Contrast()], **kwargs))


def drawn(n, before, after, spread=0.01, n_samples=1, seed=1):
    rng = np.random.default_rng(seed)
    sides = {"before": before, "after": after}
    return [
        {phase: (mean + spread * rng.normal(size=n_samples)).tolist() for phase, mean in sides.items()}
        for _ in range(n)
    ]


def test_a_loss_after_is_flagged_with_both_medians():
    (row,) = found(*study(drawn(6, 0.9, 0.5)))
    assert (row.between, row.side_a, row.side_b, row.n_a, row.n_b) == ("phases", "before", "after", 6, 6)
    assert row.severity == "flag"
    assert (row.p_value, row.p_adjusted, row.smallest_p) == (2 / 64, 2 / 64, 2 / 64)
    assert row.median_a == pytest.approx(0.9, abs=0.02)
    assert row.lowest_a <= row.median_a <= row.highest_a
    assert row.meaning.startswith("Merged, medians: before 90")
    assert row.meaning.endswith("Part of a shift, or of a difference between arms, may be no more than that.")


def test_a_difference_of_less_than_one_in_a_hundred_is_no_matter():
    (row,) = found(*study(drawn(8, 0.9, 0.905, spread=0.0005)))
    assert (row.p_adjusted <= 0.05, row.severity) == (True, "ok")
    assert "too little to matter" in row.meaning


@pytest.mark.parametrize(("after", "severity"), [(0.5, "apart"), (0.89, "cannot tell")])
def test_few_subjects_are_called_apart_by_their_ranges(after, severity):
    (row,) = found(*study(drawn(3, 0.9, after, spread=0.02)))
    assert (row.severity, row.smallest_p) == (severity, 0.25)


def test_one_sample_a_side_is_never_apart():
    (row,) = found(*study(drawn(1, 0.9, 0.1)))
    assert row.severity == "cannot tell"


def test_samples_of_a_subject_can_change_places():
    (row,) = found(*study(drawn(2, 0.9, 0.4, n_samples=3), n_samples=3))
    assert (row.severity, row.n_permutations, row.smallest_p) == ("flag", 400, 2 / 400)


@pytest.mark.parametrize(
    ("unit", "ratio", "severity"), [("reads", 1.05, "ok"), ("reads", 1.2, "flag"), ("bases", 1.07, "flag")]
)
def test_numbers_are_compared_as_ratios(unit, ratio, severity):
    values = drawn(8, 1000.0, 1000.0 * ratio, spread=2.0)
    (row,) = found(*study(values, unit=unit, quantity="reads in"))
    assert row.severity == severity


def test_arms_are_compared_by_their_subjects():
    values = [{"before": [v], "after": [v]} for v in np.linspace(0.5, 0.95, 10).tolist()]
    order = sorted(range(10), key=lambda k: (k % 2, k))  # the even places are arm x
    mixed = [None] * 10
    for place, value in zip(order, values, strict=True):
        mixed[place] = value
    rows = found(*study(mixed, arms=("x", "y")))
    phases, arms = rows
    assert (phases.between, phases.severity) == ("phases", "ok")
    assert phases.meaning.endswith("It does not vary.")
    assert (arms.between, arms.side_a, arms.side_b, arms.n_a) == ("arms", "x", "y", 5)
    assert (arms.severity, arms.p_value) == ("flag", 2 / 252)


def test_a_crossover_is_compared_within_subjects():
    samples, rows = [], []
    for subject in range(6):
        for arm, value in (("x", 0.9), ("y", 0.6)):
            for phase in ("before", "after"):
                name = f"{subject}{arm}{phase}"
                samples.append(Sample(name, f"S{subject}", phase, arm=arm))
                rows.append(
                    QualityRow(
                        route="amplicons", quantity="merged", unit="share", sample=name, kind="sample",
                        subject=f"S{subject}", arm=arm, phase=phase, value=value + 0.05 * subject,
                    )
                )  # fmt: skip
    (arms,) = [row for row in found(rows, Design(samples)) if row.between == "arms"]
    assert (arms.severity, arms.n_permutations, arms.p_value) == ("flag", 64, 2 / 64)


def test_words_are_flagged_where_one_side_has_one_alone():
    words = {"before": "pairs", "after": "single"}
    (row,) = found(*study([None] * 3, unit="kind", quantity="layout", word=words.get))
    assert (row.severity, row.words_a, row.words_b, row.p_value) == ("flag", "pairs (3)", "single (3)", None)
    assert row.meaning.startswith("Layout: before pairs (3); after single (3).")
    (row,) = found(*study([None] * 3, unit="kind", quantity="layout", word=lambda _: "pairs"))
    assert row.severity == "ok"


def test_packing_changes_no_read():
    words = {"before": "gzip", "after": "bzip2"}
    (row,) = found(*study([None] * 3, unit="kind", quantity="packing", word=words.get))
    assert row.severity == "flag"
    assert row.meaning.startswith("Packing: before gzip (3); after bzip2 (3). That changes no read,")


def test_what_communities_differ_in_is_said_to_be_such():
    (row,) = found(*study(drawn(6, 0.5, 0.55, spread=0.001), quantity="G and C"))
    assert row.severity == "flag"
    assert row.meaning.endswith("Communities may differ in it as well: by itself it is no sign of bad reads.")


def test_subjects_of_one_phase_and_samples_without_reads_take_no_part():
    rows, design = study(drawn(6, 0.9, 0.5))
    lone = Sample("lone", "S9", "before")
    rows.append(
        QualityRow(
            route="amplicons", quantity="merged", unit="share", sample="lone", kind="sample", subject="S9", arm="",
            phase="before", value=0.1,
        )
    )  # fmt: skip
    rows[0] = QualityRow(**{name: getattr(rows[0], name) for name in rows[0].__slots__} | {"value": None})
    (row,) = found(rows, Design([*design.samples, lone]))
    assert (row.n_a, row.p_value) == (6, 4 / 64)
    assert row.lowest_a > 0.5


def test_nothing_is_compared_where_nobody_was_sampled_twice():
    rows, _ = study(drawn(2, 0.9, 0.5))
    assert found(rows, Design([Sample("0before0", "S0", "before"), Sample("1after0", "S1", "after")])) == []


def test_a_library_without_a_read_has_no_shares():
    row = AmpliconReadsRow(sample="s", reads=0, with_primers=None, merged=None, kept=0, unique=0)
    assert {one.name: one.value for one in of_amplicons(row)} == {
        "reads in": 0, "kept": None, "different": None, "chimeric": None, "in the table": None, "named": None,
    }  # fmt: skip
