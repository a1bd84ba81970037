"""What may be wrong with any file, whatever it should be."""

from __future__ import annotations

import random

from tests.faults.case import SHIFT, Case
from tests.packing import gzipped

NOISE = random.Random(5).randbytes(4000)  # noqa: S311
LONG = b"x" * 200_000

# role -> the file, and a command that reads it
ROLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "table": ("t.tsv", SHIFT),
    "sheet": ("s.tsv", SHIFT),
    "taxonomy": ("x.tsv", SHIFT),
    "tree": ("w.nwk", SHIFT),
    "table of a matrix": ("t.tsv", ("matrix", "t.tsv", "--out", "out.tsv")),
    "config": ("c.yaml", ("check", "c.yaml")),
    "model": ("m.hmm", ("models", "m.hmm", "--out", "out")),
    "reads": ("r.fastq", ("reads", "r.fastq", "--kmer", "3", "--out", "out.tsv")),
    "query": ("q.fasta", ("nearest", "m.hmm", "--query", "q.fasta", "--out", "out.tsv")),
    "genes": ("g.gb", ("train", "g.gb", "--out", "out.json")),
}
# what it holds
CONTENTS = {
    "nothing": b"",
    "blank lines": b"\n\n  \n\t\n",
    "noise": NOISE,
    "zeros": bytes(5000),
    "one long line": LONG,
    "bytes that are no text": b"a\tb\xff\xfe\xfd\n\x80\x81\t1\n",
    "a gzip file cut short": gzipped(NOISE)[:1500],
    "a damaged gzip file": gzipped(b"taxon\ts1\n" * 900)[:20] + NOISE,
    "a gzip file of nothing": gzipped(b""),
    "a zip file": b"PK\x03\x04" + NOISE,
    "a PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< >>\nendobj\n",
    "a page of HTML": b"<!DOCTYPE html>\n<html><head><title>404</title></head><body>Not found</body></html>\n",
    "an HDF5 head and no more": b"\x89HDF\r\n\x1a\n" + NOISE,
    "an open brace": b"{",
    "JSON of another kind": b'{"a": [1, 2, 3]}\n',
    "a pointer of Git LFS": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12345\n",
}

CASES = [
    Case(f"{role}: {what}", [name], {name: content}, line)
    for role, (name, line) in ROLES.items()
    for what, content in CONTENTS.items()
]
ABSENT = [
    Case(f"{role}: no such file", ["nowhere"], {}, [word.replace(name, "nowhere") for word in line])
    for role, (name, line) in ROLES.items()
]
FOLDERS = [
    Case(
        f"{role}: a folder",
        ["folder"],
        {"folder/a.txt": "x"},
        [word.replace(name, "folder") for word in line],
    )
    for role, (name, line) in ROLES.items()
]
CASES += ABSENT + FOLDERS
