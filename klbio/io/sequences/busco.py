"""The folder of a BUSCO run: the genes that it found once and whole, as coding sequences or as annotation.

BUSCO keeps a file a gene in ``busco_sequences/single_copy_busco_sequences`` (before version 4 without the upper of the
two): ``ID.fna``, its coding sequence, from MetaEuk, AUGUSTUS and Prodigal; ``ID.gff``, its annotation, from miniprot
and, since 5.4.1, from others; ``ID.faa``, its protein.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from klbio.errors import InputError, StrPath, note

__all__ = ["gene_files"]

SINGLE = "single_copy_busco_sequences"
KINDS = (".fna", ".gff")
MAX_DEPTH = 4
REMEDY = (
    "In genome mode BUSCO (5.4.1 or later) writes ID.fna or ID.gff beside the proteins; unpack "
    f"{SINGLE}.tar.gz if there is one."
)


def gene_files(path: StrPath) -> list[Path]:
    """Give the files of the single-copy genes of a run; none where a folder holds no run.

    Coding sequences where there are any, else annotations, which need the genome beside them.  Of several runs in one
    folder (``run_eukaryota_odb10``, ``run_fungi_odb10``), whose genes are the same in part, that with most genes
    counts, which is said.

    Raises
    ------
    InputError
        If there is a run, but only proteins of it, or a packed archive.
    """
    runs = {folder: _files(folder) for folder in _runs(Path(path))}
    if not runs:
        return []
    best = max(runs, key=lambda folder: (len(runs[folder]), str(folder)))
    if not runs[best]:
        raise InputError.one(best, "no coding sequence and no annotation of a gene", "*.fna or *.gff", REMEDY)
    if len(runs) > 1:
        done = f"the {len(runs[best])} genes of {best.relative_to(path)} are taken"
        note(path, f"{len(runs)} BUSCO runs", done, "Name one run's folder to take its genes.")
    return runs[best]


def _runs(path: Path, depth: int = 0) -> Iterator[Path]:
    """Find the folders of single-copy genes in or below a folder."""
    if not path.is_dir():
        return
    packed = (path / f"{SINGLE}.tar.gz").is_file() and not (path / SINGLE).is_dir()
    if packed or path.name == SINGLE:
        yield path
    elif depth < MAX_DEPTH:
        for child in sorted(path.iterdir()):
            if not child.is_symlink():
                yield from _runs(child, depth + 1)


def _files(folder: Path) -> list[Path]:
    """Give the files of the first kind there is."""
    found = ([path for path in sorted(folder.iterdir()) if path.suffix == kind] for kind in KINDS)
    return next(filter(None, found), [])
