"""Files that need not be here: sheets are read all the same, and results call copies by their names."""

import pytest

from klbio.errors import InputError
from klbio.io.elsewhere import anywhere, copies_called, is_address
from klbio.io.results import read_rows, write_rows
from klbio.io.sheets.model_sheet import read_model_sheet
from klbio.io.sheets.sheet import read_samples
from klbio.schema import DROPPED, DroppedRow
from klbio.steps.sample_files import handed

SHEET = "sample\tsubject\tphase\tfastq_1\tfastq_2\n"
ADDRESS = "s3://bucket/reads/a_R1.fastq.gz"


@pytest.fixture
def sheet(tmp_path):
    path = tmp_path / "samples.tsv"
    path.write_text(f"{SHEET}a\tA\tbefore\t{ADDRESS}\t\nb\tA\tafter\tfq/b_1.fq\tfq/b_2.fq\n")
    return path


def test_what_is_not_here_is_a_fault_of_every_file_that_must_be(sheet):
    with pytest.raises(InputError) as caught:
        read_samples(sheet, reads=True)
    assert "is an address" in str(caught.value)
    assert "'fq/b_1.fq' is not there" in str(caught.value)
    with pytest.raises(InputError) as caught:
        read_samples(sheet, reads=True, elsewhere=is_address)
    assert ADDRESS not in str(caught.value)


def test_where_it_may_be_elsewhere_names_stay_as_they_are(sheet):
    design = read_samples(sheet, reads=True, elsewhere=anywhere)
    assert [sample.lanes for sample in design.samples] == [((ADDRESS,),), (("fq/b_1.fq", "fq/b_2.fq"),)]
    files = ["copies/a.fq.gz", "copies/b_1.fq", "copies/b_2.fq"]
    assert [sample.lanes for sample in handed(design.samples, files)] == [
        ((files[0],),), ((files[1], files[2]),),
    ]  # fmt: skip


def test_more_or_fewer_files_than_the_sheet_names_are_refused(sheet):
    design = read_samples(sheet, reads=True, elsewhere=anywhere)
    with pytest.raises(InputError, match="3 files of 2 samples in the sheet, but 1 are handed over"):
        handed(design.samples, ["copies/a.fq.gz"])


def test_a_model_keeps_its_address(tmp_path):
    path = tmp_path / "models.tsv"
    path.write_text("model\tpath\nfly\ts3://models/fly.hmm\n")
    (entry,) = read_model_sheet(path, is_address)
    assert entry.source == "s3://models/fly.hmm"
    with pytest.raises(InputError, match="is not there"):
        read_model_sheet(path)


@pytest.mark.parametrize("reason", ["shallow", 'with "quotes" and\ttabs'])
def test_no_table_says_where_a_copy_lay(tmp_path, reason):
    row = DroppedRow(source=".snakemake/storage/fs/store/gut.tsv", kind="sample", name="a", reason=reason)
    with copies_called({".snakemake/storage/fs/": "", ".snakemake/storage/fs/store/": ""}):
        write_rows(tmp_path / "dropped.tsv", [row], DROPPED)
    assert read_rows(tmp_path / "dropped.tsv", DROPPED)["source"].tolist() == ["gut.tsv"]
