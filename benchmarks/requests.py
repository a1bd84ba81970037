"""What the rules ask a scheduler for, beside what their jobs needed, as the study grows.

    python -m benchmarks.requests --samples 40 200          # asked and needed, of every rule that runs
    python -m benchmarks.requests --route kraken            # of those of reads to taxa: amplicons, kraken, sketches
    python -m benchmarks.requests --page                    # the table of workflow/requests.tsv into docs/cluster.md

Made-up studies (`benchmarks.requests_studies`), two samples a subject.  Each goes through the Snakefile on one core;
what a job needed is what Snakemake measured (`max_rss` and `s`), and for memory what the two processes of Snakemake
take that a scheduler counts with it.
"""

from __future__ import annotations

import argparse
import csv
import platform
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.requests_studies import ROUTES, write_study
from klbio.steps.requests import QUANTITIES, RESOURCES, Requests

ROOT = Path(__file__).parents[1]
TABLE, PAGE = ROOT / "workflow/requests.tsv", ROOT / "docs/cluster.md"
BETWEEN = re.compile(r"(?<=<!-- requests -->\n).*?(?=<!-- /requests -->)", re.DOTALL)
OF_SNAKEMAKE = (
    250  # MB of a job that are not klbio's: one that asked for 200 was killed at 243, before klbio had begun
)
JOB = re.compile(r"^(?:local)?rule (\w+):\n((?:    .*\n)+)", re.MULTILINE)


def page_table(requests: Requests) -> str:
    """The table as the guide shows it."""
    rules = dict.fromkeys(row.rule for row in requests.rows)
    rows = [
        f"| `{rule}` | {' | '.join(' + '.join(one.words for one in requests.terms(rule, of)) for of in RESOURCES)} |"
        for rule in rules
    ]
    named = [f"- `{name}`: {meaning}" for name, meaning in QUANTITIES.items()]
    return "\n".join(["| rule | memory, MB | time, minutes |", "|---|---|---|", *rows, "", *named, ""])


def run(folder: Path) -> str:
    """Run the workflow, and give what it printed."""
    line = [sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile"), "--directory", str(folder),
            "--configfile", str(folder / "config.yaml"), "--cores", "1"]  # fmt: skip
    done = subprocess.run(line, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return done.stdout + done.stderr


def measured(folder: Path, printed: str) -> Iterator[tuple[str, int, float, int, float]]:
    """Give each rule with memory asked for and needed, and minutes asked for and needed, of its largest job."""
    asked = {
        rule: {of: int(found[1]) for of in RESOURCES if (found := re.search(rf"\b{of}=(\d+)", lines))}
        for rule, lines in JOB.findall(printed)
    }
    for rule, given in asked.items():
        needed = [_needed(path) for path in (folder / "results/benchmarks").glob(f"{rule}*.tsv")]
        if needed and len(given) == len(RESOURCES):
            memory, minutes = (max(values) for values in zip(*needed, strict=True))
            yield rule, given["mem_mb"], memory, given["runtime"], minutes


def _needed(path: Path) -> tuple[float, float]:
    with path.open(newline="") as file:
        (row,) = csv.DictReader(file, delimiter="\t")
    memory = 0.0 if row["max_rss"] == "NA" else float(row["max_rss"])
    return memory + OF_SNAKEMAKE, float(row["s"]) / 60


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--samples", type=int, nargs="+", default=[40, 200], help="sizes of the studies")
    parser.add_argument("--route", choices=ROUTES, default="taxa", help="what the study is of")
    parser.add_argument(
        "--page", action="store_true", help="write the table into docs/cluster.md, and no more"
    )
    given = parser.parse_args()
    if given.page:
        text = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(BETWEEN.sub(lambda _: page_table(Requests.read(TABLE)), text), encoding="utf-8")
        return
    print(f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, Python {platform.python_version()}\n")
    print(
        "| rule | samples | MB asked | MB needed | minutes asked | minutes needed |\n|---|---|---|---|---|---|"
    )
    for n_samples in given.samples:
        with TemporaryDirectory(prefix="klbio-requests-") as name:
            write_study(Path(name), given.route, n_samples)
            for rule, memory, needed, minutes, took in measured(Path(name), run(Path(name))):
                numbers = f"{n_samples:,} | {memory:,} | {needed:,.0f} | {minutes:,} | {took:.1f}"
                print(f"| `{rule}` | {numbers} |", flush=True)


if __name__ == "__main__":
    main()
