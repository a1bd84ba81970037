"""What klbio imports is declared, and what is declared has its reason."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
REASONS = (ROOT / "docs/dependencies.md").read_text()
GUARDED = {"isal"}  # where xopen brings it; there is another way where it does not


def name(requirement):
    return re.match(r"[\w.-]+", requirement).group().lower()


DECLARED = {name(requirement) for requirement in PROJECT["dependencies"]}
OPTIONAL = {name(requirement) for extra in PROJECT["optional-dependencies"].values() for requirement in extra}


def running(node):
    """Every node but what only a type checker reads."""
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)):
            yield child
            yield from running(child)


def imported():
    """Distributions that the package imports, however late."""
    modules = set()
    for path in (ROOT / "klbio").rglob("*.py"):
        for node in running(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                modules |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                modules.add((node.module or "").split(".")[0])
    modules -= set(sys.stdlib_module_names) | {"klbio", ""}
    known = packages_distributions()
    return {
        distribution.lower().replace("_", "-")
        for module in modules
        for distribution in known.get(module, [module])
    }


def test_what_is_imported_is_declared():
    assert imported() <= DECLARED | OPTIONAL | GUARDED


@pytest.mark.parametrize("package", sorted(DECLARED))
def test_what_is_declared_has_its_reason(package):
    rows = [line.split("|")[1] for line in REASONS.splitlines() if line.startswith("| ")]
    assert package in " ".join(rows).replace(",", " ").split()
