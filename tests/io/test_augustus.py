"""AUGUSTUS species folders: both kinds of table, raw counts, GC classes, splice sites, and every way to be broken."""

import shutil
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from klbio.errors import InputError
from klbio.io import read_models
from klbio.io.models.augustus import read, sniff
from klbio.models.markov.stationary import stationary_distribution
from tests.models.zoo import content_model

CODING = content_model(1, 2, period=3)
PLAIN = content_model(2, 1, period=1)
CENTRE = "# (a,c,g,t)= (0.3, 0.2, 0.2, 0.3)\n"
CONFIG = "/Constant/ass_start 1 # bases before AG\n/Constant/ass_end 2\n/Constant/dss_start 2\n/Constant/dss_end 1\n"


def words(array: np.ndarray, case=str.upper, scale: float = 1.0) -> str:
    """Lines of a word and its numbers, one per position of the period."""
    period, contexts, _ = array.shape
    length = round(np.log(contexts * 4) / np.log(4))
    flat = array.reshape(period, -1).T * scale
    names = ["".join(word) for word in product("ACGT", repeat=length)]
    return "".join(
        case(name) + "\t" + "\t     ".join(f"{x:.17g}" for x in row) + "\n"
        for name, row in zip(names, flat, strict=True)
    )


def joint(model) -> np.ndarray:
    """Stationary probabilities of whole words, and so of shorter ones by summing."""
    return stationary_distribution(model.probabilities)[..., None] * model.probabilities


def p_ls(model) -> str:
    table = joint(model)
    short = table.sum(axis=1, keepdims=True)
    return (
        f"[P_ls]\n# k = {model.order}\n# l=\n0\n# Values\n"
        + words(short)
        + "# l=\n2\n# Values\n"
        + words(table)
    )


def emission(model, case=str.lower) -> str:
    size = 4 * model.probabilities.shape[1]
    return f"[EMISSION]\n# Size of vector\n{size}\n# k : order\n{model.order}\n# pseudocount\n5\n" + words(
        model.probabilities, case
    )


def counts(model) -> str:
    return "\n# normal patterns\n" + words(np.round(joint(model) * 1e6 + 1)).replace(".0", "")


INTRON_HEAD = (
    "#intron model parameters\n[ASS]\n# Size\n64\n0.0027\n"
    + "aca\t300\nacg\t100\nggg\t600\n"
    + "[DSS]\n64\ncaa\t750\ngtt\t250\n[LENGTH]\n2\n0\n250\n750\n"
)
LENGTHS = "2\n0.3\n8\n9 9 9 9\n0 0 0 0\n0\t0\t0\t0\t0\n" + "".join(
    f"{d}\t500\t500\t500\t500\n" for d in (1, 2)
)
EXON = f"[LENGTH]\n{LENGTHS}# end\n[1]\n" + CENTRE
INITIAL = "\n[TRANSINIT]\n 0 0.3 0.2\n[INITEMISSION]\n" + words(CODING.probabilities)


WHOLE = {
    "exon_probs.pbl": EXON + p_ls(CODING) + counts(CODING) + INITIAL + emission(CODING),
    "intron_probs.pbl": INTRON_HEAD
    + "[1]\n[TRANSITION]\n0.9\n5\n"
    + emission(PLAIN)
    + "# patterns:\n#\taa\t12\n[ASSMOTIF]\n33\n",
    "igenic_probs.pbl": "[1]\n" + CENTRE + p_ls(PLAIN) + emission(PLAIN, str.upper) + counts(PLAIN),
    "parameters.cfg": CONFIG,
}


@pytest.fixture
def species(tmp_path):
    """Write a species folder; keyword arguments replace a file, None leaves it out."""

    def write(**files):
        folder = tmp_path / "toy"
        folder.mkdir()
        whole = WHOLE | {
            f"{name}_probs.pbl" if name != "config" else "parameters.cfg": text
            for name, text in files.items()
        }
        for name, text in whole.items():
            if text is not None:
                (folder / f"toy_{name}").write_text(text)
        return folder

    return write


