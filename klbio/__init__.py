"""klbio: how far a microbiome moved and where gene models disagree, in bits, with an error bar.

How far did this microbiome move, and which taxa carried it?  `table` has counts of reads (a DataFrame,
a biom.Table, an AnnData, or a file's ``klbio.read_table(path)``), `sheet` the columns sample, subject,
phase (a DataFrame, or ``klbio.read_samples(path)``)::

    import klbio

    study = klbio.Study(table, sheet)  # phases "before" and "after"; also taxonomy=, tree=, settings=
    study.pairs            # a row per subject: Jensen-Shannon divergence in bits, interval, floor
    study.contributions    # which taxa carried it
    study.cohort           # whether the arms differ

Where, and by how much, do these gene models disagree, and which is nearest to these genes?  Models
are read from files, or are HMMs of pyhmmer and motifs of Biopython; `genes` are coding sequences in frame,
or a model::

    models = klbio.read_models("human.hmm") + klbio.read_models("fly.hmm")
    comparison = klbio.Comparison(models)
    comparison.pairs       # a row per ordered pair and component: relative entropy in bits per base
    klbio.nearest(genes, models)

Every table is a pandas DataFrame; ``study.tables`` and ``comparison.tables`` have all of them by name, and
``klbio.schema.SHIFT_TABLES["pairs"].columns`` tells what a column means, in which unit.

On arrays: the divergences (``klbio.relative_entropy(p, q)``; `p` is the later or observed side, `q` the earlier
or reference side) and the estimators that turn counts into distributions (``klbio.Additive(0.5)``).

What is imported is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from klbio import divergences as divergences
    from klbio import interop as interop
    from klbio import io as io
    from klbio import models as models
    from klbio import pairwise as pairwise
    from klbio import reads as reads
    from klbio import schema as schema
    from klbio import shift as shift
    from klbio import smoothing as smoothing
    from klbio import transport as transport
    from klbio.design import Contrast as Contrast
    from klbio.design import Design as Design
    from klbio.design import Sample as Sample
    from klbio.distributions import Counts as Counts
    from klbio.distributions import Distribution as Distribution
    from klbio.divergences import chi_squared_divergence as chi_squared_divergence
    from klbio.divergences import cross_entropy as cross_entropy
    from klbio.divergences import entropy as entropy
    from klbio.divergences import gaussian_relative_entropy as gaussian_relative_entropy
    from klbio.divergences import generalized_relative_entropy as generalized_relative_entropy
    from klbio.divergences import hellinger_distance as hellinger_distance
    from klbio.divergences import jeffreys_divergence as jeffreys_divergence
    from klbio.divergences import jensen_shannon_distance as jensen_shannon_distance
    from klbio.divergences import jensen_shannon_divergence as jensen_shannon_divergence
    from klbio.divergences import jensen_shannon_terms as jensen_shannon_terms
    from klbio.divergences import mutual_information as mutual_information
    from klbio.divergences import relative_entropy as relative_entropy
    from klbio.divergences import relative_entropy_terms as relative_entropy_terms
    from klbio.divergences import renyi_divergence as renyi_divergence
    from klbio.divergences import total_variation_distance as total_variation_distance
    from klbio.errors import InputError as InputError
    from klbio.errors import InputWarning as InputWarning
    from klbio.errors import KlbioError as KlbioError
    from klbio.io import read_models as read_models
    from klbio.io import read_table as read_table
    from klbio.io import read_taxa as read_taxa
    from klbio.io import write_table as write_table
    from klbio.io.sheets.sheet import read_samples as read_samples
    from klbio.io.tables.taxonomy import read_taxonomy as read_taxonomy
    from klbio.io.tables.tree import read_tree as read_tree
    from klbio.models import ContentModel as ContentModel
    from klbio.models import GCClass as GCClass
    from klbio.models import GeneModel as GeneModel
    from klbio.models import HiddenMarkovModel as HiddenMarkovModel
    from klbio.models import ProfileHMM as ProfileHMM
    from klbio.models.comparison import Comparison as Comparison
    from klbio.models.comparison import nearest as nearest
    from klbio.pairwise import jensen_shannon_matrix as jensen_shannon_matrix
    from klbio.pairwise import relative_entropy_matrix as relative_entropy_matrix
    from klbio.shift.settings import ShiftSettings as ShiftSettings
    from klbio.shift.study import Study as Study
    from klbio.smoothing import Additive as Additive
    from klbio.smoothing import BackgroundMixing as BackgroundMixing
    from klbio.smoothing import DirichletPrior as DirichletPrior
    from klbio.smoothing import JamesStein as JamesStein
    from klbio.smoothing import MaximumLikelihood as MaximumLikelihood
    from klbio.taxa_table import TaxaTable as TaxaTable
    from klbio.taxonomy import Taxonomy as Taxonomy
    from klbio.transport import Tree as Tree

__version__ = "0.2.0"

ROOMS = (
    "divergences",
    "interop",
    "io",
    "models",
    "pairwise",
    "reads",
    "schema",
    "shift",
    "smoothing",
    "transport",
)
NAMES = {
    "klbio.design": ("Contrast", "Design", "Sample"),
    "klbio.distributions": ("Counts", "Distribution"),
    "klbio.divergences": (
        "chi_squared_divergence",
        "cross_entropy",
        "entropy",
        "gaussian_relative_entropy",
        "generalized_relative_entropy",
        "hellinger_distance",
        "jeffreys_divergence",
        "jensen_shannon_distance",
        "jensen_shannon_divergence",
        "jensen_shannon_terms",
        "mutual_information",
        "relative_entropy",
        "relative_entropy_terms",
        "renyi_divergence",
        "total_variation_distance",
    ),
    "klbio.errors": ("InputError", "InputWarning", "KlbioError"),
    "klbio.io": ("read_models", "read_table", "read_taxa", "write_table"),
    "klbio.io.sheets.sheet": ("read_samples",),
    "klbio.io.tables.taxonomy": ("read_taxonomy",),
    "klbio.io.tables.tree": ("read_tree",),
    "klbio.models": ("ContentModel", "GCClass", "GeneModel", "HiddenMarkovModel", "ProfileHMM"),
    "klbio.models.comparison": ("Comparison", "nearest"),
    "klbio.pairwise": ("jensen_shannon_matrix", "relative_entropy_matrix"),
    "klbio.shift.settings": ("ShiftSettings",),
    "klbio.shift.study": ("Study",),
    "klbio.smoothing": ("Additive", "BackgroundMixing", "DirichletPrior", "JamesStein", "MaximumLikelihood"),
    "klbio.taxa_table": ("TaxaTable",),
    "klbio.taxonomy": ("Taxonomy",),
    "klbio.transport": ("Tree",),
}
HOME = {name: module for module, names in NAMES.items() for name in names}

__all__ = [*sorted(HOME), *ROOMS]


if not TYPE_CHECKING:  # or a misspelt name would be one of the package

    def __getattr__(name: str) -> object:
        """Load what is asked for, from where it lives."""
        if name in ROOMS:
            return import_module(f"klbio.{name}")
        if name not in HOME:
            raise AttributeError(f"module 'klbio' has no attribute {name!r}")
        return getattr(import_module(HOME[name]), name)


def __dir__() -> list[str]:
    return [*globals(), *__all__]
