"""Where the tables of a run lie: in the folders of a workflow, in that of one command, or in one file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from klbio.errors import Fault, InputError, listed
from klbio.io.result_folder import gone_faults, run_faults, table_path
from klbio.io.source import Source
from klbio.report.provenance import routes_made
from klbio.schema import (
    AMPLICON_READS,
    CALL_CUTOFFS,
    CALL_RANGE,
    MODEL_TABLES,
    NEAREST,
    QUALITY,
    QUALITY_DIFFERENCES,
    SHIFT_TABLES,
)

__all__ = ["PROVENANCE", "ROUTES", "Places"]

OF_NAMES = {
    table.name: table for table in (CALL_RANGE, CALL_CUTOFFS, AMPLICON_READS)
}  # of taxa from amplicons
ROUTES = {
    "shift": {**SHIFT_TABLES, **OF_NAMES},
    "reads": SHIFT_TABLES,
    "amplicons": {**SHIFT_TABLES, **OF_NAMES},
    "shotgun": {**SHIFT_TABLES, **OF_NAMES},
    "models": {**MODEL_TABLES, NEAREST.name: NEAREST},
}
PROVENANCE = "provenance.json"
OF_CALLS = CALL_RANGE.name, CALL_CUTOFFS.name
OF_READS = QUALITY.name, QUALITY_DIFFERENCES.name


@dataclass(frozen=True)
class Places:
    """Where each table of a run would be.

    Parameters
    ----------
    folder : Path
        That of all of them.
    folders : mapping of str to Path
        That of each route; of a workflow those of its last run alone, as tables of an earlier one may stand beside.
    nearest : Path, optional
        The table of the nearest models.
    of_workflow : bool
        Whether any route may have been run; else they are the tables of one command.
    """

    folder: Path
    folders: Mapping[str, Path] = field(default_factory=dict)
    nearest: Path | None = None
    of_workflow: bool = False

    @classmethod
    def at(cls, path: Path) -> Places:
        """Find the tables of a workflow or of a command, or take a table of nearest models.

        Raises
        ------
        InputError
            If there is nothing, or a folder holds several tables of nearest models.
        """
        if path.is_file():
            return cls(path.parent, nearest=path)
        if not path.is_dir():
            raise InputError.one(
                path, "no such folder", "the results of a run", "Run the workflow, or a command, first."
            )
        if table_path(path, "pairs").is_file():
            route = "models" if table_path(path, "models").is_file() else "shift"
            return cls(path, {route: path}, path / "nearest.tsv")
        nearest = [] if any(path.glob("*/*.tsv")) else _nearest_in(path)
        if nearest:
            return cls(path, nearest=nearest[0])
        made = routes_made(path / PROVENANCE)
        folders = {name: path / name for name in ROUTES if made is None or name in made}
        of_models = path / "models" / "nearest.tsv" if made is None or NEAREST.name in made else None
        return cls(path, folders, of_models, of_workflow=True)

    def tables(self, route: str) -> dict[str, Path]:
        """Give the path of each table of a route; none where the route was not run."""
        folder = self.folders.get(route)
        paths = {} if folder is None else {name: table_path(folder, name) for name in ROUTES[route]}
        if route == "amplicons" and folder is not None:
            paths[AMPLICON_READS.name] = self.folder / "composition" / f"{AMPLICON_READS.name}.tsv"
        return paths | ({NEAREST.name: self.nearest} if route == "models" and self.nearest else {})

    def faults(self) -> list[Fault]:
        """Say of which runs tables are gone, or of another run."""
        found = gone_faults(self.of_reads, OF_READS) if self.has_reads else []
        for route, folder in self.folders.items():
            own = MODEL_TABLES if route == "models" else SHIFT_TABLES
            found += run_faults(folder) or gone_faults(folder, own)
            found += gone_faults(folder, OF_CALLS)
        return found

    @property
    def has_reads(self) -> bool:
        """Whether reads may have been counted; one command may have done it by itself."""
        return "reads" in self.folders or not self.of_workflow

    @property
    def of_reads(self) -> Path:
        """Where it is said how good the reads are."""
        return self.folder / "composition" if self.of_workflow else self.folder

    @property
    def any_table(self) -> bool:
        """Whether any table is there."""
        return any(path.is_file() for route in ROUTES for path in self.tables(route).values())

    @property
    def dropped(self) -> list[Path]:
        """The list of what a run left out, or those of its steps where each was run by itself."""
        own = self.folder / "dropped.tsv"
        if own.is_file() and self.folders:
            return [own]
        steps = [folder / "dropped.tsv" for folder in self.folders.values()]
        steps += [Path(f"{self.nearest}.dropped.tsv")] if self.nearest else []
        return [path for path in steps if path.is_file()]


def _nearest_in(folder: Path) -> list[Path]:
    """Find the table of nearest models in a folder, whatever it is called."""
    header = ["\t".join(NEAREST.names)]
    found = [path for path in sorted(folder.glob("*.tsv")) if Source(path).first_lines(1) == header]
    if len(found) > 1:
        remedy = f"Name one of them: {listed(map(str, found))}."
        raise InputError.one(folder, f"{len(found)} tables of nearest models", "one", remedy)
    return found
