"""Prodigal's training sets, proved by training it on a genome whose every hexamer is counted."""

import builtins
import csv
import io
from itertools import product

import numpy as np
import pytest

from klbio import cli
from klbio.errors import InputError
from klbio.io import read_models
from klbio.io.models.prodigal import read, sniff, training_file
from klbio.io.models.prodigal_file import PLACES, SIZE, TrainingFile, dumped
from klbio.io.sheets.model_sheet import read_model_sheet
from klbio.models import ContentModel, GCClass, GeneModel
from klbio.models.arrays import closed
from klbio.models.comparison import nearest
from klbio.models.markov.content_models import ContentModels
from klbio.models.markov.stationary import stationary_distribution
from klbio.models.training.dicodons import (
    LIMIT,
    coding_from_dicodons,
    dicodon_scores,
    hexamer_law,
    on_background,
)
from klbio.models.training.sampled_genes import sample_genes
from klbio.models.training.transcript import oriented
from klbio.steps.train import train_model
from tests.models.zoo import content_model

pyrodigal = pytest.importorskip("pyrodigal", reason="pyrodigal is not installed")
HEXAMERS = ["".join(word) for word in product("ACGT", repeat=6)]
STOPS = {"TAA", "TAG", "TGA"}


def stop_in_frame(word: str) -> bool:
    return bool({word[:3], word[3:]} & STOPS)


@pytest.fixture(scope="module")
def law():
    """Rich in G and C at codon position 3, by which Prodigal finds its first genes."""
    rows = content_model(3, 2, 3, sharpness=4.0).probabilities.copy()
    rows[2] *= [0.2, 2.0, 2.0, 0.2]
    return ContentModel(closed(rows)).comparable(order=2, epsilon=1e-4).probabilities


@pytest.fixture(scope="module")
def genome(law):
    """A bacterium: 400 genes of 300 codons, each behind a ribosome binding site, on alternating strands."""
    rng = np.random.default_rng(4)
    letters = np.frombuffer(b"ACGT", dtype=np.uint8)
    genes = [b"ATG" + gene + b"TAA" for gene in sample_genes(law, n_genes=400, n_codons=300, seed=9)]
    pieces = []
    for i, gene in enumerate(genes):
        free = letters[rng.integers(0, 4, 60)].tobytes()
        locus = free + b"AGGAGG" + b"TATATC" + gene
        pieces.append(locus if i % 2 == 0 else oriented(locus, 0, len(locus), -1))
    return b"".join(pieces), genes


@pytest.fixture(scope="module")
def trained(genome):
    return pyrodigal.GeneFinder().train(genome[0])


@pytest.fixture
def written(trained, tmp_path):
    buffer = io.BytesIO()
    trained.dump(buffer)

    def write(change=lambda data: data, name="toy.trn"):
        path = tmp_path / name
        path.write_bytes(change(buffer.getvalue()))
        return path

    return write


def counted(sequences, step) -> np.ndarray:
    number = {word: n for n, word in enumerate(HEXAMERS)}
    counts = np.zeros(4096)
    for sequence in sequences:
        text = sequence.decode()
        for i in range(0, len(text) - 5, step):
            counts[number[text[i : i + 6]]] += 1
    return counts


@pytest.fixture(scope="module")
def background(genome):
    """Hexamers of both strands of the whole genome."""
    counts = counted([genome[0], oriented(genome[0], 0, len(genome[0]), -1)], 1)
    return counts / counts.sum()


def test_scores_are_log_ratios_of_dicodons_in_frame_to_hexamers_of_the_genome(trained, genome, background):
    """The reading itself: unit, base code, order of bases, frame, and what they are ratios of."""
    scores = np.array(trained.coding_statistics)[PLACES]
    counts = counted([gene[:-3] for gene in genome[1]], 3)
    often = counts > 60
    expected = np.log(counts / counts.sum() / np.maximum(background, 1e-12), where=often, out=np.zeros(4096))
    assert often.sum() > 300
    assert np.abs(scores - expected)[often].mean() < 0.08  # it trains on its first guess at the genes
    assert np.corrcoef(scores[often], expected[often])[0, 1] > 0.99
    other = np.arange(4096).reshape((4,) * 6).transpose().ravel()  # the same order of bases, but A, C, G, T
    misread = np.array(trained.coding_statistics)[other]
    assert np.corrcoef(misread[often], expected[often])[0, 1] < 0.5
    stops = np.array([stop_in_frame(word) for word in HEXAMERS])
    assert (scores[stops] == -LIMIT).all()


