"""Every table of results, declared once: its columns, their units, kinds and meanings.

A table is a class of rows, a frozen dataclass with a field for each column in the order of the file.
Producers make rows (or frames of the same columns), the writer and the reader, the report and the
documents take names, types and words from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from klbio.schema.amplicons import (
    AmpliconReadsRow,
    CallCutoffRow,
    CallRangeRow,
    CallRow,
    Cause,
    ConfidenceRow,
    SketchRow,
)
from klbio.schema.choices import HeadlineRow, RarefactionRow, SensitivityRow
from klbio.schema.clades import CladeMeanRow, CladeRow, GeometryRow, RankSplitRow
from klbio.schema.cohort import (
    ArmRow,
    CohortRow,
    DifferentialRow,
    PermanovaRow,
    PopulationRow,
    TaxonRow,
)
from klbio.schema.columns import Column, Count, Flag, Kind, Number, PValue, Text, flag_words
from klbio.schema.controls import ControlRow, ControlShiftRow, MockRow
from klbio.schema.course import RecoveryCurveRow, RecoveryRow, TrajectoryRow
from klbio.schema.flags import Concern, FlagRow
from klbio.schema.gene_models import (
    CodonRow,
    DendrogramRow,
    GCClassRow,
    ModelGroupRow,
    ModelPairRow,
    ModelRow,
    SiteLetterRow,
    SiteRow,
    StateRow,
)
from klbio.schema.libraries import LibraryRow
from klbio.schema.nearest import NearestRow
from klbio.schema.notices import DroppedRow, FindingRow, LintRow
from klbio.schema.pieces import Pieces
from klbio.schema.profiles import (
    AlignedColumnRow,
    AlignedLetterRow,
    AlignmentRow,
    HiddenRow,
    ProfileChangeRow,
    ProfileRow,
)
from klbio.schema.quality import QualityDifferenceRow, QualityRow
from klbio.schema.subject import CarriedRow, ContributionRow, PairRow
from klbio.schema.table import Row, SchemaError, Table, columns_of, named, rows
from klbio.schema.training import CodonUsageRow, OrderRow

__all__ = [
    "AMPLICON_CALLS",
    "AMPLICON_READS",
    "CALL_CUTOFFS",
    "CALL_RANGE",
    "CONFIDENCES",
    "DROPPED",
    "LIBRARIES",
    "MODEL_TABLES",
    "NEAREST",
    "QUALITY",
    "QUALITY_DIFFERENCES",
    "SHIFT_TABLES",
    "SKETCHES",
    "TRAINING_TABLES",
    "AlignedColumnRow",
    "AlignedLetterRow",
    "AlignmentRow",
    "AmpliconReadsRow",
    "ArmRow",
    "CallCutoffRow",
    "CallRangeRow",
    "CallRow",
    "CarriedRow",
    "Cause",
    "CladeMeanRow",
    "CladeRow",
    "CodonRow",
    "CodonUsageRow",
    "CohortRow",
    "Column",
    "Concern",
    "ConfidenceRow",
    "ContributionRow",
    "ControlRow",
    "ControlShiftRow",
    "Count",
    "DendrogramRow",
    "DifferentialRow",
    "DroppedRow",
    "FindingRow",
    "Flag",
    "FlagRow",
    "GCClassRow",
    "GeometryRow",
    "HeadlineRow",
    "HiddenRow",
    "Kind",
    "LibraryRow",
    "LintRow",
    "MockRow",
    "ModelGroupRow",
    "ModelPairRow",
    "ModelRow",
    "NearestRow",
    "Number",
    "OrderRow",
    "PValue",
    "PairRow",
    "PermanovaRow",
    "Pieces",
    "PopulationRow",
    "ProfileChangeRow",
    "ProfileRow",
    "QualityDifferenceRow",
    "QualityRow",
    "RankSplitRow",
    "RarefactionRow",
    "RecoveryCurveRow",
    "RecoveryRow",
    "Row",
    "SchemaError",
    "SensitivityRow",
    "SiteLetterRow",
    "SiteRow",
    "SketchRow",
    "StateRow",
    "Table",
    "TaxonRow",
    "Text",
    "TrajectoryRow",
    "columns_of",
    "flag_words",
    "named",
    "rows",
]


def _named(*tables: Table) -> Mapping[str, Table]:
    return MappingProxyType({table.name: table for table in tables})


DROPPED = Table("dropped", DroppedRow)
LIBRARIES = Table("reads.quality", LibraryRow)
QUALITY = Table("quality", QualityRow)
QUALITY_DIFFERENCES = Table("quality_differences", QualityDifferenceRow)

# of a before/after study, in the order in which they are written
SHIFT_TABLES = _named(
    Table("pairs", PairRow),
    Table("contributions", ContributionRow),
    Table("clades", CladeRow),
    Table("clade_means", CladeMeanRow),
    Table("geometry", GeometryRow),
    Table("rank_split", RankSplitRow),
    Table("trajectory", TrajectoryRow),
    Table("recovery", RecoveryRow),
    Table("recovery_curve", RecoveryCurveRow),
    Table("cohort", CohortRow),
    Table("differential", DifferentialRow),
    Table("permanova", PermanovaRow),
    Table("population", PopulationRow),
    Table("arms", ArmRow),
    Table("taxa", TaxonRow),
    Table("sensitivity", SensitivityRow),
    Table("rarefaction", RarefactionRow),
    Table("headline", HeadlineRow),
    Table("flags", FlagRow),
    Table("controls", ControlRow),
    Table("controls_shift", ControlShiftRow),
    Table("mock", MockRow),
    DROPPED,
)

# of a comparison of models
MODEL_TABLES = _named(
    Table("models", ModelRow, extra="what else the model sheet holds"),
    Table("pairs", ModelPairRow),
    Table("groups", ModelGroupRow),
    Table("gc_classes", GCClassRow),
    Table("states", StateRow),
    Table("codons", CodonRow),
    Table("sites", SiteRow),
    Table("site_letters", SiteLetterRow),
    Table("profiles", ProfileRow),
    Table("changes", ProfileChangeRow),
    Table("alignments", AlignmentRow),
    Table("aligned_columns", AlignedColumnRow),
    Table("aligned_letters", AlignedLetterRow),
    Table("dendrogram", DendrogramRow),
    Table("hidden", HiddenRow),
    Table("lint", LintRow),
    DROPPED,
)

NEAREST = Table("nearest", NearestRow)

# of taxa from amplicons
AMPLICON_READS = Table("amplicons.reads", AmpliconReadsRow)
AMPLICON_CALLS = Table("amplicons.calls", CallRow)
CALL_RANGE = Table("call_range", CallRangeRow)
CALL_CUTOFFS = Table("call_cutoffs", CallCutoffRow)
CONFIDENCES = Table("shotgun.confidences", ConfidenceRow)
SKETCHES = Table("shotgun.sketches", SketchRow)

# beside a trained model
TRAINING_TABLES = _named(
    Table("codons", CodonUsageRow), Table("orders", OrderRow), Table("findings", FindingRow), DROPPED
)
