"""A genome of known genes as tools and converters write it: counts, introns and bases come out the same."""

import pytest
from Bio.Seq import Seq
from Bio.SeqFeature import CompoundLocation, SeqFeature, SimpleLocation
from Bio.SeqIO import write
from Bio.SeqRecord import SeqRecord

from klbio.errors import InputError
from klbio.models.training.gene_model import Training
from klbio.steps.annotated import sorted_by_kind
from tests.models.test_train_gene_model import simulated

ANNOTATED = simulated(n_genes=12)[0]
SEQUENCE = ANNOTATED.sequence.decode()
GENES = [(i, one, one.ordered) for i, one in enumerate(ANNOTATED.transcripts)]


def line(kind, start, end, strand, phase, text, name="chr1", source="tool"):
    return "\t".join(
        [name, source, kind, str(start + 1), str(end), ".", "+" if strand == 1 else "-", phase, text]
    )


def phases(parts):
    """Bases before the first codon of each part."""
    done = 0
    for part in parts:
        yield part, str(-done % 3)
        done += part.end - part.start


def gff3(names=("g{}", "t{}"), cds="ID=cds{0};Parent={t}", phase=None, name="chr1", source="tool"):
    """Lines of genes, transcripts and coding parts."""
    lines = []
    for i, one, parts in GENES:
        gene, transcript = (each.format(i) for each in names)
        whole = one.span[0], one.span[1], one.strand
        lines.append(line("gene", *whole, ".", f"ID={gene}", name, source))
        lines.append(line("mRNA", *whole, ".", f"ID={transcript};Parent={gene}", name, source))
        for j, (part, own) in enumerate(phases(parts)):
            text = cds.format(i, j, t=transcript)
            lines.append(line("CDS", part.start, part.end, one.strand, phase or own, text, name, source))
    return lines


def gtf(attributes, *, stop=False, phase=None):
    """Lines of coding parts; of stop codons where the coding parts leave them out."""
    lines = []
    for i, one, parts in GENES:
        text = attributes.format(i)
        for part, own in phases(parts):
            start, end = part.start, part.end
            if stop and part is parts[-1]:
                start, end = (start, end - 3) if one.strand == 1 else (start + 3, end)
                at = end if one.strand == 1 else start - 3
                lines.append(line("stop_codon", at, at + 3, one.strand, "0", text))
            lines.append(line("CDS", start, end, one.strand, phase or own, text))
    return lines


def of_columns(one, number, change, kind=""):
    """Change the text of a column, and of the end's where it is the start, of lines of a type or of all."""
    fields = one.split("\t")
    for place in range(number, number + 1 + (number == 3)):
        fields[place] = change(fields[place]) if kind in ("", fields[2]) else fields[place]
    return "\t".join(fields)


