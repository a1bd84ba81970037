"""What every test may ask for."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from klbio.io import trial
from tests.trials import Trials

# how long an example takes says how busy the machine is, not whether the code is right
UNTIMED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
# `make test` says the same of the same code every time; `make explore` looks for what its examples do not show
settings.register_profile("same", UNTIMED, derandomize=True, database=None)
settings.register_profile("others", UNTIMED, print_blob=True)
settings.load_profile("same")

EMPTY = '<svg xmlns="http://www.w3.org/2000/svg"></svg>'
ROOT = Path(__file__).parents[1]
LONGEST = ("test_workflow.py", "test_pages.py", "test_golden.py", "test_storage.py", "test_apart.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that no processor waits for another at the end."""
    items.sort(key=lambda item: item.path.name not in LONGEST)


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """Reference data that stand beside the repository, where they do."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the reference data of ../shared are not on this machine")
    return folder


@pytest.fixture(scope="session", autouse=True)
def trials() -> Iterator[None]:
    """Files are looked into by forks of one process, which saves a start of Python for each."""
    with pytest.MonkeyPatch.context() as patch:
        running = Trials()
        patch.setattr(trial, "look", running.look)
        yield
        running.end()


@pytest.fixture(scope="module")
def undrawn() -> Iterator[None]:
    """Pages with empty pictures, for tests that read their text: most of a page's time goes into its figures."""
    from klbio.report.figures.svg import Drawing, Figure

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Figure, "draw", lambda figure: Drawing(figure.name, figure.alt_text, EMPTY, EMPTY))
        yield
