"""Models compared in parts have the bytes of those that were compared at once."""

import json

import numpy as np
import pytest

from klbio.errors import InputError
from klbio.models.comparison.tile import Tile
from klbio.schema import DROPPED, MODEL_TABLES
from klbio.steps.model_parts import compare_some_models
from klbio.steps.models import compare_models
from tests.written import model_table

TILES = 1, 7, 60  # parts; of the last, most hold nothing
N_SYMBOLS = 2_000


@pytest.fixture(scope="module")
def sheet(root, tmp_path_factory):
    """Gene models under two genetic codes, profiles enough for the quick test, and hidden Markov models."""
    folder = tmp_path_factory.mktemp("models")
    known = root / "examples/gene-models"
    rows = [(f"snap {path.stem}", path, "", "") for path in sorted(known.glob("snap/*.hmm"))[:4]]
    rows += [(name, known / "augustus" / name, "", "a") for name in ("human", "honeybee1")]
    rows += [
        ("fly, code 6", known / "augustus/fly", "6", "b"),
        ("worm", known / "augustus/caenorhabditis", "", "b"),
    ]
    rows += [(path.stem, path, "", "") for path in sorted(known.glob("hmmer/*.hmm"))]
    rows += [("motifs", motifs(folder / "motifs.meme"), "", "")]
    rows += [(name, coin(folder / f"{name}.json", seed), "", "") for seed, name in enumerate("xyz")]
    text = "".join("\t".join(map(str, row)) + "\n" for row in rows)
    (folder / "sheet.tsv").write_text("model\tpath\tgenetic_code\tgroup\n" + text)
    return folder / "sheet.tsv"


def motifs(path):
    """Thirty motifs: some of one family, some with a few columns of it, some of one letter, the others of none."""
    rng, lines = np.random.default_rng(2), ["MEME version 4", "", "ALPHABET= ACGT", ""]
    family = rng.dirichlet([0.1] * 4, 20)
    for i in range(30):
        rows = [family, rng.dirichlet([0.1] * 4, 18), rng.dirichlet([9, 1, 1, 1], 20)][i % 3]
        if i % 6 == 1:
            width = 7 + i // 6
            rows = np.concatenate([family[:width], rows[width:]])
        rows = 0.95 * rows + 0.0125
        lines += [f"MOTIF m{i}", f"letter-probability matrix: alength= 4 w= {len(rows)} nsites= 20 E= 0"]
        lines += [" ".join(f"{value:.6f}" for value in row) for row in rows] + [""]
    path.write_text("\n".join(lines))
    return path


def coin(path, seed):
    rng = np.random.default_rng(seed)
    tables = {
        "transitions": rng.dirichlet([1, 1], 2).tolist(),
        "emissions": rng.dirichlet([1, 1], 2).tolist(),
    }
    path.write_text(json.dumps({"symbols": ["h", "t"]} | tables))
    return path


def parts_of(sheet, folder, tiles, **settings):
    parts = [folder / f"{tile}.part" for tile in range(1, tiles + 1)]
    for tile, part in enumerate(parts, 1):
        compare_some_models(sheet=sheet, part=part, tile=tile, tiles=tiles, n_symbols=N_SYMBOLS, **settings)
    return parts


def gathered(sheet, out, parts, **settings):
    compare_models(sheet=sheet, out=out, parts=parts, n_symbols=N_SYMBOLS, **settings)


