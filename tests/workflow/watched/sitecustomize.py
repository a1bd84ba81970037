"""Loaded by every Python of a watched run: a job of a rule writes down what it opens, and what its rule declares."""

import atexit
import json
import os
import sys
from pathlib import Path

FOLDER = os.environ.get("KLBIO_WATCHED")


def watch(folder: str) -> None:
    """Write each path that is opened, by this process or by its forks, into a file of the process's own.

    Without "..", by which compilers name sources that lie elsewhere as if they lay here.
    """
    record = Path(folder, f"{os.getpid()}.opened")
    handle = os.open(record, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open" and isinstance(arguments[0], str | os.PathLike):
            path, how = os.path.normpath(Path.cwd() / arguments[0]), arguments[2]
            made = isinstance(how, int) and bool(how & os.O_CREAT)
            os.write(handle, (json.dumps([path, made]) + "\n").encode())

    def tell() -> None:
        job = getattr(sys.modules["__main__"], "snakemake", None)
        if job is not None:
            declared = [*job.input, *job.output, *job.log]
            said = {"rule": job.rule, "declared": [os.path.normpath(Path.cwd() / path) for path in declared]}
            Path(folder, f"{os.getpid()}.job").write_text(json.dumps(said))

    sys.addaudithook(hook)
    atexit.register(tell)


if FOLDER and "snakemake" in " ".join(sys.orig_argv) and ".snakemake/scripts" in " ".join(sys.orig_argv):
    watch(FOLDER)
