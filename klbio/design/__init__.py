"""Who was sampled when: the study design behind a sample sheet."""

from klbio.design.arms import Arms
from klbio.design.chunk import Chunk
from klbio.design.columns import sample_columns
from klbio.design.design import Contrast, Design, Members, Unit
from klbio.design.faults import phase_faults
from klbio.design.matching import SampleNames, called_by_files, called_in, column_with
from klbio.design.rows import SampleRows
from klbio.design.sample import Sample
from klbio.design.words import SheetWords
from klbio.spelling import misspelt

__all__ = [
    "Arms", "Chunk", "Contrast", "Design", "Members", "Sample", "SampleNames", "SampleRows", "SheetWords", "Unit",
    "called_by_files", "called_in", "column_with", "misspelt", "phase_faults", "sample_columns",
]  # fmt: skip
