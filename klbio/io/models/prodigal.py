"""Prodigal's training files (``prodigal -t``, pyrodigal's ``dump``), and the 50 sets that come with it.

A training file is a C structure as it lies in memory, see `klbio.io.models.prodigal_file`.  Of interest here are
the GC content, the genetic code and 4096 scores of dicodons: ln(P(dicodon of genes) / P(hexamer of the
genome)), cut off at -5 and 5.

The built-in sets are spelt ``prodigal:`` (all), ``prodigal:20`` or ``prodigal:Escherichia_coli_UMN026`` (one).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from klbio.alphabets import kmers
from klbio.errors import InputError, StrPath, listed, shorten
from klbio.io import BUILT_IN
from klbio.io.models.prodigal_file import SIZE, TrainingFile, dumped
from klbio.io.models.text import Diagnostics
from klbio.io.source import Source
from klbio.models import GCClass, GeneModel
from klbio.models.markov.genetic_code import genetic_code, is_code
from klbio.models.training.dicodons import LIMIT, N_DICODONS, coding_from_dicodons

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

    from pyrodigal import MetagenomicBin

__all__ = ["FILES", "TITLE", "built_in_names", "read", "sniff", "trained", "training_file"]

TITLE, FILES = "Prodigal", "training file"
REMEDY = "Train again on this kind of machine, as with: prodigal -i genome.fasta -t file.trn"


def sniff(path: StrPath) -> bool:
    """Recognise the spelling of the built-in sets; or a file by its size, GC content, genetic code and flag."""
    if str(path).startswith(BUILT_IN):
        return True
    return TrainingFile.is_one(Source.of(path))


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
    return _TrainingSet(source.path.stem, TrainingFile(source.data))


def training_file(path: StrPath) -> TrainingFile:
    """Give a training file as it is, or one of the built-in sets, ``prodigal:20``, as Prodigal would write it.

    Raises
    ------
    InputError
        If it is none, or names no set or several.
    """
    source = Source.of(path)
    text = str(source)
    if not text.startswith(BUILT_IN):
        if not TrainingFile.is_one(source):
            raise InputError.one(source, "no training file", "one of Prodigal's, or prodigal:20 and the like")
        return TrainingFile(source.data)
    sets = _built_in(text.removeprefix(BUILT_IN))
    if len(sets) > 1:
        raise InputError.one(text, f"{len(sets)} sets", "one of them", "Name it: prodigal:20.")
    return sets[0].file


def trained(genome: Sequence[bytes], genetic_code: int, place: StrPath) -> TrainingFile:
    """Let pyrodigal train itself on the sequences of a genome.

    Raises
    ------
    InputError
        Naming `place`: if pyrodigal is not installed, or the genome is too small.
    """
    pyrodigal = _pyrodigal(place)
    try:
        info = pyrodigal.GeneFinder().train(*genome, translation_table=genetic_code)
    except ValueError as error:
        remedy = "With fewer bases, train an emission table (--out mine.json)."
        raise InputError.one(
            place, f"a genome that pyrodigal refuses ({error})", "20,000 bases or more", remedy
        ) from error
    return dumped(info)


def _pyrodigal(place: StrPath) -> ModuleType:
    try:
        import pyrodigal
    except ImportError as error:
        raise InputError.one(
            place, "pyrodigal is not installed", "the package that is Prodigal, and holds its training sets",
            "It comes with: pip install pyrodigal (GPL-3, so klbio does not bring it along).",
        ) from error  # fmt: skip
    module: ModuleType = pyrodigal
    return module


def _built_in(wanted: str) -> list[_TrainingSet]:
    """Give all sets of pyrodigal, or the one of this number or name."""
    place = f"{BUILT_IN}{wanted}"
    sets = [_from_pyrodigal(metagenomic_bin) for metagenomic_bin in _pyrodigal(place).METAGENOMIC_BINS]
    names = built_in_names()
    if not wanted:
        return sets
    if wanted in names:
        return [sets[names.index(wanted)]]
    if wanted.isdecimal() and len(wanted) < 4 and int(wanted) < len(sets):
        return [sets[int(wanted)]]
    expected = f"a number from 0 to {len(sets) - 1}, or a name: {listed(names, 4)}"
    raise InputError.one(place, f"no built-in set {shorten(wanted, 40)}", expected)


def built_in_names() -> list[str]:
    """Give the names of the built-in sets, in the order of their numbers."""
    import pyrodigal

    return list(map(_name, pyrodigal.METAGENOMIC_BINS))


def _name(metagenomic_bin: MetagenomicBin) -> str:
    return str(metagenomic_bin.description.split("|")[1])


def _from_pyrodigal(metagenomic_bin: MetagenomicBin) -> _TrainingSet:
    return _TrainingSet(_name(metagenomic_bin), dumped(metagenomic_bin.training_info))


@dataclass(frozen=True, eq=False)
class _TrainingSet:
    """A training set by name; what is used of it to make a gene model."""

    name: str
    file: TrainingFile

    def model(self, diagnostics: Diagnostics) -> GeneModel:
        """Make the gene model, or raise what is wrong with the numbers."""
        self._check(diagnostics)
        stops = genetic_code(self.file.genetic_code).stops
        made = coding_from_dicodons(self.file.scores, self.file.gc, stops)
        self._describe(made.mass, diagnostics)
        coding = made.coding.under(self.file.genetic_code)
        diagnostics.content("coding", coding, 0.0)
        klass = GCClass(coding, background=made.background)
        return GeneModel(self.name, (klass,), {}, "prodigal", tuple(diagnostics.findings))

    def _check(self, diagnostics: Diagnostics) -> None:
        bad = np.flatnonzero(~(np.abs(self.file.scores) <= LIMIT))
        if len(bad):
            first = f"{self.file.scores[bad[0]]:g} ({kmers(6)[bad[0]]})"
            found = f"{self.name}: {len(bad)} scores of dicodons as {first}"
            diagnostics.fault(found, f"ln(genes / genome) from {-LIMIT:g} to {LIMIT:g}")
        if not 0 < self.file.gc < 1 or not is_code(self.file.genetic_code):
            found = f"{self.name}: GC content {self.file.gc:g}, genetic code {self.file.genetic_code}"
            diagnostics.fault(found, "a share above 0 and below 1, NCBI's number of a code")
        diagnostics.raise_any()

    def _describe(self, mass: float, diagnostics: Diagnostics) -> None:
        """Note what the user should know of every such set, and of this one."""
        diagnostics.warn(
            "background",
            f"not in the file and not to be recovered: independent bases of {self.file.gc:.1%} GC are assumed, under "
            f"which the dicodons of genes sum to {mass:.3f} (1 if it held); this may cost several hundredths of a bit "
            "per base",
        )  # fmt: skip
        n_cut = int((np.abs(self.file.scores) >= LIMIT).sum())
        text = f"{n_cut} of {N_DICODONS} scores are cut off at -5 or 5: stop codons and rare dicodons"
        diagnostics.note("coding", text)
        diagnostics.note(
            "sites", "start codons, ribosome binding sites and upstream composition are not read"
        )
