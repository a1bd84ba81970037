"""What profilers of marker genes and of pathways write, and tables of other classifiers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd

from .shapes_profilers import clades, folder, kreport, unclassified
from .shapes_tables import melted, tsv
from .study import RANKS, Given, Study, given, shape


@shape
def metaphlan4_merged(s: Study, d: Path) -> Given:
    frame = clades(s, s.percent().round(7))
    text = "#mpa_vJan21_CHOCOPhlAnSGB_202103\n" + tsv(frame, "clade_name")
    return given(s, d, text, rank="genus", unit="proportions", tolerance=1e-7)


@shape
def metaphlan4_merged_t_ranks(s: Study, d: Path) -> Given:
    frame = clades(s, s.percent().round(7))
    leaves = frame[frame.index.str.contains("s__")]
    leaves = leaves.set_axis([f"{name}|t__SGB{i}" for i, name in enumerate(leaves.index, 1500)])
    text = "#mpa_vOct22\n" + tsv(pd.concat([frame, leaves]).sort_index(), "clade_name")
    return given(s, d, text, rank="species", unit="proportions", tolerance=1e-7)


@shape
def metaphlan4_merged_two_strains_of_one_species(s: Study, d: Path) -> Given:
    shares = s.percent().round(7)
    names = s.lineages("|", "kpcofgs").to_list()
    names[1] = names[0]  # of two variants
    strains = shares.set_axis([f"{name}|t__SGB{i}" for i, name in enumerate(names, 1500)])
    rows = [strains.groupby(strains.index.str.split("|").str[:n].str.join("|")).sum() for n in range(1, 9)]
    frame = pd.concat(rows).sort_index()
    viruses = pd.DataFrame([[0.0] * 24] * 2, ["k__Viruses", "k__Viruses|p__V"], frame.columns)
    text = "#mpa_vJun23\n" + tsv(pd.concat([frame, viruses]), "clade_name")
    return given(s, d, text, unit="proportions", tolerance=1e-7, warns="clades above species")


@shape
def metaphlan3_merged_taxids(s: Study, d: Path) -> Given:
    frame = clades(s, s.percent().round(5))
    frame.insert(0, "NCBI_tax_id", [f"2|{i}" for i in range(len(frame))])
    text = "#mpa_v30_CHOCOPhlAn_201901\n" + tsv(frame, "clade_name")
    return given(s, d, text, rank="genus", unit="proportions", tolerance=1e-5)


@shape
def metaphlan3_merged_one_number_taxids(s: Study, d: Path) -> Given:
    frame = clades(s, s.percent().round(5))
    frame.insert(0, "NCBI_tax_id", range(1000, 1000 + len(frame)))
    return given(s, d, tsv(frame, "clade_name"), rank="genus", unit="proportions", tolerance=1e-5)


@shape
def metaphlan2_merged(s: Study, d: Path) -> Given:
    text = tsv(clades(s, s.percent().round(5)), "ID")
    head, body = text.split("\n", 1)
    second = "\t".join(["#SampleID", *["Metaphlan2_Analysis"] * 24])
    return given(s, d, f"{head}\n{second}\n{body}", rank="genus", unit="proportions", tolerance=1e-5)


@shape
def metaphlan4_with_unknown(s: Study, d: Path) -> Given:
    frame = clades(s, (s.percent() * 0.8).round(7))
    unknown = pd.DataFrame([[20.0] * 24], ["UNCLASSIFIED"], frame.columns)
    of = unclassified(replace(s, counts=s.percent() * 0.8), 20)
    return given(s, d, "#mpa_v\n" + tsv(pd.concat([unknown, frame]), "clade_name"), rank="genus", of=of,
                 unit="proportions", tolerance=1e-7)  # fmt: skip


@shape
def metaphlan_suffixes(s: Study, d: Path) -> Given:
    frame = clades(s, s.percent().round(7)).rename(columns="{}_profile".format)
    text = "#mpa_vJan21\n" + tsv(frame, "clade_name")
    return given(s, d, text, unit="proportions", tolerance=1e-7, warns="'P1_B1_profile' for 'P1_B1'")


@shape
def metaphlan4_folder(s: Study, d: Path) -> Given:
    texts = {}
    frame = clades(s, s.percent().round(5))
    for name in frame:
        rows = frame[name][frame[name] > 0]
        body = "".join(f"{clade}\t2|{i}\t{share}\t\n" for i, (clade, share) in enumerate(rows.items()))
        texts[name] = (
            "#mpa_vJan21\n#/usr/bin/metaphlan x\n#1200 reads processed\n#SampleID\tMetaphlan_Analysis\n"
            f"#clade_name\tNCBI_tax_id\trelative_abundance\tadditional_species\n{body}"
        )
    return folder(s, d, texts, ".txt", rank="genus", unit="proportions", tolerance=1e-5)


@shape
def humann_pathways(s: Study, d: Path) -> Given:
    names = [f"PWY-{i}: superpathway of {name}" for i, name in enumerate(s.ranks["species"])]
    whole = (s.percent() * 3.7).set_axis(names)
    split = (s.percent() * 3.7).set_axis([f"{name}|g__X.s__X_y" for name in names])
    head = pd.DataFrame([[90.0] * 24, [40.0] * 24], ["UNMAPPED", "UNINTEGRATED"], s.counts.columns)
    frame = pd.concat([head, whole, split]).rename(columns="{}_Abundance".format)
    of = replace(s, counts=pd.concat([head, whole]))
    more = {"of": of, "unit": "proportions", "tolerance": 1e-9, "warns": "single species"}
    return given(s, d, tsv(frame, "# Pathway"), "pathabundance.tsv", **more)


@shape
def taxpasta_wide(s: Study, d: Path) -> Given:
    return given(s, d, tsv(s.counts.set_axis(range(816, 840)), "taxonomy_id"))


@shape
def taxpasta_wide_lineages(s: Study, d: Path) -> Given:
    frame = s.counts.set_axis(range(816, 840))
    frame.insert(0, "name", s.ranks["species"].to_list())
    frame.insert(1, "rank", "species")
    frame.insert(2, "lineage", s.lineages(";", "").to_list())
    frame.insert(3, "rank_lineage", ";".join(RANKS))
    of = replace(s, counts=s.counts.set_axis(range(816, 840)), ranks=s.ranks.set_axis(range(816, 840)))
    return given(s, d, tsv(frame, "taxonomy_id"), rank="genus", of=of)


@shape
def taxpasta_long(s: Study, d: Path) -> Given:
    long = melted(s.counts.set_axis(range(816, 840)), "taxonomy_id", "sample", "count")
    return given(s, d, tsv(long, "", index=False))


@shape
def emu_combined(s: Study, d: Path) -> Given:
    frame = s.ranks[["species", "genus", "family", "order", "class", "phylum", "domain"]]
    frame = frame.rename(columns={"domain": "superkingdom"}).join(s.counts.astype(float))
    return given(s, d, tsv(frame, "", index=False), "emu-combined-species-counts.tsv", rank="genus")


@shape
def emu_combined_tax_id(s: Study, d: Path) -> Given:
    frame = s.ranks[["species", "genus", "family"]].join(s.percent() / 100).set_axis(range(816, 840))
    return given(s, d, tsv(frame, "tax_id"), rank="genus", unit="proportions", tolerance=1e-9)


@shape
def sylph_tax_merged(s: Study, d: Path) -> Given:
    frame = clades(s, s.percent().round(4), prefixes="dpcofgs")
    return given(s, d, tsv(frame, "clade_name"), rank="genus", unit="proportions", tolerance=1e-4)


@shape
def singlem(s: Study, d: Path) -> Given:
    long = melted(s.counts.set_axis("Root; " + s.lineages("; ")), "taxonomy", "sample", "coverage")
    frame = long[long["coverage"] > 0][["sample", "coverage", "taxonomy"]]
    return given(s, d, tsv(frame, "", index=False), rank="genus", unit="proportions", tolerance=1e-9)


@shape
def motus_merged(s: Study, d: Path) -> Given:
    names = [f"{name} [ref_mOTU_v3_{i:05d}]" for i, name in enumerate(s.ranks["species"])]
    of = replace(unclassified(s.counts.pipe(lambda c: replace(s, counts=c)), 31))
    frame = pd.concat([s.counts.set_axis(names), pd.DataFrame([[31] * 24], ["unassigned"], s.counts.columns)])
    text = "# git tag version 3.0.3 |  motus version 3.0.3 | merge 3.0.3\n# call: python motus merge\n"
    return given(s, d, text + tsv(frame, "#consensus_taxonomy"), "merged.motus", of=of)


@shape
def centrifuge_reports(s: Study, d: Path) -> Given:
    texts = {}
    for name in s.counts:
        rows = pd.DataFrame({"taxID": range(816, 840), "taxRank": "species", "genomeSize": 5_000_000,
                             "numReads": s.counts[name].to_numpy() + 5, "numUniqueReads": s.counts[name].to_numpy(),
                             "abundance": 0.0}, index=s.ranks["species"])  # fmt: skip
        texts[name] = tsv(rows, "name")
    return folder(s, d, texts, ".centrifuge_report.tsv", refused="centrifuge-kreport")


@shape
def kaiju_table(s: Study, d: Path) -> Given:
    long = melted(s.counts.set_axis(s.lineages(";", "") + ";"), "taxon_name", "file", "reads")
    frame = long.assign(percent=1.0, taxon_id=5)
    frame = frame[["file", "percent", "reads", "taxon_id", "taxon_name"]]
    return given(s, d, tsv(frame.assign(file=frame["file"] + ".out"), "", index=False), "kaiju_summary.tsv")


@shape
def krakenuniq_reports(s: Study, d: Path) -> Given:
    line = "{p:.4f}\t{all}\t{own}\t100\t1.2\t0.01\t{id}\t{code}\t{name}"
    words = dict(zip("DPCOFGSUR", ["superkingdom", *RANKS[1:], "no rank", "no rank"], strict=True))
    texts = {}
    for name in s.counts:
        body = kreport(s, s.counts[name], line)
        for code, word in words.items():
            body = body.replace(f"\t{code}\t", f"\t{word}\t")
        texts[name] = "# krakenuniq v1.0\n%\treads\ttaxReads\tkmers\tdup\tcov\ttaxID\trank\ttaxName\n" + body
    return folder(s, d, texts, ".report.tsv", of=unclassified(s))


@shape
def ganon_table(s: Study, d: Path) -> Given:
    return given(s, d, tsv(s.species.T, ""), "ganon.tsv")
