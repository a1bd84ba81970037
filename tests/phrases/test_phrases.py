"""Each reason as it is said, and no sentence made anywhere else."""

import importlib
import pkgutil
from dataclasses import is_dataclass
from types import SimpleNamespace

import pytest

from klbio import phrases
from klbio.phrases import (
    CannotTell,
    Reason,
    arms,
    batches,
    cohort,
    controls,
    depth,
    dropped,
    gene_models,
    permutation,
    proportions,
    qualities,
    say,
    subject,
    times,
    way_back,
)
from tests.phrases import models

MODULES = [
    importlib.import_module(f"klbio.phrases.{module.name}")
    for module in pkgutil.iter_modules(phrases.__path__)
]
REASONS = {
    kind
    for module in MODULES
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, Reason) and kind is not Reason
}  # fmt: skip


def result(value=0.25, p_value=0.0312, smallest_p=0.03125, exact=True):
    return SimpleNamespace(value=value, p_value=p_value, smallest_p=smallest_p, exact=exact)


EXACT = "(exact permutation, p = 0.031)"
BY_SIGNS = "(exact sign-flip permutation: p = 0.031; the smallest this design can give is 0.031)"
BY_SAMPLES = BY_SIGNS.replace("sign-flip permutation", "one-sided exchange of samples within subjects")
HALF_LIFE = way_back.HalfLife(2.0, (1.5, 2.75), bounded=True)
SAID_HALF_LIFE = "half-life 2 (1.5 to 2.75) in the unit of time"
ARMS = ("x", "y")
SAID = [
    (CannotTell(way_back.NoTimes()), "cannot tell: the sheet gives no time for some samples"),
    (cohort.Crossover("x", "y", 6, 1, result()),
     f"6 subjects moved 0.250 bits further in x than in y on average {BY_SIGNS}; 1 in one arm alone takes no part."),
    (cohort.Crossover("x", "y", 6, 0, result()),
     f"6 subjects moved 0.250 bits further in x than in y on average {BY_SIGNS}."),
    (cohort.ArmsApart("x", "y", 20, 30, result(exact=False)),
     "x moved 0.250 bits further than y on average (Monte Carlo permutation of 20 against 30 subjects: p = 0.031; "
     "the smallest so many draws can give is 0.031)."),
    (cohort.AboveBaseline("", 6, True, result(-0.25)),
     "the shift of 6 subjects lies 0.250 bits below what their own samples differ by within both phases, on average "
     f"{BY_SAMPLES}."),
    (cohort.AboveBaseline("x", 6, False, result(0.0)),
     "x: the shift of 6 subjects lies neither above nor below what their own samples differ by within the phase that "
     f"has several, on average {BY_SAMPLES}."),
    (cohort.DaysUnlike(result(0.025)),
     "Cannot tell centre from spread: the subjects' samples differ from each other by 0.025 bits more after than "
     "before (p = 0.031), which by itself changes p of the shift."),
    (cohort.LoneInPhase(), "Days that differ more in the phase with one sample would look the same."),
    (cohort.ArmsApart("x", "y", 3, 3, result(-0.25)),
     "x moved 0.250 bits less far than y on average (exact permutation of 3 against 3 subjects: p = 0.031; the "
     "smallest this design can give is 0.031)."),
    (cohort.AdjustedFor(3, 0.0123, 0.0101),
     "Adjusted for 3 comparisons of arms, p = 0.012 (Holm), 0.01 (max-T, by the permutations they share)."),
    (cohort.AdjustedFor(12, 0.0123, None), "Adjusted for 12 comparisons of arms, p = 0.012 (Holm)."),
    (CannotTell(arms.OneSubjectEach(ARMS)), "cannot tell: one subject in arm 'x' and one in 'y'"),
    (cohort.NoExcessIn(("",)), "no subject has two samples or more in both phases"),
    (cohort.NoExcessIn(("x",)), "no subject of arm 'x' has two samples or more in both phases"),
    (cohort.NoExcessIn(ARMS), "no subject of arms 'x' and 'y' has two samples or more in both phases"),
    (cohort.OneWithDays("x", both=True),
     "one subject of arm 'x' has two samples or more in both phases, and a test over subjects takes two; its own p "
     "stands with its shift"),
    (cohort.OneWithDays("", both=False),
     "one subject has two samples or more in one phase, and one sample in the other, and a test over subjects takes "
     "two; its own p stands with its shift"),
    (cohort.OneSubject(), "there is one subject"),
    (arms.InBothArms(ARMS, 1),
     "1 subject was in both arms 'x' and 'y': single taxa are not held against each other between them"),
    (arms.NotCompared(("before", "after"), arms.OneSubjectEach(ARMS)),
     "from before to after: one subject in arm 'x' and one in 'y'"),
    (subject.FewForBaseline(1 / 3),
     "cannot tell whether this subject alone lies above its baseline: with so few samples p is not below 0.33"),
    (controls.ControlsLikeSamples(0.1, 0.72),
     "the negative controls hold mostly what the samples hold (10% of their reads are in taxa of their own, and the "
     "other samples hold 72% of them): what came from where cannot be told"),
    (controls.FewTaxaOfControls(2.31),
     "2.3 taxa, in effect, are the controls' own: too few to tell how far they agree"),
    (controls.ControlsUntold(3, 8),
     "What the negative controls explain cannot be told in 3 of 8 samples: they hold too little of their own."),
    (controls.ControlsExplain(0.0193, 0.1298, result()),
     "Negative controls explain 1.93% of the reads before and 12.98% of those after, on average over subjects "
     f"{EXACT}."),
    (controls.ControlsExplainArms(("drug", "placebo"), (0.05, 0.001), result()),
     "Negative controls explain 5.00% of the reads of drug and 0.10% of those of placebo, on average over subjects "
     f"{EXACT}."),
    (controls.ControlsMayMove(),
     "Part of what moved may be contamination: read the shifts with it taken off (controls_shift.tsv) beside the "
     "plain ones."),
    (controls.SharesCompared(("after", "before")),
     "difference of the share that controls explain, after - before"),
    (depth.ChangesOfDepth(ARMS, result(1.02)),
     f"From before to after, depth changed as much in x as in y {EXACT}."),
    (arms.OneSubjectEach(ARMS), "one subject in arm 'x' and one in 'y'"),
    (arms.OneSubjectInBoth(ARMS), "one subject was in both arms 'x' and 'y'"),
    (arms.LoneArms(30),
     "30 arms of one subject each; they are not held against each other, and what takes two subjects (shifts above "
     "baseline, taxa, the population, p of subject) is left out of their rows"),
    (gene_models.SizesUnknown(),
     "the training size of some model is not known: bits of all pairs as they stand, with what chance in the "
     "training sets adds"),
    (gene_models.NoTwoOfAGroup(("x", "y")), "one model in group 'x' and one in 'y'"),
    (gene_models.InfinitelyApart(), "some pair of models has an infinite D, for one never emits what the other does"),
    (cohort.TooFewForSpread(3, 4), "3 subjects, 4 are needed"),
    (cohort.OneTaxon(), "one taxon has no ratio to another"),
    (cohort.ZerosLeft(), "the smoothing leaves zeros, which have no logarithm"),
    (cohort.ZerosLeft(smoothed=False), "nothing is smoothed, and there are zeros, which have no logarithm"),
    (
        cohort.CentreOrSpread(result(p_value=0.03)),
        "cannot tell centre from spread: the phases differ in spread (p = 0.03), which by itself makes p of phase "
        "smaller",
    ),
    (
        cohort.OnePairOfSamples(),
        "one subject with one sample a phase shows no variation to hold the phases against",
    ),
    (cohort.NoSpread(), "subjects hardly differ within a phase, so that it has no spread"),
    (permutation.TooFewSubjects(), "Too few subjects to tell this from chance."),
    (permutation.TooLittleToMatter(), "Beyond chance, but too little to matter."),
    (permutation.NoMoreThanChance(), "No more than chance gives."),
    (permutation.NoConcern(), "No cause for concern."),
    (permutation.LikeAnEffectOf("phase"), "Part of a difference between batches would look like one of phase."),
    (depth.DepthsCompared((("after", 1050.0), ("before", 1000.1)), "reads", result()),
     f"Samples after are as deep as those before: 1,050 against 1,000 reads, geometric means {EXACT}."),
    (depth.DepthsCompared((("of x", 1000.0), ("of y", 1050.0)), "counts", result(smallest_p=0.5, exact=False)),
     "Samples of y are 1.1 times as deep as those of x: 1,050 against 1,000 counts, geometric means (permutation, "
     "p = 0.031, and this design cannot give less than 0.5)."),
    (depth.SeenWithoutChange(0.01, 0.2),
     "At these depths 0.01 of the 0.2 bits as observed (medians) would be seen had nothing changed; use the corrected "
     "shift and the floor, never the observed number alone."),
    (depth.FloorsOfArms(ARMS, (0.1, 0.2)),
     "Depth alone would show 0.1 bits in x and 0.2 in y (median floors): compare corrected shifts, never the observed "
     "ones."),
    (depth.ChangesOfDepth(ARMS, result(2.0)),
     f"From before to after, depth changed 2 times as much in x as in y {EXACT}."),
    (depth.UnequalBias(),
     "The bias that few reads bring differs between the arms: compare corrected shifts, and see the rarefied ones."),
    (depth.DepthUnknown(),
     "The table holds proportions, which do not tell how deep samples were sequenced: shallow samples lie further "
     "apart, and whether those of one phase or arm are shallower cannot be seen here. Ask for the number of reads of "
     "each sample."),
    (depth.NoDepths(),
     "Depth does not vary between the subjects of an arm, or there is one subject: nothing to compare."),
    (depth.DepthAndShift(result(-0.5)),
     f"Rank correlation of depth (the shallower side) and corrected shift, within arms: -0.50 {EXACT}."),
    (depth.DepthMoves(less=True),
     "Subjects sequenced less deeply moved further: part of the differences between subjects may be one of depth. See "
     "the rarefied shifts."),
    (depth.FloorsCompared(ARMS, (0.1, 0.2), result()),
     f"The floor, what depth alone gives, is 0.1 bits in x and 0.2 in y, on average {EXACT}."),
    (depth.UnequalFloors(),
     "Observed divergences are inflated unequally; the arms are to be compared by corrected shifts."),
    (depth.SamplesOfArms(ARMS, ((2.0, 1.0), (2.0, 2.5))),
     "A subject of x has 2 samples before and 1 after on average, one of y 2 and 2.5: the fewer are pooled, the more "
     "of what days differ by is in the shift. Compare these arms by excess or pairs, not pooled."),
    (batches.OneBatch("b1"), "All samples are of one batch, 'b1'."),
    (batches.BatchesUnknown(4, of_all=True),
     "The sample sheet names no batch: whether samples of one phase or arm were processed together cannot be told."),
    (batches.BatchesUnknown(4, of_all=False),
     "4 samples have no batch: whether samples of one phase or arm were processed together cannot be told."),
    (batches.WithoutBatch(2), "2 samples without a batch are not counted here."),
    (batches.BatchesOfOwn(),
     "Every sample is a batch of its own: batch and phase cannot be held against each other."),
    (batches.OnePhaseWithBatch(),
     "Only one phase has samples with a batch: batch and phase cannot be held against each other."),
    (batches.NoBatchOfTwo(), "No batch holds two subjects: batch and arm cannot be held against each other."),
    (batches.BatchHoldsAll("phase", {"before": ["b1"], "after": ["b2", "b3"]}),
     "Batch 'b1' holds all 'before' samples, batches 'b2', 'b3' hold all 'after' samples: phase and batch cannot be "
     "told apart."),
    (batches.BatchAndPhase(result(0.5), 2, 16),
     f"Batch tells 50% of what there is to know of phase {EXACT}; 2 of 16 subjects have both phases in one batch."),
    (batches.BatchAndArm(result(0.5)), f"Batch tells 50% of what there is to know of arm {EXACT}."),
    (arms.SomeWithoutArm(2, 8),
     "2 of 8 subjects have no arm, where others have one: they take no part in any comparison of arms."),
    (arms.EachAnArm(),
     "Every subject is an arm of its own, so that no arm can be told from its subject: give treatments in `arm`, or "
     "leave it empty."),
    (times.ArmsShowTime(2),
     "There are 2 arms: what time alone does can be seen by holding them against each other."),
    (times.TimeWithPhase(7.0, 1, 9),
     "There is no second arm, and samples after were taken later (a median of 7 in the sheet's unit of time): age, "
     "season or handling go with phase and cannot be told from its effect; 1 of 9 subjects has a baseline that shows "
     "their drift without it."),
    (times.TimeWithPhase(None, 1, 9),
     "There is no second arm, and samples after were taken later: age, season or handling go with phase and cannot be "
     "told from its effect; 1 of 9 subjects has a baseline that shows their drift without it."),
    (times.TimesCompared(ARMS, (30.0, 12.0), result()),
     f"From before to after, x took 30 and y 12 on average, in the sheet's unit of time {EXACT}."),
    (times.UnequalTimes(), "The arms had unequal time to drift: their difference may be one of time."),
    (times.TimesApart(ARMS, (30.0, 12.0)),
     "From before to after, x took 30 and y 12 on average, in the sheet's unit of time, and no subject of the one as "
     "long as any of the other."),
    (batches.WithinBatch(3, 0.0554, 0.00057),
     "In the 3 subjects with both phases in one batch, the pooled shift is 0.055 bits and the shift within batches "
     "0.00057 (medians): only the latter cannot come from batches."),
    (batches.WithinBatch(1, 0.1, 0.1),
     "In the one subject with both phases in one batch, the pooled shift is 0.1 bits and the shift within batches 0.1 "
     "(medians): only the latter cannot come from batches."),
    (times.InOrder(("day 0", "day 7"), 6), "In all 6 subjects with times, 'day 7' was sampled after 'day 0'."),
    (times.AtOneTime(("day 0", "day 7"), 2, 6),
     "In 2 of 6 subjects with times, the last sample of 'day 0' and the first of 'day 7' have the same time: which was "
     "taken first cannot be told."),
    (times.OutOfOrder(("before", "after"), 6, 6, 6),
     "'after' was sampled before 'before' in all 6 subjects: are the labels swapped, or is time counted back?"),
    (times.OutOfOrder(("before", "after"), 3, 1, 6),
     "In 3 of 6 subjects a sample of 'after' was taken before the last of 'before', in 1 of them all: the phases "
     "overlap in time, or labels are mistaken."),
    (times.TimeWithPhase(-7.0, 1, 9),
     "There is no second arm, and samples after were taken at another time (a median of -7 in the sheet's unit of "
     "time): age, season or handling go with phase and cannot be told from its effect; 1 of 9 subjects has a baseline "
     "that shows their drift without it."),
    (batches.SidesCompared("ratio", "depths", ("after", "before")), "ratio of depths, after / before"),
    (batches.SidesCompared("difference", "times", ARMS), "difference of times, x - y"),
    (batches.ShareByBatch(), "share of its entropy that batch tells"),
    (batches.SpearmansRho(), "Spearman's rho"),
    (subject.Undersampled(30.0, 1200, 5.0, pooled=True),
     "undersampled: 0.0 counts per category, of about 1,200 (below 5); the intervals may miss, 6,000 counts or more a "
     "pool would settle it"),
    (subject.Undersampled(30.0, 10, 5.0, pooled=False),
     "undersampled: 3.0 counts per category, of about 10 (below 5); the intervals may miss, 50 counts or more a sample "
     "would settle it"),
    (subject.RestsOnRareTaxa(0.00788, 0.0108, (0.00498, 0.0209)),
     "undersampled: 0.011 bits beside the 0.0079 found rest on taxa too rare to tell; whatever these did, the shift "
     "lies between 0.005 and 0.021 bits"),
    (subject.TwoSamples(asked=True),
     "these two samples: how the subject varies by itself is unknown (no other subject of this comparison shows how "
     "days vary, so there are none to borrow), and the interval covers reads only"),
    (subject.TwoSamples(),
     "these two samples: how the subject varies by itself is unknown, and the interval covers reads only"),
    (subject.NoReads(of_two=False),
     "proportions: as observed, without an interval, for the reads behind them are unknown"),
    (subject.NoReads(of_two=True),
     "proportions: as observed, without an interval, for the reads behind them are unknown, and how the subject varies "
     "by itself is unknown"),
    (proportions.NeedsReads(),
     "cannot tell: the table holds proportions, and this needs numbers of reads. Give the counts: "
     f"{proportions.COUNTS_ARE}"),
    (proportions.NoReadsToApply(),
     "not applied: the table holds proportions, and this setting is about reads"),
    (subject.LoneSample("after", pooled=True),
     "one sample: how the subject varies in phase after is unknown, and the interval covers reads only"),
    (subject.LoneSample("after", pooled=False),
     "one sample: how the subject varies in phase after is unknown, and the interval takes its days from the other "
     "phase"),
    (subject.BorrowedDays(7),
     "borrowed days: this subject's own are unknown, and the interval takes the variance between days from 7 others"),
    (subject.FewForRelativeEntropies(250.0, 100, 5.0),
     "relative entropies: 2.5 reads per taxon seen (below 5), their intervals may miss"),
    (subject.NothingInCommon(2),
     "cannot tell an interval: the phases share next to nothing, and the scatter of days within them is not known from "
     "2 samples a side"),
    (subject.SamplesAlike(), "cannot tell an interval: the samples do not differ in how far apart they are"),
    (HALF_LIFE, SAID_HALF_LIFE),
    (way_back.HalfLife(2.0, (0.1, 9.0), bounded=False),
     "cannot tell the half-life: the samples do not bound it within the time observed"),
    (way_back.DidNotComeBack(0.2, (0.1, 0.3), HALF_LIFE),
     f"did not come back: 0.2 bits (0.1 to 0.3) above the baseline remain; {SAID_HALF_LIFE}"),
    (way_back.CameBack(0.02, 0.03, HALF_LIFE),
     f"came back: no more than 0.02 bits remain, and up to 0.03 count as back; {SAID_HALF_LIFE}"),
    (way_back.PerhapsBack(0.3, 0.03, HALF_LIFE),
     "cannot tell whether it came back: between 0 and 0.3 bits may remain, of which up to 0.03 would count as back; "
     f"{SAID_HALF_LIFE}"),
    (way_back.NoFall(), "the divergence does not fall after the peak within the samples"),
    (way_back.NoSampleAfter(), "no sample after the disturbance has a baseline to be held against"),
    (way_back.FewAtRest(3),
     "fewer than 3 baseline samples, so how restless the subject is by itself is unknown"),
    (way_back.PeakWithinRest(),
     "the peak does not rise above the baseline's own range, so there is nothing to come back from"),
    (way_back.NoTimes(), "the sheet gives no time for some samples"),
    (dropped.IsControl("mock"), "a mock community, which is nobody's"),
    (dropped.NotInSheet(), "in the table, not in the sample sheet"),
    (dropped.AllZero(), "in the table with zeros only"),
    (dropped.NotInTable(), "in the sample sheet, not in the table"),
    (dropped.OfNoContrast(24), "no contrast names the phase: no shift is of its samples (24)"),
    (dropped.TooShallow(99.0, "reads", 100), "99 reads, fewer than min_depth (100)"),
    (
        dropped.EmptyGroups(3, 20),
        "too few different reads: 3 of 20 groups are empty (of amplicons say library: amplicon)",
    ),
    (dropped.NoSampleIn(("before",), ""), "no usable sample in phase 'before'"),
    (dropped.NoSampleIn(("before", "after"), "x"), "no usable sample in phases 'before' and 'after' of arm 'x'"),
    (dropped.NoSampleIn(("during",), "", ("before", "during")),
     "before to during: no usable sample in phase 'during'"),
    (dropped.InNoContrast((dropped.NoSampleIn(("a",), "", ("b", "a")), dropped.NoSampleIn(("c",), "", ("b", "c")))),
     "b to a: no usable sample in phase 'a'; b to c: no usable sample in phase 'c'"),
    (dropped.NoSubjectOf(),
     "no subject of the sheet has samples in both phases, in one arm: no shift is of them"),
    (dropped.ArmWithoutSubjects(("before", "after")),
     "no subject is left from before to after: no arm is held against it"),
    (subject.NoTwoOfOneBatch(),
     "no batch holds two samples of a phase, so that what days differ by within batches is unknown"),
    (subject.NoBatchOfBoth(),
     "no batch holds samples of both phases, so that shift and batch cannot be told apart"),
    (way_back.FewFromPeak(4, 5), "4 samples from the peak on, 5 are needed"),
    (qualities.MediansOfSides("merged", "share", ("pre", "post"), (0.912, None)),
     "Merged, medians: pre 91.2 %, post unknown."),
    (qualities.MediansOfSides("mean length", "bases", ("pre", "post"), (150.2, 1.0)),
     "Mean length, medians: pre 150 bases, post 1 base."),
    (qualities.TestedAmong(result(), 0.125, 7), "By exact permutation p = 0.031, among 7 quantities 0.12."),
    (qualities.AllBeyond(0.25),
     "All of one side lie beyond the other by more than either is wide; from so few no p below 0.25 can be had."),
    (qualities.DoesNotVary(), "It does not vary."),
    (qualities.KindsOfSides("layout", ("pre", "post"), ("pairs (3)", "single (1)")),
     "Layout: pre pairs (3); post single (1)."),
    (qualities.ReadsMayBeAll(), "Part of a shift, or of a difference between arms, may be no more than that."),
    (qualities.FilesFromElsewhere(),
     "That changes no read, but may be a trace of another run or another way of preparing them."),
    (qualities.MoreThanReads(),
     "Communities may differ in it as well: by itself it is no sign of bad reads."),
]  # fmt: skip
SAID += models.SAID


@pytest.mark.parametrize(("reason", "sentence"), SAID, ids=[reason.code for reason, _ in SAID])
def test_a_reason_is_said(reason, sentence):
    assert say(reason) == sentence


def test_every_reason_is_said_above_and_its_code_is_its_own():
    assert {type(reason) for reason, _ in SAID} == REASONS
    assert len({reason.code for reason, _ in SAID}) == len(REASONS)
    assert all(is_dataclass(kind) and kind.__dataclass_params__.frozen for kind in REASONS)


def test_reasons_are_said_one_after_the_other():
    assert say(permutation.NoConcern(), None, permutation.NoMoreThanChance()) == (
        "No cause for concern. No more than chance gives."
    )
    assert say() == ""


def test_how_small_p_can_be_is_said_above_the_level_only():
    assert permutation.cannot_give_less(0.05) == ""
    assert permutation.cannot_give_less(0.0501) == ", and this design cannot give less than 0.05"
