"""Every pair of models compared: the tables, in memory."""

from klbio.models.comparison.comparison import Comparison
from klbio.models.comparison.nearest import nearest

__all__ = ["Comparison", "nearest"]
