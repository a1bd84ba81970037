import pytest

from klbio.io.files import replacing, write_text
from klbio.io.results import read_rows, write_rows


def test_a_failure_leaves_the_old_file_and_no_draft(tmp_path):
    target = tmp_path / "out.tsv"
    write_text(target, "old")

    def fail_halfway():
        with replacing(target) as draft:
            draft.write_text("half")
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        fail_halfway()
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_result_tables_round_trip(tmp_path):
    rows = [{"subject": "NA", "bits": 1 / 3, "p": None}, {"subject": "007", "bits": float("inf"), "p": 0.5}]
    write_rows(tmp_path / "t.tsv", rows, ["subject", "p", "bits"])
    assert (tmp_path / "t.tsv").read_text() == "subject\tp\tbits\nNA\t\t0.333333333333\n007\t0.5\tinf\n"
    back = read_rows(tmp_path / "t.tsv", text=["subject"])
    assert back["subject"].tolist() == ["NA", "007"]
    assert back["bits"].tolist() == [0.333333333333, float("inf")]


def test_an_empty_table_keeps_its_header(tmp_path):
    write_rows(tmp_path / "t.tsv", [], ["a", "b"])
    assert (tmp_path / "t.tsv").read_text() == "a\tb\n"
    assert read_rows(tmp_path / "t.tsv").empty
