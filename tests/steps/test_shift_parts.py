"""A study measured in chunks of subjects has the bytes of one that was measured at once."""

import shutil
from dataclasses import asdict
from functools import cache
from math import ceil
from pathlib import Path

import numpy as np
import pytest

from klbio.design import Contrast
from klbio.errors import InputError
from klbio.io.columns_file import write_columns
from klbio.io.sheets.sheet import read_samples
from klbio.steps import shift as step
from klbio.steps import shift_portions
from klbio.steps.shift import measure_shift
from klbio.steps.shift_chosen import ShiftChosen
from klbio.steps.shift_parts import measure_shift_part
from tests.golden import studies

SIZES = 1, 7, 1_000  # subjects of a chunk; the last is all


def in_chunks(size, **given):
    """Measure a study as the workflow does a large one: parts, then all tables out of them."""
    out = Path(given.pop("out"))
    subjects = {sample.subject for sample in read_samples(given["samples"]).samples}
    parts = [out.parent / f"{number}.part" for number in range(1, ceil(len(subjects) / size) + 1)]
    for number, part in enumerate(parts, 1):
        measure_shift_part(**given, chunk=number, chunk_subjects=size, part=part)
    measure_shift(**given, out=out, parts=parts)
    for part in parts:
        part.unlink()


def written(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def run(root, tmp_path_factory):
    """Run a study whose tables are pinned, and read its files; always in one folder, which tables name."""
    out = tmp_path_factory.mktemp("pinned") / "study"

    def of(name):
        out.mkdir()
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(root)
            studies.STUDIES[name](out)
        files = written(out)
        shutil.rmtree(out)
        return files

    return of


@pytest.fixture(scope="module")
def at_once(run):
    """The same, each study measured once and as a whole."""
    return cache(run)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["crossover", "tree", "reads"])
def test_chunks_of_any_size_give_the_same_bytes(name, size, at_once, run, monkeypatch):
    """Support of the study, arms and ranks; a tree, and several samples a side; words of reads in groups."""
    expected = at_once(name)
    monkeypatch.setattr(studies, "measure_shift", lambda **given: in_chunks(size, **given))
    found = run(name)
    assert found.keys() == expected.keys()
    assert [path for path in expected if found[path] != expected[path]] == []


@pytest.mark.parametrize("name", ["crossover", "tree", "reads"])
def test_rows_that_wait_in_a_file_are_the_same(name, at_once, run, monkeypatch):
    expected, written_parts = at_once(name), []
    monkeypatch.setattr(step, "MANY", 0)
    monkeypatch.setattr(
        shift_portions, "write_columns", lambda *args: written_parts.append(write_columns(*args))
    )
    assert run(name) == expected
    assert written_parts


@pytest.fixture
def study(tmp_path):
    """Three arms and unlike depths; a first sample that is too shallow, a side that is, and a sample without counts."""
    rng, lines = np.random.default_rng(3), []
    sheet = ["sample\tsubject\tphase\ttime\tarm"]
    for i in range(9):
        for time, phase in enumerate(("before", "before", "after", "later")):
            sheet.append(f"s{i}.{time}\tS {i}\t{phase}\t{time}\t{'0x1é'[i % 3]}")
            weights = rng.lognormal(0, 2, 30)
            depth = 20 if (i, time) in {(1, 0), (4, 2), (4, 3)} else int(rng.integers(300, 3_000))
            lines.append(rng.multinomial(depth, weights / weights.sum()))
    names = [line.split("\t")[0] for line in sheet[1:-1]]
    taxa = ['"quoted"', "007", "NA", *(f"T{k}" for k in range(27))]
    rows = zip(taxa, np.array(lines[:-1]).T.tolist(), strict=True)
    text = "".join("\t".join([taxon, *map(str, row)]) + "\n" for taxon, row in rows)
    (tmp_path / "table.tsv").write_text("\t".join(["taxon", *names]) + "\n" + text)
    (tmp_path / "samples.tsv").write_text("\n".join(sheet) + "\n")
    later = asdict(Contrast("before", "later"))
    return {
        "table": tmp_path / "table.tsv", "samples": tmp_path / "samples.tsv", "n_resamples": 19,
        "contrasts": [asdict(Contrast()), later], "control": "x",
    }  # fmt: skip


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("day_variance", ["own", "cohort"])
def test_whoever_is_left_out_and_wherever_arms_stand(study, size, day_variance, tmp_path):
    given = study | {"day_variance": day_variance}
    measure_shift(**given, out=tmp_path / "at-once")
    in_chunks(size, **given, out=tmp_path / "chunks/shift")
    assert written(tmp_path / "chunks/shift") == written(tmp_path / "at-once")


