"""YAML as a config needs it: texts, numbers, yes or no, lists and mappings; with the line of every key.

YAML can do more: dates, numbers to base 8 and 60, objects, values that stand for others.  Most of it surprises
who meant a name or a number, and some of it can fill the memory; each is a fault here, with its line.
"""

from __future__ import annotations

import math
import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field

import yaml

from klbio.errors import Fault, InputError, StrPath, add_fault, shorten
from klbio.io.json_data import Json
from klbio.io.source import Source

__all__ = ["Keys", "YamlDocument", "read_yaml"]

Keys = tuple[str | int, ...]
CORE = "tag:yaml.org,2002:"
SCALARS = {CORE + name for name in ("str", "int", "float", "bool", "null", "timestamp")}
CONTAINERS = {CORE + "map", CORE + "seq"}
WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
MAX_DEPTH = 20
MAX_VALUES = 20_000
SPELT_OUT = "Write the values where they belong."
NUMBERS = {
    "int": "a number of at most 18 plain decimal digits",
    "float": "a number in plain decimal digits",
}
QUOTE = "Put it in quotes if it is a name."


@dataclass(frozen=True)
class YamlDocument:
    """What a file holds, and the line of each key, counted from 1."""

    value: Json
    lines: dict[Keys, int]


def read_yaml(path: StrPath) -> YamlDocument:
    """Read one YAML document.

    Raises
    ------
    InputError
        For text that is no YAML, with the line where it ends to be; and for each key given twice or that is
        no text, each value that is neither text, number, yes or no, list nor mapping, and a document of more
        than 20 levels or 20,000 values.
    """
    source = Source.of(path)
    text = "\n".join(source.short_lines("YAML"))
    try:
        _refuse_depth(source, text)
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise _no_yaml(source, text, error) from error
    if root is None:
        return YamlDocument(None, {})
    reading = _Reading(source)
    value = reading.value(root, ())
    InputError.raise_any(reading.faults)
    return YamlDocument(value, reading.lines)


def _refuse_depth(source: Source, text: str) -> None:
    """Look at brackets and indentation before anything is built of them."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            line = event.start_mark.line + 1 if event.start_mark else None
            found = f"values within values, more than {MAX_DEPTH} deep"
            raise InputError.one(source, found, "the few levels of a config", "Close a bracket.", line)


def _no_yaml(source: Source, text: str, error: yaml.YAMLError) -> InputError:
    problem, line, remedy = str(error).splitlines()[0], None, "Check colons and indentation."
    if isinstance(error, yaml.MarkedYAMLError):
        problem = " ".join(str(error.problem).split())[:200]
        line = error.problem_mark.line + 1 if error.problem_mark else None
    elif isinstance(error, yaml.reader.ReaderError):
        problem = f"the character {chr(int(error.character))!r}"
        line, remedy = text.count("\n", 0, int(error.position)) + 1, "Take it out."
    return InputError.one(source, f"no YAML ({problem})", "YAML", remedy, line)


@dataclass
class _Reading:
    """The values of a document; what is wrong with them is gathered."""

    source: Source
    lines: dict[Keys, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    n_values: int = 0

    def value(self, node: yaml.Node, keys: Keys) -> Json:
        """Give what stands at a node, and note the lines below it."""
        self._count(node, keys)
        if isinstance(node, yaml.MappingNode) and node.tag in CONTAINERS:
            return {name: self._child(child, keys, name, at) for name, at, child in self._pairs(node, keys)}
        if isinstance(node, yaml.SequenceNode) and node.tag in CONTAINERS:
            return [self._child(child, keys, i, child) for i, child in enumerate(node.value)]
        if isinstance(node, yaml.ScalarNode) and node.tag in SCALARS:
            return self._scalar(node, keys)
        self._fault(node, f"{_name(keys)}the tag {shorten(node.tag, 60)}", "a plain value", "Take it out.")
        return None

    def _count(self, node: yaml.Node, keys: Keys) -> None:
        """Refuse what values that stand for others grow to, or that hold themselves."""
        self.n_values += 1
        if self.n_values > MAX_VALUES or len(keys) > MAX_DEPTH:
            found, wanted = (
                f"aliases (*) for more than {MAX_VALUES:,} values or {MAX_DEPTH} levels",
                "a config",
            )
            self._fault(node, found, wanted, SPELT_OUT)
            raise InputError(self.faults)

    def _child(self, node: yaml.Node, keys: Keys, name: str | int, at: yaml.Node) -> Json:
        self.lines[(*keys, name)] = at.start_mark.line + 1
        return self.value(node, (*keys, name))

    def _pairs(self, node: yaml.MappingNode, keys: Keys) -> Iterator[tuple[str, yaml.Node, yaml.Node]]:
        """Go through a mapping, refusing keys that are no text or were given before."""
        first: dict[str, int] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if key.tag == CORE + "merge":
                self._fault(key, f"{_name(keys)}a merge of aliases ('<<')", "keys", SPELT_OUT)
            elif not isinstance(key, yaml.ScalarNode) or key.tag != CORE + "str":
                shown = shorten(key.value, 60) if isinstance(key, yaml.ScalarNode) else "of several parts"
                self._fault(key, f"{_name(keys)}a key {shown} that is no text", "a name", QUOTE)
            elif key.value in first:
                found = f"key {shorten('.'.join(map(str, (*keys, key.value))))} again, as in line {first[key.value]}"
                self._fault(key, found, "each key once", "Keep the one you mean.")
            else:
                first[key.value] = line
                yield key.value, key, value

    def _scalar(self, node: yaml.ScalarNode, keys: Keys) -> Json:
        kind, text = node.tag.removeprefix(CORE), str(node.value)
        made = _made(node)
        plain = made is None or isinstance(made, str | bool | int | float)
        if kind == "int":
            plain = WHOLE.fullmatch(text) is not None
        elif kind == "float":
            plain = isinstance(made, float) and math.isfinite(made) and set(text) <= set("+-.eE0123456789")
        if plain and made is not _NOTHING:
            return made  # type: ignore[return-value]
        wanted = NUMBERS.get(kind, "a text, a number, yes or no")
        self._fault(node, f"{_name(keys)}{shorten(text)}", wanted, QUOTE)
        return None

    def _fault(self, node: yaml.Node, found: str, expected: str, remedy: str) -> None:
        add_fault(self.faults, Fault(self.source, found, expected, remedy, node.start_mark.line + 1))


class _Nothing:
    """What no value could be made of."""


_NOTHING = _Nothing()


def _made(node: yaml.ScalarNode) -> Hashable:
    """Make a value of a scalar as YAML does."""
    try:
        made: Hashable = yaml.constructor.SafeConstructor().construct_object(node)
    except (yaml.YAMLError, ValueError, AttributeError, KeyError, OverflowError):
        return _NOTHING  # a date or a number that is none
    return made


def _name(keys: Keys) -> str:
    return f"{shorten('.'.join(map(str, keys)), 80)[1:-1]}: " if keys else ""
