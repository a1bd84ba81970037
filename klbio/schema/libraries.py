"""What was sequenced: a row a library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from klbio.schema.columns import Count, Number, Text
from klbio.schema.table import Row

__all__ = ["LibraryRow"]


@dataclass(frozen=True, kw_only=True, slots=True)
class LibraryRow(Row):
    """What was read of each sample and control, counted or not: a row each."""

    sample: Annotated[str, Text("name of the sample or control")]
    kind: Annotated[str, Text("what it is", ("sample", "negative", "mock"))]
    n_lanes: Annotated[int, Count("rows of the sheet that name it", of="lanes")]
    layout: Annotated[
        str, Text("single, pairs (two files), interleaved (mates in turn in one), or several of them")
    ]
    packing: Annotated[str, Text("how its files are packed: none, gzip, bzip2, xz, zstd, or several of them")]
    encoding: Annotated[
        str, Text("from what byte its qualities are counted, as far as they tell; empty of FASTA")
    ]
    n_fragments: Annotated[int, Count("single reads and pairs", of="fragments")]
    n_reads: Annotated[int, Count("reads, two of each pair", of="reads")]
    n_bases: Annotated[int, Count("bases of all reads", of="bases")]
    shortest_bases: Annotated[int, Count("length of the shortest read", of="bases")]
    longest_bases: Annotated[int, Count("length of the longest read", of="bases")]
    copies_share: Annotated[
        float, Number("", "share of the fragments that begin as an earlier one: copies, or chance")
    ]
    gc_share: Annotated[float, Number("", "share of G and C among the bases of the k-mers counted")]
    ambiguous_share: Annotated[float, Number("", "share of the k-mers with an ambiguous symbol, not counted")]
