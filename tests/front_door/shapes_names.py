"""Names of taxa and of samples; what stands beside the counts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd

from .shapes_tables import meta, tsv
from .study import Given, Study, given, shape


@shape
def duplicate_taxa(s: Study, d: Path) -> Given:
    return given(s, d, tsv(pd.concat([s.counts, s.counts.iloc[:1]])), refused="'ASV01' given more than once")


@shape
def duplicate_samples(s: Study, d: Path) -> Given:
    frame = pd.concat([s.counts, s.counts.iloc[:, :1]], axis=1)
    return given(s, d, tsv(frame), refused="'P1_B1' given more than once")


@shape
def pandas_suffix_duplicates(s: Study, d: Path) -> Given:
    return given(s, d, tsv(s.counts.assign(**{"P1_B1.1": s.counts["P1_B1"]})), warns="|P1_B1.1")


@shape
def unnamed_index(s: Study, d: Path) -> Given:
    return given(s, d, tsv(s.counts.rename_axis("taxon").reset_index(), "", sep=","))


@shape
def annotations_on_the_right(s: Study, d: Path) -> Given:
    frame = s.counts.assign(length=253, GC=51.2, Taxon=s.lineages("; "), identity=97.5)
    return given(s, d, tsv(frame), rank="genus", warns="length")


@shape
def metadata_rows_on_top(s: Study, d: Path) -> Given:
    head, body = tsv(s.counts).split("\n", 1)
    extra = ["\t".join([word, *meta(s)[word]]) for word in ("subject", "phase", "arm")]
    return given(s, d, "\n".join([head, *extra, body]), warns="passed over")


@shape
def numeric_metadata_row(s: Study, d: Path) -> Given:
    head, body = tsv(s.counts).split("\n", 1)
    return given(s, d, "\n".join([head, "\t".join(["Age", *["41"] * 24]), body]), warns="Age")


@shape
def phases_row_above(s: Study, d: Path) -> Given:
    return given(s, d, "\t".join(["", *meta(s)["phase"]]) + "\n" + tsv(s.counts))


@shape
def samples_in_rows_with_metadata(s: Study, d: Path) -> Given:
    return given(s, d, tsv(meta(s)[["subject", "phase"]].join(s.counts.T), "SampleID", sep=","))


@shape
def samples_in_rows_numeric_metadata(s: Study, d: Path) -> Given:
    frame = s.counts.T
    frame.insert(0, "Age", 40)
    frame.insert(1, "BMI", 22)
    return given(s, d, tsv(frame, "SampleID", sep=","), warns="Age")


@shape
def read_depth_column(s: Study, d: Path) -> Given:
    frame = s.counts.T.assign(depth=s.counts.sum())
    return given(s, d, tsv(frame, "SampleID", sep=","), warns="depth")


@shape
def alpha_diversity_columns(s: Study, d: Path) -> Given:
    frame = s.counts.T.assign(Observed=(s.counts > 0).sum(), Shannon=2.5)
    return given(s, d, tsv(frame, "SampleID", sep=","), warns="Shannon")


@shape
def chloroplast_rows(s: Study, d: Path) -> Given:
    ranks = s.ranks.copy()
    ranks.loc["ASV24", ["order", "family", "genus", "species"]] = ["Chloroplast"] * 4
    return given(s, d, tsv(s.counts.assign(taxonomy=replace(s, ranks=ranks).lineages())), rank="genus",
                 of=replace(s, ranks=ranks))  # fmt: skip


@shape
def unassigned_row(s: Study, d: Path) -> Given:
    names = s.lineages("; ").where(s.counts.index != "ASV24", "Unassigned")
    ranks = s.ranks.copy()
    ranks.loc["ASV24"] = "Unassigned"
    of = replace(s, ranks=ranks)
    return given(s, d, tsv(s.counts.assign(Taxon=names)), rank="genus", of=of)


@shape
def leading_digit_samples(s: Study, d: Path) -> Given:
    new = {name: str(100 + i) for i, name in enumerate(s.counts)}
    of = replace(s, counts=s.counts.rename(columns=new), sheet=s.sheet.replace({"sample": new}))
    return replace(given(of, d, tsv(of.counts)), of=of)


@shape
def padded_numbers(s: Study, d: Path) -> Given:
    new = {name: f"{i:03d}" for i, name in enumerate(s.counts, 1)}
    sheet = s.sheet.replace({"sample": {name: str(int(n)) for name, n in new.items()}})
    return given(replace(s, sheet=sheet), d, tsv(s.counts.rename(columns=new)), refused="'001'|'1'")


@shape
def case_of_samples(s: Study, d: Path) -> Given:
    return given(s, d, tsv(s.counts.rename(columns=str.lower)), refused="did you mean")


@shape
def illumina_suffixes(s: Study, d: Path) -> Given:
    new = {name: f"{name.replace('_', '-')}_S{i}_L001" for i, name in enumerate(s.counts, 1)}
    return given(s, d, tsv(s.counts.rename(columns=new)), refused="did you mean|letter by letter")


@shape
def some_illumina_suffixes(s: Study, d: Path) -> Given:
    new = {name: f"{name}_S{i}_L001" for i, name in enumerate(list(s.counts)[:6], 1)}
    return given(s, d, tsv(s.counts.rename(columns=new)), refused="did you mean")


@shape
def samples_lacking(s: Study, d: Path) -> Given:
    of = replace(s, sheet=s.sheet[s.sheet["sample"] != "P1_B1"])
    return given(s, d, tsv(s.counts.drop(columns="P1_B1")), of=of)
