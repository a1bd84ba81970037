"""Sample sheets in other words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd

from .shapes_tables import tsv
from .study import Given, Study, given, shape, written


def with_sheet(s: Study, d: Path, text: str, name: str = "metadata.txt", **more: object) -> Given:
    encoding = str(more.pop("encoding", "utf-8"))
    return replace(given(s, d, tsv(s.counts)), samples=written(d, name, text, encoding), **more)  # type: ignore[arg-type]


@shape
def qiime2_sheet(s: Study, d: Path) -> Given:
    head, body = tsv(s.sheet.rename(columns={"sample": "sample-id"}), index=False).split("\n", 1)
    types = "\t".join(["#q2:types", "categorical", "categorical", "numeric", "categorical"])
    return with_sheet(s, d, f"{head}\n{types}\n{body}")


@shape
def qiime1_mapping(s: Study, d: Path) -> Given:
    frame = s.sheet.rename(columns={"sample": "#SampleID"}).assign(Description="stool")
    frame.insert(1, "BarcodeSequence", "ACGT")
    return with_sheet(s, d, tsv(frame, index=False))


@shape
def capital_columns(s: Study, d: Path) -> Given:
    return with_sheet(s, d, tsv(s.sheet.rename(columns=str.title), index=False))


@shape
def own_words(s: Study, d: Path) -> Given:
    words = {"sample": "Probe", "subject": "Patient", "phase": "Visit"}
    frame = s.sheet[["sample", "subject", "phase"]].rename(columns=words)
    return with_sheet(s, d, tsv(frame, index=False, sep=";"), "blatt.csv", columns=words)


@shape
def r_sheet_no_corner(s: Study, d: Path) -> Given:
    text = tsv(s.sheet.set_index("sample"), "", sep=" ", quoting=2).split(" ", 1)[1]
    return with_sheet(s, d, text)


@shape
def r_sheet_csv(s: Study, d: Path) -> Given:
    return with_sheet(s, d, tsv(s.sheet.set_index("sample"), "", sep=",", quoting=2), "meta.csv")


@shape
def utf16_sheet(s: Study, d: Path) -> Given:
    return with_sheet(s, d, tsv(s.sheet, index=False), encoding="utf-16")


@shape
def xlsx_sheet(s: Study, d: Path) -> Given:
    s.sheet.to_excel(d / "sheet.xlsx", index=False)
    return replace(given(s, d, tsv(s.counts)), samples=d / "sheet.xlsx")


@shape
def xlsx_sheet_called_tsv(s: Study, d: Path) -> Given:
    s.sheet.to_excel(d / "sheet.xlsx", index=False)
    return replace(given(s, d, tsv(s.counts)), samples=(d / "sheet.xlsx").rename(d / "meta.tsv"))


@shape
def xlsx_table(s: Study, d: Path) -> Given:
    s.counts.to_excel(d / "table.xlsx", index_label="taxon")
    return replace(given(s, d, ""), table=d / "table.xlsx")


@shape
def xlsx_table_called_tsv(s: Study, d: Path) -> Given:
    s.counts.to_excel(d / "table.xlsx", index_label="taxon")
    return replace(given(s, d, ""), table=(d / "table.xlsx").rename(d / "t.tsv"))


@shape
def iso_dates(s: Study, d: Path) -> Given:
    dates = [f"2024-03-{int(day):02d}" for day in s.sheet["time"]]
    return with_sheet(s, d, tsv(s.sheet.assign(time=dates), index=False))


@shape
def german_dates(s: Study, d: Path) -> Given:
    dates = [f"{int(day):02d}.03.2024" for day in s.sheet["time"]]
    return with_sheet(s, d, tsv(s.sheet.assign(time=dates), index=False), refused="day|date")


@shape
def missing_subject(s: Study, d: Path) -> Given:
    sheet = s.sheet.assign(subject=s.sheet["subject"].replace("P6", "not collected"))
    return with_sheet(s, d, tsv(sheet, index=False), refused="missing")


@shape
def phases_in_two_cases(s: Study, d: Path) -> Given:
    sheet = s.sheet.assign(phase=[p if i else "Before " for i, p in enumerate(s.sheet["phase"])])
    return with_sheet(s, d, tsv(sheet, index=False), refused="Before")


@shape
def duplicated_line(s: Study, d: Path) -> Given:
    return with_sheet(
        s, d, tsv(pd.concat([s.sheet, s.sheet.iloc[:1]]), index=False), refused="more than once|twice|P1_B1"
    )


@shape
def trailing_columns(s: Study, d: Path) -> Given:
    return with_sheet(s, d, tsv(s.sheet, index=False, sep=",").replace("\n", ",,,\n"), "sheet.csv")


@shape
def merged_cells(s: Study, d: Path) -> Given:
    """Only the first row of a person has the name, as merged cells are saved."""
    sheet = s.sheet.assign(subject=s.sheet["subject"].where(~s.sheet["subject"].duplicated(), ""))
    return with_sheet(s, d, tsv(sheet, index=False), refused="subject")
