"""Lengths and order of segments in SNAP's and AUGUSTUS' files: sound, real, and broken."""

import numpy as np
import pytest

from klbio.io import read_models
from klbio.io.models.augustus_lengths import Lengths
from klbio.io.models.pbl import Pbl
from klbio.io.models.snap_states import States
from klbio.io.models.text import Diagnostics

TRANSITIONS = """<STATE_TRANSITIONS>
Einit Intron 1
Esngl Inter 1
Eterm Inter 1
Exon Intron 1
Inter Einit 0.8
Inter Esngl 0.2
Intron Eterm 0.3
Intron Exon 0.7
"""
DURATIONS = """<STATE_DURATIONS>
Exon 2
    DEFINED 0 3
        -1.0 -2.0 . -3.0
    GEOMETRIC 4 -1
        2
Intron 1
    GEOMETRIC 0 -1
        100
"""


@pytest.fixture
def diagnostics(tmp_path):
    return Diagnostics(tmp_path / "toy.hmm", "")


def texts(diagnostics):
    return [finding.text for finding in diagnostics.findings]


def test_snap_transitions(diagnostics):
    chain = States(TRANSITIONS.splitlines(), diagnostics).transitions()
    row = dict(zip(chain.states, chain.probabilities[chain.states.index("intron")], strict=True))
    assert {state: p for state, p in row.items() if p} == {"exon internal": 0.7, "exon terminal": 0.3}
    assert diagnostics.findings == []


@pytest.mark.parametrize(
    ("without", "kinds"),
    [
        ("Inter Einit 0.8\n", "exon initial"),
        ("Intron Eterm 0.3\n", "exon terminal"),
        ("Intron Exon 0.7\n", "exon internal"),
        ("Inter Esngl 0.2\n", ""),
    ],
)
def test_snap_without_a_way_to_a_kind_of_exon_is_warned_of(diagnostics, without, kinds):
    States(TRANSITIONS.replace(without, "").splitlines(), diagnostics).transitions()
    told = [finding.text for finding in diagnostics.findings if finding.severity == "warning"]
    assert told == ([f"no way to {kinds}: SNAP can make none; train it anew"] if kinds else [])


def test_snap_moves_to_other_states_are_left_out_and_told(diagnostics):
    text = TRANSITIONS + "Inter ORF 1\nORF Intron 1\n"
    chain = States(text.splitlines(), diagnostics).transitions()
    assert "ORF" not in chain.states
    assert texts(diagnostics) == ["moves from and to ORF: not compared"]


def test_snap_durations(diagnostics):
    """Lengths 1 to 3 are listed, 0 is none; SNAP scores length 4 by the whole geometric law of mean 2."""
    found = States(DURATIONS.splitlines(), diagnostics).durations()
    exon, total = found["exon internal"], 0.25 + 0.125 + 0.5**3
    assert [exon.probability(d) for d in range(6)] == pytest.approx(
        np.array([0, 0.25, 0, 0.125, 0.5**4, 0.5**5]) / total
    )
    assert found["intron"].mean == pytest.approx(100)
    assert texts(diagnostics) == ["laws of length do not sum to 1: off by up to 0.5; scaled to 1"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("-3.0", "-nan", "line 4: '-nan' in DEFINED of Exon; expected log2 of a probability, or '.'"),
        ("-3.0", "3", "line 4: '3' in DEFINED of Exon"),
        ("DEFINED 0 3", "DEFINED 3 0", "line 3: 'DEFINED' from 3 to 0 in Exon; expected DEFINED, GEOMETRIC"),
        ("DEFINED 0 3", "DEFINED 0 999999999", "line 3: '999999999'; expected a whole number, -1 to 100000"),
        ("Exon 2", "Exon 0", "line 2: '0'; expected a whole number, 1 to 100"),
        ("        100\n", "", "line 8: '' in GEOMETRIC of Intron; expected a mean of 1 or more"),
        ("        100\n", "0.5\n", "line 9: '0.5' in GEOMETRIC of Intron"),
    ],
)
def test_snap_durations_that_cannot_be_read_are_warned_of(diagnostics, old, new, told):
    assert States(DURATIONS.replace(old, new).splitlines(), diagnostics).durations() == {}
    (finding,) = diagnostics.findings
    assert (finding.severity, finding.component) == ("warning", "durations")
    assert finding.text.startswith(told)
    assert finding.text.endswith("not compared")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "GEOMETRIC 0 -1\n        100",
            "CONSTANT 0 -1\n        0",
            "intron: CONSTANT from 0 to -1: not compared",
        ),
        ("GEOMETRIC 4 -1", "GEOMETRIC 9 -1", "exon internal: GEOMETRIC from 9 to -1: not compared"),
    ],
)
def test_snap_laws_that_are_none_are_left_out_and_told(diagnostics, old, new, told):
    found = States(DURATIONS.replace(old, new).splitlines(), diagnostics).durations()
    assert len(found) == 1
    assert told in texts(diagnostics)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "Intron Exon 0.7",
            "Intron Exon nan",
            "line 9: 'Intron Exon nan'; expected two states and a probability",
        ),
        ("Intron Exon 0.7", "Intron Exon", "line 9: 'Intron Exon'; expected two states"),
        ("Eterm Inter 1", "", "no way out of exon terminal"),
    ],
)
def test_snap_transitions_that_are_none(diagnostics, old, new, told):
    assert States(TRANSITIONS.replace(old, new).splitlines(), diagnostics).transitions() is None
    assert texts(diagnostics)[0].startswith(told)


