"""The command line: arguments -> steps; the only place that catches `KlbioError` (exit 2)."""

from __future__ import annotations

import argparse
import gc
import inspect
import json
import os
import re
import sys
from collections.abc import Container, Iterable, Mapping, Sequence
from contextlib import nullcontext
from difflib import get_close_matches
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from klbio import __version__
from klbio.cli.amplicons import add_amplicons, add_reference, add_shotgun
from klbio.cli.command import Command, Step
from klbio.cli.endings import exit_on_fault, logged, shown_warnings
from klbio.cli.models import add_models, add_nearest, add_train
from klbio.cli.others import add_check, add_convert, add_init, add_matrix, add_reads, add_report
from klbio.cli.shift import add_shift
from klbio.cli.signals import stoppable
from klbio.cli.unheard import rule_log, unheard_stderr
from klbio.errors import listed
from klbio.io.elsewhere import copies_called
from klbio.progress import shown_progress
from klbio.strictness import STRICT
from klbio.threads import restrain_libraries

if TYPE_CHECKING:
    from klbio.design import Design
    from klbio.io.json_data import JsonObject
    from klbio.steps.config_inputs import Route

__all__ = ["as_rule", "check_dates", "check_earlier_run", "check_workflow", "main", "parser", "say_warnings"]

WARNED = "klbio: warning: "
# Names a rule needs and a step does not: files that it reads from a folder, and what code and inputs are, so that new
# ones rerun old results.
FOR_SNAKEMAKE = ("files", "klbio", "state", "mock_state", "sizes")
# of Snakemake's options: no old result is taken for new; -F may stand with others, as -nF
KEEPS_NOTHING = re.compile(r"--forceall|--unlock|-[afklnpt]*F[afklnpt]*")
COPIES = "KLBIO_COPIES"  # of the environment: what workflow/rules/common.smk says of copies from a storage
EXAMPLES = (
    "  klbio init table.tsv patients.xlsx                  # look at the files, write a config",
    "  klbio check config.yaml                             # every fault at once",
    "  klbio shift table.tsv --samples sheet.tsv --out results/mine",
    "  klbio nearest known-models --query genes.fasta --out near.tsv",
)

restrain_libraries()  # here, because a script imports this before the step that loads numpy


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


# looked for less often than Python does: a run makes millions of things that it keeps
GARBAGE = 100_000, 20, 50


def main(argv: Sequence[str] | None = None) -> None:
    """Run one command; a fault of the input ends in exit code 2 and no traceback."""
    with unheard_stderr():
        _run(argv)


def _run(argv: Sequence[str] | None) -> None:
    if isinstance(
        sys.stdout, TextIOWrapper
    ):  # what a locale has no letter for is told by its number, as in errors
        sys.stdout.reconfigure(errors="backslashreplace")
    top = parser()
    words = list(sys.argv[1:] if argv is None else argv)
    if not words:
        top.print_help()
        return
    _refuse_unknown(top, words[0])
    given, unknown = top.parse_known_args(words)
    if unknown:  # with the usage of the command, not of all
        _commands(top).get(words[0], top).error(f"unrecognized arguments: {' '.join(unknown)}")
    arguments = vars(given)
    run: Step = arguments.pop("run")
    gc.set_threshold(*GARBAGE)
    strict = STRICT.on() if arguments.pop("strict", False) else nullcontext()
    debug = bool(arguments.pop("debug", False))
    with stoppable(), strict, exit_on_fault(debug), shown_warnings(), shown_progress():
        run(**arguments)
        STRICT.raise_any()


def _commands(top: argparse.ArgumentParser) -> Mapping[str, argparse.ArgumentParser]:
    return next(action.choices for action in top._actions if isinstance(action.choices, dict))


def _refuse_unknown(top: argparse.ArgumentParser, word: str) -> None:
    """Refuse a command that is none, with the one that was meant."""
    known = list(_commands(top))
    if word.startswith("-") or word in known:
        return
    near = get_close_matches(word, known, n=1)
    meant = f"Did you mean {near[0]!r}?" if near else "`klbio` alone shows what each does."
    top.exit(2, f"klbio: error: command {word!r}; expected one of {listed(known, 99)}. {meant}\n")


