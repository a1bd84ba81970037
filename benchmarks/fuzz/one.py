"""Fuzz one target in this process: what it raises besides `InputError` is kept, minimised, and the search goes on.

A crash of the interpreter or an input that takes minutes ends the process; libFuzzer then leaves the input.
"""

from __future__ import annotations

import hashlib
import os
import signal
import sys
import time
import traceback
import warnings
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

import atheris

from benchmarks.fuzz.target import Target
from benchmarks.fuzz.targets import TARGETS
from klbio.threads import restrain_libraries

INSTRUMENTED = [
    "klbio.io",
    "klbio.taxonomy",
    "klbio.taxa_table",
    "klbio.tidy",
    "klbio.design",
    "klbio.models.training",
    "klbio.report.tables",
    "klbio.report.provenance",
    "klbio.schema",
]
with atheris.instrument_imports(include=INSTRUMENTED):
    import klbio.io.sequences.genbank
    import klbio.io.sequences.gff3
    import klbio.io.sequences.gtf
    import klbio.io.sequences.reads
    import klbio.io.sheets.config
    import klbio.io.sheets.model_sheet
    import klbio.io.sheets.sheet
    import klbio.io.tables.hdf5_checks
    import klbio.io.tables.taxonomy
    import klbio.io.tables.tree
    import klbio.report.tables
    import klbio.tidy  # noqa: F401
    from klbio.errors import InputError, InputWarning
    from klbio.io import MODEL_FORMATS, TABLE_FORMATS, trial

    for module in (*TABLE_FORMATS.values(), *MODEL_FORMATS.values()):
        import_module(module)

MAX_BYTES = 60_000
SLOW = 120  # seconds of one input, by the clock of a busy machine
MEGABYTES = 2500
PATIENCE = 20  # seconds to make one finding small


@dataclass
class Search:
    """Run one reader on what the fuzzer makes; findings are told apart by what was raised and where.

    Parameters
    ----------
    target : Target
    folder : Path
        For the file to read, in memory.
    findings : Path
        Folder that keeps one input of each kind.
    """

    target: Target
    folder: Path
    findings: Path
    kinds: set[str] = field(default_factory=set)

    def __call__(self, data: bytes) -> None:
        """Read one input; the fuzzer calls this."""
        error = self.failure(data)
        if error is not None and (kind := _kind(error)) not in self.kinds:
            self.kinds.add(kind)
            self.keep(self.small(data, kind), kind, error)

    def failure(self, data: bytes) -> BaseException | None:
        """Give what the reader raises that it must not."""
        return self.failed(self.target.wrap(data))

    def failed(self, content: bytes) -> BaseException | None:
        """Give what it raises at the content of a file."""
        path = self.folder / self.target.name
        try:
            path.write_bytes(content)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                warnings.simplefilter("error", RuntimeWarning)
                warnings.simplefilter("ignore", InputWarning)
                self.target.read(path)
        except InputError as error:
            return _without_words(error)
        except Exception as error:
            return error
        return None

    def small(self, data: bytes, kind: str) -> bytes:
        """Leave out whatever the same failure does not need."""
        end, size = time.monotonic() + PATIENCE, max(len(data) // 2, 1)
        while size and time.monotonic() < end:
            shorter = (data[:at] + data[at + size :] for at in range(0, len(data), size))
            found = next((piece for piece in shorter if self._fails_so(piece, kind)), None)
            data, size = (data, size // 2) if found is None else (found, size)
        return data

    def _fails_so(self, data: bytes, kind: str) -> bool:
        error = self.failure(data)
        return error is not None and _kind(error) == kind

    def keep(self, data: bytes, kind: str, error: BaseException) -> None:
        """Write the input, and beside it what is raised."""
        self.findings.mkdir(parents=True, exist_ok=True)
        path = self.findings / hashlib.sha256(kind.encode()).hexdigest()[:12]
        path.write_bytes(self.target.wrap(data))
        path.with_suffix(".txt").write_text(kind + "\n\n" + "".join(traceback.format_exception(error)))


def _without_words(error: InputError) -> BaseException | None:
    """Refuse a refusal that does not say where, what was found, and what was expected."""
    bare = [fault for fault in error.faults if not (str(fault.path) and fault.found and fault.expected)]
    return AssertionError("a fault without words") if bare or not error.faults else None


def _kind(error: BaseException) -> str:
    """Tell one fault of the program from another: the type of what was raised, and the last line of klbio's."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "klbio" in Path(frame.filename).parts] or frames
    place = f"{Path(own[-1].filename).name}: {own[-1].name}: {own[-1].line}" if own else "refusal"
    return f"{type(error).__name__} in {place}"


def still_fails(search: Search, path: Path) -> bool:
    """Try an earlier finding in a fork, which it may end."""
    pid = os.fork()
    if pid == 0:
        signal.alarm(SLOW)
        whole = path.with_suffix(".txt").is_file()  # what libFuzzer leaves is not wrapped
        error = search.failed(path.read_bytes()) if whole else search.failure(path.read_bytes())
        os._exit(error is not None)
    return bool(os.waitpid(pid, 0)[1])


def let_go_of_mended(search: Search, earlier: Path) -> None:
    """Remove the earlier findings that fail no more; those that do are not found again."""
    for path in earlier.glob("*"):
        words = path.with_suffix(".txt")
        if path == words:
            continue
        if not still_fails(search, path):
            path.unlink()
            words.unlink(missing_ok=True)
        elif words.is_file():
            search.kinds.add(words.read_text().splitlines()[0])


def let_go_of_refused(search: Search, work: Path) -> None:
    """Remove what libFuzzer left and klbio refuses: a process that looks into a file inherits libFuzzer's ending."""
    for path in [path for kind in ("crash", "timeout", "oom") for path in work.glob(f"{kind}-*")]:
        if not still_fails(search, path):
            path.unlink()


def main(name: str, seconds: int, work: Path, folder: Path) -> None:
    """Fuzz a target, reading in `folder`; inputs that reached new lines are kept in `work` from run to run.

    In no seconds it is looked again at what an earlier search left.
    """
    restrain_libraries()
    from tests.faults.server import forked_look

    trial.look, trial.SECONDS = forked_look, 1  # of many files HDF5 does not come to the end
    target = TARGETS[name]
    corpus, seeds = work / "corpus", work / "seeds"
    corpus.mkdir(parents=True, exist_ok=True)
    seeds.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(target.seeds()):
        (seeds / str(number)).write_bytes(seed[:MAX_BYTES])
    options = [f"-max_total_time={seconds}", f"-max_len={MAX_BYTES}", f"-timeout={SLOW}", f"-rss_limit_mb={MEGABYTES}",
               "-print_final_stats=1", "-report_slow_units=20", f"-artifact_prefix={work}/"]  # fmt: skip
    search = Search(target, folder, work / "findings")
    for seed in target.seeds():  # loads what is imported late
        search(seed)
    if not seconds:
        let_go_of_refused(search, work)
        return
    let_go_of_mended(search, work / "earlier")
    atheris.Setup([sys.argv[0], *options, str(corpus), str(seeds)], search)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4]))
