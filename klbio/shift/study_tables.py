"""The tables of a before/after study, by name."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from klbio.progress import over
from klbio.schema import SHIFT_TABLES, Pieces

if TYPE_CHECKING:
    import pandas as pd

    from klbio.shift.blocks import Column

__all__ = ["StudyTables"]

AT_ONCE = 50_000  # rows


class StudyTables(ABC):
    """Gives each table of `klbio.schema.SHIFT_TABLES` as an attribute; docs/formats.md explains their columns."""

    @abstractmethod
    def table(self, name: str) -> pd.DataFrame:
        """Give the table of that name."""

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """All tables by name, in the order in which `klbio shift` writes them."""
        return {name: self.table(name) for name in over(SHIFT_TABLES, len(SHIFT_TABLES), "table", "study")}

    @property
    def written(self) -> Mapping[str, pd.DataFrame | Pieces]:
        """The same for those who write them: one that is too large for the memory comes in pieces."""
        return self.tables

    @property
    def _contributed(self) -> Iterator[Mapping[str, Column] | pd.DataFrame]:
        """What taxa contributed to each shift, some rows at a time, as far as their means need it."""
        whole = self.contributions
        return (whole.iloc[start : start + AT_ONCE] for start in range(0, len(whole), AT_ONCE))

    @property
    def pairs(self) -> pd.DataFrame:
        """How far each subject moved: a row per subject, contrast, rank and estimand."""
        return self.table("pairs")

    @property
    def contributions(self) -> pd.DataFrame:
        """What each taxon contributed to a subject's pooled shift."""
        return self.table("contributions")

    @property
    def clades(self) -> pd.DataFrame:
        """Where in taxonomy and tree each subject's shift took place."""
        return self.table("clades")

    @property
    def clade_means(self) -> pd.DataFrame:
        """The same on average over the subjects of an arm."""
        return self.table("clade_means")

    @property
    def geometry(self) -> pd.DataFrame:
        """Subjects ranked by bits and by the work along the tree."""
        return self.table("geometry")

    @property
    def rank_split(self) -> pd.DataFrame:
        """How many bits each rank of the taxonomy adds."""
        return self.table("rank_split")

    @property
    def trajectory(self) -> pd.DataFrame:
        """Every sample against its subject's baseline, over time."""
        return self.table("trajectory")

    @property
    def recovery(self) -> pd.DataFrame:
        """Whether each subject came back after a disturbance."""
        return self.table("recovery")

    @property
    def recovery_curve(self) -> pd.DataFrame:
        """The fitted ways back, point by point."""
        return self.table("recovery_curve")

    @property
    def cohort(self) -> pd.DataFrame:
        """Tests of arms against each other, or of one against its baseline."""
        return self.table("cohort")

    @property
    def differential(self) -> pd.DataFrame:
        """Tests of each taxon's change, with false discovery rates."""
        return self.table("differential")

    @property
    def permanova(self) -> pd.DataFrame:
        """What phase and subject account for among the samples of an arm."""
        return self.table("permanova")

    @property
    def population(self) -> pd.DataFrame:
        """How far the population of an arm moved: location, scale and shape."""
        return self.table("population")

    @property
    def arms(self) -> pd.DataFrame:
        """Shifts summed up arm by arm."""
        return self.table("arms")

    @property
    def taxa(self) -> pd.DataFrame:
        """Contributions of taxa on average over the subjects of an arm."""
        return self.table("taxa")

    @property
    def sensitivity(self) -> pd.DataFrame:
        """The shifts under every smoothing and support."""
        return self.table("sensitivity")

    @property
    def rarefaction(self) -> pd.DataFrame:
        """The shifts with both sides rarefied to the same depths."""
        return self.table("rarefaction")

    @property
    def headline(self) -> pd.DataFrame:
        """The comparison of arms under every choice."""
        return self.table("headline")

    @property
    def flags(self) -> pd.DataFrame:
        """What besides the phase may have made the shift: depth, batch, time."""
        return self.table("flags")

    @property
    def controls(self) -> pd.DataFrame:
        """What part of each sample the study's negative controls explain."""
        return self.table("controls")

    @property
    def controls_shift(self) -> pd.DataFrame:
        """The shifts with that part taken off."""
        return self.table("controls_shift")

    @property
    def mock(self) -> pd.DataFrame:
        """How far mock communities come out from what they are made of."""
        return self.table("mock")

    @property
    def dropped(self) -> pd.DataFrame:
        """Samples and subjects that could not be measured, and why."""
        return self.table("dropped")