def test_a_table_with_faults_is_none_however_many_there_were_before(species):
    wrong = "[1]\n[P_ls]\n" + "c\n" * 30
    with pytest.raises(InputError, match=r"exon_probs\.pbl, line 3: 'c' in"):
        read(species(exon=wrong, intron="[1]\n[P_ls]\nA\t0\n"))


def test_reads_emissions_of_either_case(species):
    (model,) = read(species())
    assert (model.name, model.format) == ("toy", "augustus")
    assert model.coding.probabilities == pytest.approx(CODING.probabilities, abs=1e-15)
    assert model.intron.probabilities == pytest.approx(PLAIN.probabilities, abs=1e-15)
    assert model.intergenic.probabilities == pytest.approx(PLAIN.probabilities, abs=1e-15)
    assert model.classes[0].centre == (0.3, 0.2, 0.2, 0.3)
    assert [finding.text for finding in model.findings] == [
        "raw counts of the training set follow inside [EMISSION]: passed over"
    ]


@pytest.mark.parametrize(
    ("line", "number", "told"),
    [
        ("translation_table 6\n", 6, False),
        ("translation_table  99 # none\n", 1, True),
        ("#translation_table 6\n", 1, False),
    ],
)
def test_the_genetic_code_is_that_of_the_config(species, line, number, told):
    (model,) = read(species(config=CONFIG + line))
    assert model.coding.genetic_code == number
    assert any("no genetic code" in finding.text for finding in model.findings) == told


@pytest.mark.parametrize(
    ("disabled", "how"),
    [
        ("#" + emission(CODING).replace("\n", "\n# "), "commented out"),
        ("# " + emission(CODING).replace("\n", "\n#"), "commented out"),
        ("", "missing"),
    ],
)
def test_emissions_follow_from_joint_words(species, disabled, how):
    """P(b | c) = P(cb) / sum over b of P(cb), whatever raw counts come after the words."""
    (model,) = read(species(exon=EXON + p_ls(CODING) + counts(CODING) + INITIAL + disabled))
    assert model.coding.probabilities == pytest.approx(CODING.probabilities, abs=1e-12)
    texts = [finding.text for finding in model.findings if finding.component == "coding"]
    assert f"[EMISSION] is {how}: computed from the joint probabilities of [P_ls]" in texts
    assert "raw counts of the training set follow inside [P_ls]: passed over" in texts


def test_rows_off_one_are_scaled_and_told(species):
    text = emission(CODING).replace(
        words(CODING.probabilities, str.lower), words(CODING.probabilities, scale=1.25)
    )
    (model,) = read(species(exon=EXON + text))
    assert model.coding.probabilities == pytest.approx(CODING.probabilities)
    (finding,) = [finding for finding in model.findings if finding.component == "coding"]
    assert finding.severity == "warning"
    assert "off by up to 0.25;" in finding.text


def test_gc_classes_are_all_kept_and_the_middle_one_compared(species):
    others = [content_model(seed, 2, period=3) for seed in (7, 8, 9)]
    exon = "".join(f"[{n}]\n{CENTRE}{emission(model)}" for n, model in enumerate([CODING, *others], 1))
    (model,) = read(species(exon="[LENGTH]\n1\n" + exon))
    assert len(model.classes) == 4
    assert model.coding.probabilities == pytest.approx(others[1].probabilities)
    texts = {finding.component: finding.text for finding in model.findings}
    assert "4 GC classes: number 2, counted from 0" in texts["coding"]
    assert texts["intron"] == "1 GC classes, but 4 of exons: paired by number (was a file cut off?)"
    assert model.classes[0].intron is not None
    assert model.intron is None


