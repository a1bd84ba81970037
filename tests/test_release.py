"""The release script: what it refuses, and that what it writes agrees."""

import pytest

from tools.release import not_locked, nothing_to_release, released, wrong_version

MODULE = '"""klbio."""\n\n__version__ = "0.2.0"\n'
CITATION = "version: 0.2.0\ndate-released: 2026-11-25\nlicense: BSD-3-Clause\n"
CHANGES = (
    "# Changes\n\n## Unreleased\n\n### Added\n- A thing.\n\n## 0.2.0 (2026-11-25)\n\n### Added\n- Another.\n"
)


def test_released_files_hold_one_version_and_day():
    texts = {"klbio/__init__.py": MODULE, "CITATION.cff": CITATION, "CHANGELOG.md": CHANGES}
    module, citation, changes = released(texts, "0.10.0", "2027-01-02").values()
    assert '__version__ = "0.10.0"' in module
    assert citation == "version: 0.10.0\ndate-released: 2027-01-02\nlicense: BSD-3-Clause\n"
    assert (
        "## Unreleased\n\n## 0.10.0 (2027-01-02)\n\n### Added\n- A thing.\n\n## 0.2.0 (2026-11-25)\n"
        in changes
    )
    assert nothing_to_release(changes)


@pytest.mark.parametrize("version", ["", "0.2", "v0.3.0", "0.2.0", "0.1.9"])
def test_version_that_is_none_or_no_greater_is_refused(version):
    assert wrong_version(version, MODULE)


@pytest.mark.parametrize("version", ["0.2.1", "0.3.0", "0.10.0", "1.0.0"])
def test_greater_version(version):
    assert not wrong_version(version, MODULE)


def test_changes_are_needed():
    assert not nothing_to_release(CHANGES)


def test_every_dependency_is_locked():
    assert not_locked() == []
