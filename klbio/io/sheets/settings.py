"""The settings of a config by name and type, as ``config.schema.yaml`` asks for them."""

from collections.abc import Mapping, Sequence
from typing import Literal, Required, TypedDict

from klbio.taxonomy import Unassigned

__all__ = [
    "ContrastSettings",
    "MatrixSettings",
    "MeasureSettings",
    "ModelSettings",
    "PrimerSettings",
    "ReadSettings",
    "ReportSettings",
    "Settings",
    "StudySettings",
    "TaxaFile",
    "TaxaOfReads",
    "TaxaSettings",
]

TaxaFile = Literal["table", "samples", "taxonomy", "tree", "mock"]


class TaxaSettings(TypedDict, total=False):
    """Section ``taxa``."""

    table: Required[str]
    samples: str
    columns: Mapping[str, str]
    taxonomy: str
    tree: str
    mock: str
    ranks: list[str]
    unassigned: Unassigned
    exclude: list[str]
    keep: list[str]


class PrimerSettings(TypedDict):
    """``reads.taxa.primers``."""

    forward: str
    reverse: str


class TaxaOfReads(TypedDict, total=False):
    """``reads.taxa``."""

    database: str
    lineages: str
    reference: str
    primers: PrimerSettings
    cutoff: float
    exclude: list[str]
    keep: list[str]
    ranks: list[str]


class ReadSettings(TypedDict, total=False):
    """Section ``reads``."""

    samples: Required[str]
    metadata: str
    mock: str
    columns: Mapping[str, str]
    kmer: int | list[int]
    canonical: bool
    taxa: TaxaOfReads | None
    library: Literal["shotgun", "amplicon"]


class ModelSettings(TypedDict, total=False):
    """Section ``models``."""

    sheet: Required[str]
    query: str | list[str]
    genetic_code: int
    epsilon: float
    tiles: int


class ContrastSettings(TypedDict):
    """One of ``shift.contrasts``."""

    before: str
    after: str


class StudySettings(TypedDict, total=False):
    """Section ``shift``, but what it says of phases: as `klbio.shift.ShiftSettings` takes them."""

    control: str
    day_variance: Literal["own", "cohort"]
    smoothing: str
    support: Literal["pair", "study"]
    n_resamples: int
    min_depth: int


class MeasureSettings(StudySettings, total=False):
    """Section ``shift``."""

    contrasts: list[ContrastSettings]
    phases: Mapping[str, Sequence[str]]
    chunk_subjects: int


class MatrixSettings(TypedDict, total=False):
    """Section ``matrix``."""

    format: Literal["none", "tsv", "npy", "h5", "zarr"]
    dtype: Literal["float64", "float32"]
    tiles: int


class TableSettings(TypedDict, total=False):
    """Section ``tables``."""

    parquet: Literal["large", "all", "none"]


class ReportSettings(TypedDict, total=False):
    """Section ``report``."""

    title: str


class Settings(TypedDict, total=False):
    """A whole config."""

    outdir: str
    seed: int
    taxa: TaxaSettings
    reads: ReadSettings
    models: ModelSettings
    shift: MeasureSettings
    matrix: MatrixSettings
    tables: TableSettings
    report: ReportSettings
