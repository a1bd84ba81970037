"""A file per sample in a folder, by programs that have no other form; and what such a folder is not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd

from .shapes_profilers import clades, folder, unclassified
from .shapes_tables import melted, tsv
from .study import Given, Study, given, shape, sheet_of, written


def bare(frame: pd.DataFrame) -> dict[str, str]:
    """Give lines of name and value for each sample, without a header."""
    return {name: "".join(f"{row}\t{v}\n" for row, v in frame[name].items() if v) for name in frame}


@shape
def kreport2mpa_folder(s: Study, d: Path) -> Given:
    return folder(s, d, bare(clades(s, s.counts)), ".mpa.txt", rank="genus", warns="sums of other")


@shape
def kreport2mpa_headers_folder(s: Study, d: Path) -> Given:
    texts = {n: f"#Classification\t{n}.kreport\n{text}" for n, text in bare(clades(s, s.counts)).items()}
    return folder(s, d, texts, ".txt", rank="genus", warns="sums of other")


@shape
def kreport2mpa_percentages_folder(s: Study, d: Path) -> Given:
    return folder(
        s, d, bare(clades(s, s.percent())), ".mpa", rank="genus", unit="proportions", tolerance=1e-9
    )


@shape
def emu_folder(s: Study, d: Path) -> Given:
    ranks = s.ranks[["species", "genus", "family", "order", "class", "phylum", "domain"]]
    frame = ranks.rename(columns={"domain": "superkingdom"})
    frame.insert(0, "tax_id", range(816, 840))
    texts = {}
    for name in s.counts:
        of = frame.assign(
            abundance=s.percent()[name] / 100, **{"estimated counts": s.counts[name].astype(float)}
        )
        texts[name] = tsv(of[s.counts[name] > 0], "", index=False)
    return folder(s, d, texts, "_rel-abundance.tsv", rank="genus")


@shape
def mapseq_folder(s: Study, d: Path) -> Given:
    head = "# Constructed from biom file\n# OTU ID\tSSU\ttaxonomy\ttaxid\n"
    texts = {}
    for n in s.counts:
        rows = enumerate(zip(s.counts[n], s.lineages(), strict=True))
        texts[n] = head + "".join(f"{i}\t{float(v)}\t{name}\t{i}\n" for i, (v, name) in rows if v)
    return folder(s, d, texts, "_SSU.fasta.mseq.tsv", rank="genus")


@shape
def motus_folder(s: Study, d: Path) -> Given:
    head = "# git tag version 3.0.3\n# call: python motus profile\n#consensus_taxonomy\t{}\n"
    frame = s.percent().set_axis(
        [f"{name} [ref_mOTU_v3_{i:05d}]" for i, name in enumerate(s.ranks["species"])]
    )
    texts = {n: head.format(n) + text for n, text in bare(frame / 100).items()}
    return folder(s, d, texts, ".motus", unit="proportions", tolerance=1e-9)


@shape
def several_samples_in_each_file(s: Study, d: Path) -> Given:
    for name, part in (("run1", s.counts.iloc[:, :12]), ("run2", s.counts.iloc[:, :12])):
        written(d, f"runs/{name}.tsv", tsv(part))
    return Given(table=d / "runs", samples=sheet_of(s, d), refused="12 columns of numbers.*the file itself")


@shape
def ganon_folder(s: Study, d: Path) -> Given:
    line = "species\t{}\t1|2|{}\t{}\t{}\t{}\t0\t{}\t1.5\n"
    texts = {}
    for n in s.counts:
        rows = enumerate(zip(s.ranks["species"], s.counts[n], strict=True), 500)
        body = "".join(line.format(i, i, name, v // 3, v - v // 3, v) for i, (name, v) in rows if v)
        total = s.counts[n].sum()
        texts[n] = (
            f"unclassified\t-\t-\tunclassified\t0\t0\t0\t77\t3.0\nroot\t1\t1\troot\t0\t0\t{total}\t{total}\t97\n"
        )
        texts[n] += body
    return folder(s, d, texts, ".tre", of=unclassified(s))


@shape
def sylph_profiles_folder(s: Study, d: Path) -> Given:
    long = melted(
        s.percent().set_axis([f"GCF_{i:09d}.1" for i in range(24)]), "Genome_file", "of", "abundance"
    )
    long = long[long["abundance"] > 0].assign(Sample_file="reads/" + long["of"] + "_1.fastq.gz")
    long = long.rename(columns={"abundance": "Taxonomic_abundance"})
    columns = ["Sample_file", "Genome_file", "Taxonomic_abundance"]
    texts = {n: tsv(of[columns], "", index=False) for n, of in long.groupby("of")}
    return folder(s, d, texts, ".tsv", unit="proportions", tolerance=1e-9)


@shape
def bracken_combined_shares(s: Study, d: Path) -> Given:
    shares = {f"{name}.bracken_frac": s.species[name] / s.species[name].sum() for name in s.counts}
    table = pd.DataFrame(
        {"taxonomy_id": range(500, 524), "taxonomy_lvl": "S", **shares}, index=s.species.index
    )
    return given(s, d, tsv(table, "name"), unit="proportions", tolerance=1e-9)


@shape
def humann_bars_in_names(s: Study, d: Path) -> Given:
    names = [f"UniRef90_A{i}: kinase|fusion" if i == 3 else f"UniRef90_A{i}" for i in range(24)]
    frame = (s.percent() * 1e4).set_axis(names).rename(columns="{}_Abundance-CPM".format)
    return given(s, d, tsv(frame, "# Gene Family"), unit="proportions", tolerance=1e-9)


@shape
def megan_paths(s: Study, d: Path) -> Given:
    names = ['"' + name + ';"' for name in s.lineages(";", "")]
    return given(s, d, tsv(s.counts.astype(float).set_axis(names), "#Datasets", quoting=3), rank="genus")


@shape
def a_folder_of_mothur(s: Study, d: Path) -> Given:
    frame = s.counts.T
    frame.insert(0, "numOtus", 24)
    frame.insert(0, "Group", frame.index)
    written(d, "m/x.shared", tsv(frame.set_axis(["0.03"] * 24), "label"))
    written(
        d,
        "m/x.cons.taxonomy",
        "OTU\tSize\tTaxonomy\n" + "".join(f"{n}\t9\tBacteria;\n" for n in s.counts.index),
    )
    return Given(table=d / "m", samples=sheet_of(s, d), refused=r"x\.shared \(mothur\)")


@shape
def fields_between_bars(s: Study, d: Path) -> Given:
    return replace(given(s, d, tsv(s.counts, sep="|")), refused="begins 'taxon.P1_B1.*tabs, commas")


@shape
def utf16_without_a_mark(s: Study, d: Path) -> Given:
    return Given(table=written(d, "t.txt", tsv(s.counts), "utf-16-be"), samples=sheet_of(s, d))


@shape
def utf32(s: Study, d: Path) -> Given:
    sheet = written(d, "s.txt", s.sheet.to_csv(sep="\t", index=False), "utf-32")
    return Given(table=written(d, "t.txt", tsv(s.counts), "utf-32"), samples=sheet)


@shape
def nul_characters(s: Study, d: Path) -> Given:
    return given(s, d, tsv(s.counts).replace("ASV01", "ASV\0" + "01"), refused="NUL characters.*tr -d")
