"""Profiles of classifiers: reads of each taxon, each once, from a file, a folder or a combined table."""

import re
import warnings

import numpy as np
import pytest

from klbio import Study
from klbio.design import Design, Sample
from klbio.errors import InputError, InputWarning
from klbio.io import read_taxa

REPORT = """\
 10.00\t{u}\t{u}\tU\t0\tunclassified
 90.00\t{all}\t0\tR\t1\troot
 90.00\t{all}\t{d}\tD\t2\t  Bacteria
 60.00\t{f}\t0\tP\t1239\t    Bacillota
 60.00\t{f}\t{f1}\tF\t186803\t      Lachnospiraceae
 30.00\t{g}\t{g}\tG\t572511\t        Blautia
 30.00\t{s}\t0\tG\t841\t        Roseburia
 30.00\t{s}\t{s}\tS\t301301\t          Roseburia hominis
"""


def report(u=5, d=2, f1=3, g=10, s=20):
    f = f1 + g + s
    return REPORT.format(u=u, d=d, f1=f1, g=g, s=s, f=f, all=d + f)


@pytest.fixture
def quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InputWarning)
        yield


def values(table):
    counts = table.counts
    return {
        sample: {label: value for label, value in zip(counts.labels, row, strict=True) if value}
        for sample, row in zip(counts.samples, counts.dense().tolist(), strict=True)
    }


def test_a_folder_of_kraken_reports_is_one_table_of_reads_at_the_taxa_they_were_assigned_to(tmp_path):
    (tmp_path / "A1.kreport").write_text(report())
    (tmp_path / "B.2.k2report.txt").write_text(report(u=0, d=0, f1=0, g=7, s=1))
    (tmp_path / "README").write_text("reports of two samples\n")
    with pytest.warns(InputWarning, match="'README' beside 2 files of Kraken 2; passed over"):
        table = read_taxa(tmp_path)
    assert values(table) == {
        "A1": {
            "unclassified": 5,
            "Bacteria": 2,
            "Lachnospiraceae": 3,
            "Blautia": 10,
            "Roseburia hominis": 20,
        },
        "B.2": {"Blautia": 7, "Roseburia hominis": 1},
    }
    assert table.taxonomy.labels(["Roseburia hominis", "Bacteria"], "genus") == ["Roseburia", "unclassified"]
    assert [(row.kind, row.name) for row in table.dropped] == [("file", "README")]
    assert table.counts.unit == "reads"


BLANK_CODES = """\
 10.00\t10\t10\tU\t0\tunclassified
 90.00\t90\t0\t\t1\troot
 90.00\t90\t0\t\t2\t  Bacteria
 60.00\t60\t0\t\t30\t    Bacillota
 60.00\t60\t60\tC\t31\t      Bacilli
 30.00\t30\t0\t\t40\t    Bacteroidota
 30.00\t30\t0\tC\t41\t      Bacteroidia
 30.00\t30\t30\tO\t42\t        Bacteroidales
"""


def test_a_report_whose_domains_and_phyla_have_no_code_has_them_by_their_place(tmp_path, quiet):
    (tmp_path / "A.kreport").write_text(BLANK_CODES)
    taxonomy = read_taxa(tmp_path / "A.kreport").taxonomy
    assert taxonomy.labels(["Bacilli", "Bacteroidales"], "phylum") == ["Bacillota", "Bacteroidota"]
    assert taxonomy.labels(["Bacilli", "Bacteroidales"], "domain") == ["Bacteria", "Bacteria"]


def test_one_report_is_a_table_of_one_sample_and_says_how_to_give_all(tmp_path):
    (tmp_path / "P1.kreport").write_text(report())
    with pytest.warns(InputWarning, match=r"read as sample 'P1'\. Give the folder"):
        assert read_taxa(tmp_path / "P1.kreport").counts.samples == ("P1",)


