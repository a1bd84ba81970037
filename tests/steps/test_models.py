"""The step: every table of the comparison, from the bundled models."""

import math
import shutil

import pytest

from klbio.errors import InputError
from klbio.models import ContentModel, GCClass, GeneModel
from klbio.models.comparison.gene_models import GeneModels
from klbio.models.training.sampled_genes import sample_genes
from klbio.models.training.words import Gene, WordCounts
from klbio.schema import MODEL_TABLES
from klbio.steps.models import compare_models
from tests.models.zoo import content_model
from tests.written import model_table


@pytest.fixture(scope="module")
def models(root):
    return root / "examples" / "gene-models"


@pytest.fixture(scope="module")
def chosen(models):
    """Two species by two tools, and two profiles."""
    genes = ["augustus/caenorhabditis", "augustus/arabidopsis", "snap/nGASP.hmm", "snap/A.thaliana.hmm"]
    return [models / name for name in (*genes, "hmmer/MADE1.hmm", "hmmer/fn3.hmm")]


@pytest.fixture(scope="module")
def out(chosen, tmp_path_factory):
    folder = tmp_path_factory.mktemp("results")
    compare_models(models=chosen, out=folder)
    return folder


@pytest.fixture(scope="module")
def tables(out):
    return {name: model_table(out, name) for name in MODEL_TABLES}


GENES = ["caenorhabditis", "arabidopsis", "nGASP", "A.thaliana"]


def test_models_table(tables):
    table = tables["models"].set_index("model")
    assert list(table.index) == [*GENES, "MADE1", "fn3"]
    assert table["kind"].tolist() == ["gene model"] * 4 + ["profile HMM"] * 2
    assert table["alphabet"].tolist() == ["DNA"] * 5 + ["amino"]
    assert table.loc["nGASP", "components"] == "coding intron intergenic sites"
    assert sorted(table["leaf"].dropna()) == [0, 1, 2, 3]
    assert abs(table.loc["nGASP", "leaf"] - table.loc["caenorhabditis", "leaf"]) == 1
    assert table.loc["A.thaliana", "stop_mass_per_codon"] == 0
    assert table.loc["MADE1", "n_match"] == 80


def test_pairs_are_all_ordered_pairs_of_each_component(tables):
    table = tables["pairs"]
    sizes = table.groupby("component").size().to_dict()
    assert sizes == {"coding": 12, "intron": 12, "intergenic": 12, "durations": 12, "transitions": 2}
    assert not (table["model_p"] == table["model_q"]).any()
    bases = table[table["per"] == "base"]
    assert set(bases["smoothing"]) == {"additive(0.0001 per probability), no in-frame stop"}
    row = pair(tables, "caenorhabditis", "nGASP")
    assert row["relative_entropy_bits"] == pytest.approx(0.0011, rel=0.05)
    assert row["bases_to_tell_apart_stein"] == math.ceil(math.log2(100) / row["relative_entropy_bits"])


def pair(tables, p, q, component="coding"):
    table = tables["pairs"]
    (row,) = table[
        (table["model_p"] == p) & (table["model_q"] == q) & (table["component"] == component)
    ].to_dict("records")
    return row


def test_parts_sum_to_the_whole(tables):
    coding = tables["pairs"].query("component == 'coding'")
    frames = coding[["frame1_bits", "frame2_bits", "frame3_bits"]].mean(axis=1)
    assert frames.to_numpy() == pytest.approx(coding["relative_entropy_bits"].to_numpy(), rel=1e-9)
    parts = coding["amino_acid_bits_per_codon"] + coding["synonymous_bits_per_codon"]
    assert parts.to_numpy() == pytest.approx(coding["codon_bits_per_codon"].to_numpy(), rel=1e-9)
    assert tables["pairs"].query("component != 'coding'")["frame1_bits"].isna().all()


def test_sites_are_the_sums_of_their_states(tables):
    keys = ["model_p", "model_q"]
    states = tables["states"].query("component == 'donor GT'").groupby(keys)["relative_entropy_bits"].sum()
    sites = tables["sites"].query("site == 'donor GT'").set_index(keys)["relative_entropy_bits"]
    assert len(sites) == 12
    assert states.to_dict() == pytest.approx(sites.to_dict(), rel=1e-9)
    signal = tables["states"].query("component == 'donor GT' and state in ['+0', '+1']")
    assert (signal["relative_entropy_bits"] < 0.02).all()  # GT in every model