EVIDENCE = [
    line("match", 400, 900, 1, ".", "ID=m1;Name=snap", source="snap_masked"),
    line("match_part", 400, 900, 1, ".", "ID=m1.1;Parent=m1", source="snap_masked"),
    line("protein_match", 400, 900, 1, ".", "ID=p1;Name=x", source="protein2genome"),
]
HEAD = "##gff-version 3"
JGI = 'name "e_gw1.{}.1"; proteinId {}; exonNumber 1'
DIALECTS = {
    "funannotate": [HEAD, *gff3(("FUN_{}", "FUN_{}-T1"), "ID={t}.cds;Parent={t};")],
    "EVM": [HEAD, *gff3(("evm.TU.c.{}", "evm.model.c.{}"), "ID=cds.{t};Parent={t}", source="EVM")],
    "PASA": [HEAD, *gff3(("novel_gene_{}", "novel_model_{}"), "ID=cds.of.{t}.{1};Parent={t}")],
    "TransDecoder": [HEAD, *gff3(("GENE.G{0}~~G{0}.p1", "G{}.p1"), "ID=cds.{t};Parent={t}")],
    "Liftoff": [HEAD, *gff3(cds="ID=cds-{0}_1;Parent={t};extra_copy_number=0;coverage=1.0")],
    "MAKER": [HEAD, *EVIDENCE, *gff3(source="maker"), *EVIDENCE],
    "merged sources": [HEAD, *gff3(source="maker"), *gff3(("a{}", "b{}"), source="augustus_masked")],
    "blanks": [HEAD, *gff3(cds=" ID = cds{0} ; Parent = {t}, {t}-Protein ; Note = x")],
    "escapes": [HEAD, *gff3(("g%2C{}", "t%2C{}%3B"))],
    "case": [HEAD, *gff3(("Gene{}", "gene{}"))],
    "unsorted": [HEAD, *reversed(gff3())],
    "no phases": [HEAD, *gff3(phase=".")],
    "phases all 0": [HEAD, *gff3(phase="0")],
    "PASA, phases wrong": [HEAD, *gff3(phase="1")],
    "ontology": [HEAD, *(one.replace("\tCDS\t", "\tSO:0000316\t") for one in gff3())],
    "chr left out": [HEAD, *gff3(name="1")],
    "another sequence": [
        HEAD, *gff3(), line("pseudogene", 0, 900, 1, ".", "ID=g0", "chr9"),
        line("CDS", 0, 900, 1, "0", "ID=cds0;Parent=g0", "chr9"),
    ],
    "GTF without frames": gtf('gene_id "g{0}"; transcript_id "g{0}.t1"', phase="."),
    "GTF, frames all 0": gtf('gene_id "g{0}"; transcript_id "g{0}.t1"', phase="0"),
    "StringTie and TransDecoder": gtf('transcript_id "STRG.{0}.1.p1"; gene_id "STRG.{0}"'),
    "Ensembl": gtf('gene_id "ENSG{0}"; gene_version "1"; transcript_id "ENST{0}"; tag "basic"', stop=True),
    "JGI": gtf(JGI.replace("{}", "{0}")),
    "a genome browser's": ["browser position chr1", "track name=x", *gff3()],
    "column heads": [HEAD, "seqid\tsource\ttype\tstart\tend\tscore\tstrand\tphase\tattributes", *gff3()],
    "trailing tabs": [HEAD, *(one + "\t\t" for one in gff3())],
    "attributes in small letters": [HEAD, *(one.replace("ID=", "id=").replace("Par", "par") for one in gff3())],
    "cds in small letters": [HEAD, *(one.replace("\tCDS\t", "\tcds\t") for one in gff3())],
    "version 2 with attributes of 3": ["##gff-version 2", *gff3()],
    "numbers of a data frame": [HEAD, *(of_columns(one, 3, lambda at: at + ".0") for one in gff3())],
    "strands as numbers": [HEAD, *(of_columns(one, 6, lambda at: at + "1") for one in gff3())],
    "empty phases": [HEAD, *(of_columns(one, 7, lambda _: "") for one in gff3())],
    "genes of eight columns": [HEAD, *(one.split("\tID=g")[0] if "\tgene\t" in one else one for one in gff3())],
    "a name that begins like FASTA": [HEAD, *gff3(name=">chr1")],
    "the whole header for a name": [HEAD, *gff3(name="chr1 toy")],
    "comments between": [HEAD, *(line for one in gff3() for line in (one, "", "# more", "###"))],
    "genes of an unknown strand": [HEAD, *(of_columns(one, 6, lambda _: "?", "gene") for one in gff3())],
    "semicolons in quotes": [HEAD, *(one + ';Note="a;b=c;d"' for one in gff3())],
    "GTF with signs of equality": gtf('gene_id="g{0}";transcript_id="g{0}.t1"'),
    "GTF without blanks": gtf('gene_id"g{0}";transcript_id"g{0}.t1";'),
    "GTF in capitals": gtf('GENE_ID "g{0}"; TRANSCRIPT_ID "g{0}.t1";'),
    "GTF, geneId": gtf('geneId "g{0}"; transcriptId "g{0}.t1";'),
    "GTF saved by Excel": gtf('"gene_id ""g{0}""; transcript_id ""g{0}.t1"";"'),
    "GFF3 with gene_id": [HEAD, *(one.replace("ID=g", "gene_id=g") if "\tgene\t" in one else one for one in gff3())],
    "Latin-1": [HEAD, "# annot\xe9", *(one + ";Note=caf\xe9" for one in gff3())],
    "sequence in both files": [HEAD, *gff3(), "##FASTA", ">chr1", SEQUENCE.lower()],
}  # fmt: skip


def counted(*paths):
    training = Training(order=2)
    given = sorted_by_kind(paths)
    for sequence in given.sequences():
        training.add(sequence)
    return training


@pytest.fixture(scope="module")
def expected():
    training = Training(order=2)
    training.add(ANNOTATED)
    return training


