"""`import klbio`: cheap, complete, and taught by its own help."""

import ast
import inspect
import os
import pydoc
import re
import subprocess
import sys
import textwrap
from importlib import import_module
from pathlib import Path

import pandas as pd
import pytest

import klbio

SOURCE = Path(klbio.__file__).read_text()
MAX_SECONDS = 0.15


def python(script, **environment):
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_importing_it_is_cheap():
    script = (
        "import sys, time; start = time.process_time(); import klbio; spent = time.process_time() - start;"
        "print(spent, [m for m in ('numpy', 'scipy', 'pandas', 'numba') if m in sys.modules])"
    )
    spent, loaded = min(python(script).split(" ", 1) for _ in range(3))
    assert float(spent) < MAX_SECONDS
    assert loaded == "[]"


def test_a_divergence_does_not_load_what_it_does_not_need():
    script = "import sys, klbio; klbio.relative_entropy; print([m for m in ('pandas', 'numba') if m in sys.modules])"
    assert python(script) == "[]"


@pytest.mark.parametrize("name", klbio.__all__)
def test_every_name_is_there_and_says_what_it_is(name):
    value = getattr(klbio, name)
    assert inspect.getdoc(value)
    if name in klbio.HOME:
        assert value is getattr(import_module(klbio.HOME[name]), name)


def test_names_for_type_checkers_are_those_that_are_loaded():
    (block,) = [node for node in ast.parse(SOURCE).body if isinstance(node, ast.If) and len(node.body) > 5]
    seen = {alias.asname: line.module for line in block.body for alias in line.names}
    assert seen == klbio.HOME | dict.fromkeys(klbio.ROOMS, "klbio")


def test_dir_has_every_name_and_no_other_is_found():
    assert set(klbio.__all__) <= set(dir(klbio))
    with pytest.raises(AttributeError, match="no attribute 'stduy'"):
        klbio.stduy  # noqa: B018


def test_every_divergence_and_estimator_is_at_the_door():
    apart = {
        "GaussianTerms",
        "Split",
        "Estimator",
        "Moments",
        "parse_smoothing",
        "relative_entropy_posterior",
    }
    names = {*klbio.divergences.__all__, *klbio.smoothing.__all__} - apart
    assert {
        name for name in names if not name.endswith(("_split", "gaussian_relative_entropy_terms"))
    } <= set(klbio.__all__)


def examples():
    """The two examples of the package's docstring, without the files that they read."""
    blocks = re.findall(r"::\n\n((?:    .*\n|\n)+)", klbio.__doc__)
    return [textwrap.dedent(block) for block in blocks]


def test_help_teaches_both_questions(root):
    text = pydoc.render_doc(klbio, renderer=pydoc.plaintext)
    assert all(name in text for name in ("Study", "Comparison", "nearest", "read_table", "relative_entropy"))
    shift, models = examples()
    held = {
        "table": pd.read_csv(root / "examples/mouse-diet/table.tsv", sep="\t", index_col=0),
        "sheet": pd.read_csv(root / "config/samples.tsv", sep="\t").query(
            "subject in ['PM1', 'PM2', 'PM5', 'PM6']"
        ),
    }
    exec(shift, held)  # noqa: S102
    assert list(held["study"].pairs["subject"].unique()) == ["PM1", "PM2", "PM5", "PM6"]
    fly, human = (root / f"examples/gene-models/augustus/{name}" for name in ("fly", "human"))
    (genes,) = klbio.read_models(root / "examples/gene-models/snap/A.thaliana.hmm")
    held = {"genes": genes, "klbio": klbio}
    exec(models.replace('"human.hmm"', repr(str(human))).replace('"fly.hmm"', repr(str(fly))), held)  # noqa: S102
    assert set(held["comparison"].pairs["model_p"]) == {"fly", "human"}


NEWCOMER = """\
import klbio, pandas
table = pandas.DataFrame({"a0": [80, 15, 5], "a1": [30, 60, 10], "b0": [70, 30, 0], "b1": [72, 26, 2]})
table.index = ["Bacteroides", "Roseburia", "Akkermansia"]
sheet = pandas.DataFrame(index=["a0", "a1", "b0", "b1"])
sheet["subject"] = ["Ann", "Ann", "Bob", "Bob"]
sheet["phase"] = ["before", "after"] * 2
study = klbio.Study(table, sheet)
print(study.pairs[["subject", "jensen_shannon_divergence_bits", "floor_bits"]].drop_duplicates().to_csv(index=False))
print(study.contributions.nlargest(1, "jsd_contribution_bits")[["subject", "taxon"]].to_csv(index=False, header=False))
"""


