"""The command line: arguments -> steps; the only place that catches `KlbioError` (exit 2)."""

from __future__ import annotations

import argparse
import inspect
import sys
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TextIO

from klbio import __version__
from klbio.cli.command import Command, Step
from klbio.cli.models import add_models, add_nearest, add_train
from klbio.cli.others import add_check, add_matrix, add_reads, add_report
from klbio.cli.shift import add_shift
from klbio.errors import InputWarning, KlbioError, listed
from klbio.threads import one_thread_per_library

if TYPE_CHECKING:
    from klbio.io.json_data import JsonObject

__all__ = ["as_rule", "check_workflow", "main", "parser"]

USER_ERROR = 2
# Names a rule needs and a step does not: files found through a sheet, and the version that makes new
# code rerun old results.
FOR_SNAKEMAKE = ("files", "klbio")

one_thread_per_library()  # here, because a script imports this before the step that loads numpy


class Named(Protocol):
    """Files or values by name, as Snakemake keeps them."""

    def items(self) -> Iterable[tuple[str, object]]:
        """Give each name with what it stands for."""


class Job(Protocol):
    """What klbio uses of the `snakemake` object that a script finds."""

    rule: str
    input: Named
    output: Named
    params: Named
    log: Sequence[str]
    threads: int


def main(argv: Sequence[str] | None = None) -> None:
    """Run one command; a fault of the input ends in exit code 2 and no traceback."""
    arguments = vars(parser().parse_args(argv))
    run: Step = arguments.pop("run")
    with _exit_on_fault(), _shown_warnings():
        run(**arguments)


@contextmanager
def _exit_on_fault() -> Iterator[None]:
    try:
        yield
    except KlbioError as error:
        for line in str(error).splitlines():
            print(f"klbio: error: {line}", file=sys.stderr)
        raise SystemExit(USER_ERROR) from None
    except OSError as error:  # a folder that cannot be written, a full disk
        print(f"klbio: error: {error.filename or 'file system'}: {error.strerror or error}", file=sys.stderr)
        raise SystemExit(USER_ERROR) from None


@contextmanager
def _shown_warnings() -> Iterator[None]:
    """Say what is to be known of an input in klbio's words, every time; other warnings stay as they are."""
    with warnings.catch_warnings():
        warnings.simplefilter("always", InputWarning)
        others = warnings.showwarning

        def show(
            message: Warning | str,
            category: type[Warning],
            filename: str,
            lineno: int,
            file: TextIO | None = None,
            line: str | None = None,
        ) -> None:
            """Print it."""
            if issubclass(category, InputWarning):
                print(f"klbio: warning: {message}", file=sys.stderr)
            else:
                others(message, category, filename, lineno, file, line)

        warnings.showwarning = show
        yield


def as_rule(step: Step, job: Job) -> None:
    """Run a step as a Snakemake rule asks: names of inputs, outputs and params are the step's arguments.

    The rule's threads are the step's `threads`.  An output that the step does not name is one of the
    tables in a folder that it does.
    What is printed goes to the rule's log; a fault of the input is shown to the user as well.

    Raises
    ------
    TypeError
        If the rule gives an input, a parameter or threads that the step does not take.
    """
    log = Path(job.log[0])
    named = _arguments(step, job)
    with _exit_on_fault():
        try:
            with log.open("w", encoding="utf-8") as handle, redirect_stderr(handle), _shown_warnings():
                step(**named)
        except KlbioError as error:
            log.write_text(f"{error}\n", encoding="utf-8")
            raise


def _arguments(step: Step, job: Job) -> Mapping[str, object]:
    """Give what the step takes of a rule, and refuse what it would not get."""
    known = inspect.signature(step).parameters
    given = {**dict(job.input.items()), **dict(job.params.items())}
    given |= {"threads": job.threads} if "threads" in known or job.threads > 1 else {}
    unknown = [name for name in given if name not in known and name not in FOR_SNAKEMAKE]
    if unknown:
        raise TypeError(
            f"rule {job.rule}: {listed(unknown, 9)} would be lost; {step.__name__} takes {listed(list(known), 99)}"
        )
    named = {**given, **dict(job.output.items())}
    return {name: value for name, value in named.items() if name in known}


def check_workflow(config: JsonObject, paths: Sequence[str | Path]) -> None:
    """Check a workflow's config and sheets before any rule is made; exit 2 with all faults."""
    from klbio.steps.check import check_config

    with _exit_on_fault(), _shown_warnings():
        check_config(config, paths)


def parser() -> argparse.ArgumentParser:
    """Build the parser of all commands."""
    top = argparse.ArgumentParser(
        prog="klbio",
        description="How far a microbiome moved and where gene models disagree: in bits, with an error bar.",
    )
    top.add_argument("--version", action="version", version=f"klbio {__version__}")
    commands = top.add_subparsers(required=True, metavar="COMMAND", parser_class=Command)
    for add in (add_shift, add_models, add_nearest, add_train, add_reads, add_matrix, add_check, add_report):
        add(commands)
    return top
