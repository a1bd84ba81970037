"""Run the command line, as ``python -m klbio`` too."""

from __future__ import annotations

import signal

__all__ = ["run"]


def run() -> None:
    """Run one command; Ctrl-C while klbio is still being loaded ends it, without a traceback."""
    before = signal.getsignal(signal.SIGINT)
    if before is signal.default_int_handler:  # not where it is ignored, as of a job in the background
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from klbio.cli import main

    signal.signal(signal.SIGINT, before)
    main()


if __name__ == "__main__":
    run()
