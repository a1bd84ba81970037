"""What is counted in the files of a package: functions, annotations, strings and imports."""

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

KERNELS = {"njit", "jit", "vectorize", "guvectorize", "compiled"}  # decorators of numba, and klbio's own

# what is called with words that name no column: a noun of a sentence, a unit or a value of a declared column, or
# a part of a message about a parameter
WORDING = re.compile(
    r"(\w+\.)*(agreed|amount|count|of_all|part_of|plural|who_has|over|tqdm|Number|Count|PValue|Flag|Text"
    r"|Fault|InputError\.one|\w+_faults)"
)

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Measured:
    """A function: where it is, its parameters but `self`, its lines but the docstring."""

    place: str
    parameters: int
    lines: int
    method: bool
    kernel: bool


@dataclass(frozen=True)
class Noun:
    """A dataclass: where it is, what it is made from, and its own fields that a caller may fill."""

    place: str
    bases: tuple[str, ...]
    own: frozenset[str]


@dataclass(frozen=True)
class Module:
    """A file of the package and what is counted in it."""

    name: str
    text: str
    is_folder: bool

    @cached_property
    def tree(self) -> ast.Module:
        """The code as parsed."""
        return ast.parse(self.text)

    @property
    def folder(self) -> str:
        """Dotted name of the folder it stands in."""
        return self.name if self.is_folder else self.name.rpartition(".")[0]

    @property
    def room(self) -> str:
        """First part of the name below the package."""
        return [*self.name.split("."), "__init__"][1]

    @property
    def n_lines(self) -> int:
        """Lines, empty ones included."""
        return len(self.text.splitlines())

    @cached_property
    def functions(self) -> list[Measured]:
        """Every function and method, inner ones too."""
        inside = {
            id(item) for node in ast.walk(self.tree) if isinstance(node, ast.ClassDef) for item in node.body
        }
        return [
            _measured(node, f"{self.name}:{node.name}", id(node) in inside)
            for node in ast.walk(self.tree)
            if isinstance(node, Function)
        ]

    @cached_property
    def nouns(self) -> dict[str, Noun]:
        """Every dataclass by its name."""
        classes = (node for node in ast.walk(self.tree) if isinstance(node, ast.ClassDef))
        return {
            node.name: Noun(f"{self.name}:{node.name}", tuple(map(ast.unparse, node.bases)), _fields(node))
            for node in classes
            if any("dataclass" in ast.unparse(one) for one in node.decorator_list)
        }

    @cached_property
    def annotations(self) -> list[str]:
        """What is said of arguments, results and variables, and what aliases stand for."""
        found = list(self.aliases.values())
        for node in ast.walk(self.tree):
            if isinstance(node, ast.arg | ast.AnnAssign) and node.annotation:
                found.append(ast.unparse(node.annotation))
            elif isinstance(node, Function) and node.returns:
                found.append(ast.unparse(node.returns))
        return found

    @cached_property
    def aliases(self) -> dict[str, str]:
        """Names of the file that stand for a type."""
        return {
            ast.unparse(node.targets[0]): ast.unparse(node.value)
            for node in self.tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Subscript)
        }

    def taken(self) -> Iterator[tuple[str, str]]:
        """Module and name of each ``from module import name``, those for types only as well."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                yield from ((node.module, alias.name) for alias in node.names)

    @cached_property
    def words(self) -> Counter[str]:
        """Every string in the code, docstrings apart by being longer than any column."""
        constants = (node.value for node in ast.walk(self.tree) if isinstance(node, ast.Constant))
        return Counter(value for value in constants if isinstance(value, str))

    @cached_property
    def names(self) -> Counter[str]:
        """Strings that can name a column: all but those that `wording` knows for words."""
        return self.words - self.wording

    @cached_property
    def wording(self) -> Counter[str]:
        """Those of `words` that are words of a sentence or of a type, and names offered by ``__all__``."""
        nodes = (word for node in ast.walk(self.tree) for word in _wording(node))
        return Counter(node.value for node in nodes if isinstance(node.value, str))

    def imports(self, modules: Iterable[str]) -> set[str]:
        """Files of the package that this one imports, at once or later; not those for types only."""
        known, found = set(modules), set()
        for node in _walk_but_types(self.tree):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                inner = {f"{node.module}.{alias.name}" for alias in node.names}
                found |= inner & known or {node.module}
        return (found & known) - {self.name}


def _wording(node: ast.AST) -> Iterator[ast.Constant]:
    """Constants that stand as words in a node itself, not in what is inside of it."""
    if isinstance(node, ast.Call) and WORDING.fullmatch(ast.unparse(node.func)):
        yield from _constants([*node.args, *(keyword.value for keyword in node.keywords)])
    elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "Literal":
        yield from _constants([node.slice])
    elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
        yield from _constants([node.value])


def _constants(nodes: Iterable[ast.expr]) -> Iterator[ast.Constant]:
    """Those among nodes, and in the tuples and lists among them."""
    for node in nodes:
        if isinstance(node, ast.Constant):
            yield node
        elif isinstance(node, ast.Tuple | ast.List):
            yield from _constants(node.elts)


def _walk_but_types(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        yield child
        yield from _walk_but_types(child)


def _fields(node: ast.ClassDef) -> frozenset[str]:
    """Fields of a dataclass but constants of the class, the mark of keywords and what is not given."""
    named = (line for line in node.body if isinstance(line, ast.AnnAssign))
    return frozenset(
        ast.unparse(line.target)
        for line in named
        if not re.search(r"\b(ClassVar|KW_ONLY)\b", ast.unparse(line.annotation))
        and not (line.value and "init=False" in ast.unparse(line.value))
    )


def _measured(node: Function, place: str, method: bool) -> Measured:
    given = node.args
    names = [
        one.arg
        for one in (*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg)
        if one
    ]
    own = [name for name in names if name not in ("self", "cls")]
    doc = node.body[0] if ast.get_docstring(node) else None
    length = (node.end_lineno or 0) - node.lineno + 1
    length -= (doc.end_lineno or 0) - doc.lineno + 1 if doc else 0
    decorators = {name for one in node.decorator_list for name in re.findall(r"\w+", ast.unparse(one))}
    return Measured(place, len(own), length, method, bool(decorators & KERNELS))


def read_module(path: Path, package: Path) -> Module:
    """Read a file of a package."""
    parts = list(path.relative_to(package.parent).with_suffix("").parts)
    folder = parts[-1] == "__init__"
    return Module(".".join(parts[:-1] if folder else parts), path.read_text(encoding="utf-8"), folder)
