"""Lineages in the dressings that tools give them: all say the same, or are refused in words."""

import pytest

from klbio.errors import InputError, InputWarning
from klbio.taxonomy import Taxonomy, taxonomy_inside, taxonomy_of_metadata

LEVELS = ("domain", "phylum", "class", "order", "family", "genus", "species")
NAMES = (
    "Bacteria",
    "Bacillota",
    "Clostridia",
    "Lachnospirales",
    "Lachnospiraceae",
    "Blautia",
    "Blautia obeum",
)
CODES = "dpcofgs"
GREENGENES = "; ".join(f"{code}__{name}" for code, name in zip("kpcofgs", NAMES, strict=True))


def read(*lineages):
    return Taxonomy.of_lineages({f"t{i}": lineage for i, lineage in enumerate(lineages)}, "x.tsv")


def joined(mark, *, code="{}__", codes=CODES, end=""):
    return mark.join(code.format(c) + name + end for c, name in zip(codes, NAMES, strict=False))


DRESSINGS = {
    "Greengenes": GREENGENES,
    "Greengenes, epithet alone": GREENGENES.replace("s__Blautia ", "s__"),
    "GTDB and SILVA 138": joined(";"),
    "SILVA 132": ";".join(f"D_{i}__{name}" for i, name in enumerate(NAMES)),
    "sintax": joined(",", code="{}:", end="(0.97)"),
    "sintax, of a reference": "tax=" + joined(",", code="{}:") + ";",
    "mothur": ";".join(f"{name}(100)" for name in NAMES) + ";",
    "mothur, quoted as RDP does": ";".join(f'"{name}"(97)' for name in NAMES) + ";",
    "mothur of SILVA 132": ";".join(f"D_{i}__{name}(100)" for i, name in enumerate(NAMES)) + ";",
    "RDP": "Root;" + ";".join(NAMES),
    "by position": ";".join(NAMES),
    "by position, with bars": "|".join(NAMES),
    "MetaPhlAn": joined("|", codes="kpcofgs"),
    "superkingdom": joined(";", codes=["sk", *"pcofgs"]),
    "MGnify": joined(";", codes=["sk", *"pcofgs"]).replace(";p__", ";k__;p__"),
    "intermediate ranks of Kraken": joined("|").replace("|p__", "|x__Terrabacteria group|p__"),
    "words": joined(";", code="{}:", codes=["superkingdom", *LEVELS[1:]]).replace(";phylum", ";no rank:group;phylum"),
    "one underscore": joined(";", code="{}_", codes="kpcofgs").replace(";p_", ";n_Terrabacteria group;p_"),
    "names of columns in R": joined("."),
    "joined by underscores": joined("_"),
    "capitals": joined(";", code="{}__", codes="DPCOFGS"),
    "roots of NCBI": "root;cellular organisms;" + joined(";"),
    "roots as nodes": "r__Root;r__cellular organisms;" + joined(";"),
    "MEGAN": "".join(f"[{c.upper()}] {name}; 100; " for c, name in zip(CODES, NAMES, strict=True)),
    "UNITE": "Blautia_obeum|AB1234|SH1641820.08FU|reps|" + GREENGENES,
    "blanks of all kinds": "\u00a0d__Bacteria ;p__Bacillota\u200b; " + joined("; ")[27:].replace("a o", "a\u00a0 o"),
    "IDTAXA": "Root [rootrank, 99.1%]; "
    + "; ".join(f"{name} [{rank}, 88%]" for rank, name in zip(LEVELS, NAMES, strict=True)),
    "MIDORI": "root_1;" + ";".join(f"{name}_{k}" for k, name in enumerate(NAMES, 7000)),
    "a list, as BIOM has it": GREENGENES.split(";"),
    "a list of one": [joined(";")],
    "a list by position": list(NAMES),
}  # fmt: skip


@pytest.mark.parametrize("lineage", DRESSINGS.values(), ids=DRESSINGS)
def test_one_lineage_in_every_dressing(lineage):
    taxonomy = read(lineage)
    assert (taxonomy.ranks, taxonomy.lineages["t0"]) == (LEVELS, NAMES)


def labels(*lineages, rank="genus"):
    taxonomy = read(*lineages)
    return taxonomy.labels(list(taxonomy.lineages), rank)


