"""What stands among taxa and is none of the community is said, or left out by name."""

import re
import warnings
from dataclasses import replace

import numpy as np
import pytest

from klbio.about_samples import is_about_samples
from klbio.design import Design, Sample
from klbio.distributions import Counts
from klbio.errors import InputError, InputNote, InputWarning
from klbio.not_taxa import Taxa
from klbio.schema import DroppedRow
from klbio.taxa_table import TaxaTable
from klbio.taxonomy import Taxonomy

GENERA = ["Bacteroides", "Blautia", "Dorea", "Roseburia", "Prevotella"]
DESIGN = Design(
    [Sample(f"{s}{p}", f"S{s}", "before" if p == "b" else "after") for s in range(6) for p in "ba"]
)


def table(**more: object) -> TaxaTable:
    rng = np.random.default_rng(5)
    values = rng.poisson(rng.gamma(0.7, 400, (12, len(GENERA))))
    columns = [np.broadcast_to(np.asarray(column), (12,)) for column in more.values()]
    names = [sample.name for sample in DESIGN.samples]
    counts = Counts(names, [*GENERA, *more], np.column_stack([values, *columns]), "t.tsv")
    return TaxaTable(counts, samples_known=True)


RNG = np.random.default_rng(8)


def kept(given: TaxaTable, names: list[str]) -> list[str]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        given.community(DESIGN, keep=names)
    return [str(warning.message) for warning in caught]


def said(given: TaxaTable, taxonomy: Taxonomy | None = None) -> list[str]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        given.community(DESIGN, taxonomy)
    return [str(warning.message) for warning in caught]


@pytest.mark.parametrize(
    "name",
    [
        "host_age",
        "ReadCount",
        "AgeYears",
        "raw_reads",
        "n.seqs",
        "collection_year",
        "nonchim",
        "BMI",
        "depth",
        "cd4_count",
        "HbA1c",
        "IL-6",
        "glucose_mg_dl",
        "DNA_conc",
        "16S copies",
        "Bristol stool scale",
        "Chao1",
        "Group",
    ],
)
def test_a_number_about_samples_is_left_out_by_its_name(name: str) -> None:
    with pytest.warns(InputWarning, match=f"{name}.*left out"):
        left = table(**{name: 40}).community(DESIGN)
    assert left.counts.labels == tuple(GENERA)
    assert [(row.kind, row.name) for row in left.dropped] == [("taxon", name)]


@pytest.mark.parametrize(
    "name",
    [
        "Blautia",
        "ASV_12",
        "unclassified_reads",
        "Dayella",
        "Agearia",
        "K00012",
        "day7_bin.1",
        "OTU_day3",
        "Bacillus cereus group",
        "Insulinoma phage 3",
        "Fiberia",
        "day lily",
        "Roseobacter phage CRP-1",
        "Streptomyces sp. AGE-5",
    ],
)
def test_taxa_are_not_called_like_numbers_about_samples(name: str) -> None:
    assert not is_about_samples(name)


def test_names_with_a_lineage_stay_and_so_does_a_table_of_nothing_else() -> None:
    taxonomy = Taxonomy(("genus",), {"day": ("Dayella",)})
    assert "day" in Taxa(table(day=3).counts, taxonomy).without_numbers_of_samples()[0].counts.labels
    counts = Counts(["a"], ["reads", "counts"], [[1, 2]])
    assert Taxa(counts).without_numbers_of_samples()[0].counts is counts


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (np.repeat([30, 41, 29, 55, 38, 62], 2), "same in every sample of a subject"),
        (np.array([41, 38, 40, 44, 39, 36, 42, 40, 37, 43, 41, 35]), "nearly the same in all samples"),
        (np.arange(12) * 5000 + 90000, "more in every sample than all other taxa"),
    ],
)
def test_a_number_of_another_name_is_said_with_what_leaves_it_out(values: np.ndarray, words: str) -> None:
    given = table(xq=values)
    (message,) = said(given)
    assert "'xq'" in message
    assert words in message
    assert "--exclude xq" in message
    assert given.community(DESIGN, exclude=["xq"]).counts.labels == tuple(GENERA)


@pytest.mark.parametrize(
    ("taxa", "name"), [(GENERA, "MMP9"), (["ASV1", "ASV2", "ASV3", "ASV4", "Other"], "biotin")]
)
def test_what_is_called_like_none_of_the_taxa_is_said(taxa: list[str], name: str) -> None:
    values = np.random.default_rng(4).integers(9, 900, (12, 6))
    names = [sample.name for sample in DESIGN.samples]
    for labels in ([name, *taxa], [*taxa, name]):
        (message,) = said(TaxaTable(Counts(names, labels, values, "t.tsv"), samples_known=True))
        assert f"'{name}': called otherwise than the other taxa" in message
    between = TaxaTable(Counts(names, [*taxa[:2], name, *taxa[2:]], values, "t.tsv"), samples_known=True)
    assert [message.split(",")[0] for message in said(between)] == (
        [] if name == "biotin" else [f"t.tsv: '{name}': a code among Latin names"]
    )


def test_names_that_the_eye_takes_for_one_are_said() -> None:
    given = table(blautia=RNG.integers(1, 900, 12), Dorea_1=RNG.integers(0, 9, 12), **{"Dorea 1": 3})
    (message,) = (words for words in said(given) if "one name but for" in words)
    assert "taxa 'Blautia' and 'blautia', 'Dorea_1' and 'Dorea 1': one name but for capitals" in message
    assert "'Blautia'" not in "".join(
        words for words in kept(given, ["Blautia", "blautia"]) if "one name" in words
    )


