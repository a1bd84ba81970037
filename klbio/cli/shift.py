"""`klbio shift`: how far each subject moved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from klbio.cli.command import command

__all__ = ["add_shift"]


def add_shift(commands: Any) -> None:
    """Add `klbio shift`."""
    add = command(
        commands, "shift", _shift, "How far each subject moved from before to after, and which taxa carried it.",
        "klbio shift examples/mouse-diet/table.tsv --samples config/samples.tsv \\\n"
        "    --taxonomy examples/mouse-diet/taxonomy.tsv --rank genus --out results/mouse",
    ).add_argument  # fmt: skip
    add("table", help="counts: TSV (taxa are rows), BIOM 1.0 or BIOM 2.1")
    add(
        "--samples",
        required=True,
        metavar="SHEET",
        help="TSV with columns sample, subject, phase [time, arm, batch]",
    )
    add("--taxonomy", metavar="FILE", help="TSV: taxon, then one column per rank (or QIIME 2's Taxon column)")
    add(
        "--tree",
        metavar="FILE",
        help="Newick with branch lengths and a tip for each taxon: adds weighted UniFrac",
    )
    add(
        "--rank",
        dest="ranks",
        action="append",
        metavar="RANK",
        help="a rank of the taxonomy; repeat for more (default: feature)",
    )
    add("--format", choices=("tsv", "biom"), help="format of the table (default: recognised from content)")
    add("--out", required=True, metavar="DIR", help="folder for the result tables")
    _add_shift_choices(add)


def _add_shift_choices(add: Callable[..., Any]) -> None:
    """What a config calls `shift`, under the same names and defaults."""
    add("--before", default="before", metavar="PHASE", help="phase of the reference side q (default: before)")
    add(
        "--after",
        action="append",
        metavar="PHASE",
        help="phase of the later side p; repeat for more (default: after)",
    )
    add(
        "--smoothing",
        default="additive(0.5)",
        help="estimator behind the relative entropies (default: %(default)s)",
    )
    add(
        "--support",
        default="pair",
        choices=("pair", "study"),
        help="categories that are smoothed (default: %(default)s)",
    )
    add(
        "--unassigned",
        default="parent",
        choices=("parent", "lineage"),
        help="how taxa without a name at a rank are called",
    )
    add(
        "--resamples",
        dest="n_resamples",
        type=int,
        default=999,
        metavar="N",
        help="dealings behind the floor (default: %(default)s)",
    )
    add(
        "--min-depth",
        type=int,
        default=100,
        metavar="READS",
        help="leave out shallower samples (default: %(default)s)",
    )
    add("--seed", type=int, default=1, help="start of every random number (default: %(default)s)")
    add(
        "--threads",
        type=int,
        default=1,
        metavar="N",
        help="threads; the results do not depend on it (default: %(default)s)",
    )


def _shift(*, ranks: list[str] | None, before: str, after: list[str] | None, **arguments: Any) -> None:
    from klbio.steps.shift import measure_shift

    contrasts = [{"before": before, "after": phase} for phase in after or ["after"]]
    measure_shift(ranks=ranks or ["feature"], contrasts=contrasts, **arguments)
