"""SNAP's files: the stored order of codon positions, impossible words, signals, and every way to be broken."""

import math

import numpy as np
import pytest

from klbio.errors import InputError
from klbio.io import read_models
from klbio.io.models.snap import read, sniff
from klbio.models.markov.stop_codons import holds_stop
from tests.models.zoo import content_model

HEAD = """zoeHMM toy 1 1 1 {n}

<STATES>

Exon\t1\t1\t0\t0\texplicit

<STATE_TRANSITIONS>

Exon\tExon\t1

<STATE_DURATIONS>

Exon 1
\tDEFINED 0 2
\t\t-1.0 -1.0 -1.0

<SEQUENCE_MODELS>

"""


def score(p: float) -> str:
    return "." if p == 0 else f"{math.log2(p / 0.25):.3f}"


def table(rows) -> str:
    return "".join("\t" + "\t".join(score(p) for p in row) + "\t\n" for row in rows)


def lut(name: str, rows) -> str:
    length = round(math.log(len(rows), 4)) + 1
    return f"{name} LUT {length} {length - 1} 4 0 0.000\n{table(rows)}"


CODING = content_model(1, 1, period=3)
STORED = [CODING.probabilities[f] for f in (2, 0, 1)]  # codon positions 3, 1, 2
BLOCKS = {
    "Coding": "Coding CDS 3 2 4 3 0.000\n"
    + "".join(lut(f"frame{n}", rows) for n, rows in zip((0, 2, 2), STORED, strict=True)),
    "Inter": lut("Inter", [[0.25] * 4]),
    "Intron": lut("Intron", [[0.7, 0.1, 0.1, 0.1]]),
    "Donor": "Donor SDT 2 0 4 2 0.000\nGT WMM 3 1 4 0 0.000\n"
    + table([[0.4, 0.2, 0.2, 0.2], [0, 0, 1, 0], [0, 0, 0, 1]])
    + "NN TRM 0 0 0 0 0.000\n",
    "Acceptor": "Acceptor SDT 2 1 4 2 0.000\nAG SAM 2 1 4 2 0.000\n"
    + lut("A", np.eye(4) * 0.6 + 0.1)
    + lut("G", np.roll(np.eye(4), 1, axis=1))
    + "NN TRM 0 0 0 0 0.000\n",
}


def whole(**changed: str) -> str:
    blocks = [block for block in (BLOCKS | changed).values() if block]
    return HEAD.format(n=len(blocks)) + "\n".join(blocks)


@pytest.fixture
def written(tmp_path):
    def write(text: str):
        path = tmp_path / "toy.hmm"
        path.write_text(text)
        return path

    return write


def test_codon_positions_come_out_in_order(written):
    (model,) = read(written(whole()))
    assert (model.name, model.format, model.coding.order) == ("toy", "snap", 1)
    assert model.coding.probabilities == pytest.approx(CODING.probabilities, abs=1e-3)


def test_other_components(written):
    (model,) = read(written(whole()))
    assert model.intergenic.probabilities[0, 0].tolist() == [0.25] * 4
    assert model.intron.probabilities[0, 0] == pytest.approx([0.7, 0.1, 0.1, 0.1], abs=1e-3)
    assert model.findings == ()


def test_sites_stand_where_their_focus_says(written):
    (model,) = read(written(whole()))
    donor, acceptor = model.sites["donor GT"], model.sites["acceptor AG"]
    assert list(donor.positions) == [-1, 0, 1]
    assert donor.probabilities[1:].tolist() == [[0, 0, 1, 0], [0, 0, 0, 1]]
    assert list(acceptor.positions) == [-1, 0]
    assert acceptor.probabilities == pytest.approx(0.25)  # each table of the array keeps a uniform law
    assert set(model.sites) == {"donor GT", "acceptor AG"}


def test_dots_are_impossible_words(written):
    coding = BLOCKS["Coding"].splitlines()
    coding[2] = "\t.\t.\t.\t."  # codon position 3 after A
    (model,) = read(written(whole(Coding="\n".join(coding))))
    assert (model.coding.probabilities[2, 0] == 0).all()
    assert [finding.text for finding in model.findings] == [
        "contexts that hold no stop codon, yet are impossible: 1"
    ]


def test_a_file_without_introns_says_so(written):
    (model,) = read(written(whole(Intron="")))
    assert model.intron is None
    assert [(finding.component, finding.text) for finding in model.findings] == [
        ("intron", "the file has no table named Intron")
    ]


def test_a_table_over_five_symbols_is_passed_over_and_told(written):
    """Debian's mam46-ro and nGASPr hold one for masked repeats."""
    (plain,) = read(written(whole()))
    (model,) = read(written(whole(Repeat="Repeat LUT 1 0 5 0 0\n-1 -1 -1 -1 1\n")))
    assert np.array_equal(model.coding.probabilities, plain.coding.probabilities)
    assert any(one.component == "Repeat" and "masked repeats" in one.text for one in model.findings)


def test_rows_off_one_are_scaled_and_told(written):
    (model,) = read(written(whole(Intron=lut("Intron", [[0.265, 0.25, 0.25, 0.25]]))))
    assert model.intron.probabilities.sum() == pytest.approx(1)
    (finding,) = model.findings
    assert finding.severity == "warning"
    assert "off by up to 0.015;" in finding.text


