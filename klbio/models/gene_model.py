"""What a gene model is: a gene finder's parameters, checked once at the door, then frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from klbio.errors import Fault, InputError
from klbio.models.finding import Finding
from klbio.models.markov.content_model import ContentModel
from klbio.models.segments import DurationModel, TransitionModel
from klbio.models.site_model import SiteModel

__all__ = [
    "GCClass",
    "GeneModel",
]

PERIOD = {"coding": 3, "intron": 1, "intergenic": 1, "background": 1}


@dataclass(frozen=True, eq=False)
class GCClass:
    """The content models a gene finder uses for sequence of one base composition.

    Parameters
    ----------
    coding : ContentModel
        With period 3.
    intron, intergenic : ContentModel or None
        With period 1.
    centre : tuple of float, optional
        The (a, c, g, t) composition the class is made for.
    background : ContentModel, optional
        What the scores of coding sequence were taken against, where it is neither of the
        two by name; with period 1.
    gc_range : tuple of float, optional
        Lowest and highest GC content the class is made for, where the file gives these.
    """

    coding: ContentModel
    intron: ContentModel | None = None
    intergenic: ContentModel | None = None
    centre: tuple[float, float, float, float] | None = None
    background: ContentModel | None = None
    gc_range: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        faults = [
            Fault(name, f"a content model of period {model.period}", f"period {PERIOD[name]}")
            for name, model in self.components.items()
            if model.period != PERIOD[name]
        ]
        InputError.raise_any(faults)

    @property
    def components(self) -> dict[str, ContentModel]:
        """The content models there are, by name."""
        named = {name: getattr(self, name) for name in PERIOD}
        return {name: model for name, model in named.items() if model is not None}

    @property
    def gc(self) -> tuple[float, float] | None:
        """Lowest and highest GC content the class is made for; None where the file does not say."""
        if self.gc_range is not None or self.centre is None:
            return self.gc_range
        share = round(self.centre[1] + self.centre[2], 12)
        return share, share

    @property
    def coding_gc(self) -> tuple[float, float]:
        """GC content of its coding sequence in the long run, as `gc` gives it."""
        share = float(self.coding.gc_contents.mean())
        return share, share


@dataclass(frozen=True, eq=False, repr=False)
class GeneModel:
    """Parameters of a gene finder for one species.

    Parameters
    ----------
    name : str
        What every table calls it.
    classes : sequence of GCClass
        At least one; comparisons use number ``len(classes) // 2``, counted from 0.
    sites : mapping of str to SiteModel
        ``donor GT``, ``acceptor AG``, ``start ATG``, ``stop TAA`` and the like.
    format : str
        The format it was read from.
    findings : sequence of Finding
        What the reader noticed.
    durations : mapping of str to DurationModel
        How long segments are: ``exon single``, ``exon initial``, ``exon internal``, ``exon terminal``,
        ``intron``, ``intergenic``.
    transitions : TransitionModel, optional
        Which of these follows which.
    """

    name: str
    classes: tuple[GCClass, ...]
    sites: Mapping[str, SiteModel] = field(default_factory=dict)
    format: str = ""
    findings: tuple[Finding, ...] = ()
    durations: Mapping[str, DurationModel] = field(default_factory=dict)
    transitions: TransitionModel | None = None

    def __post_init__(self) -> None:
        if not self.classes:
            raise InputError.one(f"gene model {self.name!r}", "no GC class", "at least one")
        object.__setattr__(self, "classes", tuple(self.classes))
        object.__setattr__(self, "sites", MappingProxyType(dict(self.sites)))
        object.__setattr__(self, "durations", MappingProxyType(dict(self.durations)))
        object.__setattr__(self, "findings", tuple(self.findings))

    def __repr__(self) -> str:
        return f"GeneModel {self.name!r}: {', '.join([*self.components, *['sites'] * bool(self.sites)])}"

    def under(self, genetic_code: int) -> GeneModel:
        """Give the same parameters as those of genes of another genetic code."""
        classes = tuple(replace(one, coding=one.coding.under(genetic_code)) for one in self.classes)
        return replace(self, classes=classes)

    @property
    def default_class(self) -> int:
        """Number of the class that is compared: the middle one, the upper of two."""
        return len(self.classes) // 2

    @property
    def components(self) -> dict[str, ContentModel]:
        """The content models of the default class, by name."""
        return self.classes[self.default_class].components

    @property
    def coding(self) -> ContentModel:
        """Coding sequence, period 3."""
        return self.classes[self.default_class].coding

    @property
    def intron(self) -> ContentModel | None:
        """Introns, period 1."""
        return self.classes[self.default_class].intron

    @property
    def intergenic(self) -> ContentModel | None:
        """Sequence between genes, period 1."""
        return self.classes[self.default_class].intergenic