def test_codons_sum_to_the_pair(tables):
    keys = ["model_p", "model_q"]
    codons = tables["codons"].groupby(keys)
    assert codons.size().tolist() == [64] * 12
    whole = tables["pairs"].query("component == 'coding'").set_index(keys)["codon_bits_per_codon"]
    for column in ("term_bits", "contribution_bits"):
        assert codons[column].sum().to_dict() == pytest.approx(whole.to_dict(), rel=1e-9)
    assert codons[["per_thousand_p", "per_thousand_q"]].sum().to_numpy() == pytest.approx(1000)
    lysine = tables["codons"].query("amino_acid == 'K'")
    assert set(lysine["codon"]) == {"AAA", "AAG"}


def test_letters_of_sites_are_those_of_the_model(tables):
    letters = tables["site_letters"].query("model == 'nGASP' and site == 'donor GT'")
    signal = letters.query("position == 0").set_index("letter")
    assert signal.loc["G", "probability"] == pytest.approx(1, abs=0.02)
    assert signal["height_bits"].sum() == pytest.approx(2, abs=0.1)
    assert letters.groupby("position")["probability"].sum().to_numpy() == pytest.approx(1)


def test_an_interval_stands_where_the_training_size_is_known(tables):
    """Here of one of two models; files that do not say leave the columns empty."""
    rows = content_model(1, 2, 3, 9.0).probabilities, content_model(2, 2, 3, 9.0).probabilities
    tables_of = ContentModel(rows[0], 10**5), ContentModel(rows[1])
    genes = {name: GeneModel(name, (GCClass(one),)) for name, one in zip("pq", tables_of, strict=True)}
    forth, back = GeneModels(genes, 1e-4).pair_rows()
    for row in (forth, back):
        assert 0 < row.relative_entropy_low_bits < row.relative_entropy_high_bits
        assert row.relative_entropy_low_bits < row.relative_entropy_bits
        assert row.distinguishable is None  # the other's size is not known
    assert forth.noise_floor_bits == pytest.approx(141 / (2 * 10**5 * math.log(2)), rel=0.03)
    empty = tables["pairs"][["relative_entropy_low_bits", "relative_entropy_high_bits", "noise_floor_bits"]]
    assert empty.isna().all(axis=None)


def test_gc_classes_are_matched(models, tmp_path, tables):
    """Each class of honeybee with its like in rice; the pair's number is their mean."""
    chosen = [models / "augustus" / name for name in ("honeybee1", "rice", "fly")]
    compare_models(models=chosen, out=tmp_path)
    rows = model_table(tmp_path, "gc_classes")
    pairs = model_table(tmp_path, "pairs").set_index(["model_p", "model_q", "component"])
    there = rows.query("model_p == 'honeybee1' and model_q == 'rice' and component == 'coding'")
    assert there["class_p"].tolist() == list(range(7))
    assert set(there["matching"]) == {"closest stated GC"}
    assert there["weight"].tolist() == pytest.approx([1 / 7] * 7)
    row = pairs.loc[("honeybee1", "rice", "coding")]
    assert row["gc_matched_relative_entropy_bits"] == pytest.approx(there["relative_entropy_bits"].mean())
    assert (row["n_gc_class_pairs"], row["gc_matching"]) == (7, "closest stated GC")
    fly = rows.query("model_p == 'fly' and model_q == 'rice' and component == 'intron'")
    assert fly["matching"].tolist() == ["one class against each"] * 4
    single = tables["pairs"].query("per == 'base' and model_p == 'nGASP' and model_q == 'A.thaliana'")
    assert set(single["gc_matching"]) == {"one class each"}
    assert single["gc_matched_relative_entropy_bits"].tolist() == pytest.approx(
        single["relative_entropy_bits"].tolist()
    )
    assert tables["gc_classes"].empty