SKIPPED = "d__Bacteria;p__Bacillota;o__Lachnospirales;f__Lachnospiraceae;g__Blautia"


def test_a_lineage_that_skips_a_rank_is_the_clade_that_the_others_name():
    """By position the species of the skipped lineage would stand under genus."""
    with pytest.warns(InputWarning, match="1 taxon whose lineage skips a rank.*Clostridia;Lachnospirales"):
        taxonomy = read(joined(";"), SKIPPED)
    assert taxonomy.labels(["t0", "t1"], "genus") == ["Blautia", "Blautia"]
    assert taxonomy.labels(["t0", "t1"], "class") == ["Clostridia", "Clostridia"]


def test_a_rank_that_all_lineages_skip_is_none_of_theirs():
    assert read(SKIPPED).ranks == ("domain", "phylum", "order", "family", "genus")


def test_a_gap_stays_where_the_others_disagree_or_share_no_more_than_an_epithet():
    two = [f"d__Bacteria;c__{name};g__Blautia" for name in ("Clostridia", "Bacilli")]
    assert read(*two, "d__Bacteria;g__Blautia").lineages["t2"] == ("Bacteria", "", "Blautia")
    sedis = ["c__Clostridia;o__A;f__Incertae Sedis", "c__Clostridia;f__Incertae Sedis"]
    assert read(*sedis).lineages["t1"] == ("Clostridia", "", "Incertae Sedis")
    assert read("f__A;g__X;s__coli", "f__A;g__;s__coli").lineages["t1"] == ("A", "", "coli")


UNNAMED = [
    "", "g__", "g__uncultured", "g__uncultured bacterium", "g__Ambiguous_taxa", "g__metagenome", "g__gut metagenome",
    "g__unidentified", "g__unculturedfungus", "g__unidentified_Lachnospiraceae", "g__unknown", "g__NA",
    "g__Unassigned", "__", "Other",
    "g__Lachnospiraceae_unclassified", "g__unclassified_Lachnospiraceae", "g__norank_f__Lachnospiraceae", "g__-",
    "g__Lachnospiraceae (no genus in NCBI)", "g__Lachnospiraceae_noname", "g__Multi-affiliation", "g__NaN",
    "g__f__Lachnospiraceae", "g__genus_Lachnospiraceae", "g__unclassified Lachnospiraceae", "g__None",
]  # fmt: skip


@pytest.mark.filterwarnings("ignore:.*for a name:klbio.errors.InputWarning")
@pytest.mark.parametrize("word", UNNAMED)
def test_what_is_no_name_is_unassigned(word):
    assert labels(joined(";"), f"{joined(';', codes='dpcof')};{word};") == [
        "Blautia",
        "Lachnospiraceae_unclassified",
    ]


@pytest.mark.parametrize(
    "name",
    ["[Ruminococcus]", "Incertae Sedis", "Escherichia-Shigella", "UCG-002", "Candidatus Soleaferrea", "MVG(MHVG)",
     "Clostridium_sensu_stricto_1", "Prevotella_9", "GGB9699", "1-68", "[Eubacterium] hallii group", "Blautia_A_141781",
     "Rhizobium/Agrobacterium", "Unknownella"],
)  # fmt: skip
def test_what_looks_odd_is_a_name_all_the_same(name):
    assert labels(f"d__Bacteria;f__F;g__{name}") == [name]


@pytest.mark.filterwarnings("error")
def test_lineages_of_collapsed_tables_and_of_nothing():
    assert labels("k__Bacteria;__;__;__;__;__", GREENGENES, "Unassigned;__;__;__;__;__", "Unassigned", "") == [
        "unclassified", "Blautia", "unclassified", "unclassified", "unclassified",
    ]  # fmt: skip
    assert labels("Unassigned", "k__Bacteria;p__Bacillota", rank="phylum") == ["unclassified", "Bacillota"]


def test_levels_below_the_last_name_are_none():
    many = "; ".join(["Ambiguous_taxa"] * 14)
    assert labels(DRESSINGS["SILVA 132"], f"{many}; D_14__", many, DRESSINGS["by position"] + ";NA;;") == [
        "Blautia", "unclassified", "unclassified", "Blautia",
    ]  # fmt: skip


