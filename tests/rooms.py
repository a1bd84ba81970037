"""The table of rooms in docs/architecture.md, from the package and its tests; ``python -m tests.rooms`` writes it."""

import ast
import re
from pathlib import Path

from tests.test_architecture import MAY_IMPORT, PACKAGE

PAGE = PACKAGE.parent / "docs/architecture.md"
BETWEEN = re.compile(r"(?<=<!-- rooms -->\n).*?(?=<!-- /rooms -->)", re.DOTALL)


def table() -> str:
    """Each room with what it is for and the rooms it may import, those that import least first."""
    rooms = sorted((room for room in MAY_IMPORT if not room.startswith("__")), key=_height)
    rows = [f"| `{room}` | {_purpose(room)} | {_names(MAY_IMPORT[room])} |" for room in rooms]
    return "\n".join(["| room | what it is | may import |", "|---|---|---|", *rows, ""])


def _height(room: str) -> tuple[int, str]:
    """Rooms on the longest way down; then the name."""
    return 1 + max((_height(below)[0] for below in MAY_IMPORT[room]), default=0), room


def _names(rooms: set[str]) -> str:
    return ", ".join(f"`{room}`" for room in sorted(rooms)) or "none"


def _purpose(room: str) -> str:
    """The first sentence of its docstring."""
    path = PACKAGE / room / "__init__.py" if (PACKAGE / room).is_dir() else PACKAGE / f"{room}.py"
    return _first_line(path).removesuffix(".").replace("|", r"\|")


def _first_line(path: Path) -> str:
    return (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").split("\n")[0]


def written() -> str:
    """The table as the page has it."""
    found = BETWEEN.search(PAGE.read_text(encoding="utf-8"))
    return found[0] if found else ""


if __name__ == "__main__":
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(BETWEEN.sub(lambda _: table(), page), encoding="utf-8")
