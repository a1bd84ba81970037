"""The mutants of a module: cosmic-ray's operators at every place of the code that a test could tell.

One mutant of each place, by chance: an operator of arithmetic has seven others to be replaced by and a
condition one, and both shall weigh the same.  Left out are places where no run can differ or any run fails:
annotations, arguments of decorators and ``@compiled``, ``__all__``, ``strict`` of ``zip``, arithmetic on bits
in place of arithmetic on numbers, and ``is`` in place of ``==``.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain, pairwise
from pathlib import Path

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Operator
from cosmic_ray.plugins import get_operator, operator_names
from parso.tree import NodeOrLeaf

from benchmarks.compiled_calls import Name

__all__ = ["Mutant", "Place", "places"]

ARITHMETIC = {"Add", "Sub", "Mul", "Div", "FloorDiv", "Mod", "Pow"}
NEED_A_VARIABLE = {"VariableReplacer", "VariableInserter"}
Position = tuple[int, int]


@dataclass(frozen=True)
class Mutant:
    """One change of one module.

    Attributes
    ----------
    path : str
        Module, from the repository.
    function : str
        Where in the module; empty outside of functions.
    lines : tuple of int
        First and last line of that function, or of the module.
    line, operator, was, becomes
        What is changed, and to what.
    source : str
        The whole module, changed.
    """

    path: str
    function: str
    lines: tuple[int, int]
    line: int
    operator: str
    was: str
    becomes: str
    source: str

    @property
    def names(self) -> list[Name]:
        """The function that is changed, or what the changed line of the module defines."""
        if self.function:
            return [Name(self.path, self.function.partition(".")[0])]
        defined = re.match(r"([A-Za-z_]\w*)(?:: [^=]+)? = ", self.was)
        return [Name(self.path, defined[1])] if defined else []

    @property
    def name(self) -> str:
        """The same as long as the function and the line are."""
        return f"{self.path}:{self.function}: {self.was}  ->  {self.becomes}"


@dataclass(frozen=True)
class Place:
    """Where a module can be changed, with the operators that can change it and their count of places before."""

    path: Path
    choices: tuple[tuple[str, int, NodeOrLeaf], ...]

    def mutant(self, root: Path, draw: random.Random) -> Mutant:
        """One of the changes."""
        operator, occurrence, node = draw.choice(self.choices)
        code = self.path.read_text(encoding="utf-8")
        changed = mutate_code(code, get_operator(operator)(), occurrence)
        function, lines = _holder(node, code.count("\n") + 1)
        line, short = node.start_pos[0], operator.rpartition("/")[2]
        was, becomes = _difference(code, changed)
        path = self.path.relative_to(root).as_posix()
        return Mutant(path, function, lines, line, short, was, becomes, changed)


def places(path: Path) -> list[Place]:
    """All of a module, in the order of the lines."""
    found: dict[tuple[Position, str], list[tuple[str, int, NodeOrLeaf]]] = {}
    tree = get_ast(path.read_text(encoding="utf-8"))
    nodes = [(node, _left_out(node)) for node in ast_nodes(tree)]
    for name in _operators():
        for occurrence, (node, start, out) in enumerate(_positions(nodes, get_operator(name)())):
            if not out:
                found.setdefault((start, _kind(name)), []).append((name, occurrence, node))
    return [Place(path, tuple(found[key])) for key in sorted(found)]


@cache
def _operators() -> list[str]:
    return [name for name in operator_names() if _sensible(name.rpartition("/")[2])]


def _sensible(name: str) -> bool:
    if name in NEED_A_VARIABLE:
        return False
    if name.startswith("ReplaceBinaryOperator"):
        return len(ARITHMETIC.intersection(name.split("_")[1:])) != 1
    if name.startswith("ReplaceComparisonOperator"):
        old, new = name.split("_")[1:]
        return ("Is" in old) == ("Is" in new)
    return not (name.startswith("ReplaceUnaryOperator") and name.endswith(("_Not", "_UAdd_Invert")))


def _kind(name: str) -> str:
    return name.rpartition("/")[2].split("_")[0]


def _positions(
    nodes: list[tuple[NodeOrLeaf, bool]], operator: Operator
) -> Iterator[tuple[NodeOrLeaf, Position, bool]]:
    for node, out in nodes:
        for start, _ in operator.mutation_positions(node):
            yield node, start, out


def _left_out(node: NodeOrLeaf) -> bool:
    above = list(chain([node], _above(node)))
    return any(
        (outer.type == "annassign" and inner is outer.children[1])
        or (
            outer.type in ("param", "tfpdef", "funcdef", "lambdef")
            and inner is getattr(outer, "annotation", None)
        )
        or (outer.type == "tfpdef" and inner is outer.children[-1])
        or outer.type == "decorator"
        or _is_name(outer)
        for inner, outer in pairwise(above)
    ) or (node.type == "decorator" and "compiled" in node.get_code())


def _above(node: NodeOrLeaf) -> Iterator[NodeOrLeaf]:
    while node.parent is not None:
        node = node.parent
        yield node


def _is_name(node: NodeOrLeaf) -> bool:
    """``__all__``, the name of a type, ``strict`` of a zip."""
    if node.type not in ("argument", "expr_stmt"):  # the text of a whole module is long to put together
        return False
    code = node.get_code().strip()
    return (node.type == "argument" and code.startswith("strict=")) or (
        node.type == "expr_stmt" and bool(re.match(r"__all__\b|[A-Z][a-z]\w* = ", code))
    )


def _holder(node: NodeOrLeaf, n_lines: int) -> tuple[str, tuple[int, int]]:
    """Qualified name and lines of the outermost function that holds a node."""
    inside = [n for n in _above(node) if n.type in ("funcdef", "classdef")]
    functions = [n for n in inside if n.type == "funcdef"]
    named = ".".join(n.name.value for n in reversed(inside))
    if not functions:
        return named, (1, n_lines)
    return named, (functions[-1].start_pos[0], functions[-1].end_pos[0])


def _difference(code: str, changed: str) -> tuple[str, str]:
    """Of the lines that differ, without what they share at both ends."""
    old, new = code.splitlines(), changed.splitlines()
    while old and new and old[0] == new[0]:
        del old[0], new[0]
    while old and new and old[-1] == new[-1]:
        del old[-1], new[-1]
    return " ".join(map(str.strip, old)), " ".join(map(str.strip, new))
