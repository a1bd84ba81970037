"""Some rows of the square of all models -> a part of their comparison, which `klbio.steps.models` takes."""

from __future__ import annotations

from dataclasses import dataclass

from klbio.errors import StrPath
from klbio.steps.models_chosen import ModelsChosen
from klbio.steps.step import takes

__all__ = ["ModelPart", "compare_some_models"]


@dataclass(frozen=True, kw_only=True)
class ModelPart(ModelsChosen):
    """What `compare_some_models` is given, which says what each is."""

    part: StrPath
    tile: int
    tiles: int


@takes(ModelPart)
def compare_some_models(given: ModelPart) -> None:
    """Compare one part of all models with the others, and write all that is found into one file.

    The other parameters are those of `klbio.steps.models.compare_models`, which takes the files of all parts.  Every
    part reads all models: they are what its own are held against, and the quick test of profiles is made of all.

    Parameters
    ----------
    part : path-like
        The file: columns of numbers as they are, with checksums of what they were found of.
    tile : int
        Which part, from 1 on.
    tiles : int
        Of how many, each about as much work as any other.

    Raises
    ------
    InputError
        Every fault of every file at once, as `klbio.steps.models.compare_models` says them; a part that there is not.
    """
    from klbio.models.comparison.tile import Tile
    from klbio.steps.model_portions import write_portion

    tile = Tile(given.tile, given.tiles)
    loaded = given.both_sides().value
    write_portion(given.part, given.identity(loaded), tile, given.comparison(loaded).compared(tile))
