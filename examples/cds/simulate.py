"""Draw the genes of this folder from a bundled gene model.

    python examples/cds/simulate.py

Sixty genes of 300 codons from the coding model of AUGUSTUS' fly, between ATG and TAA.  The first twenty of them stand
in a genome too, on either strand in turn, each with two introns, with a GTF as Ensembl writes it: the stop codon
outside of the lines of type CDS.  The same seed gives the same bytes everywhere.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from klbio.io import read_models
from klbio.io.files import write_text
from klbio.models.training.sampled_genes import sample_genes
from klbio.models.training.transcript import COMPLEMENT

HERE = Path(__file__).parent
SEED = 1
IN_GENOME, SPACER = 20, 300
CUTS = (200, 500)  # bases of a gene before each of its introns
BASES = np.frombuffer(b"ACGT", dtype=np.uint8)


def main() -> None:
    """Write fly-like.fasta."""
    (fly,) = read_models(HERE.parent / "gene-models" / "augustus" / "fly")
    coding = fly.coding.comparable(order=fly.coding.order)
    genes = sample_genes(coding.probabilities, n_genes=60, n_codons=300, seed=SEED)
    records = [f">simulated-{number}\nATG{gene.decode()}TAA\n" for number, gene in enumerate(genes, 1)]
    write_text(HERE / "fly-like.fasta", "".join(records))
    write_genome([f"ATG{gene.decode()}TAA" for gene in genes[:IN_GENOME]])


def write_genome(genes: list[str]) -> None:
    """Write fly-like-genome.fasta and fly-like-genome.gtf."""
    rng = np.random.default_rng(SEED)
    sequence, lines = random_bases(rng, SPACER), ["#!genome-build simulated"]
    for number, gene in enumerate(genes, 1):
        introns = [f"GTAAGT{random_bases(rng, int(rng.integers(40, 80)))}TTTTTTCAG" for _ in CUTS]
        locus = gene[: CUTS[0]] + introns[0] + gene[CUTS[0] : CUTS[1]] + introns[1] + gene[CUTS[1] :]
        strand = "+" if number % 2 else "-"
        lines += annotated(number, len(sequence), strand, list(map(len, introns)), len(gene))
        sequence += locus if strand == "+" else locus.encode().translate(COMPLEMENT)[::-1].decode()
        sequence += random_bases(rng, SPACER)
    write_text(HERE / "fly-like-genome.fasta", f">2L simulated\n{sequence}\n")
    write_text(HERE / "fly-like-genome.gtf", "\n".join(lines) + "\n")


def random_bases(rng: np.random.Generator, n: int) -> str:
    """Draw independent bases, 58 % of them A and T."""
    return rng.choice(BASES, n, p=[0.29, 0.21, 0.21, 0.29]).tobytes().decode()


def annotated(number: int, start: int, strand: str, introns: list[int], n_coding: int) -> list[str]:
    """Give the lines of a gene: where its parts lie within it, turned where it stands on the other strand."""
    length = n_coding + sum(introns)
    exons = [
        (0, CUTS[0]),
        (CUTS[0] + introns[0], CUTS[1] + introns[0]),
        (CUTS[1] + sum(introns), length - 3),
    ]
    parts = [("gene", (0, length), "."), ("transcript", (0, length), ".")]
    parts += [("CDS", exon, str(-done % 3)) for exon, done in zip(exons, (0, *CUTS), strict=True)]
    parts += [("stop_codon", (length - 3, length), "0")]
    lines = []
    for kind, (a, b), phase in parts:
        first, last = (
            (start + a + 1, start + b) if strand == "+" else (start + length - b + 1, start + length - a)
        )
        ids = f'gene_id "G{number:02}";' + ("" if kind == "gene" else f' transcript_id "G{number:02}-RA";')
        lines.append(
            f'2L\tsimulated\t{kind}\t{first}\t{last}\t.\t{strand}\t{phase}\t{ids} gene_biotype "protein_coding";'
        )
    return lines


if __name__ == "__main__":
    main()
