"""Taxonomies as the tools write them: each file says the same of two taxa."""

import openpyxl
import pytest

from klbio.errors import InputError, InputWarning
from klbio.io.tables.taxonomy import read_taxonomy

BLAUTIA = ("Bacteria", "Bacillota", "Clostridia", "Lachnospirales", "Lachnospiraceae", "Blautia")
NAMELESS = (*BLAUTIA[:5], "")
RANKS = ["Kingdom", "Phylum", "Class", "Order", "Family", "Genus"]
LONG = ";".join(f"{c}__{name}" for c, name in zip("kpcofg", BLAUTIA, strict=True))
SHORT = LONG.replace("Blautia", "")
QUOTED = [",".join(f'"{name}"' for name in BLAUTIA), ",".join(f'"{name}"' for name in BLAUTIA[:5]) + ",NA"]
HEAD = ",".join(f'"{rank}"' for rank in RANKS)
TAB = ["\t".join(names) for names in (BLAUTIA, NAMELESS)]
SINTAX = [
    ",".join(f"{c}:{n}(0.9)" for c, n in zip("dpcofg", names, strict=False))
    for names in (BLAUTIA, BLAUTIA[:5])
]
RANKED = [
    "\t".join(
        f"{n}\t{r.lower().replace('kingdom', 'domain')}\t0.98" for n, r in zip(BLAUTIA, RANKS, strict=True)
    )
]
RANKED += [RANKED[0].replace("Blautia", "unclassified_Lachnospiraceae")]
FILES = {
    "QIIME 2": f"Feature ID\tTaxon\tConfidence\na\t{LONG}\t0.99\nb\t{SHORT}\t0.7\n",
    "QIIME 2 with types": f"Feature ID\tTaxon\n#q2:types\tcategorical\na\t{LONG}\nb\t{SHORT}\n",
    "for biom add-metadata": f"#OTUID\ttaxonomy\tconfidence\na\t{LONG}\t0.99\nb\t{SHORT}\t0.7\n",
    "QIIME 1, no header": f"a\t{LONG}\t0.99\t3\nb\t{SHORT}\t0.7\t1\n",
    "GTDB-Tk": f"user_genome\tclassification\tfastani_reference\na\t{LONG}\tGCF_1\nb\t{SHORT}\tN/A\n",
    "mothur cons.taxonomy": "OTU\tSize\tTaxonomy\na\t12\t" + ";".join(f"{n}(99)" for n in BLAUTIA) + ";\nb\t3\t"
    + ";".join(f"{n}(100)" for n in (*BLAUTIA[:5], "Lachnospiraceae_unclassified")) + ";\n",
    "mothur taxonomy, no header": "a\t" + ";".join(BLAUTIA) + ";\nb\t" + ";".join(BLAUTIA[:5]) + ";unclassified;\n",
    "sintax": f"a\t{SINTAX[0]}\t+\t{SINTAX[0]}\nb\t{SINTAX[0]}\t+\t{SINTAX[1]}\n",
    "sintax of clusters": f"a;size=31;\t{SINTAX[0]}\t+\nb;size=7\t{SINTAX[1]}\t+\n",
    "sintax without cutoff": f"a\t{SINTAX[0]}\t+\nb\t{SINTAX[1]}\t+\n",
    "RDP classifier": f"a\t\t{RANKED[0]}\nb\t-\t{RANKED[1]}\n",
    "RDP classifier, all ranks": f"a\t\tRoot\trootrank\t1.0\t{RANKED[0]}\nb\t\tRoot\trootrank\t1.0\t{RANKED[1]}\n",
    "DADA2 by write.csv": f'"",{HEAD}\n"a",{QUOTED[0]}\n"b",{QUOTED[1]}\n',
    "DADA2 by write.table": f'{HEAD}\n"a",{QUOTED[0]}\n"b",{QUOTED[1]}\n'.replace(",", " "),
    "DADA2, tabs and no corner": f'{HEAD}\n"a",{QUOTED[0]}\n"b",{QUOTED[1]}\n'.replace(",", "\t"),
    "DADA2, with its bootstraps": f'"",{HEAD},"boot.Genus"\n"a",{QUOTED[0]},99\n'
    f'"b",{QUOTED[1]},51\n'.replace('"Kingdom', '"tax.Kingdom'),
    "semicolons, no quotes": f"id,{HEAD}\na,{QUOTED[0]}\nb,{QUOTED[1]}\n".replace('"', "").replace(",", ";"),
    "phyloseq, prefixes kept": "OTU\t" + "\t".join(f"Rank{k}" for k in range(1, 7)) + "\na\t"
    + LONG.replace(";", "\t") + "\nb\t" + SHORT.replace(";", "\t") + "\n",
    "ampliseq": "ASV_ID\t" + "\t".join(RANKS) + "\tconfidence\tsequence\na\t" + "\t".join(BLAUTIA) + "\t0.9\tACGT\nb\t"
    + "\t".join(NAMELESS) + "\t0.5\tGGCA\n",
    "columns from below": "id\t" + "\t".join(RANKS[::-1]) + "\na\t" + "\t".join(BLAUTIA[::-1]) + "\nb\t"
    + "\t".join(NAMELESS[::-1]) + "\n",
    "a level named in the header": "id\tdomain;phylum;class;order;family;genus\na\t" + ";".join(BLAUTIA) + "\nb\t"
    + ";".join(NAMELESS) + "\n",
    "columns and the whole lineage": "id\t" + "\t".join(RANKS) + "\tTaxon\na\t" + "\t".join(BLAUTIA) + f"\t{LONG}\nb\t"
    + "\t".join(NAMELESS) + f"\t{SHORT}\n",
    "CSV of lineages": f"id,Taxon\na,{LONG}\nb,{SHORT}\n",
    "bars": f"id\tlineage\na\t{LONG}\nb\t{SHORT}\n".replace(";", "|"),
    "no header, by columns": "a\t" + "\t".join(BLAUTIA) + "\nb\t" + "\t".join(NAMELESS) + "\n",
    "TaxonKit": "".join(
        f"{k}\tcellular organisms;Bacteria;Terrabacteria group;{';'.join(names)}\t131567;2;3;4;5;6;7;8\t"
        f"no rank;superkingdom;clade;phylum;class;order;family;genus\n"
        for k, names in (("a", BLAUTIA[1:]), ("b", BLAUTIA[1:5]))
    ),
    "taxpasta": "taxonomy_id\tlineage\trank_lineage\n"
    + "".join(
        f"{k}\tcellular organisms;Bacteria;group;{';'.join(names)}\tno rank;superkingdom;clade;phylum;class;order;"
        f"family{';genus' * (len(names) > 4)}\n"
        for k, names in (("a", BLAUTIA[1:]), ("b", BLAUTIA[1:5]))
    ),
    "letters": f"id\tk\tp\tc\to\tf\tg\na\t{TAB[0]}\nb\t{TAB[1]}\n",
    "a column with a name of its own": f"id\twhat I found\na\t{LONG}\nb\t{SHORT}\n",
    "filled by the family": f"id\tTaxon\na\t{LONG}\nb\t{SHORT}f__Lachnospiraceae\n",
}  # fmt: skip


