"""Designs as they come: arms of one subject, of none, of everybody: what cannot be told is named, no table is lost."""

import numpy as np
import pytest

from klbio import Contrast, ShiftSettings, Study
from klbio.design import Design, Sample
from klbio.distributions import Counts
from klbio.errors import InputError, InputWarning
from klbio.io.results import write_rows
from klbio.schema import SHIFT_TABLES
from klbio.shift.left_out import LeftOut
from klbio.steps.report import write_report

TAXA = [f"t{k}" for k in range(8)]
ONCE = (Contrast(),)
THREE = (Contrast("before", "during"), Contrast("before", "after"))


def study(
    *units,
    n=2,
    depth=lambda name: 2000,
    flat=False,
    contrasts=ONCE,
    control="",
    time=lambda phase, k: None,
):
    """A study of units, each (subject, arm, *phases), with `n` samples a phase."""
    rng, samples, rows = np.random.default_rng(3), [], []
    for subject, arm, *phases in units:
        for phase in phases or ("before", "after"):
            for k in range(n):
                name = f"{subject}.{arm}.{phase}.{k}"
                samples.append(Sample(name, subject, phase, time(phase, k), arm))
                shares = np.full(8, 1 / 8) if flat else rng.dirichlet(np.full(8, 5.0))
                rows.append(np.full(8, depth(name) // 8) if flat else rng.multinomial(depth(name), shares))
    counts = Counts([sample.name for sample in samples], TAXA, np.array(rows))
    settings = ShiftSettings(contrasts, n_resamples=19, control=control)
    return Study(counts, Design(samples), settings=settings)


def study_of(design):
    """A study of arms, each with its subjects' numbers of samples before and after; one of none has too few reads."""
    rng, samples, rows = np.random.default_rng(3), [], []
    for arm, subjects in design.items():
        for i, sides in enumerate(subjects or [(2, 2)]):
            for phase, n in zip(("before", "after"), sides, strict=True):
                names = [f"{arm}{i}.{phase}.{k}" for k in range(n)]
                samples += [Sample(name, f"{arm}{i}", phase, None, arm) for name in names]
                depth = 2000 if subjects else 50
                rows += [rng.multinomial(depth, rng.dirichlet(np.full(8, 5.0))) for _ in names]
    counts = Counts([sample.name for sample in samples], TAXA, np.array(rows))
    return Study(counts, Design(samples), settings=ShiftSettings(n_resamples=19))


THIN = {
    "one against one": [("A", "x"), ("B", "y")],
    "one against three": [("A", "x"), ("B", "y"), ("C", "y"), ("D", "y")],
    "each an arm of its own": [(who, who) for who in "ABCD"],
    "one subject": [("A", "")],
    "one subject in an arm": [("A", "x")],
    "one of three in both arms": [("A", "x"), ("A", "y"), ("B", "x"), ("C", "y")],
    "the same subject twice": [("A", "x"), ("A", "y")],
    "one without an arm": [("A", ""), ("B", "y"), ("C", "y")],
    "a small arm beside large ones": [("A", "x"), ("B", "y"), ("C", "z"), ("D", "z"), ("E", "z")],
}


@pytest.mark.parametrize("n", [1, 2])
@pytest.mark.parametrize("units", THIN.values(), ids=THIN)
def test_a_thin_design_keeps_every_table(units, n):
    measured = study(*units, n=n)
    for name, frame in measured.tables.items():
        assert SHIFT_TABLES[name].faults(frame) == []
    assert len(measured.pairs) >= len(units)
    told = measured.cohort["p_value"].notna() | measured.cohort["cannot_tell"].ne("")
    assert told.all()


def test_a_contrast_of_nobody_is_left_out_and_the_others_stand():
    with pytest.warns(InputWarning, match="both in 'before' and in 'during'.*left out"):
        measured = study(
            ("A", "", "before", "after"), ("B", "", "before", "after"), ("C", "", "during"), contrasts=THREE
        )
    dropped = measured.dropped.set_index("name")
    assert dropped.loc["before to during", "kind"] == "contrast"
    assert dropped.loc["before to during", "reason"].startswith(
        "no subject of the sheet has samples in both phases"
    )
    for name, frame in measured.tables.items():
        assert SHIFT_TABLES[name].faults(frame) == []
        assert "during" not in set(frame.get("after", ()))
    with pytest.raises(InputError, match="no subject with samples both in 'before' and in 'during'"):
        study(("A", "", "before"), ("B", "", "after"), ("C", "", "during"), contrasts=THREE)


@pytest.mark.parametrize("design", ["one against one", "each an arm of its own"])
def test_a_thin_design_has_a_page(design, tmp_path, undrawn):
    for name, frame in study(*THIN[design], n=1).tables.items():
        write_rows(tmp_path / f"shift/{name}.tsv", frame, SHIFT_TABLES[name])
    write_report(results=tmp_path, out=tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text()
    assert "cannot tell, one subject in arm" in page


def between(measured):
    """Rows of two arms, pooled."""
    cohort = measured.cohort
    return cohort[cohort["arm_b"].ne("") & cohort["estimand"].eq("pooled")]


def test_one_subject_in_each_arm_has_no_p_and_says_so():
    (row,) = between(study(("A", "x"), ("B", "y"))).to_dict("records")
    assert np.isnan(row["p_value"])
    assert np.isfinite(row["effect_bits"])
    assert row["meaning"] == "cannot tell: one subject in arm 'y' and one in 'x'"


def test_sixty_subjects_that_are_each_an_arm_are_no_thousands_of_comparisons():
    """A sheet with the subject's name in `arm`: 1,770 pairs of arms, none of which can be told apart."""
    many = study(*((f"S{i}", f"S{i}") for i in range(60)), n=1)
    assert len(many.headline) == 60 * many.headline.groupby("arm_a").size().iloc[0]
    for table in (many.cohort, many.differential, many.population, many.permanova):
        assert table.empty
    (row,) = many.dropped.to_dict("records")
    assert (row["kind"], row["name"]) == ("comparisons", "1,770 comparisons of arms")
    assert "60 arms of one subject each" in row["reason"]
    flags = many.flags
    assert len(flags) < 10
    assert (
        flags.loc[flags["check"].eq("arms"), "meaning"]
        .iloc[0]
        .startswith("Every subject is an arm of its own")
    )


@pytest.mark.parametrize(
    ("units", "severity"),
    [
        ([(who, who) for who in "ABC"], "cannot tell"),
        ([("A", "x"), ("B", "x"), ("C", "y"), ("D", "y")], "ok"),
        ([("A", "x"), ("B", "x")], "flag"),
    ],
    ids=["each an arm", "two arms", "one arm"],
)
def test_arms_show_what_time_does_only_where_they_are_more_than_a_subject_each(units, severity):
    flags = study(*units, n=1).flags
    assert flags.loc[flags["check"].eq("time and phase"), "severity"].tolist() == [severity]


def test_subjects_without_an_arm_beside_others_are_named():
    flags = study(("A", ""), ("B", "y"), ("C", "y"), ("D", "x"), n=1).flags
    assert flags.loc[flags["check"].eq("arms"), "meaning"].iloc[0].startswith("1 of 4 subjects has no arm")
    assert "arms" not in study(("A", ""), ("B", ""), n=1).flags["check"].tolist()


def test_one_against_three_has_the_smallest_p_there_is():
    (row,) = between(study(("A", "x"), ("B", "y"), ("C", "y"), ("D", "y"))).to_dict("records")
    assert row["smallest_p"] == 1 / 4
    assert row["p_value"] >= 1 / 4
    assert row["cannot_tell"] == ""


def test_an_arm_that_loses_all_its_subjects_is_named():
    gone = study(*((who, arm) for who, arm in zip("ABCDEF", "xxyyzz", strict=True)),
                 depth=lambda name: 50 if name.startswith(("E", "F")) else 2000)  # fmt: skip
    rows = gone.dropped
    assert rows.loc[rows["kind"].eq("arm"), "name"].tolist() == ["z"]
    assert "no arm is held against it" in rows["reason"].iloc[-1]
    assert between(gone)[["arm_a", "arm_b"]].values.tolist() == [["y", "x"]]


def test_a_control_that_loses_all_its_subjects_leaves_no_comparison():
    gone = study(*((who, arm) for who, arm in zip("ABCDEF", "xxyyzz", strict=True)), control="z",
                 depth=lambda name: 50 if name.startswith(("E", "F")) else 2000)  # fmt: skip
    assert len(between(gone)) == 0
    assert gone.arms["arm"].unique().tolist() == ["x", "y"]
    assert "arm" in gone.dropped["kind"].tolist()


def test_a_sample_lost_leaves_one_subject_in_an_arm():
    lost = study(("A", "x"), ("B", "x"), ("C", "y"), ("D", "y"), n=1,
                 depth=lambda name: 50 if name == "B.x.after.0" else 2000)  # fmt: skip
    (row,) = between(lost).to_dict("records")
    assert (row["n_a"], row["n_b"], row["smallest_p"]) == (2, 1, pytest.approx(1 / 3))


def test_the_control_stands_second_and_first_among_arms():
    units = [(f"{arm}{i}", arm) for arm in ("vanco", "placebo", "metro") for i in range(3)]
    named = study(*units, control="placebo")
    assert between(named)[["arm_a", "arm_b"]].values.tolist() == [["vanco", "placebo"], ["metro", "placebo"]]
    assert named.arms["arm"].unique().tolist() == ["placebo", "vanco", "metro"]
    flags, headline = named.flags, named.headline
    apart = flags[flags["arm_b"].ne("")]
    assert set(apart["arm_b"]) == set(headline["arm_b"]) == {"placebo"}
    changes = named.differential[named.differential["test"].eq("difference between arms")]
    assert set(changes["arm_b"]) == {"placebo"}
    every = between(study(*units))
    assert every[["arm_a", "arm_b"]].values.tolist() == [
        ["placebo", "vanco"], ["metro", "vanco"], ["metro", "placebo"],
    ]  # fmt: skip
    assert (every["adjusted_p_max_t"] >= every["p_value"]).all()
    assert (every["adjusted_p_holm"] >= every["p_value"]).all()
    assert every["n_comparisons"].eq(3).all()


def test_names_of_arms_do_not_matter_to_any_number():
    units = [(f"S{i}", arm) for i, arm in enumerate("abcabcabc")]
    renamed = [(who, {"a": "z", "b": "y", "c": "x"}[arm]) for who, arm in units]
    columns = ["effect_bits", "p_value", "adjusted_p_holm", "adjusted_p_max_t"]
    one, other = (between(study(*named))[columns] for named in (units, renamed))
    assert one.to_numpy() == pytest.approx(other.to_numpy())


def test_who_is_in_another_contrast_is_not_left_out():
    """Placebo has no phase `during`; one drug subject lost its own."""
    units = [(who, "drug", "before", "during", "after") for who in "ABC"]
    units += [("D", "drug", "before", "after"), *((who, "placebo", "before", "after") for who in "EF")]
    units += [("G", "placebo", "before")]
    rows = study(*units, contrasts=THREE).dropped[["kind", "name", "reason"]]
    assert rows.values.tolist() == [
        ["shift", "D", "before to during: no usable sample in phase 'during' of arm 'drug'"],
        ["subject", "G", "before to during: no usable sample in phase 'during' of arm 'placebo'; before to after: no "
         "usable sample in phase 'after' of arm 'placebo'"],
    ]  # fmt: skip


def test_pairs_of_the_baseline_are_counted():
    pairs = study_of({"": [(3, 2)]}).pairs.set_index("estimand")
    assert pairs["n_baseline_pairs"].to_dict() == {
        "pooled": 3,
        "pairs": 3,
        "excess": 4,
    }  # of the excess, both sides


@pytest.mark.parametrize(("n_arms", "is_said"), [(8, False), (9, True)])
def test_arms_that_are_the_subjects_are_said_where_they_are_many(n_arms, is_said, recwarn):
    LeftOut(study(*[(f"S{i}", f"arm {i}") for i in range(n_arms)], n=1).measurable).notify()
    assert any("arms of one subject each" in str(warning.message) for warning in recwarn) is is_said


def test_samples_left_out_are_said_with_their_reason(recwarn):
    made = study(("A", ""), ("B", ""), depth=lambda name: 40 if name == "A..after.1" else 2000)
    LeftOut(made.measurable).notify()
    assert any("with too few reads: 'A..after.1'" in str(warning.message) for warning in recwarn)
