"""Every pair of models compared: the tables, in memory."""

from klbio.models.comparison.comparison import TABLES, Comparison
from klbio.models.comparison.nearest import nearest

__all__ = ["TABLES", "Comparison", "nearest"]
