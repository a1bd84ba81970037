"""What must hold on real tables to 1e-10: sums of parts, coarser ranks, and changes that should change nothing."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from benchmarks import datasets
from klbio.design import Contrast, Design
from klbio.distributions import Counts
from klbio.io import read_table, write_table
from klbio.io.sheets.sheet import read_samples
from klbio.io.tables.taxonomy import read_taxonomy
from klbio.shift.phase_pair import PhasePair
from klbio.shift.samples import SampleCounts
from klbio.shift.settings import ShiftSettings
from klbio.shift.subject.clades import clade_rows, clade_terms_of
from klbio.shift.subject.contributions import taxon_rows
from klbio.shift.subject.divergence import PairMeasure
from klbio.shift.subject.hierarchy import from_taxonomy
from klbio.shift.subject.trajectory import trajectory_rows
from klbio.steps.shift import measure_shift
from klbio.taxonomy import FEATURE, Taxonomy, collapse

EXACT = 1e-10
SETTINGS = ShiftSettings(n_resamples=19)
PLUGIN = ("jsd_plugin_bits", "total_variation")
DIRECTED = ("relative_entropy_after_before_plugin_bits", "relative_entropy_before_after_plugin_bits")


@dataclass(frozen=True)
class Study:
    counts: Counts
    lineages: Taxonomy
    design: Design
    contrast: Contrast
    subject: str

    @property
    def unit(self):
        return next(unit for unit in self.design.complete(self.contrast) if unit.subject == self.subject)

    def rows(self, rank=FEATURE, unassigned="parent"):
        return SampleCounts(collapse(self.counts, self.lineages, rank, unassigned))

    def pair(self, rank=FEATURE, unassigned="parent"):
        return PhasePair(self.rows(rank, unassigned).of(self.unit), self.contrast, SETTINGS)

    def measure(self, rank=FEATURE, unassigned="parent"):
        """Pooled and pairs, as dictionaries."""
        return PairMeasure.rows(self.pair(rank, unassigned))


@pytest.fixture(scope="module", params=["mouse-diet", "dethlefsen2011", "ecam2016"])
def study(request, root, tmp_path_factory):
    if request.param == "mouse-diet":
        folder, sheet = root / "examples/mouse-diet", root / "config/samples.tsv"
        contrast, subject = Contrast("before", "after"), "PM10"
    else:
        shared = request.getfixturevalue("shared")
        folder = shared / request.param
        published = next(one for one in datasets.STUDIES if one.name == request.param)
        sheet = datasets.write_sheet(published, shared, tmp_path_factory.mktemp("sheet"))
        contrast = Contrast("baseline", "recovery") if request.param[0] == "d" else Contrast("pre", "post")
        subject = "E" if request.param[0] == "d" else "child1"
    design = read_samples(sheet)
    unit = next(unit for unit in design.complete(contrast) if unit.subject == subject)
    # four samples a side are enough to see any change, and fast
    kept = [name for phase in (contrast.before, contrast.after) for name in unit.names(phase)[:4]]
    counts, lineages = read_table(folder / "table.tsv"), read_taxonomy(folder / "taxonomy.tsv")
    return Study(counts, lineages, design.keep(kept), contrast, subject)


@pytest.fixture(scope="module")
def plain(study):
    return study.measure()


def same(found, wanted, columns=(*PLUGIN, *DIRECTED)):
    """Compare both estimands in columns that hold no random number."""
    for one, other in zip(found, wanted, strict=True):
        for column in columns:
            assert getattr(one, column) == pytest.approx(getattr(other, column), abs=EXACT), column


def test_contributions_sum_to_the_shift(study, plain):
    taxa = taxon_rows(study.pair())
    pooled = plain[0]
    assert taxa["jsd_contribution_bits"].sum() == pytest.approx(pooled.jsd_plugin_bits, abs=EXACT)
    assert taxa["share"].sum() == pytest.approx(1, abs=EXACT)
    assert (taxa["jsd_contribution_bits"] >= -EXACT).all()
    for column in DIRECTED:
        parts = taxa[column.replace("_plugin_bits", "_contribution_bits")]
        assert parts.sum() == pytest.approx(getattr(pooled, column), abs=EXACT)
    assert taxa[["proportion_before", "proportion_after"]].sum().to_numpy() == pytest.approx(1, abs=EXACT)


def test_clades_sum_to_the_shift(study, plain):
    hierarchy = from_taxonomy(study.rows().labels, study.lineages)
    clades = clade_rows(clade_terms_of(study.pair(), hierarchy))
    assert clades["contribution_bits"].sum() == pytest.approx(plain[0].jsd_plugin_bits, abs=EXACT)
    assert clades["share"].sum() == pytest.approx(1, abs=EXACT)
    assert clades["contribution_bits"].min() >= -EXACT
    mass = (clades["mass_before"] + clades["mass_after"]) / 2
    assert (clades["within_bits"] * mass - clades["contribution_bits"]).abs().max() < EXACT


def test_a_coarser_rank_is_never_larger(study, plain):
    """With `lineage`, where each rank's taxa nest in those above; `parent` gathers across lineages."""
    finer = plain
    for rank in reversed(study.lineages.ranks):
        coarser = study.measure(rank, "lineage")
        for one, other in zip(coarser, finer, strict=True):
            assert one.jsd_plugin_bits <= other.jsd_plugin_bits + EXACT
            assert one.total_variation <= other.total_variation + EXACT
            assert one.n_categories <= other.n_categories
        finer = coarser


