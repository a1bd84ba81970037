"""What a config says of reads, looked at as far as it can be: files, programs, references, databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import islice
from pathlib import Path

from klbio.design import Design, Sample
from klbio.design.libraries import Lane
from klbio.errors import Faults, InputError, StrPath, listed, notify
from klbio.io.elsewhere import Elsewhere, is_address
from klbio.io.sheets.config import Config
from klbio.io.sheets.settings import ReadSettings, TaxaOfReads
from klbio.io.source import Source

__all__ = ["RELATIVE", "ReadInputs"]

WHOLE_READS = 1_000_000  # bytes of a read file, as it lies on the disk, that is read to its end
QUICK = 50  # samples that are looked at when a workflow starts: a sheet of FASTA is FASTA throughout
RELATIVE = "Relative paths start where klbio, or Snakemake (--directory), is called."
OF_AMPLICONS = ("reference", "primers", "cutoff")


@dataclass(frozen=True)
class ReadInputs:
    """Checks of section ``reads``.

    Parameters
    ----------
    config : Config
        For lines.
    given : ReadSettings
        What is sound of the section.
    source : Source or None
        The sheet, where one is named.
    by_conda : bool
        Whether rules bring the programs of their environments.
    elsewhere : function, optional
        Says of a name whether its file may be missing here.
    read : function, optional
        Gives the sheet as it is read with labels of phases too, once for all who ask.
    """

    config: Config
    given: ReadSettings
    source: Source | None
    by_conda: bool = False
    elsewhere: Elsewhere = is_address
    read: Callable[[], Design] | None = None

    @property
    def _taxa(self) -> TaxaOfReads:
        return self.given.get("taxa") or {}

    @cached_property
    def _design(self) -> Design | None:
        """The sheet, where it has no fault: those are said where it is checked."""
        from klbio.io.sheets.sheet import read_samples

        if self.source is None:
            return None
        with suppress(InputError):  # of labels, it may be
            if self.read:
                return self.read()
        columns, metadata = self.given.get("columns"), self.given.get("metadata")
        try:
            return read_samples(self.source, True, columns, metadata=metadata, elsewhere=self.elsewhere)
        except InputError:
            return None

    def checks(self) -> Iterator[Callable[[], object]]:
        """Look whether files stand for one sample each, and into what names taxa."""
        yield self._shared_files
        if "taxa" in self.given:
            yield from (self._mock, self._programs, self._reference, self._primers, self._database)
            yield from self._lanes(QUICK)

    def content_checks(self) -> Iterator[Callable[[], object]]:
        """Look into every read file: to its end where it is small, else at its first records."""
        from klbio.io.sheets.sheet import read_mates

        if self.source is None or not self.source.is_file:
            return
        yield self._copies
        if "taxa" in self.given:
            yield from self._lanes()
        try:
            mates = read_mates(self.source, self.given.get("columns"), self.given.get("metadata"))
        except InputError:  # no sheet: said where it is read
            return
        blanks = {path for lane in self._blank_lanes() for path in lane}
        yield from (partial(_look, *files) for files in dict.fromkeys(mates) if not blanks.issuperset(files))

    @property
    def names(self) -> list[str]:
        """What the section names that may be elsewhere: reads, and what a mock community is made of."""
        libraries = self._design.libraries if self._design else ()
        mock = self.given.get("mock")
        paths = [path for sample in libraries for lane in sample.lanes for path in lane]
        return paths + ([mock] if mock is not None else [])

    def _files(self) -> list[str]:
        return [path for sample in self._here for lane in sample.lanes for path in lane]

    @cached_property
    def _here(self) -> list[Sample]:
        """Samples and controls of which every file can be looked at."""
        libraries = self._design.libraries if self._design else ()
        return [
            sample
            for sample in libraries
            if not any(self.elsewhere(path) for lane in sample.lanes for path in lane)
        ]

    def _shared_files(self) -> None:
        from klbio.io.same_files import linked_files

        InputError.raise_any(linked_files(str(self.source), self._files()))

    def _copies(self) -> None:
        from klbio.io.same_files import same_files

        InputError.raise_any(same_files(str(self.source), self._files()))

    def _lanes(self, most: int | None = None) -> Iterator[Callable[[], object]]:
        """Look whether the reads are such as name taxa: with qualities, all lanes of a sample alike."""
        from klbio.io.amplicons.fastq import look_at_lanes
        from klbio.io.sequences.empty_files import lanes_of

        yield from (partial(look_at_lanes, lanes_of(sample)) for sample in self._here[:most])

    def _blank_lanes(self) -> list[tuple[Path, ...]]:
        """Lanes of negative controls without a read, which may be."""
        from klbio.io.sequences.empty_files import lanes_of

        blanks = [sample for sample in self._here if sample.kind != "sample"]
        lanes: list[Lane] = [lane for one in blanks for lane in one.lanes if lane not in lanes_of(one)]
        return [tuple(map(Path, lane)) for lane in lanes]

    def _mock(self) -> None:
        from klbio.io.tables.mock_content import read_mock

        path = self.given.get("mock")
        if path is not None and not self.elsewhere(path):
            self._there(path, "mock")
            read_mock(Source(path))

    def _programs(self) -> None:
        """Warn where taxa of the reads cannot be had here; all else can."""
        from klbio.steps.read_programs import missing_programs

        for program in missing_programs(self._taxa, self.by_conda):
            line = self.config.line("reads", "taxa")
            notify(
                self.config.path, program.lack, "the taxa of the reads are left out", program.install, line
            )

    def _reference(self) -> None:
        from klbio.io.references import bundled, read_about, read_reference

        path = self._taxa.get("reference")
        if path is not None:
            self._there(path, "taxa", "reference", wanted="a FASTA of known sequences")
            read_about(path)
        if "database" in self._taxa:
            return
        excluded, ranks = self._taxa.get("exclude", ()), self._taxa.get("ranks", ())
        if path is not None or excluded or ranks:
            reference, faults = read_reference(path or bundled()), Faults()
            faults.gather(lambda: reference.taxonomy.check((), ranks))
            faults.gather(lambda: reference.check_names(excluded))
            faults.raise_any()

    def _primers(self) -> None:
        from klbio.io.references.regions import Primers

        given = self._taxa.get("primers", {})
        if "forward" in given and "reverse" in given:  # else said by the schema
            Primers(given["forward"], given["reverse"])

    def _database(self) -> None:
        from klbio.steps.shotgun_database import check_shotgun_database

        folder = self._taxa.get("database")
        if folder is None:
            self._no_lineages()
            return
        others = [key for key in OF_AMPLICONS if key in self._taxa]
        if others:
            found, line = f"reads.taxa: database beside {listed(others)}", self.config.line("reads", "taxa")
            remedy = (
                "Leave out what the reads are not: a database is for shotgun reads, the others for amplicons."
            )
            raise InputError.one(self.config.path, found, "one or the other", remedy, line)
        if not Path(folder).exists():
            raise self._missing(folder, ("taxa", "database"), "the folder of a database, or sketches")
        check_shotgun_database(folder, self._taxa.get("lineages"), self._taxa.get("ranks", ()))

    def _no_lineages(self) -> None:
        """Refuse what names nothing: amplicons have their lineages in the reference."""
        if "lineages" in self._taxa:
            line = self.config.line("reads", "taxa", "lineages")
            remedy = "Name the sketches they are of, or leave them out: a reference of amplicons has its own."
            raise InputError.one(
                self.config.path,
                "reads.taxa: lineages without a database",
                "a database of sourmash",
                remedy,
                line,
            )

    def _there(self, path: str, *keys: str, wanted: str = "a file") -> None:
        if not Path(path).is_file():
            raise self._missing(path, keys, wanted)

    def _missing(self, path: str, keys: Sequence[str], wanted: str) -> InputError:
        found, line = f"reads.{'.'.join(keys)}: {path!r} is not there", self.config.line("reads", *keys)
        return InputError.one(self.config.path, found, wanted, RELATIVE, line)


def _look(*mates: StrPath) -> None:
    """Read a block of records; to the end of files that are small."""
    from klbio.io.sequences.reads import read_blocks

    small = max(Path(file).stat().st_size for file in mates) <= WHOLE_READS
    for _ in islice(read_blocks(*mates), None if small else 1):
        pass