def parts_of(study, folder, size=4):
    parts = [folder / f"{number}.part" for number in (1, 2, 3)]
    for number, part in enumerate(parts, 1):
        measure_shift_part(**study, chunk=number, chunk_subjects=size, part=part)
    return parts


def test_a_part_has_the_same_bytes_whenever_it_is_written(study, tmp_path):
    first, *_ = parts_of(study, tmp_path)
    content = first.read_bytes()
    measure_shift_part(**study, chunk=1, chunk_subjects=4, part=first, threads=2)
    assert first.read_bytes() == content


@pytest.mark.parametrize("changed", ["table", "samples"])
def test_a_part_of_other_files_is_refused(study, changed, tmp_path):
    parts = parts_of(study, tmp_path)
    text = study[changed].read_text()
    study[changed].write_text(text.replace("\t0\t", "\t1\t", 1) if changed == "table" else text + "\n")
    with pytest.raises(
        InputError, match=r"1\.part: a part of a study that was measured with other files"
    ) as error:
        measure_shift(**study, out=tmp_path / "out", parts=parts)
    assert len(error.value.faults) == 3
    assert not (tmp_path / "out").exists()


def test_a_chunk_reads_its_own_batches_of_words_alone(study, tmp_path):
    batches = [tmp_path / name for name in ("one.kmers", "two.kmers", "three.kmers")]
    for batch in batches:
        batch.write_text(batch.name)
    part, units = tmp_path / "1.part", [("X", "")]
    shift_portions.write_portion(part, ShiftChosen(**study, groups=batches[1:]).identity, units, [])
    (found,) = shift_portions.read_portions([part], ShiftChosen(**study, groups=batches).identity)
    assert found.units == units
    with pytest.raises(InputError, match="measured with other"):
        shift_portions.read_portions([part], ShiftChosen(**study, groups=batches[:2]).identity)


def test_a_part_of_other_settings_is_refused(study, tmp_path):
    parts = parts_of(study, tmp_path)
    with pytest.raises(InputError, match="with other settings; expected a part of this study"):
        measure_shift(**study, out=tmp_path / "out", parts=parts, seed=2)


def test_parts_must_hold_every_subject_once(study, tmp_path):
    one, two, three = parts_of(study, tmp_path)
    with pytest.raises(InputError, match="lack subject 'S 4', 'S 7', 'S 5' and 1 more"):
        measure_shift(**study, out=tmp_path / "out", parts=[one, three])
    with pytest.raises(InputError, match="hold twice subject 'S 1', 'S 0', 'S 2' and 1 more"):
        measure_shift(**study, out=tmp_path / "out", parts=[one, two, three, one])
    measure_shift(**study, out=tmp_path / "out", parts=[three, one, two])  # in any order


@pytest.mark.parametrize(
    "damage", [lambda content: content[:500], lambda content: b"no archive", lambda content: b""]
)
def test_a_damaged_part_is_named(study, damage, tmp_path):
    parts = parts_of(study, tmp_path)
    parts[1].write_bytes(damage(parts[1].read_bytes()))
    with pytest.raises(InputError, match=r"2\.part: no file of columns, or a damaged one"):
        measure_shift(**study, out=tmp_path / "out", parts=parts)


def test_a_flipped_bit_is_no_number(study, tmp_path):
    parts = parts_of(study, tmp_path)
    content = bytearray(parts[1].read_bytes())
    content[content.index(b"\x93NUMPY") + 130] ^= 1  # past the head of the first array
    parts[1].write_bytes(content)
    with pytest.raises(InputError, match="no file of columns, or a damaged one"):
        measure_shift(**study, out=tmp_path / "out", parts=parts)


def test_chunks_are_whole_numbers_from_one_on(study, tmp_path):
    with pytest.raises(InputError) as error:
        measure_shift_part(**study, chunk=0, chunk_subjects=-1, part=tmp_path / "1.part")
    assert len(error.value.faults) == 2
