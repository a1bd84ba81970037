"""In how many jobs models are compared: by their sheet and the sizes of its files, before any job."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from klbio.errors import InputError
from klbio.io import BUILT_IN, recognised
from klbio.io.sheets.model_sheet import ModelEntry

__all__ = ["ModelPlan"]

LEAST_SECONDS = 600  # of a job: twice those of a chunk of a study, as each reads all models
OF_GENES, OF_HIDDEN, OF_STATES = (
    1e-5,
    0.1,
    2e-9,
)  # seconds a pair: of gene models, of hidden ones, of match states
BYTES = {"hmmer": 200, "hhsuite": 400, "infernal": 400}  # of a match state, of the tersest file of a format
STATES, HIDDEN = 200, "hidden"


@dataclass(frozen=True)
class ModelPlan:
    """How much there is to compare; rough figures will do, no number hangs on them.

    Attributes
    ----------
    n_genes : int
        Lines of the sheet that are neither of the following.
    n_hidden : int, optional
        Hidden Markov models.
    n_states : int, optional
        Match states of all profile HMMs.
    n_asked : int, optional
        Jobs that the config names.

    Examples
    --------
    Models of 500 species; all of Pfam; a hundred hidden Markov models:

    >>> [plan.n_jobs for plan in (ModelPlan(500), ModelPlan(0, n_states=3_800_000), ModelPlan(0, n_hidden=100))]
    [1, 48, 1]
    >>> ModelPlan(24).parts, ModelPlan(24, n_asked=3).parts
    ([], [1, 2, 3])
    """

    n_genes: int
    n_hidden: int = 0
    n_states: int = 0
    n_asked: int = 0

    @property
    def n_models(self) -> int:
        """Give about how many there are: a profile has some two hundred match states."""
        return self.n_genes + self.n_hidden + self.n_states // STATES

    @property
    def minutes(self) -> float:
        """Give what all pairs take on one core."""
        seconds = OF_GENES * self.n_genes**2 + OF_HIDDEN * self.n_hidden**2 + OF_STATES * self.n_states**2
        return seconds / 60

    @property
    def n_jobs(self) -> int:
        """Give as many as take ten minutes or more each, or as was asked for."""
        return self.n_asked or max(int(self.minutes * 60 // LEAST_SECONDS), 1)

    @property
    def parts(self) -> list[int]:
        """Give each part its number; none where one job compares all."""
        return list(range(1, self.n_jobs + 1)) if self.n_jobs > 1 else []

    @property
    def minutes_of_job(self) -> float:
        """Give what the pairs of a part take."""
        return self.minutes / self.n_jobs

    @classmethod
    def of(cls, entries: Iterable[ModelEntry], n_asked: int = 0, *, looked_at: bool = True) -> ModelPlan:
        """Count what the lines of a sheet name.

        Parameters
        ----------
        entries : iterable of ModelEntry
        n_asked : int, optional
        looked_at : bool, default True
            Whether files that are here are looked at: not where jobs are handed others, as from a storage.
        """
        kinds = [(entry, _format(entry, looked_at)) for entry in entries]
        states = [
            entry.path.stat().st_size // BYTES[kind]
            for entry, kind in kinds
            if kind in BYTES and looked_at and entry.path.is_file()
        ]
        n_hidden = sum(kind == HIDDEN for _, kind in kinds)
        return cls(len(kinds) - n_hidden - len(states), n_hidden, sum(states), n_asked)


def _format(entry: ModelEntry, looked_at: bool) -> str | None:
    """Give the format that the sheet names, or of what is there."""
    if entry.format or not looked_at or entry.source.startswith(BUILT_IN) or not entry.path.is_file():
        return entry.format
    with suppress(InputError, OSError):  # its job names what is wrong with it
        return recognised(entry.path)
    return None
