"""What stands in the cells, and beside them: spreadsheets' dressings, odd values, odd rows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from .shapes_tables import tsv
from .study import Given, Study, given, shape, sheet_of, written


@shape
def german_csv(s: Study, d: Path) -> Given:
    return given(s, d, tsv(s.counts.astype(float), sep=";", decimal=","), "t.csv")


@shape
def german_percent(s: Study, d: Path) -> Given:
    return given(
        s, d, tsv(s.percent().round(6), sep=";", decimal=","), "t.csv", unit="proportions", tolerance=1e-6
    )


@shape
def utf16(s: Study, d: Path) -> Given:
    path = written(d, "t.txt", tsv(s.counts), "utf-16")
    return Given(table=path, samples=sheet_of(s, d))


@shape
def utf8_bom_crlf(s: Study, d: Path) -> Given:
    return given(s, d, "\ufeff" + tsv(s.counts).replace("\n", "\r\n"))


@shape
def old_mac_lines(s: Study, d: Path) -> Given:
    return given(s, d, tsv(s.counts).replace("\n", "\r"))


@shape
def latin1_names(s: Study, d: Path) -> Given:
    path = written(d, "t.csv", tsv(s.counts.rename({"ASV01": "Clostridium göttingense"}), sep=","), "latin-1")
    return Given(table=path, samples=sheet_of(s, d), refused="UTF-8")


@shape
def tabs_and_spaces(s: Study, d: Path) -> Given:
    lines = tsv(s.counts).split("\n")
    return given(s, d, "\n".join(line.replace("\t", "  ") if i % 2 else line for i, line in enumerate(lines)),
                 refused="the same in every line")  # fmt: skip


@shape
def blanks_around(s: Study, d: Path) -> Given:
    return given(s, d, tsv(s.counts).replace("\t", "\t "))


@shape
def title_and_note(s: Study, d: Path) -> Given:
    text = "Supplementary Table 3. Counts of ASVs\n\n" + tsv(s.counts) + "\nAbbreviations: ASV, variant\n"
    return given(s, d, text, warns="'Abbreviations: ASV, variant' below the table")


@shape
def trailing_total_row(s: Study, d: Path) -> Given:
    return given(
        s, d, tsv(pd.concat([s.counts, s.counts.sum().rename("Grand Total").to_frame().T])), warns="Total"
    )


@shape
def total_column_and_row(s: Study, d: Path) -> Given:
    frame = s.counts.assign(Sum=s.counts.sum(axis=1))
    return given(s, d, tsv(pd.concat([frame, frame.sum().rename("Sum").to_frame().T])), warns="Sum")


@shape
def mean_column(s: Study, d: Path) -> Given:
    return given(s, d, tsv(s.counts.assign(Mean=s.counts.mean(axis=1))), warns="Mean")


@shape
def rank_subtotals(s: Study, d: Path) -> Given:
    genera = s.counts.groupby(s.ranks["genus"]).sum()
    return given(s, d, tsv(pd.concat([s.species, genera])), warns="sums of other")


@shape
def plain_names_of_all_ranks(s: Study, d: Path) -> Given:
    rows = [s.counts.groupby(s.ranks[rank]).sum() for rank in s.ranks]
    return given(s, d, tsv(pd.concat(rows)), refused="several ranks")


@shape
def families_and_genera(s: Study, d: Path) -> Given:
    rows = [s.counts.groupby(s.ranks[rank]).sum() for rank in ("family", "genus")]
    return given(s, d, tsv(pd.concat(rows)), refused="several ranks")


@shape
def floats_with_point_zero(s: Study, d: Path) -> Given:
    return given(s, d, tsv(s.counts.astype(float)))


@shape
def scientific(s: Study, d: Path) -> Given:
    return given(s, d, tsv(s.counts.astype(float), float_format="%.6e"))


@shape
def huge_counts(s: Study, d: Path) -> Given:
    return given(s, d, tsv(s.counts * 10**7 + (s.counts > 0)), tolerance=1e-6)


@shape
def thousands_commas(s: Study, d: Path) -> Given:
    return given(s, d, tsv((s.counts * 1000).map("{:,}".format)), refused="thousand|,")


@shape
def empty_for_zero(s: Study, d: Path) -> Given:
    return given(s, d, tsv(s.counts.astype(object).where(s.counts > 0, "")), warns="63 empty fields")


@shape
def dash_for_zero(s: Study, d: Path) -> Given:
    return given(s, d, tsv(s.counts.astype(object).where(s.counts > 0, "-")), refused="'-'")


@shape
def below_detection(s: Study, d: Path) -> Given:
    return given(s, d, tsv(s.counts.astype(object).where(s.counts > 4, "<5")), refused="<5")


@shape
def percent_signs(s: Study, d: Path) -> Given:
    return given(s, d, tsv(s.percent().map("{:.8f}%".format)), unit="proportions", tolerance=1e-6)


@shape
def proportions(s: Study, d: Path) -> Given:
    return given(s, d, tsv(s.percent() / 100), unit="proportions", tolerance=1e-9)


@shape
def percentages_two_digits(s: Study, d: Path) -> Given:
    return given(s, d, tsv(s.percent().round(2)), unit="proportions", tolerance=1e-3)


@shape
def percentages_whole(s: Study, d: Path) -> Given:
    return given(
        s, d, tsv(s.percent().round(0).astype(int)), unit="proportions", tolerance=0.06, warns="sum to 100 in"
    )


@shape
def cpm_rounded(s: Study, d: Path) -> Given:
    return given(s, d, tsv((s.percent() * 1e4).round().astype(int)), unit="proportions", tolerance=1e-4)


@shape
def tpm_fractions(s: Study, d: Path) -> Given:
    return given(s, d, tsv((s.percent() * 1e4).round(3)), unit="proportions", tolerance=1e-6)


@shape
def clr(s: Study, d: Path) -> Given:
    logs = np.log(s.counts + 1)
    return given(s, d, tsv(logs - logs.mean()), refused="negative|log|0 or more")


@shape
def log1p(s: Study, d: Path) -> Given:
    return given(s, d, tsv(np.log1p(s.counts)), refused="logarithm")


@shape
def log10_plus_one(s: Study, d: Path) -> Given:
    return given(s, d, tsv(np.log10(s.counts + 1).round(4)), refused="logarithm")


@shape
def css_normalised(s: Study, d: Path) -> Given:
    scaled = s.counts / np.linspace(0.5, 1.7, s.counts.shape[1])
    return given(s, d, tsv(scaled.round(3)), unit="proportions", tolerance=1e-4, warns="do not sum")


@shape
def sqrt_hellinger(s: Study, d: Path) -> Given:
    return given(s, d, tsv(np.sqrt(s.percent() / 100)), refused="square root")


@shape
def rarefied(s: Study, d: Path) -> Given:
    rng = np.random.default_rng(3)
    drawn = s.counts.apply(lambda column: rng.multivariate_hypergeometric(column, 1000))
    return given(s, d, tsv(drawn), of=replace(s, counts=drawn))


@shape
def presence(s: Study, d: Path) -> Given:
    there = (s.counts > 0).astype(int)
    return given(s, d, tsv(there), of=replace(s, counts=there), warns="give the table of reads")


@shape
def zero_rows_and_columns(s: Study, d: Path) -> Given:
    frame = s.counts.assign(blank=0)
    frame.loc["ASV99"] = 0
    return given(s, d, tsv(frame))


@shape
def singletons(s: Study, d: Path) -> Given:
    extra = pd.DataFrame(np.eye(24, dtype=int), [f"one{i}" for i in range(24)], s.counts.columns)
    all_ = pd.concat([s.counts, extra])
    return given(s, d, tsv(all_), of=replace(s, counts=all_))


@shape
def negative_controls(s: Study, d: Path) -> Given:
    return given(s, d, tsv(s.counts.assign(NTC_1=3, **{"ext blank": 5})))