def test_with_the_true_background_the_law_of_the_genes_comes_back(trained, law, background):
    """The chain of codons is right; what the assumed background costs is all that is left."""
    scores = np.array(trained.coding_statistics)[PLACES]
    gc = float(trained.gc)
    base = np.array([1 - gc, gc, gc, 1 - gc]) / 2
    assumed = np.array([np.prod([base["ACGT".index(letter)] for letter in word]) for word in HEXAMERS])
    exact = scores + np.log(
        np.maximum(background, 1e-12) / assumed
    )  # so that assumed * exp(exact) is the truth
    right, wrong = (coding_from_dicodons(one, gc) for one in (exact, scores))
    models = [ContentModel(law), right.coding, wrong.coding]
    rates = ContentModels(models).rates_by_position.mean(axis=-1)[0]
    assert right.mass == pytest.approx(1.0, abs=0.001)
    assert wrong.mass < 0.99
    assert rates[1] < 0.015  # 120,000 dicodons for 3,721 possible ones: 0.007, and what is no gene
    assert rates[2] > 4 * rates[1]


def test_scores_put_on_another_background_are_those_read_on_it(trained, background):
    scores, gc = np.array(trained.coding_statistics)[PLACES], float(trained.gc)
    read_as = coding_from_dicodons(scores, gc)
    base = np.array([1 - gc, gc, gc, 1 - gc]) / 2
    assumed = np.array([np.prod([base["ACGT".index(letter)] for letter in word]) for word in HEXAMERS])
    right = coding_from_dicodons(scores + np.log(background / assumed), gc)
    moved = on_background(read_as.coding, read_as.background, background)
    np.testing.assert_allclose(moved.probabilities, right.coding.probabilities, atol=1e-12)


def test_the_background_is_that_of_the_querys_genes_in_six_frames(written, genome, background):
    assert np.abs(hexamer_law(genome[1]) - background).sum() < 0.1
    (model,) = read_models(written())
    of_genes = nearest(genome[1][:150], [model], order=2)
    assert of_genes["background"].tolist() == ["query"]
    assert of_genes["excess_bits_per_base"][0] < 0.02
    assert of_genes["warning"].tolist() == [""]
    beside = nearest(
        genome[1][:150], {"it": model, "other": GeneModel("x", (GCClass(content_model(5, 2, 3)),))}, order=2
    )
    assert beside["background"].tolist() == ["assumed", ""]
    assert beside["excess_bits_per_base"][0] > 2 * of_genes["excess_bits_per_base"][0]
    assert beside["warning"].tolist() == ["", ""]
    of_model = nearest(model, [model])
    assert of_model["background"].tolist() == ["assumed"]
    assert of_model["excess_bits_per_base"][0] == pytest.approx(0.0, abs=1e-12)


def test_a_known_law_of_dicodons_comes_back_to_the_last_digit(law):
    """No training: scores made from a chain and independent bases."""
    pi = stationary_distribution(law)
    gc = 0.43
    base = dict(zip("ACGT", np.array([1 - gc, gc, gc, 1 - gc]) / 2, strict=True))
    joint = np.array([
        pi[2][4 * "ACGT".index(w[0]) + "ACGT".index(w[1])] * np.prod([
            law[i % 3, 4 * "ACGT".index(w[i - 2]) + "ACGT".index(w[i - 1]), "ACGT".index(w[i])] for i in range(2, 6)
        ]) for w in HEXAMERS
    ])  # fmt: skip
    q = np.array([np.prod([base[letter] for letter in word]) for word in HEXAMERS])
    scores = np.log(np.maximum(joint, 1e-300) / q)
    found = coding_from_dicodons(scores, gc)
    assert found.mass == pytest.approx(1.0)
    rates = ContentModels([ContentModel(law), found.coding]).rates_by_position.mean(axis=-1)
    assert rates[0, 1] == pytest.approx(0.0, abs=1e-12)


def test_a_training_file_is_read_without_pyrodigal_and_says_what_is_assumed(written, trained, monkeypatch):
    path = written()
    assert path.stat().st_size == SIZE
    assert sniff(path)
    no_pyrodigal(monkeypatch)
    (model,) = read_models(path)
    assert (model.name, model.format, model.coding.order) == ("toy", "prodigal", 5)
    assert list(model.components) == ["coding", "background"]
    expected = coding_from_dicodons(np.array(trained.coding_statistics)[PLACES], trained.gc)
    assert np.array_equal(model.coding.probabilities, expected.coding.probabilities)
    (warning,) = [one for one in model.findings if one.severity == "warning"]
    assert "independent bases" in warning.text
    assert f"sum to {expected.mass:.3f}" in warning.text


def no_pyrodigal(monkeypatch):
    real = builtins.__import__

    def refuse(name, *more, **words):
        if name.startswith("pyrodigal"):
            raise ImportError(name)
        return real(name, *more, **words)

    monkeypatch.setattr(builtins, "__import__", refuse)


