"""What the page is cut into: a chapter per route, the sections in it, and what each is made of."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from klbio.report.tables import Route

__all__ = ["Chapter", "Part", "Section"]


@dataclass(frozen=True)
class Section:
    """One section: its prose is a template, its figures and tables are what the template is given.

    Parameters
    ----------
    id : str
        Its anchor, unique on the page.
    chapter, title : str
        Under which heading of the contents it stands, and its own.
    template : str
        File below ``templates/``, without its ending.
    context : mapping
        Drawings, table views and words, by the name the template calls them.
    """

    id: str
    chapter: str
    title: str
    template: str
    context: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Chapter:
    """The sections of one route.

    Parameters
    ----------
    route : Route
        Where their numbers come from.
    title : str
        Heading in the contents.
    category : str
        What is counted: ``taxon`` or ``k-mer``; empty for models.
    """

    route: Route
    title: str
    category: str = ""


@dataclass(frozen=True)
class Part(ABC):
    """What makes a section out of a route, where the route has anything for it."""

    chapter: Chapter

    @abstractmethod
    def sections(self) -> Iterator[Section]:
        """Give the section; none where there is nothing to show."""

    @property
    def route(self) -> Route:
        """Where the numbers come from."""
        return self.chapter.route

    @property
    def rank(self) -> str:
        """The rank that the headlines speak of."""
        return self.route.headline_rank

    def section(self, name: str, title: str, context: Mapping[str, object]) -> Section:
        """Put a section together: ``shift-cohort`` is filled into ``cohort``, ``models-map`` into ``models_map``."""
        if self.chapter.category:
            context = {**context, **self._of_shifts()}
        template = f"models_{name}" if self.route.name == "models" else name.replace("-", "_")
        return Section(f"{self.route.name}-{name}", self.chapter.title, title, template, context)

    def _of_shifts(self) -> Mapping[str, str | bool]:
        """What every section about shifts may say."""
        return {"category": self.chapter.category, "rank": self.rank, "of_reads": self.route.of_reads}
