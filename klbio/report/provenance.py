"""What a run was made of, as the page asks it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from klbio.errors import Fault, Faults
from klbio.io.json_data import JsonObject

__all__ = ["folders_of_other_words", "of_amplicons", "read_provenance", "routes_made"]


def read_provenance(path: Path, faults: Faults) -> JsonObject:
    """Read what a run was made of; nothing where that was not written."""
    if not path.is_file():
        return {}
    try:
        provenance = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        faults.found.append(
            Fault(path, f"not JSON ({error})", "the provenance klbio writes", "Run its step again.")
        )
        return {}
    if not isinstance(provenance, dict):
        faults.found.append(
            Fault(path, "no object of settings", "the provenance klbio writes", "Run its step again.")
        )
        return {}
    return provenance


def of_amplicons(provenance: JsonObject) -> bool:
    """Whether the reads are said to be of amplicons: equal sequences are no copies then.

    >>> of_amplicons({"config": {"reads": {"library": "amplicon"}}}), of_amplicons({})
    (True, False)
    """
    config = provenance.get("config", {})
    reads = config.get("reads", {}) if isinstance(config, Mapping) else {}
    named = reads if isinstance(reads, Mapping) else {}
    taxa = named.get("taxa") or {}
    by_vsearch = "taxa" in named and isinstance(taxa, Mapping) and "database" not in taxa
    return named.get("library", "amplicon" if by_vsearch else "shotgun") == "amplicon"


def folders_of_other_words(folder: Path, provenance: JsonObject) -> list[Path]:
    """Give the folders of the word lengths behind the first: those that the run was asked for, in that order.

    >>> folders_of_other_words(Path("results"), {"config": {"reads": {"kmer": [6, 4]}}})
    [PosixPath('results/reads.k4')]
    >>> folders_of_other_words(Path("results"), {"config": {"reads": {"kmer": 6}}})
    []
    """
    config = provenance.get("config", {})
    reads = config.get("reads", {}) if isinstance(config, Mapping) else {}
    lengths = reads.get("kmer") if isinstance(reads, Mapping) else None
    return [folder / f"reads.k{k}" for k in lengths[1:]] if isinstance(lengths, list) else []


def routes_made(path: Path) -> frozenset[str] | None:
    """Give the routes of a workflow's last run; None where nothing says which these were."""
    routes = read_provenance(path, Faults()).get("routes")
    return frozenset(map(str, routes)) if isinstance(routes, list) else None
