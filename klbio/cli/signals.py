"""Signals that end a command: nothing half-written stays behind, and no traceback is shown."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["stoppable"]

# what a terminal or a scheduler sends; Windows knows no SIGHUP
SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
BY_SIGNAL = 128  # and the signal's number: how a shell counts


class _Stopped(BaseException):
    """Raised wherever the command is, so that drafts are removed on the way out."""


@contextmanager
def stoppable() -> Iterator[None]:
    """End in a line and the exit code 128 + n where signal n asks to stop: 130 for Ctrl-C.

    A signal that was ignored before, as under nohup, stays so.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    kept = {number: signal.getsignal(number) for number in SIGNALS}
    for number, before in kept.items():
        if before is not signal.SIG_IGN:
            signal.signal(number, _stop)
    try:
        yield
    except _Stopped as stopped:
        number = stopped.args[0]
        print(f"klbio: stopped by {signal.Signals(number).name}", file=sys.stderr)
        raise SystemExit(BY_SIGNAL + number) from None
    finally:
        for number, before in kept.items():
            signal.signal(number, before)


def _stop(number: int, frame: FrameType | None) -> None:
    raise _Stopped(number)
