"""Sound files damaged in every way: refused in klbio's words, with file, place and remedy, or read as they were."""

import re

import numpy as np
import pytest

from klbio.errors import InputError
from klbio.steps.models import compare_models
from tests.io.damaged import SOUND, damages, read, sound

N_BLIND = 24
LARGE = 200_000  # bytes; a few damages of a large file are enough
PLACED = re.compile(r"line \d+|profile|model |row \d+|GC class|symbols|list ")


def cut(text, share=0.6):
    return text[: int(len(text) * share)]


def first(pattern, new):
    return lambda text: re.sub(pattern, new, text, count=1, flags=re.MULTILINE)


def in_emission(pattern, new):
    """Change the first word of the first table that is used."""

    def change(text):
        before, header, after = text.partition("[EMISSION]")
        return before + header + re.sub(pattern, new, after, count=1)

    return change


# what is damaged -> how, and what the message must name besides file and remedy
DAMAGE = {
    ("hmmer", "truncated"): (cut, ["profile"]),
    ("hmmer", "not a number"): (first(r"^( +7 +)\d\.\d+", r"\1x.xxxx"), ["'fn3', match states", "row 7"]),
    ("hmmer", "another alphabet"): (first("^ALPH  amino", "ALPH  klingon"), ["klingon"]),
    ("hmmer", "a row off 1"): (first(r"^( +7 +)\d\.\d+", r"\g<1>0.00100"), ["'fn3', match states", "row 7"]),
    ("snap", "truncated"): (cut, ["line"]),
    ("snap", "not a number"): (first(r"-0\.\d{3}", "-nan"), ["'-nan'", "line"]),
    ("snap", "another alphabet"): (first("^Coding CDS 3 2 4", "Coding CDS 3 2 6"), ["Coding CDS 3 2 6", "line"]),
    ("snap", "a row off 1"): (first(r"-0\.\d{3}", "1.999"), ["sums to", "line"]),
    ("geneid", "truncated"): (cut, ["a word of 3 bases", "line"]),
    ("geneid", "not a number"): (first("^AAC 1 0 .*", "AAC 1 0 many"), ["AAC 1 0 many", "line"]),
    ("geneid", "another alphabet"): (first("^AAC 1 0 ", "AAN 1 0 "), ["words and frames", "line"]),
    ("genemark", "truncated"): (cut, ["word GCG", "line 43"]),
    ("genemark", "not a number"): (first(r"^AAC \S+", "AAC x"), ["word AAC", "line 6"]),
    ("genemark", "another alphabet"): (first("^AAC", "AAN"), ["'AAN'", "line 6"]),
    ("genemark", "a row off 1"): (first(r"^AAC \S+", "AAC 0.5"), ["column 1", "sums to", "line 4"]),
    ("genemark", "twice"): (first("^AAC", "AAA"), ["word AAA twice", "line 6"]),
    ("hhsuite", "truncated"): (cut, ["ends inside a profile", "line"]),
    ("hhsuite", "not a number"): (first("^C 2    4322", "C 2    x"), ["'toy', match state 2", "line"]),
    ("hhsuite", "a row off 1"): (first("^C 2    4322", "C 2    1000"), ["'toy', match state 2", "sums to", "line"]),
    ("jaspar", "truncated"): (lambda text: text[:-16], ["'MA0002.1 RUNX1'", "2 numbers", "line 9"]),
    ("jaspar", "not a number"): (first("9 5 0", "9 x 0"), ["'MA0001.1 AGL3'", "line 3"]),
    ("jaspar", "another alphabet"): (first("^T ", "U "), ["'MA0001.1 AGL3'", "line 5"]),
    ("meme", "truncated"): (lambda text: text[: text.index(" 0.025")], ["'toy' has 1 positions", "line"]),
    ("meme", "not a number"): (first("0.925000", "x"), ["'toy', position 2", "line 13"]),
    ("meme", "another alphabet"): (first("ACGT", "ACGX"), ["ACGX", "line 3"]),
    ("meme", "a row off 1"): (first("0.925000", "0.500000"), ["'toy', position 2", "line 13"]),
    ("transfac", "truncated"): (lambda text: text[:-4], ["1 motifs begin, 0 are whole"]),
    ("transfac", "not a number"): (first("^02      2", "02      x"), ["'any_name'", "line 9"]),
    ("emissions tsv", "truncated"): (cut, ["line"]),
    ("emissions tsv", "not a number"): (
        first(r"(coding\t2\tAC\t)[^\t]+", r"\1x"), ["'one', coding state 2, context AC", "line"],
    ),
    ("emissions tsv", "another alphabet"): (first("A\tC\tG\tT$", "A\tC\tG\tX"), ["'one' over own (4 symbols)"]),
    ("emissions tsv", "a row off 1"): (
        first(r"(coding\t2\tAC\t)[^\t]+", r"\1.999"), ["coding state 2, context AC", "sums to", "line"],
    ),
    ("emissions tsv", "twice"): (first("^two\t", "one\t"), ["'one', coding state 1, context AA: again", "line"]),
    ("emissions json", "truncated"): (cut, ["not JSON", "line"]),
    ("emissions json", "not a number"): (first(r"0\.\d+,", '"x",'), ["row 1, model 'one', coding state 1, context AA"]),
    ("hidden json", "truncated"): (cut, ["not JSON", "line"]),
    ("hidden json", "a row off 1"): (first(r"0\.9\b", "0.5"), ["'weather', transitions", "row 1", "sums to"]),
    ("hidden tsv", "truncated"): (cut, ["toy"]),
    ("hidden tsv", "not a number"): (first(r"\t0\.9\b", "\tx"), ["line"]),
    ("hidden tsv", "twice"): (lambda text: text + text.splitlines()[-1] + "\n", ["line"]),
    ("augustus exon", "truncated"): (cut, ["GC class"]),
    ("augustus exon", "not a number"): (in_emission("(acgta\\s+)0", r"\1x"), ["acgta", "GC class 1", "line"]),
    ("augustus exon", "another alphabet"): (in_emission("acgta", "acgtn"), ["words of 5 bases", "GC class 1", "line"]),
    ("augustus exon", "twice"): (first(r"^\[2\]", "[1]"), ["twice in GC class 1", "line"]),
    ("augustus intron", "twice"): (first(r"^gttctag\t", "gttctat\t"), ["twice in [", "line"]),
    ("augustus intron", "not a number"): (first(r"^gttctag\t\S+", "gttctag\t1_0"), ["1_0", "line"]),
}  # fmt: skip


