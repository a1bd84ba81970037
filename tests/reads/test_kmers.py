import math
from collections import Counter
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klbio.alphabets import kmers
from klbio.distributions import Counts
from klbio.errors import InputError
from klbio.reads.counters import count_words
from klbio.reads.fragments import Copies, Dealing, Records
from klbio.reads.kmers import FragmentCounter, count_kmers, fold_strands, kmer_labels
from klbio.reads.tally import tabulate, tabulate_groups
from klbio.reads.words import Words

sequences = st.lists(st.text("ACGTUNRYacgtn", max_size=40), max_size=6)
word_lengths = st.integers(1, 5)


def block_of(texts: list[str]) -> bytes:
    return "".join(f"{text}\n" for text in texts).encode()


def counted(tally) -> dict[str, int]:
    assert len(tally.labels) == len(tally.values)
    return {tally.labels[n]: int(tally.values[n]) for n in np.flatnonzero(tally.values)}


def turned(text: str) -> str:
    """The other strand, base by base."""
    pairs = dict(zip("ACGTN", "TGCAN", strict=True))
    return "".join(pairs[base] for base in reversed(text))


def twin(texts: list[str], k: int, canonical: bool) -> tuple[Counter[str], int, int]:
    """Words, words with an ambiguous symbol and short sequences, one window at a time."""
    words: Counter[str] = Counter()
    ambiguous = short = 0
    for text in texts:
        plain = text.upper().replace("U", "T")
        short += len(plain) < k
        for i in range(len(plain) - k + 1):
            word = plain[i : i + k]
            if set(word) <= set("ACGT"):
                words[min(word, turned(word)) if canonical else word] += 1
            else:
                ambiguous += 1
    return words, ambiguous, short


# --- worked by hand


@pytest.mark.parametrize(
    ("texts", "k", "canonical", "expected"),
    [
        pytest.param(["ACGT"], 2, False, {"AC": 1, "CG": 1, "GT": 1}, id="stranded"),
        pytest.param(["ACGT"], 2, True, {"AC": 2, "CG": 1}, id="GT-folds-onto-AC"),
        pytest.param(["ACGT"], 4, True, {"ACGT": 1}, id="palindrome-counts-once"),
        pytest.param(["AC", "GT"], 2, False, {"AC": 1, "GT": 1}, id="no-word-spans-two-reads"),
        pytest.param(["AANAA"], 2, False, {"AA": 2}, id="no-word-spans-an-N"),
        pytest.param(["acgu"], 4, False, {"ACGT": 1}, id="lower-case-and-U"),
        pytest.param(["", "A"], 1, False, {"A": 1}, id="an-empty-read"),
        pytest.param(["A" * 12], 12, False, {"A" * 12: 1}, id="longest-k"),
        pytest.param(["AAAA"], 5, False, {}, id="nothing-to-count"),
    ],
)
def test_worked_by_hand(texts, k, canonical, expected):
    assert counted(count_kmers([block_of(texts)], k, canonical=canonical)) == expected


def test_what_was_skipped_is_told():
    tally = count_kmers([block_of(["ACNGT", "A"]), block_of(["GGG"])], k=2)
    assert tally.n_sequences == 3
    assert dict(tally.skipped) == {"sequences shorter than k = 2": 1, "2-mers with an ambiguous symbol": 2}