def test_reports_with_minimizers_hold_the_same_reads(tmp_path, quiet):
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain/P.kreport").write_text(report())
    lines = [line.split("\t") for line in report().splitlines()]
    (tmp_path / "P.kreport").write_text(
        "\n".join("\t".join([*line[:3], "99", "7", *line[3:]]) for line in lines) + "\n"
    )
    assert values(read_taxa(tmp_path / "P.kreport")) == values(read_taxa(tmp_path / "plain"))


def test_a_report_of_krakenuniq(tmp_path, quiet):
    head = "# KrakenUniq v1.0.4 DATE:2024-01-01\n%\treads\ttaxReads\tkmers\tdup\tcov\ttaxID\trank\ttaxName\n"
    rows = [
        "40\t4\t4\t9\t1\tNA\t0\tno rank\tunclassified",
        "60\t6\t0\t9\t1\tNA\t1\tno rank\troot",
        "60\t6\t0\t9\t1\t0.1\t2\tsuperkingdom\t  Bacteria",
        "60\t6\t6\t9\t1\t0.1\t841\tgenus\t    Roseburia",
    ]
    (tmp_path / "S.report").write_text(head + "\n".join(rows) + "\n")
    table = read_taxa(tmp_path / "S.report")
    assert values(table) == {"S": {"unclassified": 4, "Roseburia": 6}}
    assert table.taxonomy.labels(["Roseburia"], "domain") == ["Bacteria"]


def test_taxa_of_one_name_are_told_apart_by_their_identifiers(tmp_path, quiet):
    text = "100\t9\t0\tR\t1\troot\n60\t5\t5\tG\t1\t  Bacillus\n40\t4\t4\tG\t55087\t  Bacillus\n"
    (tmp_path / "S.kreport").write_text(text)
    assert values(read_taxa(tmp_path / "S.kreport")) == {"S": {"Bacillus (1)": 5, "Bacillus (55087)": 4}}


def test_combined_reports_are_the_folder_they_came_from(tmp_path, quiet):
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports/A.kreport").write_text(report())
    (tmp_path / "reports/B.kreport").write_text(report(**dict.fromkeys(("u", "d", "f1", "g", "s"), 1)))
    ones = dict.fromkeys(("u", "d", "f1", "g", "s"), 1)
    one, two = ([line.split("\t") for line in report(**given).splitlines()] for given in ({}, ones))
    rows = [
        "\t".join(["0", "9", "9", a[1], a[2], b[1], b[2], a[3], a[4], a[5]])
        for a, b in zip(one, two, strict=True)
    ]
    head = "#Number of Samples: 2\n#Total Number of Reads: 9\n#S1\tA\n#S2\tB\n"
    head += "#perc\ttot_all\ttot_lvl\tS1_all\tS1_lvl\tS2_all\tS2_lvl\tlvl_type\ttaxid\tname\n"
    (tmp_path / "combined.txt").write_text(head + "\n".join(rows) + "\n")
    assert values(read_taxa(tmp_path / "combined.txt")) == values(read_taxa(tmp_path / "reports"))


def test_a_report_that_lost_lines_is_said_to_have(tmp_path):
    lines = report(f1=30).splitlines(keepends=True)
    (tmp_path / "S.kreport").write_text("".join(line for line in lines if "Blautia" not in line))
    with pytest.warns(InputWarning, match="clades whose reads are not those of their members"):
        read_taxa(tmp_path)


def test_a_broken_line_is_named_in_its_file(tmp_path):
    (tmp_path / "A.kreport").write_text(report())
    (tmp_path / "B.kreport").write_text(report() * 4 + "1.0\tmany\t3\tS\t5\tX\n" + "cut off\n")
    with pytest.raises(InputError) as caught:
        read_taxa(tmp_path)
    assert [(fault.line, fault.path.endswith("B.kreport")) for fault in caught.value.faults] == [
        (33, True),
        (34, True),
    ]


def test_two_files_of_one_sample_are_refused(tmp_path):
    for name in ("A.kreport", "A_bracken_species.kreport"):
        (tmp_path / name).write_text(report())
    with pytest.raises(InputError, match="of one sample, 'A'"):
        read_taxa(tmp_path)