@pytest.mark.parametrize(("name", "what"), DAMAGE, ids=str)
def test_a_known_damage_is_named_with_place_and_remedy(name, what, tmp_path, root):
    path, target, format_ = sound(name, tmp_path, root)
    change, words = DAMAGE[name, what]
    text = path.read_text()
    damaged = change(text)
    assert damaged != text
    path.write_text(damaged)
    with pytest.raises(InputError) as caught:
        read(target, format_)
    told = str(caught.value)
    assert all(word in told for word in [path.name, *words]), told
    assert all(fault.remedy and str(fault.path).endswith(path.name) for fault in caught.value.faults), told


@pytest.mark.parametrize("name", SOUND)
def test_blind_damage_ends_in_a_model_or_in_faults_that_say_where(name, tmp_path, root):
    path, target, format_ = sound(name, tmp_path, root)
    assert read(target, format_)
    good = path.read_bytes()
    refused = []
    for seed in range(N_BLIND if len(good) < LARGE else 4):
        path.write_bytes(damages(good, seed))
        try:
            models = read(target, format_)
        except InputError as error:
            refused += [(seed, fault) for fault in error.faults]
        else:
            assert all(np.isfinite(array).all() for model in models for array in arrays(model))
    assert refused or name == "augustus config"  # of which only the windows of sites are read
    assert not [one for one in refused if path.name not in str(one[1]) or not one[1].remedy]
    if format_ not in ("prodigal", "motifs"):  # of one length; Biopython knows no lines
        assert not [one for one in refused if not PLACED.search(str(one[1]))]


def arrays(model):
    if hasattr(model, "classes"):
        return [part.probabilities for klass in model.classes for part in klass.components.values()]
    if hasattr(model, "match_emissions"):
        return [model.match_emissions, model.transitions]
    return [model.transitions, model.emissions]


def test_profiles_over_different_alphabets_are_told_not_compared(tmp_path, root):
    folder = root / "examples" / "gene-models" / "hmmer"
    compare_models(models=[folder / "MADE1.hmm", folder / "fn3.hmm", folder / "RRM_1.hmm"], out=tmp_path)
    dropped = (tmp_path / "dropped.tsv").read_text()
    assert "2 of 3 pairs of profiles\tdifferent alphabets (1 over DNA, 2 over amino)" in dropped


def test_one_model_twice_is_refused_with_a_remedy(tmp_path, root):
    path = root / "examples" / "gene-models" / "snap" / "mam46.hmm"
    with pytest.raises(InputError, match=r"mam46 .*twice; expected each model once\. Leave one out, or give"):
        compare_models(models=[path, path], out=tmp_path / "out")
