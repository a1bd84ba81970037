"""What every command of the line has: a summary, an example, and a step whose defaults are its own."""

from __future__ import annotations

import argparse
import inspect
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypedDict, Unpack, get_args, get_origin, get_type_hints

from klbio.cli.endings import tell
from klbio.errors import Fault, InputError, note
from klbio.io.files import is_written_through
from klbio.io.writable import require_apart, require_writable
from klbio.threads import give_back_memory

if TYPE_CHECKING:
    from klbio.steps.ending import Ending

    Commands = argparse._SubParsersAction["Command"]

__all__ = ["Command", "Step", "add_command", "nothing_faults"]

Step = Callable[..., "Ending | None"]


class Extra(TypedDict, total=False):
    """What a command may have besides, as `Command` explains it."""

    notes: Callable[[], str]
    page: bool
    alone: bool


class Command(argparse.ArgumentParser):
    """A command that runs a step with what was given on the line, and says in three lines what came of it.

    An option that is not given is not passed on, so that the step's own default holds.  The step is imported
    to run, and to show its defaults and the words it knows in the help; not to find what is wrong with the line.

    Parameters
    ----------
    step : str
        Module and name of the step.
    summary, example : str
        What the command does, and a line that does it.
    prog : str
        How the command is called.
    notes : function, optional
        Gives what the help says besides, when it is asked for.
    page : bool, default False
        Whether the tables it writes are shown as a page beside them.
    alone : bool, default False
        Whether it writes a folder, in which no other run may be at work to the end.
    """

    def __init__(
        self, *, step: str, summary: str, example: str, prog: str, notes: Callable[[], str] = str,
        page: bool = False, alone: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(
            prog,
            description=summary,
            epilog=f"example:\n  {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            argument_default=argparse.SUPPRESS,
        )
        self._step = step
        self.notes = notes
        self._page = page
        self._alone = alone
        self.own: set[str] = set()
        self.add_own("--quiet", "print nothing but warnings and faults")
        self.add_own("--strict", "take warnings (not notes) for faults: exit code 2, and nothing is written")
        self.add_own("--debug", "show the traceback of whatever ends the command too", "--verbose")
        if page:
            self.add_own("--no-report", "write no page beside the tables")

    def add_own(self, switch: str, what: str, *others: str) -> None:
        """Add a switch that is no argument of the step; it may have other spellings."""
        self.add_argument(switch, *others, action="store_true", help=what)
        self.own.add(switch)

    @property
    def step(self) -> Step:
        """The step, imported."""
        module, _, name = self._step.rpartition(".")
        step: Step = getattr(import_module(module), name)
        return step

    def run(self, **arguments: object) -> None:
        """Run the step, and say what came of it: on standard output, or beside it where that is what is written."""
        quiet, report = arguments.pop("quiet", False), not arguments.pop("no_report", False)
        out = arguments.get("out")
        InputError.raise_any(nothing_faults(arguments))
        if out is not None:
            require_writable(str(out))
            if not self._alone:  # a folder of results is no file
                require_apart(str(out), [value for name, value in arguments.items() if name != "out"])
        with self._kept(out):
            ending = self._done(report, **arguments)
        if ending and not quiet:
            if is_stdout(out):
                print(ending, file=sys.stderr)
            else:
                tell(ending)

    def _kept(self, out: object) -> AbstractContextManager[None]:
        """Keep other runs from where it writes; a device or a pipe may be written by many."""
        if out is None or is_written_through(Path(str(out))):
            return nullcontext()
        from klbio.io.at_work import at_work, at_work_on

        return at_work(str(out)) if self._alone else at_work_on(str(out))

    def _done(self, report: bool, **arguments: object) -> Ending | None:
        """Run the step; of tables with a page, write that too."""
        ending, out = self.step(**arguments), arguments.get("out")
        if self._page and (Path(str(out)).is_file() or any(Path(str(out)).glob("*"))):
            from klbio.steps.report import address_faults, answer, write_report

            give_back_memory()  # the page needs as much again
            faults = address_faults() if report else []
            for fault in faults:
                note(fault.path, fault.found, "no page is written", fault.remedy)
            ending = write_report(results=str(out)) if report and not faults else answer(str(out))
        return ending

    def default(self, name: str) -> str:
        """Say the step's default of an argument; of a switch, and of what is left out, nothing is said."""
        parameter = inspect.signature(self.step).parameters.get(name)
        value = parameter.default if parameter else None
        if value is None or value is inspect.Parameter.empty or isinstance(value, bool):
            return ""
        return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)

    def words(self, name: str) -> tuple[str, ...]:
        """Give the words that an argument of the step may be, where its type has them all."""
        kind = get_type_hints(inspect.unwrap(self.step)).get(name)
        return next((get_args(one) for one in (kind, *get_args(kind)) if get_origin(one) is Literal), ())

    def format_help(self) -> str:
        """Give the help, with the step's default at every option that has one, and the words it may be."""
        for action in self._actions:
            words = self.words(action.dest)
            if words:
                action.metavar = f"{{{','.join(words)}}}"
            default = self.default(action.dest) if action.option_strings else ""
            if default and action.help and "(default: " not in action.help:
                action.help += f" (default: {default})"
        notes = self.notes()
        return super().format_help() + (f"\n{notes}\n" if notes else "")


def nothing_faults(arguments: Mapping[str, object]) -> list[Fault]:
    """Name what was given as an empty text: as a path it would be the folder where klbio was called."""
    empty = [
        name
        for name, value in arguments.items()
        if "" in (value if isinstance(value, list | tuple) else [value])
    ]
    remedy = 'A variable of the shell may be empty: echo "$NAME" shows it.'
    return [
        Fault(name.replace("_", "-"), "an empty text", "a name, or nothing at all", remedy) for name in empty
    ]


def is_stdout(path: object) -> bool:
    """Whether what is written there comes out of standard output."""
    try:
        return os.path.samestat(Path(str(path)).stat(), os.fstat(sys.stdout.fileno()))
    except (OSError, ValueError, AttributeError):  # not there yet; no standard output, or none any more
        return False


def add_command(
    commands: Commands, name: str, step: str, summary: str, example: str, **more: Unpack[Extra]
) -> Command:
    """Add a command that runs a step with what was parsed; the parameters are those of `Command`."""
    added = commands.add_parser(name, help=summary, step=step, summary=summary, example=example, **more)
    added.set_defaults(run=added.run)
    return added