@pytest.mark.parametrize(
    ("k", "n_words"), [(1, 2), (2, 10), (3, 4**3 // 2), (4, (4**4 + 4**2) // 2), (6, 2080)]
)
def test_number_of_canonical_words(k, n_words):
    assert len(kmer_labels(k)) == len(fold_strands(np.zeros(4**k, dtype=np.int64))) == n_words


def test_labels_are_lexicographic_and_the_smaller_of_both_strands():
    labels = kmer_labels(3)
    assert list(labels) == sorted(labels)
    assert all(label <= turned(label) for label in labels)


def test_in_frame_words_start_at_every_step():
    words, totals = count_words([b"ACGTTAAC\n"], k=3, step=3)
    assert {word for word, n in zip(kmers(3), words, strict=True) if n} == {"ACG", "TTA"}
    assert totals == (1, 2, 0, 1, 0)


def test_tabulate_stacks_samples_in_order():
    table = tabulate({"b": count_kmers([b"AAAC\n"], 1), "a": count_kmers([b"GG\n"], 1)}, "two")
    assert (table.samples, table.labels, table.name) == (("b", "a"), ("A", "C"), "two")
    assert table.dense().tolist() == [[3, 1], [0, 2]]


def counter_of(*blocks, k, canonical=True, by_hash=False, n=2):
    counter = FragmentCounter(k, canonical, Dealing(n, by_hash))
    for mates in blocks:
        counter.add([Records.of(block) for block in mates])
    return counter.tallies()


def tally_of(*blocks: tuple[bytes, ...], k: int = 1, **settings):
    return counter_of(*blocks, k=k, **settings)[k]


def test_fragments_are_dealt_in_turn_over_all_blocks():
    tally = tally_of((b"AA\nAC\n\n",), (b"CC\n",))
    assert tally.groups.tolist() == [[2, 0], [1, 3]]
    table = tabulate_groups({"a": tally}, "groups")
    assert (table.samples, table.dense().tolist()) == (("a/1", "a/2"), tally.groups.tolist())


def test_second_mates_are_counted_on_the_strand_of_the_first():
    tally = tally_of((b"AAC\nG\n", b"CAN\nT\n"), k=2, canonical=False, n=1)
    assert counted(tally) == {"AA": 1, "AC": 1, "TG": 1}
    assert list(tally.skipped.values()) == [2, 1]


def test_counters_of_8_bits_run_over_in_order():
    words = Words(2, has_tails=True)
    for _ in range(3):
        words.add(Records.of(b"A" * 300 + b"\n" + b"AC\n" * 90), np.zeros(91, dtype=np.int64))
    counts = words.counts([1, 2])
    assert counts[1].tolist() == [[3 * (300 + 90), 3 * 90, 0, 0]]
    assert counts[2][0, :3].tolist() == [3 * 299, 3 * 90, 0]
    assert counts[2].sum() == 3 * (299 + 90)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.sampled_from([1, 9, 60, 2040, 2047, 2048, 2049, 4095, 6000]), min_size=1, max_size=6),
    st.integers(1, 9),
    st.integers(0, 2**32 - 1),
)
def test_sequences_longer_than_a_window_are_counted_whole(lengths, k, seed):
    """The kernel looks at windows of 2,048 symbols; the one for steps goes from base to base."""
    rng = np.random.default_rng(seed)
    symbols = np.frombuffer(b"ACGTacgtU" * 40 + b"N.ry", np.uint8)
    texts = [rng.choice(symbols, n).tobytes().decode() for n in lengths]
    tallies = counter_of((block_of(texts),), k=list(range(1, k + 1)), canonical=False, n=2)
    for j, tally in tallies.items():
        words, totals = count_words([block_of(texts)], j)
        np.testing.assert_array_equal(tally.values, words)
        assert list(tally.skipped.values()) == [totals.n_short, totals.n_windows - words.sum()]


@given(st.integers(0, 255), st.integers(1, 9))
def test_every_symbol_is_what_the_table_says(symbol, k):
    if symbol == ord("\n"):
        return
    block = bytes([*b"ACGTTGCAAC", symbol, *b"GGCATTCCGA", 10]) * 3
    words, totals = count_words([block], k)
    counter = FragmentCounter(k, canonical=False)
    counter.add([Records.of(block)])
    np.testing.assert_array_equal(counter.tally().values, words)
    assert counter.n_foreign == totals.n_foreign


def test_a_part_of_a_large_library_gives_the_share_of_copies(monkeypatch):
    monkeypatch.setattr("klbio.reads.fragments.KEPT", 1000)
    copies, rng = Copies(), np.random.default_rng(1)
    for _ in range(20):
        hashes = rng.integers(0, 2**64, 400, dtype=np.uint64)
        copies.add(np.concatenate([hashes, hashes[:100]]))
    assert copies.share == pytest.approx(0.2, abs=0.03)
    assert sum(map(len, copies.kept)) <= 1000
    assert Copies().share == 0


# --- reference implementation


@given(sequences, word_lengths, st.booleans())
def test_agrees_with_the_twin(texts, k, canonical):
    texts = [text.replace("R", "N").replace("Y", "N") for text in texts]
    words, ambiguous, short = twin(texts, k, canonical)
    tally = count_kmers([block_of(texts)], k, canonical=canonical)
    assert counted(tally) == dict(words)
    assert list(tally.skipped.values()) == [short, ambiguous]
    assert tally.n_sequences == len(texts)


@given(sequences, word_lengths)
def test_folding_is_a_lumping_of_words(texts, k):
    stranded = count_kmers([block_of(texts)], k, canonical=False)
    lumped = Counts(["s"], stranded.labels, [stranded.values]).summed([min(w, turned(w)) for w in kmers(k)])
    assert lumped.labels == kmer_labels(k)
    np.testing.assert_array_equal(lumped.dense()[0], fold_strands(stranded.values))