@pytest.mark.filterwarnings("ignore::klbio.errors.InputWarning")
@pytest.mark.parametrize("ends", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_genes_introns_and_bases(tmp_path, expected, dialect, ends):
    name = "Chr1" if dialect == "chr left out" else "chr1"
    letters = "latin-1" if dialect == "Latin-1" else "utf-8"
    (tmp_path / "a.gff").write_bytes(ends.join([*DIALECTS[dialect], ""]).encode(letters))
    (tmp_path / "a.fa").write_bytes(f">{name} toy{ends}{SEQUENCE}{ends}".encode())
    found = counted(tmp_path / "a.gff", tmp_path / "a.fa")
    assert (found.n_genes, found.n_introns) == (12, 24)
    assert found.words["coding"].tolist() == expected.words["coding"].tolist()
    assert found.words["intron"].tolist() == expected.words["intron"].tolist()


@pytest.mark.parametrize("dialect", ["no phases", "phases all 0", "chr left out"])
def test_what_is_guessed_is_said(tmp_path, dialect):
    (tmp_path / "a.gff").write_text("\n".join(DIALECTS[dialect]))
    (tmp_path / "a.fa").write_text(f">chr1\n{SEQUENCE}\n")
    with pytest.warns(UserWarning, match=r"taken for the same|phases are passed over|their first base"):
        counted(tmp_path / "a.gff", tmp_path / "a.fa")


def test_a_sequence_below_the_lines_in_small_letters(tmp_path, expected):
    (tmp_path / "a.gff").write_text("\n".join([HEAD, *gff3(), "##fasta", ">chr1", SEQUENCE, ""]))
    assert counted(tmp_path / "a.gff").n_genes == 12


def test_another_sequence_of_the_same_name_is_refused(tmp_path):
    (tmp_path / "a.gff").write_text("\n".join([HEAD, *gff3(), "##FASTA", ">chr1", SEQUENCE[:-1], ""]))
    (tmp_path / "a.fa").write_text(f">chr1\n{SEQUENCE}\n")
    with pytest.raises(InputError, match=r"another sequence 'chr1'.*each sequence once"):
        counted(tmp_path / "a.gff", tmp_path / "a.fa")


def test_names_that_might_be_several_are_not_guessed(tmp_path):
    (tmp_path / "a.gff").write_text("\n".join([HEAD, *gff3(name="1"), *gff3(name="Chr1")]))
    (tmp_path / "a.fa").write_text(f">chr1\n{SEQUENCE}\n")
    with pytest.raises(InputError, match="the same names in both"):
        counted(tmp_path / "a.gff", tmp_path / "a.fa")


def turned(strand):
    """A circular sequence that begins in the middle of a gene of two exons, on one strand, as two parts."""
    _, one, _ = next(entry for entry in GENES if entry[1].strand == strand)
    parts = sorted(one.ordered, key=lambda part: part.start)
    cut = parts[1].start + 100
    size = len(SEQUENCE)
    moved = [((part.start - cut) % size, (part.end - cut - 1) % size + 1) for part in parts]
    whole = [span for span in moved if span[0] < span[1]]
    broken = [piece for a, b in moved if a > b for piece in ((a, size), (0, b))]
    return SEQUENCE[cut:] + SEQUENCE[:cut], whole, broken, size, one


@pytest.mark.filterwarnings("ignore::klbio.errors.InputWarning")
@pytest.mark.parametrize("kind", ["GenBank", "two lines", "beyond the end"])
@pytest.mark.parametrize("strand", [1, -1])
def test_a_gene_across_the_origin(tmp_path, strand, kind):
    sequence, whole, broken, size, one = turned(strand)
    own = one.coding_sequence(ANNOTATED.sequence)
    if kind == "GenBank":
        spans = sorted([*whole, *broken], key=lambda span: span[0] < size / 2)
        spans = sorted(spans, key=lambda span: (span[0] < size / 2, span[0]))[::strand]
        location = CompoundLocation([SimpleLocation(a, b, strand=strand) for a, b in spans])
        feature = SeqFeature(location, "CDS", qualifiers={"locus_tag": ["g"]})
        record = SeqRecord(
            Seq(sequence), "chr1", annotations={"molecule_type": "DNA", "topology": "circular"}
        )
        record.features = [feature]
        write(record, tmp_path / "a.gbff", "genbank")
        paths = (tmp_path / "a.gbff",)
    else:
        joined = [(broken[0][0], size + broken[1][1])]
        spans = [*whole, *(broken if kind == "two lines" else joined)]
        if kind == "beyond the end":  # all of the gene in one piece of coordinates
            spans = [(a + size, b + size) if a < size / 2 else (a, b) for a, b in spans]
        lines = [HEAD, line("region", 0, size, 1, ".", "ID=r;Is_circular=true")]
        lines += [line("CDS", a, b, strand, ".", "ID=c;Parent=g") for a, b in spans]
        lines.append(line("gene", min(a for a, _ in spans), max(b for _, b in spans), strand, ".", "ID=g"))
        (tmp_path / "a.gff").write_text("\n".join(lines))
        (tmp_path / "a.fa").write_text(f">chr1\n{sequence}\n")
        paths = (tmp_path / "a.gff", tmp_path / "a.fa")
    (found,) = sorted_by_kind(paths).sequences()
    (chosen,), refused = found.chosen_transcripts()
    assert refused == []
    assert chosen.coding_sequence(found.unrolled) == own
    assert len(chosen.introns) == 2
