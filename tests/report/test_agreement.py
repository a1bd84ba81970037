"""Taxa and k-mers of the same reads: both tell, one, neither, or none can; bits are not compared."""

import pytest

from klbio.report.places import ROUTES
from klbio.report.sections.agreement import agreement_sections
from klbio.report.tables import Results, Route
from klbio.schema import SHIFT_TABLES, PermanovaRow


def route(name, p_value=None, smallest_p=0.001, arm="", rank="genus"):
    tables = {table: kind.frame([]) for table, kind in ROUTES[name].items()}
    if p_value is not None:
        row = PermanovaRow(
            before="before", after="after", rank=rank, arm=arm, test="phase within subjects", n_subjects=1,
            n_samples=13, r_squared=0.4, p_value=p_value, smallest_p=smallest_p,
        )  # fmt: skip
        tables["permanova"] = SHIFT_TABLES["permanova"].of([row])
    made = Route(name, tables)
    made.__dict__["ranks"] = [rank]
    return made


def verdicts(taxa, words):
    results = Results(taxa, words, route("amplicons"), route("models"), None, {})
    return [
        row.verdict for section in agreement_sections(results, "Reads") for row in section.context["rows"]
    ]


@pytest.mark.parametrize(("taxa", "words", "verdict"), [
    (0.001, 0.02, "agree"), (0.4, 0.2, "neither tells"),
    (0.001, 0.2, "only one tells: look at primers, reference and depth"),
])  # fmt: skip
def test_small_and_large_p_agree_or_not(taxa, words, verdict):
    assert verdicts(route("amplicons", taxa), route("reads", words, rank="6-mer")) == [verdict]
    assert verdicts(route("shotgun", taxa), route("reads", words, rank="6-mer")) == [verdict]


def test_where_no_p_can_be_small_it_cannot_be_told():
    (said,) = verdicts(route("amplicons", 0.5, smallest_p=0.5), route("reads", 0.001))
    assert said.startswith("cannot tell")


def test_other_arms_are_not_set_side_by_side_nor_taxa_of_another_table():
    assert verdicts(route("amplicons", 0.001, arm="drug"), route("reads", 0.001, arm="placebo")) == []
    assert verdicts(route("shift", 0.001), route("reads", 0.001)) == []
    assert verdicts(route("amplicons", 0.001), route("reads")) == []
