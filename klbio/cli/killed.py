"""What Snakemake's log says of jobs that were killed, in the user's words: for memory or time, as a rule."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from klbio.errors import StrPath

__all__ = ["Killed", "killed_jobs", "say_killed"]

STARTED = re.compile(r"^(?:local)?rule (?P<rule>\w+):\n(?P<lines>(?:    .*\n)+)", re.MULTILINE)
FAILED = re.compile(r"^Error in rule (?P<rule>\w+):\n(?P<lines>(?:    .*\n)+)", re.MULTILINE)
FINISHED = re.compile(r"^Finished jobid: (?P<number>\d+) ", re.MULTILINE)
NUMBER = re.compile(r"^    jobid: (\d+)$", re.MULTILINE)
LOG = re.compile(r"^    log: ([^,\n]*?)(?:,| \(check|$)", re.MULTILINE)
ASKED = {name: re.compile(rf"\b{name}=(\d+)") for name in ("mem_mb", "runtime")}
REMARKS = ("klbio: note: ", "klbio: warning: ")  # of a log: what was said on the way, and ended nothing
SENT = "external_jobid:"  # of a job that a scheduler ran
# states by which Slurm names the reason; others are told by none
OF_MEMORY, OF_TIME = ("OUT_OF_MEMORY", "exceeded memory"), ("TIMEOUT", "DEADLINE")


@dataclass(frozen=True)
class Killed:
    """A job that ended without a word of klbio.

    Attributes
    ----------
    rule : str
    asked : mapping of str to int
        What it had asked for, megabytes and minutes, as far as the log says so.
    message : str
        What the scheduler says of it.
    """

    rule: str
    asked: dict[str, int]
    message: str = ""

    @property
    def words(self) -> str:
        """What happened, and what to set.

        >>> said = "status is: 'TIMEOUT' external_jobid: 20"
        >>> print(Killed("measure_taxa_shift", {"mem_mb": 800, "runtime": 30}, said).words)
        measure_taxa_shift was killed: it ran longer than the 30 minutes it had asked for. Ask for more, here or under \
set-resources in the profile: --set-resources measure_taxa_shift:runtime=60
        """
        if SENT not in self.message:
            why = "most likely the memory of this machine was full"
            return f"{self.rule} was killed: {why}. Run fewer jobs at once (--cores 1), or run it where there is more"
        rule, memory, time = self.rule, self.asked.get("mem_mb"), self.asked.get("runtime")
        if any(state in self.message for state in OF_TIME):
            why, more = f"it ran longer than the {time} minutes it had asked for", ["runtime"]
        elif any(state in self.message for state in OF_MEMORY):
            why, more = f"it needed more than the {memory} MB it had asked for", ["mem_mb"]
        else:
            asked = f"{memory} MB and {time} minutes"
            why = f"most likely it needed more memory or time than it had asked for ({asked})"
            more = ["mem_mb", "runtime"]
        given = [f"{rule}:{name}={2 * self.asked[name]}" for name in more if name in self.asked]
        remedy = f": --set-resources {' '.join(given)}" if given else ""
        return f"{rule} was killed: {why}. Ask for more, here or under set-resources in the profile{remedy}"


def killed_jobs(log: StrPath) -> Iterator[Killed]:
    """Give the failed jobs of a run whose log does not say why: whatever klbio ends by itself, it does.

    Not those that were sent again and finished.

    Parameters
    ----------
    log : path-like
        What Snakemake wrote of the run.
    """
    text = Path(log).read_text(encoding="utf-8", errors="replace")
    asked = {_log(job["lines"]): _asked(job["lines"]) for job in STARTED.finditer(text)}  # the last time
    failed = {_log(job["lines"]): job for job in FAILED.finditer(text)}
    finished = {job["number"]: job.start() for job in FINISHED.finditer(text)}
    for own, job in failed.items():
        if own and finished.get(_number(job["lines"]), -1) < job.start() and not _says_why(Path(own)):
            yield Killed(job["rule"], asked.get(own, {}), job["lines"])


def _says_why(log: Path) -> bool:
    """Whether a job's log holds more than what was remarked on the way."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.is_file() else []
    return not all(line.startswith(REMARKS) for line in lines if line.strip())


def _log(lines: str) -> str:
    """Give the log of a job, by which jobs of one rule are told apart."""
    found = LOG.search(lines)
    return found[1].strip() if found else ""


def _number(lines: str) -> str:
    found = NUMBER.search(lines)
    return found[1] if found else ""


def _asked(lines: str) -> dict[str, int]:
    return {name: int(found[1]) for name, pattern in ASKED.items() if (found := pattern.search(lines))}


def say_killed(logs: Iterable[StrPath]) -> None:
    """Print it, of each log that Snakemake says it wrote."""
    for job in [job for log in logs for job in killed_jobs(log)]:
        print(f"klbio: {job.words}", file=sys.stderr)