def test_a_row_far_from_one_is_refused_with_its_line_and_table(written):
    with pytest.raises(InputError, match=r"line \d+: a row of LUT Intron sums to 1.25, .*; expected 1"):
        read(written(whole(Intron=lut("Intron", [[0.5, 0.25, 0.25, 0.25]]))))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("", "line 1|empty", id="empty"),
        pytest.param(
            "zoeHMM toy 1 1 1\n", "line 1: 'zoeHMM toy 1 1 1'; expected .* four whole numbers", id="header"
        ),
        pytest.param("zoeHMM toy 1 1 1 5\n<STATES>\n", "no <SEQUENCE_MODELS> section", id="no-models"),
        pytest.param(whole()[:-300], "ends inside", id="truncated"),
        pytest.param(
            whole(Intron="").replace("1 1 1 4", "1 1 1 5"),
            "4 sequence models; expected 5",
            id="fewer-than-said",
        ),
        pytest.param(whole(Coding=""), "no sequence model named Coding", id="no-coding"),
        pytest.param(
            whole(Inter=BLOCKS["Inter"].replace("0.000\t", "-nan\t", 1)), "'-nan' in LUT Inter", id="nan"
        ),
        pytest.param(
            whole(Inter=BLOCKS["Inter"].replace("0.000\t", "x\t", 1)), "'x' in LUT Inter", id="text"
        ),
        pytest.param(
            whole(Inter=BLOCKS["Inter"].replace("0.000\t", "3.1\t", 1)),
            "'3.1' in LUT Inter.*at most 2",
            id="above-one",
        ),
        pytest.param(
            whole(Inter=BLOCKS["Inter"].replace("LUT 1 0", "LUT 1 1")), "focus 1 of LUT Inter", id="focus"
        ),
        pytest.param(
            whole(Inter=BLOCKS["Inter"].replace("LUT 1 0", "LUT 30 29")),
            "length 30 of LUT Inter.*1 to 9",
            id="order-29",
        ),
        pytest.param(
            whole(Inter=BLOCKS["Inter"].replace("LUT 1 0 4", "LUT 1 0 6")),
            "expected NAME TYPE LENGTH",
            id="six-symbols",
        ),
        pytest.param(
            whole(Inter="Inter CDS 1 0 4 999999999 0\n"), "NAME TYPE LENGTH|ends inside", id="many-submodels"
        ),
        pytest.param(whole(Inter="Inter CDS 1 0 4 1 0 " * 50), "at depth 9", id="deep"),
        pytest.param(
            whole(Coding=BLOCKS["Coding"].replace("3 2 4 3", "3 2 4 2").rsplit("frame2", 1)[0]),
            "2 tables in Coding",
            id="two-positions",
        ),
    ],
)
def test_refusals_name_file_and_remedy(written, text, words):
    with pytest.raises(InputError, match=words) as caught:
        read(written(text))
    assert "toy.hmm, line" in str(caught.value) or "Coding" in words
    assert "Fetch the file again" in str(caught.value)


def test_all_bad_numbers_are_told_at_once_with_their_lines(written):
    text = whole(
        Inter=BLOCKS["Inter"].replace("0.000\t0.000\t", "-nan\tbad\t", 1),
        Intron=BLOCKS["Intron"].replace("\t", "\tx", 1),
    )
    with pytest.raises(InputError) as caught:
        read(written(text))
    lines = [n for n, line in enumerate(text.splitlines(), 1) if "-nan\tbad" in line or "\tx" in line]
    assert [fault.line for fault in caught.value.faults] == [lines[0], lines[0], lines[1]]


def test_sniff(written, tmp_path):
    assert sniff(written(whole()))
    assert not sniff(tmp_path)
    (tmp_path / "other.hmm").write_text("HMMER3/f\n")
    assert not sniff(tmp_path / "other.hmm")


def test_a_gzipped_or_huge_file_is_not_unpacked(tmp_path):
    (tmp_path / "bomb.hmm").write_bytes(b"\x1f\x8b" + bytes(100))
    with pytest.raises(InputError, match="gunzip"):
        read(tmp_path / "bomb.hmm")
    with (tmp_path / "huge.hmm").open("wb") as file:
        file.truncate(65 * 1024**2)
    with pytest.raises(InputError, match="at most 67108864 bytes"):
        read(tmp_path / "huge.hmm")


@pytest.mark.parametrize("name", ["A.thaliana", "mam46", "O.sativa", "A.gambiae"])
def test_the_zeros_of_real_files_are_the_stops_in_frame(root, name):
    """The pattern of ``.`` proves the stored order: it fits the codon positions and nothing else."""
    (model,) = read_models(root / "examples" / "gene-models" / "snap" / f"{name}.hmm")
    impossible = model.coding.probabilities.sum(axis=-1) == 0
    assert (impossible == holds_stop(4)).all()
    assert model.coding.probabilities.sum(axis=-1)[~impossible] == pytest.approx(1)


def test_files_that_share_a_name_inside_are_told_apart(root):
    names = [
        read_models(root / "examples" / "gene-models" / "snap" / f"mam{gc}.hmm")[0].name
        for gc in (39, 46, 54)
    ]
    assert names == ["mam39", "mam46", "mam54"]


def test_sites_of_a_real_file(root):
    (model,) = read_models(root / "examples" / "gene-models" / "snap" / "A.thaliana.hmm")
    assert set(model.sites) == {"acceptor AG", "donor GT", "start ATG", "stop TAA", "stop TAG", "stop TGA"}
    donor, start = model.sites["donor GT"], model.sites["start ATG"]
    assert donor.probabilities[-donor.first].argmax() == 2
    assert [start.probabilities[i - start.first].argmax() for i in range(3)] == [0, 3, 2]
