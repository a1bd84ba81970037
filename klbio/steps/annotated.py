"""Files of annotated sequence -> genes on their sequences: GenBank, EMBL, GFF3 or GTF with FASTA, or genes alone."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from klbio.errors import Fault, Faults, InputError, StrPath, listed
from klbio.io.sequences import busco, genbank, gff3, gtf
from klbio.io.sequences.nine_columns import Annotation
from klbio.io.sequences.reads import read_named
from klbio.io.sequences.sequence_names import SequenceNames
from klbio.io.source import Source
from klbio.models.training.annotation import AnnotatedSequence
from klbio.models.training.transcript import Span, Transcript

__all__ = ["Annotated", "gene_sources", "is_annotation", "sorted_by_kind"]

REMEDY = "Give the genome the annotation was made for: names of sequences have to be the same in both."


@dataclass
class Annotated:
    """What was given: GenBank files, annotations, and sequences (a genome beside an annotation, else genes).

    Once `sequences` has ended, `unplaced` holds the transcripts whose sequence was not there.
    """

    genbank: list[Source] = field(default_factory=list)
    annotations: list[Annotation] = field(default_factory=list)
    fasta: list[Source] = field(default_factory=list)
    unplaced: list[Transcript] = field(default_factory=list)

    @property
    def genes(self) -> list[Source]:
        """Files of coding sequences: FASTA without an annotation."""
        return [] if self.annotations else self.fasta

    @property
    def unknown_parents(self) -> list[str]:
        """Names that coding lines of the annotations give for a parent, and that no line describes."""
        return [name for annotation in self.annotations for name in annotation.unknown_parents]

    def sequences(self) -> Iterator[AnnotatedSequence]:
        """Give every sequence that has an annotation, one at a time.

        Raises
        ------
        InputError
            If a sequence stands twice, or none of them is annotated.
        """
        for path in self.genbank:
            yield from genbank.read(path)
        if self.annotations:
            yield from self._with_annotation()

    def _with_annotation(self) -> Iterator[AnnotatedSequence]:
        transcripts: dict[str, list[Transcript]] = {}
        genic: dict[str, list[Span]] = {}
        for annotation in self.annotations:
            for name, found in annotation.transcripts.items():
                transcripts.setdefault(name, []).extend(found)
            for name, stretches in annotation.genic.items():
                genic.setdefault(name, []).extend(stretches)
        circular = {name for annotation in self.annotations for name in annotation.circular}
        ends = {name: max(end for _, end in spans) for name, spans in genic.items()}
        names, seen = SequenceNames(ends), _Seen()
        for path, given, sequence in self._genome():
            name = names.annotated(given, len(sequence))
            if seen.before(name, path, sequence):
                continue
            if name in genic:
                found, spans = transcripts.get(name, []), tuple(genic[name])
                yield AnnotatedSequence(name, sequence, tuple(found), spans, name in circular)
        self.unplaced += [
            replace(transcript, fault=f"sequence {name!r} is in no FASTA file")
            for name in transcripts
            if name not in seen
            for transcript in transcripts[name]
        ]
        if not set(transcripts) & set(seen):
            wrong = f"genes on {listed(transcripts)}, sequences called {listed(seen) or 'nothing'}"
            raise InputError.one(self.annotations[0].path, wrong, "the same names in both", REMEDY)
        names.notify(self.annotations[0].path)

    def _genome(self) -> Iterator[tuple[StrPath, str, bytes]]:
        for path in self.fasta:
            for name, sequence in read_named(path):
                yield path, name, sequence
        for annotation in self.annotations:
            if annotation.fasta_line is not None:
                for name, sequence in annotation.sequences():
                    yield annotation.path, name, sequence


class _Seen(dict[str, tuple[StrPath, bytes]]):
    """Sequences by name, as file and checksum: one may stand below an annotation and in the genome beside it."""

    def before(self, name: str, path: StrPath, sequence: bytes) -> bool:
        """Whether the same sequence was seen; `InputError` where the one of that name was another."""
        digest = hashlib.sha256(sequence.upper()).digest()
        if name not in self:
            self[name] = path, digest
            return False
        other, known = self[name]
        if known != digest:
            found, remedy = f"another sequence {name!r}", f"One is in {other}: leave out one of them."
            raise InputError.one(path, found, "each sequence once", remedy)
        return True


def gene_sources(paths: Sequence[StrPath]) -> list[Source]:
    """Open the files that were named, and those of the genes in the folders of BUSCO that were."""
    sources = list(map(Source.of, paths))
    found = [(source, [] if source.is_file else busco.gene_files(source)) for source in sources]
    return [one for source, files in found for one in (map(Source, files) if files else (source,))]


def sorted_by_kind(paths: Sequence[StrPath]) -> Annotated:
    """Recognise each file from its content, or a folder of BUSCO, and read the annotations.

    Raises
    ------
    InputError
        Every fault of all files at once: one that is not there or of another kind, an annotation that is broken.
    """
    given, faults = Annotated(), Faults()
    for path in gene_sources(paths):
        if genbank.sniff(path):
            given.genbank.append(path)
        elif reader := _annotation_reader(path):
            annotation = faults.gather(lambda path=path, reader=reader: reader(path))  # type: ignore[misc]
            given.annotations += [annotation] if annotation is not None else []
        elif next(iter(path.first_lines(1)), "").startswith(">"):
            given.fasta.append(path)
        else:
            faults.found.append(_unrecognised(path))
    embedded = any(annotation.fasta_line is not None for annotation in given.annotations)
    if given.annotations and not given.fasta and not embedded and not faults.found:
        faults.found.append(
            Fault(given.annotations[0].path, "no sequence", "a FASTA file of the genome beside it")
        )
    faults.raise_any()
    return given


def _annotation_reader(path: Source) -> Callable[[StrPath], Annotation] | None:
    """Find what reads an annotation without its sequence; GTF first, since the columns of GFF3 are the same."""
    readers = (module.read for module in (gtf, gff3) if module.sniff(path))
    return next(readers, None)


def is_annotation(path: Source) -> bool:
    """Say whether a file is annotation, with its sequence or without."""
    return genbank.sniff(path) or _annotation_reader(path) is not None


def _unrecognised(source: Source) -> Fault:
    found = "a file that is none of these" if source.is_file else "no such file"
    if source.is_file and not source.head.strip():
        found = "an empty file"
    expected = (
        "GenBank (LOCUS ...), EMBL (ID ... BP.), GFF3 (##gff-version 3), GTF or FASTA (>...), gzipped or not"
    )
    return Fault(source, found, expected, "Coding sequences go in as FASTA, a gene a record.")
