"""Prodigal's training file: a C structure as it lies in memory on x86-64, 558,392 bytes without a mark."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np

from klbio.distributions import FloatArray
from klbio.io.files import replacing
from klbio.io.source import Source
from klbio.models.training.dicodons import N_DICODONS

if TYPE_CHECKING:
    from pyrodigal import TrainingInfo

    from klbio.errors import StrPath

__all__ = ["PLACES", "SIZE", "TRN", "TrainingFile", "dumped"]

# struct _training of Prodigal's training.h
LAYOUT = np.dtype(
    [
        ("gc", "<f8"), ("genetic_code", "<i4"), ("start_weight", "<f8"), ("bias", "<f8", 3),
        ("start_codons", "<f8", 3), ("uses_sd", "<i4"), ("rbs", "<f8", 28), ("upstream", "<f8", (32, 4)),
        ("motifs", "<f8", (4, 4, 4096)), ("no_motif", "<f8"), ("dicodons", "<f8", N_DICODONS),
    ],
    align=True,
)  # fmt: skip
SIZE = LAYOUT.itemsize  # 558,392
MAX_CODE = 33
TRN = ".trn"  # how its name ends
# place in the file of each hexamer in lexicographic order of ACGT: sum_i c_i 4^i, with A, G, C, T = 0, 1, 2, 3
_DIGITS = np.arange(N_DICODONS)[:, None] // 4 ** np.arange(6)[::-1] % 4
PLACES = np.array([0, 2, 1, 3])[_DIGITS] @ 4 ** np.arange(6)


@dataclass(frozen=True)
class TrainingFile:
    """A training file, whole.

    Parameters
    ----------
    data : bytes
        As it lies on the disk, 558,392 of them.
    """

    data: bytes

    @classmethod
    def is_one(cls, source: Source) -> bool:
        """Recognise a file by its size, GC content, genetic code and flag."""
        if source.size != SIZE:
            return False
        file = cls(source.data)
        known = 0 < file.gc < 1 and 1 <= file.genetic_code <= MAX_CODE
        return known and int(file._fields["uses_sd"]) in (0, 1)

    @cached_property
    def _fields(self) -> np.void:
        record: np.void = np.frombuffer(self.data, LAYOUT, count=1)[0]
        return record

    @property
    def gc(self) -> float:
        """Share of G and C in the genome."""
        return float(self._fields["gc"])

    @property
    def genetic_code(self) -> int:
        """NCBI's number."""
        return int(self._fields["genetic_code"])

    @property
    def scores(self) -> FloatArray:
        """ln(share among dicodons of genes / share among hexamers of the genome), in lexicographic order."""
        return np.asarray(self._fields["dicodons"][PLACES])

    def with_scores(self, scores: FloatArray) -> TrainingFile:
        """Give the same training with other scores of dicodons, in lexicographic order."""
        record = np.frombuffer(bytearray(self.data), LAYOUT, count=1)  # what lies between the fields stays
        record["dicodons"][0][PLACES] = scores
        return TrainingFile(record.tobytes())

    def write(self, path: StrPath) -> None:
        """Write it, whole or not at all."""
        with replacing(path) as draft:
            draft.write_bytes(self.data)


def dumped(info: TrainingInfo) -> TrainingFile:
    """Give what pyrodigal would write."""
    buffer = BytesIO()
    info.dump(buffer)
    return TrainingFile(buffer.getvalue())
