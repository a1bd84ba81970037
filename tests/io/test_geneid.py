"""geneid's files: the background that is not printed, frames of first bases, isochores, and every way to be broken."""

from itertools import product

import numpy as np
import pytest

from klbio.errors import InputError
from klbio.io import read_models
from klbio.io.models.geneid import read, sniff
from klbio.models.markov.content_models import ContentModels
from klbio.models.training.background import recover_background
from tests.models.zoo import content_model

ORDER = 2
CODING = content_model(1, ORDER, period=3).probabilities
BACKGROUND = content_model(2, ORDER, period=1).probabilities[0]
RATIOS = np.log(CODING / BACKGROUND)


def table(ratios=RATIOS) -> str:
    """Lines of transitions, by the frame of the word's first base."""
    order = round(np.log2(ratios.shape[1]) / 2)
    lines = []
    for number, word in enumerate(product("ACGT", repeat=order + 1)):
        for frame in range(3):
            value = ratios[(frame + order) % 3, number // 4, number % 4]
            lines.append(
                f"{''.join(word)} {number} {frame} {value!r}".replace("np.float64(", "").replace(")", "")
            )
    return "\n".join(lines) + "\n"


def isochore(band="0 100", keyword="Markov_oligo_logs_file", transitions=None) -> str:
    return (
        f"# %GC\nboundaries_of_isochore\n{band}\n\nExon_weigths\n-7 -7 -7 -7\n\n"
        "Donor_profile\n2 1 -5 0\n1 A 0.5\n\n"
        f"{keyword}\n{ORDER}\nMarkov_Initial_probability_matrix\nAA 0 0 -1.0889\n\n"
        f"# Transitions\nMarkov_Transition_probability_matrix\n{transitions or table()}\n"
        "maximum_number_of_donors_per_acceptor_site\n5\n\n"
    )


def whole(*isochores: str, n: int | None = None) -> str:
    sections = isochores or (isochore(),)
    head = f"# geneid parameter file: toy\n\nNO_SCORE\n0\n\nnumber_of_isochores\n{n or len(sections)}\n\n"
    return (
        head
        + "".join(sections)
        + "General_Gene_Model\nFirst+:Internal+\tInternal+:Terminal+\t40:11000 block\n"
    )


@pytest.fixture
def written(tmp_path):
    def write(text: str):
        path = tmp_path / "toy.param"
        path.write_bytes(text.encode())
        return path

    return write


def test_a_known_model_comes_back(written):
    (model,) = read(written(whole()))
    assert (model.name, model.format, list(model.components)) == ("toy", "geneid", ["coding", "background"])
    solved = recover_background(RATIOS).solved
    assert solved.sum() >= 14
    assert model.coding.probabilities[:, solved] == pytest.approx(CODING[:, solved], abs=1e-9)
    assert model.components["background"].probabilities[0, solved] == pytest.approx(
        BACKGROUND[solved], abs=1e-9
    )


def test_contexts_that_say_nothing_borrow_from_those_with_the_same_recent_bases(written):
    ratios = RATIOS.copy()
    ratios[:, 5] = 0.0  # context CC: the same equation four times
    (model,) = read(written(whole(isochore(transitions=table(ratios)))))
    fit = recover_background(ratios)
    others = [i for i in (1, 9, 13) if fit.solved[i]]  # AC, GC, TC
    assert not fit.solved[5]
    assert fit.background[5] == pytest.approx(fit.background[others].mean(axis=0))
    (finding,) = [one for one in model.findings if one.component == "background"]
    assert f"{fit.solved.sum()} of 16 contexts fix it" in finding.text


def test_where_no_context_is_known_the_background_is_uniform():
    assert recover_background(np.zeros((3, 16, 4))).background == pytest.approx(0.25)


def test_logs_of_another_base_are_noticed(written):
    (model,) = read(written(whole(isochore(transitions=table(RATIOS / np.log(10))))))
    assert "warning" in {one.severity for one in model.findings if "other units" in one.text}


def test_isochores_are_gc_classes_and_both_keywords_and_odd_line_ends_are_read(written):
    bands = [isochore("0 45", "Markov_order"), isochore("45 55", "MARKOV_ORDER"), isochore("55 100")]
    (plain,) = read(written(whole(*bands)))
    assert (len(plain.classes), plain.default_class) == (3, 1)
    assert any("0-45, 45-55, 55-100" in finding.text for finding in plain.findings)
    for ending in ("\r", "\r\n"):
        path = written(whole(*bands).replace("\n", ending))
        assert sniff(path)
        assert np.array_equal(read(path)[0].coding.probabilities, plain.coding.probabilities)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (whole(n=2), ["1 isochores", "2, as the head says"]),
        (whole().replace("boundaries_of", "bounds_of"), ["0 isochores"]),
        (whole().replace(f"logs_file\n{ORDER}", "logs_file\nfive"), ["'five'", "1 to 8", "line 20"]),
        (whole().replace(f"logs_file\n{ORDER}", "logs_file\n3"), ["a word of 4 bases"]),
        (whole().replace("Markov_Transition", "Markov_Transit"), ["without a Markov order and its transitions"]),
        (whole().replace("AAA 0 0 ", "AAA 0 0 -nan "), ["AAA", "-nan", "a log-ratio up to 30"]),
        (whole().replace("AAA 0 0 ", "AAA 0 3 "), ["a frame of 0 to 2", "line 27"]),
        (whole().replace("AAC 1 0 ", "AAA 1 0 "), ["AAA twice in frame 0"]),
        (whole().split("TTT 63 1")[0], ["190 of 192"]),
    ],
)  # fmt: skip
def test_refusals(written, text, words):
    with pytest.raises(InputError) as caught:
        read(written(text))
    assert all(word in str(caught.value) for word in ["toy.param", *words])


