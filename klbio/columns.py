"""`Columns`: what klbio calls the columns of a kind of sheet, and what people call them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from shlex import quote

from klbio.errors import Fault, StrPath, listed
from klbio.spelling import meant

__all__ = ["ARM", "LINEAGE", "PHASE", "SAMPLE", "SUBJECT", "TAXON", "TIME", "Columns", "plain"]

# what klbio calls the columns of sheets, whatever a sheet calls them
SAMPLE, SUBJECT, PHASE, TIME, ARM = "sample", "subject", "phase", "time", "arm"
TAXON, LINEAGE = "taxon", "lineage"
NO_HEADER = "If this line is no header, put one above it."


@lru_cache(maxsize=65_536)  # asked of every column again for each name that it may have
def plain(name: str) -> str:
    """Give the name of a column without capitals, and without signs between its words.

    >>> plain("#Sample ID"), plain("sample-id"), plain("Time_Point ")
    ('sample id', 'sample id', 'time point')
    """
    return " ".join(re.split(r"[\s_.-]+", name.lstrip("#").casefold().strip()))


@dataclass(frozen=True)
class Columns:
    """The columns that klbio uses of a kind of sheet; a sheet may call them otherwise.

    Parameters
    ----------
    required, optional : tuple of str
        As klbio calls them; taken with any capitals.
    aliases : mapping of str to str
        Other names, as `plain` gives them, that stand for one of these.
    key_names : tuple of str
        Names, as `plain` gives them, that stand for the first of `required` where they stand first.
    given : mapping of str to str
        What this sheet calls a column, in its own words; goes before all else.
    hints : mapping of str to tuple of str
        Names, as `plain` gives them, that a column may well have: proposed, never taken.
    of_several : bool
        Whether a name of `given` that is not there may be of another sheet, which is joined with this one.
    apart : str
        What to do where those that are needed stand in a sheet of their own.

    Examples
    --------
    >>> columns = Columns(("sample", "subject"), key_names=("id",), given={"subject": "Patient"})
    >>> columns.named(["ID", "Patient", "Age"])
    ('sample', 'subject', 'Age')
    """

    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    key_names: tuple[str, ...] = ()
    given: Mapping[str, str] = field(default_factory=dict)
    hints: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    of_several: bool = False
    apart: str = ""

    @property
    def known(self) -> tuple[str, ...]:
        """All that klbio uses."""
        return self.required + self.optional

    def named(self, header: Sequence[str]) -> tuple[str, ...]:
        """Give the header with klbio's names where a column is one that it uses."""
        names = [name.strip() for name in header]
        given = {role: self._given_at(role, names) for role in self.known if role in self.given}
        places = {role: taken for role, taken in given.items() if taken or not self.of_several}
        for role in self.known:
            free = [i for i in range(len(names)) if not any(i in taken for taken in places.values())]
            places.setdefault(role, self._found(role, names, free))
        roles = {i: role for role, taken in places.items() for i in taken}
        return tuple(roles.get(i) or self._other(name) for i, name in enumerate(names))

    def part(self, needed: tuple[str, ...]) -> Columns:
        """Give the same columns for one of several sheets that are joined: what it needs, and what it may have."""
        others = tuple(role for role in self.known if role not in needed)
        return replace(self, required=needed, optional=others, of_several=True)

    def _given_at(self, role: str, names: Sequence[str]) -> list[int]:
        """Where the column stands that was named for it; with other capitals where there is no such one."""
        wanted = self.given[role].strip()
        exact = [i for i, name in enumerate(names) if name == wanted]
        return exact or [i for i, name in enumerate(names) if plain(name) == plain(wanted)]

    def _found(self, role: str, names: Sequence[str], free: Sequence[int]) -> list[int]:
        """Where a column stands by its own name, or by another that is taken for it."""
        is_key = role in self.required[:1] and 0 in free
        if is_key and names[0].startswith("#") and self.aliases.get(plain(names[0]), plain(names[0])) == role:
            return [0]
        exact = [i for i in free if names[i] == role]
        same = exact or [i for i in free if plain(names[i]) == role.replace("_", " ")]
        other = same or [i for i in free if self.aliases.get(plain(names[i])) == role]
        if other or not is_key:
            return [0] if 0 in other and not same else other
        return [0] if not names[0] or plain(names[0]) in self.key_names else []

    def _other(self, name: str) -> str:
        """Name a column that is called like one of klbio's and is not that one."""
        return f"{name} (not used)" if name in self.known else name

    def fits(self, header: Sequence[str]) -> bool:
        """Whether a header has all that is needed."""
        return set(self.required) <= set(self.named(header))

    def lacks_key(self, header: Sequence[str]) -> bool:
        """Whether no column names the rows, though one is needed."""
        return bool(self.required) and self.required[0] not in self.named(header)

    def faults(self, path: StrPath, header: Sequence[str], line: int | None = None) -> list[Fault]:
        """Name the columns that are not there, those that are there twice, and words that name none."""
        names = self.named(header)
        given = {} if self.of_several else self.given
        faults = [fault for role in given for fault in self._given_faults(path, role, header, line)]
        missing = [role for role in self.required if role not in names and role not in given]
        if missing:
            found = f"columns {listed(header, 20)}"
            wanted = f"also {listed(missing, len(missing))}"
            faults.append(Fault(path, found, wanted, self._remedy(missing, header), line))
        doubled = [name for name, times in Counter(names).items() if name and times > 1]
        if doubled:
            faults.append(Fault(path, f"column {listed(doubled)} twice", "each column once", NO_HEADER, line))
        return faults

    def _given_faults(self, path: StrPath, role: str, header: Sequence[str], line: int | None) -> list[Fault]:
        if role not in self.known:
            return [Fault("columns", repr(role), f"one of {listed(self.known, 20)}")]
        wanted = self.given[role]
        if not self._given_at(role, [name.strip() for name in header]):
            near = meant(wanted, header)
            remedy = f"Did you mean {near!r}?" if near else ""
            found = f"no column {wanted!r} for the {role}"
            return [Fault(path, found, f"one of {listed(header, 20)}", remedy, line)]
        others = [other for other, name in self.given.items() if name == wanted and other < role]
        found = f"column {wanted!r} is named for the {role} and for the {listed(others)}"
        return [Fault(path, found, "a column for each", "", line)] if others else []

    def _remedy(self, missing: Sequence[str], header: Sequence[str]) -> str:
        """Say how to name a column in one's own words, with the one that is likely."""
        if not self.hints or len(header) == 1:
            return "Columns are separated by tabs, commas or semicolons."
        unnamed = [role for role in missing if role not in self.hints]
        if unnamed:
            option = f"--{unnamed[0].replace('_', '-')}-column NAME"
            return f"If they go by other names: {option} (config: `columns: {{{unnamed[0]}: NAME}}`)."
        likely = {role: self.likely(role, header) for role in missing}
        options = " ".join(f"--{role}-column {quote(name or 'NAME')}" for role, name in likely.items())
        asked = (
            f"Did you mean {options}?" if all(likely.values()) else f"If they go by other names: {options}"
        )
        elsewhere = "(config: `columns:`; in Python `read_samples(columns=...)`, or rename them)"
        proposal = self.apart or "`klbio init TABLE SHEET` looks for them."
        return f"{asked} {elsewhere}. {proposal}"

    def likely(self, role: str, header: Sequence[str]) -> str:
        """Give the column that may well be it, by its name; nothing where there is none."""
        near = [
            (self.hints.get(role, ()).index(plain(name)), name)
            for name in header
            if plain(name) in self.hints.get(role, ())
        ]
        return min(near)[1] if near else ""