def test_the_built_in_sets_by_one_name_by_number_and_all():
    models = read_models("prodigal:")
    assert len(models) == len({one.name for one in models}) == 50
    for spelling in ("prodigal:20", "prodigal:Escherichia_coli_UMN026"):
        (one,) = read_models(spelling)
        assert one.name == models[20].name == "Escherichia_coli_UMN026"
        assert np.array_equal(one.coding.probabilities, models[20].coding.probabilities)
    (mycoplasma,) = read_models("prodigal:0")
    assert (mycoplasma.coding.genetic_code, mycoplasma.coding.stops) == (4, ("TAA", "TAG"))


def test_every_built_in_set_scores_what_holds_a_stop_at_the_floor():
    for one in pyrodigal.METAGENOMIC_BINS:
        stops = STOPS - ({"TGA"} if one.training_info.translation_table == 4 else set())
        held = np.array([bool({word[:3], word[3:]} & stops) for word in HEXAMERS])
        assert (np.array(one.training_info.coding_statistics)[PLACES][held] == -LIMIT).all()


def test_sisters_are_nearest_among_the_built_in_sets():
    models = read_models("prodigal:")
    rates = ContentModels([one.coding for one in models]).rates_by_position.mean(axis=-1)
    names = [one.name for one in models]
    np.fill_diagonal(rates, np.inf)
    assert names[rates[20].argmin()] == "Shigella_dysenteriae_Sd197"
    assert names[rates[names.index("Shigella_dysenteriae_Sd197")].argmin()] == "Escherichia_coli_UMN026"


def test_the_command_line_takes_the_spelling(tmp_path):
    out = tmp_path / "near.tsv"
    cli.main(["nearest", "prodigal:", "--query", "prodigal:41", "--out", str(out)])
    with out.open() as handle:
        first, second, *_ = (row["model"] for row in csv.DictReader(handle, delimiter="\t"))
    assert (first, second) == ("Shigella_dysenteriae_Sd197", "Escherichia_coli_UMN026")


def test_a_sheet_may_name_them(tmp_path):
    sheet = tmp_path / "models.tsv"
    sheet.write_text("model\tpath\ncoli\tprodigal:20\n")
    (entry,) = read_model_sheet(sheet)
    assert str(entry.path) == "prodigal:20"


@pytest.mark.parametrize(
    ("spelling", "words"),
    [("prodigal:50", ["no built-in set '50'", "0 to 49"]), ("prodigal:coli", ["no built-in set 'coli'"])],
)
def test_sets_that_are_not_there(spelling, words):
    with pytest.raises(InputError) as caught:
        read_models(spelling)
    assert all(word in str(caught.value) for word in words)


def test_without_pyrodigal_the_error_says_how_to_get_it(monkeypatch):
    no_pyrodigal(monkeypatch)
    with pytest.raises(InputError, match="pip install pyrodigal"):
        read_models("prodigal:20")


def with_values(offset, values, kind="<f8"):
    raw = np.array(values, dtype=kind).tobytes()
    return lambda data: data[:offset] + raw + data[offset + len(raw) :]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda data: data[:-100], ["558292 bytes", "558392, the size"]),
        (
            with_values(SIZE - 16, [np.nan, 9.0]),
            ["toy: 2 scores of dicodons as nan (CTTTTT)", "-5 to 5"],
        ),
        (with_values(0, [1.5]), ["GC content 1.5"]),
        (with_values(8, [77], "<i4"), ["genetic code 77"]),
    ],
)
def test_broken_files(written, change, words):
    path = written(change)
    with pytest.raises(InputError) as caught:
        read(path)
    assert all(word in str(caught.value) for word in ["toy.trn", *words])


def test_other_files_are_not_taken_for_it(written, tmp_path):
    assert not sniff(written(lambda data: data[:-1]))
    assert not sniff(written(with_values(0, [1.5])))
    assert not sniff(written(with_values(72, [9], "<i4")))
    assert not sniff(tmp_path)


def test_refusals_of_the_chain():
    with pytest.raises(InputError, match="4096 finite values"):
        coding_from_dicodons(np.zeros(64), 0.5)
    with pytest.raises(InputError, match="above 0 and below 1"):
        coding_from_dicodons(np.zeros(4096), 1.0)


def test_a_file_of_prodigals_comes_back_byte_for_byte(trained, tmp_path):
    """Read and written again; as pyrodigal has it and as klbio does; of what it trained and of what it brings."""
    for info in (
        trained,
        pyrodigal.METAGENOMIC_BINS[20].training_info,
        pyrodigal.METAGENOMIC_BINS[0].training_info,
    ):
        file = dumped(info)
        path = tmp_path / "one.trn"
        file.write(path)
        again = TrainingFile(path.read_bytes())
        assert again.with_scores(again.scores).data == path.read_bytes() == file.data
        with path.open("rb") as handle:
            theirs = pyrodigal.TrainingInfo.load(handle)
        assert theirs.to_dict() == info.to_dict()
    changed = file.with_scores(np.linspace(-5, 5, 4096))
    assert np.array_equal(changed.scores, np.linspace(-5, 5, 4096))
    assert changed.data[: SIZE - 8 * 4096] == file.data[: SIZE - 8 * 4096]