def test_lengths_and_order_of_segments(tables):
    """A pair's number is the mean over its states; transitions only where both models have them."""
    states = tables["states"].query("component == 'durations'")
    means = states.groupby(["model_p", "model_q"])["relative_entropy_bits"].mean()
    pairs = tables["pairs"].query("component == 'durations'").set_index(["model_p", "model_q"])
    assert means.to_dict() == pytest.approx(pairs["relative_entropy_bits"].to_dict(), rel=1e-9)
    assert set(pairs["per"]) == {"segment"}
    both = pairs.loc[("caenorhabditis", "nGASP")]
    assert both["note"] == "mean over exon single, exon initial, exon internal, exon terminal, intron"
    assert both["smoothing"] == "mixture(0.0001 uniform over the listed lengths)"
    moves = tables["pairs"].query("component == 'transitions'")
    assert set(zip(moves["model_p"], moves["model_q"], strict=True)) == {
        ("nGASP", "A.thaliana"),
        ("A.thaliana", "nGASP"),
    }
    assert set(moves["per"]) == {"transition"}
    leaving = tables["states"].query("component == 'transitions' and model_p == 'nGASP'").set_index("state")
    bits = leaving["relative_entropy_bits"]
    assert bits.drop(["intron", "intergenic"]).max() < 1e-6  # one way on
    assert 0 < float(moves["relative_entropy_bits"].iloc[0]) < bits.max()


def test_profiles_are_compared_with_their_background(tables):
    assert tables["profiles"]["name"].tolist() == ["MADE1", "fn3"]
    assert tables["profiles"]["mean_relative_entropy_bits"].round(2).tolist() == [0.71, 0.66]


def test_dendrogram_has_a_tree_for_each_component(tables):
    assert tables["dendrogram"].groupby("component").size().to_dict() == dict.fromkeys(
        ("coding", "intron", "intergenic"), 9
    )


def test_lint_tells_what_the_readers_saw(tables):
    found = tables["lint"]
    assert set(found["severity"]) <= {"note", "warning"}
    assert found.query("model == 'arabidopsis'")["finding"].str.contains("computed from the joint").any()


def test_same_bytes_again(chosen, out, tmp_path):
    compare_models(models=chosen, out=tmp_path)
    for name in MODEL_TABLES:
        assert (tmp_path / f"{name}.tsv").read_bytes() == (out / f"{name}.tsv").read_bytes()


def test_a_sheet_names_groups_and_keeps_columns(chosen, tmp_path):
    rows = [
        f"{name}\t{path}\tx{i}\tc{i}"
        for i, (name, path) in enumerate(zip(("worm", "cress"), chosen, strict=False))
    ]
    (tmp_path / "models.tsv").write_text("model\tpath\tgroup\tclade\n" + "\n".join(rows) + "\n")
    compare_models(sheet=tmp_path / "models.tsv", out=tmp_path / "out")
    table = model_table(tmp_path / "out", "models")
    assert table["model"].tolist() == ["worm", "cress"]
    assert table["group"].tolist() == ["x0", "x1"]
    assert table["clade"].tolist() == ["c0", "c1"]
    assert model_table(tmp_path / "out", "pairs")["model_p"].unique().tolist() == ["worm", "cress"]


def test_a_folder_stands_for_the_models_in_it(models, tmp_path):
    compare_models(models=[models / "hmmer"], out=tmp_path)
    assert len(model_table(tmp_path, "profiles")) == 5
    assert model_table(tmp_path, "dropped")["name"].tolist() == [
        "LICENSE", "PROVENANCE.md", "4 of 10 pairs of profiles",  # one of DNA, four of amino acids
    ]  # fmt: skip
    for name in ("pairs", "states", "sites", "dendrogram", "lint"):
        table = model_table(tmp_path, name)
        assert (len(table), tuple(table.columns)) == (0, MODEL_TABLES[name].names)


def test_copies_are_found_and_told_apart(models, tmp_path):
    source = models / "snap" / "nGASP.hmm"
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        shutil.copy(source, tmp_path / folder)
    compare_models(models=[tmp_path / "one", tmp_path / "two"], out=tmp_path / "out")
    names = [f"nGASP ({tmp_path / folder / 'nGASP.hmm'})" for folder in ("one", "two")]
    assert model_table(tmp_path / "out", "models")["model"].tolist() == names
    coding = model_table(tmp_path / "out", "pairs").query("component == 'coding'")
    assert coding["relative_entropy_bits"].tolist() == [0, 0]
    assert coding["bases_to_tell_apart_stein"].tolist() == [math.inf, math.inf]
    lint = model_table(tmp_path / "out", "lint")
    copies = lint[lint["finding"] == f"the same table as {names[0]!r}"]
    assert copies["component"].tolist() == ["coding", "intron", "intergenic"]
    assert set(copies["model"]) == {names[1]}


