"""Different reads of some samples -> how many of each feature; one job a batch."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from klbio.errors import StrPath
from klbio.io.amplicons.sized import read_matches, write_counts
from klbio.io.amplicons.vsearch import Vsearch
from klbio.steps.step import takes

__all__ = ["AmpliconMatches", "match_amplicons"]


@dataclass(frozen=True, kw_only=True)
class AmpliconMatches:
    """What `match_amplicons` is given, which says what each is."""

    part: StrPath
    features: StrPath
    chimeras: StrPath
    out: StrPath
    threads: int = 1


@takes(AmpliconMatches)
def match_amplicons(given: AmpliconMatches) -> None:
    """Find the feature, or the chimera, that each read is at least 97 % like.

    Parameters
    ----------
    part : path-like
        What `klbio.steps.amplicon_merge.merge_amplicons` wrote.
    features, chimeras : path-like
        What `klbio.steps.amplicon_features.denoise_amplicons` wrote.
    out : path-like
        Counts by sample and feature.
    threads : int
        They change no byte of it.
    """
    with TemporaryDirectory(prefix="klbio-") as folder:
        known, found = Path(folder, "known"), Path(folder, "found")
        with known.open("wb") as joined:
            for path in (given.features, given.chimeras):
                with Path(path).open("rb") as handle:
                    shutil.copyfileobj(handle, joined)
        found.touch()
        if known.stat().st_size and Path(given.part).stat().st_size:
            left, more, none = (Path(folder, name) for name in ("left", "more", "none"))
            Vsearch(given.threads).match(Path(given.part), known, found, left)
            if left.stat().st_size:  # of the other strand, where fragments were read from either end
                Vsearch(given.threads).match(left, known, more, none, "both")
                found.write_bytes(found.read_bytes() + more.read_bytes())
        write_counts(given.out, read_matches(found))
