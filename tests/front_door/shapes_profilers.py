"""What profilers and their merging scripts write."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pandas as pd

from .shapes_tables import tsv
from .study import RANKS, Given, Study, given, shape, sheet_of, written

DEEP = 8


def clades(s: Study, counts: pd.DataFrame, sep: str = "|", prefixes: str = "kpcofgs") -> pd.DataFrame:
    """Give a row for every rank."""
    names = s.lineages(sep, prefixes).str.split(sep)
    rows = [counts.groupby(names.str[:n].str.join(sep)).sum() for n in range(1, DEEP)]
    return pd.concat(rows).sort_index()


def folder(s: Study, d: Path, texts: dict[str, str], end: str, **more: object) -> Given:
    for sample, text in texts.items():
        written(d, f"profiles/{sample}{end}", text)
    return Given(table=d / "profiles", samples=sheet_of(s, d), **more)  # type: ignore[arg-type]


def kreport(s: Study, own: pd.Series, columns: str = "{p:6.2f}\t{all}\t{own}\t{code}\t{id}\t{name}") -> str:
    """Give a report of Kraken 2 with 77 unclassified reads."""
    total = int(own.sum()) + 77
    lines = [columns.format(p=7700 / total, all=77, own=77, code="U", id=0, name="unclassified")]
    lines += [columns.format(p=100 - 7700 / total, all=total - 77, own=0, code="R", id=1, name="root")]
    within = Counter[tuple[str, ...]]()
    for names, reads in zip(s.ranks.itertuples(index=False), own, strict=True):
        within.update({tuple(names[:n]): int(reads) for n in range(1, DEEP)})
    seen: set[tuple[str, ...]] = set()
    for names in s.ranks.sort_values(list(RANKS)).itertuples(index=False):
        for n in range(1, DEEP):
            clade = tuple(names[:n])
            if clade not in seen and (reads := within[clade]):
                mine = reads if n == len(RANKS) else 0
                lines.append(columns.format(p=100 * reads / total, all=reads, own=mine, code="DPCOFGS"[n - 1],
                                            id=1000 + len(seen), name="  " * n + clade[-1]))  # fmt: skip
            seen.add(clade)
    return "\n".join(lines) + "\n"


def unclassified(s: Study, n: int = 77) -> Study:
    """Add reads that were not classified."""
    more = pd.DataFrame([[n] * s.counts.shape[1]], ["unclassified"], s.counts.columns)
    ranks = pd.DataFrame([["unclassified"] * len(RANKS)], ["unclassified"], list(RANKS))
    return replace(s, counts=pd.concat([s.counts, more]), ranks=pd.concat([s.ranks, ranks]))


@shape
def kraken2_reports(s: Study, d: Path) -> Given:
    texts = {name: kreport(s, s.counts[name]) for name in s.counts}
    return folder(s, d, texts, ".kreport", of=unclassified(s))


@shape
def kraken2_reports_txt_names(s: Study, d: Path) -> Given:
    texts = {name: kreport(s, s.counts[name]) for name in s.counts}
    return folder(s, d, texts, ".kraken2.report.txt", of=unclassified(s), rank="genus")


@shape
def kraken2_reports_nfcore(s: Study, d: Path) -> Given:
    texts = {name: kreport(s, s.counts[name]) for name in s.counts}
    end = "_pe_k2db.kraken2.kraken2.report.txt"
    return folder(s, d, texts, end, of=unclassified(s), warns="'P1_B1_pe_k2db' for 'P1_B1'")


@shape
def combine_kreports(s: Study, d: Path) -> Given:
    reports = [kreport(s, s.counts.sum(axis=1) * 0 + 1)]
    order = [line.split("\t") for line in reports[0].strip().split("\n")]
    per = {name: {line.split("\t")[5].strip(): line.split("\t") for line in kreport(s, s.counts[name]).split("\n")[:-1]}
           for name in s.counts}  # fmt: skip
    head = ["#Number of Samples: 24", "#Total Number of Reads: 1"]
    head += [f"#S{i}\t{name}.kreport" for i, name in enumerate(s.counts, 1)]
    cols = [f"{i}_{kind}" for i in range(1, 25) for kind in ("all", "lvl")]
    head.append("\t".join(["#perc", "tot_all", "tot_lvl", *cols, "lvl_type", "taxid", "name"]))
    body = []
    for _, _, _, code, taxid, name in order:
        cells = [per[sample].get(name.strip(), [0, "0", "0"])[1:3] for sample in s.counts]
        flat = [cell for pair in cells for cell in pair]
        totals = [str(sum(int(pair[k]) for pair in cells)) for k in (0, 1)]
        body.append("\t".join(["1.0", *totals, *flat, code, taxid, name]))
    return given(s, d, "\n".join(head + body) + "\n", "combined.kreport", of=unclassified(s))


@shape
def combine_mpa(s: Study, d: Path) -> Given:
    return given(s, d, tsv(clades(s, s.counts), "#Classification"), rank="genus", warns="sums of other")


@shape
def combine_mpa_no_intermediate(s: Study, d: Path) -> Given:
    names = s.lineages("|", "kpcofgs")
    return given(s, d, tsv(s.counts.set_axis(names), "#Classification"), rank="genus")


@shape
def kreport2mpa_percentages(s: Study, d: Path) -> Given:
    frame = clades(s, s.percent())
    return given(s, d, tsv(frame, "#Classification"), rank="genus", unit="proportions", tolerance=1e-9)


@shape
def bracken_folder(s: Study, d: Path) -> Given:
    texts = {}
    for name in s.counts:
        frame = pd.DataFrame({"taxonomy_id": range(500, 524), "taxonomy_lvl": "S",
                              "kraken_assigned_reads": s.counts[name] // 2,
                              "added_reads": s.counts[name] - s.counts[name] // 2,
                              "new_est_reads": s.counts[name],
                              "fraction_total_reads": s.percent()[name] / 100})  # fmt: skip
        texts[name] = tsv(frame.set_axis(s.ranks["species"])[s.counts[name].to_numpy() > 0], "name")
    return folder(s, d, texts, ".bracken")


@shape
def bracken_combined(s: Study, d: Path) -> Given:
    frame = s.species
    pairs = {f"{name}.bracken_num": frame[name] for name in frame}
    fracs = {f"{name}.bracken_frac": frame[name] / frame[name].sum() for name in frame}
    both = {k: v for a, b in zip(pairs.items(), fracs.items(), strict=True) for k, v in (a, b)}
    table = pd.DataFrame({"taxonomy_id": range(500, 524), "taxonomy_lvl": "S", **both}, index=frame.index)
    return given(s, d, tsv(table, "name"), "bracken_combined.txt")