@pytest.mark.parametrize("value", ["-nan", "31", "many"])
def test_values_that_are_no_log_ratios(written, value):
    text = table().splitlines()
    text[0], text[7] = f"AAA 0 0 {value}", f"AAG 2 1 {value}"
    with pytest.raises(InputError) as caught:
        read(written(whole(isochore(transitions="\n".join(text)))))
    assert len(caught.value.faults) == 2
    assert "a log-ratio up to 30" in str(caught.value)


def test_other_shapes_and_files_are_not_taken(tmp_path, root):
    with pytest.raises(InputError, match="shape"):
        recover_background(np.zeros((1, 16, 4)))
    assert not sniff(tmp_path)
    assert not sniff(root / "examples" / "gene-models" / "snap" / "mam46.hmm")


@pytest.fixture(scope="module")
def real(shared):
    return {
        path.stem: read_models(path)[0] for path in sorted((shared / "models" / "geneid").glob("*.param"))
    }


def test_every_well_conditioned_context_of_real_files_has_a_background(real):
    assert len(real) == 9
    for model in real.values():
        (text,) = [one.text for one in model.findings if one.component == "background"]
        assert int(text.split(": ")[1].split()[0]) >= 953
        assert model.coding.order == 5


@pytest.mark.parametrize(
    ("name", "species", "forth", "back"),
    [("dros", "fly", 0.030, 0.033), ("human3iso", "human", 0.0090, 0.0093)],
)
def test_same_species_by_geneid_and_augustus(real, root, name, species, forth, back):
    (other,) = read_models(root / "examples" / "gene-models" / "augustus" / species)
    rates = ContentModels([real[name].coding, other.coding]).rates_by_position.mean(axis=-1)
    assert (rates[0, 1], rates[1, 0]) == pytest.approx((forth, back), rel=0.05)


def test_the_background_is_that_of_introns(real, root):
    (fly,) = read_models(root / "examples" / "gene-models" / "augustus" / "fly")
    rates = ContentModels([real["dros"].components["background"], fly.intron]).rates_by_position
    assert rates[0, 1, 0] == pytest.approx(0.025, rel=0.05)
