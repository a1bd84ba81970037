"""The table of what jobs ask for: one, whole, and the same in the guide."""

import re

import pytest

from benchmarks.requests import BETWEEN, page_table
from klbio.errors import InputError
from klbio.steps.requests import QUANTITIES, RESOURCES, Requests

HEADER = "rule\tresource\tbase\tslope\tof\n"


@pytest.fixture(scope="module")
def requests(root):
    return Requests.read(root / "workflow/requests.tsv")


def rules(root) -> set[str]:
    text = "".join(path.read_text() for path in (root / "workflow/rules").glob("*.smk"))
    return {
        *re.findall(r"^ *rule (\w+):", text, re.MULTILINE),
        "measure_part",
        "measure_words_part",
    }  # of chunks


def test_every_rule_has_a_request_and_every_request_a_rule(root, requests):
    assert {row.rule for row in requests.rows} == rules(root)
    for rule in rules(root):
        assert all(
            requests.amount(rule, resource, dict.fromkeys(QUANTITIES, 1)) > 0 for resource in RESOURCES
        )


def test_every_quantity_is_counted_by_the_rules(root):
    counted = re.findall(r'^    "(\w+)": lambda', (root / "workflow/rules/requests.smk").read_text(), re.M)
    of_chunk = "million_words_of_chunk"
    assert f'"{of_chunk}":' in (root / "workflow/rules/chunks.smk").read_text()
    assert {*counted, of_chunk} == set(QUANTITIES)


def test_terms_are_added_up_and_grow_by_attempt(requests):
    much = {"samples": 6000, "input_mb": 89}
    first, second = (requests.amount("measure_taxa_shift", "mem_mb", much, attempt) for attempt in (1, 2))
    assert first == 1100 + 0.06 * 6000 + 89
    assert second == 2 * first


def test_every_line_that_is_none_is_named(tmp_path):
    path = tmp_path / "requests.tsv"
    path.write_text(HEADER + "r\tmem\t1\t\t\nr\truntime\t1\t2\t\nr\truntime\tx\t\t\nr\n")
    with pytest.raises(InputError) as caught:
        Requests.read(path)
    said = str(caught.value)
    assert "resource 'mem': none of 'mem_mb'" in said
    assert "slope '2' of '': no quantity" in said
    assert "could not convert string to float: 'x'" in said
    assert "1 fields" in said
    path.write_text("rule\n")
    with pytest.raises(InputError, match="the header 'rule'"):
        Requests.read(path)


def test_a_rule_without_a_request_is_refused(requests):
    with pytest.raises(InputError, match="no mem_mb of rule 'nothing'"):
        requests.amount("nothing", "mem_mb", {})


def test_the_guide_shows_the_table(root, requests):
    found = BETWEEN.search((root / "docs/cluster.md").read_text())
    assert found
    assert found[0] == page_table(requests), "python -m benchmarks.requests --page"
