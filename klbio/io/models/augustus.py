"""AUGUSTUS species folders: the content models and splice sites of one species.

``*_exon_probs.pbl``, ``*_intron_probs.pbl`` and ``*_igenic_probs.pbl`` hold, per GC class,
``[EMISSION]``: P(last base | the bases before), and ``[P_ls]``: joint probabilities of words
of growing length.  Where the former is commented out or missing, it follows from the latter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from klbio.distributions import FloatArray
from klbio.errors import InputError, StrPath
from klbio.io.models.augustus_lengths import Lengths
from klbio.io.models.pbl import Pbl, word_indices
from klbio.io.models.text import Diagnostics
from klbio.io.source import Source
from klbio.models import ContentModel, DurationModel, Finding, GCClass, GeneModel, SiteModel
from klbio.models.markov.genetic_code import STANDARD, is_code

__all__ = ["FILES", "TITLE", "read", "sniff"]

TITLE, FILES = "AUGUSTUS", "species folder"
SUFFIX = "_exon_probs.pbl"
PARTS = {"coding": "exon", "intron": "intron", "intergenic": "igenic"}
TABLE = re.compile(r"\s*(?:/\w+/)?translation_table\s+(\d{1,3})\s*(?:#.*)?$")
CONSTANT = re.compile(r"\s*/Constant/([ad]ss_(?:start|end))\s+(\d{1,3})\b")
# signal -> section, the bases its words leave out, which of these is position 0
SIGNALS = {"donor GT": ("DSS", "GT", 0), "acceptor AG": ("ASS", "AG", 1)}
SECTION = re.compile(rb"^#?\s*\[(P_ls|EMISSION)\]", re.MULTILINE)
ALONE = "one file of a species: introns, splice sites and genetic code stand in the other files of its folder"
REMEDY = "Fetch the file again, or train the species again."


def sniff(path: StrPath) -> bool:
    """Recognise a species folder by its exon file; or an exon file alone."""
    source = Source.of(path)
    return any(name.endswith(SUFFIX) for name in source.files) or _is_exon_file(source)


def _is_exon_file(source: Source) -> bool:
    return source.path.name.endswith(SUFFIX) and bool(SECTION.search(source.peek(1 << 20)))


def read(path: StrPath) -> list[GeneModel]:
    """Read an AUGUSTUS species folder.

    Parameters
    ----------
    path : path-like
        The folder; its name is the name of the species.  Or its exon file alone, which has the coding model.

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
    source = Source.of(path)
    if not _is_exon_file(source):
        return [_Species(source).model()]
    name = source.path.name
    folder = Source.folder(str(source.path.with_name(name.removesuffix(SUFFIX))), {name: source})
    model = _Species(folder).model()
    return [replace(model, findings=(Finding.warning("coding", ALONE), *model.findings))]


