"""A sound file of each format, and ways to damage it."""

import random
import re
import shutil
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import numpy as np

from klbio.io import MODEL_FORMATS
from klbio.io.models.emissions import write as write_emissions
from klbio.io.models.hidden import write as write_hidden
from klbio.models import GCClass, GeneModel, SiteModel
from tests.io.test_geneid import whole as geneid_text
from tests.io.test_genemark import modfile
from tests.io.test_hhsuite import hhm
from tests.io.test_hidden import MODEL
from tests.io.test_motifs import JASPAR, MEME, TRANSFAC
from tests.models.zoo import content_model

NUMBER = re.compile(r"(?<![\w.])-?\d+\.\d+(?![\w.])|(?<![\w.])-?\d\d+(?![\w.])")


def toy(name: str) -> GeneModel:
    coding, intron = content_model(1, 2, 3), content_model(2, 2, 1)
    return GeneModel(
        name, (GCClass(coding, intron),), {"donor GT": SiteModel([[0, 0, 1, 0], [0, 0, 0, 1]], 0)}
    )


def _text(text: str) -> Callable[[Path, Path], None]:
    return lambda path, root: path.write_text(text) and None


def _copy(name: str) -> Callable[[Path, Path], None]:
    return lambda path, root: shutil.copyfile(root / "examples" / "gene-models" / name, path) and None


def _trn(path: Path, root: Path) -> None:
    head = np.zeros(558_392, dtype=np.uint8)
    head[:8] = np.frombuffer(np.array([0.5]).tobytes(), dtype=np.uint8)
    head[8] = 11
    path.write_bytes(head.tobytes())


# what it is called in a test -> (format, file name, how it is made)
SOUND = {
    "hmmer": ("hmmer", "toy.hmm", _copy("hmmer/fn3.hmm")),
    "snap": ("snap", "toy.hmm", _copy("snap/O.sativa.hmm")),
    "geneid": ("geneid", "toy.param", _text(geneid_text())),
    "genemark": ("genemark", "toy.mod", _text(modfile())),
    "prodigal": ("prodigal", "toy.trn", _trn),
    "hhsuite": ("hhsuite", "toy.hhm", _text(hhm())),
    "jaspar": ("motifs", "toy.jaspar", _text(JASPAR)),
    "meme": ("motifs", "toy.meme", _text(MEME)),
    "transfac": ("motifs", "toy.transfac", _text(TRANSFAC)),
    "emissions tsv": ("emissions", "toy.tsv", lambda path, root: write_emissions([toy("one"), toy("two")], path)),
    "emissions json": ("emissions", "toy.json", lambda path, root: write_emissions([toy("one")], path)),
    "hidden json": ("hidden", "toy.json", lambda path, root: write_hidden(MODEL, path)),
    "hidden tsv": ("hidden", "toy.tsv", lambda path, root: write_hidden(MODEL, path)),
    "augustus exon": ("augustus", "rice/rice_exon_probs.pbl", None),
    "augustus intron": ("augustus", "rice/rice_intron_probs.pbl", None),
    "augustus igenic": ("augustus", "rice/rice_igenic_probs.pbl", None),
    "augustus config": ("augustus", "rice/rice_parameters.cfg", None),
}  # fmt: skip


def sound(name: str, folder: Path, root: Path) -> tuple[Path, Path, str]:
    """Write a sound example; give the file to damage, the path to read, the format."""
    format_, file, make = SOUND[name]
    path = folder / file
    if make is None:
        shutil.copytree(
            root / "examples" / "gene-models" / "augustus" / "rice", folder / "rice", dirs_exist_ok=True
        )
        return path, path.parent, format_
    make(path, root)
    return path, path, format_


def read(path: Path, format_: str) -> list:
    return import_module(MODEL_FORMATS[format_]).read(path)


def damages(data: bytes, seed: int) -> bytes:
    """Damage a file in one of many ways, blindly."""
    rng = random.Random(seed)  # noqa: S311
    text = data.decode("latin-1")
    lines = text.splitlines(keepends=True)
    at = rng.randrange(len(lines))
    before, line, after = "".join(lines[:at]), lines[at], "".join(lines[at + 1 :])
    numbers = list(NUMBER.finditer(text)) or list(re.finditer(r"\w", text))
    start, end = rng.choice(numbers).span() if numbers else (0, 1)
    new = rng.choice(("nan", "-nan", "inf", "1e999", "-7", 30 * "9", "x", "", "0,5", "1_0", "\u0663"))
    swapped = text[:start] + new + text[end:]
    ways = [
        text[: rng.randrange(1, len(text))],
        before + after,
        before + line + line + after,
        before + "\0\n" + line + after,
        before + line.upper().replace("A", "N") + after,
        before + line + before,
        before + "\t".join(line.split()[:-1]) + "\n" + after,
    ]
    return rng.choice([*ways, *[swapped] * len(ways)]).encode("utf-8", "replace")


__all__ = ["SOUND", "damages", "read", "sound", "toy"]
