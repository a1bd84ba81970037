"""Codon-usage tables of every dialect, rebuilt small, and what is computed from them against plain loops."""

import math
from itertools import product

import numpy as np
import pytest

from klbio.alphabets import CODONS
from klbio.errors import InputError
from klbio.io import read_models, recognised
from klbio.io.models.codon_tables import CUTG
from klbio.models import GCClass, GeneModel
from klbio.models.comparison import Comparison, nearest
from klbio.models.markov.genetic_code import genetic_code
from klbio.models.training.codon_usage import coding_from_codons
from klbio.steps.train import train_model
from tests.models.zoo import content_model

BASES = "TCAG"  # the order of the tables in print
PRINTED = [a + b + c for a in BASES for c in BASES for b in BASES]
RNG = np.random.default_rng(5)
COUNTS = dict(zip(CODONS.symbols, RNG.integers(200, 9000, 64).tolist(), strict=True)) | {
    "TAA": 90, "TAG": 31, "TGA": 77,
}  # fmt: skip
TOTAL = sum(COUNTS.values())
THREE = {"A": "Ala", "R": "Arg", "N": "Asn", "D": "Asp", "C": "Cys", "Q": "Gln", "E": "Glu", "G": "Gly", "H": "His",
         "I": "Ile", "L": "Leu", "K": "Lys", "M": "Met", "F": "Phe", "P": "Pro", "S": "Ser", "T": "Thr", "W": "Trp",
         "Y": "Tyr", "V": "Val", "*": "End"}  # fmt: skip


def acids(code=1):
    return dict(zip(CODONS.symbols, genetic_code(code).acids, strict=True))


def share(codon, counts=COUNTS, code=1):
    """Share of a codon among those of its amino acid."""
    of = acids(code)
    return counts[codon] / sum(n for other, n in counts.items() if of[other] == of[codon])


def kazusa(counts=COUNTS, acid=False, code=1, name="Toyus exemplaris"):
    total, of = sum(counts.values()), acids(code)
    cells = [
        f"{codon.replace('T', 'U')} {f'{of[codon]} {share(codon, counts, code):.2f} ' if acid else ''}"
        f"{1000 * counts[codon] / total:4.1f}({counts[codon]:6d})"
        for codon in PRINTED
    ]
    rows = "\n".join("  ".join(cells[i : i + 4]) for i in range(0, 64, 4))
    head = f"{name} [gbpln]: 198 CDS's ({total} codons)"
    fields = "fields: [triplet] [frequency: per thousand] ([number])"
    return f"{head}\n{'-' * 40}\n{fields}\n{'-' * 40}\n{rows}\n\nCoding GC 52.27% 1st letter GC 55.72%\n"


def emboss(header=True):
    lines = ["#Species: Toyus_exemplaris", "#CdsCount: 198", "", "#Coding GC 52.27%", "",
             "#Codon AA Fraction Frequency Number"] if header else []  # fmt: skip
    rows = [
        f"{c}    {acids()[c]}     {share(c):.3f}    {1000 * COUNTS[c] / TOTAL:.3f}  {COUNTS[c]}"
        for c in CODONS.symbols
    ]
    return "\n".join([*lines, *rows]) + "\n"


def gcg():
    rows = [
        f"{THREE[acids()[c]]}     {c}   {COUNTS[c]:.2f}     {1000 * COUNTS[c] / TOTAL:.2f}      0.00"
        for c in CODONS.symbols
    ]
    head = "!!CODON_FREQUENCY 1.0\nToyus\n\n198 genes found in GenBank\n\n"
    columns = "AmAcid  Codon     Number    /1000     Fraction   ..\n\n"
    return head + columns + "\n".join(rows) + "\n\nEnd\n"


def delimited(separator=","):
    rows = [separator.join(("codon", "amino acid", "count"))]
    return "\n".join(rows + [separator.join((c, acids()[c], str(COUNTS[c]))) for c in CODONS.symbols]) + "\n"


def wide(codes=(1,), organelles=("genomic",)):
    head = [
        "Division",
        "Assembly",
        "Taxid",
        "Species",
        "Organelle",
        "Translation Table",
        "# CDS",
        "# Codons",
        *PRINTED,
    ]
    rows = [
        [
            "refseq",
            "GCF_1",
            "7",
            "Toyus exemplaris",
            organelle,
            str(code),
            "198",
            str(TOTAL),
            *(str(COUNTS[c]) for c in PRINTED),
        ]
        for code, organelle in zip(codes, organelles, strict=True)
    ]
    return "\n".join("\t".join(row) for row in [head, *rows]) + "\n"


def spsum():
    return f"7:Toyus exemplaris: 198\n{' '.join(str(COUNTS[c]) for c in CUTG)}\n"


def web_page():
    table = kazusa(acid=True).replace("Toyus exemplaris", "<i>Toyus exemplaris </i>")
    return f"<html><body><strong>{table}</strong><pre>Genetic code 1: Standard</pre></body></html>"


def gene_model(name, coding):
    return GeneModel(name, (GCClass(coding),))


