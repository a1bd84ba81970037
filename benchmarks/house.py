"""The shape of the package in numbers: parameters, methods, types, columns, floors, lengths.

``python benchmarks/house.py`` prints them as a table, ``--by-room`` the main ones of each room, ``--package`` those of
another checkout; ``--page`` writes those of today into docs/architecture.md, beside those of the state it began with.
"""

import argparse
import csv
import re
import statistics
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from house_files import Measured, Module, Noun, read_module
from house_graph import Graph, by_folder, circles, floors

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/architecture.md"
MANY = 7  # parameters
LONG_FILE, SHORT_FILE = 300, 40  # lines
ANY = re.compile(r"\bAny\b")
BUNDLE = re.compile(r"(dict|Dict|Mapping)\[str, (object|Any)\]")  # keys and values of any kind

ANY_BUNDLE = re.compile(r"(dict|Dict|Mapping)\[str, Any\]")


@dataclass(frozen=True)
class House:
    """All files of a package."""

    modules: list[Module]

    @classmethod
    def read(cls, package: Path) -> "House":
        """Read every Python file of a folder."""
        return cls([read_module(path, package) for path in sorted(package.rglob("*.py"))])

    def rooms(self) -> dict[str, "House"]:
        """The files of each room."""
        rooms: dict[str, list[Module]] = {}
        for one in self.modules:
            rooms.setdefault(one.room, []).append(one)
        return {name: House(modules) for name, modules in rooms.items()}

    @cached_property
    def functions(self) -> list[Measured]:
        """Those of all files."""
        return [function for module in self.modules for function in module.functions]

    @cached_property
    def graph(self) -> Graph:
        """File -> files it imports."""
        names = [one.name for one in self.modules]
        return {one.name: one.imports(names) for one in self.modules}

    @property
    def methods(self) -> float:
        """Percentage of functions that are methods."""
        return 100 * sum(one.method for one in self.functions) / max(1, len(self.functions))

    def annotations(self, pattern: re.Pattern[str], by_alias: bool = False) -> int:
        """How many annotations match, in so many words or by an alias that does."""
        return sum(
            any(one.search(text) for one in (pattern, *(self._aliases(module, pattern) if by_alias else ())))
            for module in self.modules
            for text in module.annotations
        )

    def _aliases(self, module: Module, pattern: re.Pattern[str]) -> list[re.Pattern[str]]:
        """The names in a file, its own or taken from another, that stand for a type that matches."""
        matching = {
            (one.name, name)
            for one in self.modules
            for name, text in one.aliases.items()
            if pattern.search(text)
        }
        own = {name for place, name in matching if place == module.name}
        names = own | {name for place, name in module.taken() if (place, name) in matching}
        return [re.compile(rf"\b{name}\b") for name in names]

    def many_parameters(self, kernels: bool) -> list[str]:
        """Functions, or compiled ones, with too many parameters."""
        chosen = [one for one in self.functions if one.parameters >= MANY and one.kernel is kernels]
        return [f"{one.place} {one.parameters}" for one in sorted(chosen, key=lambda one: -one.parameters)]

    @cached_property
    def fields(self) -> dict[str, int]:
        """How many fields each dataclass has, those of the ones it is made from too; rows of tables apart."""
        anywhere = {name: noun for module in self.modules for name, noun in module.nouns.items()}
        return {
            noun.place: len(_all_fields(noun, anywhere | module.nouns))
            for module in self.modules
            for noun in module.nouns.values()
            if module.room != "schema"
        }

    def many_fields(self) -> list[str]:
        """Dataclasses with as many fields as would be too many parameters."""
        most_first = sorted(self.fields.items(), key=lambda one: -one[1])
        return [f"{place} {number}" for place, number in most_first if number >= MANY]

    def long_files(self) -> list[str]:
        """Files longer than a reader likes."""
        return [f"{one.name} {one.n_lines}" for one in self.modules if one.n_lines > LONG_FILE]

    def lonely_files(self) -> list[str]:
        """Short files that one file of their own folder alone imports."""
        importers = {
            one.name: [name for name, used in self.graph.items() if one.name in used] for one in self.modules
        }
        folder = {one.name: one.folder for one in self.modules}
        return [
            f"{one.name} {one.n_lines}"
            for one in self.modules
            if one.n_lines < SHORT_FILE and not one.is_folder and len(importers[one.name]) == 1
            and folder[importers[one.name][0]] == one.folder
        ]  # fmt: skip

    def spelled(self, columns: set[str]) -> int:
        """How often names of columns stand in the code as strings."""
        return sum(number for one in self.modules for word, number in one.names.items() if word in columns)

    def spelled_or_said(self, columns: set[str]) -> int:
        """The same, with the words of sentences that are called like a column."""
        return sum(number for one in self.modules for word, number in one.words.items() if word in columns)

    def files_of(self, columns: set[str]) -> dict[str, int]:
        """In how many files each column stands that stands in any."""
        counts = Counter(word for one in self.modules for word in one.names if word in columns)
        return dict(counts.most_common())

    def within(self, room: str) -> Graph:
        """The arrows inside a room."""
        prefix = f"klbio.{room}"
        inside = {name for name in self.graph if name == prefix or name.startswith(f"{prefix}.")}
        return {name: self.graph[name] & inside for name in inside}


