"""Write worm.fasta from the training genes of the AUGUSTUS source: the parts of each CDS feature, joined.

python examples/cds/extract.py Augustus-3.5.0/examples/autoAug/traingenes.gb
"""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

from Bio import BiopythonParserWarning, SeqIO

from klbio.io.files import write_text

LINE = 80


def main() -> None:
    """Write the genes beside this file."""
    warnings.simplefilter("ignore", BiopythonParserWarning)  # of LOCUS lines as AUGUSTUS' scripts write them
    records = []
    for record in SeqIO.parse(sys.argv[1], "genbank"):
        (coding,) = (feature for feature in record.features if feature.type == "CDS")
        gene = str(coding.extract(record.seq)).upper()
        lines = [gene[i : i + LINE] for i in range(0, len(gene), LINE)]
        records.append(f">{record.name}\n" + "\n".join(lines) + "\n")
    write_text(Path(__file__).parent / "worm.fasta", "".join(records))


if __name__ == "__main__":
    main()
