"""Gene models and profile HMMs as distributions: prepared, compared, ranked, in bits.

The nouns are here; the maths is in the modules beside them: `content` (orders, stop
codons, smoothing), `stationary` (the law of a chain in the long run), `rates` (relative
entropy in bits per base), `codons`, `sites`, `profile`, `nearest`, `cluster`,
`hidden` (whole hidden Markov models, by simulation).
"""

from klbio.models.content_model import ContentModel, SiteModel
from klbio.models.gene_model import Finding, GCClass, GeneModel, ProfileHMM
from klbio.models.hidden.model import HiddenMarkovModel
from klbio.models.segments import DurationModel, TransitionModel

__all__ = [
    "ContentModel",
    "DurationModel",
    "Finding",
    "GCClass",
    "GeneModel",
    "HiddenMarkovModel",
    "Model",
    "ProfileHMM",
    "SiteModel",
    "TransitionModel",
]

Model = GeneModel | ProfileHMM | HiddenMarkovModel