def test_one_name_in_two_formats(models, tmp_path):
    (tmp_path / "fly.hmm").write_bytes((models / "snap" / "D.melanogaster.hmm").read_bytes())
    compare_models(models=[models / "augustus" / "fly", tmp_path / "fly.hmm"], out=tmp_path / "out")
    assert model_table(tmp_path / "out", "models")["model"].tolist() == ["fly (augustus)", "fly (snap)"]


def test_without_smoothing_the_truth_may_be_infinite(models, tmp_path):
    chosen = [models / "augustus" / "fly", models / "snap" / "D.melanogaster.hmm"]
    compare_models(models=chosen, out=tmp_path, epsilon=0.0)
    pairs = model_table(tmp_path, "pairs")
    assert pairs["smoothing"][0] == "additive(0 per probability), no in-frame stop"
    assert pairs.query("component == 'coding'")["relative_entropy_bits"].tolist() == pytest.approx(
        [0.0079, 0.0080], rel=0.05
    )


def test_the_faults_of_all_files_are_told_together(models, tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.hmm").write_text("zoeHMM broken 1 1 1 7\n")
    with pytest.raises(InputError) as caught:
        compare_models(
            models=[tmp_path / "a.hmm", models / "hmmer" / "fn3.hmm", tmp_path / "b.hmm"],
            out=tmp_path / "out",
        )
    assert [str(fault.path) for fault in caught.value.faults] == [
        str(tmp_path / f"{name}.hmm") for name in "ab"
    ]
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"models": []}, "no model; expected at least one"),
        ({"models": ["nowhere.hmm"]}, "nowhere.hmm: no such file"),
        ({"models": ["README.md"]}, "does not recognise"),
        ({"models": ["examples/gene-models/snap/nGASP.hmm"], "epsilon": 2.0}, "epsilon: 2.0"),
        ({"models": ["examples/gene-models/snap/nGASP.hmm"] * 2}, "model 'nGASP .*' twice"),
    ],
)
def test_refusals(root, monkeypatch, tmp_path, arguments, words):
    monkeypatch.chdir(root)
    with pytest.raises(InputError, match=words):
        compare_models(out=tmp_path / "out", **arguments)
    assert not (tmp_path / "out").exists()


def test_the_bundled_sheet(root, monkeypatch, tmp_path):
    """Of all the models, each AUGUSTUS species is nearest to the SNAP file of its own."""
    monkeypatch.chdir(root)
    compare_models(sheet="config/models.tsv", out=tmp_path)
    pairs = model_table(tmp_path, "pairs").query("component == 'coding'")
    nearest = pairs.loc[pairs.groupby("model_p")["relative_entropy_bits"].idxmin()].set_index("model_p")[
        "model_q"
    ]
    expected = {
        "arabidopsis": "A.thaliana",
        "caenorhabditis": "nGASP",
        "fly": "D.melanogaster",
        "rice": "O.sativa",
    }
    expected |= {"honeybee1": "A.mellifera", "human": "mam46"}
    assert {p: nearest[p] for p in expected} == expected


def test_broken_files_stop_a_run_unless_it_is_to_keep_going(models, tmp_path):
    good, broken = models / "hmmer" / "MADE1.hmm", tmp_path / "broken.hmm"
    broken.write_text(good.read_text()[:3000])
    with pytest.raises(InputError, match="ends inside a profile"):
        compare_models(models=[good, broken], out=tmp_path / "stopped")
    assert not (tmp_path / "stopped").exists()
    compare_models(models=[good, broken], out=tmp_path / "out", keep_going=True)
    rows = model_table(tmp_path / "out", "dropped")
    (reason,) = rows.loc[rows["name"] == "broken.hmm", "reason"]
    assert "ends inside a profile" in reason
    assert model_table(tmp_path / "out", "models")["model"].tolist() == ["MADE1"]
    with pytest.raises(InputError, match="ends inside a profile"):  # nothing is left to compare
        compare_models(models=[broken], out=tmp_path / "none", keep_going=True)


