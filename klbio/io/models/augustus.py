"""AUGUSTUS species folders: the content models and splice sites of one species.

``*_exon_probs.pbl``, ``*_intron_probs.pbl`` and ``*_igenic_probs.pbl`` hold, per GC class,
``[EMISSION]``: P(last base | the bases before), and ``[P_ls]``: joint probabilities of words
of growing length.  Where the former is commented out or missing, it follows from the latter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np

from klbio.distributions import FloatArray
from klbio.errors import InputError, StrPath
from klbio.io.models.augustus_lengths import exon_durations, intron_duration
from klbio.io.models.pbl import Pbl, parse_pbl, pattern_marginals, word_indices, word_table
from klbio.io.models.text import Remarks
from klbio.io.source import Source
from klbio.models import ContentModel, DurationModel, GCClass, GeneModel, SiteModel

__all__ = ["FILES", "TITLE", "read", "sniff"]

TITLE, FILES = "AUGUSTUS", "species folder"
SUFFIX = "_exon_probs.pbl"
PARTS = {"coding": "exon", "intron": "intron", "intergenic": "igenic"}
CONSTANT = re.compile(r"\s*/Constant/([ad]ss_(?:start|end))\s+(\d{1,3})\b")
# signal -> section, the bases its words leave out, which of these is position 0
SIGNALS = {"donor GT": ("DSS", "GT", 0), "acceptor AG": ("ASS", "AG", 1)}
REMEDY = "Fetch the file again, or train the species again."


@dataclass
class _Component:
    """The content model of each GC class, None where it could not be read."""

    models: list[ContentModel | None] = field(default_factory=list)
    worst: float = 0.0


def sniff(path: StrPath) -> bool:
    """Recognise a species folder by its exon file."""
    return any(name.endswith(SUFFIX) for name in Source.of(path).files)


def read(path: StrPath) -> list[GeneModel]:
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
    folder = Source.of(path)
    prefix, remarks = _prefix(folder), Remarks(folder.path, REMEDY)
    files = {component: f"{prefix}_{part}_probs.pbl" for component, part in PARTS.items()}
    parsed = {
        component: parse_pbl(folder.files[name], remarks)
        for component, name in files.items()
        if name in folder.files
    }
    for component in (name for name in PARTS if name not in parsed):
        remarks.note(component, f"the folder has no {files[component]}")
    contents = {name: _component(name, pbl, remarks) for name, pbl in parsed.items()}
    sites = _sites(folder, prefix, parsed.get("intron"), remarks)
    durations = _durations(folder, parsed, remarks)
    n_exons = len(contents["coding"].models)
    for name in (one for one in contents if len(contents[one].models) > n_exons > 0):
        found = f"{n_exons} GC classes, but {len(contents[name].models)} of {name}"
        remarks.fault(found, "as many classes of exons: the file may be cut off", path=parsed["coding"].path)
    InputError.raise_any(remarks.faults)
    classes = _classes(parsed["coding"], contents, remarks)
    findings = tuple(remarks.findings)
    return [GeneModel(folder.path.resolve().name, classes, sites, "augustus", findings, durations)]


def _prefix(folder: Source) -> str:
    """Find how the files are called: most carry the folder's name, some another species'."""
    found = [name.removesuffix(SUFFIX) for name in folder.files if name.endswith(SUFFIX)]
    own = folder.path.resolve().name
    if not found:
        raise InputError.one(
            folder, f"no *{SUFFIX}", "an AUGUSTUS species folder",
            "Some species borrow the files of another: compare that species instead.",
        )  # fmt: skip
    if len(found) > 1 and own not in found:
        raise InputError.one(folder, f"exon files of {len(found)} species", "one species in a folder")
    return own if own in found else found[0]


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


def _durations(folder: Source, parsed: dict[str, Pbl], remarks: Remarks) -> dict[str, DurationModel]:
    """Read the lengths of exons and introns; weights of transitions, which few species have, are no probabilities."""
    durations = exon_durations(parsed["coding"], remarks)
    if "intron" in parsed:
        durations |= intron_duration(parsed["intron"], parsed["intron"].n_classes // 2 + 1, remarks)
    for name in (name for name in folder.files if "_trans_" in name and name.endswith(".pbl")):
        remarks.note("transitions", f"{name} holds weights of the program's inner states: not compared")
    return durations


def _sites(folder: Source, prefix: str, intron: Pbl | None, remarks: Remarks) -> dict[str, SiteModel]:
    """Read splice sites from the tables of patterns, placed by the constants of the species' config."""
    names = (f"{name}_parameters.cfg" for name in (folder.path.resolve().name, prefix))
    config = next((name for name in names if name in folder.files), f"{prefix}_parameters.cfg")
    if intron is None or config not in folder.files:
        remarks.note("sites", f"no {config} or no intron file: splice sites are left out")
        return {}
    lines = folder.files[config].parameter_lines("an AUGUSTUS parameter file")
    matches = [CONSTANT.match(line) for line in lines]
    constants = {match[1]: int(match[2]) for match in matches if match}
    sites = {}
    for name, (key, consensus, origin) in SIGNALS.items():
        before, after = (constants.get(f"{key.lower()}_{side}") for side in ("start", "end"))
        section = intron.usable(0, key)
        if section is None or before is None or after is None:
            remarks.note(name, f"no [{key}] section, or no window for it in {config}: left out")
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
