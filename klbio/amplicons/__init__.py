"""Taxa from reads: what features are called, how sure that is, and what it does to a divergence."""

from klbio.amplicons.calls import Calls
from klbio.amplicons.confidences import between_tables
from klbio.amplicons.losses import STEPS, Losses

__all__ = ["STEPS", "Calls", "Losses", "between_tables"]
