"""QIIME 2 artifacts as klbio writes them: data, what kind of data it is, and a provenance that says it was imported."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import md5, sha256
from uuid import UUID
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from klbio.errors import StrPath
from klbio.io.files import replacing

__all__ = ["WrittenArtifact"]

VERSION = "QIIME 2\narchive: 5\nframework: 2021.11.0\n"  # of the archive's layout, which later versions read
FIRST = (1980, 1, 1, 0, 0, 0)  # one date for all files: the same content gives the same bytes
IMPORT = """execution:
    uuid: {run}
    runtime:
        start: 2000-01-01T00:00:00.000000+00:00
        end: 2000-01-01T00:00:00.000000+00:00
        duration: 0 microseconds
action:
    type: import
    format: {form}
    manifest:
    -   name: {name}
        md5sum: {md5sum}
transformers:
    output:
    -   from: {form}
        to: {form}
environment:
    platform: any
    python: any
    framework:
        version: 2021.11.0
        website: https://qiime2.org
        citations: []
    plugins: {{}}
    python-packages: {{}}
"""


@dataclass(frozen=True)
class WrittenArtifact:
    """An artifact of one file.

    Parameters
    ----------
    type, format : str
        As QIIME 2 calls them.
    name : str
        Of the file in the folder ``data``.
    data : bytes
        Its content, from which the artifact has its UUID.
    """

    type: str
    format: str
    name: str
    data: bytes

    @cached_property
    def uuid(self) -> str:
        """An identifier that the same content always has."""
        return self._identifier("artifact")

    def _identifier(self, what: str) -> str:
        seed = f"{what}\n{self.type}\n{self.format}\n{self.name}\n".encode()
        return str(UUID(bytes=sha256(seed + sha256(self.data).digest()).digest()[:16], version=4))

    def write(self, path: StrPath) -> None:
        """Write the archive; nothing in it is packed, as BIOM is packed already."""
        with replacing(path) as draft, ZipFile(draft, "w", ZIP_STORED) as archive:
            for name, content in self._files():
                entry = ZipInfo(f"{self.uuid}/{name}", FIRST)
                entry.external_attr = 0o644 << 16
                entry.create_system = 3  # Unix, wherever it was written
                archive.writestr(entry, content)

    def _files(self) -> Iterator[tuple[str, bytes]]:
        files = {
            "VERSION": VERSION.encode(),
            "metadata.yaml": self._metadata,
            f"data/{self.name}": self.data,
            "provenance/VERSION": VERSION.encode(),
            "provenance/metadata.yaml": self._metadata,
            "provenance/citations.bib": b"",
            "provenance/action/action.yaml": self._action,
        }
        yield from files.items()
        sums = (f"{_md5(content)}  {name}\n" for name, content in sorted(files.items()))
        yield "checksums.md5", "".join(sums).encode()

    @property
    def _metadata(self) -> bytes:
        return f"uuid: {self.uuid}\ntype: {self.type}\nformat: {self.format}\n".encode()

    @property
    def _action(self) -> bytes:
        run, md5sum = self._identifier("import"), _md5(self.data)
        return IMPORT.format(run=run, form=self.format, name=self.name, md5sum=md5sum).encode()


def _md5(content: bytes) -> str:
    return md5(content, usedforsecurity=False).hexdigest()
