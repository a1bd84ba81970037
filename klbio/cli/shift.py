"""`klbio shift`: how far each subject moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from shlex import quote
from typing import TYPE_CHECKING

from klbio.cli.columns import METADATA, add_columns, columns_of
from klbio.cli.command import Command, add_command
from klbio.design import Contrast

if TYPE_CHECKING:
    from klbio.cli.command import Commands

__all__ = ["add_shift"]


def add_shift(commands: Commands) -> None:
    """Add `klbio shift`."""
    command = add_command(
        commands, "shift", "klbio.steps.shift.measure_shift",
        "How far each subject moved from before to after, and which taxa carried it.",
        "klbio shift examples/mouse-diet/table.tsv --samples config/samples.tsv \\\n"
        "    --taxonomy examples/mouse-diet/taxonomy.tsv --rank genus --out results/mouse",
        page=True, alone=True,
    )  # fmt: skip
    add = command.add_argument
    add("table", help="counts, in any format that klbio reads")
    add(
        "--samples",
        metavar="SHEET",
        help="text or .xlsx with columns sample, subject, phase [time, arm, batch, replicate]; by default what the "
        "table says of its samples",
    )
    add("--metadata", metavar="FILE", help=METADATA)
    add(
        "--groups",
        metavar="FILE",
        help="the counts behind the table in groups of whole reads, where it has k-mers",
    )
    add_columns(command)
    add("--taxonomy", metavar="FILE", help="lineages: taxon, then one column per rank or one of lineages")
    add(
        "--tree",
        metavar="FILE",
        help="Newick with branch lengths and a tip for each taxon: adds weighted UniFrac",
    )
    add(
        "--mock",
        metavar="FILE",
        help="what a mock community of the sheet (kind: mock) is made of: columns taxon and share",
    )
    add(
        "--rank",
        dest="ranks",
        action="append",
        metavar="RANK",
        help="a rank of the taxonomy, in any case; repeat for more",
    )
    add(
        "--exclude",
        action="append",
        metavar="TAXON",
        help="a taxon, or a clade with all that is in it, to leave out; repeat for more",
    )
    add(
        "--keep",
        action="append",
        metavar="TAXON",
        help="a taxon or clade that is meant to be counted, though it looks like none: no warning; repeat for more",
    )
    add("--format", help="format of the table; recognised from content if not given")
    add("--out", required=True, metavar="DIR", help="folder for the result tables")
    _add_choices(command)


def _add_choices(command: Command) -> None:
    """What a config calls `shift`, under the same names."""
    command.set_defaults(run=partial(_shift, command))
    add = command.add_argument
    add(
        "--phase",
        dest="labels",
        action="append",
        metavar="NAME=LABEL",
        help="a label of the sheet that belongs to phase NAME; repeat for more labels of one phase",
    )
    add(
        "--before",
        action="append",
        metavar="PHASE",
        help=f"phase of the reference side q (default: {Contrast.before})",
    )
    add(
        "--after",
        action="append",
        metavar="PHASE",
        help=f"phase of the later side p; repeat for more (default: {Contrast.after})",
    )
    add(
        "--control", metavar="ARM", help="arm that the others are held against; without it, each against each"
    )
    add("--smoothing", help="estimator behind the relative entropies")
    add("--support", help="categories that are smoothed")
    add("--unassigned", help="how taxa without a name at a rank are called")
    add(
        "--resamples",
        dest="n_resamples",
        type=int,
        metavar="N",
        help="random reallocations of the reads behind the floor",
    )
    add("--min-depth", type=int, metavar="READS", help="leave out shallower samples")
    add(
        "--day-variance",
        help="whose days widen the interval of a subject with one sample a side: own (nobody's) or cohort",
    )
    add("--seed", type=int, help="start of every random number")
    add("--threads", type=int, metavar="N", help="threads; the results do not depend on them")


def _shift(
    command: Command, *, before: Sequence[str] = (), after: Sequence[str] = (), **arguments: object
) -> None:
    first = before[0] if before else Contrast.before
    if len(before) > 1:
        labels = " ".join(f"--phase {quote(f'{first}={phase}')}" for phase in before)
        command.error(f"argument --before: given {len(before)} times; to take them for one phase: {labels}")
    contrasts = [asdict(Contrast(first, phase)) for phase in after or [Contrast.after]]
    columns = columns_of(arguments)
    phases = _phases(command, arguments.pop("labels", None))
    words = {"columns": columns, "phases": phases}
    command.run(contrasts=contrasts, **arguments, **{name: given for name, given in words.items() if given})


def _phases(command: Command, labels: object) -> dict[str, list[str]]:
    """Give the labels of each phase that was named."""
    phases: dict[str, list[str]] = {}
    for given in labels if isinstance(labels, list) else []:
        name, _, label = str(given).partition("=")
        if not (name and label):
            command.error(f"argument --phase: {given!r}; expected NAME=LABEL, such as before=Baseline")
        phases.setdefault(name, []).append(label)
    return phases
