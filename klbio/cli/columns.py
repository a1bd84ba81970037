"""What a sheet calls its columns, an option each."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from klbio.design.columns import KIND, READS, ROLES

if TYPE_CHECKING:
    from klbio.cli.command import Command

__all__ = ["METADATA", "add_columns", "columns_of", "takes_columns"]

METADATA = "a second sheet that says who the samples are of, where the first has no more than their files"
KNOWN = (*ROLES, KIND, *READS)


def add_columns(command: Command, *more: str) -> None:
    """Add an option for each column of a sample sheet, and for `more` of them."""
    for role in (*ROLES, KIND, *more):
        command.add_argument(
            f"--{role.replace('_', '-')}-column",
            metavar="NAME",
            help=f"what the sheet calls its column `{role}`",
        )


def columns_of(arguments: dict[str, object]) -> dict[str, str]:
    """Take these options out of what was parsed, and give the name of each column that has one of its own."""
    given = {role: arguments.pop(f"{role}_column", None) for role in KNOWN}
    return {role: str(name) for role, name in given.items() if name}


def takes_columns(command: Command) -> None:
    """Let a command of reads be told what the sheet calls its columns."""
    add_columns(command, *READS)
    command.set_defaults(run=partial(_run, command))


def _run(command: Command, **arguments: object) -> None:
    columns = columns_of(arguments)
    command.run(**arguments, **({"columns": columns} if columns else {}))
