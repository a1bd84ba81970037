"""Every sentence with none, one and two of what it counts: no "1 samples", no "1 of 1 subjects"."""

import re
from dataclasses import fields, replace
from itertools import product
from types import SimpleNamespace

import pytest

from tests.phrases.test_phrases import SAID, result

NOUNS = "arm base batch codon comparison count gene group intron model parameter pair read sample sequence subject"
NOUN = f"(?:{'|'.join(NOUNS.split())})"
WRONG = re.compile(
    rf"(?<![\d.,])1 (?:[a-z-]+ )?(?:{NOUN}e?s|others|taxa)\b"  # 1 samples, 1 free parameters
    rf"|(?<![\d.,])1 of 1\b|(?<![\d.,])1 of \d+ [a-z]+ (?:have|are|were)\b|(?<![\d.,])1 times\b"
    rf"|(?<![\d.,])(?:0|[2-9]) {NOUN}\b"
    r"|\b[Aa]ll [012] |\b0(?:\.0+)? bits (?:above|below|further|less)"
)

WHOLES = {"n_subjects": 1, "n_groups": 2, "n_categories": 1, "n_taxa": 1, "of": 2}  # and their least


def counted(reason):
    """The same reason with other counts: all of them, and each by itself; no part is more than the whole."""
    names = [field.name for field in fields(reason) if type(getattr(reason, field.name)) is int]
    for n, chosen in product((0, 1, 2), [names, *([name] for name in names)]):
        other = replace(reason, **dict.fromkeys(chosen, n))
        most = max([0, *(getattr(other, name) for name in names if name not in WHOLES)])
        if all(getattr(other, name) >= max(most, WHOLES[name]) for name in names if name in WHOLES):
            yield other


def with_nothing(reason):
    """The same reason with a statistic of 0, and of 1."""
    for value in (0.0, 1.0) if isinstance(getattr(reason, "test", None), SimpleNamespace) else ():
        yield replace(reason, test=result(value))


@pytest.mark.parametrize("reason", [reason for reason, _ in SAID], ids=[reason.code for reason, _ in SAID])
def test_no_sentence_miscounts(reason):
    said = [other.sentence() for other in [*counted(reason), *with_nothing(reason)]]
    assert [sentence for sentence in said if WRONG.search(sentence)] == []


@pytest.mark.parametrize(
    "sentence",
    [
        "1 samples before", "1 of 1 subjects moved", "1 of 3 subjects have no arm", "changed 1 times as much",
        "lie 0.00 bits below", "0 bits above", "2 sample", "All 1 subjects", "1 free parameters",
    ],
)  # fmt: skip
def test_what_is_looked_for_is_found(sentence):
    assert WRONG.search(sentence)


@pytest.mark.parametrize(
    "sentence", ["0.1 bits above", "1 sample", "11 samples", "1 of 3 subjects has", "2.1 counts", "1 is left"]
)
def test_what_is_right_is_left_alone(sentence):
    assert not WRONG.search(sentence)
