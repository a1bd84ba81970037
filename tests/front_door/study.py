"""The study behind every shape: six people, two samples before and two after, 24 species of ten genera."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Protocol

import numpy as np
import pandas as pd
from scipy.spatial.distance import jensenshannon

__all__ = ["RANKS", "SHAPES", "Given", "Shape", "Study", "shape", "study"]

RANKS = ("domain", "phylum", "class", "order", "family", "genus", "species")
LINEAGES = """\
Bacteria;Bacteroidota;Bacteroidia;Bacteroidales;Bacteroidaceae;Bacteroides;Bacteroides ovatus
Bacteria;Bacteroidota;Bacteroidia;Bacteroidales;Bacteroidaceae;Bacteroides;Bacteroides fragilis
Bacteria;Bacteroidota;Bacteroidia;Bacteroidales;Bacteroidaceae;Bacteroides;Bacteroides caccae
Bacteria;Bacteroidota;Bacteroidia;Bacteroidales;Bacteroidaceae;Phocaeicola;Phocaeicola vulgatus
Bacteria;Bacteroidota;Bacteroidia;Bacteroidales;Bacteroidaceae;Phocaeicola;Phocaeicola dorei
Bacteria;Bacteroidota;Bacteroidia;Bacteroidales;Rikenellaceae;Alistipes;Alistipes putredinis
Bacteria;Bacteroidota;Bacteroidia;Bacteroidales;Rikenellaceae;Alistipes;Alistipes finegoldii
Bacteria;Bacillota;Clostridia;Lachnospirales;Lachnospiraceae;Blautia;Blautia obeum
Bacteria;Bacillota;Clostridia;Lachnospirales;Lachnospiraceae;Blautia;Blautia wexlerae
Bacteria;Bacillota;Clostridia;Lachnospirales;Lachnospiraceae;Blautia;Blautia sp. AF19-10LB
Bacteria;Bacillota;Clostridia;Lachnospirales;Lachnospiraceae;Roseburia;Roseburia hominis
Bacteria;Bacillota;Clostridia;Lachnospirales;Lachnospiraceae;Roseburia;Roseburia inulinivorans
Bacteria;Bacillota;Clostridia;Lachnospirales;Lachnospiraceae;Dorea;Dorea longicatena
Bacteria;Bacillota;Clostridia;Lachnospirales;Lachnospiraceae;Dorea;Dorea formicigenerans
Bacteria;Bacillota;Clostridia;Oscillospirales;Ruminococcaceae;Faecalibacterium;Faecalibacterium prausnitzii
Bacteria;Bacillota;Clostridia;Oscillospirales;Ruminococcaceae;Faecalibacterium;Faecalibacterium duncaniae
Bacteria;Bacillota;Clostridia;Oscillospirales;Ruminococcaceae;Ruminococcus;Ruminococcus bromii
Bacteria;Bacillota;Clostridia;Oscillospirales;Ruminococcaceae;Ruminococcus;Ruminococcus callidus
Bacteria;Pseudomonadota;Gammaproteobacteria;Enterobacterales;Enterobacteriaceae;Escherichia;Escherichia coli
Bacteria;Pseudomonadota;Gammaproteobacteria;Enterobacterales;Enterobacteriaceae;Klebsiella;Klebsiella pneumoniae
Bacteria;Pseudomonadota;Gammaproteobacteria;Enterobacterales;Enterobacteriaceae;Klebsiella;Klebsiella oxytoca
Bacteria;Pseudomonadota;Gammaproteobacteria;Enterobacterales;Enterobacteriaceae;Escherichia;Escherichia albertii
Bacteria;Bacillota;Clostridia;Lachnospirales;Lachnospiraceae;Blautia;Blautia hansenii
Bacteria;Bacteroidota;Bacteroidia;Bacteroidales;Bacteroidaceae;Bacteroides;Bacteroides uniformis""".splitlines()


@dataclass(frozen=True)
class Study:
    """Counts (taxa in rows), who was sampled when, and the lineage of each taxon."""

    counts: pd.DataFrame
    sheet: pd.DataFrame
    ranks: pd.DataFrame

    def lineages(self, sep: str = ";", prefixes: str = "dpcofgs", mark: str = "__") -> pd.Series:
        """Join the names of all ranks, each with a prefix; without any where `prefixes` is empty."""
        marks = [f"{letter}{mark}" for letter in prefixes] or [""] * len(RANKS)
        return self.ranks.apply(lambda names: sep.join(map(str.__add__, marks, names)), axis=1)

    @property
    def species(self) -> pd.DataFrame:
        """The counts, by the names of species."""
        return self.counts.set_axis(self.ranks["species"])

    def renamed(self, name: Callable[[str], str]) -> Study:
        """Call the samples otherwise, in the table alone."""
        return replace(self, counts=self.counts.rename(columns=name))

    def asv(self) -> Study:
        """Call the taxa by sequences, as DADA2 does."""
        rng = np.random.default_rng(8)
        names = ["".join(rng.choice(list("ACGT"), 60)) for _ in self.counts.index]
        return replace(self, counts=self.counts.set_axis(names), ranks=self.ranks.set_axis(names))

    def percent(self) -> pd.DataFrame:
        """Give percentages."""
        return 100 * self.counts / self.counts.sum()

    def shifts(self, rank: str) -> dict[str, float]:
        """Give each subject's Jensen-Shannon divergence of summed counts, by scipy."""
        at = self.counts if rank == "feature" else self.counts.groupby(self.ranks[rank]).sum()
        return {subject: _shift(at, rows) for subject, rows in self.sheet.groupby("subject")}

    def pooled(self, rank: str) -> dict[str, float]:
        """Do the same for samples of equal weight, where proportions are all there is."""
        return replace(self, counts=self.counts / self.counts.sum()).shifts(rank)


