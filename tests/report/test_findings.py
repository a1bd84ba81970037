import dataclasses
import math

import pandas as pd
import pytest

from klbio.report.findings import findings
from klbio.report.methods import methods
from klbio.report.model_findings import ModelFindings
from klbio.report.tables import Route
from klbio.schema import MODEL_TABLES, ModelGroupRow


def sentences(results) -> list[str]:
    return [finding.sentence for finding in findings(results)]


def changed(results, table: str, route: str = "shift", **columns):
    """The same results with some columns of a table of a route set to one value."""
    tables = dict(getattr(results, route).tables)
    tables[table] = tables[table].assign(**columns)
    return dataclasses.replace(results, **{route: Route(route, tables)})


def test_the_first_sentence_by_hand(results):
    # three western subjects at 0.31, 0.322, 0.334 bits, three control at 0.05, 0.062, 0.074
    assert sentences(results)[0] == (
        "All 3 western subjects moved further than sequencing depth alone explains (genus, pooled; what days alone "
        "would give is unknown): median 0.32 bits (from 0.31 to 0.33), against 0.062 in control; western against "
        "control (exact permutation of 3 against 3): p = 0.029, the smallest this design can give. Beware: Batch "
        "'<script>alert(1)</script>' holds all 'before' samples."
    )


def test_arms_that_are_codes_are_called_arms(results):
    """Spreadsheets code them: "3 0 subjects moved" would be no sentence."""
    codes = {"western": "1", "control": "0"}
    tables = {
        name: table.assign(
            **{
                key: table[key].astype(str).replace(codes)
                for key in {"arm", "arm_a", "arm_b"} & {*table.columns}
            }
        )
        for name, table in results.shift.tables.items()
    }
    text, *others = sentences(dataclasses.replace(results, shift=Route("shift", tables)))
    assert text.startswith("All 3 arm 1 subjects moved further")
    assert "against 0.062 in arm 0; arm 1 against arm 0 (exact permutation of 3 against 3)" in text
    assert any("all 3 arm 1 subjects" in other for other in others)


def test_the_finding_of_the_reads_speaks_of_their_own_days_too(results):
    (text,) = (text for text in sentences(results) if "composition of the reads, pooled" in text)
    assert (
        "several samples in the same phases (6-mer composition of the reads), so no test over subjects"
        in text
    )


def test_only_what_is_flagged_stands_beside_the_number(results):
    for severity, check in (("ok", "batch and phase"), ("flag", "depth between phases")):
        assert "Beware" not in sentences(changed(results, "flags", severity=severity, check=check))[0]
    text = sentences(changed(results, "flags", severity="flag", check="order of phases", meaning="Swapped?"))[
        0
    ]
    assert "p = 0.029, the smallest this design can give. Beware: Swapped?" in text
    of_arms = changed(results, "flags", severity="flag", check="time between arms", meaning="Unequal.")
    assert "Beware: Unequal." in sentences(of_arms)[0]
    assert "warning above" not in sentences(of_arms)[1]


def test_unlike_numbers_of_samples_stand_beside_pooled_shifts_only(results):
    unlike = changed(results, "flags", severity="flag", check="samples between arms", meaning="Unlike.")
    assert "Beware: Unlike." in sentences(unlike)[0]
    tables = dict(unlike.shift.tables)
    tables["headline"] = tables["headline"].assign(estimand="pairs")
    assert "Beware" not in sentences(dataclasses.replace(results, shift=Route("shift", tables)))[0]


def test_each_p_between_several_arms_says_which(results):
    """The arm that moved furthest is held against every other by name, with a p for all comparisons together."""
    arms, cohort = results.shift.tables["arms"], results.shift.tables["cohort"]
    third = arms[arms["arm"] == "western"].assign(arm="atkins", median_bits=0.2)
    own = cohort.assign(n_comparisons=2, adjusted_p_holm=0.057, adjusted_p_max_t=0.05)
    other = cohort.assign(
        arm_a="atkins", p_value=0.42, n_comparisons=2, adjusted_p_holm=0.42, adjusted_p_max_t=0.42
    )
    tables = {"arms": pd.concat([third, arms]), "cohort": pd.concat([other, own])}
    text = sentences(dataclasses.replace(results, shift=Route("shift", dict(results.shift.tables) | tables)))[
        0
    ]
    assert (
        "0.32 bits, against 0.062 in control and 0.20 in atkins. Between arms (permutation, adjusted for "
        in text
    )
    assert (
        "2 comparisons): western against control p = 0.050; atkins against control p = 0.42. In western: 0.31 to 0.33"
        in text
    )
    own = own.assign(smallest_p=0.1, adjusted_p_holm=None, adjusted_p_max_t=None)
    tables["cohort"] = pd.concat([other.assign(p_value=None, cannot_tell="one subject"), own])
    few = dataclasses.replace(results, shift=Route("shift", dict(results.shift.tables) | tables))
    assert (
        "western against control p = 0.029, and this design cannot give less than 0.1; " in sentences(few)[0]
    )
    assert "; atkins against control cannot tell, one subject." in sentences(few)[0]


