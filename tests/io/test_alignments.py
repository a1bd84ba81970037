"""Alignments in A3M become the profiles that hmmbuild makes of them; what is none is refused with its sequence."""

import shutil
import subprocess

import numpy as np
import pytest

from klbio.errors import InputError
from klbio.io import read_models, recognised

PLAIN = """>one
MKVLAAGIVGLC
>two a b
MKILAsgAGIVGLC
>three
MRVL--GIVGLlC
>four
-KVLAAGVVGLC
"""
HH_SUITE = """#toy family of nothing
>ss_pred PSIPRED
CCHHHHHHHHCC
>ss_conf PSIPRED
999999999999
>toy_consensus
MKVLAAGIVGLC
"""
DOTTED = """>one
MKVLA..AGIVGL.C
>two a b
MKILAsgAGIVGL.C
>three
MRVL-..-GIVGLlC
>four
-KVLA..AGVVGL.C
"""


@pytest.fixture
def written(tmp_path):
    def write(text, name="toy.a3m"):
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


@pytest.mark.parametrize(
    ("text", "name", "called"),
    [
        (PLAIN, "toy.a3m", "toy"),
        (HH_SUITE + PLAIN, "fam.a3m", "toy"),
        ("#A3M#\n" + PLAIN, "fam.txt", "fam"),
        ("#12\t4\n" + PLAIN, "fold.a3m", "fold"),  # ColabFold
        (DOTTED, "toy.a2m", "toy"),
        (PLAIN.replace("\n", "\r\n"), "toy.A3M", "toy"),
        (PLAIN.replace("AGIV", "AG\nIV"), "toy.a3m", "toy"),  # a sequence over several lines
    ],
)
def test_every_dressing_gives_one_profile(written, text, name, called):
    path = written(text, name)
    assert recognised(path) == "alignments"
    (profile,), (plain,) = read_models(path), read_models(written(PLAIN, "plain.a3m"))
    assert (profile.name, profile.n_match, profile.alphabet.name) == (called, 12, "amino")
    assert np.array_equal(profile.match_emissions, plain.match_emissions)
    assert np.array_equal(profile.transitions, plain.transitions)
    assert "built of 4 sequences as hmmbuild --hand does" in profile.findings[0].text


def test_the_profile_is_that_of_hmmbuild(written, tmp_path):
    if not shutil.which("hmmbuild"):
        pytest.skip("hmmbuild is not installed")
    path, out = written(PLAIN, "toy.a2m"), tmp_path / "toy.hmm"
    command = ["hmmbuild", "--hand", "--informat", "a2m", "--amino", str(out), str(path)]
    subprocess.run(command, check=True, capture_output=True)
    (ours,), (theirs,) = read_models(path), read_models(out)
    assert ours.match_emissions == pytest.approx(theirs.match_emissions, abs=6e-6)  # five decimals of -ln p
    assert ours.transitions == pytest.approx(theirs.transitions, abs=6e-6)


def test_inserts_and_gaps_are_counted_where_they_stand(written):
    """By hand: of four sequences one opens an insert behind column 5, and one skips columns 5 and 6."""
    (profile,) = read_models(written(PLAIN))
    opened, skipped = profile.transitions[:, 1], profile.transitions[:, 2]
    assert set(opened.argsort()[-2:]) == {5, 11}
    assert set(skipped[1:].argsort()[-1:] + 1) == {4}


@pytest.mark.parametrize(
    ("text", "alphabet"), [(">a\nACGTACGT\n>b\nACGAACgGT\n", "DNA"), (">a\nACGUACGU\n>b\nACGAACGU\n", "RNA")]
)
def test_bases_make_profiles_of_bases(written, text, alphabet):
    assert read_models(written(text))[0].alphabet.name == alphabet


def test_a_database_of_alignments_holds_several(written):
    profiles = read_models(written(f"{PLAIN}\0{PLAIN.replace('L', 'V')}\0", "all.a3m"))
    assert [profile.name for profile in profiles] == ["all 1", "all 2"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            PLAIN.replace("MRVL--GIVGLlC", "MRVL--GIVGlC"),
            ["sequence 'three': 11 match columns", "12, as the first"],
        ),
        (PLAIN.replace("MKVLAAG", "MKV1AAG"), ["sequence 'one': other signs"]),
        (">one\n----\n", ["no sequence"]),
        ("#only a title\n", ["no sequence"]),
        ("#A3M#\n\0\0", ["no sequence"]),
    ],
)
def test_what_is_no_alignment_is_refused(written, text, words):
    with pytest.raises(InputError) as caught:
        read_models(written(text))
    assert all(word in str(caught.value) for word in words)


def test_coding_sequences_are_no_alignment(root):
    assert recognised(root / "examples/cds/fly-like.fasta") is None


def covariance(root, name="toy"):
    """An Infernal file of one model, its filter an RNA profile."""
    profile = (root / "examples/gene-models/hmmer/MADE1.hmm").read_text().replace("ALPH  DNA", "ALPH  RNA")
    return f"INFERNAL1/a [1.1.4 | Dec 2020]\nNAME     {name}\nSTATES   4\nALPH     RNA\nCM\n//\n{profile}"


def test_the_filter_profile_of_a_covariance_model_is_read(root, written):
    path = written(covariance(root) + covariance(root), "two.cm")
    assert recognised(path) == "infernal"
    profiles = read_models(path)
    (plain,) = read_models(root / "examples/gene-models/hmmer/MADE1.hmm")
    assert len(profiles) == 2
    assert np.array_equal(profiles[1].match_emissions, plain.match_emissions)
    assert profiles[0].alphabet.name == "RNA"
    assert (profiles[0].format, profiles[0].findings[0].severity) == ("infernal", "warning")
    assert "pairs of bases" in profiles[0].findings[0].text


@pytest.mark.parametrize("cut", ["HMMER3", "//\nHMMER3"])
def test_a_covariance_model_without_its_filter_is_refused(root, written, cut):
    text = covariance(root)
    with pytest.raises(InputError, match=r"1 covariance models, 0 filter profiles"):
        read_models(written(text[: text.index(cut)], "toy.cm"))
