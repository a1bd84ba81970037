"""Models that hold scores against a background which is not in their file: put on that of a query's genes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from klbio.distributions import FloatArray
from klbio.models import GeneModel
from klbio.models.markov.content_model import ContentModel
from klbio.models.training.dicodons import background_model, hexamer_law, on_background

__all__ = ["ASSUMED", "QUERY", "background_of", "on_query_background"]

ASSUMED, QUERY = "assumed", "query"
PRODIGAL = "prodigal"


def background_of(model: GeneModel) -> str:
    """Say on which background a model's scores were read; empty for models of probabilities."""
    background = model.classes[0].background
    if model.format != PRODIGAL or background is None:
        return ""
    return QUERY if background.order else ASSUMED


def on_query_background(models: Mapping[str, GeneModel], genes: Sequence[bytes]) -> dict[str, GeneModel]:
    """Put the sets of Prodigal on the hexamers of genes in all six frames, which are nearly those of their genome.

    Prodigal scores against the genome that it runs on.  For a genome like that of a set this background is the true
    one; independent bases, which are assumed without a query, cost .05 to .07 bits a base there.  Beside models that
    stand on no background this would be no fair comparison, as the query's composition helps each set: then they stay.
    """
    if any(background_of(model) != ASSUMED for model in models.values()):
        return dict(models)
    hexamers = hexamer_law(genes)
    background = background_model(hexamers)
    return {name: _put(model, hexamers, background) for name, model in models.items()}


def _put(model: GeneModel, hexamers: FloatArray, background: ContentModel) -> GeneModel:
    classes = tuple(
        replace(one, coding=on_background(one.coding, one.background, hexamers), background=background)
        for one in model.classes
        if one.background is not None
    )
    return replace(model, classes=classes)