def expected(counts=COUNTS, stops=("TAA", "TAG", "TGA")):
    usage = np.array([0.0 if codon in stops else counts[codon] for codon in CODONS.symbols])
    return usage / usage.sum()


@pytest.mark.parametrize(
    ("name", "text", "called"),
    [
        ("toy.txt", kazusa(), "Toyus exemplaris"),
        ("toy.txt", kazusa(acid=True), "Toyus exemplaris"),
        ("toy.txt", kazusa(acid=True).split("----\n")[-1], "toy"),  # the table alone, as people paste it
        ("toy.html", web_page(), "Toyus exemplaris"),
        ("toy.txt", kazusa().replace("\n", "\r\n"), "Toyus exemplaris"),
        ("Etoy.cut", emboss(), "Toyus exemplaris"),
        (
            "Etoy.cut",
            emboss().lower().replace("#species", "#Species").replace("toyus", "Toyus"),
            "Toyus exemplaris",
        ),
        ("Etoy.cut", emboss(header=False), "Etoy"),
        ("Etoy.cut", emboss().replace("    ", "\t"), "Toyus exemplaris"),
        ("toy.cod", gcg(), "toy"),
        ("toy.csv", delimited(), "toy"),
        ("toy.csv", delimited(";"), "toy"),
        ("toy.tsv", delimited("\t"), "toy"),
        ("toy.tsv", wide(), "Toyus exemplaris"),
        ("toy.csv", wide().replace("\t", ","), "Toyus exemplaris"),
        ("toy.spsum", spsum(), "Toyus exemplaris"),
    ],
)
def test_every_dialect_gives_the_law_of_its_codons(tmp_path, name, text, called):
    path = tmp_path / name
    path.write_bytes(text.encode())
    assert recognised(path) == "codon_usage"
    (model,) = read_models(path)
    assert (model.name, model.format) == (called, "codon_usage")
    assert model.coding.codon_usage == pytest.approx(expected(), abs=1e-15)
    assert model.coding.stop_mass_per_codon == 0
    assert not [finding for finding in model.findings if finding.severity == "warning"]
    assert "independent of each other" in model.findings[0].text


def test_codons_that_train_counted_come_back(tmp_path, root):
    train_model(annotated=[root / "examples/cds/fly-like.fasta"], out=tmp_path / "fly.json", order=2)
    (trained,), (usage,) = read_models(tmp_path / "fly.json"), read_models(tmp_path / "fly.json.codons.tsv")
    pairs = Comparison({"trained": trained, "usage": usage}).pairs
    (row,) = pairs[(pairs.model_p == "usage") & (pairs.component == "coding")].to_dict("records")
    assert row["codon_bits_per_codon"] < 0.001  # one was smoothed, and has a chain's codons
    assert not Comparison([usage]).lint.finding.str.contains("trained on too little").any()


def test_numbers_are_those_of_plain_loops(tmp_path):
    """The codon part of a pair, its split, and the rate of independent codons against a chain."""
    path = tmp_path / "toy.txt"
    path.write_text(kazusa())
    (usage,) = read_models(path)
    other = gene_model("chain", content_model(3, 2, 3))
    pairs = Comparison([usage, other]).pairs
    row = pairs[(pairs.model_p == usage.name) & (pairs.component == "coding")].iloc[0]
    smooth = [model.coding.comparable(order=2) for model in (usage, other)]
    p, q = (dict(zip(CODONS.symbols, one.codon_usage, strict=True)) for one in smooth)
    of = acids()
    bits = sum(p[c] * math.log2(p[c] / q[c]) for c in CODONS.symbols if of[c] != "*")
    acid_p, acid_q = ({a: sum(law[c] for c in law if of[c] == a) for a in set(of.values())} for law in (p, q))
    by_acid = sum(acid_p[a] * math.log2(acid_p[a] / acid_q[a]) for a in acid_p if a != "*")
    assert row["codon_bits_per_codon"] == pytest.approx(bits, rel=1e-9)
    assert row["amino_acid_bits_per_codon"] == pytest.approx(by_acid, rel=1e-9)
    mine, theirs = (one.probabilities for one in smooth)
    rate, sense = 0.0, [codon for codon in CODONS.symbols if of[codon] != "*"]
    for last, codon in product(sense, sense):
        word = ["ACGT".index(base) for base in last + codon]
        for f in range(3):
            cell = f, 4 * word[1 + f] + word[2 + f], word[3 + f]
            rate += p[last] * p[codon] * math.log2(mine[cell] / theirs[cell])
    assert row["relative_entropy_bits"] == pytest.approx(
        rate / 3, abs=1e-6
    )  # smoothing leaves a trace of memory