def _all_fields(noun: Noun, known: dict[str, Noun]) -> frozenset[str]:
    """Its own, and those of the dataclasses it is made from."""
    return noun.own.union(*(_all_fields(known[base], known) for base in noun.bases if base in known))


def result_columns(folders: tuple[str, ...] = ("",)) -> set[str]:
    """Every column of a result table, by the headers of those whose checksums are kept in tests/golden."""
    columns = set()
    for path in sorted((ROOT / "tests/golden").glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t"))
        columns |= {
            row["column"] for row in rows if row["table"].startswith(folders) and _is_result(row["table"])
        }
    return columns - {"*"}


def _is_result(table: str) -> bool:
    """Whether it is a table of results: not a table of counts, a model or a list of settings."""
    return table.startswith(("shift/", "reads/", "models/", "nearest")) or table.endswith(
        (".codons.tsv", ".findings.tsv", "dropped.tsv")
    )


def spread(values: list[int]) -> str:
    """Median, 90th percentile and largest."""
    if not values:
        return "-"
    ordered = sorted(values)
    return f"{statistics.median_low(ordered)} / {ordered[int(0.9 * (len(ordered) - 1))]} / {ordered[-1]}"


def figures(house: House, columns: set[str]) -> dict[str, str]:
    """Figure -> what it is now."""
    study = result_columns(("shift/", "reads/"))
    shift = house.within("shift")
    return {
        "files": str(len(house.modules)),
        "lines": str(sum(one.n_lines for one in house.modules)),
        "functions": str(len(house.functions)),
        "parameters of a function, median / p90 / max": spread([one.parameters for one in house.functions]),
        f"functions with {MANY} parameters or more, kernels apart": str(
            len(house.many_parameters(kernels=False))
        ),
        f"kernels with {MANY} parameters or more": str(len(house.many_parameters(kernels=True))),
        "fields of a dataclass, inherited ones too, median / p90 / max": spread(list(house.fields.values())),
        f"dataclasses with {MANY} fields or more, rows of tables apart": str(len(house.many_fields())),
        "methods among functions": f"{house.methods:.0f} %",
        "annotations `dict[str, object]` or `dict[str, Any]`": str(house.annotations(BUNDLE)),
        "the same, by an alias as well": str(house.annotations(BUNDLE, by_alias=True)),
        "annotations with any other `Any`": str(house.annotations(ANY) - house.annotations(ANY_BUNDLE)),
        "strings that name a column of a study's tables": str(house.spelled(study)),
        "strings that name a column of any table": str(house.spelled(columns)),
        "the same, and words of sentences that are no columns": str(house.spelled_or_said(columns)),
        "files that spell a column of a study, mean / max": _mean_and_most(house.files_of(study)),
        "files that spell a column of any table, mean / max": _mean_and_most(house.files_of(columns)),
        "the same, of all columns, also those that no file spells, mean": (
            f"{sum(house.files_of(columns).values()) / max(1, len(columns)):.1f}"
        ),
        "those that a file spells, of names with several parts, mean / max": _mean_and_most(
            house.files_of(_composed(columns))
        ),
        "floors of shift, by file / by sub-room": f"{floors(shift)} / {floors(by_folder(shift, 3))}",
        "floors of the package, by room": str(floors(by_folder(house.graph, 2))),
        "circles of imports": str(len(circles(house.graph))),
        f"files over {LONG_FILE} lines": str(len(house.long_files())),
        f"files under {SHORT_FILE} lines with one importer, in their own folder": str(
            len(house.lonely_files())
        ),
        "lines of a function, median / p90 / max": spread([one.lines for one in house.functions]),
    }


def _composed(columns: set[str]) -> set[str]:
    """Names of several parts, `n_subjects`: as a string, one of a single word may be that word (`subject`)."""
    return {name for name in columns if "_" in name}


def _mean_and_most(touched: dict[str, int]) -> str:
    if not touched:
        return "-"
    return f"{statistics.mean(touched.values()):.1f} / {max(touched.values())}"


def lists(house: House, columns: set[str]) -> dict[str, list[str]]:
    """What stands behind the figures, the worst first."""
    return {
        f"{MANY} parameters or more": house.many_parameters(kernels=False),
        f"{MANY} fields or more": house.many_fields(),
        "kernels": house.many_parameters(kernels=True),
        "long files": house.long_files(),
        "short files with one importer": house.lonely_files(),
        "longest functions": [
            f"{one.place} {one.lines}" for one in sorted(house.functions, key=lambda one: -one.lines)[:10]
        ],
        "columns in most files": [
            f"{name} {number}" for name, number in list(house.files_of(columns).items())[:10]
        ],
        "columns with names of several parts in most files": [
            f"{name} {number}" for name, number in list(house.files_of(_composed(columns)).items())[:10]
        ],
        "circles": [" ".join(sorted(ring)) for ring in circles(house.graph)],
    }


def room_rows(house: House, columns: set[str]) -> list[list[str]]:
    """The main figures of each room."""
    rooms = {name: room for name, room in house.rooms().items() if room.functions}
    rows = [{"room": name, **room_figures(room, columns)} for name, room in rooms.items()]
    return [list(rows[0]), *(list(row.values()) for row in rows)]


def room_figures(room: House, columns: set[str]) -> dict[str, str]:
    """What is worth knowing of one room."""
    return {
        "files": str(len(room.modules)),
        "lines": str(sum(one.n_lines for one in room.modules)),
        "functions": str(len(room.functions)),
        "methods": f"{room.methods:.0f} %",
        "parameters": spread([one.parameters for one in room.functions]),
        "lines of a function": spread([one.lines for one in room.functions]),
        "dicts of anything": str(room.annotations(BUNDLE)),
        "columns spelled": str(room.spelled(columns)),
    }


def print_table(rows: list[list[str]]) -> None:
    """Print rows, the first the head, as Markdown."""
    head, *rest = rows
    for row in (head, ["---"] * len(head), *rest):
        print("| " + " | ".join(row) + " |")


def write_page(now: dict[str, str]) -> None:
    """Put the figures of today into the last column of the page's table."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    for n, line in enumerate(lines):
        cells = line.split(" | ")
        figure = cells[0].removeprefix("| ")
        if len(cells) == 3 and figure in now:
            lines[n] = " | ".join([*cells[:2], f"{now[figure]} |"])
    PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Print the figures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--package", type=Path, default=ROOT / "klbio", help="folder of the package")
    options.add_argument("--by-room", action="store_true", help="the main figures of each room")
    options.add_argument(
        "--page", action="store_true", help="write the figures of today into docs/architecture.md"
    )
    given = options.parse_args()
    house, columns = House.read(given.package), result_columns()
    if given.by_room:
        print_table(room_rows(house, columns))
        return
    now = figures(house, columns)
    if given.page:
        write_page(now)
        return
    print_table([["figure", "now"], *map(list, now.items())])
    for title, entries in lists(house, columns).items():
        print(f"\n{title}:", *(entries or ["none"]), sep="\n  ")


if __name__ == "__main__":
    main()
