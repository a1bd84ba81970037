"""Tables that went through hands: headings, footnotes, sums of ranks, statistics, workbooks of several sheets."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from .shapes_tables import melted, tsv
from .study import Given, Study, given, shape, sheet_of


def ranks_below_each_other(s: Study, *ranks: str) -> pd.DataFrame:
    return pd.concat([s.counts.groupby(s.ranks[rank].to_numpy()).sum() for rank in ranks])


@shape
def footnote_with_commas(s: Study, d: Path) -> Given:
    text = tsv(s.counts, sep=",") + "* reads after filtering" + "," * 24 + "\n"
    return given(s, d, text, "t.csv", warns=r"'\* reads after filtering' below the table")


@shape
def notes_behind_an_empty_line(s: Study, d: Path) -> Given:
    text = tsv(s.counts) + "\nNote: reads after filtering, without chimeras\n* not\tdetected\nn = 24\n"
    warned = r"'Note: reads after filtering, without chimeras', '\* not, detected', 'n = 24' below the table"
    return given(s, d, text, warns=warned)


@shape
def rows_cut_short_behind_an_empty_line(s: Study, d: Path) -> Given:
    head, first, *body = tsv(s.counts).split("\n")
    short = [row.rpartition("\t")[0] for row in body[:2]]
    return given(s, d, "\n".join([head, first, *body[2:], "", *short]), refused="24 fields; expected 25")


@shape
def headings_of_ranks(s: Study, d: Path) -> Given:
    head, *body = tsv(ranks_below_each_other(s, "phylum", "genus")).split("\n")
    tabs = "\t" * 24
    text = "\n".join([head, f"Phyla{tabs}", *body[:3], f"Genera{tabs}", *body[3:]])
    return given(s, d, text, refused="line 2: the row 'Phyla' without a number")


@shape
def ranks_below_each_other_in_plain_names(s: Study, d: Path) -> Given:
    return given(
        s, d, tsv(ranks_below_each_other(s, "phylum", "class", "genus")), refused="up to 'Pseudomonadota'"
    )


@shape
def percentages_of_ranks_side_by_side(s: Study, d: Path) -> Given:
    of = replace(s, counts=s.percent().round(3))
    return given(s, d, tsv(ranks_below_each_other(of, "phylum", "genus").T, "sample"), refused="one rank")


@shape
def phyla_above_their_species(s: Study, d: Path) -> Given:
    rows = []
    for phylum, of in s.species.groupby(s.ranks["phylum"].to_numpy()):
        rows += [of.sum().rename(phylum).to_frame().T, of.rename(index="  {}".format)]
    return given(
        s, d, tsv(pd.concat(rows)), refused="'Bacillota'.*sums of those next to them|sums of those next"
    )


@shape
def mean_below_the_counts(s: Study, d: Path) -> Given:
    return given(
        s, d, tsv(pd.concat([s.counts, s.counts.mean().rename("Mean").to_frame().T])), warns="'Mean'"
    )


@shape
def results_of_deseq2_beside_the_counts(s: Study, d: Path) -> Given:
    frame = s.counts.assign(baseMean=100.5, log2FoldChange=-1.2, lfcSE=0.3, pvalue=0.02, padj=0.2)
    return given(s, d, tsv(frame), warns="'log2FoldChange'.*passed over")


@shape
def last_digits_of_a_computation(s: Study, d: Path) -> Given:
    return given(s, d, tsv(s.counts * np.nextafter(1, 2)))


@shape
def true_and_false(s: Study, d: Path) -> Given:
    return given(s, d, tsv(s.counts > 0), refused="give the table of reads")


@shape
def typographic_quotes(s: Study, d: Path) -> Given:
    text = "\n".join(
        ",".join(f"“{field}”" for field in line.split("\t")) for line in tsv(s.counts).split("\n")[:-1]
    )
    return given(s, d, text, refused="typographic")


@shape
def long_in_own_words(s: Study, d: Path) -> Given:
    long = melted(s.counts, "Bacterium", "Patient_sample", "Hits")
    return given(s, d, tsv(long, "", index=False), refused="call the columns sample, taxon and count")


@shape
def mothur_shared_csv(s: Study, d: Path) -> Given:
    frame = s.counts.T
    frame.insert(0, "numOtus", 24)
    frame.insert(0, "Group", frame.index)
    return given(s, d, tsv(frame.set_axis(["0.03"] * 24), "label", sep=","), "shared.csv")


@shape
def number_of_a_study_before_the_names(s: Study, d: Path) -> Given:
    return given(
        s,
        d,
        tsv(s.counts.rename(columns="10317.{}".format)),
        warns=r"24 samples have one beginning or ending more or less .'10317\.P1_B1' for 'P1_B1'.; taken for",
    )


@shape
def one_workbook_for_all(s: Study, d: Path) -> Given:
    path = d / "study.xlsx"
    with pd.ExcelWriter(path) as book:
        pd.DataFrame({"about": ["who made it"]}).to_excel(book, sheet_name="README", index=False)
        s.counts.to_excel(book, sheet_name="counts", index_label="taxon")
        s.ranks.to_excel(book, sheet_name="taxonomy", index_label="taxon")
        s.sheet.to_excel(book, sheet_name="samples", index=False)
    return Given(table=path, samples=path, taxonomy=path, rank="genus", warns="this one taken for the table")


@shape
def numbers_on_both_sides(s: Study, d: Path) -> Given:
    new = {name: str(i) for i, name in enumerate(s.counts, 1)}
    of = replace(s, counts=s.counts.rename(columns=new), sheet=s.sheet.replace({"sample": new}))
    frame = pd.concat([of.counts, pd.DataFrame(0, ["a", "b"], of.counts.columns)]).set_axis(range(1, 27)).T
    said = r"both sides: '1'.* \(24 of 24\) and '1'.* \(24 of 26\); the former"
    return Given(table=given(of, d, tsv(frame, "")).table, samples=sheet_of(of, d), of=of, warns=said)