def written(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.fixture(scope="module")
def at_once(sheet, tmp_path_factory):
    out = tmp_path_factory.mktemp("at-once")
    compare_models(sheet=sheet, out=out, n_symbols=N_SYMBOLS)
    return out


@pytest.fixture(scope="module")
def four(sheet, tmp_path_factory):
    return parts_of(sheet, tmp_path_factory.mktemp("four"), 4)


def test_every_kind_of_pair_is_in_the_study(at_once):
    empty = {name for name in MODEL_TABLES if name != DROPPED.name and model_table(at_once, name).empty}
    assert empty == {"changes"}
    why = " ".join(model_table(at_once, "dropped")["reason"])
    assert all(words in why for words in ("quick test", "below 16 bits", "expected by chance"))


@pytest.mark.parametrize("tiles", TILES)
def test_any_number_of_parts_gives_the_same_bytes(sheet, at_once, tiles, tmp_path):
    parts = parts_of(sheet, tmp_path, tiles, threads=2)
    gathered(sheet, tmp_path / "out", parts[::-1])  # in any order
    expected, found = written(at_once), written(tmp_path / "out")
    assert found.keys() == expected.keys()
    assert [name for name in expected if found[name] != expected[name]] == []


def test_two_sides_of_profiles(root, sheet, tmp_path):
    given = {"models": [sheet.parent / "motifs.meme"], "against": [root / "tests/golden/inputs/jaspar.motif"]}
    compare_models(**given, out=tmp_path / "once")
    parts = [tmp_path / f"{tile}.part" for tile in (1, 2, 3)]
    for tile, part in enumerate(parts, 1):
        compare_some_models(**given, part=part, tile=tile, tiles=3)
    compare_models(**given, out=tmp_path / "parts", parts=parts)
    assert written(tmp_path / "parts") == written(tmp_path / "once")


def test_a_part_has_the_same_bytes_whenever_it_is_written(sheet, four, tmp_path):
    again = parts_of(sheet, tmp_path, 4, threads=2)
    assert [part.read_bytes() for part in again] == [part.read_bytes() for part in four]


def test_parts_must_hold_every_pair_once(sheet, four, tmp_path):
    one, two, three, last = four
    for parts, said in (
        ([one, two, last], "'part 1 of 4', 'part 2 of 4', 'part 4 of 4'"),
        (
            [one, two, three, last, one],
            "'part 1 of 4', 'part 1 of 4', 'part 2 of 4', 'part 3 of 4', 'part 4 of 4'",
        ),
        ([*parts_of(sheet, tmp_path, 2), last], "'part 1 of 2', 'part 2 of 2', 'part 4 of 4'"),
    ):
        with pytest.raises(InputError, match=f"{said}; expected each part of one comparison once"):
            gathered(sheet, tmp_path / "out", parts)
    assert not list((tmp_path / "out").glob("*.tsv"))


def test_parts_of_other_models_or_settings_are_refused(sheet, four, tmp_path):
    with pytest.raises(InputError, match="made with other settings; expected a part of this") as error:
        gathered(sheet, tmp_path / "out", four, seed=2)
    assert len(error.value.faults) == 4
    moved = tmp_path / "sheet.tsv"
    moved.write_text(sheet.read_text().replace("/x.json", "/y.json", 1))
    with pytest.raises(
        InputError, match=r"1\.part: a part of a comparison of models that was made with other files"
    ):
        gathered(moved, tmp_path / "out", four)


@pytest.mark.parametrize("damage", [lambda content: content[:900], lambda content: b""])
def test_a_damaged_part_is_named(sheet, four, damage, tmp_path):
    part = tmp_path / "2.part"
    part.write_bytes(damage(four[1].read_bytes()))
    with pytest.raises(InputError, match=r"2\.part: no file of columns, or a damaged one"):
        gathered(sheet, tmp_path / "out", [four[0], part, *four[2:]])


def test_a_part_of_a_study_is_none_of_a_comparison(sheet, four, tmp_path):
    part = tmp_path / "1.part"
    part.write_bytes(four[0].read_bytes().replace(b'"tile": [1, 4]', b'"tale": [1, 4]'))
    with pytest.raises(InputError, match="a damaged one"):
        gathered(sheet, tmp_path / "out", [part])


def test_there_is_no_part_beyond_the_last(sheet, tmp_path):
    with pytest.raises(InputError, match="part 3 of 2; expected a part from 1 to 2"):
        compare_some_models(sheet=sheet, part=tmp_path / "3.part", tile=3, tiles=2)


def test_every_fault_of_every_file_is_said_by_each_part(sheet, tmp_path):
    broken = tmp_path / "broken.hmm"
    broken.write_text("HMMER3/f [3.3]\nNAME  half\n")
    (tmp_path / "other.json").write_text('{"symbols": ["h"], "transitions": [[2]], "emissions": [[1]]}')
    (tmp_path / "sheet.tsv").write_text(f"model\tpath\nb\t{broken}\no\t{tmp_path / 'other.json'}\n")
    with pytest.raises(InputError) as error:
        compare_some_models(sheet=tmp_path / "sheet.tsv", part=tmp_path / "1.part", tile=1, tiles=2)
    assert {str(fault.path) for fault in error.value.faults} == {str(broken), str(tmp_path / "other.json")}
    assert not (tmp_path / "1.part").exists()


@pytest.mark.parametrize("work", [[], [0, 0], [5], [9, 0, 1, 1, 0], [1] * 20])
@pytest.mark.parametrize("of", [1, 2, 7, 30])
def test_every_row_is_in_one_part(work, of):
    rows = [Tile(number, of).rows(work) for number in range(1, of + 1)]
    assert [row for part in rows for row in part] == list(range(len(work)))


def test_parts_take_about_as_much_work():
    work = [n * 7 for n in range(200, 0, -1)]
    shares = [sum(work[row] for row in Tile(number, 6).rows(work)) / sum(work) for number in range(1, 7)]
    assert max(shares) - min(shares) < 0.02