def test_convert_writes_a_set_that_comes_with_prodigal(tmp_path):
    out = tmp_path / "coli.trn"
    cli.main(["convert", "prodigal:20", str(out)])
    assert out.read_bytes() == dumped(pyrodigal.METAGENOMIC_BINS[20].training_info).data
    cli.main(["convert", str(out), str(tmp_path / "again.trn")])
    assert (tmp_path / "again.trn").read_bytes() == out.read_bytes()
    with pytest.raises(InputError, match="50 sets"):
        training_file("prodigal:")
    (tmp_path / "no.trn").write_text("words")
    with pytest.raises(InputError, match="no training file"):
        training_file(tmp_path / "no.trn")


@pytest.fixture
def annotated(genome, tmp_path):
    """The genome as FASTA, and its genes as GFF3."""
    sequence, genes = genome
    fasta, gff3 = tmp_path / "genome.fasta", tmp_path / "genes.gff3"
    fasta.write_bytes(b">c1\n" + sequence + b"\n")
    lines, at = [], 0
    for i, gene in enumerate(genes):
        length = 72 + len(gene)
        start = at + (72 if i % 2 == 0 else 0)
        lines.append(
            f"c1\ttoy\tCDS\t{start + 1}\t{start + len(gene)}\t.\t{'+-'[i % 2]}\t0\tID=g{i};transl_table=11\n"
        )
        at += length
    gff3.write_text("##gff-version 3\n" + "".join(lines))
    return [str(fasta), str(gff3)]


def test_train_writes_a_file_that_prodigal_runs_with(annotated, genome, trained, background, tmp_path):
    out = tmp_path / "mine.trn"
    cli.main(["train", *annotated, "--out", str(out)])
    file = TrainingFile(out.read_bytes())
    counts = counted([gene[:-3] for gene in genome[1]], 3)
    assert file.scores == pytest.approx(dicodon_scores(counts, background), abs=1e-12)
    share, whole = counts / counts.sum(), background
    for word in (0, 17, 500, 3000):  # by hand
        expected = -5.0 if not share[word] else min(max(np.log(share[word] / whole[word]), -5), 5)
        assert file.scores[word] == pytest.approx(expected, abs=1e-12)
    theirs = dumped(trained)
    assert (file.genetic_code, file.gc) == (11, theirs.gc)
    assert (
        file.data[: SIZE - 8 * 4096] == theirs.data[: SIZE - 8 * 4096]
    )  # start sites are what pyrodigal learns
    with out.open("rb") as handle:
        info = pyrodigal.TrainingInfo.load(handle)
    found = {(gene.begin, gene.end, gene.strand) for gene in pyrodigal.GeneFinder(info).find_genes(genome[0])}
    at, right = 0, set()
    for i, gene in enumerate(genome[1]):
        start = at + (72 if i % 2 == 0 else 0)
        right.add((start + 1, start + len(gene), 1 - 2 * (i % 2)))
        at += 72 + len(gene)
    ends = {end if strand == 1 else begin for begin, end, strand in found}
    assert sum((end if strand == 1 else begin) in ends for begin, end, strand in right) > 390
    (model,) = read_models(out)
    assert (model.name, model.format) == ("mine", "prodigal")
    with (tmp_path / "mine.trn.findings.tsv").open() as handle:
        text = handle.read()
    assert "are pyrodigal's, trained on the genome" in text


def test_a_training_file_needs_a_genome_of_some_size_and_pyrodigal(annotated, tmp_path, root, monkeypatch):
    out = tmp_path / "mine.trn"
    with pytest.raises(InputError, match="without their genome"):
        train_model(annotated=[root / "examples/cds/fly-like.fasta"], out=out)
    small, few = tmp_path / "small.fasta", tmp_path / "few.gff3"
    small.write_bytes(b">c1\n" + (tmp_path / "genome.fasta").read_bytes()[4:9000] + b"\n")
    few.write_text("\n".join((tmp_path / "genes.gff3").read_text().split("\n")[:9]) + "\n")
    with pytest.raises(InputError, match="20,000 bases or more"):
        train_model(annotated=[small, few], out=out)
    no_pyrodigal(monkeypatch)
    with pytest.raises(InputError, match="pyrodigal is not installed"):
        train_model(annotated=[small, few], out=out)
    assert not out.exists()
