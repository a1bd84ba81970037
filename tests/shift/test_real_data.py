"""Published studies: every row of the expected tables, and the same numbers from scipy and scikit-bio."""

import numpy as np
import pandas as pd
import pytest
from scipy.spatial.distance import cdist
from scipy.stats import entropy
from skbio.stats.distance import DistanceMatrix, permanova

from benchmarks import datasets
from klbio.design import Contrast
from klbio.io import read_table
from klbio.io.sheets.sheet import read_samples

STUDIES = {study.name: study for study in datasets.STUDIES if study.name != "movingpictures2011"}
ROUNDED = 5.1e-7  # the expected tables hold six decimals
N_ROWS = {"dethlefsen2011": 42, "ecam2016": 33}


@pytest.fixture(scope="module", params=STUDIES)
def study(request):
    return STUDIES[request.param]


@pytest.fixture(scope="module")
def sheet(shared, study, tmp_path_factory):
    return datasets.write_sheet(study, shared, tmp_path_factory.mktemp(study.name))


@pytest.fixture(scope="module")
def both(shared, study, sheet):
    """Expected (_x) and found (_y), row by row."""
    return datasets.beside(study, shared, datasets.measured(study, shared, sheet, 19))


def test_every_row_is_there_on_both_sides(both, study):
    assert len(both) == N_ROWS[study.name]
    assert both[["n_ref_x", "n_ref_y"]].notna().all(axis=None)


@pytest.mark.parametrize("column", datasets.EXACT)
def test_samples_reads_and_taxa_are_the_same(both, column):
    assert (both[f"{column}_x"] == both[f"{column}_y"]).all()


@pytest.mark.parametrize("column", datasets.UNSMOOTHED)
def test_unsmoothed_and_half_count_columns_to_the_last_decimal(both, column):
    there = both[both[f"{column}_x"].notna()]
    assert len(there) >= 7
    assert (there[f"{column}_x"] - there[f"{column}_y"]).abs().max() < ROUNDED


def test_the_noise_floor_within_its_monte_carlo_error(both):
    ratio = both["noise_floor_mean_bits_y"] / both["noise_floor_mean_bits_x"]
    assert abs(ratio.mean() - 1) < 0.03
    assert ratio.between(0.88, 1.12).all()  # 200 draws on either side: 3 standard errors and more


def test_klbio_s_own_floor_is_no_lower_than_chance_at_those_depths(both):
    ratio = both["floor_bits"] / both["noise_floor_mean_bits_x"]
    assert ratio.min() > 0.85
    assert ratio.median() < 1.5


def test_the_noise_floor_s_95th_percentile_within_its_monte_carlo_error(both):
    ratio = both["noise_floor_p95_bits_y"] / both["noise_floor_p95_bits_x"]
    assert abs(ratio.mean() - 1) < 0.05
    assert ratio.between(0.75, 1.33).all()


def test_permanova_s_p_within_its_monte_carlo_error(both):
    there = both[both["permanova_p_999_x"].notna()]
    assert len(there) >= 7
    p = there["permanova_p_999_y"]
    error = np.sqrt(p * (1 - p) / 999) + 1e-3
    assert ((there["permanova_p_999_x"] - p).abs() < 4.5 * error).all()


def test_every_expected_column_is_compared(shared, study):
    compared = {*datasets.EXACT, *datasets.UNSMOOTHED, *datasets.MONTE_CARLO, *datasets.KEYS}
    assert set(datasets.expected(study, shared).columns) == compared


def test_the_same_numbers_from_scipy_and_scikit_bio_to_1e_9(shared, study, sheet, both):
    """The last contrast of each subject at feature level, from the raw table."""
    design, counts = read_samples(sheet), read_table(shared / study.name / "table.tsv")
    *_, (before, (*_, after)) = study.contrasts.items()
    found = both.query("rank == 'feature' and before == @before and after == @after").set_index("subject")
    units = design.complete(Contrast(before, after))
    assert set(found.index) == {unit.subject for unit in units}
    for unit in units:
        x, y = (counts.rows(unit.names(phase)).dense() for phase in (before, after))
        for column, value in peers(x, y).items():
            if np.isfinite(value):
                assert found.loc[unit.subject, f"{column}_y"] == pytest.approx(value, abs=1e-9), column