HEAD = "name\ttaxonomy_id\ttaxonomy_lvl\tkraken_assigned_reads\tadded_reads\tnew_est_reads\tfraction_total_reads\n"


def test_bracken_outputs_of_a_folder_and_combined(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/A.bracken").write_text(
        HEAD + "Blautia obeum\t40520\tS\t5\t2\t7\t0.7\nDorea longicatena\t88431\tS\t3\t0\t3\t0.3\n"
    )
    (tmp_path / "out/B.bracken").write_text(HEAD + "Blautia obeum\t40520\tS\t4\t0\t4\t1.0\n")
    both = read_taxa(tmp_path / "out")
    assert values(both) == {"A": {"Blautia obeum": 7, "Dorea longicatena": 3}, "B": {"Blautia obeum": 4}}
    assert both.taxonomy.labels(["Blautia obeum"], "species") == ["Blautia obeum"]
    head = "name\ttaxonomy_id\ttaxonomy_lvl\tA.bracken_num\tA.bracken_frac\tB.bracken_num\tB.bracken_frac\n"
    rows = "Blautia obeum\t40520\tS\t7\t0.7\t4\t1.0\nDorea longicatena\t88431\tS\t3\t0.3\t0\t0.0\n"
    (tmp_path / "all.txt").write_text(head + rows)
    assert values(read_taxa(tmp_path / "all.txt")) == values(both)


def test_bracken_cells_that_are_no_reads_are_named(tmp_path):
    (tmp_path / "A.bracken").write_text(HEAD + "X\t1\tS\t5\t2\tseven\t0.7\n")
    with (
        pytest.warns(InputWarning),
        pytest.raises(InputError, match="line 2: column 'new_est_reads' holds 'seven'"),
    ):
        read_taxa(tmp_path / "A.bracken")


CLADES = {
    "k__Bacteria": 90.0,
    "k__Bacteria|p__Bacillota": 90.0,
    "k__Bacteria|p__Bacillota|g__Dorea": 60.0,
    "k__Bacteria|p__Bacillota|g__Dorea|s__Dorea_longicatena": 60.0,
    "k__Bacteria|p__Bacillota|g__Blautia": 30.0,
    "k__Bacteria|p__Bacillota|g__Blautia|s__B_obeum": 30.0,
}


def profile(reads=False):
    head = "#mpa_vJun23_CHOCOPhlAnSGB_202307\n#/usr/bin/metaphlan\n#SampleID\tMetaphlan_Analysis\n"
    columns = "#clade_name\tNCBI_tax_id\trelative_abundance\t"
    columns += "coverage\testimated_number_of_reads_from_the_clade\n" if reads else "additional_species\n"
    rows = [
        f"{name}\t2|9\t{share}\t" + (f"0.1\t{int(share * 10)}" if reads else "")
        for name, share in CLADES.items()
    ]
    return (
        head
        + columns
        + "UNCLASSIFIED\t-1\t10.0\t"
        + ("-\t100" if reads else "")
        + "\n"
        + "\n".join(rows)
        + "\n"
    )


def test_metaphlan_profiles_are_proportions_of_the_finest_clades(tmp_path):
    (tmp_path / "A_profile.txt").write_text(profile())
    with pytest.warns(InputWarning, match="clades of every rank"):
        table = read_taxa(tmp_path)
    assert table.counts.unit == "proportions"
    assert list(values(table)["A"].values()) == [10.0, 60.0, 30.0]
    assert table.taxonomy.labels(table.counts.labels[1:], "genus") == ["Dorea", "Blautia"]
    assert [row.name for row in table.dropped] == [name for name in CLADES if "s__" not in name]


def test_metaphlan_profiles_with_reads_are_counts(tmp_path, quiet):
    (tmp_path / "A_profile.txt").write_text(profile(reads=True))
    (tmp_path / "B_profile.txt").write_text(profile(reads=True))
    table = read_taxa(tmp_path)
    assert table.counts.unit == "reads"
    assert table.counts.depth.tolist() == [1000, 1000]
    (tmp_path / "B_profile.txt").write_text(profile())
    assert read_taxa(tmp_path).counts.unit == "proportions"


