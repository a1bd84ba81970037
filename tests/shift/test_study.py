"""A study in memory: the same tables as the command writes, made when they are asked for."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from klbio.design import Contrast, Design, Sample
from klbio.distributions import Counts
from klbio.errors import InputError
from klbio.io import read_table
from klbio.io.results import write_rows
from klbio.io.sheets.sheet import read_samples
from klbio.io.tables.taxonomy import read_taxonomy
from klbio.schema import SHIFT_TABLES
from klbio.sheet import Row, Sheet
from klbio.shift import study as engine
from klbio.shift.settings import ShiftSettings
from klbio.shift.study import Study
from klbio.steps.shift import measure_shift
from klbio.taxonomy import Taxonomy
from klbio.transport import Tree

TAXA = ["Roseburia", "Bacteroides", "Blautia"]
SAMPLES = [Sample(f"{who}{phase}", who, phase) for who in ("S1", "S2") for phase in ("before", "after")]
NAMES = [sample.name for sample in SAMPLES]
VALUES = np.array([[60, 40, 20], [10, 90, 30], [80, 60, 10], [20, 70, 50]])
QUICK = ShiftSettings(n_resamples=19)


def study(values=VALUES, design=SAMPLES, **kwargs):
    return Study(Counts(NAMES, TAXA, values), Design(design), **{"settings": QUICK} | kwargs)


def test_it_gives_every_table_as_an_attribute_and_by_name():
    tables = study().tables
    assert list(tables) == list(SHIFT_TABLES)
    here = study()
    for name in SHIFT_TABLES:
        pd.testing.assert_frame_equal(getattr(here, name), tables[name])
        SHIFT_TABLES[name].check(tables[name])
    assert set(here.pairs["subject"]) == {"S1", "S2"}


def test_a_table_is_made_once_and_only_when_asked_for(monkeypatch):
    calls = []
    made = engine.Study._permanova
    monkeypatch.setitem(engine._MAKERS, "permanova", lambda self: calls.append(1) or made(self))
    here = study()
    assert here.pairs is here.pairs
    assert calls == []
    assert here.permanova is here.permanova
    assert calls == [1]


def test_the_command_writes_the_same(root, tmp_path):
    mouse = root / "examples/mouse-diet"
    files = {"table": mouse / "table.tsv", "samples": root / "config/samples.tsv"}
    measure_shift(**files, taxonomy=mouse / "taxonomy.tsv", ranks=["phylum"], n_resamples=19, out=tmp_path)
    here = Study(
        read_table(files["table"]),
        read_samples(files["samples"]),
        taxonomy=read_taxonomy(mouse / "taxonomy.tsv"),
        settings=replace(QUICK, ranks=["phylum"]),
    )
    for name in ("pairs", "clades", "cohort", "permanova", "dropped"):
        write_rows(tmp_path / "again.tsv", here.tables[name], SHIFT_TABLES[name])
        assert (tmp_path / "again.tsv").read_bytes() == (tmp_path / f"{name}.tsv").read_bytes()


def test_a_table_that_lies_on_its_side_is_turned():
    turned = Study(Counts(TAXA, NAMES, VALUES.T), Design(SAMPLES), settings=QUICK)
    pd.testing.assert_frame_equal(turned.pairs, study().pairs)


def test_threads_change_nothing():
    many = study(settings=ShiftSettings(n_resamples=19, threads=3))
    for name, frame in study().tables.items():
        pd.testing.assert_frame_equal(frame, many.tables[name])


def test_what_was_left_out_is_listed():
    shallow = VALUES.copy()
    shallow[2] = 1
    here = study(shallow)
    assert here.dropped[["kind", "name"]].values.tolist() == [["sample", "S2before"], ["subject", "S2"]]
    assert set(here.pairs["subject"]) == {"S1"}


def test_all_faults_of_the_inputs_are_named_at_once():
    with pytest.raises(InputError) as caught:
        study(
            taxonomy=Taxonomy(("family",), {"Roseburia": ("F",)}),
            tree=Tree([-1, 0, 0], [0, 1, 1], ["", "Roseburia", "x"]),
            settings=ShiftSettings((Contrast("before", "later"),), ranks=["genus"]),
        )
    for words in (
        "'later'",
        "no rank 'genus'",
        "no lineage for 2 of 3",
        "no tip of the tree",
        "only the ranks",
    ):
        assert words in str(caught.value)


@pytest.mark.parametrize(
    ("kwargs", "words"),
    [
        ({"settings": ShiftSettings(ranks=["family"])}, "without a taxonomy"),
        ({"groups": Counts(["a/1", "a/2"], TAXA, VALUES[:2])}, "do not add up"),
        (
            {"groups": Counts([f"{name}/1" for name in NAMES], TAXA, VALUES)},
            "do not add up",
        ),  # nothing to hold apart
        ({"values": VALUES // 20}, "no subject left to measure"),
        (
            {"design": [Sample("x", "S1", "before"), Sample("y", "S1", "after")]},
            "expected some of the samples",
        ),
    ],
)
def test_inputs_that_cannot_be_measured_are_refused(kwargs, words):
    with pytest.raises(InputError, match=words):
        study(**kwargs)


def test_groups_are_taken_in_any_order():
    halves = np.repeat(VALUES, 2, axis=0) / 2
    names = [f"{name}/{group}" for name in NAMES for group in (1, 2)]
    straight = study(groups=Counts(names, TAXA, halves))
    turned = study(groups=Counts(names[::-1], TAXA, halves[::-1]))
    pd.testing.assert_frame_equal(straight.pairs, turned.pairs)


def test_it_shows_itself_without_measuring():
    here = study()
    assert repr(here) == "Study of 2 subjects, 4 samples: before -> after, at feature"
    assert "Not measured yet" in here._repr_html_()
    assert "pairs" not in here._made
    assert here.pairs is not None
    shown = here._repr_html_()
    assert "before -&gt; after" in shown
    assert "<table" in shown
    assert "S1" in shown


@pytest.mark.parametrize("arms", ["aa", "ab", ""], ids=["one arm", "an arm each", "no arms"])
@pytest.mark.parametrize("n_subjects", [1, 2])
def test_however_few_subjects_an_arm_has_every_table_is_made(arms, n_subjects):
    design = [replace(sample, arm=arms[int(sample.subject[1]) - 1 :][:1]) for sample in SAMPLES][
        : 2 * n_subjects
    ]
    tables = study(design=design).tables
    assert tables["pairs"]["subject"].nunique() == n_subjects
    assert (tables["cohort"]["p_value"].notna() | tables["cohort"]["cannot_tell"].ne("")).all()


def test_it_takes_frames_as_they_are():
    sheet = pd.DataFrame(
        {"subject": [s.subject for s in SAMPLES], "phase": [s.phase for s in SAMPLES]}, NAMES
    )
    phyla = pd.Series(
        ["k__Bacteria; p__Bacillota", "k__Bacteria; p__Bacteroidota", "k__Bacteria; p__Bacillota"], TAXA
    )
    settings = replace(QUICK, ranks="phylum")
    held = Study(pd.DataFrame(VALUES.T, TAXA, NAMES), sheet, taxonomy=phyla, settings=settings)
    plain = study(taxonomy=Taxonomy.of(sheet_of(phyla)), settings=settings)
    pd.testing.assert_frame_equal(held.pairs, plain.pairs)


def test_faults_of_every_frame_are_named_at_once():
    sheet = pd.DataFrame({"subject": ["S1", ""], "phase": ["before", "after"]}, ["S1before", "S1after"])
    with pytest.raises(InputError) as caught:
        Study(pd.DataFrame(-VALUES, NAMES, TAXA), sheet, taxonomy={}, tree="tree.nwk")
    assert [str(fault).partition(":")[0] for fault in caught.value.faults] == [
        "sample sheet, row S1after",
        "table",
        "taxonomy",
        "tree",
    ]


def sheet_of(lineages):
    rows = tuple(Row(None, {"feature": name, "taxon": words}, name) for name, words in lineages.items())
    return Sheet("taxonomy", ("feature", "taxon"), rows)