def test_where_there_is_no_p_it_is_said_why(results):
    changes = {
        "p_value": None,
        "smallest_p": None,
        "cannot_tell": "one subject in arm 'western' and one in 'control'",
    }
    text = sentences(changed(results, "cohort", **changes))[0]
    assert "western against control: cannot tell, one subject in arm 'western' and one in 'control'." in text


def test_an_excess_speaks_of_what_is_beyond_the_own_days(results):
    """The floor is that of the pooled counts, all else of the excess."""
    tables = dict(results.shift.tables)
    arms, headline, cohort = tables["arms"], tables["headline"], tables["cohort"]
    excess = arms[arms["estimand"] == "pairs"].assign(estimand="excess", n_above_floor=None)
    tables["arms"] = pd.concat([excess, arms[arms["estimand"] == "pooled"]])
    tables["headline"] = headline.assign(estimand="excess")
    days = cohort.assign(test="shift above baseline", arm_a="western", effect_bits=0.4, p_value=0.037)
    days = days.assign(effect_low_bits=0.2, effect_high_bits=0.6)
    tables["cohort"] = pd.concat([cohort, days]).assign(estimand="excess")
    text = sentences(dataclasses.replace(results, shift=Route("shift", tables)))[0]
    assert text.startswith(
        "3 western subjects moved by a median of 0.45 bits (from 0.43 to 0.47) beyond what their own samples differ by "
        "(genus, excess; mean 0.40, 95% interval 0.20 to 0.60 over subjects; if days alone differed, p = 0.037), "
    )
    assert "p = 0.029, the smallest this design can give. All 3 western subjects moved further than" in text


def test_of_one_subject_its_own_interval_and_p_stand_in_the_headline(results):
    """Of reads and days, and of how many the floor is known, whoever has an excess."""
    tables = dict(results.shift.tables)
    own = tables["pairs"].head(1).assign(estimand="excess", arm="western", rank="genus", baseline_p=1 / 3)
    own = own.assign(jsd_low_bits=-0.1, jsd_high_bits=0.5, interval_covers="reads and days")
    arms = tables["arms"][tables["arms"]["arm"] == "western"]
    excess = arms[arms["estimand"] == "pooled"].assign(estimand="excess", n_subjects=1, n_above_floor=None)
    tables |= {"pairs": own, "arms": pd.concat([excess, arms])}
    tables |= {"headline": tables["headline"].assign(estimand="excess")}
    text = sentences(dataclasses.replace(results, shift=Route("shift", tables)))[0]
    assert text.startswith(
        "The one western subject moved by 0.32 bits beyond what its own samples differ by "
        "(genus, excess; 95% interval −0.10 to 0.50, reads and days; if days alone differed, p = 0.33). All 3 western "
        "subjects moved further than sequencing depth alone explains (pooled)."
    )


def test_a_design_that_cannot_reach_a_small_p_is_reported(results):
    text = sentences(changed(results, "cohort", smallest_p=0.25, p_value=0.5))[0]
    assert "p = 0.50, and this design cannot give less than 0.25" in text


def test_without_a_baseline_nothing_is_claimed(results):
    text = sentences(changed(results, "arms", n_with_baseline=0))[1]
    assert "No two subjects of an arm have several samples in the same phases (genus)" in text
    assert text.endswith("of no subject alone can it be told.")


def test_subjects_that_can_be_told_alone_are_counted_where_no_test_holds_them_together(results):
    one_each = changed(results, "arms", n_with_baseline=1, n_above_baseline=1)
    western, control = (
        f"of 1 {arm} subject whose samples suffice alone 1 has" for arm in ("western", "control")
    )
    assert sentences(one_each)[1].endswith(f"; {western} and {control} p ≤ 0.05.")