def test_humann_keeps_the_rows_of_the_community(tmp_path):
    text = (
        "# Pathway\tP1_Abundance\tP2_Abundance-RPKs\nUNMAPPED\t10.5\t3\nPWY-1: a way\t6.5\t2.25\n"
        "PWY-1: a way|g__Dorea.s__D\t5\t2\nPWY-1: a way|unclassified\t1.5\t0.25\n"
    )
    (tmp_path / "pathabundance.tsv").write_text(text)
    with pytest.warns(InputWarning, match="2 rows of single species; left out"):
        table = read_taxa(tmp_path / "pathabundance.tsv")
    assert values(table) == {
        "P1": {"UNMAPPED": 10.5, "PWY-1: a way": 6.5},
        "P2": {"UNMAPPED": 3, "PWY-1: a way": 2.25},
    }
    assert table.counts.unit == "proportions"
    (tmp_path / "pathcoverage.tsv").write_text(text.replace("Abundance", "Coverage"))
    with pytest.raises(InputError, match="coverages"):
        read_taxa(tmp_path / "pathcoverage.tsv")


SHARED = "label\tGroup\tnumOtus\tOtu1\tOtu2\t\n0.03\tday0\t2\t5\t6\t\n0.03\tday7\t2\t0\t9\t\n"


def test_mothur_shared_has_samples_in_rows_and_one_label(tmp_path):
    (tmp_path / "m.shared").write_text(SHARED)
    assert values(read_taxa(tmp_path / "m.shared")) == {"day0": {"Otu1": 5, "Otu2": 6}, "day7": {"Otu2": 9}}
    (tmp_path / "m.shared").write_text(SHARED + "0.05\tday0\t2\t11\t0\t\n")
    with pytest.raises(InputError, match=r"labels '0.03', '0.05'; expected one of them.*awk"):
        read_taxa(tmp_path / "m.shared")


def test_the_remedy_for_several_labels_works(tmp_path):
    import subprocess

    (tmp_path / "m.shared").write_text(SHARED + "0.05\tday0\t2\t11\t0\t\n0.05\tday7\t2\t9\t0\t\n")
    with pytest.raises(InputError) as caught:
        read_taxa(tmp_path / "m.shared")
    command = caught.value.faults[0].remedy.partition("example: ")[2]
    subprocess.run(["sh", "-c", command], check=True, cwd=tmp_path)
    assert values(read_taxa(tmp_path / "one.shared")) == {"day0": {"Otu1": 11}, "day7": {"Otu1": 9}}


def test_mothur_count_tables_whole_and_packed(tmp_path):
    whole = "Representative_Sequence\ttotal\tday0\tday7\nM1\t7\t6\t1\nM2\t3\t0\t3\n"
    packed = (
        "#Compressed Format: groupIndex,abundance. For example 1,6 would mean ...\n#1,day0\t2,day7\n"
        "Representative_Sequence\ttotal\tday0\tday7\nM1\t7\t1,6\t2,1\nM2\t3\t2,3\n"
    )
    for name, text in (("whole", whole), ("packed", packed)):
        (tmp_path / f"{name}.count_table").write_text(text)
    one, other = (read_taxa(tmp_path / f"{name}.count_table") for name in ("whole", "packed"))
    assert values(one) == values(other) == {"day0": {"M1": 6}, "day7": {"M1": 1, "M2": 3}}
    (tmp_path / "packed.count_table").write_text(packed.replace("2,3", "3,3"))
    with pytest.raises(InputError, match="line 5: '3,3'"):
        read_taxa(tmp_path / "packed.count_table")


