"""Benchmarks run seldom; what they import of klbio must be there all the same."""

import ast
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / "benchmarks").glob("*.py"))


def klbio_imports(path: Path) -> list[tuple[str, str]]:
    """Pairs of module and name, wherever in the file they are imported."""
    nodes = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom)]
    return [
        (node.module, alias.name)
        for node in nodes
        if node.module and node.module.split(".")[0] == "klbio"
        for alias in node.names
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_benchmark_finds_what_it_imports(path):
    missing = []
    for module, name in klbio_imports(path):
        holder = import_module(module)
        if not hasattr(holder, name):
            try:
                import_module(f"{module}.{name}")
            except ImportError:
                missing.append(f"{module}.{name}")
    assert not missing