@pytest.mark.parametrize("text", FILES.values(), ids=FILES)
def test_two_taxa_in_the_file_of_every_tool(tmp_path, text):
    (tmp_path / "x").write_text(text)
    taxonomy = read_taxonomy(tmp_path / "x")
    assert taxonomy.lineages == {"a": BLAUTIA, "b": NAMELESS}
    assert taxonomy.ranks == ("domain", "phylum", "class", "order", "family", "genus")


def test_a_workbook_and_utf_16_say_the_same(tmp_path):
    rows = [line.split("\t") for line in FILES["columns from below"].splitlines()]
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "x.xlsx")
    (tmp_path / "x.txt").write_text(FILES["columns from below"], encoding="utf-16")
    for name in ("x.xlsx", "x.txt"):
        assert read_taxonomy(tmp_path / name).lineages == {"a": BLAUTIA, "b": NAMELESS}


PR2 = ["Eukaryota", "TSAR", "Alveolata", "Dinoflagellata", "Dinophyceae", "O", "F", "G", "G x"]
WORDS = ["Domain", "Supergroup", "Division", "Subdivision", "Class", "Order", "Family", "Genus", "Species"]


def test_the_nine_levels_of_pr2_are_read_once_they_have_names(tmp_path):
    """Following what the refusal says."""
    path = tmp_path / "x.tsv"
    path.write_text(f"id\tTaxon\na\t{';'.join(PR2)}\n")
    with pytest.raises(InputError, match=r"line 2: lineage 'Eukaryota;TSAR.*name the levels in the header"):
        read_taxonomy(path)
    path.write_text(f"id\t{';'.join(WORDS)}\na\t{';'.join(PR2)}\n")
    named = read_taxonomy(path)
    path.write_text("id\t" + "\t".join(WORDS) + "\na\t" + "\t".join(PR2) + "\n")
    by_column = read_taxonomy(path)
    assert named.lineages == by_column.lineages == {"a": tuple(PR2)}
    assert named.ranks == by_column.ranks == tuple(word.lower() for word in WORDS)
    assert by_column.labels(["a"], "Phylum") == ["Alveolata"]