def as_rule(step: Step, job: Job) -> None:
    """Run a step as a Snakemake rule asks: names of inputs, outputs and params are the step's arguments.

    The rule's threads are the step's `threads`.  An output that the step does not name is one of the
    tables in a folder that it does.  Copies of files from a storage are called by what they are copies of.
    What is printed goes to the rule's log, and so does whatever ends the step, a crash too; a fault of the
    input is shown to the user as well.

    Raises
    ------
    TypeError
        If the rule gives an input, a parameter or threads that the step does not take.
    """
    named, copies = _arguments(step, job), json.loads(os.environ.get(COPIES, "{}"))
    with (
        copies_called(copies), unheard_stderr(), stoppable(), exit_on_fault(), rule_log(job.log[0]) as log,
        logged(log),
    ):  # fmt: skip
        step(**named)


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
    # where the rule gives a folder, outputs are the tables in it, which may be called as a parameter is
    folder, outputs = given.get("out"), dict(job.output.items())
    lost = [name for name, path in outputs.items() if not _is_made(name, str(path), known, folder)]
    if lost:
        raise TypeError(
            f"rule {job.rule}: outputs {listed(lost, 9)} would not be made; {step.__name__} takes "
            f"{listed(list(known), 99)}{f' and writes into {folder}' if folder else ''}"
        )
    named = given if folder else given | outputs
    return {name: value for name, value in named.items() if name in known}


def _is_made(name: str, path: str, known: Container[str], folder: object) -> bool:
    """Whether a step writes an output: one of its own arguments, or a file in its folder."""
    return Path(path).parent == Path(str(folder)) if folder else name in known


def check_workflow(
    config: JsonObject, paths: Sequence[str | Path], by_conda: bool = False, in_storage: bool = False
) -> Mapping[Route, Design]:
    """Check a workflow's config and sheets before any rule is made, and give what was read; exit 2 with all faults."""
    from klbio.steps.check import check_config

    with unheard_stderr(), exit_on_fault(), shown_warnings():
        return check_config(config, paths, by_conda, in_storage)


def check_earlier_run(
    out: str,
    config: JsonObject,
    targets: Sequence[str],
    inputs: Sequence[str] = (),
    parts: Sequence[str] = (),
) -> None:
    """Look at what stands where a workflow will write; exit 2 where Snakemake would keep what is not of this config.

    Parameters
    ----------
    out : str
        Folder of the results.
    config : mapping
        The settings of this run.
    targets : sequence of str
        What it makes.
    inputs : sequence of str, optional
        What it is made of, but reads.
    parts : sequence of str, optional
        Files that it makes on the way, and takes away.
    """
    from klbio.steps.earlier_run import refuse_unrecorded, say_left_over

    with unheard_stderr(), exit_on_fault(), shown_warnings():
        if not any(map(KEEPS_NOTHING.fullmatch, sys.argv)):  # Snakemake's own settings are not yet known
            refuse_unrecorded(out, config, targets, inputs)
        say_left_over(out, targets, parts)


def check_dates(paths: Sequence[str]) -> None:
    """Look whether a workflow's inputs are of the past; exit 2 where Snakemake would remove what is made of them."""
    from klbio.steps.dates import refuse_future

    with unheard_stderr(), exit_on_fault():
        refuse_future(paths)


def say_warnings(logs: str) -> None:
    """Say once more, at the end of a workflow, what its jobs warned of: their logs are seldom looked at."""
    files = sorted(Path(logs).glob("*.log"))
    lines = [
        line for file in files for line in file.read_text(encoding="utf-8", errors="replace").splitlines()
    ]
    told = [line for line in lines if line.startswith(WARNED)]
    own = f"{WARNED}{Path(logs).parent}"  # of a table in between: said of the one it was made from
    ordered = sorted(told, key=lambda line: not line.startswith(own))
    by_text = {line.removeprefix(WARNED).partition(": ")[2]: line for line in ordered}
    warned = list(by_text.values())
    if warned:
        print(
            "\n".join(
                ["", *warned, f"klbio: {len(warned)} warning{'s' if len(warned) > 1 else ''}; see {logs}"]
            ),
            file=sys.stderr,
        )


class _Wide(argparse.RawDescriptionHelpFormatter):
    """Names of commands stand further in than argparse reckons with: a long one would have a line of its own."""

    def add_argument(self, action: argparse.Action) -> None:
        """Leave room for the indent."""
        super().add_argument(action)
        names = [len(name) + 4 for name in action.choices or ()] if action.nargs == argparse.PARSER else []
        self._action_max_length = max(self._action_max_length, *names, 0)


def parser() -> argparse.ArgumentParser:
    """Build the parser of all commands."""
    top = argparse.ArgumentParser(
        prog="klbio",
        description="How far a microbiome moved and where gene models disagree: in bits, with an error bar.",
    )
    top.add_argument("--version", action="version", version=f"klbio {__version__}")
    commands = top.add_subparsers(metavar="COMMAND", parser_class=Command)
    for add in (
        add_init,
        add_shift,
        add_models,
        add_nearest,
        add_train,
        add_reads,
        add_amplicons,
        add_shotgun,
        add_reference,
        add_matrix,
        add_convert,
        add_check,
        add_report,
    ):
        add(commands)
    top.epilog = "\n".join(["examples:", *EXAMPLES, "", "`klbio COMMAND --help` says the rest."])
    top.formatter_class = _Wide
    return top
