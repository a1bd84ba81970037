"""What every command of the line has: a summary, an example, a step to run."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

__all__ = ["Step", "command"]

Step = Callable[..., None]


def command(commands: Any, name: str, run: Step, summary: str, example: str) -> argparse.ArgumentParser:
    """Add a command that runs a step with what was parsed."""
    added: argparse.ArgumentParser = commands.add_parser(
        name,
        help=summary,
        description=summary,
        epilog=f"example:\n  {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    added.set_defaults(run=run)
    return added