def changed(study, counts):
    return replace(study, counts=counts)


def test_other_names_of_taxa_change_only_names(study, plain):
    names = [f"taxon {k}" for k in range(len(study.counts.labels))]
    renamed = changed(study, Counts(study.counts.samples, names, study.counts.values))
    same(renamed.measure(), plain)
    old = dict(zip(names, study.counts.labels, strict=True))
    one, other = (taxon_rows(x.pair()) for x in (renamed, study))
    one = one.assign(taxon=one["taxon"].map(old)).set_index("taxon")["jsd_contribution_bits"]
    other = other.set_index("taxon")["jsd_contribution_bits"]
    assert (one - other).abs().max() < EXACT
    assert one.index.symmetric_difference(other.index).empty


def shuffled(counts, seed=3):
    rng = np.random.default_rng(seed)
    i, j = (rng.permutation(n) for n in counts.values.shape)
    names = [counts.samples[k] for k in i], [counts.labels[k] for k in j]
    return Counts(*names, counts.values[i][:, j], counts.name)


def test_another_order_of_taxa_and_samples_changes_nothing(study, plain):
    other = changed(study, shuffled(study.counts))
    same(other.measure(), plain)
    for rank in study.lineages.ranks:
        same(other.measure(rank), study.measure(rank))
    paths = [trajectory_rows(x.pair().source, x.contrast.before) for x in (study, other)]
    for one, two in zip(*paths, strict=True):
        assert one.sample == two.sample
        assert one.jsd_plugin_bits == pytest.approx(two.jsd_plugin_bits, abs=EXACT)


def split(study, shares):
    """Split the taxon with the most reads on both sides in two of the same lineage."""
    counts, unit = study.counts, study.unit
    sides = (unit.names(phase) for phase in (study.contrast.before, study.contrast.after))
    least = np.minimum(*(counts.rows(names).dense().sum(axis=0) for names in sides))
    k = int(np.argmax(least))
    column = counts.values[:, [k]].toarray().ravel()
    part = np.floor(column * shares)
    rest = counts.values.toarray()
    rest[:, k] -= part
    table = sparse.hstack([sparse.csr_array(rest), sparse.csr_array(part[:, None])]).tocsr()
    label = counts.labels[k]
    lineages = {**study.lineages.lineages, "its twin": study.lineages.lineages[label]}
    return replace(
        study,
        counts=Counts(counts.samples, [*counts.labels, "its twin"], table),
        lineages=replace(study.lineages, lineages=lineages),
    )


def test_an_even_split_of_a_taxon_changes_no_divergence(study, plain):
    doubled = changed(study, Counts(study.counts.samples, study.counts.labels, study.counts.values * 2))
    same(split(doubled, 0.5).measure(), plain, PLUGIN)


