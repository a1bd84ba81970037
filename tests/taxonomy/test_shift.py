"""Counts of genera, by taxonomies as people have them; ranks asked in their own words."""

import biom
import h5py
import numpy as np
import pytest

from klbio.design import Design, Sample
from klbio.distributions import Counts
from klbio.divergences import jensen_shannon_divergence
from klbio.io import read_table, read_taxa
from klbio.io.tables.taxonomy import read_taxonomy
from klbio.shift.settings import ShiftSettings
from klbio.shift.study import Study
from klbio.steps.shift import measure_shift
from klbio.taxonomy import Taxonomy, collapse

HANDED = [
    ("m.plain.tsv", "m.cons.taxonomy"), ("plain.tsv", "tax_skip.tsv"), ("plain.tsv", "tax_silva132.tsv"),
    ("plain.tsv", "tax_sintax.tsv"),
]  # fmt: skip


@pytest.mark.filterwarnings("ignore:.*skips a rank:klbio.errors.InputWarning")
@pytest.mark.parametrize(("table", "taxonomy"), HANDED, ids=[name for _, name in HANDED])
def test_tables_that_people_have(shared, table, taxonomy):
    """Nine genera; by the names as they stand it would be 26, or 22 with species among them, and 0.139 bits."""
    folder = shared.parent / "cases" / "tables"
    if not folder.is_dir():
        pytest.skip("the tables of ../shared are not on this machine")
    counts = read_table(folder / table)
    genera = collapse(
        counts.turned() if "P1_B1" in counts.labels else counts, read_taxonomy(folder / taxonomy), "Genus"
    )
    after, before = (
        genera.rows([name for name in genera.samples if name.startswith(f"P1_{side}")]).dense().sum(axis=0)
        for side in "AB"
    )
    assert len(genera.labels) == 9
    bits = float(jensen_shannon_divergence(after / after.sum(), before / before.sum()))
    assert bits == pytest.approx(0.0543, abs=5e-5)
    assert all("__" not in name and "(" not in name for name in genera.labels)


def test_a_study_spells_the_ranks_as_the_taxonomy_does():
    design = Design([Sample("b", "S1", "before"), Sample("a", "S1", "after")])
    counts = Counts(["b", "a"], ["x", "y"], [[60, 40], [10, 90]])
    lineages = Taxonomy.of_lineages({"x": "k__Bacteria;g__X", "y": "k__Archaea;g__Y"}, "x.tsv")
    asked = ShiftSettings(ranks=["Genus", "KINGDOM", "Superkingdom", "Feature"], n_resamples=19, min_depth=2)
    study = Study(counts, design, taxonomy=lineages, settings=asked)
    assert study.settings.ranks == ("genus", "domain", "feature")
    assert set(study.pairs["rank"]) == {"genus", "domain", "feature"}


def test_lineages_inside_a_biom_table(tmp_path):
    """JSON and HDF5; no file of a taxonomy is asked for."""
    lineages = [{"taxonomy": f"k__Bacteria;g__{name}".split(";")} for name in "XYX"]
    table = biom.Table(
        np.array([[1, 2], [3, 4], [5, 6]]), ["a", "b", "c"], ["s", "t"], lineages, type="OTU table"
    )
    (tmp_path / "x.json").write_text(table.to_json("test"))
    with h5py.File(tmp_path / "x.biom", "w") as handle:
        table.to_hdf5(handle, "test")
    for name in ("x.json", "x.biom"):
        read = read_taxa(tmp_path / name)
        genera = collapse(read.counts, read.taxonomy, "genus")
        assert genera.labels == ("X", "Y")
        assert genera.dense().tolist() == [[6, 3], [8, 4]]


GENERA = {"x": ("A", "X"), "y": ("A", "Y"), "z": ("B", "Z")}
DRESSED = {
    "gg.tsv": ["Feature ID\tTaxon", *(f"{k}\tk__Bacteria; f__{f}; g__{g}" for k, (f, g) in GENERA.items())],
    "silva.tsv": [
        "#OTUID\ttaxonomy",
        *(f"{k}\tD_0__Bacteria;D_4__{f};D_5__{g}" for k, (f, g) in GENERA.items()),
    ],
    "sintax": [f"{k}\td:Bacteria(1.0),f:{f}(0.8),g:{g}(0.7)\t+" for k, (f, g) in GENERA.items()],
    "dada2.csv": [
        '"","Kingdom","Family","Genus"',
        *(f'"{k}","Bacteria","{f}","{g}"' for k, (f, g) in GENERA.items()),
    ],
}


def test_one_study_with_its_taxonomy_in_any_dressing_has_the_same_tables(tmp_path):
    (tmp_path / "t.tsv").write_text("taxon\tb\ta\nx\t90\t10\ny\t20\t80\nz\t30\t40\n")
    (tmp_path / "s.tsv").write_text("sample\tsubject\tphase\nb\tS\tbefore\na\tS\tafter\n")
    written = []
    for name, lines in DRESSED.items():
        (tmp_path / name).write_text("\n".join(lines) + "\n")
        measure_shift(
            table=tmp_path / "t.tsv", samples=tmp_path / "s.tsv", taxonomy=tmp_path / name, n_resamples=19,
            ranks=["Genus", "Kingdom"], out=tmp_path / f"out-{name}",
        )  # fmt: skip
        written.append({path.name: path.read_bytes() for path in (tmp_path / f"out-{name}").glob("*.tsv")})
    assert len(written[0]) > 10
    assert all(tables == written[0] for tables in written)
