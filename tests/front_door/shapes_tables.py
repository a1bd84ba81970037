"""Tables as QIIME, mothur, R and web tools write them."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pandas as pd

from tests.packing import gzipped

from .study import Given, Study, given, shape, sheet_of, written

R = {"quoting": csv.QUOTE_NONNUMERIC}


def tsv(frame: pd.DataFrame, corner: str = "taxon", **how: object) -> str:
    return frame.to_csv(**{"sep": "\t", "index_label": corner, **how})  # type: ignore[call-overload]


def no_corner(frame: pd.DataFrame, sep: str = "\t") -> str:
    return tsv(frame, "", sep=sep, **R).split(sep, 1)[1]


def tax(study: Study, folder: Path, text: str, name: str = "taxonomy.tsv", rank: str = "genus") -> Given:
    plain = given(study, folder, tsv(study.counts))
    return replace(plain, taxonomy=written(folder, name, text), rank=rank)


def melted(frame: pd.DataFrame, row: str, column: str, value: str) -> pd.DataFrame:
    return frame.rename_axis(row).reset_index().melt(row, var_name=column, value_name=value)


def meta(study: Study) -> pd.DataFrame:
    return study.sheet.set_index("sample")


@shape
def plain(s: Study, d: Path) -> Given:
    return given(s, d, tsv(s.counts))


@shape
def qiime1_otu_table(s: Study, d: Path) -> Given:
    frame = s.counts.astype(float).assign(**{"Consensus Lineage": s.lineages("; ", "kpcofgs")})
    return given(s, d, "# QIIME v1.9.1 OTU table\n" + tsv(frame, "#OTU ID"), "otu_table.txt", rank="genus")


@shape
def qiime1_summarize_taxa(s: Study, d: Path) -> Given:
    genera = s.counts.groupby(s.lineages(";", "kpcofgs").str.replace(r";s__.*", "", regex=True)).sum()
    return given(s, d, tsv(genera / genera.sum(), "Taxon"), rank="genus", unit="proportions", tolerance=1e-9)


@shape
def qiime2_biom_tsv(s: Study, d: Path) -> Given:
    return given(s, d, "# Constructed from biom file\n" + tsv(s.counts.astype(float), "#OTU ID"))


@shape
def qiime2_collapsed_with_unassigned(s: Study, d: Path) -> Given:
    names = s.lineages().str.replace(r";s__.*", "", regex=True)
    genera = s.counts.groupby(names).sum()
    genera.index = [*genera.index[:-1], "Unassigned;__;__;__;__;__"]
    of = replace(s, counts=genera, ranks=s.ranks.iloc[:0])
    return given(s, d, "# Constructed from biom file\n" + tsv(genera.astype(float), "#OTU ID"), of=of)


@shape
def qiime2_barplot_level6(s: Study, d: Path) -> Given:
    genera = s.counts.groupby(s.lineages().str.replace(r";s__.*", "", regex=True)).sum().T
    frame = genera.astype(float).join(meta(s)[["subject", "phase", "time", "arm"]])
    return given(s, d, tsv(frame, "index", sep=","), "level-6.csv", rank="genus")


@shape
def qiime2_barplot_numeric_metadata(s: Study, d: Path) -> Given:
    genera = s.counts.groupby(s.lineages().str.replace(r";s__.*", "", regex=True)).sum().T
    frame = genera.astype(float).join(meta(s)[["time"]]).assign(bmi=21.5, age=[*range(30, 54)])
    return given(s, d, tsv(frame, "index", sep=","), "level-6.csv", rank="genus")


@shape
def qiime2_taxonomy(s: Study, d: Path) -> Given:
    frame = pd.DataFrame({"Taxon": s.lineages("; "), "Confidence": 0.98})
    return tax(s, d, tsv(frame, "Feature ID"))


@shape
def qiime2_metadata_tabulate_types(s: Study, d: Path) -> Given:
    frame = pd.DataFrame({"Taxon": s.lineages("; "), "Confidence": 0.98})
    head, body = tsv(frame, "id").split("\n", 1)
    return tax(s, d, f"{head}\n#q2:types\tcategorical\tnumeric\n{body}")


@shape
def mothur_shared(s: Study, d: Path) -> Given:
    frame = s.counts.T
    frame.insert(0, "numOtus", frame.shape[1])
    frame.insert(0, "Group", frame.index)
    return given(s, d, tsv(frame.set_axis(["0.03"] * len(frame)), "label"), "final.opti_mcc.shared")


@shape
def mothur_constaxonomy(s: Study, d: Path) -> Given:
    shown = s.ranks.apply(lambda names: "".join(f"{n}({100 - i});" for i, n in enumerate(names)), axis=1)
    frame = pd.DataFrame({"Size": s.counts.sum(axis=1), "Taxonomy": shown})
    return tax(s, d, tsv(frame, "OTU"), "final.cons.taxonomy")


@shape
def mothur_count_table(s: Study, d: Path) -> Given:
    frame = s.counts.copy()
    frame.insert(0, "total", frame.sum(axis=1))
    return given(s, d, tsv(frame, "Representative_Sequence"), "final.count_table")


@shape
def dada2_write_csv(s: Study, d: Path) -> Given:
    s = s.asv()
    return given(s, d, tsv(s.counts.T, "", sep=",", **R), "seqtab.nochim.csv", of=s)


@shape
def dada2_write_table(s: Study, d: Path) -> Given:
    s = s.asv()
    return given(s, d, no_corner(s.counts.T, " "), "seqtab.txt", of=s)


@shape
def dada2_transposed_no_corner(s: Study, d: Path) -> Given:
    s = s.asv()
    return given(s, d, no_corner(s.counts), of=s)


@shape
def dada2_taxa_csv(s: Study, d: Path) -> Given:
    s = s.asv()
    frame = s.ranks.rename(columns=str.title).rename(columns={"Domain": "Kingdom"})
    return replace(tax(s, d, tsv(frame, "", sep=",", **R), "taxa.csv"), of=s)


@shape
def dada2_species_epithets(s: Study, d: Path) -> Given:
    s = s.asv()
    frame = s.ranks.assign(species=s.ranks["species"].str.split(" ", n=1).str[1])
    frame = frame.rename(columns=str.title).rename(columns={"Domain": "Kingdom"})
    return replace(tax(s, d, tsv(frame, "", sep=",", **R), "taxa.csv", "species"), of=s)


@shape
def phyloseq_taxa_are_columns(s: Study, d: Path) -> Given:
    return given(s, d, tsv(s.counts.T, "", sep=",", **R), "otu.csv")


@shape
def phyloseq_cbind_tax(s: Study, d: Path) -> Given:
    frame = s.counts.join(s.ranks.rename(columns=str.title).rename(columns={"Domain": "Kingdom"}))
    return given(s, d, tsv(frame, "", sep=",", **R), "otu_tax.csv", rank="genus")


@shape
def phyloseq_psmelt(s: Study, d: Path) -> Given:
    long = melted(s.counts, "OTU", "Sample", "Abundance")
    long = long.merge(s.sheet.rename(columns={"sample": "Sample"}), on="Sample")
    long = long.merge(s.ranks.rename(columns=str.title).rename_axis("OTU").reset_index(), on="OTU")
    return given(s, d, tsv(long, "", sep=",", **R), "psmelt.csv", rank="genus")


@shape
def psmelt_without_zeros(s: Study, d: Path) -> Given:
    long = melted(s.counts, "OTU", "Sample", "Abundance")
    return given(s, d, tsv(long[long["Abundance"] > 0], "", index=False, sep=","), "psmelt.csv")


@shape
def r_save_rds(s: Study, d: Path) -> Given:
    path = d / "ps.rds"
    path.write_bytes(gzipped(b"X\n\0\0\0\x03\0\4\3\1\0\3\5\0\0\0\0\5UTF-8" + bytes(range(256)) * 9))
    return Given(table=path, samples=sheet_of(s, d), refused=r"\bR\b.*write\.(csv|table)")


@shape
def r_dput(s: Study, d: Path) -> Given:
    body = ", ".join(f"{name} = c({', '.join(f'{v}L' for v in s.counts[name])})" for name in s.counts)
    return given(
        s,
        d,
        f'structure(list({body}), class = "data.frame")\n',
        "dput.txt",
        refused=r"\bR\b.*write\.(csv|table)",
    )


@shape
def r_print(s: Study, d: Path) -> Given:
    return given(s, d, s.counts.to_string() + "\n", "printed.txt")


@shape
def r_x_names(s: Study, d: Path) -> Given:
    sheet = s.sheet.assign(sample=[f"{i}-{name}" for i, name in enumerate(s.sheet["sample"], 1)])
    new = dict(zip(s.sheet["sample"], sheet["sample"], strict=True))
    table = s.counts.rename(columns=lambda name: "X" + new[name].replace("-", "."))
    of = replace(s, counts=s.counts.rename(columns=new), sheet=sheet)
    return replace(given(of, d, no_corner(table)), of=of, warns="X1")


@shape
def mia_ampvis(s: Study, d: Path) -> Given:
    frame = s.counts.join(s.ranks.rename(columns=str.title).rename(columns={"Domain": "Kingdom"}))
    return given(s, d, tsv(frame, "OTU"), "ampvis.txt", rank="family")


@shape
def usearch_otutab(s: Study, d: Path) -> Given:
    return given(s, d, tsv(s.counts, "#OTU ID"), "otutab.txt")


@shape
def vsearch_sintax(s: Study, d: Path) -> Given:
    called = s.lineages("(1.00),", "dpcofgs", ":") + "(0.61)"
    lines = [f"{name};size=9\t{line}\t+\t{line.rsplit(',', 1)[0]}" for name, line in called.items()]
    return tax(s, d, "\n".join(lines) + "\n", "sintax.txt")


@shape
def ampliseq_rel_table(s: Study, d: Path) -> Given:
    genera = s.counts.groupby(s.lineages(";", "dpcofgs").str.replace(r";s__.*", "", regex=True)).sum()
    text = "# Constructed from biom file\n" + tsv(genera / genera.sum(), "#OTU ID")
    return given(s, d, text, "rel-table-6.tsv", rank="genus", unit="proportions", tolerance=1e-9)


@shape
def ampliseq_dada2_table(s: Study, d: Path) -> Given:
    s = s.asv()
    ids = [f"{i:032x}" for i in range(7, 7 + len(s.counts))]
    of = replace(s, counts=s.counts.set_axis(ids))
    return given(s, d, tsv(of.counts.assign(sequence=s.counts.index), "ASV_ID"), "DADA2_table.tsv", of=of)


@shape
def ampliseq_asv_tax(s: Study, d: Path) -> Given:
    frame = s.ranks.rename(columns=str.title).rename(columns={"Domain": "Kingdom"})
    return tax(
        s, d, tsv(frame.assign(confidence=0.9, sequence="ACGTACGTACGTACGTACGTACGT"), "ASV_ID"), "ASV_tax.tsv"
    )


@shape
def ampliseq_asv_tax_species_exact(s: Study, d: Path) -> Given:
    frame = s.ranks.rename(columns=str.title)
    return tax(
        s, d, tsv(frame.assign(Species_exact="", confidence=0.9, sequence="ACGT" * 9), "ASV_ID"), "tax.tsv"
    )


@shape
def mgnify_ssu(s: Study, d: Path) -> Given:
    names = s.lineages(";", "kpcofgs").str.replace("k__", "sk__").str.replace(";p__", ";k__;p__")
    return given(s, d, tsv(s.counts.set_axis(names), "#SampleID"), "SSU.tsv", rank="genus")


@shape
def microbiomeanalyst(s: Study, d: Path) -> Given:
    classes = "\t".join(["#CLASS:phase", *meta(s)["phase"]])
    head, body = tsv(s.counts, "#NAME").split("\n", 1)
    return given(s, d, f"{head}\n{classes}\n{body}", "microbiomeanalyst.txt")


@shape
def lefse(s: Study, d: Path) -> Given:
    genera = s.counts.groupby(s.lineages("|", "kpcofgs").str.replace(r"\|s__.*", "", regex=True)).sum()
    head = "\n".join("\t".join([word, *meta(s)[word]]) for word in ("phase", "subject"))
    return given(s, d, head + "\n" + tsv(genera, "sample"), "lefse.txt", rank="genus")


@shape
def lefse_all_ranks(s: Study, d: Path) -> Given:
    names = s.lineages("|", "kpcofgs")
    rows = [s.counts.groupby(names.str.split("|").str[:n].str.join("|")).sum() for n in range(1, 8)]
    head = "\t".join(["phase", *meta(s)["phase"]])
    return given(
        s, d, head + "\n" + tsv(pd.concat(rows).sort_index(), "sample"), rank="genus", warns="sums of other"
    )


@shape
def stamp_spf(s: Study, d: Path) -> Given:
    frame = s.ranks.rename(columns=str.title).rename(columns={"Domain": "Kingdom"}).join(s.counts)
    return given(s, d, tsv(frame, "", index=False), "stamp.spf", rank="genus")


@shape
def calypso_v3(s: Study, d: Path) -> Given:
    names = s.lineages(";", "kpcofgs")
    return given(s, d, tsv(s.counts.set_axis(names), "Header", sep=","), "calypso.csv", rank="genus")


def genera_in_columns(s: Study) -> pd.DataFrame:
    return s.counts.groupby(s.ranks["genus"]).sum().T


@shape
def plain_genera_in_columns_beside_an_age_and_a_number_of_reads(s: Study, d: Path) -> Given:
    frame = genera_in_columns(s).assign(host_age=37, RawReadCount=range(90_000, 90_024))
    of = replace(s, counts=genera_in_columns(s).T)
    return given(s, d, tsv(frame, "sample"), of=of, warns="'host_age', 'RawReadCount'; left out")
