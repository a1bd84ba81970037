"""What jobs ask a scheduler for: memory and time as sums of what a step grows with, from one table."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from klbio.errors import Fault, InputError, StrPath, listed

__all__ = ["QUANTITIES", "RESOURCES", "Request", "Requests", "Resource"]

Resource = Literal["mem_mb", "runtime"]  # megabytes; minutes
RESOURCES: tuple[Resource, ...] = ("mem_mb", "runtime")
COLUMNS = ["rule", "resource", "base", "slope", "of"]
QUANTITIES = {
    "samples": "samples and controls of the sheet",
    "input_mb": "megabytes of the job's inputs, as they lie on the disk",
    "first_100_mb": "the same, up to 100: what is larger is of a kind that takes less for each",
    "million_words": "millions of words of all samples together: samples times the words of k bases",
    "million_words_of_chunk": "the same of the samples of one chunk of subjects",
    "million_counters": "millions of counters of one sample: 32 groups of 4^k words, of the longest",
    "million_pairs": "millions of cells of a square of all samples",
    "matrix_mb": "megabytes of the part of a matrix that is held in memory, with its table",
    "database_mb": "megabytes of the database that is held in memory",
    "models": "models of the sheet",
    "thousand_model_pairs": "thousands of ordered pairs of models",
    "million_match_states": "millions of match states of all profile HMMs, by the sizes of their files",
    "model_minutes": "minutes that the pairs of one job of models take on one core here",
}


@dataclass(frozen=True)
class Request:
    """One term of what a rule asks for: so much, and so much more for each of a quantity."""

    rule: str
    resource: Resource
    base: float
    slope: float = 0
    of: str = ""

    @property
    def words(self) -> str:
        """The term in words.

        >>> Request("count_kmers", "runtime", 10, 0.005, "input_mb").words
        '10 + .005 x input_mb'
        """
        slope = f"{self.slope:g}".removeprefix("0") if self.slope < 1 else f"{self.slope:g}"
        terms = ([f"{self.base:g}"] if self.base else []) + ([f"{slope} x {self.of}"] if self.of else [])
        return " + ".join(terms)


@dataclass(frozen=True)
class Requests:
    """The table.

    Attributes
    ----------
    rows : sequence of Request
        In the order of the file.
    """

    rows: Sequence[Request]

    @classmethod
    def read(cls, path: StrPath) -> Requests:
        """Read a TSV with the columns `rule`, `resource`, `base`, `slope` and `of`.

        Parameters
        ----------
        path : path-like
            A row a term; several of one rule and resource are added up.

        Raises
        ------
        InputError
            Every row that is none.
        """
        header, *lines = Path(path).read_text(encoding="utf-8").splitlines()
        if header.split("\t") != COLUMNS:
            raise InputError.one(path, f"the header {header!r}", " ".join(COLUMNS))
        rows, faults = list[Request](), list[Fault]()
        for number, line in enumerate(lines, 2):
            try:
                rows.append(_row(line))
            except ValueError as error:
                faults.append(Fault(path, str(error), "a term of a request", line=number))
        InputError.raise_any(faults)
        return cls(rows)

    def terms(self, rule: str, resource: Resource) -> list[Request]:
        """Give the terms of a rule."""
        found = [row for row in self.rows if (row.rule, row.resource) == (rule, resource)]
        if not found:
            raise InputError.one("requests", f"no {resource} of rule {rule!r}", "a row for each resource")
        return found

    def amount(self, rule: str, resource: Resource, quantities: Mapping[str, float], attempt: int = 1) -> int:
        """Give what a job asks for; each time that it is sent once more, as much again.

        Parameters
        ----------
        rule : str
        resource : {"mem_mb", "runtime"}
        quantities : mapping of str to float
            How much there is, by the names of `QUANTITIES`; what is not known is left out, and counts nothing.
        attempt : int, default 1

        Examples
        --------
        >>> asked = Requests([Request("r", "mem_mb", 800, 0.35, "samples"), Request("r", "mem_mb", 0, 12, "input_mb")])
        >>> [asked.amount("r", "mem_mb", {"samples": 200, "input_mb": 2}, attempt) for attempt in (1, 2)]
        [894, 1788]
        """
        terms = self.terms(rule, resource)
        return math.ceil(attempt * sum(one.base + one.slope * quantities.get(one.of, 0) for one in terms))


def _row(line: str) -> Request:
    """Read a line."""
    cells = line.split("\t")
    if len(cells) != len(COLUMNS):
        raise ValueError(f"{len(cells)} fields")
    rule, given, base, slope, of = cells
    resource = next((one for one in RESOURCES if one == given), None)
    if resource is None:
        raise ValueError(f"resource {given!r}: none of {listed(RESOURCES)}")
    if bool(slope) != bool(of) or (of and of not in QUANTITIES):
        raise ValueError(f"slope {slope!r} of {of!r}: no quantity of {listed(QUANTITIES, 99)}")
    return Request(rule, resource, float(base), float(slope or 0), of)
