"""Files of every kind, damaged by their structure: read all the same, or refused in words, in bounds."""

from __future__ import annotations

import hashlib
import json
import random
import resource
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from benchmarks.faults.ending import forked
from benchmarks.faults.mutations import MUTATIONS
from benchmarks.faults.studies import EXAMPLES, ROOT, SHIFT, STUDIES, put, results
from benchmarks.faults.table import Try
from klbio.io.trial import held
from tests.faults.annotations import FASTA, GENBANK, GFF3, GTF
from tests.io.damaged import SOUND, sound

__all__ = ["damage"]

SEED = 3
BIOM1 = {
    "id": None, "format": "Biological Observation Matrix 1.0.0", "format_url": "http://biom-format.org",
    "type": "OTU table", "generated_by": "klbio", "date": "2026-11-29T00:00:00", "matrix_type": "sparse",
    "matrix_element_type": "int", "shape": [2, 3], "data": [[0, 0, 5], [0, 1, 7], [1, 1, 2], [1, 2, 9]],
    "rows": [{"id": name, "metadata": {"taxonomy": ["k__B", name]}} for name in ("A", "B")],
    "columns": [{"id": name, "metadata": None} for name in ("s1", "s2", "s3")],
}  # fmt: skip
TIMES, DRAWN = 30, 5  # damaged files of each kind; of those that are drawn on a page, which takes seconds
FEW = 3  # of a short run: one file of every third kind
MEMORY = 2**30  # bytes beyond what is loaded
LETTERS = 1500  # of a line that is said
KEPT = Path(".faults")  # of the folder in which it was started
CHECK, MODELS = ("check", "c.yaml"), ("--out", "out", "--no-report")


@dataclass(frozen=True)
class Kind:
    """A sound file by its name, how it can be damaged, a command that reads it, and what that needs besides."""

    what: str
    name: str
    content: bytes
    way: str
    line: Sequence[str]
    beside: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def times(self) -> int:
        """How often it is damaged."""
        return DRAWN if self.line[0] == "report" else TIMES


def damage(folder: Path, *, short: bool) -> Iterator[Try]:
    """Damage each kind of file many times."""
    chance = random.Random(SEED)  # noqa: S311
    for kind in islice(kinds(folder), None, None, FEW if short else 1):
        for number in range(1 if short else kind.times):
            content = kind.content
            for _ in range(chance.choice((1, 1, 2, 3))):
                content = _damaged(content, kind.way, chance)
            yield Try(f"{kind.what} {number}", _read(kind, content, folder))


def _damaged(content: bytes, way: str, chance: random.Random) -> bytes:
    """Damage it once; as bytes where an earlier damage left nothing of its structure."""
    try:
        return chance.choice(MUTATIONS[way])(content, chance)
    except (ValueError, LookupError, OSError, TypeError, RuntimeError, KeyError):
        return chance.choice(MUTATIONS["bytes"])(content or b"\0", chance)


def _read(kind: Kind, content: bytes, folder: Path) -> str:
    def bound() -> None:
        if kind.line[0] != "report":  # which draws, and needs addresses
            resource.setrlimit(resource.RLIMIT_AS, (held() + MEMORY,) * 2)

    inputs = {**kind.beside, kind.name: content}
    done = forked(kind.line, put(folder, inputs), bound)
    left = sorted(results(folder).keys() - inputs) if done.code else []
    long = max(map(len, done.said.splitlines()), default=0)
    lost = done.lost or (f"left behind: {left}" if left else "")
    lost = lost or (f"a line of {long:,} letters" if long > LETTERS else "")
    return f"{lost} (see {_kept(kind, content)})" if lost else ""


def _kept(kind: Kind, content: bytes) -> Path:
    """Keep what was lost, to be looked at."""
    KEPT.mkdir(exist_ok=True)
    path = KEPT / f"{hashlib.sha256(content).hexdigest()[:12]}-{kind.name.replace('/', '-')}"
    path.write_bytes(content)
    return path


def kinds(folder: Path) -> Iterator[Kind]:
    """Every kind of file that klbio reads."""
    files = {
        path: (put(folder) / path).read_bytes() for path in ("t.tsv", "s.tsv", "x.tsv", "w.nwk", "c.yaml")
    }
    for what, name in (("table", "t.tsv"), ("sheet", "s.tsv"), ("taxonomy", "x.tsv"), ("tree", "w.nwk")):
        yield Kind(what, name, files[name], "text", SHIFT)
    config = (ROOT / "config/config.yaml").read_bytes().replace(b"examples/", f"{EXAMPLES}/".encode())
    yield Kind("config", "c.yaml", config, "text", CHECK)
    for verb, name in (
        ("reads", "r.fastq"),
        ("nearest", "q.fasta"),
        ("matrix", "t.tsv"),
        ("train", "q.fasta"),
    ):
        line = next(study.line for study in STUDIES if study.verb == verb)
        yield Kind(f"{verb} of {name}", name, (folder / name).read_bytes(), "text", line)
    yield from _annotations()
    yield from _tables(folder)
    yield from _models(folder)


def _annotations() -> Iterator[Kind]:
    genes = ("train", "g", "f.fasta", "--out", "o.json")
    beside = {"f.fasta": FASTA.encode()}
    yield Kind("GTF", "g", GTF.encode(), "text", genes, beside)
    yield Kind("GFF3", "g", GFF3.encode(), "text", genes, beside)
    yield Kind("GenBank", "g", GENBANK.encode(), "text", ("train", "g", "--out", "o.json"))


def _tables(folder: Path) -> Iterator[Kind]:
    """Containers of counts, and tables of results."""
    forked(("convert", "t.tsv", "a.biom", "--taxonomy", "x.tsv"), put(folder))
    yield Kind(
        "BIOM 2.1", "a.biom", (folder / "a.biom").read_bytes(), "hdf5", ("matrix", "a.biom", "--out", "m.tsv")
    )
    yield Kind(
        "BIOM 1.0", "a.biom", json.dumps(BIOM1).encode(), "json", ("matrix", "a.biom", "--out", "m.tsv")
    )
    forked(SHIFT, put(folder))
    tables = {f"res/{path.name}": path.read_bytes() for path in (folder / "out").glob("*.tsv")}
    for name in ("pairs", "headline", "dropped", "cohort"):
        place = f"res/{name}.tsv"
        yield Kind(
            f"results {name}", place, tables[place], "text", ("report", "res", "--out", "page.html"), tables
        )


def _models(folder: Path) -> Iterator[Kind]:
    """Every format of models of which the tests have a sound file."""
    for what in SOUND:
        place = folder.with_name("sound")
        place.mkdir(exist_ok=True)
        file, read, _ = sound(what, place, ROOT)
        name = str(file.relative_to(place))
        way = "json" if name.endswith("json") else "bytes" if name.endswith("trn") else "text"
        beside = {
            str(path.relative_to(place)): path.read_bytes() for path in read.rglob("*") if path.is_file()
        }
        line = ("models", str(read.relative_to(place)), *MODELS)
        yield Kind(what, name, file.read_bytes(), way, line, beside)
