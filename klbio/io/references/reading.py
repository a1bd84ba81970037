"""FASTA files whose headers hold lineages, or with a file of lineages beside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from klbio.errors import Fault, InputError, StrPath, listed
from klbio.io.references.genera import is_own_genus, joined_genus
from klbio.io.references.headers import Headed, headed
from klbio.io.sequences.reads import read_headed
from klbio.io.tables.taxonomy import read_taxonomy
from klbio.spelling import meant
from klbio.taxonomy import Taxonomy

__all__ = ["Reference", "read_reference"]

GENUS = "genus"
DIALECTS = "headers with lineages as sintax, UNITE, GTDB, SILVA, DADA2 or RDP write them"
BESIDE = "Give the lineages that stand in a file of their own (QIIME) with --taxonomy."


@dataclass(frozen=True)
class Reference:
    """Sequences of known taxa; the sequences stay in their file until they are asked for.

    Parameters
    ----------
    path : path-like
        The FASTA file.
    headers : sequence of Headed
        What each record's header says, in the order of the file.
    taxonomy : Taxonomy
        Lineages by place in the file, counted from 1, as text.
    kept : frozenset of int
        Places of the records that are used.
    """

    path: StrPath
    headers: Sequence[Headed]
    taxonomy: Taxonomy
    kept: frozenset[int]

    @property
    def ranks(self) -> tuple[str, ...]:
        """From the highest down."""
        return self.taxonomy.ranks

    def lineage(self, place: int) -> tuple[str, ...]:
        """Names of a record from the highest rank down; groups of a genus under its name."""
        names = self.taxonomy.lineages[str(place)]
        return tuple(
            joined_genus(name) if rank == GENUS else name
            for rank, name in zip(self.ranks, names, strict=True)
        )

    def records(self) -> Iterator[tuple[str, tuple[str, ...], bytes]]:
        """Give name, lineage and sequence of every record that is kept; U as T."""
        for place, (_, sequence) in enumerate(read_headed(self.path), 1):
            if place in self.kept and sequence:
                name = self.headers[place - 1].name or f"r{place}"
                yield name, self.lineage(place), sequence.upper().replace(b"U", b"T")

    def check_names(self, names: Sequence[str]) -> None:
        """Refuse names that no lineage has, in any capitals.

        Raises
        ------
        InputError
            For each of them, with the name that is most like it.
        """
        if not names:
            return
        known = {part.casefold(): part for place in self.kept for part in self.lineage(place) if part}
        InputError.raise_any([self._unknown(name, known) for name in names if name.casefold() not in known])

    def _unknown(self, name: str, known: Mapping[str, str]) -> Fault:
        near = meant(name, known.values())
        remedy = f"Did you mean {near!r}?" if near else "Names are those of its lineages, whole."
        return Fault(self.path, f"no taxon {name!r} to leave out", "a taxon of the reference", remedy)

    def own_genus(self) -> Reference:
        """Keep the records whose genus stands in their organism's own name."""
        place = self.ranks.index(GENUS) if GENUS in self.ranks else None
        if place is None:
            raise InputError.one(self.path, "lineages without a genus", "a genus for each organism")
        kept = frozenset(
            k for k in self.kept
            if is_own_genus(self.headers[k - 1].organism, self.taxonomy.lineages[str(k)][place])
        )  # fmt: skip
        if not kept:
            found = "no record whose genus stands in its own name"
            raise InputError.one(self.path, found, "organisms named in the headers")
        return Reference(self.path, self.headers, self.taxonomy, kept)


def read_reference(path: StrPath, taxonomy: StrPath | None = None) -> Reference:
    """Read a FASTA of sequences with lineages; how they are written is recognised from the headers.

    Parameters
    ----------
    path : path-like
        FASTA, gzipped or not.
    taxonomy : path-like, optional
        Lineages by the names of the sequences, as QIIME has them beside.

    Raises
    ------
    InputError
        For headers without a lineage, lineages whose ranks cannot be told, and sequences that the file of
        lineages does not name.
    """
    headers = [headed(header) for header, _ in read_headed(path)]
    lineages = _beside(path, headers, taxonomy) if taxonomy else _within(path, headers)
    return Reference(path, headers, lineages, frozenset(range(1, len(headers) + 1)))


def _within(path: StrPath, headers: Sequence[Headed]) -> Taxonomy:
    bare = [one.name for one in headers if not one.lineage]
    if bare:
        found = f"no lineage in {len(bare):,} of {len(headers):,} headers ({listed(bare)})"
        raise InputError.one(path, found, DIALECTS, BESIDE)
    return Taxonomy.of_lineages(_texts(headers), path)


def _texts(headers: Sequence[Headed]) -> Mapping[str, str]:
    return {str(place): one.lineage for place, one in enumerate(headers, 1)}


def _beside(path: StrPath, headers: Sequence[Headed], taxonomy: StrPath) -> Taxonomy:
    known = read_taxonomy(taxonomy)
    missing = [one.name for one in headers if one.name not in known.lineages]
    if missing:
        found = f"no lineage of {len(missing):,} of {len(headers):,} sequences of {path} ({listed(missing)})"
        raise InputError.one(taxonomy, found, "a line for each sequence")
    by_place = {str(place): known.lineages[one.name] for place, one in enumerate(headers, 1)}
    return Taxonomy(known.ranks, by_place, known.name)
