"""Who was sampled when: the study design behind a sample sheet."""

from klbio.design.arms import Arms
from klbio.design.design import Contrast, Design, Members, Sample, Unit
from klbio.design.faults import phase_faults

__all__ = ["Arms", "Contrast", "Design", "Members", "Sample", "Unit", "phase_faults"]
