"""GTF: what makes a transcript, where its stop codon lies, what its attributes tell, and every way to be broken."""

import pytest

from klbio.errors import InputError, InputWarning
from klbio.io.sequences import gff3
from klbio.io.sequences.gtf import read, sniff
from klbio.models.training.transcript import Segment
from klbio.steps.annotated import sorted_by_kind
from tests.io.test_gff3 import line
from tests.packing import gzipped

OF = 'gene_id "g"; transcript_id "g.t1";'
INSIDE = [  # as BRAKER has it
    line("gene", 101, 350, text="g"), line("transcript", 101, 350, text="g.t1"),
    line("CDS", 101, 200, "+", "0", OF), line("intron", 201, 300, "+", ".", OF), line("CDS", 301, 350, "+", "2", OF),
    line("stop_codon", 348, 350, "+", "0", OF),
]  # fmt: skip


@pytest.fixture
def written(tmp_path):
    def write(lines, head=""):
        path = tmp_path / "a.gtf"
        path.write_text(head + "\n".join(lines) + "\n")
        return path

    return write


@pytest.mark.parametrize("lines", [INSIDE, [*INSIDE[:4], line("CDS", 301, 347, "+", "2", OF), INSIDE[5]]])
def test_lines_that_stand_twice_are_taken_once_and_told(written, lines):
    with pytest.warns(InputWarning, match="taken once"):
        (again,) = read(written([one for one in lines for _ in range(2)])).transcripts["chr1"]
    (once,) = read(written(lines)).transcripts["chr1"]
    assert again.segments == once.segments


def test_coding_lines_are_put_together_by_transcript(written):
    path = written(INSIDE)
    assert sniff(path)
    annotation = read(path)
    (one,) = annotation.transcripts["chr1"]
    assert (one.name, one.gene, one.line) == ("g.t1", "g", 3)
    assert one.segments == (Segment(100, 200, 1, 0), Segment(300, 350, 1, 2))
    assert (100, 350) in annotation.genic["chr1"]


@pytest.mark.parametrize("strand", ["+", "-"])
@pytest.mark.parametrize("parts", [[(0, 3)], [(0, 1), (50, 52)]])  # bases behind the coding lines
def test_a_stop_codon_outside_the_coding_lines_belongs_to_them(written, strand, parts):
    def place(start, end):
        return (start + 1, end) if strand == "+" else (1001 - end, 1000 - start)

    lines = [
        line("CDS", *place(100, 200), strand, "0", OF), line("CDS", *place(300, 350), strand, "2", OF),
        *(line("stop_codon", *place(350 + start, 350 + end), strand, "0", OF) for start, end in parts),
    ]  # fmt: skip
    (one,) = read(written(lines)).transcripts["chr1"]
    assert (one.n_bases, len(one.introns)) == (153, 1 + (len(parts) > 1))
    assert one.fault_within(1000) == ""
    sequence = bytes([65]) * 1000
    assert len(one.coding_sequence(sequence)) == 153


def test_what_attributes_tell(written):
    cds = ("CDS", 101, 199, "+", "0")
    lines = [
        line("gene", 1, 9, text='gene_id "p"; gene_biotype "transcribed_pseudogene";'),
        line(*cds, 'gene_id "p"; transcript_id "unknown_transcript_1";'),
        line(*cds, 'gene_id "a"; transcript_id "unknown_transcript_1"; tag "basic"; tag "cds_end_NF";'),
        line(*cds, 'gene_id "b"; transcript_id ""; transl_table "11"; note "a; b"; partial "true";'),
        line(*cds, "transcript_id c.1; gene_id c"),
    ]
    p, a, b, c = read(written(lines)).transcripts["chr1"]
    assert (p.gene, p.fault, a.gene, a.fault) == ("p", "a pseudogene", "a", "")
    assert (a.partial_start, a.partial_end) == (False, True)
    assert (b.name, b.genetic_code, b.partial_start, b.partial_end) == ("b", 11, True, True)
    assert (c.name, c.gene) == ("c.1", "c")


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ('tag "basic"; tag "seleno";', "selenocysteine"),  # GENCODE
        ('exception "ribosomal slippage";', "ribosomal slippage"),  # NCBI
        ('transl_except "(pos:1..3,aa:Met)"; transl_except "(pos:31..33,aa:Sec)";', "selenocysteine"),
    ],
)
def test_exceptions_to_reading_are_reasons(written, more, reason):
    text = f'gene_id "g"; transcript_id "t"; {more}'
    (one,) = read(written(["\t".join(["chr1", "x", "CDS", "1", "90", ".", "+", "0", text])])).transcripts[
        "chr1"
    ]
    assert one.fault.split(":")[0] == reason


def test_where_a_gene_is_named_as_its_transcript_a_shared_end_makes_isoforms(written):
    lines = [
        line("CDS", 101, end, "+", "0", f'gene_id "{name}"; transcript_id "{name}";')
        for name, end in (("NM_1", 199), ("NM_2", 160))
    ]
    assert [one.gene for one in read(written(lines)).transcripts["chr1"]] == ["NM_1", "NM_1"]


def test_gtf_is_told_from_gff3_whatever_its_head_says(written, tmp_path):
    for head in ("", "##gff-version 2\n", "#!genome-build A\n", "##gff-version 3\n"):
        (annotation,) = sorted_by_kind([written(INSIDE, head), fasta(tmp_path)]).annotations
        assert len(annotation.transcripts["chr1"]) == 1
    assert not sniff(written([line("CDS", 1, 90, "+", "0", "ID=x;Note=gene_id y")]))
    path = tmp_path / "a.gtf.gz"
    path.write_bytes(gzipped(written(INSIDE).read_bytes()))
    assert sniff(path)
    assert read(path).transcripts


def fasta(folder):
    path = folder / "genome.fasta"
    path.write_text(">chr1\nACGT\n")
    return path


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (line("CDS", 1, 90, "+", "x", OF), ["line 2", "phase 'x' of a CDS", "0, 1 or 2"]),
        (line("CDS", 1, 90, "+", "0", 'note "x";'), ["line 2", "a CDS without a transcript", 'gene_id "x"']),
        (line("CDS", 91, 90, "+", "0", OF), ["line 2", "in order"]),
    ],
)
def test_faults_of_a_line(written, bad, words):
    with pytest.raises(InputError) as caught:
        read(written([INSIDE[0], bad, line("CDS", "y", 2), *INSIDE[1:]]))
    assert len(caught.value.faults) == 2  # all at once
    assert all(word in str(caught.value) for word in ["a.gtf", *words])


def test_what_has_no_coding_lines_and_what_is_neither_gtf_nor_gff3_is_refused_in_words_that_help(written):
    with pytest.raises(InputError, match=r"no line of type CDS.*StringTie.*TransDecoder"):
        read(written([line("exon", 1, 90, text=OF)]))
    for text in ("g1.t1", 'Sequence "x"'):
        with pytest.raises(InputError, match=r"(?s)line 1.*ID=x;Parent=y.*GTF"):
            gff3.read(written([line("CDS", 1, 90, "+", "0", text)]))


def test_attributes_without_end_are_read_once(tmp_path):
    """Each letter was the beginning of a name, and the rest was looked through from there."""
    (tmp_path / "a.gtf").write_text(
        f'c1\tx\tCDS\t1\t9\t.\t+\t0\t{"a" * 200_000}; gene_id "g"; transcript_id "t";\n'
    )
    assert [one.name for one in read(tmp_path / "a.gtf").transcripts["c1"]] == ["t"]
