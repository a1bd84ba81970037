"""What stands among taxa and is none of the community: numbers about samples; organelles, spike-ins and the host.

Numbers that are called so are left out.  What only looks like it is counted, and said with the words that leave it out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from shlex import quote

import numpy as np
from numpy.typing import NDArray

from klbio.about_samples import is_about_samples
from klbio.design import Design
from klbio.distributions import Counts
from klbio.errors import Fault, InputError, listed, note, notify
from klbio.schema import DroppedRow
from klbio.spelling import meant
from klbio.taxon_values import PEERS, TaxonValues
from klbio.taxonomy import Taxonomy, assigned, is_code, is_common_word, is_latin, is_taxon, say_alike

__all__ = ["Taxa"]

BETWEEN = re.compile(r"\s*[|;]\s*")
RANK = re.compile(r"^(sk|[dkpcofgst]|D_\d+)__", re.IGNORECASE)
OTHERS = re.compile(
    r"chloroplasts?|plastids?|mitochondri(a|on)|.*spike[ _.-]?ins?\b.*|.*\bspike\b.*|phix.*|.*phi-?x174.*|ercc-\d+"
    r"|homo([ _.]sapiens)?|human( reads)?|imtechella.*|allobacillus[ _.]halotolerans|truepera[ _.]radiovictrix",
    re.IGNORECASE,
)
MOST = 0.5  # of the taxa, called alike
WHERE = "(config: exclude and keep of the taxa; in Python ShiftSettings(exclude=...))"


@dataclass(frozen=True, eq=False)
class Taxa:
    """The taxa of a table with its samples in rows.

    Parameters
    ----------
    counts : Counts
    taxonomy : Taxonomy, optional
    """

    counts: Counts
    taxonomy: Taxonomy | None = None

    def without(self, names: Sequence[str]) -> tuple[Taxa, tuple[DroppedRow, ...]]:
        """Leave out taxa by their own names, or by that of a clade they are in; what is left out is listed.

        Raises
        ------
        InputError
            For a name that no taxon has; if no taxon is left.
        """
        found = [(name, self._called(name)) for name in names]
        unknown = [name for name, taxa in found if not taxa.any()]
        InputError.raise_any([self._unknown(name, "leave out") for name in unknown])
        out = (
            np.any([taxa for _, taxa in found], axis=0) if found else np.zeros(len(self.counts.labels), bool)
        )
        return self._kept(~out, "left out as asked for")

    def without_numbers_of_samples(self, keep: Sequence[str] = ()) -> tuple[Taxa, tuple[DroppedRow, ...]]:
        """Leave out what is called an age, a day or a number of reads, and say so; where all is, nothing."""
        known = self.taxonomy.lineages if self.taxonomy else {}
        out = np.array([name not in known and is_about_samples(name) for name in self.counts.labels])
        out &= ~self._meant(keep)
        if out.all():
            return self, ()
        if out.any():
            names = listed(self._names(out), 8)
            notify(
                self.counts.name, f"numbers about samples among the taxa: {names}", "left out",
                "Say with --keep (config: keep) what is a taxon.",
            )  # fmt: skip
        return self._kept(~out, "a number about samples, by its name")

    def say_unknown(self, keep: Sequence[str]) -> None:
        """Say which names to keep no taxon has: of reads it is not known beforehand what they are called."""
        for name in keep:
            if not self._called(name).any():
                fault = self._unknown(name, "keep")
                note(self.counts.name, fault.found, "nothing is kept for it", fault.remedy)

    def say_others(self, design: Design | None, keep: Sequence[str] = ()) -> None:
        """Warn of what is counted although it may be none of the community, but for what is meant to be."""
        doubtful = ~self._meant(keep)
        if len(self.counts.labels) == 1:
            notify(self.counts.name, f"one taxon alone, {self.counts.labels[0]!r}", "all of every sample, so that no "
                   "shift is other than 0", "Give the table of counts, with all its taxa.")  # fmt: skip
        say_alike(self._names(doubtful), self.counts.name)
        self._say_organelles(doubtful)
        if len(self.counts.labels) > PEERS and not self.counts.of_words:
            self._say_numbers(design, doubtful)

    def _meant(self, keep: Sequence[str]) -> NDArray[np.bool_]:
        """Taxa of some names."""
        meant = np.zeros(len(self.counts.labels), dtype=bool)
        for name in keep:
            meant |= self._called(name)
        return meant

    def _kept(self, kept: NDArray[np.bool_], reason: str) -> tuple[Taxa, tuple[DroppedRow, ...]]:
        if kept.all():
            return self, ()
        counts, names = self.counts, self._names(~kept)
        if not kept.any():
            raise InputError.one(counts.name, "all taxa left out", "at least one that is measured")
        left = Counts(
            counts.samples, self._names(kept), counts.values[:, kept], counts.name, counts.unit, copy=False
        )
        rows = [DroppedRow.taxon(counts.name, name, reason) for name in names]
        return Taxa(left, self.taxonomy), tuple(rows)

    def _names(self, these: NDArray[np.bool_]) -> list[str]:
        return [self.counts.labels[i] for i in np.flatnonzero(these).tolist()]

    @cached_property
    def _values(self) -> TaxonValues:
        return TaxonValues(self.counts)

    @cached_property
    def _clades(self) -> list[tuple[str, ...]]:
        """Every name that a taxon goes by, its own as it stands."""
        known = self.taxonomy.lineages if self.taxonomy else {}
        return [
            (name, *(RANK.sub("", part) for part in BETWEEN.split(name)), *known.get(name, ()))
            for name in self.counts.labels
        ]

    def _called(self, name: str) -> NDArray[np.bool_]:
        wanted = {name.casefold(), RANK.sub("", name).casefold()}
        return np.array([not wanted.isdisjoint(part.casefold() for part in names) for names in self._clades])

    def _unknown(self, name: str, what: str) -> Fault:
        near = meant(name, dict.fromkeys(part for names in self._clades for part in names if part))
        remedy = f"Did you mean {near!r}?" if near else "Names are those of taxa or of their clades, whole."
        return Fault(
            self.counts.name, f"no taxon {name!r} to {what}", "a taxon or clade of the table", remedy
        )

    def _say_organelles(self, doubtful: NDArray[np.bool_]) -> None:
        """Say how much of the samples are organelles, spike-ins and host."""
        words = [next((part for part in names[1:] if OTHERS.fullmatch(part)), "") for names in self._clades]
        out = np.array([bool(word) for word in words]) & (self._values.sums > 0) & doubtful
        if not out.any():
            return
        most = self._values.share(out).max(initial=0.0)
        called = sorted({words[i] for i in np.flatnonzero(out).tolist()}, key=str.casefold)
        notify(
            self.counts.name,
            f"{listed(called)} among the taxa ({out.sum()} of them, up to {100 * most:.2g} % of a sample): organelles, "
            "spike-ins or host, none of the community",
            "counted like any other",
            f"To leave them out: {_option('exclude', called)}; else {_option('keep', called)} {WHERE}.",
        )  # fmt: skip

    def _say_numbers(self, design: Design | None, doubtful: NDArray[np.bool_]) -> None:
        """Say what has values like those of a number about samples."""
        values = self._values
        steady, beyond, same = values.are_steady, values.is_beyond_all, values.same_in_subjects(design)
        others = ~(steady | beyond | same)
        reasons = {
            "the same in every sample of a subject, or of its phase": (notify, same),
            "nearly the same in all samples": (notify, steady & ~same),
            # as Lactobacillus is where all is well
            "more in every sample than all other taxa together": (note, beyond & ~same & ~steady),
            "called otherwise than the other taxa, and in every sample": (notify, self._unlike & others),
            # as genera without a name are in some reference databases
            "a code among Latin names, in every sample": (note, self._codes & ~self._unlike & others),
        }
        for found, (tell, these) in reasons.items():
            names = self._names(these & ~self._placed & doubtful)
            if names:
                tell(
                    self.counts.name, f"{listed(names)}: {found}", "taken for reads of a taxon",
                    f"If it is a number about samples: {_option('exclude', names)}; else "
                    f"{_option('keep', names)} {WHERE}.",
                )  # fmt: skip

    @property
    def _unlike(self) -> NDArray[np.bool_]:
        """Names at either end that are no sequences, lineages or numbers as most are.

        Where most are Latin: names in all samples, that are not so at either end, or are common words anywhere.
        """
        labels, n = self.counts.labels, len(self.counts.labels)
        certain = np.array([is_taxon(name) or not assigned(name) for name in labels])
        latin = certain | np.array([is_latin(name) for name in labels])
        there = self._values.in_all
        if certain.sum() > MOST * n:
            return _at_ends(~certain)
        words = ~certain & np.array([is_common_word(name) for name in labels])
        return (
            there & (_at_ends(~latin & there) | words) if latin.sum() > MOST * n else np.zeros(n, dtype=bool)
        )

    @property
    def _codes(self) -> NDArray[np.bool_]:
        """Names that are codes where most are Latin, of taxa in all samples."""
        labels = self.counts.labels
        many = sum(map(is_latin, labels)) > MOST * len(labels)
        there = self._values.in_all.tolist()
        return np.array([many and all_ and is_code(name) for name, all_ in zip(labels, there, strict=True)])

    @property
    def _placed(self) -> NDArray[np.bool_]:
        """Taxa of which a taxonomy knows a name, or that are called unassigned: these are no numbers."""
        known = self.taxonomy.lineages if self.taxonomy else {}
        return np.array([any(known.get(name, ())) or not assigned(name) for name in self.counts.labels])


def _at_ends(these: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Keep what stands in one piece at the start or at the end."""
    return np.logical_and.accumulate(these) | np.logical_and.accumulate(these[::-1])[::-1]


def _option(what: str, names: Iterable[str]) -> str:
    return " ".join(f"--{what} {quote(name)}" for name in list(names)[:8])