@given(
    st.lists(st.tuples(*[st.text("ACGTUNRa.", max_size=14)] * 2), max_size=9),
    st.lists(st.integers(1, 7), min_size=1, max_size=4, unique=True),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_one_pass_gives_every_k_as_if_counted_alone(pairs, lengths, canonical, by_hash, is_paired):
    mates = [block_of([pair[end] for pair in pairs]) for end in range(1 + is_paired)]
    settings = {"canonical": canonical, "by_hash": by_hash, "n": 3}
    tallies = counter_of(mates, mates, k=lengths, **settings)
    assert list(tallies) == lengths
    for k, tally in tallies.items():
        alone = counter_of(mates, mates, k=k, **settings)[k]
        np.testing.assert_array_equal(tally.groups, alone.groups)
        np.testing.assert_array_equal(tally.values, alone.values)
        assert (tally.labels, tally.skipped) == (alone.labels, alone.skipped)
        assert (tally.n_sequences, tally.library) == (alone.n_sequences, alone.library)


# --- laws


@given(sequences, word_lengths)
def test_the_strand_does_not_matter_to_canonical_counts(texts, k):
    block = block_of(texts)
    plain = [text.upper().replace("U", "T").replace("R", "N").replace("Y", "N") for text in texts]
    other = block_of([turned(text) for text in plain])
    np.testing.assert_array_equal(count_kmers([block], k).values, count_kmers([other], k).values)


reads_of_bases = st.lists(st.text("ACGT", min_size=1, max_size=40), max_size=6)


@given(reads_of_bases, reads_of_bases)
def test_copies_fall_together_whichever_end_was_read_first(first, second):
    """Groups add up to the whole, and a library twice over is in the same groups twice over."""
    n = min(len(first), len(second))
    mates = block_of(first[:n]), block_of(second[:n])
    once = tally_of(mates, k=2, by_hash=True, n=32)
    twice = tally_of(mates, mates[::-1], k=2, by_hash=True, n=32)
    np.testing.assert_array_equal(twice.groups, 2 * once.groups)
    np.testing.assert_array_equal(once.values, count_kmers([*mates], 2).values)
    assert twice.library.copies >= (0.5 if n else 0)


@given(sequences, st.integers(2, 5))
def test_shorter_words_are_a_marginal_of_longer_ones(texts, k):
    """c(w) over k-1 bases = sum over the next base of c(wx), plus the word that ends each unambiguous run."""
    runs = [run for text in texts for run in "".join(c if c in "ACGT" else " " for c in text).split()]
    longer, _ = count_words([block_of(runs)], k)
    shorter, _ = count_words([block_of(runs)], k - 1)
    ends, _ = count_words([block_of(run[-(k - 1) :] for run in runs)], k - 1)
    np.testing.assert_array_equal(shorter, longer.reshape(-1, 4).sum(axis=1) + ends)


@given(sequences, word_lengths, st.data())
def test_blocks_add_up(texts, k, data):
    """Counting is additive: where the blocks are cut does not matter."""
    cut = data.draw(st.integers(0, len(texts)))
    parts = count_kmers([block_of(texts[:cut]), block_of(texts[cut:])], k)
    whole = count_kmers([block_of(texts)], k)
    np.testing.assert_array_equal(parts.values, whole.values)
    assert parts.skipped == whole.skipped


@given(sequences, word_lengths)
def test_every_window_is_counted_or_told(texts, k):
    tally = count_kmers([block_of(texts)], k)
    windows = sum(max(0, len(text) - k + 1) for text in texts)
    assert tally.values.sum() + tally.skipped[f"{k}-mers with an ambiguous symbol"] == windows


@settings(max_examples=5)
@given(st.integers(0, 2**32 - 1))
def test_the_largest_k_agrees_with_the_twin(seed):
    text = "".join(np.random.default_rng(seed).choice(list("ACGT"), 60))
    words, _ = count_words([block_of([text])], 12)
    index = {word: int("".join(str("ACGT".index(c)) for c in word), 4) for word in twin([text], 12, False)[0]}
    assert sorted(np.flatnonzero(words)) == sorted(index.values())
    assert words.sum() == len(text) - 12 + 1


def test_uniform_reads_are_nearly_uniform():
    """A long random sequence holds every 3-mer within 5 standard deviations of its share."""
    text = np.random.default_rng(1).choice(np.frombuffer(b"ACGT", np.uint8), 100_000).tobytes() + b"\n"
    values = count_kmers([text], 3, canonical=False).values
    mean = values.sum() / 4**3
    assert np.abs(values - mean).max() < 5 * math.sqrt(2 * mean)


def test_all_words_in_order():
    assert kmer_labels(2, canonical=False) == tuple("".join(word) for word in product("ACGT", repeat=2))


# --- refusals


@pytest.mark.parametrize("k", [0, 13, -1])
def test_a_k_out_of_range_is_refused(k):
    with pytest.raises(InputError, match=f"kmer: {k}; expected a whole number from 1 to 12"):
        count_kmers([b"ACGT\n"], k)
    with pytest.raises(InputError, match=f"kmer: {k}; expected a whole number from 1 to 12"):
        FragmentCounter([6, k])


def test_no_k_at_all_is_refused():
    with pytest.raises(InputError, match="kmer: no word length; expected whole numbers from 1 to 12"):
        FragmentCounter([])
