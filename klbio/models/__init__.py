"""Gene models and profile HMMs as distributions: prepared, compared, ranked, in bits.

The nouns are here; what is computed of many of them is in the rooms below: `markov` (content models:
rates in bits per base, codons, intervals), `genes` (GC classes, segments, genes scored), `profiles` (hmmstat,
alignments), `hidden` (whole hidden Markov models, by simulation), `training`, and `comparison` (every table).
"""

from klbio.models.finding import Finding
from klbio.models.gene_model import GCClass, GeneModel
from klbio.models.hidden.model import HiddenMarkovModel
from klbio.models.markov.content_model import ContentModel
from klbio.models.markov.design_effect import DesignEffect
from klbio.models.profiles.profile_hmm import ProfileHMM
from klbio.models.segments import DurationModel, TransitionModel
from klbio.models.site_model import SiteModel

__all__ = [
    "ContentModel",
    "DesignEffect",
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
