"""Annotation as annotators have it, from the folder beside the repository: the right genes, or refused."""

import csv
from pathlib import Path

import pytest

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
    assert found[1].startswith("19,160 bases")
    assert model == trained(tmp_path, "toy_genome.fa", "toy_spec.gff3")[1]
