"""Text tables in every dressing: the same counts, or one clear refusal."""

import warnings
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from klbio import InputError, InputWarning, read_table, read_taxa
from klbio.distributions import Counts
from klbio.tidy.running_sums import check_no_running_sums
from tests.io.text.dressings import (
    ANNOTATED,
    BESIDE_RANKS,
    LINEAGES,
    PLAIN,
    PREFIXED,
    RANKS,
    SAMPLES,
    SEQUENCES,
    TAXA,
    VALUES,
    Dress,
)  # fmt: skip


def written(folder, dress):
    path = folder / "table.txt"
    path.write_bytes(dress.bytes() if isinstance(dress, Dress) else dress.encode())
    return path


def are_sums(values):
    """Whether chance made rows that are the sums of others, which is refused: see tests/tidy."""
    try:
        check_no_running_sums(
            Counts(("a", "b", "c"), tuple(map(str, range(len(values)))), np.transpose(values))
        )
    except InputError:
        return True
    return False


def assert_same(counts, taxa=TAXA):
    assert (counts.samples, counts.labels) == (SAMPLES, taxa)
    assert counts.dense().T.tolist() == [list(map(float, row)) for row in VALUES]
    assert counts.unit == "reads"


@pytest.mark.parametrize("name", PLAIN)
def test_one_table_in_every_dressing(tmp_path, name):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore" if name.startswith("title") else "error", InputWarning)
        assert_same(read_table(written(tmp_path, PLAIN[name])))


@pytest.mark.parametrize("name", [name for name in PLAIN if not name.startswith(("title", "biom", "MEGAN"))])
def test_samples_in_rows(tmp_path, name):
    dress = replace(PLAIN[name], rows=SEQUENCES, turned=True)
    table = read_taxa(written(tmp_path, dress))
    assert table.samples_known
    assert_same(table.counts, SEQUENCES)


@pytest.mark.parametrize("name", ANNOTATED)
@pytest.mark.filterwarnings("ignore::klbio.errors.InputWarning")
def test_lineages_beside_the_counts_are_the_taxonomy(tmp_path, name):
    table = read_taxa(written(tmp_path, ANNOTATED[name]))
    assert_same(table.counts)
    assert table.samples_known
    assert table.taxonomy.labels(TAXA, "genus") == list(TAXA)
    assert table.taxonomy.labels(TAXA, "family") == ["F"] * 4


