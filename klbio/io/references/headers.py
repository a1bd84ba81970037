"""The lineage within the header of a FASTA record, as databases of references write it."""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["Headed", "headed"]

SINTAX = re.compile(r";\s*tax=([^;]*)")
RDP = re.compile(r"\bLineage=(\S.*)")
PREFIXED = re.compile(r"(?:^|[\s|])((?:d|k|sk)__[^;|]*;.*)")  # GTDB, Greengenes, UNITE
GTDB_NOTES = re.compile(r"\s+\[\w+=.*$")  # [location=...] [ssu_len=...]
RANKED = re.compile(r";(?:rootrank|domain|kingdom|phylum|class|subclass|order|suborder|family|genus)(?=;|$)")


class Headed(NamedTuple):
    """What a header says: the name of the sequence, the organism's, and a lineage, empty where it holds none."""

    name: str
    organism: str
    lineage: str


def headed(header: str) -> Headed:
    r"""Take a header apart, whichever database wrote it.

    sintax (``x;tax=d:A,p:B;``), UNITE (``name|x|SH|refs|k__A;p__B``), GTDB (``x d__A;p__B [locus_tag=..]``),
    SILVA (``x A;B;C``), DADA2 (``A;B;C;``), RDP (``x name  Lineage=Root;rootrank;A;domain``, or with the lineage
    behind a tab).  QIIME has lineages in a file beside.

    >>> headed("AB001;tax=d:Bacteria,g:Blautia;").lineage
    'd:Bacteria,g:Blautia'
    >>> headed("AB001.1.1500 Bacteria;Bacillota;Clostridia")
    Headed(name='AB001.1.1500', organism='', lineage='Bacteria;Bacillota;Clostridia')
    >>> headed("S01 Blautia obeum (T)\tBacteria; Bacillota; Blautia")
    Headed(name='S01', organism='Blautia obeum (T)', lineage='Bacteria; Bacillota; Blautia')
    """
    sintax = SINTAX.search(header)
    if sintax:
        return Headed(header.partition(";")[0], "", sintax[1].strip())
    rdp = RDP.search(header)
    if rdp:
        name, organism = _named(header[: rdp.start()])
        return Headed(name, organism, RANKED.sub("", rdp[1]))
    prefixed = PREFIXED.search(header)
    if prefixed:
        name, organism = _named(header[: prefixed.start(1)].rstrip("| "))
        return Headed(name.partition("|")[0] or "sequence", organism, GTDB_NOTES.sub("", prefixed[1]))
    return _bare(header)


def _bare(header: str) -> Headed:
    """Names without prefixes: behind the last tab, behind the sequence's name, or all that there is."""
    front, tab, last = header.rpartition("\t")
    if tab and ";" in last:
        return Headed(*_named(front), last.strip())
    name, _, rest = header.strip().partition(" ")
    if ";" in name:
        return Headed("", "", header.strip())
    return Headed(name, rest if ";" not in rest else "", rest.strip() if ";" in rest else "")


def _named(text: str) -> tuple[str, str]:
    name, _, organism = " ".join(text.split()).partition(" ")
    return name, organism