def test_one_name_under_two_parents_is_two_clades():
    first, second = (f"k__Bacteria;f__{family};g__Incertae Sedis" for family in ("A", "B"))
    assert labels(first, second) == ["Bacteria;A;Incertae Sedis", "Bacteria;B;Incertae Sedis"]


def test_confidences_do_not_tell_taxa_apart():
    """Each read of a genus has a confidence of its own."""
    names = [";".join(f"{name}({sure})" for name in NAMES[:6]) + ";" for sure in (97, 100, "0.8", "99.5")]
    assert set(labels(*names)) == {"Blautia"}
    assert labels("Bacteria(100);Marine Group(MHVG)(88);unclassified;", rank="phylum") == [
        "Marine Group(MHVG)"
    ]


@pytest.mark.parametrize(
    ("asked", "rank"), [("Genus", "genus"), ("KINGDOM", "domain"), ("Superkingdom", "domain")]
)
def test_ranks_are_asked_in_any_case_and_by_their_other_names(asked, rank):
    taxonomy = read(GREENGENES)
    assert taxonomy.rank(asked) == rank
    assert taxonomy.labels(["t0"], asked) == taxonomy.labels(["t0"], rank)


def test_domains_and_kingdoms():
    """A kingdom stands beside the domain only where a file has both."""
    assert read("k__Fungi;p__Ascomycota").ranks == read("Fungi;Ascomycota").ranks == ("kingdom", "phylum")
    assert read("k__Bacteria;p__A", "d__Archaea;p__B").ranks == ("domain", "phylum")
    both = read("d__Bacteria;k__Bacillati;p__Bacillota", "d__Archaea;k__;p__B")
    assert (both.ranks, both.lineages["t1"]) == (("domain", "kingdom", "phylum"), ("Archaea", "", "B"))


@pytest.mark.filterwarnings("ignore:.*for a name:klbio.errors.InputWarning")
@pytest.mark.parametrize("kingdom", ["Bacillati", "Bacteria_none", "Unknown"])
def test_positions_with_the_kingdoms_of_ncbi(kingdom):
    """Eight levels to the species, seven to the genus: by the seven levels, families would be genera."""
    archaea = "Archaea;Thermoproteati;Thermoproteota"
    for depth, rank in ((7, "species"), (6, "genus")):
        lineage = ";".join(["Bacteria", kingdom, *NAMES[1:depth]])
        assert (
            labels(lineage, archaea, "Unclassified;Unknown;Unknown;Unknown", rank=rank)[0] == NAMES[depth - 1]
        )


def test_unite_and_strains_have_their_ranks_below_the_species():
    unite = "k__Fungi;p__Ascomycota;g__Fusarium;s__Fusarium_solani;sh__SH1546326.09FU"
    assert read(unite).ranks[-2:] == ("species", "species hypothesis")
    assert read(joined(";") + ";t__SGB4834").ranks[-1] == "strain"


def test_styles_mixed_in_one_file_say_the_same():
    dressed = [
        DRESSINGS[name] for name in ("Greengenes", "SILVA 132", "by position", "GTDB and SILVA 138", "words")
    ]
    assert set(read(*dressed).lineages.values()) == {NAMES}


def test_a_name_without_prefix_between_two_has_the_rank_between_them():
    taxonomy = read(joined(";").replace("c__", ""))
    assert taxonomy.lineages["t0"] == NAMES