def test_of_communities_that_did_not_move_no_taxon_carried_most(results):
    still = changed(results, "taxa", mean_contribution_bits=0.0, mean_share=0.0)
    assert not any("carried most" in text for text in sentences(still))


def test_a_small_p_below_the_baseline_is_not_reported_as_a_shift(results):
    cohort = results.shift.tables["cohort"]
    row = cohort[cohort["estimand"] == "pairs"].head(1)
    row = row.assign(test="shift above baseline", arm_a="western", n_b=0, effect_bits=-0.2, p_value=0.016)
    tables = dict(results.shift.tables) | {"cohort": row}
    text = sentences(dataclasses.replace(results, shift=Route("shift", tables)))[1]
    assert text.startswith(
        "The shifts of 3 western subjects lie 0.20 bits below what their own samples differ by, on average (genus, "
        "pairs); exact permutation of samples within subjects: p = 0.016"
    )
    assert text.endswith(
        "; of 2 western subjects whose samples suffice alone 2 have p ≤ 0.05. The warning above holds here, too."
    )


def test_a_p_of_another_estimand_than_the_sentence_speaks_of_says_so(results):
    """One arm with samples enough for an excess, the other with a single one on a side."""
    row = results.shift.tables["cohort"].head(1).assign(test="shift above baseline", arm_b="", n_b=0)
    far = row.assign(arm_a="western", estimand="excess", effect_bits=0.2, p_value=0.016)
    near = row.assign(arm_a="control", estimand="pairs", effect_bits=0.01, p_value=0.37)
    tables = dict(results.shift.tables) | {"cohort": pd.concat([far, near])}
    text = sentences(dataclasses.replace(results, shift=Route("shift", tables)))[1]
    assert "(genus, excess)" in text
    assert "; p = 0.37 in control (pairs)" in text


def test_a_shift_below_the_floor_is_not_called_one(results):
    assert sentences(changed(results, "arms", n_above_floor=0))[0].startswith(
        "None of 3 western subjects moved further"
    )


def test_the_taxon_that_carried_most_and_its_direction(results):
    assert (
        sentences(results)[2]
        == "g__Bacteroides carried most: 0.16 bits on average, up in all 3 western subjects."
    )


def test_the_closest_pair_is_of_two_tools(results):
    sentence = next(text for text in sentences(results) if "closest pair" in text)
    assert "across tools is A.thaliana (SNAP) and arabidopsis (AUGUSTUS): " in sentence
    assert (
        "0.0020 extra bits per base under the second, so that about 2,150 bases tell them apart" in sentence
    )


@pytest.mark.parametrize(
    ("apart", "words"),
    [
        (
            False,
            "they cannot be told apart; coding sequence of the first costs 0.0020 extra bits per base under the "
            "second, where chance alone gives 0.0019; without it 0.00010 (0.00 to 0.0010).",
        ),
        (
            True,
            "coding sequence of the first costs 0.00010 extra bits per base under the second (0.00 to 0.0010; "
            "0.0020 before what chance adds is taken off), so that about 2,150 bases tell them apart.",
        ),
        (
            None,
            "so that about 2,150 bases tell them apart; how much of it is chance is not known, as the files",
        ),
    ],
)
def test_what_chance_adds_is_taken_off_the_closest_pair(results, apart, words):
    sizes = {
        "relative_entropy_corrected_bits": 1e-4,
        "relative_entropy_low_bits": 0.0,
        "relative_entropy_high_bits": 1e-3,
        "noise_floor_bits": 1.9e-3,
        "distinguishable": apart,
    }
    found = findings(changed(results, "pairs", "models", **sizes))
    closest = next(one for one in found if "closest pair" in one.sentence)
    assert words in closest.sentence
    assert ("cannot be told apart" in closest.unit) == (apart is False)


def test_the_same_table_under_two_names_is_told_apart_by_no_sequence(results):
    alike = changed(results, "pairs", "models", relative_entropy_bits=0.0, bases_to_tell_apart_stein=math.inf)
    closest = next(text for text in sentences(alike) if "closest pair" in text)
    assert "costs 0.00 extra bits per base under the second, so that no sequence tells them apart" in closest