def test_splice_sites_lie_as_the_config_says(species):
    (model,) = read(species())
    donor, acceptor = model.sites["donor GT"], model.sites["acceptor AG"]
    assert list(donor.positions) == [-2, -1, 0, 1, 2]
    assert donor.probabilities.tolist() == [
        [0, 0.75, 0.25, 0],
        [0.75, 0, 0, 0.25],
        [0, 0, 1, 0],
        [0, 0, 0, 1],
        [0.75, 0, 0, 0.25],
    ]
    assert list(acceptor.positions) == [-2, -1, 0, 1, 2]
    assert acceptor.probabilities[0].tolist() == [0.4, 0, 0.6, 0]
    assert acceptor.probabilities[1:3].tolist() == [[1, 0, 0, 0], [0, 0, 1, 0]]


def test_what_is_not_there_is_told(species):
    (model,) = read(species(intron=None, igenic=None))
    assert list(model.components) == ["coding"]
    assert not model.sites
    texts = [finding.text for finding in model.findings]
    assert texts[:2] == ["the folder has no toy_intron_probs.pbl", "the folder has no toy_igenic_probs.pbl"]
    assert "splice sites are left out" in texts[2]


def test_a_species_trained_without_introns(species):
    head = INTRON_HEAD.replace("aca\t300\nacg\t100\nggg\t600\n", "")
    (model,) = read(species(intron=head + "[1]\n" + emission(PLAIN)))
    assert set(model.sites) == {"donor GT"}
    assert "no patterns in [ASS]: left out" in [finding.text for finding in model.findings]


def without_line(text: str, start: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith(start))


@pytest.mark.parametrize(
    ("files", "message"),
    [
        pytest.param({"exon": None}, r"no \*_exon_probs.pbl.*borrow", id="no-exon-file"),
        pytest.param({"exon": ""}, "exon_probs.pbl: no GC class", id="empty"),
        pytest.param(
            {"exon": EXON}, r"neither \[EMISSION\] nor \[P_ls\] in GC class 1", id="class-without-tables"
        ),
        pytest.param({"exon": EXON + emission(CODING) + "[2]\n"}, "in GC class 2", id="second-class-cut-off"),
        pytest.param({"exon": EXON + emission(CODING)[:-400]}, r"exon_probs.pbl, line \d+", id="cut-off"),
        pytest.param(
            {"exon": EXON + without_line(emission(CODING), "acg\t")},
            r"line \d+: 63 of 64 words of 3 bases in \[EMISSION\] of GC class 1",
            id="word-missing",
        ),
        pytest.param(
            {"exon": EXON + emission(CODING).replace("acg\t", "acg\tnan\t")},
            r"line \d+: 'acg.*nan.*a word and 3 probabilities",
            id="four-fields",
        ),
        pytest.param(
            {"exon": EXON + emission(CODING).replace("acg\t", "acg\t-0.5\t0.5\t0.1 #")}, "'acg", id="negative"
        ),
        pytest.param({"exon": EXON + emission(PLAIN)}, "a word and 3 probabilities", id="one-column"),
        pytest.param(
            {"exon": EXON + emission(CODING).replace("acg\t", "acc\t")}, "word 'acc' twice", id="word-twice"
        ),
        pytest.param(
            {"exon": EXON + emission(CODING) + emission(CODING)},
            r"section \[EMISSION\] twice in GC class 1",
            id="section-twice",
        ),
        pytest.param(
            {"exon": EXON + "[EMISSION]\n" + counts(CODING)}, "a word and 3 probabilities", id="counts-only"
        ),
        pytest.param(
            {"exon": EXON + "[EMISSION]\n" + "ACGT" * 10 + "\t0.1\t0.1\t0.1\n"},
            "1 words of 40 bases",
            id="order-39",
        ),
        pytest.param(
            {"exon": "[1000000000]\n" + emission(CODING)},
            "GC class '1000000000'; expected at most 100",
            id="many-classes",
        ),
        pytest.param(
            {"intron": INTRON_HEAD.replace("caa\t750", "caa\tx") + "[1]\n" + emission(PLAIN)},
            r"'caa\\tx' in \[DSS\]",
            id="site-number",
        ),
        pytest.param(
            {"config": CONFIG.replace("ass_start 1", "ass_start 4")},
            r"in \[ASS\]; expected a word of 6 bases, as the config says",
            id="window",
        ),
    ],
)
def test_refusals_name_file_section_and_remedy(species, files, message):
    with pytest.raises(InputError, match=message):
        read(species(**files))


