"""The config: YAML checked against a schema, with the line of every fault."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, cast

import yaml

from klbio.errors import Fault, InputError, StrPath, listed, shorten
from klbio.io.json_data import JsonObject
from klbio.io.sheets.settings import Settings
from klbio.io.sheets.yaml_document import Keys, read_yaml

if TYPE_CHECKING:
    from jsonschema import ValidationError

__all__ = ["Config", "read_config", "schema"]


@dataclass(frozen=True)
class Config:
    """Settings, and the line of each key in the file they came from."""

    path: StrPath
    values: JsonObject
    lines: Mapping[Keys, int]

    @property
    def settings(self) -> Settings:
        """The values by name and type; true of a config without `faults`."""
        return cast("Settings", self.values)

    def line(self, *keys: str | int) -> int | None:
        """Line of a key, or of the nearest key above it."""
        above = (self.lines[keys[:depth]] for depth in range(len(keys), 0, -1) if keys[:depth] in self.lines)
        return next(above, None)

    @classmethod
    def merged(cls, values: JsonObject, paths: Sequence[StrPath]) -> Config:
        """Settings that Snakemake merged from several files and the command line."""
        lines: dict[Keys, int] = {}
        for path in paths:
            lines |= read_yaml(path).lines
        return cls(paths[-1] if paths else "config", values, lines)

    def faults(self) -> list[Fault]:
        """List everything in which the config departs from the schema.

        Returns
        -------
        list of Fault
            In the order of the file.
        """
        faults = [fault for error in self._errors() for fault in self._faults_of(error)]
        return sorted(faults, key=lambda fault: fault.line or 0)

    def _errors(self) -> Iterator[ValidationError]:
        from jsonschema import Draft202012Validator

        yield from Draft202012Validator(schema()).iter_errors(self.values)

    def sound(self) -> Config:
        """Leave out what is at fault, so that the rest can be looked at; keys that must be there may be missing."""
        values: JsonObject = json.loads(json.dumps(self.values))
        for error in self._errors():
            _cut(values, tuple(error.absolute_path), error)
        return replace(self, values=cast("JsonObject", _without_gaps(values)))

    def _faults_of(self, error: ValidationError) -> list[Fault]:
        keys = tuple(error.absolute_path)
        given = error.instance if isinstance(error.instance, Mapping) else {}
        if error.validator == "additionalProperties":
            known = _listed_by(error, "properties")
            return [self._unknown((*keys, key), known) for key in given if key not in known]
        name = ".".join(map(str, keys)) or "the config"
        found, wanted = f"{name}: {shorten(error.instance)}", _wanted(error)
        if error.validator == "required":
            missing = [key for key in _listed_by(error, "required") if key not in given]
            found, wanted = f"{name} without {listed(missing, 9)}", "a value for each"
        unquoted = error.validator_value == "string" and isinstance(error.instance, bool | int | float)
        remedy = "Put it in quotes." if unquoted else ""
        return [Fault(self.path, found, wanted, remedy, self.line(*keys))]

    def _unknown(self, keys: Keys, known: Iterable[str]) -> Fault:
        near = get_close_matches(str(keys[-1]), known, n=1)
        remedy = f"Did you mean {near[0]!r}?" if near else "config/README.md explains every key."
        found = f"key {shorten('.'.join(map(str, keys)))}"
        return Fault(self.path, found, f"one of {listed(known, 20)}", remedy, self.line(*keys))


def _cut(values: object, keys: Keys, error: ValidationError) -> None:
    """Take out of a config what an error is about; a gap is left in a list."""
    parents = [values]
    for key in keys:
        inside = parents[-1]
        if not isinstance(inside, dict | list):  # taken out already
            return
        parents.append(inside.get(str(key)) if isinstance(inside, dict) else inside[int(key)])
    here, above = parents[-1], parents[-2] if keys else None
    if error.validator == "additionalProperties" and isinstance(here, dict):
        for name in set(here) - set(_listed_by(error, "properties")):
            del here[name]
    elif isinstance(above, list):
        above[int(keys[-1])] = None
    elif isinstance(above, dict) and error.validator not in ("required", "minProperties"):
        above.pop(str(keys[-1]), None)


def _without_gaps(value: object) -> object:
    if isinstance(value, dict):
        return {name: _without_gaps(part) for name, part in value.items()}
    return [_without_gaps(part) for part in value if part is not None] if isinstance(value, list) else value


def read_config(path: StrPath) -> Config:
    """Read a config file.

    Raises
    ------
    InputError
        If it is no YAML mapping of plain values, with the line of each fault; see `klbio.io.sheets.yaml_document`.
    """
    found = read_yaml(path)
    if not isinstance(found.value, dict):
        what = "nothing in it" if found.value is None else shorten(found.value)
        raise InputError.one(path, what, "a mapping of settings such as `taxa:`")
    return Config(path, found.value, found.lines)


@cache  # nobody changes it, and reading it takes twenty times as long as reading a config
def schema() -> JsonObject:
    """Give the schema of the config, as it stands in the package."""
    read = yaml.safe_load(files("klbio.io.sheets").joinpath("config.schema.yaml").read_text())
    loaded: JsonObject = json.loads(json.dumps(read))
    return loaded


def _listed_by(error: ValidationError, rule: str) -> list[str]:
    """Names or words that a rule beside the broken one lists."""
    return [str(name) for name in error.schema[rule]] if isinstance(error.schema, Mapping) else []


def _wanted(error: ValidationError) -> str:
    """Say in words what a value should be."""
    if error.validator == "enum":
        return f"one of {listed(_listed_by(error, 'enum'), 9)}"
    rules = error.schema if isinstance(error.schema, Mapping) else {}
    expected = str(rules.get("description", error.message)).rstrip(".")
    return f"{_kind(error)} ({expected})"


def _kind(error: ValidationError) -> str:
    """Say in words what a schema rule asks for."""
    value = error.validator_value
    words = {
        "type": f"a value of type {value}",
        "minimum": f"{value} or more",
        "maximum": f"{value} or less",
        "exclusiveMinimum": f"more than {value}",
        "minItems": f"{value} or more entries",
        "minLength": "a text that is not empty" if value == 1 else f"{value} characters or more",
        "uniqueItems": "each entry once",
        "anyOf": "at least one of the sections taxa, reads, models",
    }
    return words.get(str(error.validator), str(error.message))
