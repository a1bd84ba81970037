import json

import pytest

from klbio.errors import InputError
from klbio.io.results import write_rows
from klbio.report.tables import read_results, visible
from klbio.schema import CALL_RANGE, DROPPED, MODEL_TABLES, QUALITY, LintRow, rows
from tests.report.tables import fill, save, write_results


def test_a_route_that_was_not_run_is_empty_and_says_so(tmp_path):
    results = read_results(tmp_path)
    assert not results.shift.was_run
    assert list(results.shift.tables["pairs"].columns[:2]) == ["subject", "arm"]
    assert results.dropped is None
    assert results.provenance == {}


def test_nothing_dropped_is_not_the_same_as_no_list(tmp_path):
    save(tmp_path, DROPPED, [])
    assert len(read_results(tmp_path).dropped) == 0


def test_a_step_run_by_itself_has_its_own_list_of_what_was_left_out(tmp_path):
    row = {"source": "models", "kind": "model", "name": "x", "reason": "no coding model"}
    save(tmp_path / "models", DROPPED, [row])
    assert read_results(tmp_path).dropped.to_dict("records") == [row]
    save(tmp_path, DROPPED, [row, row | {"name": "y"}])
    assert read_results(tmp_path).dropped["name"].tolist() == ["x", "y"]


def test_tables_of_a_route_that_the_last_run_did_not_make_are_of_an_earlier_one(tmp_path):
    folder = write_results(tmp_path, routes=("shift", "reads"))
    path = folder / "provenance.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"routes": ["reads"]}))
    results = read_results(folder)
    assert (results.shift.was_run, results.reads.was_run) == (False, True)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"routes": ["shift"]}))
    results = read_results(folder)
    assert (results.shift.was_run, results.reads.was_run) == (True, False)


def test_text_stays_text(tmp_path):
    save(tmp_path / "models", MODEL_TABLES["lint"], [{"model": "12", "path": "NA", "finding": "bell\x07"}])
    fill(tmp_path / "models", MODEL_TABLES)
    (row,) = rows(read_results(tmp_path).models.tables["lint"], LintRow)
    assert (row.model, row.path, row.component, row.finding) == ("12", "NA", "", "bell\ufffd")


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\u202e", "\u2066", "\ufeff"])
def test_what_could_rearrange_or_break_the_page_is_replaced(character):
    assert visible(f"gut{character}flora") == "gut\ufffdflora"


def test_every_table_that_lacks_a_column_is_named_at_once(tmp_path):
    columns = {"shift/arms.tsv": "before\tafter\n", "models/lint.tsv": "model\tpath\tcomponent\n"}
    for path, header in columns.items():
        (tmp_path / path).parent.mkdir()
        (tmp_path / path).write_text(header)
    (tmp_path / "provenance.json").write_text("{")
    fill(tmp_path / "models", MODEL_TABLES)
    with pytest.raises(InputError) as caught:
        read_results(tmp_path)
    message = str(caught.value)
    assert "arms.tsv" in message
    assert "'median_bits'" in message
    assert "lint.tsv: no column 'severity', 'finding'" in message
    assert "provenance.json: not JSON" in message


def test_refuses_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match=r"no such folder.*Run the workflow, or a command, first"):
        read_results(tmp_path / "nowhere")


@pytest.mark.parametrize(("route", "table"), [("shift", "flags"), ("reads", "pairs"), ("models", "states")])
def test_a_table_that_is_gone_is_named_instead_of_its_section_left_out(tmp_path, route, table):
    (write_results(tmp_path, 2) / route / f"{table}.tsv").unlink()
    with pytest.raises(InputError) as caught:
        read_results(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path / route}: no '{table}.tsv', beside other tables of the run; "
        "expected every table that a run writes. Run its step again."
    )


@pytest.mark.parametrize(
    ("place", "kept", "gone"),
    [("amplicons", CALL_RANGE, "call_cutoffs"), ("composition", QUALITY, "quality_differences")],
)
def test_so_it_is_of_tables_that_other_steps_write_in_pairs(tmp_path, place, kept, gone):
    write_rows(write_results(tmp_path, 2) / place / f"{kept.name}.tsv", kept.frame([]), kept)
    with pytest.raises(InputError, match=f"no '{gone}.tsv', beside other tables"):
        read_results(tmp_path)
