"""What a table of any format needs before it is measured: each read counted once, its unit known, lineages found."""

from klbio.tidy.table import tidied
from klbio.tidy.units import in_units, unit_of

__all__ = ["in_units", "tidied", "unit_of"]
