"""Words of several lengths in the same reads: tests and floors side by side, no bits."""

from klbio.report.places import ROUTES
from klbio.report.sections.other_words import other_words_sections
from klbio.report.tables import Results, Route
from klbio.schema import PermanovaRow


def route(name, rank="", above=(), p_value=None):
    """A route whose subjects lie above their floors or not."""
    of = name.partition(".")[0]
    tables = {table: kind.frame([]) for table, kind in ROUTES[of].items()}
    kind = ROUTES[of]["pairs"]
    frame = tables["pairs"].reindex(range(2 * len(above)))
    frame = frame.assign(**{column: "" if column in kind.text else 0 for column in frame})
    frame["subject"] = [f"S{i // 2}" for i in range(2 * len(above))]
    for column, value in (
        ("arm", ""),
        ("before", "before"),
        ("after", "after"),
        ("rank", rank),
        ("unit", "reads"),
    ):
        frame[column] = value
    frame["estimand"] = ["pooled", "pairs"] * len(above)
    frame["above_floor"] = [flag for flag in above for _ in range(2)]
    tables["pairs"] = frame
    if p_value is not None:
        row = PermanovaRow(
            before="before", after="after", rank=rank, arm="", test="phase within subjects", n_subjects=3,
            n_samples=12, r_squared=0.4, p_value=p_value, smallest_p=0.001,
        )  # fmt: skip
        tables["permanova"] = ROUTES[of]["permanova"].of([row])
    return Route(name, tables)


def rows(reads, *others):
    results = Results(route("shift"), reads, route("amplicons"), route("models"), None, {}, others)
    return [
        tuple(row) for section in other_words_sections(results, "Reads") for row in section.context["rows"]
    ]


def test_each_length_says_its_test_and_its_floors():
    found = rows(
        route("reads", "6-mer", [True, True, False], 0.012), route("reads.k4", "4-mer", [True, False, False])
    )
    assert found == [
        ("before → after", "6-mer", "40% of the variation, p = 0.012", "2 of 3"),
        ("before → after", "4-mer", "not tested", "1 of 3"),
    ]


def test_one_length_has_no_section():
    assert rows(route("reads", "6-mer", [True])) == []
    assert rows(route("reads", "6-mer", [True]), route("reads.k4")) == []
