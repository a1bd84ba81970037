"""`Counts` and `Distribution`: labelled rows, checked once at the door, then frozen.

Rows are samples, the last axis is categories.  Counts may be sparse (a taxa table
of thousands of samples is nearly all zeros); a distribution of a few rows is dense.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from klbio.errors import Fault, InputError, listed

__all__ = ["Counts", "Distribution", "FloatArray", "MatrixLike", "Unit"]

FloatArray = NDArray[np.float64]
MatrixLike: TypeAlias = "ArrayLike | sparse.sparray | sparse.spmatrix"
Unit = Literal["reads", "proportions"]
TOLERANCE = 1e-9
MAX_WORD = 12  # letters of the longest k-mer that is counted


def _label_faults(name: str, kind: str, labels: Sequence[str]) -> list[Fault]:
    repeated = [label for label, times in Counter(labels).items() if times > 1]
    faults = []
    if repeated:
        found = f"{kind} {listed(repeated)} given more than once"
        faults.append(Fault(name, found, f"each {kind} once", "Rename or merge them."))
    if "" in labels:
        faults.append(Fault(name, f"a {kind} without a name", f"a name for each {kind}"))
    return faults


def _shape_faults(name: str, shape: tuple[int, ...], samples: int, labels: int) -> list[Fault]:
    if shape == (samples, labels):
        return []
    return [
        Fault(
            name,
            f"an array of shape {shape}",
            f"({samples}, {labels}): one row per sample, one column per label",
        )
    ]


def _sparse(values: MatrixLike, name: str, copy: bool) -> sparse.csr_array:
    try:
        numbers = values if sparse.issparse(values) else np.asarray(values, dtype=float)
        return sparse.csr_array(numbers, dtype=np.float64, copy=copy)
    except (TypeError, ValueError) as error:
        raise InputError.one(name, f"values that are no numbers ({error})", "an array of counts") from error


def _count_faults(name: str, matrix: sparse.csr_array, samples: Sequence[str]) -> list[Fault]:
    bad = ~(np.isfinite(matrix.data) & (matrix.data >= 0))
    if not bad.any():
        return []
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))[bad]
    where = listed([samples[i] for i in np.unique(rows)])
    return [Fault(name, f"negative or non-finite counts in sample {where}", "finite counts of 0 or more")]


def _fraction_faults(name: str, matrix: sparse.csr_array, samples: Sequence[str]) -> list[Fault]:
    bad = matrix.data != np.round(matrix.data)
    if not bad.any():
        return []
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))[bad]
    remedy = "klbio needs counts: export the table before it is turned into proportions."
    where = listed([samples[i] for i in np.unique(rows)])
    return [Fault(name, f"fractional values in sample {where}", "whole numbers of reads", remedy)]


@dataclass(frozen=True, eq=False, repr=False)
class Counts:
    """How often each category was seen in each sample.

    Parameters
    ----------
    samples : sequence of str
        Names of the rows, kept verbatim.
    labels : sequence of str
        Names of the categories (taxa, k-mers, residues), kept verbatim.
    values : array_like or sparse matrix of shape (n_samples, n_categories)
        Non-negative, finite.  Stored as CSR; the caller's array is not touched.
    name : str
        What messages call it: the file it came from.
    unit : {"reads", "proportions"}
        What the values are: proportions are without depth, however many digits they have.
    copy : bool, default True
        Whether the values are copied; False of a CSR matrix that the caller gives away.

    Raises
    ------
    InputError
        All of: repeated names, a shape that does not fit, negative or non-finite values.

    Examples
    --------
    >>> counts = Counts(["day0", "day7"], ["Bacteroides", "Roseburia"], [[8, 2], [1, 9]])
    >>> counts
    Counts of 2 samples, 2 categories
    >>> counts.depth
    array([10., 10.])
    """

    samples: tuple[str, ...]
    labels: tuple[str, ...]
    values: sparse.csr_array
    name: str = "counts"
    unit: Unit = "reads"

    def __init__(
        self,
        samples: Sequence[str],
        labels: Sequence[str],
        values: MatrixLike,
        name: str = "counts",
        unit: Unit = "reads",
        *,
        copy: bool = True,
    ) -> None:
        matrix = _sparse(values, name, copy)
        faults = _label_faults(name, "sample", samples) + _label_faults(name, "category", labels)
        faults += _shape_faults(name, matrix.shape, len(samples), len(labels)) or _count_faults(
            name, matrix, samples
        )
        InputError.raise_any(faults)
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
        for field, value in (
            ("samples", tuple(samples)),
            ("labels", tuple(labels)),
            ("values", matrix),
            ("name", name),
            ("unit", unit),
        ):
            object.__setattr__(self, field, value)

    def __repr__(self) -> str:
        size = f"{len(self.samples)} samples, {len(self.labels)} categories"
        return f"Counts of {size}" + (f", from {self.name}" if self.name != "counts" else "")

    @classmethod
    def of_reads(cls, samples: Sequence[str], labels: Sequence[str], values: MatrixLike, name: str) -> Counts:
        """Make counts of whole reads.

        Raises
        ------
        InputError
            As for any counts; naming the samples with fractional values.
        """
        counts = cls(samples, labels, values, name)
        InputError.raise_any(_fraction_faults(name, counts.values, counts.samples))
        return counts

    @property
    def depth(self) -> FloatArray:
        """Total count of each sample, shape (n_samples,)."""
        return np.asarray(self.values.sum(axis=1), dtype=float).ravel()

    @property
    def of_words(self) -> bool:
        """Whether the categories are words of DNA, as k-mers are; a longer label of ACGT is an amplicon.

        >>> Counts(["s"], ["AC", "GT"], [[6, 2]]).of_words, Counts(["s"], ["AC", "C"], [[6, 2]]).of_words
        (True, False)
        """
        lengths = {len(label) for label in self.labels}
        return (
            len(lengths) == 1 and 1 < lengths.pop() <= MAX_WORD and set("".join(self.labels)) <= set("ACGT")
        )

    @property
    def in_groups(self) -> bool:
        """Whether the rows are groups of the reads of samples, as many of each.

        >>> Counts(["s/1", "s/2"], ["a"], [[6], [2]]).in_groups, Counts(["s/1"], ["a"], [[6]]).in_groups
        (True, False)
        """
        named = [sample.rpartition("/") for sample in self.samples]
        n_groups = sum(name == named[0][0] for name, _, _ in named) if named else 0
        expected = {f"{name}/{k}" for name, _, _ in named for k in range(1, n_groups + 1)}
        return n_groups > 1 and expected == set(self.samples)

    def proportions(self) -> Counts:
        """Give each sample's shares of its own sum, whatever that was; a sample without any stays so.

        >>> Counts(["s"], ["a", "b"], [[60, 20]], unit="proportions").proportions().dense()
        array([[0.75, 0.25]])
        """
        values = self.values.copy()
        values.data /= np.repeat(self.depth, np.diff(values.indptr))
        return Counts(self.samples, self.labels, values, self.name, "proportions", copy=False)

    def dense(self) -> FloatArray:
        """Give the counts as an ordinary array of shape (n_samples, n_categories)."""
        return np.asarray(self.values.toarray(), dtype=float)

    def rows(self, samples: Sequence[str]) -> Counts:
        """Keep the named samples, in the order asked for.

        Raises
        ------
        InputError
            Naming the samples that are not there.
        """
        if tuple(samples) == self.samples:
            return self
        position = {sample: i for i, sample in enumerate(self.samples)}
        unknown = [sample for sample in samples if sample not in position]
        if unknown:
            raise InputError.one(self.name, f"no sample {listed(unknown)}", f"some of {listed(self.samples)}")
        values = self.values[[position[sample] for sample in samples]]
        return Counts(samples, self.labels, values, self.name, self.unit, copy=False)

    def summed(self, groups: Sequence[str]) -> Counts:
        """Add up the columns that share a label in `groups`; new labels in order of first appearance.

        Parameters
        ----------
        groups : sequence of str of length n_categories
            The new label of each column.

        Examples
        --------
        >>> Counts(["s"], ["a", "b", "c"], [[1, 2, 4]]).summed(["x", "y", "x"]).dense()
        array([[5., 2.]])
        """
        labels = {label: i for i, label in enumerate(dict.fromkeys(groups))}
        columns = np.array([labels[group] for group in groups], dtype=int)
        ones = np.ones(len(columns))
        lump = sparse.csr_array((ones, (np.arange(len(columns)), columns)), shape=(len(columns), len(labels)))
        return Counts(self.samples, tuple(labels), self.values @ lump, self.name, self.unit, copy=False)

    def by_label(self) -> Counts:
        """Give the same counts with the categories in the order of their names: that of a file says nothing.

        >>> Counts(["s"], ["b", "a"], [[1, 2]]).by_label().labels
        ('a', 'b')
        """
        if list(self.labels) == (ordered := sorted(self.labels)):
            return self
        columns = sorted(range(len(self.labels)), key=self.labels.__getitem__)
        return Counts(self.samples, ordered, self.values[:, columns], self.name, self.unit, copy=False)

    def turned(self) -> Counts:
        """Give the table the other way round: what were categories are samples.

        >>> Counts(["s"], ["a", "b"], [[1, 2]]).turned().samples
        ('a', 'b')
        """
        return Counts(self.labels, self.samples, self.values.T, self.name, self.unit)


@dataclass(frozen=True, eq=False)
class Distribution:
    """Probabilities over labelled categories, one row per sample, with the name of their smoothing.

    Parameters
    ----------
    samples, labels : sequence of str
        Names of rows and columns.
    values : array_like of shape (n_samples, n_categories)
        Each row non-negative and summing to 1 within 1e-9.  Never renormalised here.
    smoothing : str
        How the zeros were treated, as it will stand beside every number made from it.

    Raises
    ------
    InputError
        Naming the rows that are negative, non-finite or do not sum to one.

    Examples
    --------
    >>> Distribution(["s"], ["a", "b"], [[0.5, 0.6]])
    Traceback (most recent call last):
        ...
    klbio.errors.InputError: distribution: rows 's' sum to 1.1; expected rows that sum to 1. ...
    """

    samples: tuple[str, ...]
    labels: tuple[str, ...]
    values: FloatArray
    smoothing: str = "none"

    def __init__(
        self, samples: Sequence[str], labels: Sequence[str], values: ArrayLike, smoothing: str = "none"
    ) -> None:
        array = np.array(values, dtype=float)
        faults = _label_faults("distribution", "sample", samples) + _label_faults(
            "distribution", "category", labels
        )
        faults += _shape_faults("distribution", array.shape, len(samples), len(labels))
        InputError.raise_any(faults or _row_faults(samples, array))
        array.setflags(write=False)
        for field, value in (
            ("samples", tuple(samples)), ("labels", tuple(labels)), ("values", array), ("smoothing", smoothing)
        ):  # fmt: skip
            object.__setattr__(self, field, value)


def _row_faults(samples: Sequence[str], array: FloatArray) -> list[Fault]:
    negative = ~np.isfinite(array).all(axis=1) | (array < 0).any(axis=1)
    sums = array.sum(axis=1)
    off = ~negative & (np.abs(sums - 1) > TOLERANCE)
    faults = []
    if negative.any():
        who = listed(np.asarray(samples, dtype=object)[negative])
        faults.append(
            Fault("distribution", f"negative or non-finite values in rows {who}", "values from 0 to 1")
        )
    if off.any():
        who, first = listed(np.asarray(samples, dtype=object)[off]), sums[off][0]
        faults.append(
            Fault(
                "distribution", f"rows {who} sum to {first:.12g}", "rows that sum to 1",
                "Turn counts into a distribution with an estimator of klbio.smoothing.",
            )
        )  # fmt: skip
    return faults
