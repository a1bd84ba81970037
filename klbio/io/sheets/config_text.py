"""A config as text, every key explained where it stands; what is not set stands as a comment, with its default."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import yaml

from klbio.io.json_data import JsonObject
from klbio.io.sheets.config import schema

__all__ = ["config_text"]


def config_text(settings: JsonObject) -> str:
    """Write settings as YAML.

    Parameters
    ----------
    settings : mapping
        As `klbio.io.sheets.settings.Settings`; sections that are not there are left out.

    Examples
    --------
    >>> print(config_text({"outdir": "results/gut", "report": {}}))
    # Folder of all results.
    outdir: results/gut
    <BLANKLINE>
    # Start of every random number; the same seed gives the same bytes.
    # seed: 1
    <BLANKLINE>
    # The page at the end.
    # report:
      # Title of the page.
      # title:
    <BLANKLINE>
    """
    keys = _keys(schema())
    shown = [key for key in keys if key.name in settings or not key.keys]
    return "\n\n".join("\n".join(key.lines(settings.get(key.name))) for key in shown) + "\n"


@dataclass(frozen=True)
class _Key:
    """A key of the schema, and the keys in it."""

    name: str
    meaning: str
    default: object
    keys: Sequence[_Key]

    def lines(self, value: object, indent: str = "") -> Iterator[str]:
        """Explain the key and set it; as a comment where it is not set."""
        yield f"{indent}# {self.meaning}"
        if self.keys and not indent:
            inner = value if isinstance(value, Mapping) else {}
            yield f"{self.name}:" if inner else f"# {self.name}:"
            for key in self.keys:
                yield from key.lines(inner.get(key.name), "  ")
        else:
            mark = "# " if value is None else ""
            pair = _pair(self.name, self.default if value is None else value)
            yield from (f"{indent}{mark}{line}" for line in pair.split("\n"))


def _keys(part: JsonObject) -> list[_Key]:
    inner = cast("Mapping[str, JsonObject]", part.get("properties", {}))
    return [
        _Key(name, str(key["description"]), key.get("default"), _keys(key)) for name, key in inner.items()
    ]


def _pair(name: str, value: object) -> str:
    """Write a key with its value; a list of mappings an entry a line."""
    if value is None:
        return f"{name}:"
    if isinstance(value, list) and any(isinstance(entry, Mapping) for entry in value):
        return "\n".join([f"{name}:", *(f"  - {_flow(entry)}" for entry in value)])
    return f"{name}: {_flow(value)}"


def _flow(value: object) -> str:
    text = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, sort_keys=False, width=10**6)
    return text.removesuffix("...\n").strip()
