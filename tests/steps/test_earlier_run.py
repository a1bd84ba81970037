"""Results that Snakemake has no record of: taken for those of the same config and inputs alone."""

import json
import os
import warnings
from base64 import urlsafe_b64encode

import pytest

from klbio.cli import KEEPS_NOTHING
from klbio.errors import InputError, InputWarning
from klbio.io.files import checksum
from klbio.steps.earlier_run import refuse_unrecorded, say_left_over
from klbio.steps.provenance import code_version

CONFIG = {"outdir": "out", "seed": 1, "taxa": {"table": "t.tsv"}}
TARGETS = "out/provenance.json", "out/shift/pairs.tsv", "out/shift/cohort.tsv", "out/models/pairs.tsv"


@pytest.fixture
def here(tmp_path, monkeypatch):
    """Results of the config, and no record."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.tsv").write_text("taxon\ts\nA\t1\n")
    for target in TARGETS:
        path = tmp_path / target
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("pairs")
    made = {"klbio": code_version(), "config": CONFIG, "inputs": {"t.tsv": checksum("t.tsv")}}
    (tmp_path / TARGETS[0]).write_text(json.dumps(made))
    return tmp_path


def record(here, target, kind="metadata"):
    path = here / ".snakemake" / kind / urlsafe_b64encode(target.encode()).decode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def ask(config=CONFIG, targets=TARGETS, out="out"):
    refuse_unrecorded(out, config, targets, ["t.tsv"])


@pytest.mark.parametrize("outdir", ["out", "elsewhere", "/an/other/path"])
def test_the_same_config_under_whatever_name_of_the_folder_is_taken(here, outdir):
    ask(CONFIG | {"outdir": outdir})


@pytest.mark.parametrize("kind", ["metadata", "incomplete"])
def test_what_snakemake_knows_it_makes_again_by_itself(here, kind):
    for target in TARGETS:
        record(here, target, kind)
    ask(CONFIG | {"seed": 2})


def test_a_result_that_was_written_after_its_record_is_somebody_elses(here):
    """A Snakemake that was started in another folder wrote into this one, and its records are there."""
    for target in TARGETS:
        record(here, target)
    written = here / TARGETS[3]
    for seconds, is_known in ((30, True), (300, False)):
        later = written.stat().st_mtime + seconds
        os.utime(written, (later, later))
        ask()
        if is_known:
            ask(CONFIG | {"seed": 2})
    with pytest.raises(InputError, match="other settings or inputs \\('seed'\\)"):
        ask(CONFIG | {"seed": 2})


def test_a_result_that_it_does_not_know_beside_others_of_its_folder_is_refused(here):
    """As one rule made the others, with the settings of now, before the run was stopped."""
    for target in (*TARGETS[:2], TARGETS[3]):
        record(here, target)
    ask()
    with pytest.raises(InputError, match="other settings or inputs \\('seed'\\)"):
        ask(CONFIG | {"seed": 2})


def test_a_folder_that_it_does_not_know_beside_others_that_it_does_is_refused(here):
    for target in TARGETS[:3]:
        record(here, target)
    with pytest.raises(InputError, match="other settings or inputs \\('seed'\\)"):
        ask(CONFIG | {"seed": 2})


def test_records_are_looked_for_by_the_name_that_rules_have(here):
    odd = [target.replace("out/", "out//") for target in TARGETS]
    for target in odd:
        record(here, target)
    ask(CONFIG | {"seed": 2, "outdir": "out/"}, odd, "out/")


def test_an_input_that_holds_something_else_is_refused(here):
    (here / "t.tsv").write_text("taxon\ts\nA\t2\n")
    ask()  # newer than all of them, so that Snakemake makes them again
    before = (here / TARGETS[1]).stat().st_mtime - 10
    os.utime(here / "t.tsv", (before, before))
    with pytest.raises(InputError, match=r"'t\.tsv'"):
        ask()


def test_results_of_which_nothing_says_how_they_were_made_are_refused(here):
    (here / TARGETS[0]).unlink()
    with pytest.raises(InputError, match="out/shift: results of which neither"):
        ask()
    for target in TARGETS[1:]:
        (here / target).unlink()
    ask()


def test_a_page_and_a_list_of_what_was_left_out_are_made_again_anyway(here):
    for target in TARGETS:
        (here / target).unlink()
    others = "out/dropped.tsv", "out/report/report.html"
    (here / "out/report").mkdir()
    for target in others:
        (here / target).touch()
    ask(CONFIG | {"seed": 2}, [*TARGETS, *others])


def test_the_names_of_a_matrix_stay_with_it(here):
    for name in ("matrix.npy", "matrix.json"):
        (here / "out/shift" / name).touch()
    with warnings.catch_warnings(record=True) as said:
        say_left_over("out", [*TARGETS, "out/shift/matrix.npy"])
    assert not said
    with pytest.warns(InputWarning) as both:
        say_left_over("out", TARGETS)
    assert {str(one.message).partition(":")[0] for one in both} == {
        f"out/shift/matrix.{ending}" for ending in ("npy", "json")
    }


def test_parts_of_another_cut_are_named_and_those_that_a_run_goes_on_from_are_not(here):
    parts = [f"out/shift/parts/{number}.part" for number in (1, 2, 3)]
    tiles = [f"out/shift/matrix/{number}of2.npy" for number in (1, 2)]
    for name in parts + tiles:
        (here / name).parent.mkdir(exist_ok=True)
        (here / name).touch()
    with warnings.catch_warnings(record=True) as said:
        say_left_over("out", TARGETS, parts + tiles)
    assert not said
    with pytest.warns(InputWarning) as both:
        say_left_over("out", TARGETS, parts[:2])
    assert [str(one.message).partition(":")[0] for one in both] == ["out/shift/parts", "out/shift/matrix"]


@pytest.mark.parametrize("word", ["-F", "-nF", "-Fn", "-npkF", "--forceall", "--unlock"])
def test_runs_that_keep_no_result_are_told_by_their_options(word):
    assert KEEPS_NOTHING.fullmatch(word)


@pytest.mark.parametrize("word", ["-f", "--force", "-n", "-sFile", "--forcerun", "results/F", "-j4"])
def test_other_runs_are_not(word):
    assert not KEEPS_NOTHING.fullmatch(word)
