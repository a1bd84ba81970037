"""Draw the genes of this folder from a bundled gene model.

    python examples/cds/simulate.py

Sixty genes of 300 codons from the coding model of AUGUSTUS' fly, between ATG and TAA.  The same
seed gives the same genes everywhere.
"""

from __future__ import annotations

from pathlib import Path

from klbio.io import read_models
from klbio.io.files import write_text
from klbio.models.training.sampled_genes import sample_genes

HERE = Path(__file__).parent
SEED = 1


def main() -> None:
    """Write fly-like.fasta."""
    (fly,) = read_models(HERE.parent / "gene-models" / "augustus" / "fly")
    coding = fly.coding.comparable(order=fly.coding.order)
    genes = sample_genes(coding.probabilities, n_genes=60, n_codons=300, seed=SEED)
    records = [f">simulated-{number}\nATG{gene.decode()}TAA\n" for number, gene in enumerate(genes, 1)]
    write_text(HERE / "fly-like.fasta", "".join(records))


if __name__ == "__main__":
    main()
