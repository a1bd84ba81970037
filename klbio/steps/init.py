"""A table and a sheet that nobody has described -> a config to start from, and the command that runs it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from shlex import quote

from klbio.design.columns import sample_columns
from klbio.design.proposal import Proposal, propose
from klbio.errors import InputError, StrPath
from klbio.io import read_taxa
from klbio.io.files import write_text
from klbio.io.json_data import Json, JsonObject
from klbio.io.sheets.config_text import config_text
from klbio.io.sheets.sheet import read_worksheet
from klbio.io.tables.taxonomy import read_taxonomy
from klbio.sheet import Sheet
from klbio.taxa_table import TaxaTable
from klbio.taxonomy import FEATURE, Taxonomy

__all__ = ["StudyFiles", "propose_config"]

RANKS = ("genus", "family", "phylum")  # what a page shows first, where lineages have it


@dataclass(frozen=True, kw_only=True)
class StudyFiles:
    """The files of a study, as `propose_config` explains them."""

    table: StrPath
    samples: StrPath | None = None
    taxonomy: StrPath | None = None
    out: StrPath = "config.yaml"

    @cached_property
    def _taxa(self) -> TaxaTable:
        return read_taxa(self.table)

    @cached_property
    def proposal(self) -> Proposal:
        """What the sheet seems to say."""
        sides = self._taxa.counts.samples, self._taxa.counts.labels
        return propose(self._sheet([*sides[0], *sides[1]]), *sides)

    def _sheet(self, names: Sequence[str]) -> Sheet:
        if self.samples is not None:
            return read_worksheet(self.samples, names, self._taxa.counts.name)
        if self._taxa.metadata is None:
            found = "no metadata of samples in the table"
            raise InputError.one(
                self.table, found, "who was sampled when", "Name the sample sheet after the table."
            )
        return self._taxa.metadata

    @cached_property
    def lineages(self) -> Taxonomy | None:
        """Of the file that was named, or else of the table."""
        return read_taxonomy(self.taxonomy) if self.taxonomy else self._taxa.taxonomy

    @property
    def ranks(self) -> list[str]:
        """The usual ranks that the lineages have, and the table as it is."""
        lineages = self.lineages
        known = [lineages.rank(name) for name in RANKS] if lineages else []
        return [*(rank for rank in known if rank), FEATURE]

    @property
    def cut_sheet(self) -> Path | None:
        """Where the rows that can be used are written; None where a sheet has no others."""
        out = Path(self.out)
        all_kept = len(self.proposal.usable.rows) == self.proposal.n_rows
        return None if all_kept and self.samples is not None else out.with_name(f"{out.stem}.samples.tsv")

    @property
    def columns(self) -> dict[str, str]:
        """Columns that klbio does not know by their names."""
        header = self.proposal.usable.columns
        named = dict(zip(header, sample_columns().named(header), strict=True))
        return {role: name for role, name in self.proposal.columns.items() if named[name] != role}

    @property
    def settings(self) -> JsonObject:
        """The config."""
        taxa: dict[str, Json] = {"table": str(self.table), "samples": str(self.cut_sheet or self.samples)}
        taxa |= {"columns": self.columns} if self.columns else {}
        taxa |= {"taxonomy": str(self.taxonomy)} if self.taxonomy else {}
        contrasts = [asdict(pair) for pair in self.proposal.contrasts]
        shift: dict[str, Json] = {"contrasts": contrasts}
        shift |= {"control": self.proposal.control} if self.proposal.control else {}
        name = Path(self.out).stem
        outdir = "results" if name == "config" else f"results/{name}"
        return {"outdir": outdir, "taxa": {**taxa, "ranks": self.ranks}, "shift": shift, "report": {}}

    def notes(self) -> list[str]:
        """What to look at before it is run."""
        n_all, n_kept = self.proposal.n_rows, len(self.proposal.usable.rows)
        named = (
            (role, repr(name) if name else "(without a name)") for role, name in self.proposal.columns.items()
        )
        columns = ", ".join(f"{role} {name}" for role, name in named)
        pairs = ", ".join(f"{pair.before!r} -> {pair.after!r}" for pair in self.proposal.contrasts)
        notes = ["Proposed by klbio: look it over.", f"Columns: {columns}.", f"Compared: {pairs}."]
        if self.samples is None:
            notes.append(f"{self.cut_sheet} is what {self.table} says of its samples.")
        if n_kept < n_all:
            notes.append(
                f"{n_all - n_kept} of {n_all} rows name no sample, subject or phase: {self.cut_sheet} has the others."
            )
        return notes + list(self.proposal.notes)

    def command(self) -> str:
        """The same study without a config."""
        pairs = self.proposal.contrasts
        words = ["klbio", "shift", str(self.table), "--samples", str(self.cut_sheet or self.samples)]
        words += [word for role, name in self.columns.items() for word in (f"--{role}-column", name)]
        words += ["--taxonomy", str(self.taxonomy)] if self.taxonomy else []
        words += ["--rank", self.ranks[0], "--before", pairs[0].before]
        words += [word for pair in pairs for word in ("--after", pair.after)]
        words += ["--control", self.proposal.control] if self.proposal.control else []
        return " ".join(map(quote, [*words, "--out", "results/shift"]))


def propose_config(
    *,
    table: StrPath,
    samples: StrPath | None = None,
    taxonomy: StrPath | None = None,
    out: StrPath = "config.yaml",
) -> None:
    """Look at a table and a sheet, propose columns, phases, contrasts, ranks and control, and write a config.

    Parameters
    ----------
    table : path-like
        Counts; its names of samples tell which column of the sheet names them.
    samples : path-like, optional
        The sheet, in its own words; by default what the table says of its samples, which is written beside the config.
    taxonomy : path-like, optional
        Lineages, if they do not stand in the table.
    out : path-like
        The config to write, every key explained where it stands.  Where rows of the sheet name no subject or no
        phase, the others are written beside it.

    Raises
    ------
    InputError
        If the file is there already; if no column seems to name samples, subjects or phases.
    """
    files = StudyFiles(table=table, samples=samples, taxonomy=taxonomy, out=out)
    _refuse_present(Path(out))
    if files.cut_sheet:
        _refuse_present(files.cut_sheet)
    if not files.proposal.contrasts:
        raise InputError.one(
            samples or table, "no subject sampled in two phases", "at least one subject with samples before and after",
            files.notes()[1],
        )  # fmt: skip
    if files.cut_sheet:
        usable = files.proposal.usable
        rows = [usable.columns, *([row[column] for column in usable.columns] for row in usable)]
        text = ["\t".join(" ".join(cell.split("\n")).replace("\t", " ") for cell in row) for row in rows]
        write_text(files.cut_sheet, "\n".join(text) + "\n")
    head = [f"# {note}" for note in files.notes()]
    write_text(
        out, "\n".join([*head, f"# Without this file: {files.command()}", "", config_text(files.settings)])
    )


def _refuse_present(path: Path) -> None:
    if path.exists():
        raise InputError.one(path, "a file that is there already", "a new file", "Name another with --out.")
