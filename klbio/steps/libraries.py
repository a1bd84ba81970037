"""What was read of each library, as rows, and what differs between phases or arms."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence

from klbio.design import Design, Sample
from klbio.errors import listed, notify
from klbio.io.words.counted import Counted
from klbio.reads.kmers import gc_share
from klbio.schema import LibraryRow

__all__ = ["is_old", "library_row", "notify_differences", "notify_encoding"]

APART = 1.05  # times the longest reads of one phase are as long as those of another, to be said
MANY_COPIES = 0.5  # share of the fragments: hardly a shotgun library


def library_row(sample: Sample, counted: Counted) -> LibraryRow:
    """Make the row of a sample or control."""
    tally, library = counted.tally, counted.tally.library
    n_ambiguous = sum(n for what, n in tally.skipped.items() if "ambiguous" in what)
    return LibraryRow(
        sample=sample.name,
        kind=sample.kind,
        n_lanes=len(sample.lanes),
        layout=counted.of(lambda lane: [lane.layout]),
        packing=counted.of(lambda lane: lane.packing),
        encoding=counted.of(lambda lane: [lane.encoding]),
        n_fragments=library.n_fragments,
        n_reads=library.n_reads,
        n_bases=library.n_bases,
        shortest_bases=library.shortest,
        longest_bases=library.longest,
        copies_share=library.copies,
        gc_share=gc_share(tally),
        ambiguous_share=n_ambiguous / max(n_ambiguous + int(tally.values.sum()), 1),
    )


def is_old(counted: Counted) -> bool:
    """Whether a lane's qualities are of an old encoding."""
    return any("64" in lane.encoding for lane in counted.lanes)


def notify_encoding(name: str, old: Sequence[str]) -> None:
    """Say which samples have qualities of an old encoding."""
    if old:
        remedy = "Words are counted alike; other programs need to be told."
        notify(name, f"qualities counted from byte 64 (Phred+64): {listed(old)}", "not used", remedy)


def notify_differences(design: Design, rows: Sequence[LibraryRow], by_hash: bool) -> None:
    """Say which libraries hold many copies, and what differs between phases or arms."""
    copied = [row.sample for row in rows if row.copies_share > MANY_COPIES and row.kind == "sample"]
    if copied and by_hash:
        notify(
            design.name, f"more than half of the fragments begin as another does: {listed(copied)}",
            "taken for copies, which fall into one group", "Of amplicons say `library: amplicon` (config: reads).",
        )  # fmt: skip
    for name, of in (("phases", _phase), ("arms", _arm)):
        for what, shown in _differing(design, rows, of):
            notify(
                design.name, f"{what} differs between {name}: {shown}", "a shift of k-mers may be no more than that",
                "Bring the reads to one form first (trim to one length, leave second mates out).",
            )  # fmt: skip


def _phase(sample: Sample) -> str:
    return sample.phase


def _arm(sample: Sample) -> str:
    return sample.arm


def _differing(
    design: Design, rows: Sequence[LibraryRow], of: Callable[[Sample], str]
) -> Iterator[tuple[str, str]]:
    """Give what differs between groups of samples, with what it is in each."""
    row_of = {row.sample: row for row in rows}
    groups: dict[str, list[LibraryRow]] = defaultdict(list)
    for sample in design.samples:
        groups[of(sample)].append(row_of[sample.name])
    words = (
        ("layout", lambda row: row.layout), ("packing", lambda row: row.packing),
        ("encoding", lambda row: row.encoding),
    )  # fmt: skip
    for what, word in words:
        found = {name: Counter(map(word, members)) for name, members in groups.items()}
        if len({frozenset(kinds) for kinds in found.values()}) > 1:
            yield what, "; ".join(f"{name} {_numbered(kinds)}" for name, kinds in found.items())
    longest = {name: [row.longest_bases for row in members] for name, members in groups.items()}
    if longest and max(map(min, longest.values())) > APART * min(map(max, longest.values())):
        shown = "; ".join(f"{name} {min(of)} to {max(of)} bases" for name, of in longest.items())
        yield "length of the longest read", shown


def _numbered(kinds: Counter[str]) -> str:
    return ", ".join(f"{kind or 'none'} ({n})" for kind, n in kinds.items())