def test_mothur_summary_is_read_at_its_leaves(tmp_path):
    text = (
        "taxlevel\trankID\ttaxon\tdaughterlevels\ttotal\tday0\tday7\n0\t0\tRoot\t1\t10\t6\t4\n"
        "1\t0.1\tBacteria\t2\t10\t6\t4\n2\t0.1.1\tBacillota\t0\t7\t4\t3\n2\t0.1.2\tBacteroidota\t0\t3\t2\t1\n"
    )
    (tmp_path / "m.tax.summary").write_text(text)
    table = read_taxa(tmp_path / "m.tax.summary")
    assert table.counts.depth.tolist() == [6, 4]
    assert table.counts.labels == ("Bacteria;Bacillota", "Bacteria;Bacteroidota")


def test_a_taxon_a_line(tmp_path):
    singlem = "sample\tcoverage\ttaxonomy\nP1_R1\t2.5\tRoot; d__Bacteria; p__Bacillota\nP1_R1\t0.5\tRoot; d__Bacteria\n"
    kaiju = "file\tpercent\treads\ttaxon_id\ttaxon_name\n"
    kaiju += "out/P1.out\t60\t6\t841\tRoseburia\nout/P1.out\t40\t4\tNA\tunclassified\n"
    sylph = (
        "Sample_file\tGenome_file\tTaxonomic_abundance\tSequence_abundance\nP1.fastq.gz\tg1.fna\t99.5\t98\n"
    )
    for name, text in (("singlem", singlem), ("kaiju", kaiju), ("sylph", sylph)):
        (tmp_path / name).write_text(text)
    tables = {name: read_taxa(tmp_path / name) for name in ("singlem", "kaiju", "sylph")}
    assert {name: table.counts.unit for name, table in tables.items()} == {
        "singlem": "proportions", "kaiju": "reads", "sylph": "proportions",
    }  # fmt: skip
    assert values(tables["kaiju"]) == {"P1": {"Roseburia": 6, "unclassified": 4}}
    assert tables["singlem"].taxonomy.ranks[:2] == ("domain", "phylum")
    (tmp_path / "kaiju").write_text(
        kaiju + "out/P1.out\tx\tmany\t841\tDorea\nout/P1.out\t60\t6\t841\tRoseburia\n"
    )
    with pytest.raises(InputError, match=r"(?s)line 4: .*line 5: .* twice in sample"):
        read_taxa(tmp_path / "kaiju")


def test_reads_at_mixed_ranks_are_no_sums_of_others(tmp_path, quiet):
    """Direct reads of a family may be more than those of its genera, in every sample."""
    for name, f1 in (("A", 90), ("B", 80)):
        (tmp_path / f"{name}.kreport").write_text(report(d=200, f1=f1))
    table = read_taxa(tmp_path)
    assert np.allclose(table.counts.depth, [325, 315])
    sheet = Design([Sample("A", "S", "before"), Sample("B", "S", "after")])
    assert Study(table, sheet).pairs["depth_before"].tolist()[0] == 325


@pytest.mark.parametrize(
    ("name", "unit", "n_taxa"),
    [("m.shared", "reads", 26), ("combine_mpa.txt", "reads", 25), ("mpa4_merged.txt", "proportions", 24)],
)
def test_handed_cases(shared, quiet, name, unit, n_taxa):
    counts = read_taxa(shared.parent / "cases/tables" / name).counts
    assert (counts.unit, len(counts.labels), len(counts.samples)) == (unit, n_taxa, 24)
    plain = read_taxa(shared.parent / "cases/tables/plain.tsv").counts
    if unit == "reads":
        assert counts.depth.tolist() == plain.depth.tolist()


SHARES = {
    "k__B": "100 100", "k__B|p__F": "100 100", "k__B|p__F|s__a": "40 30", "k__B|p__F|s__b": "50 70", "UNKNOWN": "0 5",
}  # fmt: skip