def exon_file(
    tmp_path, rows="0 0 1 2 3\n1 0 300 100 3\n2 0 400 300 3\n", totals="0 9 99 4", longer="0 2 0 1"
):
    path = tmp_path / "toy_exon_probs.pbl"
    head = "[LENGTH]\n# d\n2\n# slope\n0.3\n# count\n8\n# totals\n"
    path.write_text(f"{head}{totals}\n# longer\n{longer}\n# 1000 P\n{rows}# end\n[1]\n[P_ls]\n")
    return path


def test_augustus_exons(tmp_path, diagnostics):
    """Initial: P(1) = .3, P(2) = a = .4, h = 3/10 below it: nothing is left.  Internal: a = .3, h = 1/100."""
    found = Lengths(Pbl.read(exon_file(tmp_path), diagnostics)).exons()
    assert list(found) == ["exon initial", "exon internal", "exon terminal"]
    assert found["exon initial"].probabilities == pytest.approx(np.array([3, 4]) / 7)
    assert found["exon initial"].tail == 0
    terminal, kept = found["exon terminal"], 0.003 + 0.003 + (0.4 - 0.003)
    assert terminal.probability(3) == pytest.approx(0.003 * (1 - 0.003 / 0.4) / kept, rel=1e-9)
    assert terminal.tail == pytest.approx((0.4 - 0.003) / kept)
    assert texts(diagnostics)[0] == "no exon single in training: left out"


def test_augustus_tail_ends_at_its_longest_exon(tmp_path, diagnostics):
    """Next to no exons of length d: the mean of the tail is that of all lengths up to 12,000, not millions."""
    rows = "0 0 0 0 0\n1 0 0 999 0\n2 0 0 1e-9 0\n"
    found = Lengths(Pbl.read(exon_file(tmp_path, rows, totals="0 0 9 0"), diagnostics)).exons()
    further = 1 / (1 - found["exon internal"].ratio)
    assert further == pytest.approx((1 + 11_998) / 2, rel=1e-4)
    assert found["exon internal"].tail == pytest.approx(1e-12 * 11_998 / 0.999, rel=1e-3)


INTRON = "[LENGTH]\n2\n0\n250\n750\n# end\n[1]\n[TRANSITION]\n# share\n0.8\n# mean\n4\n\n[EMISSION]\n"


def test_augustus_introns(tmp_path, diagnostics):
    path = tmp_path / "toy_intron_probs.pbl"
    path.write_text(INTRON)
    law = Lengths(Pbl.read(path, diagnostics)).introns(1)["intron"]
    assert [law.probability(d) for d in (1, 2, 3, 4)] == pytest.approx([0.2, 0.6, 0.2 / 4, 0.2 / 4 * 0.75])
    assert diagnostics.findings == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("750", "x", "line 5: 'x'; expected numbers from 0"),
        ("250\n", "", "line 1: 3 lines below [LENGTH]; expected d, then d + 1 numbers"),
        ("0.8", "1.8", "line 8: 2 lines below [TRANSITION]; expected the share"),
        ("[TRANSITION]", "[OTHER]", "no [TRANSITION] in toy_intron_probs.pbl"),
        ("250\n750", "0\n0", "no intron in training"),
    ],
)
def test_augustus_introns_that_cannot_be_read(tmp_path, diagnostics, old, new, told):
    path = tmp_path / "toy_intron_probs.pbl"
    path.write_text(INTRON.replace(old, new))
    assert Lengths(Pbl.read(path, diagnostics)).introns(1) == {}
    assert texts(diagnostics)[0].startswith(told)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("0 0 1 2 3\n1 0 300 100 3\n", "line 1: 7 lines below [LENGTH]; expected d, two settings"),
        ("0 0 1 2 3\n1 0 300 100\n2 0 400 300 3\n", "line 1: 8 lines below [LENGTH]"),
        ("0 0 1 2 3\n1 0 nan 100 3\n2 0 400 300 3\n", "line 14: '1 0 nan 100 3'; expected numbers from 0"),
    ],
)
def test_augustus_exons_that_cannot_be_read(tmp_path, diagnostics, rows, told):
    assert Lengths(Pbl.read(exon_file(tmp_path, rows), diagnostics)).exons() == {}
    (finding,) = diagnostics.findings
    assert finding.severity == "warning"
    assert finding.text.startswith(told)


def test_real_files(root):
    """Mean lengths that biology knows: human internal exons near 145 bases, introns of thousands."""
    folder = root / "examples" / "gene-models"
    (human,), (mam,) = read_models(folder / "augustus" / "human"), read_models(folder / "snap" / "mam46.hmm")
    assert human.durations["exon internal"].mean == pytest.approx(145, abs=1)
    assert mam.durations["exon internal"].mean == pytest.approx(140, abs=1)
    assert human.durations["intron"].mean == pytest.approx(6911, abs=1)
    assert mam.durations["intron"].mean == pytest.approx(1373)
    assert human.transitions is None
    assert mam.transitions.states == (
        "exon initial", "exon internal", "exon terminal", "exon single", "intron", "intergenic",
    )  # fmt: skip
