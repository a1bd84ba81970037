"""What is fuzzed: for each format a reader of klbio's, and sound files to begin with, which are those of the tests."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from io import BytesIO
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, cast

from benchmarks.fuzz import own_files
from benchmarks.fuzz.target import Target

if TYPE_CHECKING:
    from klbio.io import WrittenFormat
    from klbio.taxa_table import TaxaTable

ROOT = Path(__file__).parents[2]


def _text(*texts: str) -> list[bytes]:
    return [text.encode() for text in texts]


def _taxa(path: Path, format: str) -> object:
    from klbio.io import read_taxa

    return read_taxa(path, format).turned()


def _models(path: Path, format: str) -> object:
    from klbio.io import read_models

    return read_models(path, format)


def _taxonomy(path: Path) -> object:
    from klbio.io.tables.taxonomy import read_taxonomy

    return read_taxonomy(path)


def _tree(path: Path) -> object:
    from klbio.io.tables.tree import read_tree

    return read_tree(path)


def _samples(path: Path) -> object:
    from klbio.io.sheets.sheet import read_samples

    return read_samples(path)


def _model_sheet(path: Path) -> object:
    from klbio.io.sheets.model_sheet import read_model_sheet

    return read_model_sheet(path)


def _config(path: Path) -> object:
    from klbio.io.sheets.config import read_config

    return read_config(path).faults()


def _reads(path: Path) -> object:
    from klbio.io.sequences.reads import read_blocks

    return sum(len(block) for blocks in read_blocks(path) for block in blocks)


def _gff3(path: Path) -> object:
    from klbio.io.sequences.gff3 import read

    annotation = read(path)
    return list(annotation.sequences()) if annotation.fasta_line else annotation


def _gtf(path: Path) -> object:
    from klbio.io.sequences.gtf import read

    return read(path)


def _any_table(path: Path) -> object:
    from klbio.io import read_taxa

    return read_taxa(path).turned()


def _folder(path: Path, names: Sequence[str]) -> Path:
    """Make the folder whose files stand in one, with a line between them; those behind its end are not there."""
    folder = path.with_suffix("")
    folder.mkdir(exist_ok=True)
    parts = path.read_bytes().split(BETWEEN, len(names) - 1)
    for name, part in zip_longest(names, parts):
        (folder / name).write_bytes(part) if part is not None else (folder / name).unlink(missing_ok=True)
    return folder


def _phyloseq(path: Path) -> object:
    return _taxa(_folder(path, PHYLOSEQ), "phyloseq")


def _augustus(path: Path) -> object:
    return _models(_folder(path, AUGUSTUS), "augustus")


def _two_samples(path: Path) -> object:
    return _taxa(_folder(path, TWO_SAMPLES), "per_sample")


def _genbank(path: Path) -> object:
    from klbio.io.sequences.genbank import read

    return list(read(path))


def _tables() -> list[bytes]:
    from tests.faults.case import TABLE
    from tests.io.text.dressings import ANNOTATED, PLAIN

    return [TABLE.encode(), *(dressed.bytes() for dressed in (*PLAIN.values(), *ANNOTATED.values()))]


def _biom_json() -> list[bytes]:
    from tests.faults.tables import document

    return [document(), document(matrix_type="dense", data=[[1, 2, 3, 4], [5, 6, 7, 8]])]


def _biom_hdf5() -> list[bytes]:
    from tests.faults.tables import hdf5

    return [hdf5(lambda handle: None)]


def _kraken() -> list[bytes]:
    from tests.io.test_profiles import report

    return _text(report(), "#mpa\n" + report())


def _bracken() -> list[bytes]:
    from tests.io.test_profiles import HEAD

    head = "name\ttaxonomy_id\ttaxonomy_lvl\tA.bracken_num\tA.bracken_frac\tB.bracken_num\tB.bracken_frac\n"
    return _text(
        HEAD + "Blautia obeum\t40520\tS\t5\t2\t7\t0.7\n", head + "Blautia obeum\t40520\tS\t7\t0.7\t4\t1\n"
    )


def _metaphlan() -> list[bytes]:
    from tests.io.test_profiles import profile

    return _text(
        profile(), profile(reads=True), "clade_name\tA\tB\nk__B|p__F\t60\t1.5\nk__B|p__G\t40\t98.5\n"
    )


HUMANN = "# Pathway\tP1_Abundance\tP2_Abundance-RPKs\nUNMAPPED\t10.5\t3\nPWY-1: a\t6.5\t2\nPWY-1: a|g__D.s__D\t5\t2\n"
COUNT_TABLE = (
    "#Compressed Format: groupIndex,abundance. For example 1,6 would mean ...\n#1,day0\t2,day7\n"
    "Representative_Sequence\ttotal\tday0\tday7\nM1\t7\t1,6\t2,1\nM2\t3\t2,3\n"
)
TAX_SUMMARY = (
    "taxlevel\trankID\ttaxon\tdaughterlevels\ttotal\tday0\tday7\n0\t0\tRoot\t1\t10\t6\t4\n"
    "1\t0.1\tBacteria\t2\t10\t6\t4\n2\t0.1.1\tBacillota\t0\t7\t4\t3\n2\t0.1.2\tBacteroidota\t0\t3\t2\t1\n"
)
LINES = (
    "sample\tcoverage\ttaxonomy\nP1_R1\t2.5\tRoot; d__Bacteria; p__Bacillota\nP1_R1\t0.5\tRoot; d__Bacteria\n",
    "file\tpercent\treads\ttaxon_id\ttaxon_name\nout/P1.out\t60\t6\t841\tRoseburia\nout/P1.out\t40\t4\tNA\tunclassified\n",
    "Sample_file\tGenome_file\tTaxonomic_abundance\tSequence_abundance\nP1.fastq.gz\tg1.fna\t99.5\t98\n",
)
LINEAGES = (
    "id\tphylum\tgenus\nA\tP\tG\nB\tP\tH\n",
    "Feature ID\tTaxon\tConfidence\nA\tk__Bacteria; p__P; c__; g__G\t0.97\nB\td__B;p__P;g__uncultured\t1\n",
    "OTU\tSize\tTaxonomy\nOtu1\t97\tBacteria(100);P(99);C(98);O(97);F(96);G(95);\n",
    "A\td:Bacteria(1.00),p:P(0.93),g:G(0.5)\t+\td:Bacteria\n",
    '"","Kingdom","Phylum","Genus"\n"ACGT","Bacteria","P",NA\n',
)
NEWICK = ("(A:1,B:1);\n", "((A:0.1,'B c':2e-3)0.98:1,[note]D:1)root;\n", "(A_b:1,(C:1,D:1):0);")
READS = ("@r1 x\nACGTN\n+\nIIIII\n@r2\nAC\n+\nII\n", ">r1\nACGT\nACG\n>r2\nTTT\n")
GENBANK = (
    "LOCUS       X 30 bp DNA linear UNK 01-JAN-2020\nDEFINITION  x.\nACCESSION   X\nVERSION     X.1\nFEATURES"
    "             Location/Qualifiers\n     gene            1..12\n     CDS             join(1..6,10..15)\n"
    '                     /locus_tag="a"\n                     /codon_start=1\n     CDS             '
    "complement(16..<30)\n                     /pseudo\nORIGIN\n        1 atgaaatgaa tgaaatgaat gaaatgaaat\n//\n"
)
GFF3 = (
    "##gff-version 3\nc1\tx\tgene\t1\t20\t.\t+\t.\tID=g1\nc1\tx\tmRNA\t1\t20\t.\t+\t.\tID=t1;Parent=g1\n"
    "c1\tx\tCDS\t1\t9\t.\t+\t0\tID=p1;Parent=t1\nc1\tx\tCDS\t13\t18\t.\t+\t0\tID=p1;Parent=t1\n"
    "##FASTA\n>c1\nATGAAATGAATGAAATGAATGAAA\n"
)
GTF = (
    'c1\tx\tgene\t1\t20\t.\t+\t.\tgene_id "g1";\nc1\tx\tCDS\t1\t9\t.\t+\t0\tgene_id "g1"; transcript_id "t1";\n'
    'c1\tx\tCDS\t13\t18\t.\t+\t0\tgene_id "g1"; transcript_id "t1"; tag "a"; tag "b"\n'
    'c1\tx\tstop_codon\t19\t21\t.\t+\t0\tgene_id "g1"; transcript_id "t1";\n',
    "#!x\nc1\tAUGUSTUS\tCDS\t4\t9\t0.9\t-\t0\ttranscript_id g1.t1; gene_id g1; gene_biotype protein_coding;\n",
)
PHYLOSEQ, BETWEEN = ("otu_table.tsv", "tax_table.tsv", "sample_data.tsv"), b"\n=====\n"
AUGUSTUS = tuple(
    f"t_{name}" for name in ("exon_probs.pbl", "intron_probs.pbl", "igenic_probs.pbl", "parameters.cfg")
)
TWO_SAMPLES = ("P1.tsv", "P2.tsv")
SAMPLES = (
    ("d__B|p__F\t10\nd__B|p__F|g__L\t6\n", "d__B|p__F\t3\nd__B|p__G\t5\n"),
    (
        "tax_id\tabundance\tspecies\testimated counts\n1\t0.6\tA b\t6\n2\t0.4\tC d\t4.0\n",
        "tax_id\tabundance\tspecies\testimated counts\n1\t1\tA b\t7\n",
    ),
    (
        "# mOTUs\n#consensus_taxonomy\tP1\nA b [m_1]\t4\nunassigned\t9\n",
        "# mOTUs\n#consensus_taxonomy\tP2\nA b [m_1]\t3\n",
    ),
)
GANON = (
    "unclassified\t-\t-\tunclassified\t0\t0\t0\t77\t3.0\nroot\t1\t1\troot\t0\t0\t10\t10\t97\n"
    "genus\t2\t1|2\tBlautia\t0\t1\t9\t10\t90\nspecies\t3\t1|2|3\tBlautia obeum\t4\t5\t0\t9\t81.8\n"
)
INFERNAL = b"INFERNAL1/a [1.1.5 | Sep 2023]\nNAME     toy\nSTATES   6\nCLEN     2\nCM\n//\n"
# what R, Excel of old, SPSS, archives and pages begin with
FOREIGN = (
    gzip.compress(b"X\n\0\0\0\3\0\4\2\0", mtime=0),
    b"RDX3\nX\n\0\0\0\3",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"$FL2@(#)",
    b"PK\3\4\24\0\0\0\0\0",
    b"%PDF-1.7\n",
    b"{\\rtf1",
    b"<?xml version='1.0'?>\n",
    b"BZh91AY&SY",
    b"\xfd7zXZ\0",
    b"#NEXUS\n",
)
MODEL_SHEET = "name\tpath\tgroup\trole\nA\tm.hmm\tx\treference\nB\tn.hmm\ty\t\n"
CONFIGS = (
    "taxa:\n  table: t.tsv\n  samples: s.tsv\n  ranks: [genus, feature]\nshift:\n  smoothing: additive(0.5)\n"
    "  before: [a, 'b']\n  columns: {subject: Patient}\n",
    "models:\n  sheet: m.tsv\n  epsilon: 1.0e-3\nseed: 3\noutdir: &a results\nreads: {k: 3}\n",
)


def _small_table() -> TaxaTable:
    from tests.io.containers.tables import SAMPLES, sheet, table

    metadata = sheet(SAMPLES, ("sample", "body site"))  # type: ignore[no-untyped-call]
    return cast("TaxaTable", table(metadata=metadata))  # type: ignore[no-untyped-call]


def _phyloseq_folder() -> list[bytes]:
    from klbio.io import write_table

    with TemporaryDirectory() as folder:
        write_table(_small_table(), folder, "phyloseq")
        return [BETWEEN.join((Path(folder) / name).read_bytes() for name in PHYLOSEQ)]


def _written(format: WrittenFormat) -> list[bytes]:
    """Give a small table as klbio writes it."""
    from klbio.io import write_table

    with TemporaryDirectory() as folder:
        write_table(_small_table(), path := Path(folder) / "t", format)
        return [path.read_bytes()]


def _species() -> list[bytes]:
    """Give the small species of the tests, and without its introns."""
    from tests.io.test_augustus import WHOLE

    parts = [text.encode() for text in WHOLE.values()]
    return [BETWEEN.join(parts), BETWEEN.join([parts[0], b"", *parts[2:]]), parts[0]]


def _codon_usage() -> list[bytes]:
    from tests.io.test_codon_usage import delimited, emboss, gcg, kazusa, wide

    return _text(kazusa(), kazusa(acid=True), emboss(), gcg(), delimited(), delimited("\t"), wide())  # type: ignore[no-untyped-call]


def _alignments() -> list[bytes]:
    from tests.io.test_alignments import DOTTED, HH_SUITE, PLAIN

    return _text(PLAIN, HH_SUITE + PLAIN, DOTTED)


def _arrow() -> list[bytes]:
    import pandas as pd

    parquet, feather = BytesIO(), BytesIO()
    frame = pd.DataFrame({"taxon": ["A", "B"], "s1": [90, 10], "s2": [0, 90]})
    frame.set_index("taxon").to_parquet(parquet)
    frame.to_feather(feather)
    return [parquet.getvalue(), feather.getvalue()]


def _any() -> list[bytes]:
    return [*FOREIGN, *_text(HUMANN, *LINES, *READS, *NEWICK), *_tables()[:3], *_biom_json()[:1]]


def _sheets() -> list[bytes]:
    from tests.faults.case import SHEET
    from tests.io.test_sheet_dressings import DRESSED

    return [
        SHEET.encode(),
        *(text if isinstance(text, bytes) else text.encode() for text in DRESSED.values()),
    ]


def _book(text: str) -> dict[str, bytes]:
    """Give the files of a workbook."""
    from openpyxl import Workbook

    held, book = BytesIO(), Workbook()
    for line in text.splitlines():
        book.active.append([int(cell) if cell.isdecimal() else cell for cell in line.split("\t")])
    book.save(held)
    return _files(held.getvalue())


def _sheet_book() -> dict[str, bytes]:
    from tests.faults.case import SHEET

    return _book(SHEET)


def _table_book() -> dict[str, bytes]:
    from tests.faults.case import TABLE

    return _book(TABLE)


def _artifact() -> dict[str, bytes]:
    return _files(_written("qza")[0])


def _files(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(archive)) as files:
        return {name: files.read(name) for name in files.namelist()}


def _zipped(files: dict[str, bytes]) -> bytes:
    held = BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return held.getvalue()


@dataclass(frozen=True)
class _Within:
    """An archive around what the fuzzer makes of one of its files.

    Parameters
    ----------
    archive : callable
        Gives its files.
    part : str
        How the name of that one ends.
    """

    archive: Callable[[], dict[str, bytes]]
    part: str

    @cached_property
    def _sound(self) -> tuple[str, dict[str, bytes]]:
        files = self.archive()
        return next(name for name in files if name.endswith(self.part)), files

    def __call__(self, content: bytes) -> bytes:
        part, files = self._sound
        return _zipped({**files, part: content})

    def seeds(self) -> list[bytes]:
        """Give that file as it is."""
        part, files = self._sound
        return [files[part]]


WORKSHEET = "xl/worksheets/sheet1.xml"
SHEET_IN_BOOK, TABLE_IN_BOOK = _Within(_sheet_book, WORKSHEET), _Within(_table_book, WORKSHEET)
SAID_IN_ARTIFACT = _Within(_artifact, "/metadata.yaml")


def _sound(name: str) -> list[bytes]:
    """Give the sound file that the tests damage."""
    from tests.io.damaged import sound

    with TemporaryDirectory() as folder:
        return [sound(name, Path(folder), ROOT)[0].read_bytes()]


def _each(names: Iterable[str]) -> list[bytes]:
    return [seed for name in names for seed in _sound(name)]


TARGETS: dict[str, Target] = {
    "text tables": Target(partial(_taxa, format="tsv"), "t.tsv", _tables),
    "text tables, gzipped": Target(partial(_taxa, format="tsv"), "t.tsv.gz", _tables, partial(gzip.compress, mtime=0)),
    "BIOM 1.0": Target(partial(_taxa, format="biom"), "t.biom", _biom_json),
    "BIOM 2.1": Target(partial(_taxa, format="biom"), "t.biom", _biom_hdf5),
    "QIIME 2": Target(partial(_taxa, format="qza"), "t.qza", partial(_written, "qza")),
    "metadata of QIIME 2": Target(partial(_taxa, format="qza"), "t.qza", SAID_IN_ARTIFACT.seeds, SAID_IN_ARTIFACT),
    "AnnData": Target(partial(_taxa, format="h5ad"), "t.h5ad", partial(_written, "h5ad")),
    "Arrow": Target(partial(_taxa, format="arrow"), "t.parquet", _arrow),
    "Excel": Target(partial(_taxa, format="xlsx"), "t.xlsx", TABLE_IN_BOOK.seeds, TABLE_IN_BOOK),
    "phyloseq": Target(_phyloseq, "p.txt", _phyloseq_folder),
    "any table": Target(_any_table, "t", _any),
    "Kraken": Target(partial(_taxa, format="kraken"), "a.kreport", _kraken),
    "Bracken": Target(partial(_taxa, format="bracken"), "a.bracken", _bracken),
    "MetaPhlAn": Target(partial(_taxa, format="metaphlan"), "a_profile.txt", _metaphlan),
    "HUMAnN": Target(partial(_taxa, format="humann"), "a_pathabundance.tsv", lambda: _text(HUMANN)),
    "mothur": Target(
        partial(_taxa, format="mothur"), "a.shared",
        lambda: _text("label\tGroup\tnumOtus\tOtu1\tOtu2\t\n0.03\td0\t2\t5\t6\t\n", COUNT_TABLE, TAX_SUMMARY),
    ),
    "a taxon a line": Target(partial(_taxa, format="taxon_lines"), "a.tsv", lambda: _text(*LINES)),
    "ganon": Target(partial(_taxa, format="ganon"), "a.tre", lambda: _text(GANON)),
    "a file per sample": Target(
        _two_samples, "p.txt", lambda: [BETWEEN.join(_text(*texts)) for texts in SAMPLES]
    ),
    "taxonomy": Target(_taxonomy, "x.tsv", lambda: _text(*LINEAGES)),
    "Newick": Target(_tree, "w.nwk", lambda: _text(*NEWICK)),
    "sample sheet": Target(_samples, "s.tsv", _sheets),
    "worksheet": Target(_samples, "s.xlsx", SHEET_IN_BOOK.seeds, SHEET_IN_BOOK),
    "workbook": Target(_samples, "s.xlsx", lambda: [_zipped(_sheet_book())]),
    "model sheet": Target(_model_sheet, "m.tsv", lambda: _text(MODEL_SHEET)),
    "config": Target(_config, "c.yaml", lambda: _text(*CONFIGS)),
    "FASTQ and FASTA": Target(_reads, "r.fastq", lambda: _text(*READS)),
    "GFF3": Target(_gff3, "a.gff3", lambda: _text(GFF3)),
    "GTF": Target(_gtf, "a.gtf", lambda: _text(*GTF)),
    "GenBank": Target(_genbank, "g.gb", lambda: _text(GENBANK)),
    "HMMER": Target(partial(_models, format="hmmer"), "m.hmm", partial(_each, ["hmmer"])),
    "Infernal": Target(
        partial(_models, format="infernal"), "m.cm", lambda: [INFERNAL + seed for seed in _each(["hmmer"])]
    ),
    "AUGUSTUS": Target(_augustus, "t.txt", _species),
    "alignments": Target(partial(_models, format="alignments"), "m.a3m", _alignments),
    "codon usage": Target(partial(_models, format="codon_usage"), "m.txt", _codon_usage),
    "SNAP": Target(partial(_models, format="snap"), "m.hmm", partial(_each, ["snap"])),
    "geneid": Target(partial(_models, format="geneid"), "m.param", partial(_each, ["geneid"])),
    "GeneMark": Target(partial(_models, format="genemark"), "m.mod", partial(_each, ["genemark"])),
    "HH-suite": Target(partial(_models, format="hhsuite"), "m.hhm", partial(_each, ["hhsuite"])),
    "motifs": Target(partial(_models, format="motifs"), "m.txt", partial(_each, ["jaspar", "meme", "transfac"])),
    "emissions": Target(
        partial(_models, format="emissions"), "m.tsv", partial(_each, ["emissions tsv", "emissions json"])
    ),
    "hidden": Target(partial(_models, format="hidden"), "m.tsv", partial(_each, ["hidden tsv", "hidden json"])),
    **own_files.TARGETS,
}  # fmt: skip