@given(
    separator=st.sampled_from(["\t", ",", ";", " "]),
    corner=st.sampled_from(["taxon", "", None, "#OTU ID", "Feature ID"]),
    quote=st.sampled_from(["", '"']),
    end=st.sampled_from(["\n", "\r\n"]),
    number=st.sampled_from(["{}", "{}.0", "{}e0", "{}.00"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig"]),
    values=st.lists(
        st.lists(st.integers(0, 10**7), min_size=3, max_size=3).map(tuple), min_size=3, max_size=9
    ).map(tuple),
    turned=st.booleans(),
)
@pytest.mark.filterwarnings("ignore::klbio.errors.InputWarning")
def test_any_two_dressings_are_one_table(tmp_path_factory, values, **how):
    bare = how["separator"] == " " and not how["quote"]
    corner = None if bare and how["corner"] != "taxon" else how["corner"]
    names = {"rows": tuple(f"ASV{i}" for i in range(len(values))), "columns": ("day 0", "day 7", "day 9")}
    if bare:
        names["columns"] = ("day_0", "day_7", "day_9")
    dress = Dress(**{**how, "corner": corner}, **names, values=values)
    assume(not are_sums(values))
    counts = read_table(written(tmp_path_factory.mktemp("dress"), dress))
    assert (counts.samples, counts.labels) == (names["columns"], names["rows"])
    assert counts.dense().T.tolist() == [list(map(float, row)) for row in values]


@pytest.mark.filterwarnings("ignore::klbio.errors.InputWarning")
@pytest.mark.parametrize(
    ("dress", "words"),
    [
        (Dress(values=((1, 2, 3, "1,234"), *VALUES[1:])), "without marks between thousands: 1234"),
        (Dress(values=((1, 2, 3, "1.234"), *VALUES[1:])), "without marks between thousands: 1234"),
        (Dress(values=((1, 2, 3, "1 234"), *VALUES[1:])), "without marks between thousands: 1234"),
        (Dress(values=((1, 2, "1.5", "1,5"), *VALUES[1:])), "with a decimal point, or whole"),
        (Dress(values=((1, 2, 3, "40%"), *VALUES[1:])), "turned into proportions"),
        (Dress(values=((1, 2, 3, "NA"), *VALUES[1:])), "'NA'; .* no read was seen, write 0"),
        (Dress(values=((1, 2, 3, ""), *VALUES[1:])), "no read was seen, write 0"),
        (Dress(values=((1, 2, 3, "1_00"), *VALUES[1:])), "plain digits"),
        (Dress(values=((1, 2, 3, "٣٣٣"), *VALUES[1:])), "plain digits"),
        (Dress(values=((1, 2, 3, "+5"), *VALUES[1:])), "plain digits"),
        (Dress(values=((1, 2, 3, "inf"), *VALUES[1:])), "'inf'"),
        (Dress(values=((1, 2, 3, "1e400"), *VALUES[1:])), "'1e400'"),
        (Dress(values=((1, 2, 3, "many"), *VALUES[1:])), "'many'; .* what is no count"),
        (Dress(values=((1, 2, 3, -4), *VALUES[1:])), "before logarithms"),
        (Dress(values=((1, 2, 3, 3.2), *VALUES[1:])), "'3.2'; .* before it is turned into proportions"),
        (Dress(rows=("a", "a", "b", "c")), "taxon 'a' given more than once, first in line 2"),
        (Dress(columns=("a", "a", "b", "c")), "sample 'a' given more than once, first in column 2"),
        (Dress(rows=("a", "", "b", "c")), "line 3: a taxon without a name"),
        (Dress().text() + "Clostridium\t1\n", "line 6: 2 fields; expected 5"),
        ('taxon,P1\n"abc,1\nd,2\n', "quotes that do not pair"),
        ("taxon\tP1\n", "a header without rows"),
        ("sample\tsubject\tphase\na\tP1\tbefore\nb\tP1\tafter\n", "no column of numbers"),
        ("Feature ID\tTaxon\tConfidence\na\tk__B\t0.9\nb\tk__B\t0.8\n", "no column of numbers"),
        (Dress(beside=(("Patient", ("a", "b", "c", "a")),)), "column 'Patient' of words; .* called taxonomy"),
        (Dress(turned=True, beside=(("Class", ("sick", "well") * 2),)), "column 'Class' of words"),
        (Dress(turned=True, beside=(("Age", ("33",) * 4), ("Diet", ("x",) * 4))), "column 'Diet' of words"),
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_refused_in_words_that_help(tmp_path, dress, words):
    with pytest.raises(InputError, match=words) as caught:
        read_table(written(tmp_path, dress))
    assert len(caught.value.faults) <= 2


def test_a_header_without_its_last_name_is_not_one_without_its_first(tmp_path):
    header, rows = Dress().text().split("\n", 1)
    with pytest.raises(InputError, match="line 2: 6 fields; expected 5"):
        read_table(written(tmp_path, header + "\n" + rows.replace("\n", "\t7\n")))


def test_row_numbers_of_r_are_no_names(tmp_path):
    header, *rows = Dress(" ", quote='"').text().splitlines()
    numbered = [f'"{i}" {row}' for i, row in enumerate(rows, 1)]
    assert_same(read_table(written(tmp_path, "\n".join([header, *numbered]))))


def said(record):
    return [str(warning.message) for warning in record if isinstance(warning.message, InputWarning)]


def test_columns_that_hold_no_counts_are_passed_over_and_named_once(tmp_path):
    beside = (
        ("length", ("253", "252", "251", "250")), ("NCBI_tax_id", ("2|1", "2|2", "2|3", "5")),
        ("Sequence", SEQUENCES), ("Confidence", ("0.9", "1", "0.8", "0.7")), ("taxonomy", PREFIXED),
    )  # fmt: skip
    with pytest.warns(InputWarning) as record:
        table = read_taxa(written(tmp_path, Dress(beside=beside)))
    assert len(said(record)) == 1
    assert (
        "'length', 'NCBI_tax_id', 'Sequence', 'Confidence'; passed over; 'taxonomy' taken" in said(record)[0]
    )
    assert [row.name for row in table.dropped] == ["length", "NCBI_tax_id", "Sequence", "Confidence"]
    assert_same(table.counts)


@pytest.mark.filterwarnings("ignore::klbio.errors.InputWarning")
def test_a_table_of_swarm_or_mumu(tmp_path):
    before = (
        ("OTU", tuple("1234")), ("total", tuple(str(sum(row)) for row in VALUES)), ("cloud", ("3",) * 4),
    )  # fmt: skip
    beside = (
        ("length", ("250",) * 4), ("abundance", ("9", "8", "7", "6")), ("chimera", ("N",) * 4),
        ("spread", tuple("4433")), ("quality", ("0.001", "0.002", "0.1", "0.2")), ("sequence", SEQUENCES),
        ("identity", ("99.1",) * 4), ("taxonomy", tuple(line.replace(";", "|") for line in PREFIXED)),
        ("references", ("AB1,AB2",) * 4),
    )  # fmt: skip
    table = read_taxa(written(tmp_path, Dress(corner="amplicon", before=before, beside=beside)))
    assert_same(table.counts, ("1", "2", "3", "4"))
    assert table.taxonomy.labels(table.counts.labels, "genus") == list(TAXA)


@pytest.mark.filterwarnings("ignore::klbio.errors.InputWarning")
@pytest.mark.parametrize("first", ["tax_id", "species"])
def test_ranks_before_the_counts_as_emu_has_them(tmp_path, first):
    ranks = ("species", "genus", "family", "order", "class", "phylum", "superkingdom")
    fields = [
        ("Blautia obeum", "Dorea x", "Roseburia y", "Bacteroides z"),
        *zip(*(r[::-1] for r in LINEAGES), strict=True),
    ]
    header = "\t".join(([first] if first == "tax_id" else []) + [*ranks, *SAMPLES])
    rows = [
        "\t".join(
            ([str(100 + i)] if first == "tax_id" else [])
            + [names[i] for names in fields]
            + [*map(str, VALUES[i])]
        )
        for i in range(4)
    ]
    table = read_taxa(written(tmp_path, "\n".join([header, *rows])))
    assert_same(table.counts, ("100", "101", "102", "103") if first == "tax_id" else fields[0])
    assert table.taxonomy.labels(table.counts.labels, "genus") == list(TAXA)
    assert table.taxonomy.labels(table.counts.labels, "phylum") == ["P"] * 4


def test_ranks_without_an_id_name_the_rows_by_their_lineage(tmp_path):
    header = "\t".join([*RANKS, *SAMPLES])
    rows = ["\t".join([*LINEAGES[i], *map(str, VALUES[i])]) for i in range(4)]
    table = read_taxa(written(tmp_path, "\n".join([header, *rows])))
    assert_same(table.counts, tuple(";".join(lineage) for lineage in LINEAGES))
    assert table.taxonomy.labels(table.counts.labels, "genus") == list(TAXA)


@pytest.mark.filterwarnings("ignore::klbio.errors.InputWarning")
def test_taxpasta_with_names_ranks_and_lineages(tmp_path):
    lineages = tuple(f"cellular organisms;Bacteria;Terrabacteria;F;{name}" for name in TAXA)
    ranks = ("no rank;superkingdom;clade;family;genus",) * 4
    before = (("taxonomy_id", tuple("1234")), ("name", TAXA), ("rank", ("genus",) * 4), ("lineage", lineages))
    header, *rows = Dress(corner="rank_lineage", before=before, rows=ranks).text().splitlines()
    table = read_taxa(written(tmp_path, "\n".join([header, *rows])))
    assert_same(table.counts, tuple("1234"))
    assert table.taxonomy.ranks == ("domain", "family", "genus")
    assert table.taxonomy.labels(table.counts.labels, "genus") == list(TAXA)


@pytest.mark.filterwarnings("ignore::klbio.errors.InputWarning")
def test_metadata_of_samples_after_collapsed_taxa(tmp_path):
    taxa = (*PREFIXED[:3], "Unassigned;__;__;__;__;__")
    beside = (("group", ("a", "b", "a", "b")), ("age", tuple("3456")), ("barcode", SEQUENCES))
    dress = Dress(",", "index", number="{}.0", rows=taxa, turned=True, beside=beside)
    table = read_taxa(written(tmp_path, dress))
    assert_same(table.counts, taxa)
    assert table.metadata.columns == ("sample", "group", "age", "barcode")
    assert [row["age"] for row in table.metadata] == ["3", "4", "5", "6"]
    assert [row.name for row in table.dropped] == ["group", "age", "barcode"]


def test_plain_names_among_numbered_variants_are_taxa(tmp_path):
    taxa = ("ASV1", "ASV2", "ASV3", "Blautia")
    table = read_taxa(written(tmp_path, Dress(corner="sample", rows=taxa, turned=True)))
    assert table.turned().counts.labels == taxa


def test_rows_of_words_describe_samples(tmp_path):
    header, rows = Dress(corner="#NAME").text().split("\n", 1)
    text = f"{header}\n#CLASS:drug\tno\tyes\tno\tyes\nage\t33\t33\t41\t41\n{rows}"
    with pytest.warns(InputWarning, match="'CLASS:drug', 'age'; passed over"):
        table = read_taxa(written(tmp_path, text))
    assert_same(table.counts)
    assert table.metadata.columns == ("sample", "CLASS:drug", "age")
    assert [row["CLASS:drug"] for row in table.metadata] == ["no", "yes", "no", "yes"]


@pytest.mark.filterwarnings("ignore::klbio.errors.InputWarning")
def test_lefse_names_the_samples_below_their_classes(tmp_path):
    _, rows = Dress().text().split("\n", 1)
    names = "\t".join(SAMPLES)
    assert_same(read_table(written(tmp_path, f"class\ta\tb\ta\tb\nsubject_id\t{names}\n{rows}")))


def test_lineages_below_samples_in_rows(tmp_path):
    text = Dress(corner="sample", turned=True).text() + "taxonomy\t" + "\t".join(PREFIXED) + "\n"
    table = read_taxa(written(tmp_path, text))
    assert table.samples_known
    assert_same(table.counts)
    assert table.taxonomy.labels(TAXA, "genus") == list(TAXA)


def test_one_word_in_the_only_sample_is_a_fault_and_no_description(tmp_path):
    with pytest.raises(InputError, match="line 2: column 'P1' holds 'many'"):
        read_table(written(tmp_path, "taxon\tP1\nBlautia\tmany\nDorea\t7\n"))


def test_row_numbers_beside_ids_that_are_numbers(tmp_path):
    text = Dress(",", "TaxID", before=(("", tuple("1234")),), rows=("820", "33038", "39491", "88431"))
    assert_same(read_table(written(tmp_path, text)), text.rows)


@pytest.mark.filterwarnings("ignore::klbio.errors.InputWarning")
def test_large_ids_do_not_make_thousands_decimals(tmp_path):
    dress = Dress(
        number="{},123", beside=(("taxid", ("39491", "33038", "88431", "1301")),), values=((1, 2, 3, 4),) * 4
    )
    with pytest.raises(InputError, match="without marks between thousands"):
        read_table(written(tmp_path, dress))


def test_infinities_are_no_gaps(tmp_path):
    with pytest.raises(InputError, match="column 'P1' holds 'inf'"):
        read_table(written(tmp_path, "taxon\tP1\tP2\na\tinf\t5\nb\tinf\t7\n"))


def test_numbered_ranks_and_ranks_without_any_name(tmp_path):
    rows = "a\t5\t7\tBacteria\tBacillota\tNA\nb\t1\t2\tBacteria\tNA\tNA\n"
    for names in ("Rank1\tRank2\tRank3", "Kingdom\tPhylum\tClass"):
        table = read_taxa(written(tmp_path, f"OTU\tP1\tP2\t{names}\n{rows}"))
        assert table.counts.dense().tolist() == [[5, 1], [7, 2]]
        assert table.taxonomy.labels(["a", "b"], "phylum") == ["Bacillota", "Bacteria_unclassified"]


def test_empty_fields_of_tables_put_together_are_said(tmp_path):
    blank = tuple(tuple(value or "" for value in row) for row in VALUES)
    with pytest.warns(InputWarning, match="4 empty fields, and no 0 in the table; taken for 0"):
        assert_same(read_table(written(tmp_path, Dress(values=blank))))


LONG = [(taxon, sample, VALUES[i][j], i) for i, taxon in enumerate(TAXA) for j, sample in enumerate(SAMPLES)]


@pytest.mark.filterwarnings("ignore::klbio.errors.InputWarning")
def test_psmelt(tmp_path):
    header = ",".join(f'"{name}"' for name in ("", "OTU", "Sample", "Abundance", "Diet", *RANKS))
    rows = [
        f'"{n}","{taxon}","{sample}",{value},"{sample[:2]}",' + ",".join(f'"{name}"' for name in LINEAGES[i])
        for n, (taxon, sample, value, i) in enumerate(LONG, 1)
    ]
    table = read_taxa(written(tmp_path, "\n".join([header, *rows])))
    assert_same(table.counts)
    assert table.taxonomy.labels(TAXA, "genus") == list(TAXA)
    assert [row["Diet"] for row in table.metadata] == ["P1", "P1", "P2", "P2"]


def test_a_row_per_sample_and_taxon_is_said(tmp_path):
    text = "sample_id\ttaxon\treads\n" + "".join(f"{s}\t{t}\t{v}\n" for t, s, v, _ in LONG if v)
    with pytest.warns(
        InputWarning, match="'sample_id', 'taxon', 'reads'; taken for samples, taxa and counts"
    ):
        counts = read_table(written(tmp_path, text))
    assert counts.rows(SAMPLES).dense().sum(axis=1).tolist() == [117, 8, 35, 51]
    with pytest.raises(InputError, match="line 4: taxon 'Dorea' of sample 'P1_A' given more than once"):
        read_table(written(tmp_path, "sample,taxon,count\nP1_A,Dorea,1\nP1_B,Dorea,1\nP1_A,Dorea,5\n"))
    with pytest.raises(InputError, match="line 2: column 'taxon' is empty"):
        read_table(written(tmp_path, "sample,taxon,count\nP1_A,,1\n"))


@pytest.mark.filterwarnings("ignore::klbio.errors.InputWarning")
@pytest.mark.parametrize("whole", [1, 100, 1e6])
def test_fractions_are_proportions(tmp_path, whole):
    sums = [sum(column) for column in zip(*VALUES, strict=True)]
    shares = tuple(tuple(whole * v / n for v, n in zip(row, sums, strict=True)) for row in VALUES)
    for dress in (
        Dress(values=shares),
        Dress(",", values=shares, number="{:.6g}"),
        Dress(values=shares, turned=True),
    ):
        assert read_table(written(tmp_path, dress)).unit == "proportions"


def test_names_that_a_spreadsheet_made_are_said(tmp_path):
    with pytest.warns(InputWarning, match="'Sep-01', '1.2E\\+07', as spreadsheets make them"):
        counts = read_table(written(tmp_path, Dress(rows=("Sep-01", "Dorea", "1.2E+07", "Mars"))))
    assert_same(counts, ("Sep-01", "Dorea", "1.2E+07", "Mars"))


@pytest.mark.parametrize("name", ['"Candidatus" y', "'Nostoc' x", "a,b; c", 'Dorea 5"', "#1"])
def test_quotes_and_marks_within_names_between_tabs_stay(tmp_path, name):
    assert_same(read_table(written(tmp_path, Dress(rows=(name, *TAXA[1:])))), (name, *TAXA[1:]))


@pytest.mark.filterwarnings("ignore::klbio.errors.InputWarning")
def test_lineages_that_cannot_be_told_leave_the_counts(tmp_path):
    odd = ("a;b;c;d;e;f;g;h;i;j", "a;b", "c;d;e", "f")
    with pytest.warns(InputWarning, match="the lineages in the file are left aside"):
        table = read_taxa(written(tmp_path, Dress(beside=(("taxonomy", odd),))))
    assert table.taxonomy is None
    assert_same(table.counts)


def test_ranks_beside_ids_are_what_the_sheet_of_ranks_says(tmp_path):
    table = read_taxa(written(tmp_path, Dress(beside=BESIDE_RANKS)))
    assert table.taxonomy.lineages["Dorea"] == LINEAGES[1]
