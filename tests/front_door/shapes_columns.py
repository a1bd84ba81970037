"""Columns that are no samples: means and sums of groups, prevalences, shares, numbers of taxa; percent signs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from .shapes_tables import meta, tsv
from .study import Given, Study, given, shape


def of_groups(s: Study) -> pd.DataFrame:
    return s.counts.T.groupby(meta(s)["arm"]).mean().T


@shape
def means_of_groups(s: Study, d: Path) -> Given:
    return given(
        s, d, tsv(s.counts.join(of_groups(s))), warns="means or the like.*'drug', 'placebo'; passed over"
    )


@shape
def means_and_deviations_of_groups(s: Study, d: Path) -> Given:
    spread = s.counts.T.groupby(meta(s)["arm"]).std().T.add_prefix("SD ")
    frame = s.counts.join(of_groups(s).add_prefix("Mean ")).join(spread)
    return given(
        s, d, tsv(frame.round(2), sep=","), warns="'Mean drug', 'Mean placebo', 'SD drug', 'SD placebo'"
    )


@shape
def sums_of_groups(s: Study, d: Path) -> Given:
    sums = s.counts.T.groupby(meta(s)["arm"]).sum().T.add_prefix("All of ")
    return given(
        s, d, tsv(s.counts.join(sums)), refused="columns up to 'P6_A2'.*'All of drug'.*Leave out the sums"
    )


@shape
def statistics_behind_the_counts(s: Study, d: Path) -> Given:
    many = {"Total": s.counts.sum(axis=1), "Average": s.counts.mean(axis=1).round(2), "Max": s.counts.max(axis=1),
            "Occurrence": (s.counts > 0).sum(axis=1)}  # fmt: skip
    return given(s, d, tsv(s.counts.assign(**many)), warns="'Average', 'Max', 'Occurrence'; passed over")


@shape
def a_sample_called_max(s: Study, d: Path) -> Given:
    of = replace(
        s,
        counts=s.counts.rename(columns={"P1_B1": "Max"}),
        sheet=s.sheet.replace({"sample": {"P1_B1": "Max"}}),
    )
    return replace(given(of, d, tsv(of.counts)), of=of)


@shape
def proportions_in_one_column(s: Study, d: Path) -> Given:
    shares = (s.counts["P1_B1"] / s.counts["P1_B1"].sum()).round(4)
    return given(
        s, d, tsv(s.counts.assign(P1_B1=shares)), refused="fractions in 'P1_B1', and whole numbers in all"
    )


@shape
def counts_and_percentages_by_endings(s: Study, d: Path) -> Given:
    both = s.counts.add_suffix("_count").join(s.percent().round(4).add_suffix("_percent"))
    return given(s, d, tsv(both), warns="'P1_B1_count' for 'P1_B1'.*taken for")


@shape
def percent_signs_and_decimal_commas(s: Study, d: Path) -> Given:
    cells = s.percent().map("{:.6f} %".format).replace({"0.000000 %": "0"})
    text = tsv(cells, sep=";").replace(".", ",")
    return given(s, d, text, unit="proportions", tolerance=1e-5)


def clade_reads(s: Study, number: str) -> str:
    """Write what Pavian exports: a row per clade, with the lineage as its reports name it."""
    rows = []
    for depth in range(1, 8):
        clades = s.ranks.apply(lambda names: "|".join(map("{}_{}".format, "dpcofgs", names[:depth])), axis=1)  # noqa: B023
        for clade, of in s.counts.groupby(clades):
            sums, name = of.sum(), str(clade).rsplit("_", 1)[1]
            rows.append([name, "DPCOFGS"[depth - 1], 7 * len(rows) + 2, sums.max(), *sums, f"-_root|{clade}"])
    columns = ["Name", "Rank", number, "Max", *s.counts.columns, "Taxonomy"]
    return pd.DataFrame(rows, columns=columns).to_csv(sep="\t", index=False)


@shape
def pavian_clades(s: Study, d: Path) -> Given:
    return given(s, d, clade_reads(s, "TID"), rank="genus", warns="26 taxa that are the sums")


@shape
def an_id_among_the_samples_hides_no_sums(s: Study, d: Path) -> Given:
    return given(s, d, clade_reads(s, "Nr at NCBI"), refused="sums of others.*in every sample of the sheet, but not in "
                 "'Nr at NCBI'")  # fmt: skip


@shape
def an_id_among_the_samples_hides_no_shares(s: Study, d: Path) -> Given:
    shares = (s.percent() * 1e4).round().astype(int).assign(node=np.arange(24) + 4000)
    return given(
        s, d, tsv(shares), refused="proportions in place of reads in every sample of the sheet.*'node'"
    )


@shape
def sheet_with_the_number_of_a_study(s: Study, d: Path) -> Given:
    named = s.counts.add_prefix("10317.")
    of = replace(s, counts=named, sheet=s.sheet.assign(sample="10317." + s.sheet["sample"]))
    return replace(given(of, d, tsv(s.counts)), of=of, warns="'P1_B1' for '10317.P1_B1'.*taken for")


@shape
def counts_and_percentages_in_one_cell(s: Study, d: Path) -> Given:
    cells = s.counts.astype(str) + " (" + s.percent().round(1).astype(str) + "%)"
    return given(s, d, tsv(cells), refused=r"fields such as '25 \(0.3%\)'")
