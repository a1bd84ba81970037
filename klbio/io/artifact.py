"""QIIME 2 artifacts: a zip archive of one folder, named by its UUID, that says what kind of data it holds."""

from __future__ import annotations

import re
from dataclasses import dataclass

from klbio.errors import InputError, StrPath, listed, shorten
from klbio.io.archive import MAGIC, Archive
from klbio.io.json_data import JsonObject
from klbio.io.sheets.yaml_document import read_yaml
from klbio.io.source import HEAD, Source

__all__ = ["ROOTED_TREE", "TAXONOMY", "Artifact", "is_artifact", "unwrapped"]

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
PROPERTIES = re.compile(r"\s*%\s*Properties\([^()]*\)")
MAX_METADATA = 1 << 16  # bytes; a few lines
MAX_DATA, MAX_RATIO = 256 * 1024**2, 100  # bytes of data, and further ones for each byte of the archive
TAXONOMY, ROOTED_TREE = "FeatureData[Taxonomy]", "Phylogeny[Rooted]"
FILES = {TAXONOMY: "taxonomy.tsv", ROOTED_TREE: "tree.nwk"}
REMEDIES = {
    TAXONOMY: "Give it as the taxonomy (--taxonomy).",
    ROOTED_TREE: "Give it as the tree (--tree).",
    "Phylogeny[Unrooted]": "Root it with `qiime phylogeny midpoint-root`.",
    "Visualization": "Give the artifact (.qza) that it was made from.",
}
OTHER = "Give the artifact it was made from."


def is_artifact(source: Source) -> bool:
    """Whether a file looks like an artifact, or a visualization: a zip archive that names its `metadata.yaml`."""
    if source.peek(len(MAGIC)) != MAGIC:
        return False
    return b"metadata.yaml" in source.head or b"metadata.yaml" in source.mapped()[-HEAD:]


def unwrapped(path: StrPath, wanted: str) -> Source:
    """Give the file within an artifact; a file that is none is given as it is.

    Parameters
    ----------
    path : path-like
    wanted : {"FeatureData[Taxonomy]", "Phylogeny[Rooted]"}

    Raises
    ------
    InputError
        If it is a damaged artifact, or one of another type.
    """
    source = Source.of(path)
    if not is_artifact(source):
        return source
    artifact = Artifact.of(source)
    artifact.check(wanted)
    return artifact.member(FILES[wanted])


@dataclass(frozen=True)
class Artifact:
    """An archive, its only folder, and its type."""

    archive: Archive
    folder: str
    type: str

    @classmethod
    def of(cls, source: Source) -> Artifact:
        """Read what an artifact is.

        Raises
        ------
        InputError
            If it is no sound archive of one folder that is named by a UUID.
        """
        archive = Archive.of(source)
        folders = {name.partition("/")[0] for name in archive.files}
        if len(folders) != 1 or not UUID.fullmatch(folder := folders.pop()):
            found = f"a zip archive of {listed(sorted({name.partition('/')[0] for name in archive.files}))}"
            remedy = "Give the .qza as QIIME 2 wrote it, or the .biom within."
            raise InputError.one(source, found, "the one folder of a QIIME 2 artifact", remedy)
        said = _metadata(archive, folder)
        if said.get("uuid") != folder:
            found = f"{folder}/metadata.yaml: uuid {shorten(said.get('uuid'))}"
            raise InputError.one(source, found, "that of the folder", "Give the .qza as QIIME 2 wrote it.")
        return cls(archive, folder, PROPERTIES.sub("", str(said.get("type", ""))))

    def check(self, *wanted: str) -> None:
        """Refuse other types than these.

        Raises
        ------
        InputError
            Naming the type.
        """
        if self.type not in wanted:
            what = "visualization" if self.type == "Visualization" else f"artifact of type {self.type}"
            found, remedy = f"a QIIME 2 {what}", REMEDIES.get(self.type, OTHER)
            raise InputError.one(self.archive.source, found, f"one of type {' or '.join(wanted)}", remedy)

    def member(self, name: str) -> Source:
        """Unpack a file of its data."""
        most = MAX_DATA + MAX_RATIO * self.archive.source.size
        data = self.archive.read(f"{self.folder}/data/{name}", most)
        return Source.within(f"{self.archive.source}, data/{name}", data)


def _metadata(archive: Archive, folder: str) -> JsonObject:
    name = f"{folder}/metadata.yaml"
    data = archive.read(name, MAX_METADATA)
    said = read_yaml(Source.within(f"{archive.source}, metadata.yaml", data)).value
    if not isinstance(said, dict):
        raise InputError.one(archive.source, f"{name}: {shorten(said)}", "uuid, type and format", OTHER)
    return dict(said)
