"""GeneMark's files: joint words, frames of first bases, and every way to be broken.  All files here are made here."""

from itertools import product

import numpy as np
import pytest

from klbio.errors import InputError
from klbio.io import read_models
from klbio.io.models.genemark import read, sniff
from klbio.models import ContentModel
from klbio.models.markov.content_models import ContentModels
from klbio.models.markov.stationary import stationary_distribution
from tests.models.zoo import content_model

ORDER = 2
CODING = content_model(1, ORDER, period=3, sharpness=9.0)
NONCODING = content_model(2, ORDER, period=1, sharpness=9.0)


def joint(model: ContentModel) -> np.ndarray:
    """Probability of each word by the codon position of its *last* base, shape (period, 4**(k + 1))."""
    law = stationary_distribution(model.probabilities)
    return (law[..., None] * model.probabilities).reshape(model.period, -1)


def modfile(coding=CODING, noncoding=NONCODING, digits=15, other=None) -> str:
    """A parameter file of these models: five columns, the first three by the codon position of the *first* base."""
    order, words = coding.order, joint(coding)
    columns = [words[(first + order) % 3] for first in range(3)]
    columns += [joint(noncoding)[0], joint(other or noncoding)[0]]
    rows = [
        f"{''.join(word)} " + " ".join(f"{column[n]:.{digits}f}" for column in columns)
        for n, word in enumerate(product("ACGT", repeat=order + 1))
    ]
    return "\n".join(
        ["$NAME toy", f"$ORDM {order}", "", "$MARKOV", *rows, "", "$DONOR", "A 0.1 0.2", "$STOP_TAA 0.3", ""]
    )


@pytest.fixture
def written(tmp_path):
    def write(text: str):
        path = tmp_path / "toy.mod"
        path.write_bytes(text.encode())
        return path

    return write


def test_a_known_model_comes_back(written):
    path = written(modfile())
    assert sniff(path)
    (model,) = read_models(path)
    assert (model.name, model.format, list(model.components)) == ("toy", "genemark", ["coding", "background"])
    assert model.coding.probabilities == pytest.approx(CODING.probabilities, abs=1e-11)
    assert model.components["background"].probabilities == pytest.approx(NONCODING.probabilities, abs=1e-11)
    assert [one.component for one in model.findings] == ["background", "sites"]


def test_comments_may_come_before_the_first_key(written):
    path = written("#----------\n\n  # of GeneMark-ETP's heu_dir\n" + modfile())
    (model,) = read_models(path)
    assert model.coding.probabilities == pytest.approx(CODING.probabilities, abs=1e-11)
    assert not sniff(written("# $NAME\n" * 5000))


@pytest.mark.parametrize(("off", "number"), [((), 1), (("TAA", "TAG"), 6), (("TGA",), 4), (("TAA",), 1)])
def test_stop_codons_that_are_switched_off_tell_the_genetic_code(written, off, number):
    switches = "".join(f"${codon}_ON {int(codon not in off)}\n" for codon in ("TAA", "TAG", "TGA"))
    (model,) = read_models(written(modfile().replace("$MARKOV", f"{switches}$MARKOV")))
    assert model.coding.genetic_code == number


@pytest.mark.parametrize("order", [3, 4, 5])  # (first + order) % 3 takes each value
def test_columns_are_turned_for_every_order(written, order):
    known = content_model(order, order, 3, sharpness=9.0)
    (model,) = read(written(modfile(known, content_model(9, order, 1))))
    assert model.coding.order == order
    assert model.coding.probabilities == pytest.approx(known.probabilities, abs=1e-9)


def test_a_shifted_frame_would_be_noticed(written):
    """What the test above is worth: another turn of the columns is far from the model."""
    (model,) = read(written(modfile()))
    turned = ContentModel(np.roll(model.coding.probabilities, 1, axis=0))
    assert ContentModels([CODING, turned]).rates_by_position.mean(axis=-1)[0, 1] > 0.05


def test_in_frame_stops_are_where_the_file_has_none(written):
    """The zeros of hexamers that complete a stop lie at codon position 3: that pins the frame down."""
    law = ContentModel(content_model(4, 5, 3, sharpness=9.0).comparable(order=5, epsilon=0.0).probabilities)
    (model,) = read(written(modfile(law, content_model(9, 5, 1))))
    zeros = (model.coding.probabilities == 0) & (model.coding.probabilities.sum(axis=-1, keepdims=True) > 0)
    assert [int(one.any()) for one in zeros] == [0, 0, 1]