def _shift(counts: pd.DataFrame, rows: pd.DataFrame) -> float:
    sides = (counts[rows["sample"][rows["phase"] == phase]].sum(axis=1) for phase in ("before", "after"))
    return float(jensenshannon(*sides, base=2)) ** 2


@cache
def study() -> Study:
    """Draw the study."""
    rng = np.random.default_rng(20)
    taxa = [f"ASV{i:02d}" for i in range(1, len(LINEAGES) + 1)]
    rows = [(f"P{p}_{phase[0].upper()}{day}", f"P{p}", phase, str(day + 14 * (phase == "after")), arm)
            for p, arm in zip(range(1, 7), ["drug", "placebo"] * 3, strict=True)
            for phase in ("before", "after") for day in (1, 2)]  # fmt: skip
    sheet = pd.DataFrame(rows, columns=["sample", "subject", "phase", "time", "arm"])
    means = {
        key: rng.gamma(0.4, size=len(taxa)) for key in zip(sheet["subject"], sheet["phase"], strict=True)
    }
    counts = {row.sample_: rng.poisson(rng.gamma(1.5, size=len(taxa)) * means[row.subject, row.phase] * 400)
              for row in sheet.rename(columns={"sample": "sample_"}).itertuples()}  # fmt: skip
    ranks = pd.DataFrame([line.split(";") for line in LINEAGES], index=taxa, columns=list(RANKS))
    return Study(pd.DataFrame(counts, index=taxa), sheet, ranks)


@dataclass(frozen=True, kw_only=True)
class Given:
    """Files as handed to `klbio shift`, and what is right: shifts at a rank, or words of the refusal.

    Parameters
    ----------
    table, samples, taxonomy : Path
    rank : str
        At which the answer is compared.
    of : Study, optional
        The study whose shifts are right, if another than was drawn.
    unit : str
    refused : str
        What a refusal says (regular expression); empty where the files are good.
    warns : str
        What must be said besides.
    tolerance : float
        By which rounding in the file moves the answer.
    columns : mapping
    """

    table: Path
    samples: Path
    taxonomy: Path | None = None
    rank: str = "feature"
    of: Study | None = None
    unit: str = "reads"
    refused: str = ""
    warns: str = ""
    tolerance: float = 1e-12
    columns: Mapping[str, str] = field(default_factory=dict)


class Shape(Protocol):
    """Writes the study into a folder in one dressing."""

    __name__: str

    def __call__(self, study: Study, folder: Path) -> Given: ...


SHAPES: list[Shape] = []


def shape(function: Shape) -> Shape:
    """Enter a shape."""
    SHAPES.append(function)
    return function


def written(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    """Write a file."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(encoding))
    return path


def sheet_of(study: Study, folder: Path) -> Path:
    """Write the plain sheet."""
    return written(folder, "sheet.tsv", study.sheet.to_csv(sep="\t", index=False))


def given(study: Study, folder: Path, text: str, name: str = "table.tsv", **more: object) -> Given:
    """Write a table beside the plain sheet."""
    return Given(table=written(folder, name, text), samples=sheet_of(study, folder), **more)  # type: ignore[arg-type]
