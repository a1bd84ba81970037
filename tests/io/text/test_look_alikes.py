"""Tables as text that look like the file of a program: read as what they are."""

import pytest

from klbio import read_taxa
from klbio.errors import InputWarning
from klbio.io.tables.taxonomy import read_taxonomy

EIGHT = [str(n) for n in range(8)]


def test_eight_samples_that_are_called_by_numbers_are_no_report_of_ganon(tmp_path):
    path = tmp_path / "t.tsv"
    rows = [["taxon", *EIGHT], ["Blautia", *"12345678"], ["Dorea", *"87654321"]]
    path.write_text("".join("\t".join(row) + "\n" for row in rows))
    counts = read_taxa(path).turned().counts
    assert (counts.samples, counts.labels) == (tuple(EIGHT), ("Blautia", "Dorea"))
    assert counts.dense()[:, 0].tolist() == [1, 2, 3, 4, 5, 6, 7, 8]


def test_rows_of_a_taxonomy_that_end_early_are_said(tmp_path):
    path = tmp_path / "x.tsv"
    path.write_text("taxon\tphylum\tgenus\nA\tP\tG\nB\tBacil\n")
    with pytest.warns(InputWarning, match=r"1 rows with fewer fields than the header \(lines 3\)"):
        assert read_taxonomy(path).lineages == {"A": ("P", "G"), "B": ("Bacil", "")}