class _Species:
    """A species folder on the way to its gene model."""

    def __init__(self, folder: Source) -> None:
        self.folder = folder
        self.name = folder.path.resolve().name
        self.prefix = self._prefix()
        self.diagnostics = Diagnostics(folder.path, REMEDY)
        self.files = self._files()
        self.contents = {name: _Content(name, pbl) for name, pbl in self.files.items()}

    def _prefix(self) -> str:
        """Find how the files are called: most carry the folder's name, some another species'."""
        found = [name.removesuffix(SUFFIX) for name in self.folder.files if name.endswith(SUFFIX)]
        if not found:
            raise InputError.one(
                self.folder, f"no *{SUFFIX}", "an AUGUSTUS species folder",
                "Some species borrow the files of another: compare that species instead.",
            )  # fmt: skip
        if len(found) > 1 and self.name not in found:
            raise InputError.one(
                self.folder, f"exon files of {len(found)} species", "one species in a folder"
            )
        return self.name if self.name in found else found[0]

    def _files(self) -> dict[str, Pbl]:
        """Cut the files into sections."""
        names = {component: f"{self.prefix}_{part}_probs.pbl" for component, part in PARTS.items()}
        there = {component: name for component, name in names.items() if name in self.folder.files}
        files = {
            component: Pbl.read(self.folder.files[name], self.diagnostics)
            for component, name in there.items()
        }
        for component in (component for component in names if component not in there):
            self.diagnostics.note(component, f"the folder has no {names[component]}")
        return files

    def model(self) -> GeneModel:
        """Read everything, or raise every fault of all files."""
        for content in self.contents.values():
            content.read(self.genetic_code)
        sites, durations = self._sites(), self._durations()
        self._refuse_fewer_classes_of_exons()
        self.diagnostics.raise_any()
        classes = self._classes()
        findings = tuple(self.diagnostics.findings)
        return GeneModel(self.name, classes, sites, "augustus", findings, durations)

    def _refuse_fewer_classes_of_exons(self) -> None:
        exon, n_exons = self.files["coding"], len(self.contents["coding"].models)
        for name, content in self.contents.items():
            if len(content.models) > n_exons > 0:
                found = f"{n_exons} GC classes, but {len(content.models)} of {name}"
                exon.diagnostics.fault(found, "as many classes of exons: the file may be cut off")

    def _durations(self) -> dict[str, DurationModel]:
        """Read the lengths of exons and introns; weights of transitions, which few have, are no probabilities."""
        durations = Lengths(self.files["coding"]).exons()
        if intron := self.files.get("intron"):
            durations |= Lengths(intron).introns(intron.n_classes // 2 + 1)
        for name in (name for name in self.folder.files if "_trans_" in name and name.endswith(".pbl")):
            text = f"{name} holds weights of the program's inner states: not compared"
            self.diagnostics.note("transitions", text)
        return durations

    def _config(self) -> Source | None:
        """Find the species' config, under its own name or that of its files."""
        names = (f"{name}_parameters.cfg" for name in (self.name, self.prefix))
        return next((self.folder.files[name] for name in names if name in self.folder.files), None)

    @cached_property
    def genetic_code(self) -> int:
        """NCBI's number after the key translation_table of the species' config."""
        config = self._config()
        lines = config.parameter_lines("an AUGUSTUS parameter file") if config else []
        found = next((int(match[1]) for match in map(TABLE.match, lines) if match), STANDARD)
        if is_code(found):
            return found
        self.diagnostics.warn("coding", f"translation_table {found} is no genetic code: 1 is taken")
        return STANDARD

    def _sites(self) -> dict[str, SiteModel]:
        """Read splice sites from the tables of patterns, placed by the constants of the species' config."""
        intron, config = self.files.get("intron"), self._config()
        if intron is None or config is None:
            missing = config.path.name if config else f"{self.prefix}_parameters.cfg"
            text = f"no {missing} or no intron file: splice sites are left out"
            self.diagnostics.note("sites", text)
            return {}
        lines = config.parameter_lines("an AUGUSTUS parameter file")
        matches = [CONSTANT.match(line) for line in lines]
        windows = {match[1]: int(match[2]) for match in matches if match}
        sites = {name: self._site(name, intron, windows) for name in SIGNALS}
        return {name: site for name, site in sites.items() if site is not None}

    def _site(self, name: str, intron: Pbl, windows: dict[str, int]) -> SiteModel | None:
        key, consensus, origin = SIGNALS[name]
        before, after = (windows.get(f"{key.lower()}_{side}") for side in ("start", "end"))
        section = intron.usable(0, key)
        if section is None or before is None or after is None:
            config = self._config()
            text = (
                f"no [{key}] section, or no window for it in {config.path.name if config else ''}: left out"
            )
            self.diagnostics.note(name, text)
            return None
        around = section.pattern_marginals(key, before + after)
        if around is None:
            self.diagnostics.note(name, f"no patterns in [{key}]: left out")
            return None
        rows = np.insert(around, before, np.eye(4)[word_indices(consensus)], axis=0)
        return SiteModel(rows, first=-before - origin)

    def _classes(self) -> tuple[GCClass, ...]:
        """Put the components together, class by class."""
        coding = [model for model in self.contents["coding"].models if model is not None]
        introns, intergenic = (self._paired(name, len(coding)) for name in ("intron", "intergenic"))
        centres = self.files["coding"].centres
        if len(coding) > 1:
            used = len(coding) // 2
            text = f"{len(coding)} GC classes: number {used}, counted from 0, is compared"
            centre = centres.get(used + 1, "unknown")
            self.diagnostics.note("coding", f"{text}; its (a,c,g,t) = {centre}")
        return tuple(
            GCClass(model, introns[i], intergenic[i], centres.get(i + 1)) for i, model in enumerate(coding)
        )

    def _paired(self, name: str, n_classes: int) -> list[ContentModel | None]:
        """Give a component by the number of its class, None where there is none."""
        found = self.contents[name].models if name in self.contents else []
        if found and len(found) != n_classes:
            text = (
                f"{len(found)} GC classes, but {n_classes} of exons: paired by number (was a file cut off?)"
            )
            self.diagnostics.warn(name, text)
        return [*found, *[None] * n_classes]


@dataclass
class _Content:
    """The content model of each GC class of one component, None where it could not be read."""

    component: str
    pbl: Pbl
    models: list[ContentModel | None] = field(default_factory=list)

    @property
    def diagnostics(self) -> Diagnostics:
        """Where faults are collected."""
        return self.pbl.diagnostics

    def read(self, genetic_code: int) -> None:
        """Read every class."""
        if not self.pbl.n_classes:
            self.diagnostics.fault("no GC class", "a section [1] with [EMISSION] or [P_ls]")
        worst = 0.0
        for number in range(1, self.pbl.n_classes + 1):
            rows = self._table(number)
            model, off = ContentModel.scaled(rows) if rows is not None else (None, 0.0)
            self.models.append(model.under(genetic_code) if model and self.component == "coding" else model)
            if self.pbl.usable(number, "EMISSION"):  # joint probabilities are not meant to sum to 1 by row
                worst = max(worst, off)
        middle = self.models[len(self.models) // 2] if self.models else None
        if middle is not None:
            self.diagnostics.content(self.component, middle, worst)

    def _table(self, number: int) -> FloatArray | None:
        """Read [EMISSION] of one class, or else [P_ls], shape (period, 4**k, 4)."""
        name = "EMISSION" if self.pbl.usable(number, "EMISSION") else "P_ls"
        section = self.pbl.usable(number, name)
        if section is None:
            found = f"neither [EMISSION] nor [P_ls] in GC class {number}"
            self.diagnostics.fault(found, "one of them")
            return None
        if name == "P_ls":
            self._explain(number, section.line)
        columns = 3 if self.component == "coding" else 1
        table, counts = section.word_table(f"[{name}] of GC class {number}", columns)
        if counts:
            text = f"raw counts of the training set follow inside [{name}]: passed over"
            self.diagnostics.note(self.component, text)
        return table

    def _explain(self, number: int, line: int) -> None:
        """Say why [P_ls] is taken; where only this class lacks the other, the file is refused."""
        commented_out = (number, "EMISSION") in self.pbl.sections
        if not commented_out and self.pbl.has("EMISSION"):
            found = f"no [EMISSION] in GC class {number}, though other classes have it"
            self.diagnostics.fault(found, "it in all classes or in none: the file may be cut off", line)
        how = "commented out" if commented_out else "missing"
        text = f"[EMISSION] is {how}: computed from the joint probabilities of [P_ls]"
        self.diagnostics.note(self.component, text)