def test_a_table_is_ranked_on_genes():
    table = gene_model("table", coding_from_codons(expected()))
    rng = np.random.default_rng(2)
    sense = [codon for codon in CODONS.symbols if acids()[codon] != "*"]
    weights = np.array([COUNTS[c] for c in sense], dtype=float)
    genes = ["".join(rng.choice(sense, 150, p=weights / weights.sum())) for _ in range(40)]
    other = gene_model("other", content_model(9, 2, 3))
    ranked = nearest(genes, [other, table])
    assert ranked["model"].tolist() == ["table", "other"]
    bases = {c: n / weights.sum() for c, n in zip(sense, weights, strict=True)}
    entropy = -sum(math.log2(bases[gene[i : i + 3]]) for gene in genes for i in range(0, 450, 3)) / (40 * 450)
    assert ranked["cross_entropy_bits_per_base"][0] == pytest.approx(
        entropy, abs=0.01
    )  # but for the first bases


CILIATE = COUNTS | {"TAA": 4000, "TAG": 2500}


@pytest.mark.parametrize(
    ("text", "code", "warned"),
    [
        (kazusa(CILIATE, acid=True, code=6), 6, ""),
        (kazusa(CILIATE, acid=True, code=6) + "\nGenetic code 6: Ciliate Nuclear\n", 6, ""),
        (kazusa(CILIATE), 1, "column genetic_code"),
        (kazusa(COUNTS | {"TGA": 3000}, acid=True, code=4), 4, ""),
        (wide(codes=(4,)), 4, ""),
        (wide(codes=(99,)), 1, "no genetic code"),
        (kazusa(acid=True, code=12), 12, ""),
    ],
)
def test_the_genetic_code_of_a_table(tmp_path, text, code, warned):
    path = tmp_path / "toy.txt"
    path.write_text(text)
    (model,) = read_models(path)
    assert model.coding.genetic_code == code
    warnings = [finding.text for finding in model.findings if finding.severity == "warning"]
    assert [warned in text for text in warnings] == [True] * bool(warned)
    if (
        warned == "column genetic_code"
    ):  # what was taken for stops is still there, for the sheet to say otherwise
        usage = model.under(6).coding.codon_usage
        assert usage[CODONS.symbols.index("TAA")] == pytest.approx(4000 / sum(CILIATE.values()))


def test_several_tables_of_a_file_have_a_name_each(tmp_path):
    path = tmp_path / "all.tsv"
    path.write_text(wide(codes=(1, 1, 4), organelles=("genomic", "genomic", "mitochondrion")))
    names = ["Toyus exemplaris (GCF_1) 1", "Toyus exemplaris (GCF_1) 2", "Toyus exemplaris, mitochondrion"]
    assert [model.name for model in read_models(path)] == names
    path.write_text(kazusa() + kazusa(CILIATE, name="Other sp."))
    first, second = read_models(path)
    assert (first.name, second.name) == ("Toyus exemplaris", "Other sp.")
    assert second.coding.codon_usage[0] != first.coding.codon_usage[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        # a library of tables for gene synthesis: shares within each amino acid
        ("amino_acid;codon;relative_frequency\n"
         + "".join(f"{acids()[c]};{c};{share(c):.2f}\n" for c in CODONS.symbols),
         ["frequencies that sum to 2", "shares within each amino acid"]),
        (emboss().replace("GCC    A ", "GCX    A "), ["row of a codon", "line 4"]),
        (emboss().replace("GCC    A ", "GCA    A "), ["'GCA' again", "no 'GCC'"]),
        (delimited().replace(f"GCC,A,{COUNTS['GCC']}", "GCC,A,many"), ["many", "a count or a frequency"]),
        (delimited().replace(f"GCC,A,{COUNTS['GCC']}", "GCC,A,-4"), ["-4", "a count or a frequency"]),
        (wide().replace("refseq\t", ""), ["71 fields", "72, as in the header"]),
        (spsum() + "8:Cut off: 3\n1 2 3\n", ["Cut off", "64 counts"]),
    ],
)  # fmt: skip
def test_tables_that_are_refused(tmp_path, text, words):
    path = tmp_path / "toy.txt"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        read_models(path)
    assert all(word in str(caught.value) for word in words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (kazusa().replace(f"({COUNTS['GCC']:6d})", f"({COUNTS['GCC'] * 9:6d})"), "not those of the counts"),
        (kazusa({codon: n // 300 + 1 for codon, n in COUNTS.items()}), "only"),
        (emboss().replace("GCC    A ", "GCC    W "), "amino acids are those of no genetic code"),
    ],
)
def test_doubts_about_a_table_are_said(tmp_path, text, words):
    path = tmp_path / "toy.txt"
    path.write_text(text)
    (model,) = read_models(path)
    assert words in " ".join(finding.text for finding in model.findings if finding.severity == "warning")


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"{codon}\t{n}\n" for codon, n in COUNTS.items()),  # words of three, of whatever frame
        "# exon\n[P_ls]\n" + "".join(f"{codon.lower()}\t.01\t.01\t.01\n" for codon in COUNTS),
        ">AAA\n" + "".join(f"{codon} x\n" for codon in COUNTS),
    ],
)
def test_other_lists_of_words_are_no_codon_usage(tmp_path, text):
    path = tmp_path / "toy.txt"
    path.write_text(text)
    assert recognised(path) != "codon_usage"
