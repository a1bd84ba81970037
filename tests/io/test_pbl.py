"""Tables of AUGUSTUS files read at once, against the reader that goes line by line."""

from itertools import product
from pathlib import Path

import numpy as np
import pytest

from klbio.io.models.pbl import Pbl
from klbio.io.models.pbl_fast import regular_patterns, regular_table
from klbio.io.models.text import Diagnostics

TABLE = [f"{a}{b}\t0.{k}\t1e-0{k % 9}" for k, (a, b) in enumerate(product("ACGT", repeat=2), 1)]
SINGLE = [f"{a} .25 1" for a in "ACGT"]
COUNTS = [f"{line.split()[0]}\t{k}\t0" for k, line in enumerate(TABLE)]


def section_of(tmp_path, lines):
    path = tmp_path / "toy.pbl"
    path.write_text("\n".join(["[1]", "# k", "[P_ls]", "16", *lines, "[NEXT]", ""]))
    diagnostics = Diagnostics(path, "Mend it.")
    return Pbl.read(path, diagnostics).usable(1, "P_ls"), diagnostics


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(TABLE, id="one-length"),
        pytest.param([*SINGLE, "# l=", "2", "", *TABLE], id="all-lengths"),
        pytest.param([*TABLE, "", *COUNTS], id="counts-without-a-heading"),
        pytest.param([*TABLE, "# normal", *COUNTS, "# initial", *COUNTS[3:5]], id="counts-twice"),
        pytest.param([line.lower() for line in TABLE] + COUNTS, id="lower-case"),
    ],
)
def test_regular_tables_come_out_the_same(tmp_path, lines):
    section, diagnostics = section_of(tmp_path, lines)
    table, counts = regular_table(section.word_lines, 2)
    careful, also = section.careful_table("toy", 2)
    assert not diagnostics.faults
    assert counts == also == any(line in COUNTS for line in lines)
    assert np.array_equal(table, careful)
    assert table[:, 0, 1].tolist() == [0.2, 0.01]


@pytest.mark.parametrize(
    ("lines", "sound"),
    [
        pytest.param([TABLE[1], TABLE[0], *TABLE[2:]], True, id="another-order"),
        pytest.param(["  # told", *TABLE], True, id="a-comment-further-in"),
        pytest.param([*SINGLE[:3], *TABLE], True, id="a-short-word-missing"),
        pytest.param([*TABLE, *(f"{line} 7" for line in COUNTS)], True, id="more-counts"),
        pytest.param(TABLE[:-1], False, id="a-word-missing"),
        pytest.param([*TABLE, TABLE[3]], False, id="a-word-twice"),
        pytest.param([*TABLE[:5], "CC 0.1", "0.2", *TABLE[6:]], False, id="a-line-broken-in-two"),
        pytest.param([*TABLE[:5], "CC 0.1 0.2 CG 0.1 0.2", *TABLE[7:]], False, id="two-words-on-a-line"),
        pytest.param([*TABLE[:5], "CC 0.1 nan", *TABLE[6:]], False, id="nan"),
        pytest.param([*TABLE[:5], "CC 0.1 -1", *TABLE[6:]], False, id="negative"),
        pytest.param([*TABLE[:5], "CC 0.1 300", *TABLE[6:]], False, id="above-one"),
        pytest.param([*TABLE[:5], "CC 0.1 AA", *TABLE[6:]], False, id="a-word-for-a-number"),
        pytest.param([*TABLE, *COUNTS[:3], "AT 1 2.5"], False, id="counts-that-are-none"),
        pytest.param([*TABLE, *COUNTS[:3], "AT"], False, id="a-count-missing"),
        pytest.param([], False, id="nothing"),
    ],
)
def test_what_is_not_regular_is_left_to_the_careful_reader(tmp_path, lines, sound):
    section, diagnostics = section_of(tmp_path, lines)
    assert regular_table(section.word_lines, 2) is None
    table, _ = section.word_table("toy", 2)
    assert (table is not None) == sound == (not diagnostics.faults)


@pytest.mark.parametrize(
    ("lines", "whole"),
    [
        (["aca\t300", "ACG 1e2", "ggg\t600.5"], True),
        (["aca\t300", "acgt\t100"], False),
        (["aca\t300", "acg\tinf"], False),
        (["aca\t300", "acg\t1 2"], False),
        (["aca\t300", "acg"], False),
    ],
)
def test_patterns_come_out_the_same_or_are_left(tmp_path, lines, whole):
    section, _ = section_of(tmp_path, lines)
    quick, careful = (
        regular_patterns(section.word_lines, 3), section.careful_patterns("P_ls", 3)
    )  # fmt: skip
    assert (quick is not None) == (careful is not None) == whole
    if quick is not None:
        assert np.array_equal(quick, careful)
        assert quick[2].tolist() == [300, 0, 700.5, 0]


def test_patterns_of_other_letters_are_passed_over(tmp_path):
    section, _ = section_of(tmp_path, ["aca 1", "Cnt 5", "acc 1"])
    assert regular_patterns(section.word_lines, 3) is None
    assert section.pattern_marginals("P_ls", 3).tolist()[2] == [0.5, 0.5, 0, 0]


@pytest.mark.parametrize("name", ["human", "arabidopsis", "honeybee1"])
def test_tables_of_real_species_are_regular_and_come_out_the_same(root, name):
    folder = root / "examples" / "gene-models" / "augustus" / name
    for kind, columns in (("exon", 3), ("intron", 1), ("igenic", 1)):
        path: Path = folder / f"{name}_{kind}_probs.pbl"
        diagnostics = Diagnostics(path, "")
        pbl = Pbl.read(path, diagnostics)
        for (_, key), section in pbl.sections.items():
            if key in ("EMISSION", "P_ls") and not section.disabled:
                table, counts = regular_table(section.word_lines, columns)
                careful, also = section.careful_table(key, columns)
                assert np.array_equal(table, careful)
                assert counts == also


def test_lines_and_headers_have_their_numbers(tmp_path):
    path = tmp_path / "toy.pbl"
    path.write_bytes(
        b"# [NOT] one\r\n [1]\t\n#(a,c,g,t)= (1, 2, 3, 4)\n# [HIDDEN]\nx 1\n[SEEN] \n\n# c\ny 2\rz 3"
    )
    pbl = Pbl.read(path, Diagnostics(path, ""))
    assert [(key, one.line, one.disabled) for key, one in pbl.sections.items()] == [
        ((1, "HIDDEN"), 4, True), ((1, "SEEN"), 6, False),
    ]  # fmt: skip
    assert pbl.sections[1, "SEEN"].lines == [(9, "y 2"), (10, "z 3")]
    assert pbl.sections[1, "HIDDEN"].lines == []
    assert pbl.centres == {1: (1, 2, 3, 4)}
