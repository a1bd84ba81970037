"""The step on profile HMMs: alignments, their columns, near-duplicates and the family tree."""

from itertools import combinations

import pytest

from klbio.errors import InputError
from klbio.models.comparison import profiles as room
from klbio.models.comparison.profiles import Profiles
from klbio.report.findings import findings
from klbio.report.tables import read_results
from klbio.steps.models import compare_models
from tests.models.test_align_all import NAMES, PROFILES
from tests.written import model_table


@pytest.fixture(scope="module")
def out(root, tmp_path_factory):
    folder = tmp_path_factory.mktemp("profiles")
    source = root / "examples" / "gene-models" / "hmmer"
    text = (source / "RRM_1.hmm").read_text()
    (folder / "twin.hmm").write_text(text.replace("NAME  RRM_1", "NAME  twin"))
    models = [source / "MADE1.hmm", source / "RRM_1.hmm", source / "fn3.hmm", folder / "twin.hmm"]
    for name, threads in (("one", 1), ("two", 2)):
        compare_models(models=models, out=folder / name, threads=threads)
    return folder


@pytest.fixture(scope="module")
def tables(out):
    names = ("alignments", "aligned_columns", "aligned_letters", "lint", "models", "dendrogram", "dropped")
    return {name: model_table(out / "one", name) for name in names}


def test_each_pair_of_one_alphabet_the_best_first(tables):
    found = tables["alignments"]
    pairs = list(zip(found["model_p"], found["model_q"], strict=True))
    assert pairs[0] == ("RRM_1", "twin")
    assert sorted(pairs[1:]) == [("RRM_1", "fn3"), ("fn3", "twin")]
    assert found["n_pairs"].tolist() == [3, 3, 3]
    assert found["near_duplicate"].tolist() == [True, False, False]
    assert found.loc[0, ["n_columns", "coverage_p", "coverage_q"]].tolist() == [71, 1, 1]
    assert found.loc[0, "relative_entropy_p_q_bits_per_column"] == 0
    assert (found.loc[1:, "p_permutation"] > 0.01).all()


def test_columns_add_up_to_the_totals(tables):
    columns = tables["aligned_columns"].groupby(["model_p", "model_q"])
    for row in tables["alignments"].to_dict("records"):
        own = columns.get_group((row["model_p"], row["model_q"]))
        assert len(own) == row["n_columns"]
        assert own["jensen_shannon_bits"].sum() == pytest.approx(row["jensen_shannon_total_bits"])
        weight = own["occupancy_p"]
        mean = (weight * own["relative_entropy_p_q_bits"]).sum() / weight.sum()
        assert mean == pytest.approx(row["relative_entropy_p_q_bits_per_column"])


def test_letters_are_written_for_related_pairs_alone(tables):
    letters = tables["aligned_letters"]
    assert letters[["model_p", "model_q"]].drop_duplicates().to_numpy().tolist() == [["RRM_1", "twin"]]
    assert len(letters) == 2 * 71 * 20
    stacks = letters.groupby(["side", "column"])
    assert stacks["probability"].sum().to_numpy() == pytest.approx(1, abs=1e-4)
    p, q = (letters[letters["side"] == side]["height_bits"].to_numpy() for side in "pq")
    assert p == pytest.approx(q)  # a twin
    assert letters["letter"].unique().tolist() == list("ACDEFGHIKLMNPQRSTVWY")


def test_the_near_duplicate_is_told_and_shares_a_branch(tables):
    lint = tables["lint"].set_index("model")
    assert lint.loc["twin", "finding"].startswith("near-duplicate of 'RRM_1'")
    leaves = tables["models"].set_index("model")["leaf"]
    assert sorted(leaves.dropna().index) == ["RRM_1", "twin"]
    assert tables["dendrogram"]["component"].unique().tolist() == ["match"]


def test_threads_give_the_same_bytes(out):
    for name in ("alignments", "aligned_columns", "dendrogram"):
        assert (out / "one" / f"{name}.tsv").read_bytes() == (out / "two" / f"{name}.tsv").read_bytes()


def test_of_many_profiles_only_pairs_beyond_chance_are_given(monkeypatch):
    profiles = dict(zip(NAMES, PROFILES, strict=True))
    few = Profiles(profiles, seed=1)
    (mixed,) = few.dropped()
    assert (len(few.pairs), few.n_pairs, mixed.name) == (6, 6, "4 of 10 pairs of profiles")
    assert "(1 over DNA, 4 over amino)" in mixed.reason
    monkeypatch.setattr(room, "FEW", 4)
    many = Profiles(profiles, seed=1)
    names = NAMES[:3]
    assert [(one.model_p, one.model_q) for one in many.pairs] == list(combinations(names, 2))
    assert all(one.expected < 1 for one in many.pairs)
    assert sum(int(row.name.split()[0]) for row in many.dropped()) == 3 + 4  # of different alphabets
    related = [[(one.model_p, one.model_q) for one in found.related()] for found in (many, few)]
    assert related[0] == related[1]


def test_profiles_against_a_database_entry_by_entry_and_all(root, tmp_path):
    source = root / "examples" / "gene-models" / "hmmer"
    entries = [(source / f"{name}.hmm").read_text() for name in ("fn3", "Pkinase")]
    (tmp_path / "new.hmm").write_text("".join(entries))
    sides = {"models": [source / "fn3.hmm", source / "RRM_1.hmm"], "against": [tmp_path / "new.hmm"]}
    compare_models(**sides, out=tmp_path / "all")
    found = model_table(tmp_path / "all", "alignments")
    assert found[["model_p", "model_q"]].to_numpy().tolist()[0] == ["fn3 (fn3.hmm)", "fn3 (new.hmm)"]
    assert found["n_pairs"].tolist() == [4] * 4
    compare_models(**sides, by="accession", out=tmp_path / "by")
    changes = model_table(tmp_path / "by", "changes")
    assert changes["change"].tolist() == ["gone", "new", "same"]
    assert findings(read_results(tmp_path / "by"))[0].sentence == (
        "1 profile is in both databases: 1 the same, 0 changed; 1 is gone from the second, 1 new in it."
    )


@pytest.mark.parametrize(
    ("sides", "words"),
    [
        ({"models": ["RRM_1.hmm"], "by": "name"}, "'name'; expected a second database"),
        ({"models": ["RRM_1.hmm"], "against": ["RRM_1.hmm"]}, "on both sides"),
        ({"against": ["RRM_1.hmm"]}, "no models before it"),
        (
            {"models": ["../snap/mam46.hmm"], "against": ["RRM_1.hmm"]},
            "expected profile HMMs or motifs on both sides",
        ),
    ],
)
def test_sides_that_are_none(root, tmp_path, sides, words):
    source = root / "examples" / "gene-models" / "hmmer"
    given = {
        name: [source / path for path in paths] if isinstance(paths, list) else paths
        for name, paths in sides.items()
    }
    with pytest.raises(InputError) as refused:
        compare_models(**given, out=tmp_path / "none")
    assert words in str(refused.value)
