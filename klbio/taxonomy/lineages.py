"""Lineages as a file gives them, each name put at its rank: by its prefix, or else by its position."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from klbio.errors import Fault, InputError, StrPath, shorten
from klbio.taxonomy.names import assigned
from klbio.taxonomy.ranks import DOMAINS, KINGDOMS, LEVELS, NO_RANK, RANKS, Part
from klbio.taxonomy.splitting import half_sure, parts_of

__all__ = ["Lineages", "Named"]

Named = dict[str, str]
"""Names by rank."""
ENDINGS = {"aceae": "family", "ales": "order"}  # of the names of bacteria, archaea, fungi and plants
TOPS = DOMAINS | KINGDOMS
REMEDY = (
    "Write prefixes (d__, p__, c__, o__, f__, g__, s__), or one column per rank; or name the levels in the header: "
    "domain;phylum;class instead of Taxon."
)


@dataclass(frozen=True)
class Lineages:
    """What a file says of each taxon.

    Parameters
    ----------
    texts : mapping of str to str or sequence of str
        Lineages by taxon, joined or in parts.
    name : path-like
        The file they came from.
    levels : sequence of str
        Ranks of names without a prefix, where the file says which.
    lines : mapping of str to int
        Where each stands.
    """

    texts: Mapping[str, str | Sequence[str]]
    name: StrPath
    levels: Sequence[str] = ()
    lines: Mapping[str, int | None] = field(default_factory=dict)

    def named(self) -> dict[str, Named]:
        """Names of each taxon by rank.

        Raises
        ------
        InputError
            Where prefix and position disagree, and where neither says which rank a name has.
        """
        InputError.raise_any(self._faults_of_names() or self._faults_of_ranks())
        return {taxon: self._placed(parts) or {} for taxon, parts in self._parts.items()}

    @cached_property
    def _parts(self) -> dict[str, list[Part]]:
        """Names without roots, nodes that have no rank, and confidences."""
        cut = zip(self.texts, parts_of(self.texts.values()), strict=True)
        every = {taxon: [Part.of(name) for name in names] for taxon, names in cut}
        return {taxon: [part for part in parts if part.rank != NO_RANK] for taxon, parts in every.items()}

    @cached_property
    def _known(self) -> list[str]:
        """Ranks that a name between two prefixes may have."""
        used = {part.rank for parts in self._parts.values() for part in parts}
        usual = LEVELS[1:] if "kingdom" in used and "domain" not in used else LEVELS
        return [rank for rank in RANKS if rank in used or rank in usual]

    @cached_property
    def _tops(self) -> set[str]:
        """Names that a lineage without prefixes may begin with."""
        heads = (parts[0].name.lower() for parts in self._parts.values() if not _is_bare(parts))
        return {*TOPS, *heads}

    def _placed(self, parts: list[Part]) -> Named | None:
        """Names by rank; None where they cannot be told."""
        if not _is_bare(parts):
            return _by_prefix(parts, self._known)
        levels = self.levels or LEVELS
        names = [part.name for part in parts]
        return dict(zip(levels, names, strict=False)) if len(names) <= len(levels) else None

    def _faults_of_names(self) -> list[Fault]:
        """Names of which it is not plain what belongs to them."""
        return [
            *self._fault(
                lambda parts: half_sure([part.name for part in parts]),
                "a number in parentheses behind some names only", "confidences behind all names, or none",
                "Cut the confidences off; write a number that is part of a name without parentheses.",
            ),
            *self._fault(
                lambda parts: any(part.prefix for part in parts), "a prefix of no known rank",
                "prefixes such as d__, p__, c__, o__, f__, g__, s__", "Give one column per rank.",
            ),
        ]  # fmt: skip

    def _faults_of_ranks(self) -> list[Fault]:
        """Lineages whose names have no rank, or two."""
        bare = [parts for parts in self._parts.values() if parts and _is_bare(parts)]
        faults = self._fault(
            lambda parts: not _is_bare(parts) and self._placed(parts) is None,
            "prefixes and positions that say different ranks", "ranks from the highest down, each once",
            "Give every name the prefix of its rank, or one column per rank.",
        )  # fmt: skip
        if self.levels:
            return faults + self._too_deep(len(self.levels))
        if max(map(len, bare), default=0) > len(LEVELS):
            return faults + self._too_deep(len(LEVELS))
        return faults + self._fault(
            self._is_shifted if len(bare) < len(self._parts) or _has_top(bare) else _is_named,
            "names without prefixes that do not begin with a domain, or a family (-aceae) or order (-ales) at another "
            "level", f"the levels {', '.join(LEVELS)}", REMEDY,
        )  # fmt: skip

    def _too_deep(self, most: int) -> list[Fault]:
        depth = max((len(parts) for parts in self._parts.values() if _is_bare(parts)), default=0)
        expected = f"the {most} that the header names" if self.levels else _readings(depth)
        return self._fault(
            lambda parts: _is_bare(parts) and len(parts) > most,
            f"{depth} levels without prefixes",
            expected,
            REMEDY,
        )

    def _is_shifted(self, parts: list[Part]) -> bool:
        """Whether names without prefixes stand at other levels than their own, as far as their endings tell."""
        names = [assigned(part.name) for part in parts]
        if not _is_bare(parts) or not any(names):
            return False
        return names[0].lower() not in {"", *self._tops} or any(
            names.index(first) != LEVELS.index(rank)
            for ending, rank in ENDINGS.items()
            for first in [name for name in names if name.endswith(ending) and " " not in name][:1]
        )

    def _fault(
        self, is_wrong: Callable[[list[Part]], bool], found: str, expected: str, remedy: str
    ) -> list[Fault]:
        """Make one fault of all lineages that are wrong in one way; it shows the first."""
        wrong = [taxon for taxon, parts in self._parts.items() if is_wrong(parts)]
        if not wrong:
            return []
        text = self.texts[wrong[0]]
        shown = shorten(text if isinstance(text, str) else ";".join(text), 120)
        more = f" and {len(wrong) - 1:,} more" if len(wrong) > 1 else ""
        said = f"lineage {shown} of taxon {shorten(wrong[0], 40)}{more}: {found}"
        return [Fault(self.name, said, expected, remedy, self.lines.get(wrong[0]))]


def _is_bare(parts: Sequence[Part]) -> bool:
    return all(part.rank is None for part in parts)


def _is_named(parts: Sequence[Part]) -> bool:
    return any(assigned(part.name) for part in parts)


def _has_top(lineages: Sequence[Sequence[Part]]) -> bool:
    return any(parts[0].name.lower() in TOPS for parts in lineages)


def _by_prefix(parts: list[Part], known: Sequence[str]) -> Named | None:
    """Put names at the ranks of their prefixes, those without one between their neighbours; None where unclear."""
    named: Named = {}
    waiting: list[str] = []
    above = -1
    for part in [*parts, Part("", "")]:
        if part.rank is None:
            waiting += [part.name] if assigned(part.name) else []
            continue
        here = RANKS.index(part.rank) if part.rank else len(RANKS)
        between = [rank for rank in known if above < RANKS.index(rank) < here]
        if here < above or (waiting and len(between) != len(waiting)):
            return None
        named |= dict(zip(between, waiting, strict=False))
        if part.rank and named.setdefault(part.rank, part.name) != part.name:
            return None
        waiting, above = [], here
    return named


def _readings(depth: int) -> str:
    """Say what levels of that number may mean."""
    usual = ", ".join(LEVELS)
    others = {
        8: f" ({usual}, strain), or (domain, supergroup, division, class, order, family, genus, species) as in PR2",
        9: " (domain, supergroup, division, subdivision, class, order, family, genus, species) as in PR2",
    }
    return f"the 7 levels {usual}" + (f"; {depth} may be{others[depth]}" if depth in others else "")
