"""What each gene finder takes on its command line to run with a known model, from where its file lies."""

from __future__ import annotations

import shlex
from dataclasses import asdict, dataclass
from pathlib import Path

from klbio.io import BUILT_IN
from klbio.io.models.prodigal import built_in_names
from klbio.steps.model_files import LoadedModel

__all__ = ["CommandNames"]


@dataclass(frozen=True)
class CommandNames:
    """An option of each program that takes the model; empty for the others.

    The fields are columns of `klbio.schema.NEAREST`.
    """

    augustus: str = ""
    braker: str = ""
    funannotate: str = ""
    snap: str = ""
    geneid: str = ""
    genemark: str = ""
    prodigal: str = ""

    @classmethod
    def of(cls, one: LoadedModel) -> CommandNames:
        """Name a model; nothing for formats that no gene finder reads, and for files it would not find.

        AUGUSTUS looks for ``NAME/NAME_parameters.cfg`` in the folder ``species`` of its configuration: a folder
        without it cannot be named.
        """
        path = Path(one.entry.source)
        match one.model.format:
            case "augustus":
                return cls._of_augustus(path, one.place)
            case "snap":
                return cls(snap=_quoted(path))
            case "geneid":
                return cls(geneid=f"-P {_quoted(path)}")
            case "genemark":
                return cls(genemark=f"-m {_quoted(path)}")
            case "prodigal":
                return cls._of_prodigal(path, one.model.name)
        return cls()

    @classmethod
    def _of_augustus(cls, path: Path, place: Path) -> CommandNames:
        name = path.resolve().name
        if not (place / f"{name}_parameters.cfg").is_file():
            return cls()
        species = _quoted(name)
        return cls(
            augustus=f"--species={species}",
            braker=f"--species={species} --skipAllTraining",
            funannotate=f"--augustus_species {species}",
        )

    @classmethod
    def _of_prodigal(cls, path: Path, name: str) -> CommandNames:
        if not str(path).startswith(BUILT_IN):
            return cls(prodigal=f"-t {_quoted(path)}")
        return cls(prodigal=f"pyrodigal.METAGENOMIC_BINS[{built_in_names().index(name)}].training_info")

    @property
    def columns(self) -> dict[str, str]:
        """Column -> option."""
        return asdict(self)


def _quoted(path: Path | str) -> str:
    return shlex.quote(str(path))
