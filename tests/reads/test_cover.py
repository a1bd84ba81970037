"""Words of a sample, given to genomes one after another."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from klbio.reads.cover import NO_GENOME, covered

WORDS = st.sets(st.integers(0, 40), max_size=25)


def plain(sample, genomes):
    """The same with sets: the genome with most of what is left, the first of equals, takes it."""
    left, owner = set(sample), {}
    while best := max((genome & left for genome in genomes), key=len, default=set()):
        place = next(i for i, genome in enumerate(genomes) if genome & left == best)
        owner |= dict.fromkeys(best, place)
        left -= best
    return [owner.get(word, NO_GENOME) for word in sorted(sample)]


@given(WORDS, st.lists(WORDS, max_size=6))
def test_words_go_where_a_cover_by_sets_puts_them(sample, genomes):
    arrays = [np.array(list(genome), dtype=np.uint64) for genome in genomes]
    hashes = np.array(sorted(sample), dtype=np.uint64)
    assert covered(hashes, arrays).tolist() == plain(sample, genomes)
