"""In how many jobs models are compared: by the sheet and the sizes of what it names."""

import shutil

import pytest

from klbio.io.elsewhere import anywhere
from klbio.io.sheets.model_sheet import read_model_sheet
from klbio.steps.model_plan import BYTES, ModelPlan


@pytest.fixture
def sheet(root, tmp_path):
    """A gene model in a folder and one in a file, profiles with a format and without, a hidden model, built-in ones."""
    known = root / "examples/gene-models"
    big = tmp_path / "big.hmm"
    big.write_bytes((known / "hmmer/fn3.hmm").read_bytes() * 10)
    rows = [
        ("a", known / "augustus/human", ""), ("b", known / "snap/A.gambiae.hmm", ""), ("c", big, ""),
        ("d", known / "hmmer/fn3.hmm", "hmmer"), ("e", root / "tests/golden/inputs/coin.json", ""),
        ("f", "prodigal:11", ""),
    ]  # fmt: skip
    lines = ["model\tpath\tformat", *("\t".join(map(str, row)) for row in rows)]
    (tmp_path / "models.tsv").write_text("\n".join(lines) + "\n")
    return tmp_path / "models.tsv"


def test_models_are_counted_and_profiles_weighed(root, sheet):
    size = (root / "examples/gene-models/hmmer/fn3.hmm").stat().st_size
    plan = ModelPlan.of(read_model_sheet(sheet))
    assert (plan.n_genes, plan.n_hidden) == (3, 1)
    assert plan.n_states == 10 * size // BYTES["hmmer"] + size // BYTES["hmmer"]
    assert plan.parts == []


def test_files_of_a_storage_are_not_looked_at(sheet):
    text = sheet.read_text().replace("hmmer/fn3.hmm", "hmmer/elsewhere.hmm")
    sheet.write_text(text)
    plan = ModelPlan.of(read_model_sheet(sheet, anywhere), looked_at=False)
    assert (plan.n_genes, plan.n_hidden, plan.n_states) == (6, 0, 0)


def test_a_file_that_cannot_be_looked_at_is_named_by_its_job(sheet, tmp_path, monkeypatch):
    entries = read_model_sheet(sheet)

    def refused(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("klbio.steps.model_plan.recognised", refused)
    assert ModelPlan.of(entries).n_genes == 5


def test_a_packed_file_that_is_damaged_is_named_by_its_job(root, sheet, tmp_path):
    shutil.copy(root / "examples/gene-models/hmmer/fn3.hmm", tmp_path / "big.hmm")
    (tmp_path / "big.hmm").write_bytes(b"\x1f\x8b\x08damaged")
    assert ModelPlan.of(read_model_sheet(sheet)).n_genes == 4


@pytest.mark.parametrize(
    ("plan", "jobs"),
    [
        (ModelPlan(164), 1), (ModelPlan(0, n_states=468_911), 1), (ModelPlan(0, n_states=3_400_000), 38),
        (ModelPlan(0, n_hidden=300), 15), (ModelPlan(24, n_asked=7), 7), (ModelPlan(0), 1),
    ],
)  # fmt: skip
def test_as_many_jobs_as_take_ten_minutes(plan, jobs):
    assert plan.n_jobs == jobs
    assert plan.minutes_of_job * plan.n_jobs == pytest.approx(plan.minutes)
    assert plan.parts == (list(range(1, jobs + 1)) if jobs > 1 else [])
