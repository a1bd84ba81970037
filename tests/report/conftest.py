"""Pages rendered once for all tests of the report."""

from contextlib import nullcontext

import pytest

from klbio.report.page import Page, render
from klbio.report.tables import Results, read_results
from tests.report.tables import write_results


@pytest.fixture(scope="session", autouse=True)
def charts_are_checked():
    """Altair's own checks of each part of a chart, which drawing does without."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("klbio.report.figures.svg.debug_mode", nullcontext)
        yield


@pytest.fixture(scope="session")
def results(tmp_path_factory) -> Results:
    """All three routes, hostile names included."""
    return read_results(write_results(tmp_path_factory.mktemp("results"), subjects_per_arm=3))


@pytest.fixture(scope="session")
def page(results) -> Page:
    """The page of `results`."""
    return render(results)