def test_printed_digits_suffice(written):
    """Seven digits of joint probabilities, order 5: a thousandth of a bit at most."""
    known = content_model(3, 5, 3, sharpness=9.0)
    (model,) = read(written(modfile(known, content_model(9, 5, 1), digits=7)))
    rates = ContentModels([known, model.coding]).rates_by_position.mean(axis=-1)
    assert rates[0, 1] < 1e-3


def test_any_order_of_words_either_case_comments_and_line_ends(written):
    lines = modfile().splitlines()
    at = lines.index("$MARKOV") + 1
    rows = [f"  {line.lower()}" for line in reversed(lines[at : at + 64])]
    text = "\r\n".join([*lines[:at], "# a comment", "", *rows, *lines[at + 64 :], ""])
    path = written(text)
    assert sniff(path)
    assert np.array_equal(
        read(path)[0].coding.probabilities, read(written(modfile()))[0].coding.probabilities
    )


def test_two_strands_that_differ_are_told(written):
    (model,) = read(written(modfile(other=content_model(7, ORDER, 1))))
    (warning,) = [one for one in model.findings if one.severity == "warning"]
    assert "columns are up to" in warning.text
    assert model.components["background"].probabilities == pytest.approx(NONCODING.probabilities, abs=1e-11)


def with_row(change) -> str:
    lines = modfile().splitlines()
    lines[5] = change(lines[5])  # AAC, line 6
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            modfile().split("GTC")[0],
            ["45 of 64 words of 3 bases", "the first without a line is GTC", "line 49"],
        ),
        ("\n".join(line for line in modfile().splitlines() if not line.startswith("AAA")), ["is AAA"]),
        ("\n".join(line for line in modfile().splitlines() if not line.startswith("TTT")), ["is TTT"]),
        (with_row(lambda row: row.replace("AAC", "AAA")), ["word AAA twice", "line 6"]),
        (
            with_row(lambda row: row.replace("AAC", "AAN")),
            ["'AAN'", "a word of 3 bases A, C, G, T", "line 6"],
        ),
        (with_row(lambda row: row.replace("AAC", "AACG")), ["'AACG'", "a word of 3 bases", "line 6"]),
        (
            with_row(lambda row: "AAC 0.1 nan 0.1 0.1 0.1"),
            ["word AAC", "nan", "5 probabilities, 0 to 1", "line 6"],
        ),
        (with_row(lambda row: "AAC 0.1 1e-3 many 0.1 0.1"), ["many", "line 6"]),
        (with_row(lambda row: "AAC 0.1 0.1 -0.1 0.1 0.1"), ["-0.1", "line 6"]),
        (with_row(lambda row: row.rsplit(maxsplit=1)[0]), ["word AAC", "5 probabilities", "line 6"]),
        (with_row(lambda row: "AAC 0.5 0.5 0.5 0.5 0.5"), ["column 1", "column 5", "sums to 1.4", "line 4"]),
        (modfile() + modfile(), ["2 tables $MARKOV", "one table"]),
        ("$NAME toy\n$ORDM 5\n", ["0 tables $MARKOV", "line 2"]),
        ("$NAME toy\n$MARKOV\n", ["0 of 0 words", "line 2"]),
        ("$MARKOV\nAA 0 0 0 0 0\n", ["a word of 3 to 9 bases", "line 2"]),
        ("", ["0 tables"]),
    ],
)
def test_refusals(written, text, words):
    with pytest.raises(InputError) as caught:
        read(written(text))
    assert all(word in str(caught.value) for word in ["toy.mod", *words])


def test_every_fault_at_once(written):
    lines = modfile().splitlines()
    lines[5], lines[9] = "AAC 1 2", "ACC x x x x x"
    with pytest.raises(InputError) as caught:
        read(written("\n".join(lines)))
    assert [fault.line for fault in caught.value.faults] == [6, 10]


def test_what_is_no_such_file(tmp_path, root):
    script = tmp_path / "script.sh"
    script.write_text("$HOME is\nno model\n")
    assert not sniff(script)
    assert not sniff(tmp_path)
    assert not sniff(root / "examples" / "gene-models" / "snap" / "mam46.hmm")