def test_levels_that_only_the_file_knows_keep_its_order(tmp_path):
    (tmp_path / "x.tsv").write_text("id\tdomain;guild;genus\na\tBacteria;grazers;G\n")
    assert read_taxonomy(tmp_path / "x.tsv").ranks == ("domain", "guild", "genus")


REFUSED = {
    "a genus among classes": (
        "id\tClass\tGenus\na\tg__X\tX\n",
        "column 'Class' holds 'g__X', by its prefix",
    ),
    "ranks without names of taxa": (
        "Kingdom\tPhylum\nBacteria\tX\n",
        "the rank 'Kingdom' in the first column",
    ),
    "a rank twice": ("id\tGenus\tgenus\na\tX\tX\n", "two columns of the rank genus"),
    "a level twice": ("id\tdomain;genus;genus\na\tA;B;C\n", "levels 'domain;genus;genus' in the header"),
    "a column twice": ("id\tGenus\tGenus\na\tX\tX\n", "column 'Genus' twice"),
    "a taxon twice": (f"id\tTaxon\na\t{LONG}\na\t{LONG}\n", "line 3: id 'a' was given in line 2"),
    "a row too long": ("id\tGenus\na\tX\tY\n", "line 2: 3 fields; expected 2"),
    "nothing": ("", "0 lines"),
    "names alone": ("id\tTaxon\na\tBlautia\n", "line 2: lineage 'Blautia' of taxon 'a'"),
}


@pytest.mark.parametrize(("text", "words"), REFUSED.values(), ids=REFUSED)
def test_files_that_are_refused(tmp_path, text, words):
    (tmp_path / "x.tsv").write_text(text)
    with pytest.raises(InputError) as caught:
        read_taxonomy(tmp_path / "x.tsv")
    assert words in str(caught.value)


def test_columns_that_are_no_ranks_are_passed_over_and_told(tmp_path):
    (tmp_path / "x.tsv").write_text("id\tFamily\tGenus\tSpecies.1\tnotes\na\tF\tG\tx\told\n")
    with pytest.warns(InputWarning, match="column 'Species.1', 'notes' names no known rank; passed over"):
        assert read_taxonomy(tmp_path / "x.tsv").ranks == ("family", "genus")


def test_ranks_that_only_the_file_knows_are_filled_from_no_other_row(tmp_path):
    (tmp_path / "x.tsv").write_text("id\tgram\toxygen\na\tpositive\tNone needed\nb\t\tNone needed\n")
    assert read_taxonomy(tmp_path / "x.tsv").lineages["b"] == ("", "None needed")


def test_a_number_behind_a_lone_name_belongs_to_it(tmp_path):
    (tmp_path / "x.tsv").write_text("id\tFamily\tGenus\na\t\tSubgroup_10\nb\tAB1__F\tX\n")
    assert read_taxonomy(tmp_path / "x.tsv").lineages == {"a": ("", "Subgroup_10"), "b": ("AB1__F", "X")}
