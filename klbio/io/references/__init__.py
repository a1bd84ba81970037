"""References of taxa: FASTA files whose headers hold lineages, in the dialects people have; the bundled one."""

from klbio.io.references.about import About, read_about
from klbio.io.references.bundled import bundled
from klbio.io.references.reading import Reference, read_reference
from klbio.io.references.writing import write_reference

__all__ = ["About", "Reference", "bundled", "read_about", "read_reference", "write_reference"]
