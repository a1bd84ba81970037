"""Some subjects of a before/after study -> a part of it, which `klbio.steps.shift.measure_shift` takes."""

from __future__ import annotations

from dataclasses import dataclass

from klbio.design import Chunk
from klbio.errors import Faults, InputError, StrPath, whole_number_faults
from klbio.steps.shift_chosen import ShiftChosen
from klbio.steps.step import takes

__all__ = ["ShiftPart", "measure_shift_part"]


@dataclass(frozen=True, kw_only=True)
class ShiftPart(ShiftChosen):
    """What `measure_shift_part` is given, which says what each is."""

    part: StrPath
    chunk: int
    chunk_subjects: int

    def check(self) -> None:
        """Refuse chunks that are none."""
        sizes = {"chunk": self.chunk, "chunk_subjects": self.chunk_subjects}
        InputError.raise_any(
            [fault for name, value in sizes.items() for fault in whole_number_faults(name, value, 1)]
        )


@takes(ShiftPart)
def measure_shift_part(given: ShiftPart) -> None:
    """Measure some subjects of a study by themselves, and write all that is known of them into one file.

    The other parameters are those of `klbio.steps.shift.measure_shift`, which takes the files of all chunks.

    Parameters
    ----------
    part : path-like
        The file: columns of numbers as they are, with checksums of what they were measured of.
    chunk : int
        Which subjects, in the order of the sheet: 1 is the first `chunk_subjects` of them, and so on.
    chunk_subjects : int
        Subjects of every chunk.

    Raises
    ------
    InputError
        Every fault of the inputs.  Of groups of reads only those of the chunk are looked at.
    """
    from klbio.shift.chunks import blocks_of
    from klbio.shift.study import Study
    from klbio.steps.shift_portions import write_portion

    faults = Faults()
    faults.gather(given.check)
    chunk = Chunk(given.chunk, given.chunk_subjects)
    study = Study.of(given.inputs(faults, chunk))
    units, blocks = blocks_of(study, chunk)
    write_portion(given.part, given.identity, units, blocks)
