"""A FASTA of known sequences -> a reference that classifies amplicons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from klbio.errors import InputError, StrPath
from klbio.io.references import Reference, read_reference, write_reference
from klbio.io.references.about import write_about
from klbio.io.references.regions import Primers
from klbio.io.references.writing import Record
from klbio.io.sequences.reads import read_headed
from klbio.phrases.numbers import count
from klbio.steps.ending import Ending
from klbio.steps.step import takes

__all__ = ["ReferenceBuild", "build_reference"]


@dataclass(frozen=True, kw_only=True)
class ReferenceBuild:
    """What `build_reference` is given, which says what each is."""

    fasta: StrPath
    out: StrPath
    action: Literal["build"] = "build"
    taxonomy: StrPath | None = None
    primers: Sequence[str] = ()
    own_genus: bool = False
    name: str = ""
    release: str = ""

    def read(self) -> Reference:
        """Read headers and lineages."""
        if self.action != "build":
            raise InputError.one("klbio reference", repr(self.action), "'build'")
        if Path(self.out).exists() and Path(self.out).samefile(self.fasta):
            raise InputError.one(self.out, "the file that is read", "another file to write")
        reference = read_reference(self.fasta, self.taxonomy)
        return reference.own_genus() if self.own_genus else reference

    def write(self, reference: Reference) -> int:
        """Write the sequences, or what lies between the primers in each."""
        if not self.primers:
            return write_reference(self.out, reference.records(), reference.ranks)
        with TemporaryDirectory(prefix="klbio-") as folder:
            return write_reference(self.out, self._cut(reference, Path(folder)), reference.ranks)

    def _cut(self, reference: Reference, folder: Path) -> Iterator[Record]:
        """Give what lies between the primers; cutadapt sees places for names, which nothing can spoil."""
        primers, whole, cut = Primers(*self.primers), folder / "whole.fasta", folder / "cut.fasta"
        headers = []
        with whole.open("wb") as handle:
            for place, (name, lineage, sequence) in enumerate(reference.records()):
                headers.append((name, lineage))
                handle.write(b">%d\n%s\n" % (place, sequence))
        primers.cut_out(whole, cut)
        if not cut.stat().st_size:
            found = "both primers in none of the sequences"
            remedy = "Each primer is given from 5' to 3', as it was ordered."
            raise InputError.one(self.fasta, found, "sequences that both primers bind to", remedy)
        for place_found, sequence in read_headed(cut):
            yield *headers[int(place_found)], sequence


@takes(ReferenceBuild)
def build_reference(given: ReferenceBuild) -> Ending:
    """Write a reference with the headers of sintax, and beside it (``.json``) its name, release and checksum.

    Parameters
    ----------
    fasta : path-like
        FASTA, gzipped or not, with headers of sintax, UNITE, GTDB, SILVA, DADA2 or RDP, which are recognised.
    out : path-like
        The reference; gzipped where it ends in ``.gz``.
    action : {"build"}
        What to do with it.
    taxonomy : path-like, optional
        Lineages by the names of the sequences, where they stand in a file of their own (QIIME).
    primers : sequence of two str, optional
        Forward and reverse primer from 5' to 3'; what lies between them is kept.  Needs cutadapt.
    own_genus : bool
        Keep organisms named after the genus of their lineage, as a guard against mislabelled ones.
    name, release : str
        What tables call the reference; by default the name of the FASTA file, and no release.

    Raises
    ------
    InputError
        For headers without a lineage, lineages whose ranks cannot be told, primers that bind nowhere, and a
        missing cutadapt.
    """
    reference = given.read()
    n_written = given.write(reference)
    about = write_about(given.out, given.name or Path(given.fasta).name, given.release)
    rest = len(reference.headers) - n_written
    left = f"{count(rest, 'sequence')} left out: other names, or no primers" if rest else ""
    return Ending(f"Wrote {count(n_written, 'sequence')} as {about}.", left, f"{given.out}, {given.out}.json")