def test_the_faults_of_all_files_are_told_at_once(species):
    broken = species(
        exon=EXON + without_line(emission(CODING), "acg\t"),
        igenic="[1]\n" + emission(PLAIN).replace("ca\t", "ca\t7 "),
    )
    with pytest.raises(InputError) as caught:
        read(broken)
    assert {Path(fault.path).name for fault in caught.value.faults} == {
        "toy_exon_probs.pbl",
        "toy_igenic_probs.pbl",
    }
    assert all("train the species again" in fault.remedy for fault in caught.value.faults)


def test_a_folder_may_hold_files_named_after_another_species(species):
    folder = species()
    (model,) = read(folder.rename(folder.parent / "cousin"))
    assert (model.name, set(model.sites)) == ("cousin", {"donor GT", "acceptor AG"})


def test_sniff(species, tmp_path):
    assert sniff(species())
    assert not sniff(tmp_path)
    assert sniff(tmp_path / "toy" / "toy_exon_probs.pbl")  # alone
    assert not sniff(tmp_path / "toy" / "toy_intron_probs.pbl")


def example(root, name):
    return read_models(root / "examples" / "gene-models" / "augustus" / name)[0]


@pytest.mark.parametrize(
    ("name", "n_classes"), [("arabidopsis", 1), ("human", 2), ("rice", 4), ("honeybee1", 7)]
)
def test_classes_of_real_species(root, name, n_classes):
    model = example(root, name)
    assert [len(model.classes), model.coding.order] == [n_classes, 4]
    assert all(set(one.components) == {"coding", "intron", "intergenic"} for one in model.classes)


def test_counts_of_a_real_species_are_not_taken_for_probabilities(root):
    """First joint words of the thale cress over their sum: AAAAA .. AAAAT in codon position 1."""
    first = np.array([0.208, 0.225, 0.381, 0.186])  # the commented-out [EMISSION] of the file, rounded
    assert example(root, "arabidopsis").coding.probabilities[0, 0] == pytest.approx(first, abs=1e-3)


@pytest.mark.parametrize(("name", "off"), [("fly", "0.393"), ("human", "0.116")])
def test_sets_trained_by_crf_are_not_normalised(root, name, off):
    texts = [
        f.text for f in example(root, name).findings if (f.severity, f.component) == ("warning", "coding")
    ]
    assert texts == [f"rows do not sum to 1: off by up to {off}; scaled to 1"]


@pytest.mark.parametrize("name", ["human", "fly", "rice", "arabidopsis", "caenorhabditis", "honeybee1"])
def test_splice_consensus_of_real_species(root, name):
    """AG|GT after the exon, a pyrimidine three bases before the next one: the windows lie right."""
    sites = example(root, name).sites
    donor, acceptor = sites["donor GT"], sites["acceptor AG"]
    assert donor.probabilities[-1 - donor.first].argmax() == 2  # last base of the exon: G
    assert donor.probabilities[4 - donor.first].argmax() in (
        2,
        3,
    )  # fifth base of the intron: G, in the worm T
    before = acceptor.probabilities[-2 - acceptor.first]
    assert before[1] + before[3] > 0.9  # C or T before AG


def test_an_order_unlike_its_words_is_refused(root, tmp_path):
    shutil.copytree(root / "examples" / "gene-models" / "augustus" / "human", tmp_path / "human")
    path = tmp_path / "human" / "human_exon_probs.pbl"
    lines = path.read_text().splitlines()
    at = lines.index("# k : order of the markov model") + 1
    lines[at] = "7"
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(
        InputError, match=rf"line {at + 1}: order k = 7 of .*expected .* words, which have 5 bases"
    ):
        read_models(tmp_path / "human")