def test_the_nearest_model_the_next_and_the_warning(results):
    text = next(text for text in sentences(results) if "closest to" in text)
    assert text.startswith(
        "Of 3 known models fly is closest to genes<1>.fasta, at 0.060 extra bits per base; the next,"
    )
    assert text.endswith("costs 0.030 more (0.029 to 0.031), but even that is not close.")


def test_unlike_genetic_codes_stand_beside_the_number(results):
    tables = dict(results.models.tables)
    tables["pairs"] = tables["pairs"].assign(genetic_codes="6 and 1")
    tables["nearest"] = tables["nearest"].assign(genetic_code_note="genetic code 1, the query's 6")
    found = sentences(dataclasses.replace(results, models=Route("models", tables)))
    pair = next(text for text in found if "closest pair" in text)
    assert "tell them apart; their genetic codes are unlike (6 and 1);" in pair
    nearest = next(text for text in found if "closest to" in text)
    assert nearest.endswith(" Beware: genetic code 1, the query's 6.")


def test_two_groups_of_models_stand_against_their_own(results):
    row = ModelGroupRow(
        group_a="Ours", group_b="Theirs", component="coding", n_a=3, n_b=3, between_bits=0.05, within_bits=0.02,
        excess_bits=0.03, per="base", p_value=0.1, smallest_p=0.1, n_permutations=20, exact=True, corrected=True,
    )  # fmt: skip
    tables = results.models.tables | {"groups": MODEL_TABLES["groups"].frame([row])}
    found = [finding.sentence for finding in ModelFindings(Route("models", tables)).findings()]
    assert (
        "Models of Ours and Theirs differ by 0.050 bits per base, those of one group by 0.020 (3 against 3 models): "
        "p = 0.10, where no less than 0.10 is possible." in found
    )


def test_nothing_is_found_in_nothing(results):
    empty = {name: frame.head(0) for name, frame in results.shift.tables.items()}
    nothing = {name: frame.head(0) for name, frame in results.models.tables.items()}
    blank = dataclasses.replace(
        results, shift=Route("shift", empty), reads=Route("reads", empty), models=Route("models", nothing)
    )
    assert findings(blank) == []
    assert methods(blank) == []


SETTINGS = (
    *(
        "6 subjects in 2 arms (control and western)",
        "klbio 0.2.0",
        "999 dealings, seed 1",
        "a depth below 1000",
    ),
    "p values are two-sided",
)


@pytest.mark.parametrize("words", SETTINGS)
def test_methods_carry_the_settings(results, words):
    assert words in methods(results)[0]


def test_methods_of_nearest_models_say_what_was_ranked_how_far_and_that_none_is_close(results):
    text = methods(dataclasses.replace(results, version="9.9"))[-1]
    for words in (
        ", command nearest. The coding sequences of genes<1>.fasta (60 genes) were coded by 3 known gene models.",
        "fly (AUGUSTUS) was nearest, at 0.060 bits per base (95% interval 0.058 to 0.062) beyond a model learnt",
        "cost 0.030 more (95% interval 0.029 to 0.031)",
        "GC content at each codon position alone would cost 0.15. No known model is close.",
        "No random number was drawn.",
    ):
        assert words in text
    alone = dataclasses.replace(results, provenance={}, version="9.9")
    assert "chosen with klbio 9.9, command nearest" in methods(alone)[-1]


def test_methods_do_not_invent_settings(results):
    text = " ".join(methods(dataclasses.replace(results, provenance={})))
    assert "seed" not in text
    assert "dealings)" not in text
    assert "None" not in text


def test_findings_of_several_contrasts_name_them(results):
    frame = results.shift.tables["arms"]
    later = frame.assign(after="washout", n_above_floor=0)
    tables = dict(results.shift.tables) | {"arms": pd.concat([frame, later], ignore_index=True)}
    texts = sentences(dataclasses.replace(results, shift=Route("shift", tables)))
    assert "(genus, before to after, pooled; " in texts[0]
    assert any("(genus, before to washout, pooled; " in text for text in texts)


def test_the_methods_say_how_p_was_adjusted(results):
    assert "Holm" not in methods(results)[0]
    assert (
        "The p values of 3 comparisons of arms are also given adjusted, by Holm's rule and"
        in methods(changed(results, "cohort", n_comparisons=3))[0]
    )
