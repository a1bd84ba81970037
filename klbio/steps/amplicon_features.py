"""Reads of all samples -> the sequences that they are errors of: denoised, chimeras apart; one job."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from klbio.errors import StrPath, note
from klbio.io.amplicons.sized import named_by_checksum, read_sized, write_sized
from klbio.io.amplicons.strands import are_of_both_strands, on_one_strand
from klbio.io.amplicons.vsearch import Vsearch
from klbio.phrases.numbers import count
from klbio.steps.step import takes

__all__ = ["CHIMERA", "AmpliconFeatures", "denoise_amplicons"]

FEATURE, CHIMERA = "ASV_", "chimera_"


@dataclass(frozen=True, kw_only=True)
class AmpliconFeatures:
    """What `denoise_amplicons` is given, which says what each is."""

    parts: Sequence[StrPath]
    out: StrPath
    chimeras: StrPath


@takes(AmpliconFeatures)
def denoise_amplicons(given: AmpliconFeatures) -> None:
    """Find the sequences behind the reads of all samples together.

    Parameters
    ----------
    parts : sequence of path-like
        What `klbio.steps.amplicon_merge.merge_amplicons` wrote, in the order of the sheet.
    out, chimeras : path-like
        FASTA of features, named by the checksum of their sequence, and of the chimeras among them.
    """
    with TemporaryDirectory(prefix="klbio-") as folder:
        every = Path(folder, "every")
        with every.open("wb") as joined:
            for part in given.parts:
                with Path(part).open("rb") as handle:
                    shutil.copyfileobj(handle, joined)
        found = _found(every, Path(folder)) if every.stat().st_size else ()
        names = ((given.out, FEATURE), (given.chimeras, CHIMERA))
        for place, (path, prefix) in enumerate(names):
            write_sized(path, named_by_checksum(read_sized(found[place]), prefix) if found else [])


def _found(every: Path, folder: Path) -> tuple[Path, Path]:
    """Denoise reads, which are brought to one strand where they are of both."""
    pool = folder / "pool"
    Vsearch().pool(every, pool)
    if are_of_both_strands(pool):
        turned, n = on_one_strand(every, folder)
        note("amplicons", f"reads of both strands, {count(n, 'read')} of the other one", "turned")
        Vsearch().pool(turned, pool)
    return Vsearch().denoise(pool, folder)
