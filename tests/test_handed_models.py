"""Annotation as annotators have it, from the folder beside the repository: the right genes, or refused."""

import csv
from pathlib import Path

import pytest

from klbio.steps.nearest import rank_models
from klbio.steps.train import train_model

CASES = Path(__file__).parents[2] / "shared/cases/models/inputs"
pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="the handed cases are not on this machine")


def trained(tmp_path, *names):
    """What was counted at order 4, and the model's file."""
    out = tmp_path / "model.json"
    train_model(annotated=[CASES / name for name in names], out=out, name="toy")
    with Path(f"{out}.findings.tsv").open() as handle:
        found = [row["finding"] for row in csv.DictReader(handle, delimiter="\t")]
    return found, out.read_bytes()


@pytest.mark.parametrize("name", ["toy_spec.gff3", "toy_phytozome.gff3", "toy_tair.gff3", "toy_ensembl.gtf"])
def test_annotations_of_forty_genes_give_one_model(tmp_path, name):
    found, model = trained(tmp_path, "toy_genome.fa", name)
    assert found[0].startswith("40 genes, 80 introns")
    assert any(finding.startswith("19,160 bases") for finding in found)
    assert model == trained(tmp_path, "toy_genome.fa", "toy_spec.gff3")[1]


def test_isoforms_of_a_list_of_coding_sequences_are_one_gene_each(tmp_path, root):
    assert trained(tmp_path, "toy_ensembl_isoforms.fa")[0][0].startswith("40 genes, 0 introns")
    rank_models(
        models=[root / "examples/gene-models/augustus/arabidopsis"],
        query=CASES / "toy_ensembl_isoforms.fa",
        out=tmp_path / "nearest.tsv",
    )
    with (tmp_path / "nearest.tsv").open() as handle:
        (row,) = csv.DictReader(handle, delimiter="\t")
    assert row["n_genes"] == "40"
    assert float(row["excess_bits_per_base"]) == pytest.approx(0.05342, abs=5e-5)
