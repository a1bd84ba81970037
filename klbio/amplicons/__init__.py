"""Taxa from amplicons: what features are called, how sure that is, and what it does to a divergence."""

from klbio.amplicons.calls import Calls
from klbio.amplicons.losses import Losses

__all__ = ["Calls", "Losses"]