@pytest.mark.parametrize("name", ["Thiamin", "serum lactate", "biotin"])
def test_a_common_word_among_latin_names_is_said_wherever_it_stands(name: str) -> None:
    given = table(**{name: np.random.default_rng(4).integers(9, 900, 12)}).counts
    order = [5, 0, 1, 2, 3, 4], [0, 1, 5, 2, 3, 4]
    for at in order:
        labels = [given.labels[i] for i in at]
        (message,) = said(
            TaxaTable(Counts(given.samples, labels, given.values[:, at], "t.tsv"), samples_known=True)
        )
        assert f"'{name}': called otherwise than the other taxa" in message


def test_a_number_that_hardly_varies_or_is_one_in_a_phase_is_said() -> None:
    rng = np.random.default_rng(6)
    design = Design(
        [Sample(f"{s}{p}{i}", f"S{s}", p) for s in range(6) for p in ("before", "after") for i in "12"]
    )
    names, taxa = [sample.name for sample in design.samples], rng.poisson(rng.gamma(0.7, 400, (24, 5)))
    columns = {"even": rng.integers(380, 520, 24), "coded": np.tile([3, 3, 4, 4], 6)}
    for name, words in (
        ("even", "nearly the same in all samples"),
        ("coded", "of a subject, or of its phase"),
    ):
        counts = Counts(names, [*GENERA, f"Xq{name}us"], np.column_stack([taxa, columns[name]]), "t.tsv")
        with pytest.warns(InputWarning, match=words):
            TaxaTable(counts, samples_known=True).community(design)


def test_counts_of_a_community_are_taken_without_a_word() -> None:
    assert not said(table())


def test_organelles_and_spike_ins_are_said_and_left_out_as_said() -> None:
    lineages = {genus: ("Bacteria", "Clostridia", genus) for genus in GENERA}
    lineages |= {"A1": ("Bacteria", "Chloroplast", ""), "A2": ("Bacteria", "Rickettsiales", "Mitochondria")}
    taxonomy = Taxonomy(("domain", "order", "genus"), lineages | {"spike-in 1": ("", "", "")})
    given = table(A1=7, A2=3, **{"spike-in 1": 500})
    message = said(given, taxonomy)[0]
    assert "'Chloroplast', 'Mitochondria', 'spike-in 1' among the taxa" in message
    asked = re.findall(r"--exclude ('[^']+'|\w+)", message)
    left = given.community(DESIGN, taxonomy, [name.strip("'") for name in asked])
    assert left.counts.labels == tuple(GENERA)
    assert not said(TaxaTable(left.counts, samples_known=True), taxonomy)


def test_a_clade_is_left_out_with_its_taxa_by_any_of_its_names() -> None:
    names = ["d__Bacteria;o__Chloroplast;g__A", "d__Bacteria;o__Clostridia;g__B"]
    counts = Counts(["s"], names, [[1, 2]])
    for name in ("o__Chloroplast", "chloroplast", "A", names[0]):
        assert Taxa(counts).without([name])[0].counts.labels == (names[1],)
    with pytest.raises(InputError, match=r"no taxon 'Cloroplast'.*Did you mean 'Chloroplast'"):
        Taxa(counts).without(["Cloroplast"])
    with pytest.raises(InputError, match="all taxa left out"):
        Taxa(counts).without(["Bacteria"])


def test_numbers_about_samples_are_left_out_however_many_they_are() -> None:
    counts = Counts(["a", "b"], ["Blautia", "Dialister", "day", "weight"], [[9, 1, 7, 80], [9, 1, 21, 62]])
    with pytest.warns(InputWarning, match="'day', 'weight'.*left out"):
        left = TaxaTable(counts, samples_known=True).community(None)
    assert left.counts.labels == ("Blautia", "Dialister")


def test_a_name_with_a_letter_before_it_is_a_name_of_its_own() -> None:
    counts = Counts(["a"], ["T_vaginalis", "G_vaginalis", "L_iners"], [[1, 2, 3]])
    assert Taxa(counts).without(["T_vaginalis"])[0].counts.labels == ("G_vaginalis", "L_iners")


def test_what_a_taxonomy_places_is_no_number() -> None:
    given = table(xq=np.repeat([30, 41, 29, 55, 38, 62], 2))
    assert not said(given, Taxonomy(("genus",), {"xq": ("Xylella",)}))


def test_a_taxon_with_most_of_every_sample_is_no_mistake() -> None:
    with pytest.warns(InputNote, match="more in every sample than all other taxa"):
        table(xq=np.arange(12) * 5000 + 90000).community(DESIGN)


def test_what_is_meant_to_be_counted_is_not_said() -> None:
    lineages = {genus: ("Bacteria", genus) for genus in GENERA} | {"A1": ("Bacteria", "Chloroplast")}
    taxonomy = Taxonomy(("domain", "order"), lineages)
    given = table(A1=7)
    assert said(given, taxonomy)
    with warnings.catch_warnings():
        warnings.simplefilter("error", InputWarning)
        given.community(DESIGN, taxonomy, keep=["Chloroplast"])
        assert (
            "host_age" in table(host_age=[*range(30, 42)]).community(DESIGN, keep=["host_age"]).counts.labels
        )
    with pytest.warns(InputNote, match=r"no taxon 'Chloroplasts' to keep.*Did you mean 'Chloroplast'"):
        given.community(DESIGN, taxonomy, keep=["Chloroplasts"])


def test_what_was_left_out_before_may_be_left_out() -> None:
    gone = DroppedRow(source="t.tsv", kind="column", name="day", reason="no counts")
    given = replace(table(), dropped=(gone,))
    assert given.community(DESIGN, exclude=["Day"]).counts.labels == tuple(GENERA)
