"""Sketches of known genomes and their lineages: a database of sourmash (Irber et al. 2024, doi:10.21105/joss.06830)."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from klbio.errors import Fault, InputError, StrPath, listed
from klbio.io.files import replacing
from klbio.io.programs import SOURMASH
from klbio.io.references import About
from klbio.io.shotgun.sketches import KSIZE
from klbio.io.tables.taxonomy import read_taxonomy
from klbio.io.unreadable import readable
from klbio.reads.cover import Hashes
from klbio.taxonomy import Taxonomy

if TYPE_CHECKING:
    from sourmash import MinHash

__all__ = ["Genome", "SketchDatabase", "gathered_genomes", "is_of_sketches"]

FEWEST_BASES = 50_000  # of a genome that a sample must have so that it is found: sourmash's default
CURRENT = "CURRENT"  # stands in the folder of a RocksDB
DATABASE = "sketches of genomes: .zip, .sig, .sbt.zip or the folder of a RocksDB"
LINEAGES = "Give --lineages FILE (config: reads.taxa.lineages): the genome, then a column per rank."


def is_of_sketches(path: StrPath) -> bool:
    """Tell a database of sourmash from the folder of one of Kraken 2."""
    return Path(path).is_file() or (Path(path) / CURRENT).is_file()


def gathered_genomes(path: StrPath) -> set[str]:
    """Read which genomes ``sourmash gather`` found, by checksum."""
    with readable(path), Path(path).open(encoding="utf-8", newline="") as handle:
        return {row["md5"] for row in csv.DictReader(handle)}


class Genome(NamedTuple):
    """A sketch of the database, by what its list says."""

    md5: str
    name: str
    scaled: int


@dataclass(frozen=True)
class SketchDatabase:
    """Sketches of genomes, and a table of their lineages."""

    path: Path
    lineages: Path | None = None

    def check(self) -> None:
        """Refuse what is no database, and genomes without a lineage."""
        missing = [genome.name for genome in self.genomes if self._key(genome) is None]
        if missing:
            found = f"no lineage of {len(missing):,} of {len(self.genomes):,} genomes ({listed(missing)})"
            raise InputError.one(self.taxonomy.name, found, f"one for each genome of {self.path}")

    @cached_property
    def taxonomy(self) -> Taxonomy:
        """Lineages by what the table calls the genomes."""
        if self.lineages is None:
            raise InputError.one(self.path, "genomes without lineages", "a table of them", LINEAGES)
        return read_taxonomy(self.lineages)

    @cached_property
    def genomes(self) -> tuple[Genome, ...]:
        """Its genomes in the order of their checksums; of sketches that are equal the first by name."""
        index = self._opened()
        rows = index.manifest.rows if index.manifest is not None else []
        found = [
            _genome(row) for row in rows if (row["ksize"], row["moltype"]) == (KSIZE, "DNA") and row["scaled"]
        ]
        if not found:
            kinds = sorted({f"{row['moltype']} of k={row['ksize']}" for row in rows})
            wanted = f"scaled ones of DNA of k={KSIZE}, and a list of them"
            raise InputError.one(self.path, f"sketches: {listed(kinds) or 'none listed'}", wanted)
        return tuple({genome.md5: genome for genome in sorted(found, reverse=True)}.values())[::-1]

    @property
    def scaled(self) -> int:
        """One in how many k-mers the sketches hold; of several the largest."""
        return max(genome.scaled for genome in self.genomes)

    @cached_property
    def about(self) -> About:
        """What it is: the file's name, and a checksum over names and checksums of its sketches and over lineages."""
        digest = sha256("".join(f"{one.md5}\t{one.name}\n" for one in self.genomes).encode())
        with readable(self.lineages or self.path):
            digest.update(self.lineages.read_bytes() if self.lineages else b"")
        return About(self.path.resolve().name, "", digest.hexdigest())

    def lineage(self, genome: Genome) -> tuple[str, ...]:
        """Give the names of a genome, as `check` has found them."""
        return self.taxonomy.lineages[self._key(genome) or ""]

    def _key(self, genome: Genome) -> str | None:
        """What the table of lineages calls a genome: its whole name, its accession, or that without a version."""
        accession = genome.name.split(" ")[0]
        asked = (genome.name, accession, accession.partition(".")[0])
        return next((self._called[name] for name in asked if name in self._called), None)

    @cached_property
    def _called(self) -> dict[str, str]:
        keys = list(self.taxonomy.lineages)
        return {key.partition(".")[0]: key for key in keys} | {key: key for key in keys}

    def hashes(self, md5s: Collection[str]) -> dict[str, Hashes]:
        """Read the k-mers of some genomes, at the database's own density."""
        from sourmash.picklist import SignaturePicklist

        picked = SignaturePicklist("md5")
        picked.init(sorted(md5s))
        with self._said():
            found = self._opened().select(ksize=KSIZE, moltype="DNA", picklist=picked).signatures()
            return {one.md5sum(): _words(one.minhash.downsample(scaled=self.scaled)) for one in found}

    def gather(self, sketch: MinHash, name: str, out: StrPath) -> None:
        """Write which genomes a sample has, as ``sourmash gather`` finds them; each has at least 50,000 bases of it."""
        from sourmash import SourmashSignature, save_signatures_to_json

        with TemporaryDirectory(prefix="klbio-") as folder, replacing(out) as draft:
            query = Path(folder) / "query.sig"
            query.write_bytes(save_signatures_to_json([SourmashSignature(sketch, name=name)]))
            SOURMASH.run([
                "gather", str(query), str(self.path), "-k", str(KSIZE), "--dna", "-o", str(draft),
                "--threshold-bp", str(FEWEST_BASES), "--create-empty-results",
            ])  # fmt: skip

    def _opened(self) -> Any:
        SOURMASH.require()
        from sourmash import load_file_as_index

        with self._said():
            return load_file_as_index(str(self.path))

    @contextmanager
    def _said(self) -> Iterator[None]:
        """Say in klbio's words what sourmash stumbles on."""
        from sourmash.exceptions import SourmashError

        try:
            yield
        except (ValueError, OSError, SourmashError) as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            InputError.raise_any([Fault(self.path, f"no database of sourmash ({reason})", DATABASE)])


def _genome(row: Mapping[str, Any]) -> Genome:
    return Genome(row["md5"], row["name"] or row["filename"] or row["md5"], int(row["scaled"]))


def _words(sketch: Any) -> Hashes:
    return np.fromiter(sketch.hashes, dtype=np.uint64, count=len(sketch))
