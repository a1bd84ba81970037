"""What each model of a comparison is, whatever its kind."""

from __future__ import annotations

from dataclasses import replace

from klbio.models import GeneModel, HiddenMarkovModel, Model, ProfileHMM
from klbio.schema import ModelRow

__all__ = ["KINDS", "described"]

KINDS = {GeneModel: "gene model", ProfileHMM: "profile HMM", HiddenMarkovModel: "hidden Markov model"}


def described(name: str, model: Model) -> ModelRow:
    """Give its row, but for what a sheet says of it."""
    row = ModelRow(model=name, kind=KINDS[type(model)], format=model.format, path="", group="", alphabet="")
    if isinstance(model, HiddenMarkovModel):
        return replace(row, alphabet=" ".join(model.symbols), n_states=len(model.states))
    if isinstance(model, ProfileHMM):
        return replace(row, alphabet=model.alphabet.name, components="match", n_match=model.n_match)
    return replace(
        row, alphabet="DNA", components=" ".join([*model.components, *["sites"] * bool(model.sites)]),
        n_gc_classes=len(model.classes), gc_class=model.default_class, coding_order=model.coding.order,
        genetic_code=model.coding.genetic_code, stop_mass_per_codon=model.coding.stop_mass_per_codon,
        last_order_bits_per_base=model.coding.truncation_cost,
    )  # fmt: skip
