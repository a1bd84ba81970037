"""What a section of the page is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Section"]


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
    holds : mapping
        Drawings, table views and words, by the name the template calls them.
    """

    id: str
    chapter: str
    title: str
    template: str
    holds: Mapping[str, object] = field(default_factory=dict)
