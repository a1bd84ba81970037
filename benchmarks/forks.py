"""Work done in forks of this process, which has loaded what the work needs; started from its one thread.

A fork has only the thread that made it: of a pool's other threads it would keep the locks and not who frees them.
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Fork", "results"]

MEMORY = (
    6 << 30
)  # that can be written; addresses are not bounded, of which V8 (vl_convert) wants 1 TB and more
PATIENCE = 10  # times the processor's time, by the clock
PAUSE = 0.02  # seconds between two looks at what runs
FAILED = 70  # exit code of work that raised


@dataclass
class Fork:
    """Work that runs in a process of its own, silent and bounded in time and memory.

    Its time is the processor's, however busy others keep that; work that waits in vain is broken off `PATIENCE` times
    as late, by the clock.

    Attributes
    ----------
    process : int
    end : float
        When it is broken off at the latest, by the monotonic clock.
    log : Path
        What it printed.
    code : int, optional
        Exit code once it ended by itself, negative where a signal ended it; none where its time was over.
    """

    process: int
    end: float
    log: Path
    code: int | None = None

    @classmethod
    def of(cls, work: Callable[[], int], timeout: float) -> Fork:
        """Start work that gives its exit code."""
        handle, log = tempfile.mkstemp(prefix="fork-", suffix=".log")
        process = os.fork()
        if process == 0:
            _alone(work, handle, timeout)
        os.close(handle)
        return cls(process, time.monotonic() + PATIENCE * timeout, Path(log))

    def ended(self) -> bool:
        """Whether it has, by itself or because its time is over."""
        done, status = os.waitpid(self.process, os.WNOHANG)
        if done:
            code = os.waitstatus_to_exitcode(status)
            self.code = None if code == -signal.SIGXCPU else code
            return True
        if time.monotonic() < self.end:
            return False
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)
        return True

    def wait(self) -> Fork:
        """Until it has ended."""
        while not self.ended():
            time.sleep(PAUSE)
        return self

    def report(self) -> str:
        """How it ended, and the end of what it printed; the print is then dropped."""
        text = self.log.read_text(encoding="utf-8", errors="replace")
        self.log.unlink()
        how = "broken off: its time was over" if self.code is None else f"exit code {self.code}"
        return f"{how}; the end of its output:\n{text[-3000:]}"


def _alone(work: Callable[[], int], output: int, seconds: float) -> None:
    """In the fork: its own group, its own output, bounded in time and memory, and never back to the caller."""
    code = FAILED
    try:
        os.setpgid(0, 0)
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 1))
        os.dup2(output, 1)
        os.dup2(output, 2)
        code = work()
    except BaseException:  # the fork ends here, whatever was raised
        import traceback

        traceback.print_exc()
    finally:
        try:
            if sys.stdout is not None:
                sys.stdout.flush()
        finally:  # where there is no room for it too: the fork never goes back to the caller
            os._exit(code)


def results(works: Sequence[Callable[[], Fork]], threads: int) -> Iterator[Fork]:
    """Ended forks in the order of the works, so many of them running at a time."""
    running: dict[int, Fork] = {}
    ended: dict[int, Fork] = {}
    waiting = iter(enumerate(works))
    for i in range(len(works)):
        while i not in ended:
            while len(running) < threads and (following := next(waiting, None)):
                running[following[0]] = following[1]()
            for j in [j for j, fork in running.items() if fork.ended()]:
                ended[j] = running.pop(j)
            time.sleep(PAUSE)
        yield ended.pop(i)
