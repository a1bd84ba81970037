"""Names by rank made into lineages of one length: placeholders emptied, gaps bridged by what other lineages say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from klbio.errors import StrPath
from klbio.taxonomy.names import assigned, epithet
from klbio.taxonomy.ranks import DOMAINS, HEIGHT, KINGDOMS, RANKS, Part
from klbio.taxonomy.remarks import Remarks

__all__ = ["Path", "bridged", "settled"]

Path = tuple[str, ...]
Index = Mapping[tuple[int, str], set[Path]]


def settled(
    named: Mapping[str, dict[str, str]], ranks: Sequence[str], name: StrPath
) -> tuple[Path, dict[str, Path]]:
    """Give the ranks that are left, and a name (or nothing) at each of them for every taxon.

    Parameters
    ----------
    named : mapping of str to dict of str to str
        Names by rank, for each taxon.
    ranks : sequence of str
        From the highest down.
    name : path-like
        The file, for what there is to say of it.
    """
    rows = {taxon: _cleaned(names) for taxon, names in named.items()}
    kept = _kept(rows.values(), ranks)
    paths = {taxon: tuple(names.get(rank, "") for rank in kept) for taxon, names in rows.items()}
    if "genus" in kept and "species" in kept:
        paths = {taxon: _with_genus(path, kept) for taxon, path in paths.items()}
    are_nested = set(kept) <= set(RANKS)  # no one knows whether a rank of the file's own is
    whole = dict(zip(paths, bridged(list(paths.values())), strict=True)) if are_nested else paths
    Remarks(name, named, paths, whole).tell()
    return tuple(kept), whole


def _cleaned(names: Mapping[str, str]) -> dict[str, str]:
    """Empty placeholders, and names of a higher rank that were filled in; tell domains from kingdoms by their names."""
    clean = {rank: assigned(_own(name, rank)) for rank, name in names.items()}
    domain, kingdom = clean.get("domain", ""), clean.get("kingdom", "")
    if kingdom.lower() in DOMAINS:
        clean |= {"domain": domain or kingdom, "kingdom": ""}
    elif domain.lower() in KINGDOMS and not kingdom:
        clean |= {"domain": "", "kingdom": domain}
    return clean


def _own(name: str, rank: str) -> str:
    """Nothing where the name has the prefix of a higher rank, as in ``g__f__Lachnospiraceae``."""
    prefix = Part.of(name).rank if "_" in name else None
    return "" if prefix and HEIGHT[prefix] < HEIGHT.get(rank, 0) else name


def _kept(rows: Iterable[Mapping[str, str]], ranks: Sequence[str]) -> list[str]:
    """Ranks from the highest down; of domain and kingdom only what has names."""
    has = {rank for names in rows for rank, name in names.items() if name}
    tops: list[str] = [rank for rank in ("domain", "kingdom") if rank in has]
    given = [rank for rank in ranks if rank not in ("domain", "kingdom")]
    return [*(tops or [rank for rank in ranks[:1] if rank not in given]), *given]


def _with_genus(path: Path, ranks: Sequence[str]) -> Path:
    genus, species = ranks.index("genus"), ranks.index("species")
    return (*path[:species], epithet(path, genus, species), *path[species + 1 :])


def bridged(paths: Sequence[Path]) -> list[Path]:
    """Fill ranks that a lineage skips where all others that share its name further down agree.

    >>> bridged([("Bacteria", "Clostridia", "Blautia"), ("Bacteria", "", "Blautia"), ("Bacteria", "", "Dorea")])
    [('Bacteria', 'Clostridia', 'Blautia'), ('Bacteria', 'Clostridia', 'Blautia'), ('Bacteria', '', 'Dorea')]
    """
    whole = {path: path for path in set(paths)}
    while True:  # what was filled may tell what another gap is
        known: dict[tuple[int, str], set[Path]] = defaultdict(set)
        for path in set(whole.values()):
            for depth, name in enumerate(path):
                if name:
                    known[depth, name].add(path[: depth + 1])
        filled = {path: _bridged(now, known) for path, now in whole.items()}
        if filled == whole:
            return [whole[path] for path in paths]
        whole = filled


def _bridged(path: Path, known: Index) -> Path:
    last = max((depth for depth, name in enumerate(path) if name), default=0)
    return tuple(
        name if name or depth > last else _agreed(path, depth, known) for depth, name in enumerate(path)
    )


def _agreed(path: Path, gap: int, known: Index) -> str:
    """The one name at a gap among lineages that share the next name below it and contradict nothing above."""
    for depth in range(gap + 1, len(path)):
        if _is_one_place(path[depth]):
            others = (other for other in known[depth, path[depth]] if other[gap] and _fit(path, other))
            names = {other[gap] for other in others}
            if names:
                return names.pop() if len(names) == 1 else ""
    return ""


def _is_one_place(name: str) -> bool:
    """Whether a name stands for one clade: an epithet and `Incertae Sedis` stand for many."""
    return bool(name) and not name[0].islower() and "incertae" not in name.lower()


def _fit(path: Path, other: Path) -> bool:
    return all(a == b or not a or not b for a, b in zip(path, other, strict=False))
