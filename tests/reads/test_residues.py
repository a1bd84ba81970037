from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from klbio.alphabets import AMINO, CODONS
from klbio.reads.residues import count_codons, count_residues

genes = st.lists(st.text("ACGTN", max_size=30), max_size=5)
proteins = st.lists(st.text("ACDEFGHIKLMNPQRSTVWYX*acd", max_size=30), max_size=5)


def block_of(texts) -> bytes:
    return "".join(f"{text}\n" for text in texts).encode()


def counted(tally) -> dict[str, int]:
    return {word: int(n) for word, n in zip(tally.labels, tally.values, strict=True) if n}


# --- worked by hand


def test_codons_stay_in_frame_and_within_a_gene():
    tally = count_codons([block_of(["ATGAAATAA", "AUGGA", "CCNTTT"])])
    assert counted(tally) == {"ATG": 2, "AAA": 1, "TAA": 1, "TTT": 1}
    assert dict(tally.skipped) == {"codons with an ambiguous base": 1, "sequences that end within a codon": 1}
    assert tally.n_sequences == 3


def test_residues_leave_out_the_stop_and_the_unknown():
    tally = count_residues([block_of(["MKV*", "mX"])])
    assert counted(tally) == {"K": 1, "M": 2, "V": 1}
    assert dict(tally.skipped) == {"symbols other than the twenty amino acids": 2}


def test_labels_are_those_of_the_alphabets():
    assert count_codons([]).labels == CODONS.symbols
    assert count_residues([]).labels == AMINO.symbols


# --- reference implementations


@given(genes)
def test_codons_agree_with_slicing(texts):
    codons = [text[i : i + 3] for text in texts for i in range(0, len(text) - 2, 3)]
    tally = count_codons([block_of(texts)])
    assert counted(tally) == Counter(codon for codon in codons if "N" not in codon)
    assert tally.skipped["codons with an ambiguous base"] == sum("N" in codon for codon in codons)
    assert tally.skipped["sequences that end within a codon"] == sum(len(text) % 3 > 0 for text in texts)


@given(proteins)
def test_residues_agree_with_a_counter(texts):
    letters = Counter("".join(texts).upper())
    tally = count_residues([block_of(texts)])
    assert counted(tally) == {letter: n for letter, n in letters.items() if letter in AMINO.symbols}


# --- laws


@given(proteins)
def test_every_symbol_is_counted_or_told(texts):
    tally = count_residues([block_of(texts)])
    assert tally.values.sum() + sum(tally.skipped.values()) == sum(map(len, texts))