def test_a_newcomer_measures_a_shift_in_ten_lines_with_the_package_as_installed(root, tmp_path):
    """No file is written or read; what `pip install .` puts on the path is enough."""
    install = [
        "install",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
        "--target",
        str(tmp_path),
    ]
    subprocess.run([sys.executable, "-m", "pip", *install, str(root)], check=True, capture_output=True)
    command = [sys.executable, "-c", NEWCOMER]
    plain = {"PYTHONPATH": str(tmp_path), "NUMBA_DISABLE_JIT": "1"}  # nobody waits for machine code of a copy
    done = subprocess.run(command, cwd=tmp_path, env=os.environ | plain, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert len(NEWCOMER.splitlines()) <= 10
    rows = {line.split(",")[0]: float(line.split(",")[1]) for line in done.stdout.splitlines()[1:3]}
    assert rows["Ann"] > 0.1 > rows["Bob"]
    assert "Ann" in done.stdout.splitlines()[-2]


def test_what_is_read_shows_itself_in_a_line(root):
    shown = [
        repr(klbio.read_table(root / "examples/mouse-diet/table.tsv").rows(["PM1:20080107"])),
        repr(klbio.read_samples(root / "config/samples.tsv")),
        repr(klbio.read_taxonomy(root / "examples/mouse-diet/taxonomy.tsv")),
        repr(klbio.read_models(root / "examples/gene-models/augustus/fly")),
        repr(klbio.read_models(root / "examples/gene-models/hmmer/globins4.hmm")),
    ]
    assert all(len(line) < 160 for line in shown), shown
    assert "12 subjects, phases 'before', 'after'" in shown[1]
    assert shown[3] == "[GeneModel 'fly': coding, intron, intergenic, sites]"


SHEET = pd.DataFrame({"sample": ["b", "a"], "subject": ["Ann", "Ann"], "phase": ["before", "after"]})
TABLE = pd.DataFrame({"b": [60, 40], "a": [10, 90]}, index=["Roseburia", "Bacteroides"])


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"groups": TABLE}, "groups: an object of type DataFrame; expected Counts"),
        ({"settings": {"seed": 1}}, "settings: an object of type dict; expected ShiftSettings"),
        ({"counts": pd.DataFrame()}, "table: 0 rows, 0 columns; expected at least one of each"),
        ({"counts": TABLE.astype(object)}, "table.astype(int)"),
    ],
)
def test_a_study_refuses_what_it_cannot_take(given, words):
    with pytest.raises(klbio.InputError, match=re.escape(words)):
        klbio.Study(**{"counts": TABLE, "design": SHEET} | given)


def test_a_rank_given_twice_is_measured_once():
    assert klbio.ShiftSettings(ranks=["feature", "feature"]).ranks == ("feature",)


def test_a_table_that_is_not_there_is_named():
    with pytest.raises(klbio.InputError, match=r"table: 'pair'; expected one of 'pairs', "):
        klbio.Study(TABLE, SHEET).table("pair")


@pytest.mark.parametrize(
    "choice",
    [
        {"contrasts": ()},
        {"contrasts": klbio.Contrast()},
        {"contrasts": (("before", "after"),)},
        {"seed": "x"},
        {"min_depth": "a"},
        {"threads": None},
        {"n_resamples": 99.5},
        {"unassigned": "nobody"},
        {"unassigned": ["parent"]},
        {"support": ["pair"]},
        {"feature_rank": 3},
        {"feature_rank": ""},
        {"smoothing": 0.5},
        {"ranks": None},
        {"ranks": []},
        {"ranks": 3},
        {"ranks": ["genus", 3]},
    ],
)
def test_settings_of_the_wrong_kind_are_refused(choice):
    (name,) = choice
    with pytest.raises(klbio.InputError, match=f"{name}: "):
        klbio.ShiftSettings(**choice)


@pytest.mark.parametrize(
    "read", [klbio.read_table, klbio.read_models, klbio.read_samples, klbio.read_taxonomy]
)
def test_readers_refuse_what_is_no_path(read):
    with pytest.raises(klbio.InputError, match="expected the path of a file"):
        read(None)
