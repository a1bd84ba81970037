"""Lineages as a file gives them, each name put at its rank: by its prefix, or else by its position."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from klbio.errors import Fault, InputError, StrPath, shorten
from klbio.taxonomy.names import assigned
from klbio.taxonomy.ranks import DOMAINS, HEIGHT, KINGDOMS, LEVELS, NO_RANK, RANKS, Part
from klbio.taxonomy.splitting import half_sure, parts_of

__all__ = ["Lineages", "Named"]

Named = dict[str, str]  # names by rank
Text = str | tuple[str, ...]
ENDINGS = {"aceae": "family", "ales": "order"}  # of the names of bacteria, archaea, fungi and plants
WITH_KINGDOM = ("domain", "kingdom", *LEVELS[1:])
TOPS = DOMAINS | KINGDOMS
WITHIN = re.compile(
    r"[|;]\s*(?:D_\d+|[dkpcofgs])__"
)  # a name with its prefix, behind a sign that was not taken for one
REMEDY = (
    "Write prefixes (d__, p__, c__, o__, f__, g__, s__), or one column per rank; or name the levels in the header: "
    "domain;phylum;class instead of Taxon. (TaxonKit: reformat -P, or lineage -R.)"
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
        return {taxon: self._named[text] or {} for taxon, text in self._texts.items()}

    @cached_property
    def _texts(self) -> dict[str, Text]:
        """Each taxon's lineage as a key: many taxa have one."""
        return {taxon: text if isinstance(text, str) else tuple(text) for taxon, text in self.texts.items()}

    @cached_property
    def _parts(self) -> dict[Text, list[Part]]:
        """Names without roots, nodes that have no rank, and confidences."""
        texts = list(dict.fromkeys(self._texts.values()))
        every = {text: list(map(Part.of, names)) for text, names in zip(texts, parts_of(texts), strict=True)}
        return {text: [part for part in parts if part.rank != NO_RANK] for text, parts in every.items()}

    @cached_property
    def _named(self) -> dict[Text, Named | None]:
        return {text: self._placed(parts) for text, parts in self._parts.items()}

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
        names = [part.name for part in parts]
        return dict(zip(self._levels, names, strict=False)) if _depth(parts) <= len(self._levels) else None

    @cached_property
    def _levels(self) -> Sequence[str]:
        """Ranks by position: as the header says; with kingdoms where all second names are kingdoms; else the seven."""
        bare = [parts for parts in self._parts.values() if _is_bare(parts)]
        seconds = {assigned(part.name).lower() for parts in bare for part in parts[1:2]} - {""}
        return self.levels or (WITH_KINGDOM if seconds and seconds <= KINGDOMS else LEVELS)

    def _faults_of_names(self) -> list[Fault]:
        """Names of which it is not plain what belongs to them."""
        return [
            *self._fault(
                lambda parts: half_sure([part.name for part in parts]),
                "a number in parentheses behind some names only", "confidences behind all names, or none",
                "Cut the confidences off; write a number that is part of a name without parentheses.",
            ),
            *self._fault(
                lambda parts: any(WITHIN.search(part.name) for part in parts), "a name within a name",
                "one sign between the names of all lineages, ; or |", "Put the same sign between all names.",
            ),
            *self._fault(
                lambda parts: any(part.prefix and assigned(part.name) for part in parts), "a prefix of no known rank",
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
        if self.levels or max(map(_depth, bare), default=0) > len(self._levels):
            return faults + self._too_deep(len(self._levels))
        if bare and max(map(_depth, bare)) == 1 and any(map(self._lacks_top, bare)):
            found, expected = "one name without a prefix", "names from the domain down, joined by ; or |"
            return faults + self._fault(self._lacks_top, found, expected, REMEDY)
        is_without_top = self._lacks_top if len(bare) < len(self._parts) or _has_top(bare) else _is_named
        levels = f"the levels {', '.join(self._levels)}"
        faults += self._fault(
            is_without_top, "names without prefixes that do not begin with a domain", levels, REMEDY
        )
        shifted = "a family (-aceae), an order (-ales) or a kingdom at another level than its own"
        return faults or self._fault(self._is_shifted, shifted, levels, REMEDY)

    def _too_deep(self, most: int) -> list[Fault]:
        depth = max((_depth(parts) for parts in self._parts.values() if _is_bare(parts)), default=0)
        expected = f"the {most} that the header names" if self.levels else _readings(depth)
        return self._fault(
            lambda parts: _is_bare(parts) and _depth(parts) > most,
            f"{depth} levels without prefixes",
            expected,
            REMEDY,
        )

    def _lacks_top(self, parts: list[Part]) -> bool:
        """Whether names without prefixes begin with no domain, and with no name that others have at the top."""
        return (
            _is_bare(parts) and _is_named(parts) and assigned(parts[0].name).lower() not in {"", *self._tops}
        )

    def _is_shifted(self, parts: list[Part]) -> bool:
        """Whether names without prefixes stand at other levels than their own, as far as their endings tell."""
        if not _is_bare(parts):
            return False
        names = [assigned(part.name) for part in parts]
        firsts = {
            rank: next((i for i, name in enumerate(names) if name.endswith(ending) and " " not in name), None)
            for ending, rank in ENDINGS.items()
        }
        is_kingdom = self._levels != WITH_KINGDOM and any(name.lower() in KINGDOMS for name in names[1:2])
        return is_kingdom or any(at not in (None, self._levels.index(rank)) for rank, at in firsts.items())

    def _fault(
        self, is_wrong: Callable[[list[Part]], bool], found: str, expected: str, remedy: str
    ) -> list[Fault]:
        """Make one fault of all lineages that are wrong in one way; it shows the first."""
        texts = {text for text, parts in self._parts.items() if is_wrong(parts)}
        wrong = [taxon for taxon, text in self._texts.items() if text in texts]
        if not wrong:
            return []
        text = self._texts[wrong[0]]
        shown = shorten(text if isinstance(text, str) else ";".join(text), 120)
        more = f" and {len(wrong) - 1:,} more" if len(wrong) > 1 else ""
        said = f"lineage {shown} of taxon {shorten(wrong[0], 40)}{more}: {found}"
        return [Fault(self.name, said, expected, remedy, self.lines.get(wrong[0]))]


def _is_bare(parts: Sequence[Part]) -> bool:
    return all(part.rank is None for part in parts)


def _depth(parts: Sequence[Part]) -> int:
    """Levels down to the last name."""
    return max((depth for depth, part in enumerate(parts, 1) if assigned(part.name)), default=0)


def _is_named(parts: Sequence[Part]) -> bool:
    return any(assigned(part.name) for part in parts)


def _has_top(lineages: Sequence[Sequence[Part]]) -> bool:
    return any(parts[0].name.lower() in TOPS for parts in lineages)


def _by_prefix(parts: list[Part], known: Sequence[str]) -> Named | None:
    """Put names at the ranks of their prefixes, those without one between their neighbours; None where unclear."""
    named: Named = {}
    waiting: list[str] = []
    above = -1
    for part in parts:
        if part.rank is None:
            waiting += [part.name] if assigned(part.name) else []
            continue
        here = HEIGHT[part.rank]
        if here < above or named.setdefault(part.rank, part.name) != part.name:
            return None
        if waiting and not _fill(named, waiting, [rank for rank in known if above < HEIGHT[rank] < here]):
            return None
        waiting, above = [], here
    return named if _fill(named, waiting, [rank for rank in known if above < HEIGHT[rank]]) else None


def _fill(named: Named, waiting: Sequence[str], ranks: Sequence[str]) -> bool:
    """Give names the ranks that are free for them, if as many are."""
    named |= dict(zip(ranks, waiting, strict=False))
    return not waiting or len(waiting) == len(ranks)


def _readings(depth: int) -> str:
    """Say what levels of that number may mean."""
    usual = ", ".join(LEVELS)
    others = {
        8: f" ({usual}, strain), or (domain, supergroup, division, class, order, family, genus, species) as in PR2",
        9: " (domain, supergroup, division, subdivision, class, order, family, genus, species) as in PR2",
    }
    return f"the 7 levels {usual}" + (f"; {depth} may be{others[depth]}" if depth in others else "")
