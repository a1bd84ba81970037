"""Relatives of what was reported: lost blanks, repeated headers, shares times a depth, errors of formulas."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from .shapes_profilers import folder, kreport, unclassified
from .shapes_sheets import with_sheet
from .shapes_tables import tax, tsv
from .study import Given, Study, given, shape


@shape
def kraken2_reports_without_indents(s: Study, d: Path) -> Given:
    texts = {n: kreport(s, s.counts[n]).replace("\t  ", "\t").replace("  ", "") for n in s.counts}
    assert not any("\t " in text for text in texts.values())
    return folder(s, d, texts, ".kreport", of=unclassified(s), rank="genus")


@shape
def mothur_shared_with_its_header_again(s: Study, d: Path) -> Given:
    frame = s.counts.T
    frame.insert(0, "Group", frame.index)
    frame.insert(1, "numOtus", 24)
    text = tsv(frame.set_axis(["0.03"] * 24), "label")
    head, *body = text.splitlines()
    return given(s, d, "\n".join([head, *body[:12], head, *body[12:]]) + "\n", "x.shared")


@shape
def taxonomy_of_idtaxa(s: Study, d: Path) -> Given:
    names = s.ranks.apply(lambda names: "; ".join(["Root [98.1%]", *(f"{n} [97.3%]" for n in names)]), axis=1)
    return tax(s, d, tsv(names.to_frame("taxonomy"), "id"))


@shape
def lineages_as_python_prints_lists(s: Study, d: Path) -> Given:
    lists = s.lineages(";", "kpcofgs").str.split(";").map(str)
    return given(s, d, tsv(s.counts.assign(taxonomy=lists), "#OTU ID"), rank="genus")


@shape
def scaled_to_the_median_depth(s: Study, d: Path) -> Given:
    scaled = (s.counts / s.counts.sum() * s.counts.sum().median()).round().astype(int)
    said = r"sum to one number but for rounding, 5,\d+ to 5,\d+; taken for proportions"
    return given(s, d, tsv(scaled), unit="proportions", tolerance=0.01, warns=said)


def shotgun(s: Study) -> Study:
    rng = np.random.default_rng(3)
    mean = rng.lognormal(0, 3, 150)
    counts = {name: rng.poisson(rng.gamma(0.7, size=150) * mean / mean.sum() * 3e7) for name in s.counts}
    return replace(s, counts=pd.DataFrame(counts, index=[f"t{i}" for i in range(150)]))


def times_a_depth(shares: pd.DataFrame, least: int) -> pd.DataFrame:
    return shares * np.random.default_rng(1).integers(least, 3 * least, 24) / 100


@shape
def shares_times_a_depth(s: Study, d: Path) -> Given:
    of = replace(s, counts=shotgun(s).percent().round(5))
    table = tsv(times_a_depth(of.counts, 20_000_000).round().astype(int))
    return given(
        s, d, table, of=of, unit="proportions", tolerance=1e-5, warns="with 5 decimals times a depth"
    )


@shape
def shares_times_a_depth_cut(s: Study, d: Path) -> Given:
    of = replace(s, counts=shotgun(s).percent().round(5))
    table = tsv(times_a_depth(of.counts, 20_000_000).astype(int).T)
    return given(
        s, d, table, of=of, unit="proportions", tolerance=1e-5, warns="with 5 decimals times a depth"
    )


@shape
def percentages_of_two_decimals_times_a_depth(s: Study, d: Path) -> Given:
    of = replace(s, counts=s.percent().round(2))
    table = tsv(times_a_depth(of.counts, 20_000).round().astype(int))
    return given(
        s, d, table, of=of, unit="proportions", tolerance=1e-3, warns="with 2 decimals times a depth"
    )


@shape
def reads_of_shotgun(s: Study, d: Path) -> Given:
    return given(s, d, tsv(shotgun(s).counts), of=shotgun(s))


@shape
def errors_of_formulas_for_subjects(s: Study, d: Path) -> Given:
    sheet = s.sheet.assign(subject=["#REF!", "#REF!", *s.sheet["subject"][2:]])
    return with_sheet(s, d, tsv(sheet, index=False), refused="'#REF!', a word for a missing value")


@shape
def clinical_numbers_among_genera(s: Study, d: Path) -> Given:
    frame = s.species.T
    for i, name in enumerate(["CD4_count", "Glucose", "HbA1c", "Insulin", "Group"]):
        frame.insert(3 + 4 * i, name, np.random.default_rng(i).integers(1, 900, 24))
    return given(
        s, d, tsv(frame, "sample"), warns="'CD4_count', 'Glucose', 'HbA1c', 'Insulin', 'Group'; left out"
    )


@shape
def percentages_beside_each_sample(s: Study, d: Path) -> Given:
    frame = s.counts.copy()
    for name in s.counts:
        frame[f"{name} %"] = s.percent()[name].round(2)
    return given(s, d, tsv(frame), warns="no counts of samples: 'P1_B1 %'.*passed over")


@shape
def whole_percentages_before_each_sample(s: Study, d: Path) -> Given:
    shares = s.percent().round().astype(int).rename(columns="rel_{}".format)
    return given(s, d, tsv(shares.join(s.counts)), warns="no counts of samples: 'rel_P1_B1'.*passed over")


@shape
def percentages_beside_each_species(s: Study, d: Path) -> Given:
    frame = s.species.T
    shares = (100 * frame.div(frame.sum(axis=1), axis=0)).round(2).rename(columns="{} (%)".format)
    return given(s, d, tsv(frame.join(shares), "sample"), warns="Bacteroides ovatus.*passed over")


@shape
def sequences_behind_the_counts(s: Study, d: Path) -> Given:
    of = s.asv()
    ranks = s.ranks.rename(columns=str.title).set_axis(of.counts.index)
    frame = of.counts.join(ranks).assign(Sequence=of.counts.index)
    return given(s, d, tsv(frame, index=False), rank="genus", of=of)


@shape
def names_behind_the_counts(s: Study, d: Path) -> Given:
    return given(s, d, tsv(s.counts.assign(Bacterium=s.ranks["species"].to_list()), index=False))


@shape
def reports_that_the_sheet_names(s: Study, d: Path) -> Given:
    files = {name: f"SRR{i}" for i, name in enumerate(s.counts, 100)}
    texts = {files[name]: kreport(s, s.counts[name]) for name in s.counts}
    sheet = s.sheet.assign(report=[f"kraken2/{files[name]}.kreport" for name in s.sheet["sample"]])
    into = folder(s, d, texts, ".kreport", of=unclassified(s), warns="files in column 'report'")
    return replace(into, samples=with_sheet(s, d, tsv(sheet, index=False)).samples)


@shape
def errors_of_formulas_for_counts(s: Study, d: Path) -> Given:
    return given(s, d, tsv(s.counts.astype(object).replace({0: "#DIV/0!"})), refused="#DIV/0!")


@shape
def fourth_roots(s: Study, d: Path) -> Given:
    return given(s, d, tsv(s.counts**0.25), refused="fourth roots of counts")


@shape
def fourth_roots_of_shares(s: Study, d: Path) -> Given:
    return given(s, d, tsv((s.percent() / 100) ** 0.25), refused="fourth roots of counts or of proportions")


@shape
def one_added_to_every_count(s: Study, d: Path) -> Given:
    of = replace(s, counts=s.counts + 1)
    return given(s, d, tsv(of.counts), of=of, warns="63 numbers that are 1, the least.*If 1 was added")


@shape
def half_added_to_every_count(s: Study, d: Path) -> Given:
    of = replace(s, counts=s.counts + 0.5)
    return given(s, d, tsv(of.counts), of=of, unit="proportions", warns="63 numbers that are 0.5, the least")


@shape
def table_that_begins_at_c3(s: Study, d: Path) -> Given:
    path = d / "t.xlsx"
    s.counts.to_excel(path, index_label="taxon", startrow=2, startcol=2)
    return replace(given(s, d, ""), table=path)


@shape
def csv_with_empty_columns_in_front(s: Study, d: Path) -> Given:
    return given(s, d, "".join(f",,{line}\n" for line in tsv(s.counts, sep=",").splitlines()), "t.csv")
