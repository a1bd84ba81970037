"""The version stands in `klbio/__init__.py`; what repeats it agrees."""

import re
from datetime import date

import pytest
import yaml

from klbio import __version__

RELEASE = re.compile(r"^## (\d+\.\d+\.\d+) \((\d{4}-\d{2}-\d{2})\)$", re.MULTILINE)


@pytest.fixture(scope="module")
def releases(root):
    """(version, date) of each released section of the change log, newest first."""
    return RELEASE.findall((root / "CHANGELOG.md").read_text())


def test_version_is_that_of_the_newest_release(releases):
    assert releases[0][0] == __version__


def test_citation_agrees(root, releases):
    citation = yaml.safe_load((root / "CITATION.cff").read_text())
    assert (citation["version"], citation["date-released"]) == (
        __version__,
        date.fromisoformat(releases[0][1]),
    )


def test_releases_stand_in_order(releases):
    numbers = [tuple(int(part) for part in version.split(".")) for version, _ in releases]
    assert numbers == sorted(numbers, reverse=True)
    assert [day for _, day in releases] == sorted((day for _, day in releases), reverse=True)


def test_changes_are_not_wider_than_a_screen(root):
    assert [line for line in (root / "CHANGELOG.md").read_text().splitlines() if len(line) >= 120] == []
