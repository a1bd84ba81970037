"""What each gene finder takes on its command line to run with a known model."""

from pathlib import Path

import pytest

from klbio.io.sheets.model_sheet import ModelEntry
from klbio.models import GCClass, GeneModel
from klbio.steps.command_names import CommandNames
from klbio.steps.model_files import LoadedModel
from tests.models.zoo import content_model

EXAMPLES = Path(__file__).parents[2] / "examples/gene-models"


def options(path, form, name="name in the file"):
    model = GeneModel(name, (GCClass(content_model(3, 2, 3)),), format=form)
    found = CommandNames.of(LoadedModel("name in the table", ModelEntry("", Path(path)), model, Path(path)))
    return {column: option for column, option in found.columns.items() if option}


@pytest.mark.parametrize(
    ("path", "form", "expected"),
    [
        ("x/worm.hmm", "snap", {"snap": "x/worm.hmm"}),
        ("x y/worm.hmm", "snap", {"snap": "'x y/worm.hmm'"}),
        ("x/dros.param", "geneid", {"geneid": "-P x/dros.param"}),
        ("x/es.mod", "genemark", {"genemark": "-m x/es.mod"}),
        ("x/own.trn", "prodigal", {"prodigal": "-t x/own.trn"}),
        ("x/mine.json", "emissions", {}),
        ("x/no_such_species", "augustus", {}),
    ],
)
def test_options_by_format(path, form, expected):
    assert options(path, form) == expected


def test_a_species_of_augustus_is_called_by_its_folder_where_augustus_would_find_it(tmp_path, monkeypatch):
    fly = EXAMPLES / "augustus/fly"
    expected = {
        "augustus": "--species=fly",
        "braker": "--species=fly --skipAllTraining",
        "funannotate": "--augustus_species fly",
    }
    assert options(fly, "augustus") == expected
    monkeypatch.chdir(fly)
    assert options(".", "augustus") == expected
    (tmp_path / "renamed").mkdir()
    (tmp_path / "renamed/fly_parameters.cfg").touch()
    assert options(tmp_path / "renamed", "augustus") == {}


def test_a_set_of_prodigals_own_is_called_by_its_number_in_pyrodigal():
    pyrodigal = pytest.importorskip("pyrodigal")
    name = pyrodigal.METAGENOMIC_BINS[20].description.split("|")[1]
    expected = {"prodigal": "pyrodigal.METAGENOMIC_BINS[20].training_info"}
    assert options("prodigal:", "prodigal", name) == options("prodigal:20", "prodigal", name) == expected
