"""A taxa table of any format -> one of another format, exactly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from errno import EIO
from pathlib import Path

from klbio.columns import SAMPLE
from klbio.errors import Faults, InputError, StrPath, note, shorten
from klbio.io import TableFormat, WrittenFormat, read_taxa, write_table, written_format
from klbio.io.drafts import folder_beside
from klbio.io.files import replacing
from klbio.io.parquet import PARQUET
from klbio.io.sheets.sheet import read_metadata
from klbio.io.tables import phyloseq
from klbio.io.tables.taxonomy import read_taxonomy
from klbio.phrases.numbers import count
from klbio.schema import DroppedRow
from klbio.steps.ending import Ending, left_out
from klbio.steps.step import takes
from klbio.taxa_table import TaxaTable
from klbio.taxonomy import Taxonomy

__all__ = ["TableConversion", "convert_table"]

TRN = ".trn"  # ending of Prodigal's training files


@dataclass(frozen=True, kw_only=True)
class TableConversion:
    """What `convert_table` is given, which says what each is."""

    table: StrPath
    out: StrPath
    to: WrittenFormat | None = None
    taxonomy: StrPath | None = None
    samples: StrPath | None = None
    format: TableFormat | None = None
    columns: Mapping[str, str] | None = None

    def read(self) -> TaxaTable:
        """Read the table with what is said of its taxa and samples, or raise the faults of all files."""
        faults = Faults()
        content = faults.gather(lambda: read_taxa(self.table, self.format))
        lineages = faults.gather(lambda: read_taxonomy(self.taxonomy) if self.taxonomy else None)
        sheet = faults.gather(lambda: read_metadata(self.samples, self.columns) if self.samples else None)
        if content is None or faults.found:
            raise InputError(dict.fromkeys(faults.found))
        whole = content.described(lineages, sheet)
        if lineages:
            lineages.check(whole.counts.labels, ())
        return whole


@takes(TableConversion)
def convert_table(given: TableConversion) -> Ending:
    """Read a table, and write it in another format with its lineages and the metadata of its samples.

    What was written is read again, and takes its place only if it says the same.

    Parameters
    ----------
    table : path-like
        In any format of `klbio.io.TABLE_FORMATS`; or a training file of Prodigal, ``prodigal:20`` among them; or a
        result table of klbio's.
    out : path-like
        File to write, or folder for phyloseq; of a training file one that ends in ``.trn``, of a result table one that
        ends in ``.parquet``.
    to : str, optional
        Format to write, a key of `klbio.io.TABLE_WRITERS`; by the ending of `out` when not given.
    taxonomy, samples : path-like, optional
        Lineages of the taxa, and a sheet that says anything of the samples; by default what stands in the table.
    format : str, optional
        Format of `table`; recognised from content when not given.
    columns : mapping of str to str, optional
        What the sheet calls its column `sample`.

    Raises
    ------
    InputError
        Every fault of the files; and for what the format cannot hold.
    """
    if str(given.out).endswith(TRN):
        from klbio.io.models.prodigal import training_file

        training_file(given.table).write(given.out)
        return Ending(
            f"Prodigal's training file of {given.table}, byte for byte.",
            "Nothing was left out.",
            str(given.out),
        )
    if str(given.out).endswith(PARQUET) and given.to is None:
        from klbio.steps.large_tables import convert_result

        return convert_result(given.table, given.out)
    whole, written = given.read(), given.to or written_format(given.out)
    whole, left = _as_held(whole, given.out, written)
    _write_exactly(whole, given.out, written)
    n_samples, n_taxa = whole.counts.values.shape
    what = f"{count(n_samples, 'sample')} of {count(n_taxa, 'taxon')}"
    answer = f"{what} written as {written}; read again, it says the same."
    return Ending(answer, left_out([*whole.dropped, *left]), str(given.out))


def _as_held(
    table: TaxaTable, out: StrPath, format: WrittenFormat
) -> tuple[TaxaTable, tuple[DroppedRow, ...]]:
    """Leave out metadata of samples where a format has no place for them; give what is left out."""
    if table.metadata is None or format != "tsv":
        return table, ()
    reason = "a format without a place for metadata of samples"
    note(out, reason, "these are left out", "BIOM holds them.")
    columns = table.metadata.columns[1:]
    rows = [DroppedRow(source=str(out), kind="column", name=name, reason=reason) for name in columns]
    return replace(table, metadata=None), tuple(rows)


def _write_exactly(table: TaxaTable, out: StrPath, format: WrittenFormat) -> None:
    with _draft(Path(out), format) as draft:
        write_table(table, draft, format)
        lost = _lost(table, draft, format)
        if lost:
            raise InputError.one(
                out, f"{lost}, which {format} would not give back", "what the format holds",
                "Rename it, or convert --to biom.",
            )  # fmt: skip


def _lost(table: TaxaTable, draft: Path, format: WrittenFormat) -> str:
    """Read what was written, and say in words what it does not say any more."""
    try:
        return _Difference(table, read_taxa(draft, format)).found()
    except InputError as error:
        names = [name for name in (*table.counts.samples, *table.counts.labels) if not name.isprintable()]
        return f"name {shorten(names[0])}" if names else error.faults[0].found


@contextmanager
def _draft(out: Path, format: WrittenFormat) -> Iterator[Path]:
    """Give the place of a draft, which moves to `out` if all goes well."""
    if format != "phyloseq":
        with replacing(out) as draft:
            yield draft
        return
    phyloseq.require_ours(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    with folder_beside(out.parent, out.name) as folder:
        try:
            yield Path(folder)
        except OSError as error:  # of a draft, which nobody knows
            raise OSError(error.errno or EIO, error.strerror or str(error), str(out)) from error
        out.mkdir(exist_ok=True)
        files = sorted(Path(folder).iterdir())
        phyloseq.take_away_others(out, [file.name for file in files])
        for file in files:
            file.replace(out / file.name)


@dataclass(frozen=True)
class _Difference:
    """A table, and what was read of it."""

    table: TaxaTable
    back: TaxaTable

    def found(self) -> str:
        """Say in words what differs first; nothing where nothing does."""
        counts, back = self.table.counts, self.back.counts
        if (back.samples, back.labels) == (counts.labels, counts.samples):
            back = back.turned()
        for kind, names, others in (
            ("sample", counts.samples, back.samples),
            ("taxon", counts.labels, back.labels),
        ):
            if names != others:
                return f"{kind} {shorten(next((a for a in names if a not in set(others)), names[:1]))}"
        if (counts.values - back.values).count_nonzero() or counts.unit != back.unit:
            return "the values"
        return self._lineages() or self._metadata()

    def _lineages(self) -> str:
        before, after = self.table.taxonomy, self.back.taxonomy
        for taxon in self.table.counts.labels if before else ():
            names = _named(before, taxon)
            found = _named(after, taxon)
            if not names.items() <= found.items():
                return f"lineage {shorten(names)} of taxon {shorten(taxon)}"
        return ""

    def _metadata(self) -> str:
        if self.table.metadata is None:
            return ""
        key, *columns = self.table.metadata.columns
        rows = {row[key]: row for row in self.table.metadata}
        others = {row[SAMPLE]: row for row in self.back.metadata or ()}
        for sample in self.table.counts.samples:
            for column in columns if sample in rows else ():
                if sample not in others or others[sample][column] != rows[sample][column]:
                    return f"{column} {shorten(rows[sample][column])} of sample {shorten(sample)}"
        return ""


def _named(taxonomy: Taxonomy | None, taxon: str) -> dict[str, str]:
    """Names of a taxon by rank."""
    lineage = taxonomy.lineages.get(taxon, ()) if taxonomy else ()
    return {
        rank: name for rank, name in zip(taxonomy.ranks if taxonomy else (), lineage, strict=False) if name
    }
