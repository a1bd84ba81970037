"""In which order the rows of an input stand, or the files of a line, is no information: no number tells it."""

import csv
import random

import pytest

from klbio.steps.matrix import write_matrix
from klbio.steps.models import compare_models
from klbio.steps.shift import measure_shift


def shuffled(lines, seed=5):
    header, *rows = lines
    return [header, *random.Random(seed).sample(rows, len(rows))]  # noqa: S311


def but_the_first(lines, seed=5):
    """The arm of the first row is the one that is held against the others."""
    return [lines[0], *shuffled(lines[1:], seed)]


def turned(lines, seed=5):
    """Columns, other than the first, in another order."""
    cells = [line.split("\t") for line in lines]
    order = [0, *random.Random(seed).sample(range(1, len(cells[0])), len(cells[0]) - 1)]  # noqa: S311
    return ["\t".join(row[i] for i in order) for row in cells]


@pytest.fixture(scope="module")
def mice(root, tmp_path_factory):
    """The bundled table by taxon, with some of its subjects."""
    folder = tmp_path_factory.mktemp("mice")
    sheet = (root / "config/samples.tsv").read_text().splitlines()
    kept = [line for line in sheet[1:] if line.split("\t")[1] in ("PM1", "PM5")]
    texts = {
        "t.tsv": (root / "examples/mouse-diet/table.tsv").read_text().splitlines(),
        "x.tsv": (root / "examples/mouse-diet/taxonomy.tsv").read_text().splitlines(),
        "s.tsv": [sheet[0], *kept],
    }
    return folder, texts


def put(folder, texts):
    folder.mkdir(exist_ok=True)
    for name, lines in texts.items():
        (folder / name).write_text("\n".join(lines) + "\n")
    return folder


def cells(path):
    """A square matrix by the names of its sides."""
    header, *rows = (line.split("\t") for line in path.read_text().splitlines())
    return {(row[0], name): value for row in rows for name, value in zip(header[1:], row[1:], strict=True)}


@pytest.mark.parametrize("change", [shuffled, turned])
@pytest.mark.parametrize("measure", [{}, {"measure": "relative-entropy", "alpha": 0.5}])
def test_a_matrix(mice, change, measure):
    folder, texts = mice
    found = []
    for name, table in (("as-it-is", texts["t.tsv"]), (change.__name__, change(texts["t.tsv"]))):
        here = put(folder / name, {"t.tsv": table})
        write_matrix(table=here / "t.tsv", out=here / "m.tsv", **measure)
        found.append(cells(here / "m.tsv"))
    assert len(found[0]) > 10_000
    assert found[0] == found[1]


def rows(path):
    """The rows of a table, in no order; the files they speak of left out."""
    with path.open() as file:
        return sorted(
            tuple(sorted((name, value) for name, value in row.items() if name not in ("source", "path")))
            for row in csv.DictReader(file, delimiter="\t")
        )


@pytest.mark.parametrize(
    ("file", "change"),
    [("t.tsv", shuffled), ("t.tsv", turned), ("x.tsv", shuffled), ("s.tsv", but_the_first)],
)
def test_a_study(mice, file, change):
    folder, texts = mice
    found = []
    for name, own in (("sound", texts), (f"{file}-{change.__name__}", {**texts, file: change(texts[file])})):
        here = put(folder / name, own)
        if not (here / "out").exists():
            measure_shift(
                table=here / "t.tsv", samples=here / "s.tsv", taxonomy=here / "x.tsv", ranks=("genus",),
                n_resamples=19, out=here / "out",
            )  # fmt: skip
        found.append({path.name: rows(path) for path in (here / "out").glob("*.tsv")})
    assert len(found[0]) > 15
    for name in found[0]:
        assert found[0][name] == found[1][name], name


def test_a_sheet_without_times(tmp_path):
    """The samples of a phase are drawn from by name; p of subject is of orders too many to enumerate."""
    chance = random.Random(1)  # noqa: S311
    samples = [
        (f"{phase[0]}{i}{twin}", f"S{i}", phase)
        for i in range(4)
        for phase in ("before", "after")
        for twin in "ab"
    ]
    table = [["taxon", *(name for name, *_ in samples)]]
    table += [[f"T{i}", *(str(chance.randint(5, 400)) for _ in samples)] for i in range(12)]
    sheet = [("sample", "subject", "phase"), *samples]
    texts = {"t.tsv": ["\t".join(row) for row in table], "s.tsv": ["\t".join(row) for row in sheet]}
    found = []
    for name, own in (("sound", texts), ("shuffled", {**texts, "s.tsv": shuffled(texts["s.tsv"])})):
        here = put(tmp_path / name, own)
        measure_shift(
            table=here / "t.tsv", samples=here / "s.tsv", ranks=("feature",), n_resamples=99, out=here / "out"
        )
        found.append({path.name: rows(path) for path in (here / "out").glob("*.tsv")})
    in_turn = (
        "trajectory.tsv",
        "recovery.tsv",
        "recovery_curve.tsv",
    )  # where no time is given, rows stand in turn
    assert len(found[0]) > 15
    for name in found[0].keys() - in_turn:
        assert found[0][name] == found[1][name], name
    assert any(dict(row)["exact"] == "no" for row in found[0]["permanova.tsv"])


def side_free(row):
    """A row of two models whose sides are told by their names alone."""
    turn = row["model_p"] > row["model_q"]
    swap = str.maketrans("pq", "qp")
    return {
        "_".join(part.translate(swap) if part in ("p", "q") else part for part in name.split("_"))
        if turn and "shuffles" not in name
        else name: value
        for name, value in row.items()
        if not name.startswith("p_")
    } | {name: value for name, value in row.items() if name.startswith("p_")}


def test_models(root, tmp_path):
    models = root / "examples/gene-models"
    files = [
        *sorted((models / "snap").glob("*.hmm"))[:4],
        *sorted((models / "hmmer").glob("*.hmm")),
    ]
    found = []
    for number, given in enumerate([files, files[::-1]]):
        out = tmp_path / str(number)
        compare_models(models=given, out=out)
        with (out / "alignments.tsv").open() as file:
            pairs = [side_free(row) for row in csv.DictReader(file, delimiter="\t")]
        found.append(
            (
                sorted(tuple(sorted(pair.items())) for pair in pairs),
                {
                    name: rows(out / f"{name}.tsv")
                    for name in ("pairs", "states", "models", "dendrogram", "sites")
                },
            )
        )
    assert len(found[0][0]) >= 5
    assert found[0][0] == found[1][0]
    for name, expected in found[0][1].items():
        assert found[1][1][name] == expected, name
