"""Small tables in containers, sound ones and ones with something wrong."""

import zipfile

import numpy as np

from klbio.distributions import Counts
from klbio.io.tables import biom
from klbio.sheet import Row, Sheet
from klbio.taxa_table import TaxaTable
from klbio.taxonomy import Taxonomy

UUID = "0b1c2d3e-1111-4222-8333-444455556666"
SAMPLES, TAXA = ["day 0", "1-a", "日"], ["[Clostridium] x", "2", "<b>"]
VALUES = np.array([[1, 0, 3], [0, 0, 7], [2, 5, 0]])
RANKS = ("domain", "genus")
LINEAGES = {"[Clostridium] x": ("Bacteria", "Clostridium"), "2": ("Bacteria", ""), "<b>": ("Archaea", "Ä'\"")}
COLUMNS = ("sample", "body site", "a/b")


def sheet(names=SAMPLES, columns=COLUMNS):
    rows = [[name, 'gut, "é"', f"{i}.50"][: len(columns)] for i, name in enumerate(names)]
    return Sheet(
        "sheet", columns, tuple(Row(None, dict(zip(columns, row, strict=True)), row[0]) for row in rows)
    )


def table(**parts):
    whole = {"taxonomy": Taxonomy(RANKS, LINEAGES), "metadata": sheet(), "samples_known": True}
    return TaxaTable(Counts(SAMPLES, TAXA, VALUES), **{**whole, **parts})


def same(one, other):
    """Whether two tables say the same of samples and taxa."""
    a, b = one.counts, other.counts
    return (
        (a.samples, a.labels, a.unit) == (b.samples, b.labels, b.unit)
        and (a.dense() == b.dense()).all()
        and one.taxonomy.ranks == other.taxonomy.ranks
        and one.taxonomy.lineages == other.taxonomy.lineages
        and sorted(one.metadata.columns) == sorted(other.metadata.columns)  # HDF5 has them by name
        and [row.fields for row in one.metadata] == [row.fields for row in other.metadata]
    )


def metadata(kind, uuid=UUID):
    return f"uuid: {uuid}\ntype: {kind}\nformat: BIOMV210DirFmt\n"


def artifact(path, kind="FeatureTable[Frequency]", files=None, extra=(), folder=UUID):
    """Write an artifact; `extra` is a list of entries with their content."""
    files = {"data/feature-table.biom": biom.written(table())} if files is None else files
    files = {"VERSION": "QIIME 2\narchive: 5\n", "metadata.yaml": metadata(kind), **files}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(f"{folder}/{name}", content)
        for entry, content in extra:
            archive.writestr(entry, content)
    return path
