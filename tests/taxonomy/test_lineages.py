"""Lineages in the dressings that tools give them: all say the same, or are refused in words."""

import pytest

from klbio.taxonomy import Taxonomy

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
    return mark.join(code.format(c) + name + end for c, name in zip(codes, NAMES, strict=True))


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
    "capitals": joined(";", code="{}__", codes="DPCOFGS"),
    "roots of NCBI": "root;cellular organisms;" + joined(";"),
    "roots as nodes": "r__Root;r__cellular organisms;" + joined(";"),
    "MEGAN": "".join(f"[{c.upper()}] {name}; 100; " for c, name in zip(CODES, NAMES, strict=True)),
    "UNITE": "Blautia_obeum|AB1234|SH1641820.08FU|reps|" + GREENGENES,
    "blanks of all kinds": "\u00a0d__Bacteria ;p__Bacillota\u200b; " + joined("; ")[27:].replace("a o", "a\u00a0 o"),
    "a list, as BIOM has it": GREENGENES.split(";"),
    "a list of one": [joined(";")],
    "a list by position": list(NAMES),
}  # fmt: skip


@pytest.mark.parametrize("lineage", DRESSINGS.values(), ids=DRESSINGS)
def test_one_lineage_in_every_dressing(lineage):
    taxonomy = read(lineage)
    assert (taxonomy.ranks, taxonomy.lineages["t0"]) == (LEVELS, NAMES)
