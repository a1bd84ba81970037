"""Read files and sheets that people had, from the folder beside the repository: read, or refused in words that help."""

import warnings
from pathlib import Path

import pytest

from klbio.errors import InputError
from klbio.io.results import read_rows
from klbio.io.sheets.sheet import read_samples
from klbio.schema import LIBRARIES
from klbio.steps.reads import compose_reads

CASES = Path(__file__).parents[2] / "shared/cases/reads"
pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="the handed cases are not on this machine")
HEADER = "sample\tsubject\tphase\tfastq_1\tfastq_2\n"

READ = {
    "01_blank_lines_at_end.fastq": ("single", 20),
    "02_dot_for_N.fastq": ("single", 20),
    "03_utf8_name.fastq": ("single", 20),
    "05_reads.fastq.bz2": ("single", 20),
    "08_phred64.fastq": ("single", 20),
    "14_interleaved.fastq": ("interleaved", 40),
}
REFUSED = {
    "07_badcrc.fastq.gz": "a damaged gzip file",
    "13_file_appended_twice.fastq": "record 21 is the first one again",
    "10_R1_given_as_R2_R1.fastq\t10_R1_given_as_R2_R2.fastq": "copies of one file",
    "11_swapped_R1.fastq\t11_swapped_R2.fastq": "Exchange the two files",
}


def composed(tmp_path, text):
    sheet = tmp_path / "sheet.tsv"
    sheet.write_text(text)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        compose_reads(
            samples=sheet,
            table=tmp_path / "t.tsv",
            dropped=tmp_path / "d.tsv",
            quality=tmp_path / "q.tsv",
            kmer=3,
        )
    return read_rows(tmp_path / "q.tsv", LIBRARIES).to_dict("records")


@pytest.mark.parametrize("name", READ)
def test_what_is_whole_is_read(tmp_path, monkeypatch, name):
    monkeypatch.chdir(CASES)
    (row,) = composed(tmp_path, HEADER + f"A\ts\tbefore\t{name}\t\n")
    assert (row["layout"], row["n_reads"]) == READ[name]


@pytest.mark.parametrize("names", REFUSED)
def test_what_would_count_wrong_is_refused(tmp_path, monkeypatch, names):
    monkeypatch.chdir(CASES)
    row = f"A\ts\tbefore\t{names}\n" if "\t" in names else f"A\ts\tbefore\t{names}\t\n"
    with pytest.raises(InputError, match=REFUSED[names]):
        composed(tmp_path, HEADER + row)


def test_ampliseq_with_metadata_beside(tmp_path, monkeypatch):
    monkeypatch.chdir(CASES)
    (tmp_path / "m.tsv").write_text("ID\tsubject\tphase\nA\ts\tbefore\n")
    (sample,) = read_samples("17_nfcore_ampliseq.csv", reads=True, metadata=tmp_path / "m.tsv").samples
    assert (sample.subject, sample.batch, sample.lanes) == ("s", "1", (("16_L001.fastq",),))


@pytest.mark.parametrize(
    ("name", "rows"), [("16_lanes.tsv", [("A", 2)]), ("18_negative_control.tsv", [("A", 1), ("NTC", 1)])]
)
def test_sheets_of_lanes_and_controls(tmp_path, monkeypatch, name, rows):
    monkeypatch.chdir(CASES)
    found = composed(tmp_path, (CASES / name).read_text())
    assert [(row["sample"], row["n_lanes"]) for row in found] == rows