def peers(x, y):
    """The unsmoothed columns, with nothing of klbio."""
    samples = np.vstack([x, y]) / np.vstack([x, y]).sum(axis=1, keepdims=True)
    distance = cdist(samples, samples, "jensenshannon") / np.sqrt(np.log(2))
    bits, n = distance**2, len(x)
    q, p = x.sum(axis=0), y.sum(axis=0)
    seen = p + q > 0
    among = bits[:n, :n][np.triu_indices(n, 1)]
    side = ["before"] * n + ["after"] * len(y)
    enough = n > 1 and len(y) > 1
    return {
        "jsd_pooled_bits": cdist([p / p.sum()], [q / q.sum()], "jensenshannon")[0, 0] ** 2 / np.log(2),
        "jsd_pairs_mean_bits": bits[:n, n:].mean(),
        "jsd_pairs_min_bits": bits[:n, n:].min(),
        "jsd_pairs_max_bits": bits[:n, n:].max(),
        "ref_vs_ref_mean_bits": among.mean() if n > 1 else np.nan,
        "ref_vs_ref_max_bits": among.max() if n > 1 else np.nan,
        "kl_cmp_from_ref_bits_a05": entropy(p[seen] + 0.5, q[seen] + 0.5, base=2),
        "kl_ref_from_cmp_bits_a05": entropy(q[seen] + 0.5, p[seen] + 0.5, base=2),
        "bray_curtis_pooled": cdist([p / p.sum()], [q / q.sum()], "braycurtis")[0, 0],
        "permanova_pseudoF_sqrtJSD": permanova(DistanceMatrix((distance + distance.T) / 2), side, permutations=0)[
            "test statistic"
        ] if enough else np.nan,
    }  # fmt: skip


def test_top_taxa_of_the_first_course(both, study):
    if study.name != "dethlefsen2011":
        pytest.skip("named for the antibiotic courses only")
    first = both.query("rank == 'feature' and after == 'during1'").set_index("subject")
    assert first.loc["D", "top_taxon"] == "Unc06grq"
    assert first.loc["D", "top_taxon_bits"] == pytest.approx(0.0334, abs=5e-5)
    assert first.loc["F", "top_taxon"] == "Unc09fy6"
    assert first.loc["F", "top_taxon_bits"] == pytest.approx(0.0725, abs=5e-5)
    assert first["share_of_20"].between(0.61, 0.74).all()


def test_conclusions(both, study):
    if study.name == "dethlefsen2011":  # every course moved everyone; nobody came back all the way
        feature = both.query("rank == 'feature' and before == 'baseline'")
        assert len(feature) == 18
        assert feature["above_floor"].all()
        assert feature["above_baseline"].eq(True).all()
    else:  # one sample before and one in the course says nothing of days
        alone = both[(both["n_ref_x"] == 1) & (both["n_cmp_x"] == 1)]
        assert len(alone)
        assert alone["above_baseline"].isna().all()


def test_a_study_without_a_baseline_says_so(shared, tmp_path):
    (pictures,) = (one for one in datasets.STUDIES if one.name == "movingpictures2011")
    sheet = datasets.write_sheet(pictures, shared, tmp_path)
    datasets.klbio(
        datasets.command(pictures, "antibiotic", str(shared), str(sheet), str(tmp_path / "out"), 19)
    )
    tables = {
        name: pd.read_csv(tmp_path / "out" / f"{name}.tsv", sep="\t")
        for name in ("pairs", "cohort", "dropped")
    }
    pairs = tables["pairs"]
    assert (pairs["estimand"] != "excess").all()
    assert len(pairs) == 14  # seven of eight persons and sites, two estimands
    assert pairs["baseline_bits"].isna().all()
    lone = pairs[pairs["estimand"] == "pairs"]
    assert lone["baseline_p"].notna().equals(lone["n_after"] > 1)
    # days after are known; where two subjects of a site have them, they are held against those
    above = tables["cohort"].query("test == 'shift above baseline'")
    assert (above[above["p_value"].notna()]["estimand"] == "pairs").all()
    assert above[above["estimand"] == "excess"]["meaning"].str.startswith("cannot tell").all()
    dropped = tables["dropped"].set_index("kind")["reason"]
    assert dropped.loc[["subject"]].tolist() == ["no usable sample in phase 'antibiotic' of arm 'left palm'"]
    assert dropped.drop("subject").str.contains("cannot tell").all()