PR2 = "Eukaryota;TSAR;Alveolata;Dinoflagellata;Dinophyceae;Gymnodiniales;Gymnodiniaceae;Gymnodinium;Gymnodinium_sp."
REFUSED = {
    "eight levels, two readings": (
        [";".join([*NAMES, "strain 1"])], ["8 levels without prefixes", "species, strain), or", "supergroup, division"],
    ),
    "a level too many": (
        ["Bacteria;Bacillati;Bacillota;Clostridia;Lachnospirales;X;Lachnospiraceae;Blautia"],
        ["a family (-aceae), an order", "domain, kingdom, phylum"],
    ),
    "kingdoms of some": (["Eukaryota;Fungi;Ascomycota", "Bacteria;Bacillota"], ["Eukaryota;Fungi"]),
    "nine levels": ([PR2], ["9 levels without prefixes", "division, subdivision, class", "header"]),
    "NCBI with its groups": (
        ["cellular organisms;Bacteria;Terrabacteria group;Bacillota;Clostridia;Lachnospirales;Lachnospiraceae;x;y"],
        ["8 levels without prefixes"],
    ),
    "a family at the level of orders": (
        [";".join(NAMES), "Bacteria;Bacillota;Clostridia;Lachnospiraceae;Blautia"],
        ["taxon 't1'", "a family (-aceae), an order", "domain, phylum, class, order, family"],
    ),
    "without the domain": (["Bacillota;Clostridia", "Bacteroidota;Bacteroidia"], ["begin with a domain"]),
    "names alone": (["Blautia", "Dorea"], ["'Blautia' of taxon 't0' and 1 more: one name", "joined by ; or |"]),
    "commas": (["Bacillota,Clostridia", "Bacteroidota,Bacteroidia"], ["joined by ; or |"]),
    "prefixes against positions": (
        ["k__Bacteria;c__Clostridia;p__Bacillota"], ["prefixes and positions that say different ranks"],
    ),
    "a rank twice": (["g__Blautia;g__Dorea"], ["each once"]),
    "a prefix nobody knows": (["k__Bacteria;zz__Blautia"], ["a prefix of no known rank"]),
    "all levels of SILVA 132": ([";".join(f"D_{i}__A" for i in range(12))], ["a prefix of no known rank"]),
    "a name without a rank at the end": (["k__Bacteria;p__Bacillota;Blautia"], ["'k__Bacteria;p__Bacillota;Blautia'"]),
    "a genus beside prefixed lineages": ([joined(";"), "Blautia"], ["taxon 't1'", "one name without a prefix"]),
    "arrows": (["Bacteria > Bacillota", "Archaea > Thermoproteota"], ["'Bacteria > Bacillota'", "joined by ; or |"]),
    "confidences here and there": (["Bacteria(100);Bacillota;Clostridia(98)"], ["a number in parentheses behind some"]),
}  # fmt: skip


@pytest.mark.parametrize(("lineages", "words"), REFUSED.values(), ids=REFUSED)
def test_lineages_whose_ranks_would_be_guessed_are_refused(lineages, words):
    with pytest.raises(InputError, match=r"^x\.tsv: lineage '") as caught:
        read(*lineages)
    assert all(word in str(caught.value) for word in words), caught.value
    assert len(caught.value.faults) == 1


def test_a_table_whose_lineages_cannot_be_read_does_without_them():
    with pytest.warns(
        InputWarning, match="9 levels without prefixes.*left aside. To measure a rank, give --taxonomy"
    ):
        assert taxonomy_inside({"a": PR2}, "x.biom") is None


def test_names_that_differ_by_capitals_or_spaces_are_told():
    with pytest.warns(
        InputWarning, match="'A;X y' and 'A;x_Y' differ by capitals or spaces only; taken for two"
    ):
        assert labels("f__A;g__X y", "f__A;g__x_Y") == ["X y", "x_Y"]


def test_many_placeholders_are_told_once():
    with pytest.warns(InputWarning, match="2 taxa with a word such as 'uncultured' for a name") as told:
        read(*["d__Bacteria;g__uncultured"] * 2)
    assert len(told) == 1


METADATA = {
    "a list": {"taxonomy": GREENGENES.split("; ")},
    "a text": {"taxonomy": GREENGENES},
    "MEGAN's word": {"Taxonomy": ["Root", "cellular organisms", *GREENGENES.split("; ")]},
    "FROGS": {"blast_taxonomy": list(NAMES), "seed_id": "s1"},
    "a key per rank": {
        "Kingdom": "Bacteria",
        **dict(zip([r.title() for r in LEVELS[1:]], NAMES[1:], strict=True)),
    },
    "numbered keys": {f"taxonomy{k}": part for k, part in enumerate(GREENGENES.split("; "), 1)},
}


@pytest.mark.parametrize("entries", METADATA.values(), ids=METADATA)
def test_metadata_of_a_table_hold_lineages(entries):
    taxonomy = taxonomy_of_metadata({"a": entries, "b": {}, "c": dict.fromkeys(entries)}, "x.biom")
    assert (taxonomy.lineages["a"], taxonomy.lineages["b"]) == (NAMES, ("",) * 7)


def test_metadata_without_lineages():
    assert taxonomy_of_metadata({"a": {"length": 7}, "b": {}}, "x.biom") is None
    assert taxonomy_of_metadata({}, "x.biom") is None
