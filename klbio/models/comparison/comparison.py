"""Models compared in memory: every table of the comparison, each computed when it is first asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import Any, TypeVar

import pandas as pd

from klbio.errors import InputError, listed
from klbio.models import Finding, GeneModel, HiddenMarkovModel, Model, ProfileHMM
from klbio.models.comparison.aligned_profiles import (
    ALIGNED_COLUMNS,
    ALIGNMENT_COLUMNS,
    AlignedProfiles,
    aligned_profiles,
    family_rows,
)
from klbio.models.comparison.codons import CODON_COLUMNS, codon_rows, pairs_without_codons
from klbio.models.comparison.gc_classes import GC_CLASS_COLUMNS, Classes, class_rows
from klbio.models.comparison.gene_models import (
    DENDROGRAM_COLUMNS,
    PAIR_COLUMNS,
    PROFILE_COLUMNS,
    SITE_COLUMNS,
    STATE_COLUMNS,
    GeneModels,
    dendrogram_rows,
    gene_model_columns,
    lint_findings,
    pair_rows,
    profile_rows,
    site_rows,
    state_rows,
)
from klbio.models.comparison.hidden import HIDDEN_COLUMNS, N_SYMBOLS, hidden_rows, incomparable
from klbio.models.comparison.letters import (
    ALIGNED_LETTER_COLUMNS,
    SITE_LETTER_COLUMNS,
    aligned_letter_rows,
    site_letter_rows,
)
from klbio.models.comparison.segments import Segments, segment_pair_rows, segment_state_rows
from klbio.models.markov.rates import EPSILON

__all__ = ["TABLES", "Comparison"]

MODEL_COLUMNS = (
    "model", "kind", "format", "path", "group", "alphabet", "components", "n_gc_classes", "gc_class",
    "coding_order", "stop_mass_per_codon", "last_order_bits_per_base", "n_match", "leaf",
)  # fmt: skip
LINT_COLUMNS = ("model", "path", "severity", "component", "finding")
DROPPED_COLUMNS = ("source", "kind", "name", "reason")
TABLES = {
    "models": MODEL_COLUMNS,
    "pairs": PAIR_COLUMNS,
    "gc_classes": GC_CLASS_COLUMNS,
    "states": STATE_COLUMNS,
    "codons": CODON_COLUMNS,
    "sites": SITE_COLUMNS,
    "site_letters": SITE_LETTER_COLUMNS,
    "profiles": PROFILE_COLUMNS,
    "alignments": ALIGNMENT_COLUMNS,
    "aligned_columns": ALIGNED_COLUMNS,
    "aligned_letters": ALIGNED_LETTER_COLUMNS,
    "dendrogram": DENDROGRAM_COLUMNS,
    "hidden": HIDDEN_COLUMNS,
    "lint": LINT_COLUMNS,
    "dropped": DROPPED_COLUMNS,
}
KINDS = {GeneModel: "gene model", ProfileHMM: "profile HMM", HiddenMarkovModel: "hidden Markov model"}
SHOWN = 5  # pairs of each kind, in a notebook
Row = dict[str, Any]
M = TypeVar("M", GeneModel, ProfileHMM, HiddenMarkovModel)


class Comparison:
    """Every pair of some models, compared in bits.

    Gene models and hidden Markov models are compared in both directions, profile HMMs once a pair, after
    alignment.  A table is computed when it is first asked for, and kept.

    Parameters
    ----------
    models : mapping of str to model, or sequence of models
        `GeneModel`, `ProfileHMM` and `HiddenMarkovModel`, mixed or not; a sequence goes by their own names.
    epsilon : float, default 1e-4
        Smoothing of gene models, see `klbio.models.markov.content.comparable`.
    n_symbols : int, default 300000
        Length of the sequence drawn from each hidden Markov model.
    seed : int, default 1
        Start of every random number.
    threads : int, default 1
        That align profiles; no number depends on it.

    Raises
    ------
    InputError
        If there is no model, two share a name, or `epsilon` is no probability.

    Examples
    --------
    >>> import numpy as np
    >>> from klbio.models import ContentModel, GCClass
    >>> rows = np.full((2, 3, 16, 4), 0.25)
    >>> rows[1] = 0.1, 0.4, 0.4, 0.1
    >>> fair, rich = (GeneModel(name, [GCClass(ContentModel(r))]) for name, r in zip(("fair", "rich"), rows))
    >>> comparison = Comparison([fair, rich])
    >>> comparison
    Comparison of 2 gene models
    >>> comparison.pairs[["model_p", "model_q", "relative_entropy_bits"]].round(2).values.tolist()
    [['fair', 'rich', 0.32], ['rich', 'fair', 0.28]]
    """

    def __init__(
        self, models: Mapping[str, Model] | Sequence[Model], *, epsilon: float = EPSILON,
        n_symbols: int = N_SYMBOLS, seed: int = 1, threads: int = 1,
    ) -> None:  # fmt: skip
        self._models = _named(models)
        self.epsilon = epsilon
        self.n_symbols = n_symbols
        self.seed = seed
        self.threads = threads
        self._gene_models = GeneModels(self._of(GeneModel), epsilon)
        self._classes = Classes(self._of(GeneModel), epsilon)
        self._segments = Segments(self._of(GeneModel), epsilon)

    def _of(self, kind: type[M]) -> dict[str, M]:
        return {name: model for name, model in self._models.items() if isinstance(model, kind)}

    @cached_property
    def _profiles(self) -> AlignedProfiles:
        return aligned_profiles(self._of(ProfileHMM), seed=self.seed, threads=self.threads)

    @cached_property
    def _trees(self) -> tuple[list[Row], dict[str, int]]:
        """Segments of all dendrograms, and the place of each model among the leaves of its own."""
        genes, gene_leaves = dendrogram_rows(self._gene_models)
        families, profile_leaves = family_rows(self._profiles, DENDROGRAM_COLUMNS)
        return genes + families, gene_leaves | profile_leaves

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by name, as `klbio.steps.models.compare_models` writes them."""
        return {name: getattr(self, name) for name in TABLES}

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """Each ordered pair of gene models: relative entropies of each content model, of segments and their order."""
        rows = pair_rows(self._gene_models, self._classes), segment_pair_rows(self._segments)
        return _frame("pairs", *rows)

    @cached_property
    def states(self) -> pd.DataFrame:
        """The same, position by position: of the codon, of a site, by kind of segment."""
        return _frame("states", state_rows(self._gene_models), segment_state_rows(self._segments))

    @cached_property
    def gc_classes(self) -> pd.DataFrame:
        """The GC classes of gene models, each with its like."""
        return _frame("gc_classes", class_rows(self._classes))

    @cached_property
    def codons(self) -> pd.DataFrame:
        """Codon usage: what each codon adds to a pair's relative entropy."""
        return _frame("codons", codon_rows(self._gene_models))

    @cached_property
    def sites(self) -> pd.DataFrame:
        """Splice sites, start and stop codons of each ordered pair."""
        return _frame("sites", site_rows(self._gene_models))

    @cached_property
    def site_letters(self) -> pd.DataFrame:
        """Letters of the sequence logo of each site."""
        return _frame("site_letters", site_letter_rows(self._gene_models.models))

    @cached_property
    def profiles(self) -> pd.DataFrame:
        """Profile HMMs against their background, as HMMER's ``hmmstat``."""
        return _frame("profiles", profile_rows(self._of(ProfileHMM)))

    @cached_property
    def alignments(self) -> pd.DataFrame:
        """Aligned pairs of profiles, the best first."""
        return _frame("alignments", self._profiles.alignment_rows())

    @cached_property
    def aligned_columns(self) -> pd.DataFrame:
        """The columns of these alignments."""
        return _frame("aligned_columns", self._profiles.column_rows())

    @cached_property
    def aligned_letters(self) -> pd.DataFrame:
        """Letters of the logos of the best related pairs."""
        return _frame("aligned_letters", aligned_letter_rows(self._profiles))

    @cached_property
    def dendrogram(self) -> pd.DataFrame:
        """Line segments of the trees, one for each component."""
        return _frame("dendrogram", self._trees[0])

    @cached_property
    def hidden(self) -> pd.DataFrame:
        """Each ordered pair of hidden Markov models over the same symbols, by simulation."""
        return _frame("hidden", hidden_rows(self._of(HiddenMarkovModel), self.n_symbols, self.seed))

    @cached_property
    def lint(self) -> pd.DataFrame:
        """What is noteworthy about a model."""
        found = lint_findings(self._gene_models) | self._profiles.findings()
        return _frame("lint", (row for name in self._models for row in self._lint_rows(name, found)))

    def _lint_rows(self, name: str, found: Mapping[str, Sequence[Finding]]) -> Iterable[Row]:
        for one in (*self._models[name].findings, *found.get(name, ())):
            yield {"model": name, "severity": one.severity, "component": one.component, "finding": one.text}

    @cached_property
    def dropped(self) -> pd.DataFrame:
        """What was not compared, and why."""
        alone = map(_without_partner, incomparable(self._of(HiddenMarkovModel)))
        return _frame("dropped", alone, self._profiles.dropped(), pairs_without_codons(self._gene_models))

    @cached_property
    def models(self) -> pd.DataFrame:
        """What each model is: its kind, alphabet, components and order."""
        return _frame("models", (self._description(name) for name in self._models))

    def _description(self, name: str) -> Row:
        model, leaf = self._models[name], self._trees[1].get(name)
        row = {"model": name, "format": model.format, "leaf": leaf}
        if isinstance(model, GeneModel):
            return row | {"kind": "gene model"} | gene_model_columns(model)
        if isinstance(model, HiddenMarkovModel):
            states = f"{len(model.states)} states"
            return row | {
                "kind": "hidden Markov model", "alphabet": " ".join(model.symbols), "components": states,
            }  # fmt: skip
        return row | {
            "kind": "profile HMM", "alphabet": model.alphabet.name, "components": "match", "n_match": model.n_match,
        }  # fmt: skip

    def __repr__(self) -> str:
        kinds = Counter(KINDS[type(model)] for model in self._models.values())
        told = (f"{n} {kind}{'s' if n > 1 else ''}" for kind, n in kinds.items())
        return "Comparison of " + ", ".join(told)

    def _repr_html_(self) -> str:
        """What a notebook shows: what is compared, and the closest pairs."""
        coding = self.pairs[self.pairs["component"] == "coding"]
        shown = {
            "pairs": coding.sort_values("relative_entropy_bits").head(SHOWN),
            "alignments": self.alignments.head(SHOWN),
            "hidden": self.hidden.sort_values("relative_entropy_rate_bits_per_symbol").head(SHOWN),
        }
        parts = [
            f"<p>.{name}, the closest of {len(getattr(self, name))} rows</p>"
            + rows.dropna(axis="columns", how="all").to_html(index=False)
            for name, rows in shown.items()
            if len(rows)
        ]
        return f"<p>{self!r}</p>" + "".join(parts)


def _named(models: Mapping[str, Model] | Sequence[Model]) -> dict[str, Model]:
    """Give models by the names that tables call them."""
    if isinstance(models, Mapping):
        named = dict(models)
    else:
        named = {model.name: model for model in models}
        if len(named) < len(models):
            times = Counter(model.name for model in models)
            found = f"more than one model called {listed(name for name, n in times.items() if n > 1)}"
            raise InputError.one("models", found, "a name for each", "Give a mapping of names to models.")
    if not named:
        raise InputError.one("models", "no model", "at least one gene model or profile HMM")
    return named


def _frame(name: str, *rows: Iterable[Row]) -> pd.DataFrame:
    return pd.DataFrame(list(chain(*rows)), columns=list(TABLES[name]))


def _without_partner(name: str) -> Row:
    reason = "no other hidden Markov model over the same symbols: no pair in hidden.tsv"
    return {"source": "models", "kind": "model", "name": name, "reason": reason}
