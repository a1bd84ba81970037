"""Which functions of Python come by a compiled one, and which compiled modules must be compiled anew.

A tracer does not see what compiled code runs, so that the calls are read from the text: from a compiled function, or
a number that stands in one, up to the functions of Python that call it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

__all__ = ["Name", "callers_in_tests", "python_callers", "stale"]

Lines = tuple[int, int]


@dataclass(frozen=True)
class Name:
    """What a module defines outside of functions."""

    path: str
    name: str


@dataclass(frozen=True)
class _Function:
    """Where it stands, whether it is compiled, and the names of its module that it uses."""

    at: Name
    lines: Lines
    compiled: bool
    uses: frozenset[Name]


def python_callers(changed: Name) -> list[tuple[str, Lines]]:
    """Modules and lines of the functions of Python that come by a name in compiled ones."""
    within = _stands_in(changed)
    return [(f.at.path, f.lines) for f in _functions() if not f.compiled and f.uses & within]


def callers_in_tests(changed: Name) -> set[str]:
    """Files of tests that call a name, or what comes by it in compiled ones, themselves."""
    within = _stands_in(changed)
    return {f.at.path for f in _functions("tests") if f.uses & within}


def stale(changed: Name) -> set[str]:
    """Compiled modules in whose machine code a changed function or number stands."""
    return {name.path for name in _stands_in(changed)}


def _stands_in(changed: Name) -> set[Name]:
    """Compiled functions: itself, those that use it, and those that call these."""
    found = {f.at for f in _functions() if f.compiled and (f.at == changed or changed in f.uses)}
    ways = list(found)
    while ways:
        name = ways.pop()
        callers = {f.at for f in _functions() if f.compiled and name in f.uses} - found
        found |= callers
        ways += callers
    return found


@cache
def _functions(folder: str = "klbio") -> tuple[_Function, ...]:
    return tuple(f for path in sorted(Path(folder).rglob("*.py")) for f in _of_module(path))


def _of_module(path: Path) -> Iterator[_Function]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = _defined(tree, path.as_posix())
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            compiled = any("compiled" in ast.unparse(one) for one in node.decorator_list)
            used = {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}
            uses = frozenset(names[name] for name in used & set(names)) - {Name(path.as_posix(), node.name)}
            lines = (node.lineno, node.end_lineno or node.lineno)
            yield _Function(Name(path.as_posix(), node.name), lines, compiled, uses)


def _defined(tree: ast.Module, path: str) -> dict[str, Name]:
    """Names that a module's functions see, by where they are defined."""
    names: dict[str, Name] = {}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("klbio"):
            source = node.module.replace(".", "/") + ".py"
            names |= {one.asname or one.name: Name(source, one.name) for one in node.names}
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            names[node.name] = Name(path, node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {
                t.id: Name(path, t.id)
                for target in targets
                for t in ast.walk(target)
                if isinstance(t, ast.Name)
            }
    return names