@pytest.mark.parametrize(
    ("species", "kept", "words"),
    [
        (
            "40 30",
            ["k__B|p__F|s__a", "k__B|p__F|s__b", "UNKNOWN"],
            r"up to 10 % of a sample that stands at no species",
        ),
        (
            "50 30",
            ["k__B|p__F|s__a", "k__B|p__F|s__b", "UNKNOWN"],
            r"left out; MetaPhlAn sums them over species",
        ),
        (
            "0 1",
            ["k__B|p__F unclassified", "k__B|p__F|s__a", "k__B|p__F|s__b", "UNKNOWN"],
            "kept as 'unclassified'",
        ),
    ],
)
@pytest.mark.parametrize("head", ["clade_name", "#mpa_v30\nID"])
def test_of_merged_tables_of_metaphlan_the_species_are_taken(tmp_path, head, species, kept, words):
    rows = SHARES | {"k__B|p__F|s__a": species} | ({"k__B|p__F|s__b": "9 70"} if species == "0 1" else {})
    lines = [f"{head}\tA\tB", *(f"{name}\t" + "\t".join(value.split()) for name, value in rows.items())]
    (tmp_path / "merged.tsv").write_text("\n".join(lines) + "\n")
    with pytest.warns(InputWarning, match=words):
        table = read_taxa(tmp_path / "merged.tsv")
    assert list(table.counts.labels) == kept


GATHER = "intersect_bp,f_orig_query,f_match,f_unique_to_query,f_unique_weighted,average_abund,name,query_name,query_md5"


def gather(*rows, head=GATHER):
    return (
        "\n".join([head, *(f"1000,0.3,0.2,0.25,{share},1.2,{name},S1,8036e539" for name, share in rows)])
        + "\n"
    )


def test_results_of_sourmash_are_shares_with_what_nothing_covers(tmp_path, quiet):
    (tmp_path / "S1.gather.csv").write_text(gather(('"GCF_1 Escherichia coli, K12"', 0.5), ("GCF_2", 0.2)))
    (tmp_path / "S2.gather.csv").write_text(gather(("GCF_2", 0.75)))
    table = read_taxa(tmp_path)
    assert table.counts.unit == "proportions"
    found = {sample: pytest.approx(of) for sample, of in values(table).items()}
    assert found == {
        "S1": {"GCF_1 Escherichia coli, K12": 0.5, "GCF_2": 0.2, "unclassified": 0.3},
        "S2": {"GCF_2": 0.75, "unclassified": 0.25},
    }


def test_lineages_that_sourmash_tax_annotate_adds_are_taken(tmp_path, quiet):
    lineage = "d__Bacteria;p__P;c__C;o__O;f__F;g__Escherichia;s__Escherichia coli"
    text = gather(("GCF_1", 0.5), head=GATHER + ",lineage").replace("8036e539", f"8036e539,{lineage}")
    (tmp_path / "S1.gather.with-lineages.csv").write_text(text)
    table = read_taxa(tmp_path / "S1.gather.with-lineages.csv")
    assert table.taxonomy.labels(["GCF_1"], "genus") == ["Escherichia"]
    assert table.counts.samples == ("S1",)


@pytest.mark.parametrize(("rows", "found"), [
    ([("GCF_1", 1.5)], "f_unique_weighted '1.5'"),
    ([("GCF_1", "x")], "f_unique_weighted 'x'"),
    ([("GCF_1", 0.5), ("GCF_1", 0.2)], "name 'GCF_1' again"),
    ([("GCF_1", 0.7), ("GCF_2", 0.6)], "shares that add up to 1.3"),
])  # fmt: skip
def test_results_of_sourmash_that_cannot_be_are_refused(tmp_path, quiet, rows, found):
    (tmp_path / "S1.csv").write_text(gather(*rows))
    with pytest.raises(InputError, match=re.escape(found)):
        read_taxa(tmp_path / "S1.csv")


def test_proportions_of_two_samples_are_no_amounts(tmp_path):
    (tmp_path / "t.tsv").write_text("taxon\tbefore\tafter\nBlautia\t0.25\t0.5\nDorea\t0.75\t0.5\n")
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        assert read_taxa(tmp_path / "t.tsv").counts.unit == "proportions"
    assert not [one for one in said if "taken for amounts" in str(one.message)]


def test_the_handed_report_of_kraken(shared, quiet):
    table = read_taxa(shared.parent / "cases/tables/kraken")
    assert table.counts.depth.tolist() == [5972]
    assert table.counts.samples == ("P1_B1",)
