import inspect
import re
from pathlib import Path
from typing import get_type_hints

import pytest
import yaml

from klbio.errors import InputError
from klbio.io.sheets.config import read_config, schema
from klbio.io.sheets.settings import ContrastSettings, Settings

ROOT = Path(__file__).parents[2]


def faults(tmp_path, text):
    path = tmp_path / "config.yaml"
    path.write_text(text)
    return [str(fault).removeprefix(str(path)) for fault in read_config(path).faults()]


def test_every_fault_with_line_and_remedy(tmp_path):
    found = faults(
        tmp_path,
        "outdir: results\nseed: -1\ntaxa:\n  table: t.tsv\n  samples: s.tsv\n  rank: [genus]\nshift:\n  support: all\n"
        "  contrasts:\n    - before: a\n      later: b\n",
    )
    assert found[0].startswith(", line 2: seed: -1; expected 0 or more")
    assert found[1].startswith(", line 6: key 'taxa.rank'")
    assert "Did you mean 'ranks'?" in found[1]
    assert found[2].startswith(", line 8: shift.support: 'all'; expected one of 'pair', 'study'")
    assert any(line.startswith(", line 11: key 'shift.contrasts.0.later'") for line in found)
    assert any("without 'after'" in line for line in found)


def test_a_config_of_nothing(tmp_path):
    (fault,) = faults(tmp_path, "outdir: results\n")
    assert "at least one of the sections taxa, reads, models" in fault


@pytest.mark.parametrize(
    ("text", "words"),
    [("a:\n  - [1\n", "line 2: no YAML"), ("- 1\n", "a mapping"), ("!!python/object:os.x {}\n", "the tag")],
)
def test_not_a_config(tmp_path, text, words):
    with pytest.raises(InputError, match=words):
        faults(tmp_path, text)


def parts(part, name=""):
    yield name, part
    for key, inner in part.get("properties", {}).items():
        yield from parts(inner, f"{name}.{key}")
    if "items" in part:
        yield from parts(part["items"], f"{name}[]")


@pytest.mark.parametrize(("name", "part"), list(parts(schema())))
def test_every_key_is_described_and_closed(name, part):
    assert part["description"].endswith(".")
    if part.get("type") == "object":
        others = part["additionalProperties"]  # none, or names of the user's own, described as well
        assert others is False or others["description"].endswith(".")


def test_defaults_live_in_the_signatures():
    from klbio.steps.models import compare_models
    from klbio.steps.reads import compose_reads
    from klbio.steps.shift import measure_shift

    steps = {"taxa": measure_shift, "shift": measure_shift, "reads": compose_reads, "models": compare_models}
    for section, step in steps.items():
        known = inspect.signature(step).parameters
        for key, part in schema()["properties"][section]["properties"].items():
            if "default" in part:
                default = known[key].default
                assert (list(default) if isinstance(default, tuple) else default) == part["default"], (
                    f"{section}.{key}"
                )


def documented():
    """Key and default of every row of the table that explains the config."""
    rows = re.findall(r"^\| `([\w.]+)` \|(.*?)\|", (ROOT / "config/README.md").read_text(), re.MULTILINE)
    return {key: default.strip(" `") for key, default in rows}


def test_the_readme_of_the_config_has_every_key_and_its_default():
    found = {
        name.removeprefix("."): part
        for name, part in parts(schema())
        if name
        and name.removeprefix(".") not in ("taxa", "reads", "models", "shift", "matrix", "tables", "report")
        and "[]" not in name
        and ".columns." not in name
    }
    assert set(documented()) == set(found)
    for key, said in documented().items():
        default = found[key].get("default")
        if default is None:
            assert said in ("", "none"), key
        elif key == "shift.contrasts":  # the phases of the one pair
            assert said == ", ".join(default[0].values())
        else:
            assert yaml.safe_load(said.replace("1e-4", "1.0e-4")) == default, key


def test_the_types_of_the_settings_are_those_of_the_schema():
    sections = schema()["properties"]
    typed = get_type_hints(Settings)
    assert set(typed) == set(sections)
    for name, section in sections.items():
        if "properties" in section:
            assert set(get_type_hints(typed[name])) == set(section["properties"]), name
            assert typed[name].__required_keys__ == set(section.get("required", ())), name
    assert set(get_type_hints(ContrastSettings)) == set(
        sections["shift"]["properties"]["contrasts"]["items"]["properties"]
    )
