"""The columns of a sample sheet, by klbio's names and by those of others."""

from __future__ import annotations

from collections.abc import Mapping

from klbio.columns import ARM, PHASE, SAMPLE, SUBJECT, TIME, Columns

__all__ = ["DIRECTION", "FASTA", "KIND", "READS", "ROLES", "sample_columns"]

ROLES = (SAMPLE, SUBJECT, PHASE, TIME, ARM, "batch", "replicate")
READS = ("fastq_1", "fastq_2")
FASTA, DIRECTION, KIND = "fasta", "direction", "kind"
APART = "Where they stand in a sheet of their own: --metadata FILE (config: `reads.metadata`)."
ALIASES = {
    **dict.fromkeys(("sample id", "sampleid", "sample name", "samplename"), SAMPLE),
    **dict.fromkeys((
        "forward absolute filepath", "absolute filepath", "forwardreads", "forward reads", "short reads 1",
        "r1", "read1", "fastq1", "fq1", "fasta",
    ), "fastq_1"),
    **dict.fromkeys((
        "reverse absolute filepath", "reversereads", "reverse reads", "short reads 2", "r2", "read2", "fastq2", "fq2",
    ), "fastq_2"),
}  # fmt: skip
# What people call them: asked for, as none of these names means the same everywhere.
HINTS = {
    SAMPLE: ("run", "library", "sample accession", "run accession", "seqid", "sample title", "barcode"),
    SUBJECT: (
        "subject id", "subjectid", "host subject id", "subject name", "patient", "patient id", "patientid",
        "participant", "participant id", "individual", "individual id", "person", "person id", "donor",
        "donor id", "volunteer", "child", "child id", "infant", "host", "host id", "animal", "animal id",
        "mouse", "mouse id", "mouseid", "pig", "rat", "pid", "record id", "case", "case id", "proband",
    ),
    PHASE: (
        "timepoint", "time point", "timepoint name", "visit", "visit name", "visit number", "treatment phase",
        "study phase", "period", "stage", "treatment", "condition", "intervention", "status", "event",
    ),
    TIME: (
        "day", "days", "study day", "day of study", "days since experiment start", "days since start",
        "days since baseline", "days from baseline", "days since treatment", "days post treatment",
        "days after treatment", "days since enrollment", "days since enrolment", "days post fmt", "relative day",
        "date", "collection date", "sampling date", "sample date", "collection timestamp", "day of life", "age days",
        "week", "weeks",
        "month", "months", "hour", "hours", "age",
    ),
    ARM: (
        "treatment group", "group", "treatment arm", "study arm", "study group", "cohort", "intervention",
        "treatment", "diet", "randomization", "randomisation", "allocation",
    ),
    "batch": (
        "sequencing batch", "run", "sequencing run", "run number", "plate", "lane", "sequencing date",
        "run date",
    ),
    "replicate": ("rep", "replicate number", "biological replicate"),
}  # fmt: skip


def sample_columns(given: Mapping[str, str] | None = None, reads: bool = False) -> Columns:
    """Give the columns of a sample sheet.

    Parameters
    ----------
    given : mapping of str to str, optional
        What the sheet calls them, in its own words.
    reads : bool, default False
        Ask for `fastq_1` too.

    Examples
    --------
    >>> sample_columns({"phase": "Visit"}).named(["#SampleID", "Subject", "Visit", "Sex"])
    ('sample', 'subject', 'phase', 'Sex')
    """
    return Columns(
        (*ROLES[:3], *(READS[:1] if reads else ())),
        (*ROLES[3:], *(READS[1:] if reads else READS), KIND),
        ALIASES,
        ("id",),
        given or {},
        HINTS,
        apart=APART if reads else "",
    )
