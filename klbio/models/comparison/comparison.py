"""Models compared in memory: every table of the comparison, each computed when it is first asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, TypeVar

import pandas as pd

from klbio.errors import InputError, whole_number_faults
from klbio.models import GeneModel, HiddenMarkovModel, ProfileHMM
from klbio.models.comparison.changes import ProfileChanges
from klbio.models.comparison.codons import CodonPairs
from klbio.models.comparison.compared import Compared
from klbio.models.comparison.described import KINDS, described
from klbio.models.comparison.gene_models import GeneModels
from klbio.models.comparison.groups import ModelGroups, group_faults
from klbio.models.comparison.hidden import HiddenModels
from klbio.models.comparison.profiles import Profiles
from klbio.models.comparison.segments import Segments
from klbio.models.comparison.sides import side_faults
from klbio.models.comparison.states import States
from klbio.models.comparison.tile import Tile
from klbio.models.entry_key import EntryKey
from klbio.models.hidden.model import N_SYMBOLS
from klbio.models.interop import as_models
from klbio.models.markov.content_model import EPSILON, settle
from klbio.progress import over
from klbio.schema import MODEL_TABLES, DendrogramRow, HiddenRow, LintRow, ModelPairRow, Row, named
from klbio.seeding import SEED

if TYPE_CHECKING:
    from klbio.models.interop import ModelLike

__all__ = ["Comparison"]

COMPONENT, BITS = named(ModelPairRow, lambda row: (row.component, row.relative_entropy_bits))
(RATE,) = named(HiddenRow, lambda row: (row.relative_entropy_rate_bits_per_symbol,))
SHOWN = 5  # pairs of each kind, in a notebook
M = TypeVar("M", GeneModel, ProfileHMM, HiddenMarkovModel)


class Comparison:
    """Every pair of some models, compared in bits.

    Gene models and hidden Markov models are compared in both directions, profile HMMs once a pair, after
    alignment.  A table is computed when it is first asked for, and kept.

    Parameters
    ----------
    models : mapping of str to model, or sequence of models
        `GeneModel`, `ProfileHMM`, `HiddenMarkovModel`, a pyhmmer HMM, a Bio.motifs Motif, mixed or not; a
        sequence goes by their own names.
    epsilon : float, default 1e-4
        Smoothing of gene models, see `ContentModel.comparable`.
    n_symbols : int, default 300000
        Length of the sequence drawn from each hidden Markov model.
    seed : int, default 1
        Start of every random number.
    threads : int, default 1
        That align profiles; no number depends on it.

    groups : mapping of str to str, optional
        Model to group, as a laboratory's: each two groups are compared.
    against : models, as `models`, optional
        Profiles that each profile of `models` is held against; those of one side are not held against each other.
    by : {'accession', 'name'}, optional
        Hold each profile against its own entry of `against` instead: what changed, is gone, is new.
    known : Compared, optional
        What `compared` gave of every part of these models, put together: it is not computed again.

    Raises
    ------
    InputError
        If there is no model, two share a name, `epsilon` is no probability, or another number is out of range.

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
        self, models: Mapping[str, ModelLike] | Sequence[ModelLike], *, epsilon: float = EPSILON,
        n_symbols: int = N_SYMBOLS, seed: int = SEED, threads: int = 1, groups: Mapping[str, str] | None = None,
        against: Mapping[str, ModelLike] | Sequence[ModelLike] | None = None, by: EntryKey | None = None,
        known: Compared | None = None,
    ) -> None:  # fmt: skip
        InputError.raise_any(
            whole_number_faults("n_symbols", n_symbols, 1)
            + whole_number_faults("seed", seed, 0)
            + whole_number_faults("threads", threads, 1)
        )
        rates, found, hidden = (known.rates, known.profiles, known.hidden) if known else (None, None, None)
        first = as_models(models)
        second = {} if against is None else as_models(against)
        InputError.raise_any(side_faults(first, second, by))
        self._models = first | second
        InputError.raise_any(group_faults(groups, list(self._models)))
        self._groups = ModelGroups(groups or {}, seed)
        self._genes = GeneModels(self._of(GeneModel), epsilon, len(self._groups.names) > 1, rates)
        self._segments = Segments(self._genes.models, epsilon, self._genes.listed)
        self._codons = CodonPairs(self._genes)
        profiles = self._of(ProfileHMM)
        self._profiles = Profiles(
            {} if by else profiles, seed, threads, len(first) if second and not by else None,
            found,
        )  # fmt: skip
        one, other = ({name: profiles[name] for name in side if name in profiles} for side in (first, second))
        self._changes = ProfileChanges(one, other, by, threads)
        self._hidden = HiddenModels(self._of(HiddenMarkovModel), n_symbols, seed, hidden)

    def _of(self, kind: type[M]) -> dict[str, M]:
        return {name: model for name, model in self._models.items() if isinstance(model, kind)}

    def compared(self, tile: Tile) -> Compared:
        """Compute what takes the time, of one part of the models; see `klbio.models.comparison.tile.Tile`.

        Examples
        --------
        >>> import numpy as np
        >>> from klbio.models import ContentModel, GCClass
        >>> fair = GeneModel("fair", [GCClass(ContentModel(np.full((3, 16, 4), 0.25)))])
        >>> whole = Comparison({"one": fair, "other": fair})
        >>> parts = [whole.compared(Tile(number, 2)) for number in (1, 2)]
        >>> again = Comparison({"one": fair, "other": fair}, known=Compared.joined(parts))
        >>> again.pairs.equals(whole.pairs)
        True
        """
        return Compared(self._genes.found(tile), self._profiles.found(tile), list(self._hidden.found(tile)))

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by name, as in `klbio.schema.MODEL_TABLES`."""
        return {
            name: getattr(self, name) for name in over(MODEL_TABLES, len(MODEL_TABLES), "table", "comparison")
        }

    @cached_property
    def models(self) -> pd.DataFrame:
        """What each model is: its kind, alphabet, components and order."""
        settle(model.coding for model in self._genes.models.values())
        leaves = self._genes.leaves | self._profiles.leaves
        rows = (described(name, model) for name, model in self._models.items())
        return _frame("models", (replace(row, leaf=leaves.get(row.model)) for row in rows))

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """Each listed pair of gene models: relative entropies of each content model, of segments and their order."""
        frames = [self._genes.pair_frame, *self._segments.pair_frames()]
        return MODEL_TABLES["pairs"].arranged(pd.concat(frames, ignore_index=True))

    @cached_property
    def groups(self) -> pd.DataFrame:
        """Each two groups of gene models: how far apart beyond the models of one group, with a p by permutation."""
        several = len(self._groups.names) > 1
        return _frame("groups", self._groups.rows(self._genes.pair_rows()) if several else ())

    @cached_property
    def gc_classes(self) -> pd.DataFrame:
        """The GC classes of gene models, each with its like."""
        return _frame("gc_classes", self._genes.classes.rows())

    @cached_property
    def states(self) -> pd.DataFrame:
        """The pairs position by position: of the codon, of a site, by kind of segment."""
        states = States()
        self._genes.add_states(states)
        self._segments.add_states(states)
        return states.frame()

    @cached_property
    def codons(self) -> pd.DataFrame:
        """Codon usage: what each codon adds to a pair's relative entropy."""
        return self._codons.frame()

    @cached_property
    def sites(self) -> pd.DataFrame:
        """Splice sites, start and stop codons of each ordered pair."""
        return self._genes.site_frame()

    @cached_property
    def site_letters(self) -> pd.DataFrame:
        """Letters of the sequence logo of each site."""
        return _frame("site_letters", self._genes.site_letter_rows())

    @cached_property
    def profiles(self) -> pd.DataFrame:
        """Profile HMMs against their background, as HMMER's ``hmmstat``."""
        return _frame("profiles", self._profiles.rows())

    @cached_property
    def changes(self) -> pd.DataFrame:
        """What changed between two databases of profiles, entry by entry."""
        return _frame("changes", self._changes.rows)

    @cached_property
    def alignments(self) -> pd.DataFrame:
        """Aligned pairs of profiles, the best first."""
        return _frame("alignments", self._profiles.alignment_rows())

    @cached_property
    def aligned_columns(self) -> pd.DataFrame:
        """The columns of these alignments."""
        return self._profiles.column_frame()

    @cached_property
    def aligned_letters(self) -> pd.DataFrame:
        """Letters of the logos of the best related pairs."""
        return self._profiles.letter_frame()

    @cached_property
    def dendrogram(self) -> pd.DataFrame:
        """Line segments of the trees, one for each component."""
        trees = self._genes.trees | ({"match": self._profiles.tree} if self._profiles.tree else {})
        lines = ((component, line) for component, tree in trees.items() for line in tree.segments.tolist())
        return _frame(
            "dendrogram",
            (
                DendrogramRow(component=component, x1=x1, y1=y1, x2=x2, y2=y2)
                for component, (x1, y1, x2, y2) in lines
            ),
        )

    @cached_property
    def hidden(self) -> pd.DataFrame:
        """Each ordered pair of hidden Markov models over the same symbols, by simulation."""
        return _frame("hidden", self._hidden.rows())

    @cached_property
    def lint(self) -> pd.DataFrame:
        """What is noteworthy about a model."""
        found = self._genes.findings() | self._profiles.findings()
        return _frame(
            "lint",
            (
                LintRow(
                    model=name,
                    path="",
                    severity=finding.severity,
                    component=finding.component,
                    finding=finding.text,
                )
                for name, model in self._models.items()
                for finding in (*model.findings, *found.get(name, ()))
            ),
        )

    @cached_property
    def dropped(self) -> pd.DataFrame:
        """What was not compared, and why."""
        return _frame(
            "dropped",
            self._hidden.dropped(),
            self._profiles.dropped(),
            self._genes.listed.dropped(),
            self._changes.dropped(),
        )

    def __repr__(self) -> str:
        kinds = Counter(KINDS[type(model)] for model in self._models.values())
        counted = (f"{n} {kind}{'s' if n > 1 else ''}" for kind, n in kinds.items())
        return "Comparison of " + ", ".join(counted)

    def _repr_html_(self) -> str:
        """What a notebook shows: what is compared, and the closest pairs."""
        coding = self.pairs[self.pairs[COMPONENT] == "coding"]
        shown = {
            "pairs": coding.sort_values(BITS).head(SHOWN),
            "alignments": self.alignments.head(SHOWN),
            "hidden": self.hidden.sort_values(RATE).head(SHOWN),
        }
        parts = [
            f"<p>.{name}, the closest of {len(getattr(self, name))} rows</p>"
            + rows.dropna(axis="columns", how="all").to_html(index=False)
            for name, rows in shown.items()
            if len(rows)
        ]
        return f"<p>{self!r}</p>" + "".join(parts)


def _frame(name: str, *rows: Iterable[Row]) -> pd.DataFrame:
    return MODEL_TABLES[name].frame(chain(*rows))