def test_a_folder_without_a_model_is_named(chosen, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "read.me").write_text("no model")
    with pytest.raises(InputError, match=r"a folder without any; expected a gene model") as caught:
        compare_models(models=[chosen[0], tmp_path / "empty", tmp_path / "notes"], out=tmp_path / "out")
    assert [fault.path for fault in caught.value.faults] == [str(tmp_path / "empty"), str(tmp_path / "notes")]
    assert not (tmp_path / "out").exists()


def test_a_link_to_a_folder_above_is_passed_over(chosen, tmp_path):
    (tmp_path / "models" / "in").mkdir(parents=True)
    shutil.copy(chosen[2], tmp_path / "models" / "in")
    (tmp_path / "models" / "in" / "again").symlink_to(tmp_path / "models")
    compare_models(models=[tmp_path / "models"], out=tmp_path / "out")
    assert "a link to a folder that it stands in" in (tmp_path / "out" / "dropped.tsv").read_text()


def test_links_of_folders_to_each_other_are_followed_once(chosen, tmp_path):
    for one, other in (("a", "b"), ("b", "a")):
        (tmp_path / one).mkdir()
        (tmp_path / one / "link").symlink_to(tmp_path / other)
    shutil.copy(chosen[2], tmp_path / "a")
    compare_models(models=[tmp_path / "a"], out=tmp_path / "out")
    rows = (tmp_path / "out" / "dropped.tsv").read_text()
    assert rows.count("a link to a folder that it stands in") == 1


def test_models_of_unlike_genetic_codes_are_marked(models, tmp_path):
    sheet = tmp_path / "models.tsv"
    snap = models / "snap" / "A.thaliana.hmm"
    sheet.write_text(f"model\tpath\tgenetic_code\na\t{snap}\t\nb\t{models / 'snap' / 'nGASP.hmm'}\t6\n")
    compare_models(sheet=sheet, out=tmp_path / "out")
    assert model_table(tmp_path / "out", "models")["genetic_code"].tolist() == [1, 6]
    pairs = model_table(tmp_path / "out", "pairs").set_index("component")
    assert pairs.loc["coding", "genetic_codes"].tolist() == ["1 and 6", "6 and 1"]
    assert set(pairs.loc["intron", "genetic_codes"].fillna("")) == {""}


def halves_of(rows_p, rows_q, n_bases):
    """Models of a gene set each, as a comparison has them."""
    genes = {
        name: GeneModel(name, (GCClass(ContentModel(rows, n_bases)),))
        for name, rows in zip("pq", (rows_p, rows_q), strict=True)
    }
    return next(GeneModels(genes, 1e-4).pair_rows())


def test_halves_of_one_gene_set_cannot_be_told_apart_and_other_species_can():
    """Order 4 from 119,000 bases each: D is .026 bits, all of it chance."""
    source = content_model(1, 4, 3, 9.0).comparable(order=4, epsilon=0.0).probabilities
    genes = [Gene(gene).words(4) for gene in sample_genes(source, n_genes=264, n_codons=300, seed=1)]
    one, other = (
        WordCounts(WordCounts.of(half, 4).counts).coding_model().probabilities
        for half in (genes[::2], genes[1::2])
    )
    alike = halves_of(one, other, 119_000)
    assert alike.relative_entropy_bits > 0.9 * alike.noise_floor_bits > 0.01
    assert alike.relative_entropy_low_bits == 0 < alike.relative_entropy_high_bits
    assert (alike.distinguishable, alike.bases_to_tell_apart_stein) == (False, None)
    apart = halves_of(one, content_model(2, 4, 3, 9.0).probabilities, 119_000)
    assert apart.distinguishable
    assert apart.relative_entropy_corrected_bits < apart.relative_entropy_bits
    length = math.ceil(math.log2(100) / apart.relative_entropy_corrected_bits)
    assert apart.bases_to_tell_apart_stein == length


def test_models_stand_in_a_sheet_or_on_the_line(tmp_path):
    sheet = tmp_path / "models.tsv"
    with pytest.raises(InputError, match="models beside a model sheet"):
        compare_models(sheet=sheet, models=["one.hmm"], out=tmp_path / "out")
