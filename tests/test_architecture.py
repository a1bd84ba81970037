"""The table of rooms is the architecture document; this test holds it."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "klbio"
MATHS = {"errors", "alphabets", "distributions", "smoothing", "divergences"}

# room -> rooms it may import (itself always)
MAY_IMPORT = {
    "__init__": {  # lazily: the names a Python user needs
        "design",
        "distributions",
        "divergences",
        "errors",
        "interop",
        "io",
        "models",
        "pairwise",
        "reads",
        "schema",
        "shift",
        "smoothing",
        "taxa_table",
        "taxonomy",
        "transport",
    },
    "__main__": {"cli"},
    "errors": set(),
    "strictness": {"errors"},
    "schema": {"errors"},
    "phrases": {"errors"},
    "statistics": {"threads"},
    "compiled": {"progress"},
    "threads": set(),
    "progress": set(),
    "seeding": set(),
    "alphabets": {"errors"},
    "distributions": {"errors", "alphabets"},
    "spelling": set(),
    "columns": {"errors", "spelling"},
    "sheet": {"errors", "spelling"},
    "design": {"errors", "sheet", "columns", "spelling"},
    "read_groups": {"errors", "distributions"},
    "smoothing": {"errors", "distributions"},
    "divergences": {"statistics", "errors"},
    "pairwise": {"compiled", "progress", "threads", "errors", "distributions", "divergences"},
    "transport": {"errors", "distributions", "divergences"},
    "estimates": {"compiled", "statistics", "errors", "distributions", "divergences", "smoothing"},
    "taxonomy": {"columns", "errors", "sheet", "spelling", "distributions", "divergences"},
    "about_samples": set(),
    "not_taxa": {
        "about_samples",
        "errors",
        "schema",
        "distributions",
        "design",
        "spelling",
        "taxon_values",
        "taxonomy",
    },
    "taxon_values": {"distributions", "design"},
    "not_reads": {"errors", "distributions", "design"},
    "orientation": {"errors", "design", "distributions", "taxonomy"},
    "taxa_table": {
        "errors",
        "orientation",
        "schema",
        "sheet",
        "distributions",
        "design",
        "taxonomy",
        "not_reads",
        "not_taxa",
    },
    "interop": {
        "orientation",
        "tidy",
        "columns",
        "errors",
        "sheet",
        "distributions",
        "design",
        "taxa_table",
        "taxonomy",
        "transport",
    },
    "tidy": {"errors", "schema", "distributions", "taxa_table", "taxonomy"},
    "shift": MATHS
    | {"design", "interop", "progress", "schema", "seeding", "phrases", "statistics"}
    | {"pairwise", "transport", "estimates", "read_groups", "taxa_table", "taxonomy", "threads"},
    "models": MATHS
    | {"compiled", "progress", "statistics", "interop", "phrases", "schema", "seeding", "pairwise"},
    "reads": {"compiled", "errors", "alphabets", "distributions"},
    "amplicons": {"errors", "distributions", "divergences", "estimates", "schema", "seeding", "taxonomy"},
    "io": {
        "compiled",
        "threads",
        "strictness",
        "errors",
        "columns",
        "schema",
        "sheet",
        "interop",
        "transport",
        "alphabets",
        "distributions",
        "spelling",
        "design",
        "taxa_table",
        "taxonomy",
        "tidy",
        "models",
        "read_groups",
        "reads",
        "amplicons",
    },
    "report": {"errors", "phrases", "schema", "io"},
    "steps": MATHS
    | {
        "columns",
        "design",
        "interop",
        "phrases",
        "progress",
        "read_groups",
        "schema",
        "sheet",
        "seeding",
        "strictness",
        "pairwise",
        "transport",
        "estimates",
        "taxa_table",
        "taxonomy",
        "shift",
        "models",
        "reads",
        "amplicons",
        "io",
        "report",
    },
    "cli": {"errors", "strictness", "progress", "threads", "design", "io", "steps"},
}
# maths never opens a file; I/O never takes a logarithm; the report never computes
FORBIDDEN_CALLS = {
    **{room: {"open", "read_text", "write_text", "read_csv", "to_csv"} for room in (
        "distributions", "smoothing", "divergences", "pairwise", "transport", "estimates", "taxonomy", "shift",
        "models",
    )},
    "io": {"log", "log2", "log10", "log1p", "rel_entr"},
    "report": {"log", "log2", "log10", "log1p", "rel_entr", "mean", "median", "std", "quantile", "sum"},
}  # fmt: skip

FILES = sorted(PACKAGE.rglob("*.py"))


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> set[str]:
    """Rooms of klbio that a file imports, `import klbio.x` and `from klbio import x` alike."""
    rooms = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            names = [f"{module}.{alias.name}" for alias in node.names] if module == "klbio" else [module]
        else:
            continue
        rooms |= {name.split(".")[1] for name in names if name.startswith("klbio.")}
    return rooms - {"__version__"}


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_arrows(path):
    room = room_of(path)
    assert room in MAY_IMPORT, f"a new room '{room}': give it a row in the table"
    assert imported_rooms(path) <= MAY_IMPORT[room] | {room}


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_three_laws(path):
    forbidden = FORBIDDEN_CALLS.get(room_of(path), set())
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            assert called not in forbidden, f"line {node.lineno} calls {called}()"
