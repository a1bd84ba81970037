import pytest

from klbio.errors import InputError
from klbio.io.sheets.sheet import read_samples
from klbio.io.tables.taxonomy import read_taxonomy


def sheet(tmp_path, text):
    path = tmp_path / "samples.tsv"
    path.write_text(text)
    return path


def test_names_are_kept_verbatim_and_other_columns_too(tmp_path):
    design = read_samples(
        sheet(
            tmp_path,
            "# a note\nsample\tsubject\tphase\ttime\tdiet\n1 a-b\tÅsa\tbefore\t-3.5\tBK\n\nx\tÅsa\tafter\t\t\n",
        )
    )
    first, second = design.samples
    assert (first.name, first.subject, first.time, first.extra["diet"]) == ("1 a-b", "Åsa", -3.5, "BK")
    assert (second.time, second.line) == (None, 5)


def test_every_fault_at_once_with_its_line(tmp_path):
    text = "sample\tsubject\tphase\ttime\na\tS\tbefore\tday 3\na\t\tafter\tinf\n"
    with pytest.raises(InputError) as caught:
        read_samples(sheet(tmp_path, text))
    lines = str(caught.value).splitlines()
    assert [line.split(": ")[0][-6:] for line in lines] == ["line 2", "line 3", "line 3"]
    assert "'day 3', 'inf', also in line 3" in lines[0]
    assert "'subject' is empty" in str(caught.value)
    assert "'a' was given in line 2" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("sample\tphase\na\tbefore\n", "also 'subject'"),
        ("sample\tPhase\tPHASE\tsubject\na\tb\tc\td\n", "'phase' twice"),
        ("sample\tsubject\tphase\tphase\na\tb\tc\td\n", "'phase' twice"),
        ("sample\tsubject\tphase\na\tb\tbefore\textra\n", "line 2: 4 fields"),
        ("sample\tsubject\tphase\n", "at least one row"),
    ],
)
def test_wrong_sheets(tmp_path, text, words):
    with pytest.raises(InputError, match=words):
        read_samples(sheet(tmp_path, text))


def test_read_files_are_found_beside_the_sheet_or_named(tmp_path):
    (tmp_path / "a.fq").write_text("@r\nA\n+\nI\n")
    text = "sample\tsubject\tphase\tfastq_1\tfastq_2\na\tS\tbefore\ta.fq\t\nb\tS\tafter\tb_1.fq\tb_2.fq\n"
    with pytest.raises(InputError) as caught:
        read_samples(sheet(tmp_path, text), reads=True)
    assert "fastq_1 'b_1.fq'" in str(caught.value)
    assert "fastq_2 'b_2.fq'" in str(caught.value)
    assert "a.fq'" not in str(caught.value).replace("'b_", "")


def test_not_text_and_truncated(tmp_path):
    (tmp_path / "s.tsv").write_bytes(b"sample\tsubject\tphase\n\xff\xfe\tS\tbefore\n")
    with pytest.raises(InputError, match="line 2: bytes that are not UTF-8"):
        read_samples(tmp_path / "s.tsv")
    (tmp_path / "s.gz").write_bytes(b"\x1f\x8b\x08\x00\x00")
    with pytest.raises(InputError, match="truncated gzip"):
        read_samples(tmp_path / "s.gz")


def test_taxonomy_by_columns_and_in_one(tmp_path):
    (tmp_path / "a.tsv").write_text("id\tdomain\tphylum\nx\tBacteria\tFirmicutes\ny\tBacteria\t\n")
    (tmp_path / "b.tsv").write_text(
        "Feature ID\tTaxon\tConfidence\nx\tk__Bacteria; p__Firmicutes\t0.9\ny\tk__Bacteria; p__\t1\n"
    )
    (by_columns, in_one) = (read_taxonomy(tmp_path / name) for name in ("a.tsv", "b.tsv"))
    assert by_columns.lineages == in_one.lineages == {"x": ("Bacteria", "Firmicutes"), "y": ("Bacteria", "")}
    assert by_columns.ranks == in_one.ranks == ("domain", "phylum")


def test_taxonomy_with_a_taxon_twice(tmp_path):
    (tmp_path / "a.tsv").write_text("id\tdomain\nx\tBacteria\nx\tArchaea\n")
    with pytest.raises(InputError, match="line 3: id 'x' was given in line 2"):
        read_taxonomy(tmp_path / "a.tsv")


def test_phases_and_arms_that_differ_in_capitals_or_spaces_are_one_name(tmp_path):
    """Each further spelling is pointed at once, beside the first; two subjects may differ in capitals."""
    rows = [
        "a\tS\tbefore\tDrug",
        "b\ts\tbefore\tDrug",
        "c\tS\tBefore\tDrug",
        "d\ts\tBefore\tdrug",
        "e\tS\tafter\tdrug",
        "f\ts\tafter\tdrug",
    ]
    with pytest.raises(InputError) as caught:
        read_samples(sheet(tmp_path, "\n".join(["sample\tsubject\tphase\tarm", *rows, ""])))
    lines = str(caught.value).splitlines()
    assert len(lines) == 2
    assert (
        "line 4: phase 'Before' and 'before' (line 2): one name but for capitals, blanks or signs" in lines[0]
    )
    assert "line 5: arm 'drug' and 'Drug' (line 2)" in lines[1]
