"""Hidden Markov models in JSON and TSV: there and back, and every fault with its place."""

import json

import numpy as np
import pytest

from klbio.errors import InputError
from klbio.io import read_models, recognised
from klbio.io.models.hidden import sniff, write
from klbio.models import HiddenMarkovModel
from klbio.steps.models import compare_models
from tests.written import model_table

MODEL = HiddenMarkovModel(
    "weather", ("dry", "wet"), ("sun", "rain"), [0.5, 0.5], [[0.9, 0.1], [0.3, 0.7]], [[0.8, 0.2], [0.1, 0.9]]
)
OTHER = HiddenMarkovModel(
    "other", ("dry", "wet"), ("sun", "rain"), [0.5, 0.5], [[0.5, 0.5], [0.3, 0.7]], [[0.8, 0.2], [0.1, 0.9]]
)


@pytest.mark.parametrize("name", ["weather.json", "weather.tsv"])
def test_there_and_back(tmp_path, name):
    path = tmp_path / name
    write(MODEL, path)
    assert sniff(path)
    (found,) = read_models(path)
    assert (found.name, found.symbols, found.states) == ("weather", MODEL.symbols, MODEL.states)
    for part in ("start", "transitions", "emissions"):
        assert np.array_equal(getattr(found, part), getattr(MODEL, part))


def test_without_a_start_law_it_starts_stationary_and_says_so(tmp_path):
    path = tmp_path / "toy.json"
    path.write_text(
        json.dumps({"symbols": ["a"], "transitions": [[0.5, 0.5], [0.25, 0.75]], "emissions": [[1], [1]]})
    )
    (found,) = read_models(path)
    assert found.start == pytest.approx([1 / 3, 2 / 3])
    assert (found.name, found.states, found.findings[0].component) == ("toy", ("1", "2"), "start")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"symbols": 1, "transitions": [[1]], "emissions": [[1]]}', "no list 'symbols'"),
        (
            '{"symbols": ["a"], "transitions": [[1], [1, 2]], "emissions": [[1]]}',
            r"row 2: \[1, 2\]; expected a list of 1 probabilities",
        ),
        ('{"symbols": ["a"], "transitions": [[0.9]], "emissions": [[1]]}', "off 1"),
        (
            '{"symbols": ["a"], "transitions": [[1]], "emissions": [[1]], "states": 5}',
            "'states' is 5; expected a list",
        ),
        ('{"symbols": ["a"], "transitions": [[1]], "emissions": [[1]], "start": "x"}', "'start' is 'x'"),
        ('{"symbols": ["a"], "transitions" "emissions"', "not JSON"),
        ("kind\tstate\tto\tprobability\nstart\ts\t\t2\n", "line 2.*a probability"),
        ("kind\tstate\tto\tprobability\nmove\ts\t\t1\n", "line 2"),
        ("kind\tstate\tto\tprobability\nstart\ts\t\t1\nstart\ts\t\t1\n", "line 3.*again"),
    ],
)
def test_faults_have_a_place(tmp_path, text, words):
    path = tmp_path / "toy.txt"
    path.write_text(text)
    with pytest.raises(InputError, match=words):
        read_models(path)


def test_the_step_gives_both_directions_with_an_error(tmp_path):
    for model in (MODEL, OTHER):
        write(model, tmp_path / f"{model.name}.json")
    lone = HiddenMarkovModel("lone", ("x",), ("s",), [1], [[1]], [[1]])
    write(lone, tmp_path / "lone.tsv")
    paths = [tmp_path / name for name in ("weather.json", "other.json", "lone.tsv")]
    compare_models(models=paths, out=tmp_path / "out", n_symbols=20_000)
    table = model_table(tmp_path / "out", "hidden")
    assert list(zip(table["model_p"], table["model_q"], strict=True)) == [
        ("weather", "other"),
        ("other", "weather"),
    ]
    rate, exact = table["relative_entropy_rate_bits_per_symbol"], table["block_increment_bits_per_symbol"]
    assert ((rate - exact).abs() < 4 * table["standard_error_bits"]).all()
    assert model_table(tmp_path / "out", "dropped")["name"].tolist() == ["lone"]
    models = model_table(tmp_path / "out", "models").set_index("model")
    assert models.loc["weather", "kind"] == "hidden Markov model"


@pytest.mark.parametrize("ending", ["_", ""])
def test_attributes_of_hmmlearn_are_read(tmp_path, ending):
    """As people write CategoricalHMM into JSON: no names, symbols counted from 0."""
    path = tmp_path / "coins.json"
    parts = {
        "startprob": [1.0, 0.0],
        "transmat": [[0.9, 0.1], [0.2, 0.8]],
        "emissionprob": [[0.7, 0.3], [0.1, 0.9]],
    }
    path.write_text(
        json.dumps({f"{key}{ending}": value for key, value in parts.items()} | {"n_components": 2})
    )
    assert recognised(path) == "hidden"
    (model,) = read_models(path)
    assert (model.name, model.symbols, model.states) == ("coins", ("0", "1"), ("1", "2"))
    found = [getattr(model, key).tolist() for key in ("start", "transitions", "emissions")]
    assert found == list(parts.values())
    assert "have to mean the same" in model.findings[0].text
    path.write_text(
        json.dumps({f"{key}{ending}": value for key, value in parts.items()} | {"symbols": ["H", "T"]})
    )
    assert read_models(path)[0].symbols == ("H", "T")
    path.write_text(json.dumps({"transmat_": [[1.0]], "emissionprob_": "x"}))
    with pytest.raises(InputError, match="no list 'emissions'"):
        read_models(path)
