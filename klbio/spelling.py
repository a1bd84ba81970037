"""Names that the eye takes for one: what differs between them, and which name was meant."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from itertools import pairwise, takewhile

__all__ = ["NearNames", "alike", "folded", "made_by_r", "meant", "misspelt", "sample_of"]

LONG = 5  # letters, of words that one letter does not make another
ENOUGH = 3  # names whose ends are alike by no chance
PREFIX = re.compile(r"^(X\.?(?=.)|sa(?=\d+$))")
NUMBER = re.compile(r"\d{1,15}(\.\d{1,15})?(E\+?\d{1,2})?", re.ASCII | re.IGNORECASE)
RUNS = re.compile(r"[^\W\d_]+|\d+")  # of letters, of digits
OF_FILES = re.compile(
    r"(_S\d+)?(_L\d{3})?(_R?[12]|\.R[12])?(_001)?([_.](fastq|fq|fasta|fa|fna|bam|txt|tsv|biom|kreport|report|bracken"
    r"|profile|profiled|metaphlan|metagenome))*(\.(gz|bz2|zip))?$",
    re.IGNORECASE,
)

ENDING = re.compile(
    r"[._-](gz|txt|tsv|csv|out|output|report|kreport2?|kraken2?|k2|k2report|krakenuniq|centrifuge|bracken|mpa|profile|"
    r"metaphlan\d?|profiled_metagenome|sylphmpa|sylph|gather|with-lineages|singlem|kaiju|humann\d?|pathabundance|genefamilies|motus|mseq|"
    r"tre|fastq|fq|fasta|fa|fna|[SL]SU|rel-abundance|abundance|kreport2mpa|species|genus|family|order|class|phylum|domain|[SGFOCPD])$"
)


def alike(name: str) -> str:
    """Give what a name has in common with the names that look like it.

    Capitals, blanks, dots, dashes, underscores and zeros in front of a number do not count; between two numbers
    a sign of any kind does.

    >>> alike("D 2") == alike("d_02"), alike("1_10") == alike("11_0")
    (True, False)
    """
    plain = re.sub(r"^(\d+)\.0$", r"\1", _plain(name))  # a number in a data frame
    runs = [run.lstrip("0") or "0" if run.isdigit() else run for run in RUNS.findall(plain)]
    signs = ["." if a.isdigit() and b.isdigit() else "" for a, b in pairwise(runs)]
    return "".join(run + sign for run, sign in zip(runs, [*signs, ""], strict=False)) or name


def folded(name: str) -> str:
    """Give a name without capitals and blanks; a sign that may mean something is kept.

    >>> folded("Pre-Cp") == folded("pre cp "), folded("day -1") == folded("day 1"), folded("HIV+") == folded("HIV-")
    (True, False, False)
    """
    name = re.sub(r"(?<=[^\W\d])-(?=[^\W\d])|[\s_.]+", " ", _plain(name))
    return re.sub(r"(?<!\d) | (?!\d)", "", name)


def _plain(name: str) -> str:
    """Give a name without capitals, without characters that cannot be seen, each letter in one of its codings."""
    seen = (letter for letter in name if unicodedata.category(letter) != "Cf")
    return unicodedata.normalize("NFKC", "".join(seen)).casefold()


def sample_of(name: str) -> str:
    """Give the sample that a file is named after, without the endings that programs add.

    >>> sample_of("P1_B1.kreport"), sample_of("day.0_bracken_species.txt"), sample_of("S")
    ('P1_B1', 'day.0', 'S')
    """
    bare = ENDING.sub("", name)
    return name if bare == name or not bare else sample_of(bare)


def made_by_r(name: str) -> str:
    """Give what `make.names` of R makes of a name, as it does with every column that it reads.

    >>> made_by_r("10-A 2"), made_by_r(".2x"), made_by_r("P1_A")
    ('X10.A.2', 'X.2x', 'P1_A')
    """
    name = re.sub(r"[^\w.]", ".", name)
    return name if re.match(r"[^\W\d_]|\.(?!\d)", name) else f"X{name}"


def meant(word: str, known: Iterable[str]) -> str | None:
    """Give the one of the known words that was meant, if any is near.

    >>> meant("Pre CP", ["Pre Cp", "Post Cp"]), meant("water", ["drug", "placebo"])
    ('Pre Cp', None)
    """
    words = list(known)
    same = [other for other in words if alike(other) == alike(word)]
    if same:
        return same[0]
    folded = {other.casefold(): other for other in reversed(words)}
    near = get_close_matches(word.casefold(), folded, n=1)
    return folded[near[0]] if near else None


def misspelt(word: str, known: Iterable[str]) -> str | None:
    """Give the one of the known words that a word is but for one letter: more, less, another, or two exchanged.

    >>> [misspelt(word, ["before", "after"]) for word in ("befor", "aftre", "Before1", "later", "day")]
    ['before', 'after', None, None, None]
    """
    return next(
        (other for other in known if min(len(word), len(other)) >= LONG and _one_slip(word, other)), None
    )


def _one_slip(a: str, b: str) -> bool:
    first = len(_common([a, b]))
    a, b = a[first:], b[first:]
    last = len(_common([a[::-1], b[::-1]]))
    a, b = a[: len(a) - last], b[: len(b) - last]
    return max(len(a), len(b)) == 1 or (len(a) == 2 and a == b[::-1]) if (a + b).isalpha() else False


@dataclass(frozen=True)
class NearNames:
    """Names of two lists that lack a partner in the other, and who might be meant.

    Parameters
    ----------
    names, others : sequence of str
        Such as the samples of a sheet and those of a table.

    Examples
    --------
    >>> near = NearNames(["D1", "D 2", "E3"], ["D1", "D2", "blank"])
    >>> near.missing, near.unknown, near.pairs
    (['D 2', 'E3'], ['D2', 'blank'], {'D 2': 'D2'})
    """

    names: Sequence[str]
    others: Sequence[str]

    @cached_property
    def missing(self) -> list[str]:
        """Names that the other list lacks."""
        there = set(self.others)
        return [name for name in self.names if name not in there]

    @cached_property
    def unknown(self) -> list[str]:
        """Names of the other list alone."""
        there = set(self.names)
        return [name for name in self.others if name not in there]

    @cached_property
    def pairs(self) -> dict[str, str]:
        """Each missing name with the only one of the unknown that looks like it, and like no other."""
        found: dict[str, str] = {}
        left, right = set(self.missing), set(self.unknown)
        theirs = _Shared.of(self.others if len(self.missing) == len(self.names) else ())
        own = _Shared.of(self.names if len(self.missing) == len(self.names) else ())
        ends = ((alike, theirs.without_end), (alike, theirs.without_start))
        own_ends = ((own.without_end, alike), (own.without_start, alike))
        for form, other_form in (*FORMS, *ends, *own_ends):
            if not left:  # as where all are called the same: of a large table each form would take seconds
                break
            here, there = _by_form(left, form), _by_form(right, other_form)
            for shared in here.keys() & there.keys():
                if len(here[shared]) == len(there[shared]) == 1:
                    found[here[shared][0]] = there[shared][0]
                left -= set(here[shared])  # or it cannot be known which of several is meant
                right -= set(there[shared])
        return {name: found[name] for name in self.missing if name in found}

    @cached_property
    def added(self) -> dict[str, str]:
        """The pairs, where no name stands in both lists and all differ by one beginning or ending; else nothing.

        >>> NearNames(["A1", "A2", "B1"], ["A1_profile", "A2_profile", "B1_profile"]).added["A1"]
        'A1_profile'
        """
        if len(self.missing) < len(self.names) or len(self.pairs) < ENOUGH:
            return {}
        longer = {_added(name, other) for name, other in self.pairs.items()}
        shorter = {_added(other, name) for name, other in self.pairs.items()}
        return self.pairs if any(len(what) == 1 and None not in what for what in (longer, shorter)) else {}

    @property
    def of_r(self) -> dict[str, str]:
        """Each missing name with the unknown one that R makes of it; nothing where that leaves any doubt."""
        there = set(self.unknown)
        made = {name: form for name in self.missing if (form := made_by_r(name)) in there}
        in_doubt = self.pairs.keys() - made.keys() or len(set(made.values())) < len(made)
        return {} if in_doubt else made


@dataclass(frozen=True)
class _Shared:
    """What all names of a list begin and end with, such as the number of a study: up to a sign, or from one on."""

    start: str
    end: str

    @classmethod
    def of(cls, names: Sequence[str]) -> _Shared:
        """Look at a list; few names tell nothing."""
        if len(names) < ENOUGH:
            return cls("", "")
        backwards = [name[::-1] for name in names]
        start = re.match(r".*[._ :-]", _common(names))
        end = re.search(r"[._ :-].*", _common(backwards)[::-1])
        return cls(start[0] if start else "", end[0] if end else "")

    def without_start(self, name: str) -> str:
        """Give what the rest of a name has in common with those that look like it."""
        return alike(name.removeprefix(self.start))

    def without_end(self, name: str) -> str:
        """Give the same of what stands before the end."""
        return alike(name.removesuffix(self.end))


def _common(names: Iterable[str]) -> str:
    """Give what all names begin with."""
    pairs = zip(min(names), max(names), strict=False)
    return "".join(a for a, _ in takewhile(lambda two: two[0] == two[1], pairs))


def _added(name: str, longer: str) -> str | None:
    """Give what a name has at its end (behind a ...) or in front (before it) in another list, from or up to a sign."""
    end, start = longer.removeprefix(name), longer.removesuffix(name)
    if longer.startswith(name) and re.match(r"[._ :-]", end):
        return f"...{end}"
    return f"{start}..." if longer.endswith(name) and re.search(r"[._ :-]$", start) else None


def _by_form(names: Iterable[str], form: Callable[[str], str]) -> dict[str, list[str]]:
    grouped = defaultdict(list)
    for name in names:
        grouped[form(name)].append(name)
    return grouped


def _without_file(name: str) -> str:
    """A name as it was before programs hung on to it what they know of its file."""
    return alike(OF_FILES.sub("", name) or name)


def _without_prefix(name: str) -> str:
    """A name as it was before R (X) or phyloseq (sa) put letters in front of it."""
    return alike(PREFIX.sub("", name))


def _bare(name: str) -> str:
    return _without_file(PREFIX.sub("", name))


def _number(name: str) -> str:
    """A name that is a number, however a spreadsheet or a data frame wrote it: 1.10 as 1.1, 101 as 101.0, 2E+05."""
    return repr(float(name)) if NUMBER.fullmatch(name) else name


# of a missing name and of an unknown one; only one of the two may have been added to
FORMS = (
    (alike, alike),
    (_number, _number),
    (alike, _without_prefix),
    (_without_prefix, alike),
    (alike, _without_file),
    (_without_file, alike),
    (alike, _bare),
    (_bare, alike),
)
