"""Prodigal's training files (``prodigal -t``, pyrodigal's ``dump``), and the 50 sets that come with it.

A training file is a C structure as it lies in memory on x86-64: 558,392 bytes without a mark.  Of interest here are
the GC content (first), the genetic code and 4096 scores of dicodons (last): ln(P(dicodon of genes) / P(hexamer of the
genome)), cut off at -5 and 5.  A hexamer's number is sum_i c_i 4^i with A, G, C, T = 0, 1, 2, 3.

The built-in sets are spelt ``prodigal:`` (all), ``prodigal:20`` or ``prodigal:Escherichia_coli_UMN026`` (one).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from klbio.distributions import FloatArray
from klbio.errors import InputError, StrPath, listed, shorten
from klbio.io import BUILT_IN
from klbio.io.models.text import Diagnostics
from klbio.io.source import Source
from klbio.models import GCClass, GeneModel
from klbio.models.markov.genetic_code import genetic_code, is_code
from klbio.models.training.dicodons import N_DICODONS, coding_from_dicodons

if TYPE_CHECKING:
    from pyrodigal import MetagenomicBin

__all__ = ["FILES", "TITLE", "read", "sniff"]

TITLE, FILES = "Prodigal", "training file"
SIZE = 558_392  # bytes: sizeof(struct _training)
HEAD = np.dtype([("gc", "<f8"), ("genetic_code", "<i4")])
USES_SD = 72, "<i4"  # a flag, 0 or 1: where it lies, and how
LIMIT = 5.0
MAX_CODE = 33
REMEDY = "Train again on this kind of machine, as with: prodigal -i genome.fasta -t file.trn"
# place in the file of each hexamer in lexicographic order of ACGT
_DIGITS = np.arange(N_DICODONS)[:, None] // 4 ** np.arange(6)[::-1] % 4
PLACES = np.array([0, 2, 1, 3])[_DIGITS] @ 4 ** np.arange(6)


def sniff(path: StrPath) -> bool:
    """Recognise the spelling of the built-in sets; or a file by its size, GC content, genetic code and flag."""
    if str(path).startswith(BUILT_IN):
        return True
    source = Source.of(path)
    if source.size != SIZE:
        return False
    start = source.peek(USES_SD[0] + 4)
    head = np.frombuffer(start, HEAD, count=1)[0]
    (flag,) = np.frombuffer(start, USES_SD[1], count=1, offset=USES_SD[0])
    return bool(0 < head["gc"] < 1 and 1 <= head["genetic_code"] <= MAX_CODE and flag in (0, 1))


def read(path: StrPath) -> list[GeneModel]:
    """Read a training file, or the built-in sets (for which pyrodigal has to be installed).

    Parameters
    ----------
    path : path-like
        A file, ``prodigal:``, or ``prodigal:`` with the number or name of a set.

    Returns
    -------
    list of GeneModel
        Components ``coding`` (order 5) and ``background``, which is *assumed*: independent bases
        of the genome's GC content, of which a warning is among the findings.

    Raises
    ------
    InputError
        A file of another size, values that are no scores, no such set, or no pyrodigal.
    """
    source = Source.of(path)
    text = str(source)
    sets = _built_in(text.removeprefix(BUILT_IN)) if text.startswith(BUILT_IN) else [_from_file(source)]
    return [training_set.model(Diagnostics(source.path, REMEDY)) for training_set in sets]


def _from_file(source: Source) -> _TrainingSet:
    if source.size != SIZE:
        found = f"{source.size} bytes"
        raise InputError.one(source, found, f"{SIZE}, the size of a training file", REMEDY)
    head = np.frombuffer(source.data, HEAD, count=1)[0]
    scores = np.frombuffer(source.data, "<f8", count=N_DICODONS, offset=SIZE - 8 * N_DICODONS)
    return _TrainingSet(source.path.stem, float(head["gc"]), int(head["genetic_code"]), scores)


def _built_in(wanted: str) -> list[_TrainingSet]:
    """Give all sets of pyrodigal, or the one of this number or name."""
    place = f"{BUILT_IN}{wanted}"
    try:
        import pyrodigal
    except ImportError as error:
        raise InputError.one(
            place, "pyrodigal is not installed", "the package that holds Prodigal's training sets",
            "It comes with: pip install pyrodigal (GPL-3, so klbio does not bring it along).",
        ) from error  # fmt: skip
    sets = [_from_pyrodigal(metagenomic_bin) for metagenomic_bin in pyrodigal.METAGENOMIC_BINS]
    names = [training_set.name for training_set in sets]
    if not wanted:
        return sets
    if wanted in names:
        return [sets[names.index(wanted)]]
    if wanted.isdecimal() and len(wanted) < 4 and int(wanted) < len(sets):
        return [sets[int(wanted)]]
    expected = f"a number from 0 to {len(sets) - 1}, or a name: {listed(names, 4)}"
    raise InputError.one(place, f"no built-in set {shorten(wanted, 40)}", expected)


def _from_pyrodigal(metagenomic_bin: MetagenomicBin) -> _TrainingSet:
    info, name = metagenomic_bin.training_info, metagenomic_bin.description.split("|")[1]
    return _TrainingSet(name, float(info.gc), int(info.translation_table), np.array(info.coding_statistics))


@dataclass(frozen=True, eq=False)
class _TrainingSet:
    """What is used of a training set; log-ratios in Prodigal's own order."""

    name: str
    gc: float
    genetic_code: int
    log_ratios: FloatArray

    def model(self, diagnostics: Diagnostics) -> GeneModel:
        """Make the gene model, or raise what is wrong with the numbers."""
        self._check(diagnostics)
        stops = genetic_code(self.genetic_code).stops
        made = coding_from_dicodons(self.log_ratios[PLACES], self.gc, stops)
        self._describe(made.mass, diagnostics)
        coding = made.coding.under(self.genetic_code)
        diagnostics.content("coding", coding, 0.0)
        klass = GCClass(coding, background=made.background)
        return GeneModel(self.name, (klass,), {}, "prodigal", tuple(diagnostics.findings))

    def _check(self, diagnostics: Diagnostics) -> None:
        bad = np.flatnonzero(~(np.abs(self.log_ratios) <= LIMIT))
        if len(bad):
            first = f"{self.log_ratios[bad[0]]:g} (number {bad[0]})"
            found = f"{self.name}: {len(bad)} scores of dicodons as {first}"
            diagnostics.fault(found, f"ln(genes / genome) from {-LIMIT:g} to {LIMIT:g}")
        if not 0 < self.gc < 1 or not is_code(self.genetic_code):
            found = f"{self.name}: GC content {self.gc:g}, genetic code {self.genetic_code}"
            diagnostics.fault(found, "a share above 0 and below 1, NCBI's number of a code")
        diagnostics.raise_any()

    def _describe(self, mass: float, diagnostics: Diagnostics) -> None:
        """Note what the user should know of every such set, and of this one."""
        diagnostics.warn(
            "background",
            f"not in the file and not to be recovered: independent bases of {self.gc:.1%} GC are assumed, under "
            f"which the dicodons of genes sum to {mass:.3f} (1 if it held); this may cost several hundredths of a bit "
            "per base",
        )  # fmt: skip
        n_cut = int((np.abs(self.log_ratios) >= LIMIT).sum())
        text = f"{n_cut} of {N_DICODONS} scores are cut off at -5 or 5: stop codons and rare dicodons"
        diagnostics.note("coding", text)
        diagnostics.note(
            "sites", "start codons, ribosome binding sites and upstream composition are not read"
        )
