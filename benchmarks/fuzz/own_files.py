"""What klbio wrote itself, and binary structures: tables of results, provenance, kept models, training files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np

from benchmarks.fuzz.target import Target

ENTRY = "klbio-kept.npz"
BETWEEN = b"\n=====\n"
HEAD, N_SCORES = 64, 2048  # bytes of a training file, and of its scores, that a search changes
PROVENANCE = b'{"config": {"reads": {"kmer": [6, 4], "library": "amplicon", "taxa": {"database": "x"}}}}'
ORDERS = (
    b"order\tn_genes\tn_bases\tn_free_parameters\tcross_entropy_bits_per_base\tabove_best_bits_per_base\t"
    b"above_best_standard_error\taic_bits_per_base\tbic_bits_per_base\tbest\trecommended\tused\n"
    b"2\t90\t81000\t144\t1.91\t0.01\t0.002\t1.92\t1.93\tno\tyes\tno\n3\t90\t81000\t576\t1.9\t0\t0\t1.91\tinf\tyes\tno\tyes\n"
)
GENE = b"ATG" + b"GCTAAACGT" * 9 + b"TAA"


def _table(path: Path) -> object:
    from klbio.io.results import read_rows
    from klbio.schema import TRAINING_TABLES

    return read_rows(path, TRAINING_TABLES["orders"])


def _provenance(path: Path) -> object:
    """Read what a run says of itself, and ask what the page asks."""
    from klbio.errors import Faults
    from klbio.report.provenance import folders_of_other_words, of_amplicons, read_provenance

    faults = Faults()
    said = read_provenance(path, faults)
    faults.raise_any()
    return of_amplicons(said), folders_of_other_words(path.parent, said)


def _kept(path: Path) -> object:
    """Read an entry of the cache: whatever is wrong with it, it counts as none, and nothing is raised."""
    from klbio.io.models.cache import _Entry

    return _Entry(path).load()


def _entry(content: bytes) -> bytes:
    """Give an entry with this description and these arrays."""
    description, _, data = content.partition(BETWEEN)
    held = BytesIO()
    np.savez(held, description=np.frombuffer(description, np.uint8), data=np.frombuffer(data, np.uint8))
    return held.getvalue()


def _entries() -> list[bytes]:
    from klbio.io.models.cache import Packer
    from tests.io.damaged import toy

    packer = Packer()
    described = json.dumps({"entry": ENTRY, "models": packer.describe((toy("one"),))}).encode()
    return [described + BETWEEN + packer.data]


def _training(content: bytes) -> bytes:
    """Give a training file with this head and these first scores."""
    from klbio.io.models.prodigal_file import SIZE

    head, scores = content[:HEAD], content[HEAD : HEAD + N_SCORES]
    first = SIZE - 4096 * 8  # where the scores begin, which stand last
    return head.ljust(first, b"\0") + scores.ljust(SIZE - first, b"\0")


def _training_seeds() -> Sequence[bytes]:
    return [np.array([0.5]).tobytes() + bytes([11]) + bytes(HEAD - 9) + np.linspace(-5, 5, 256).tobytes()]


def _prodigal(path: Path) -> object:
    from klbio.io.models.prodigal import read, sniff

    return read(path) if sniff(path) else None


def _hmmer_binary() -> list[bytes]:
    from pyhmmer.plan7 import HMMFile

    held = BytesIO()
    with HMMFile(str(Path(__file__).parents[2] / "examples/gene-models/hmmer/MADE1.hmm")) as file:
        next(file).write(held, binary=True)
    return [held.getvalue()]


def _profiles(path: Path) -> object:
    from klbio.io import read_models

    return read_models(path, "hmmer")


def _coding(path: Path) -> object:
    from klbio.io.sequences.coding_records import read

    return list(read(path))


TARGETS: dict[str, Target] = {
    "table of results": Target(_table, "orders.tsv", lambda: [ORDERS]),
    "provenance": Target(_provenance, "provenance.json", lambda: [PROVENANCE]),
    "kept models": Target(_kept, ENTRY, _entries, _entry),
    "Prodigal": Target(_prodigal, "m.trn", _training_seeds, _training),
    "HMMER, binary": Target(_profiles, "m.h3m", _hmmer_binary),
    "coding sequences": Target(
        _coding,
        "c.fasta",
        lambda: [b">g1.t1 gene:g1\n" + GENE + b"\n>lcl|x [locus_tag=a] [pseudo=true]\n" + GENE + b"\n"],
    ),
}