def test_an_uneven_split_of_a_taxon_changes_the_finest_rank_alone(study, plain):
    shares = np.random.default_rng(5).uniform(0.1, 0.9, len(study.counts.samples))
    apart = split(study, shares)
    for one, other in zip(apart.measure(), plain, strict=True):
        assert one.jsd_plugin_bits > other.jsd_plugin_bits + 1e-6
        assert one.n_categories == other.n_categories + 1
    for rank in study.lineages.ranks:
        same(apart.measure(rank, "lineage"), study.measure(rank, "lineage"))


def test_more_reads_in_the_same_proportions_change_no_divergence(study, plain):
    tripled = changed(study, Counts(study.counts.samples, study.counts.labels, study.counts.values * 3))
    same(tripled.measure(), plain, PLUGIN)


def test_taxa_without_reads_and_other_samples_change_no_number_of_a_pair(study, plain):
    values = study.counts.values
    silent = sparse.csr_array((values.shape[0], 5))
    strangers = sparse.csr_array(np.full((2, values.shape[1] + 5), 7.0))
    table = sparse.vstack([sparse.hstack([values, silent]), strangers]).tocsr()
    labels = [*study.counts.labels, *(f"silent {k}" for k in range(5))]
    wider = changed(study, Counts([*study.counts.samples, "stranger 1", "stranger 2"], labels, table))
    same(wider.measure(), plain)
    assert [row.n_categories for row in wider.measure()] == [row.n_categories for row in plain]


def test_before_and_after_exchanged(study, plain):
    turned = replace(study, contrast=Contrast(study.contrast.after, study.contrast.before)).measure()
    same(turned, plain, PLUGIN)
    for one, other in zip(turned, plain, strict=True):
        assert getattr(one, DIRECTED[0]) == pytest.approx(getattr(other, DIRECTED[1]), abs=EXACT)
        assert getattr(one, DIRECTED[1]) == pytest.approx(getattr(other, DIRECTED[0]), abs=EXACT)


def test_a_whole_run_on_shuffled_files(root, tmp_path):
    """Rows and columns of the table, lines of taxonomy and sheet in another order: the same tables."""
    rng = np.random.default_rng(11)
    mouse = root / "examples/mouse-diet"
    write_table(shuffled(read_table(mouse / "table.tsv")), tmp_path / "t.tsv")
    for name, source in (("x.tsv", mouse / "taxonomy.tsv"), ("s.tsv", root / "config/samples.tsv")):
        header, *lines = source.read_text().splitlines()
        kept = [
            line for line in lines if name == "x.tsv" or line.split("\t")[1] in ("PM1", "PM2", "PM5", "PM6")
        ]
        (tmp_path / f"kept-{name}").write_text("\n".join([header, *kept]) + "\n")
        (tmp_path / name).write_text("\n".join([header, *rng.permutation(kept)]) + "\n")
    files = {
        "plain": (mouse / "table.tsv", tmp_path / "kept-s.tsv", tmp_path / "kept-x.tsv"),
        "other": (tmp_path / "t.tsv", tmp_path / "s.tsv", tmp_path / "x.tsv"),
    }
    for name, (table, samples, taxonomy) in files.items():
        measure_shift(
            table=table, samples=samples, taxonomy=taxonomy, ranks=["family"], n_resamples=19,
            out=tmp_path / name,
        )  # fmt: skip
    keys = {
        "pairs": (["subject", "estimand"], [*PLUGIN, *DIRECTED, "n_categories"]),
        "contributions": (["subject", "taxon"], ["jsd_contribution_bits", "share", "proportion_after"]),
        "clades": (["subject", "clade"], ["contribution_bits", "within_bits"]),
        "trajectory": (["sample"], ["jsd_plugin_bits", "depth"]),
    }
    for table, (by, columns) in keys.items():
        one, other = (pd.read_csv(tmp_path / name / f"{table}.tsv", sep="\t").set_index(by) for name in files)
        assert one.index.symmetric_difference(other.index).empty
        assert one[columns].sub(other[columns]).abs().max(axis=None) < EXACT
