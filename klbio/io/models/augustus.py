"""AUGUSTUS species folders: the content models and splice sites of one species.

``*_exon_probs.pbl``, ``*_intron_probs.pbl`` and ``*_igenic_probs.pbl`` hold, per GC class,
``[EMISSION]``: P(last base | the bases before), and ``[P_ls]``: joint probabilities of words
of growing length.  Where the former is commented out or missing, it follows from the latter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from klbio.distributions import FloatArray
from klbio.errors import InputError
from klbio.io.models.augustus_lengths import exon_durations, intron_duration
from klbio.io.models.pbl import Pbl, parse_pbl, pattern_marginals, word_indices, word_table
from klbio.io.models.text import Remarks, bounded_lines
from klbio.models import ContentModel, DurationModel, GCClass, GeneModel, SiteModel

__all__ = ["read", "sniff"]

SUFFIX = "_exon_probs.pbl"
FILES = {"coding": "exon", "intron": "intron", "intergenic": "igenic"}
CONSTANT = re.compile(r"\s*/Constant/([ad]ss_(?:start|end))\s+(\d{1,3})\b")
# signal -> section, the bases its words leave out, which of these is position 0
SIGNALS = {"donor GT": ("DSS", "GT", 0), "acceptor AG": ("ASS", "AG", 1)}
REMEDY = "Fetch the file again, or train the species again."


@dataclass
class _Component:
    """The content model of each GC class, None where it could not be read."""

    models: list[ContentModel | None] = field(default_factory=list)
    worst: float = 0.0


def sniff(path: Path) -> bool:
    """Recognise a species folder by its exon file."""
    return path.is_dir() and any(path.glob(f"*{SUFFIX}"))


def read(path: Path) -> list[GeneModel]:
    """Read an AUGUSTUS species folder.

    Parameters
    ----------
    path : Path
        The folder; its name is the name of the species.

    Returns
    -------
    list of GeneModel
        One, with all its GC classes and the splice sites (where ``*_parameters.cfg`` says
        how their windows lie).

    Raises
    ------
    InputError
        With file, line, GC class and section: a missing exon file, words that are missing,
        values that are no probabilities, numbers that are none.
    """
    prefix, remarks = _prefix(path), Remarks(path, REMEDY)
    files = {component: path / f"{prefix}_{part}_probs.pbl" for component, part in FILES.items()}
    parsed = {name: parse_pbl(file, remarks) for name, file in files.items() if file.is_file()}
    for component in (name for name in FILES if name not in parsed):
        remarks.note(component, f"the folder has no {files[component].name}")
    contents = {name: _component(name, pbl, remarks) for name, pbl in parsed.items()}
    sites = _sites(_config(path, prefix), parsed.get("intron"), remarks)
    durations = _durations(path, parsed, remarks)
    n_exons = len(contents["coding"].models)
    for name in (one for one in contents if len(contents[one].models) > n_exons > 0):
        found = f"{n_exons} GC classes, but {len(contents[name].models)} of {name}"
        remarks.fault(found, "as many classes of exons: the file may be cut off", path=parsed["coding"].path)
    InputError.raise_any(remarks.faults)
    classes = _classes(parsed["coding"], contents, remarks)
    findings = tuple(remarks.findings)
    return [GeneModel(path.resolve().name, classes, sites, "augustus", findings, durations)]


def _prefix(path: Path) -> str:
    """Find how the files are called: most carry the folder's name, some another species'."""
    found = sorted(file.name.removesuffix(SUFFIX) for file in path.glob(f"*{SUFFIX}"))
    if not found:
        raise InputError.one(
            path, f"no *{SUFFIX}", "an AUGUSTUS species folder",
            "Some species borrow the files of another: compare that species instead.",
        )  # fmt: skip
    if len(found) > 1 and path.resolve().name not in found:
        raise InputError.one(path, f"exon files of {len(found)} species", "one species in a folder")
    name = path.resolve().name
    return name if name in found else found[0]


def _config(path: Path, prefix: str) -> Path:
    own = path / f"{path.resolve().name}_parameters.cfg"
    return own if own.is_file() else path / f"{prefix}_parameters.cfg"


def _component(name: str, pbl: Pbl, remarks: Remarks) -> _Component:
    """Read the content model of each GC class."""
    if not pbl.n_classes:
        remarks.fault("no GC class", "a section [1] with [EMISSION] or [P_ls]", path=pbl.path)
    read = _Component()
    for number in range(1, pbl.n_classes + 1):
        rows = _table(name, pbl, number, remarks)
        model, off = ContentModel.scaled(rows) if rows is not None else (None, 0.0)
        read.models.append(model)
        if pbl.usable(number, "EMISSION"):  # joint probabilities are not meant to sum to 1 by row
            read.worst = max(read.worst, off)
    middle = read.models[len(read.models) // 2] if read.models else None
    if middle is not None:
        remarks.content(name, middle, read.worst)
    return read


def _table(component: str, pbl: Pbl, number: int, remarks: Remarks) -> FloatArray | None:
    """Read [EMISSION] of one class, or else [P_ls], shape (period, 4**k, 4)."""
    name = "EMISSION" if pbl.usable(number, "EMISSION") else "P_ls"
    section = pbl.usable(number, name)
    if section is None:
        found = f"neither [EMISSION] nor [P_ls] in GC class {number}"
        remarks.fault(found, "one of them", path=pbl.path)
        return None
    if name == "P_ls" and (number, "EMISSION") not in pbl.sections and pbl.has("EMISSION"):
        found = f"no [EMISSION] in GC class {number}, though other classes have it"
        remarks.fault(found, "it in all classes or in none: the file may be cut off", section.line, pbl.path)
    if name == "P_ls":
        how = "commented out" if (number, "EMISSION") in pbl.sections else "missing"
        remarks.note(component, f"[EMISSION] is {how}: computed from the joint probabilities of [P_ls]")
    columns = 3 if component == "coding" else 1
    table, counts = word_table(pbl.path, section, f"[{name}] of GC class {number}", columns, remarks)
    if counts:
        remarks.note(component, f"raw counts of the training set follow inside [{name}]: passed over")
    return table


def _durations(path: Path, parsed: dict[str, Pbl], remarks: Remarks) -> dict[str, DurationModel]:
    """Read the lengths of exons and introns; weights of transitions, which few species have, are no probabilities."""
    durations = exon_durations(parsed["coding"], remarks)
    if "intron" in parsed:
        durations |= intron_duration(parsed["intron"], parsed["intron"].n_classes // 2 + 1, remarks)
    for file in sorted(path.glob("*_trans_*.pbl")):
        remarks.note("transitions", f"{file.name} holds weights of the program's inner states: not compared")
    return durations


def _sites(config: Path, intron: Pbl | None, remarks: Remarks) -> dict[str, SiteModel]:
    """Read splice sites from the tables of patterns, placed by the constants of the species' config."""
    if intron is None or not config.is_file():
        remarks.note("sites", f"no {config.name} or no intron file: splice sites are left out")
        return {}
    matches = [CONSTANT.match(line) for line in bounded_lines(config, "an AUGUSTUS parameter file")]
    constants = {match[1]: int(match[2]) for match in matches if match}
    sites = {}
    for name, (key, consensus, origin) in SIGNALS.items():
        before, after = (constants.get(f"{key.lower()}_{side}") for side in ("start", "end"))
        section = intron.usable(0, key)
        if section is None or before is None or after is None:
            remarks.note(name, f"no [{key}] section, or no window for it in {config.name}: left out")
            continue
        around = pattern_marginals(intron.path, section, key, before + after, remarks)
        if around is None:
            remarks.note(name, f"no patterns in [{key}]: left out")
        else:
            rows = np.insert(around, before, np.eye(4)[word_indices(consensus)], axis=0)
            sites[name] = SiteModel(rows, first=-before - origin)
    return sites


def _classes(exon: Pbl, contents: dict[str, _Component], remarks: Remarks) -> tuple[GCClass, ...]:
    """Put the components together, class by class."""
    coding = [model for model in contents["coding"].models if model is not None]
    paired = {}
    for name in ("intron", "intergenic"):
        found = contents.get(name, _Component()).models
        if found and len(found) != len(coding):
            text = (
                f"{len(found)} GC classes, but {len(coding)} of exons: paired by number (was a file cut off?)"
            )
            remarks.note(name, text, "warning")
        paired[name] = [*found, *[None] * len(coding)]
    if len(coding) > 1:
        used = len(coding) // 2
        text = f"{len(coding)} GC classes: number {used}, counted from 0, is compared"
        remarks.note("coding", f"{text}; its (a,c,g,t) = {exon.centres.get(used + 1, 'unknown')}")
    return tuple(
        GCClass(model, paired["intron"][i], paired["intergenic"][i], exon.centres.get(i + 1))
        for i, model in enumerate(coding)
    )
