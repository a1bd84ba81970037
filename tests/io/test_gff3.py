"""GFF3: what makes a transcript, what is told of it, and every way to be broken."""

import pytest

from klbio.errors import InputError, InputWarning
from klbio.io.sequences.gff3 import read, sniff
from klbio.models.training.transcript import Segment
from tests.packing import gzipped


def line(kind, start, end, strand="+", phase=".", text="", name="chr1") -> str:
    return "\t".join([name, "test", kind, str(start), str(end), ".", strand, phase, text])


EUKARYOTE = [
    line("gene", 1, 500, text="ID=gene1"),
    line("CDS", 101, 200, phase="0", text="ID=cds1;Parent=rna1,rna2"),  # before its parent, of two
    line("CDS", 301, 350, phase="2", text="ID=cds1;Parent=rna1"),
    line("mRNA", 1, 500, text="ID=rna1;Parent=gene1"),
    line("mRNA", 1, 500, text="ID=rna2;Parent=gene1"),
]
PROKARYOTE = [
    line("region", 1, 5000, text="ID=NC_1:1..5000"),
    line("gene", 10, 99, "-", text="ID=gene-a"),
    line("CDS", 10, 99, "-", "0", "ID=cds-a;Parent=gene-a;transl_table=11;partial=true;start_range=.,10"),
    line("pseudogene", 200, 300, text="ID=gene-b"),
    line("CDS", 200, 300, "+", "0", "ID=cds-b;Parent=gene-b"),
    line("tRNA", 400, 470, text="ID=rna-t"),
]


@pytest.fixture
def written(tmp_path):
    def write(lines, head="##gff-version 3\n", tail=""):
        path = tmp_path / "a.gff3"
        path.write_text(head + "\n".join(lines) + "\n" + tail)
        return path

    return write


def test_transcripts_are_put_together_by_their_parents(written):
    path = written(EUKARYOTE)
    assert sniff(path)
    one, two = read(path).transcripts["chr1"]
    assert (one.name, one.gene, one.line) == ("rna1", "gene1", 3)
    assert one.segments == (Segment(100, 200, 1, 0), Segment(300, 350, 1, 2))
    assert (two.name, two.gene, two.segments) == ("rna2", "gene1", (Segment(100, 200, 1, 0),))


def test_lines_that_stand_twice_are_taken_once_and_told(written):
    with pytest.warns(
        InputWarning, match=r"coding lines that their transcript has already \(3\); taken once"
    ):
        again = read(written([one for one in EUKARYOTE for _ in range(2)])).transcripts["chr1"]
    assert [one.segments for one in again] == [
        one.segments for one in read(written(EUKARYOTE)).transcripts["chr1"]
    ]


def test_prokaryotes_codes_partial_genes_and_pseudogenes(written):
    annotation = read(written(PROKARYOTE))
    a, b = annotation.transcripts["chr1"]
    assert (a.gene, a.genetic_code, a.partial_start, a.partial_end) == (
        "gene-a",
        11,
        False,
        True,
    )  # minus: low is 3'
    assert (b.gene, b.fault) == ("gene-b", "a pseudogene")
    assert sorted(set(annotation.genic["chr1"])) == [(9, 99), (199, 300), (399, 470)]  # the region is no gene


@pytest.mark.parametrize(
    ("text", "ends"),
    [("partial=00", (0, 0)), ("partial=10", (1, 0)), ("partial=01", (0, 1)), ("partial=11", (1, 1))],
)
@pytest.mark.parametrize("strand", ["+", "-"])
def test_prodigals_partial_genes(written, text, ends, strand):
    (one,) = read(written([line("CDS", 1, 90, strand, "0", f"ID=1_1;{text};start_type=Edge")])).transcripts[
        "chr1"
    ]
    assert (one.partial_start, one.partial_end) == (ends if strand == "+" else ends[::-1])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("exception=trans-splicing", "trans-spliced"),
        ("exception=ribosomal slippage", "ribosomal slippage"),
        ("exception=RNA editing", "RNA editing"),
        ("transl_except=(pos:31..33%2Caa:Sec)", "selenocysteine"),
        ("transl_except=(pos:31..33%2Caa:Pyl)", "pyrrolysine"),
        ("transl_except=(pos:1..3%2Caa:Met)", ""),
        ("exception=annotated by transcript or proteomic data", ""),
    ],
)
def test_exceptions_to_reading_are_reasons(written, text, reason):
    lines = [line("CDS", 1, 40, phase="0", text="ID=a"), line("CDS", 60, 90, phase="2", text=f"ID=a;{text}")]
    (one,) = read(written(lines)).transcripts["chr1"]
    assert one.fault.split(":")[0] == reason


DIALECTS = {
    "Prokka": [line("CDS", 101, 190, "-", "0", "ID=PROKKA_00001;inference=ab initio:Prodigal;product=x")],
    "Prokka --addgenes": [
        line("gene", 101, 190, "-", text="ID=PROKKA_00001_gene;locus_tag=PROKKA_00001"),
        line("CDS", 101, 190, "-", "0", "ID=PROKKA_00001;Parent=PROKKA_00001_gene;locus_tag=PROKKA_00001"),
    ],
    "Bakta": [
        line("gene", 101, 190, "-", text="ID=AB_00005_gene;locus_tag=AB_00005"),
        line("CDS", 101, 190, "-", "0", "ID=AB_00005;Name=x;Dbxref=UniRef:UniRef90_X;Parent=AB_00005_gene"),
    ],
    "MAKER": [
        line("gene", 101, 300, text="ID=maker-chr1-augustus-gene-0.1;Name=maker-chr1-augustus-gene-0.1"),
        line("mRNA", 101, 300, text="ID=m-mRNA-1;Parent=maker-chr1-augustus-gene-0.1;_AED=0.05;_QI=0|1|1|1|1|1|2|0|50"),
        line("exon", 101, 150, text="ID=m-mRNA-1:exon:0;Parent=m-mRNA-1"),
        line("CDS", 101, 150, phase="0", text="ID=m-mRNA-1:cds;Parent=m-mRNA-1"),
        line("CDS", 201, 300, phase="1", text="ID=m-mRNA-1:cds;Parent=m-mRNA-1"),
        line("protein_match", 90, 310, text="ID=chr1:hit:1;Name=P1"),
        line("match_part", 90, 310, text="ID=chr1:hsp:1;Parent=chr1:hit:1;Target=P1 1 60"),
    ],
    "Helixer": [
        line("gene", 101, 300, text="ID=sp_chr1_000001"),
        line("mRNA", 101, 300, text="ID=sp_chr1_000001.1;Parent=sp_chr1_000001"),
        line("five_prime_UTR", 91, 100, text="ID=sp_chr1_000001.1.five_prime_UTR.1;Parent=sp_chr1_000001.1"),
        line("CDS", 101, 150, phase="0", text="ID=sp_chr1_000001.1.CDS.1;Parent=sp_chr1_000001.1"),
        line("CDS", 201, 300, phase="1", text="ID=sp_chr1_000001.1.CDS.2;Parent=sp_chr1_000001.1"),
    ],
    "Liftoff": [
        line("gene", 101, 300, text="ID=g;coverage=1.0;sequence_ID=0.99;extra_copy_number=0;copy_num_ID=g_0"),
        line("mRNA", 101, 300, text="ID=t;Parent=g;matches_ref_protein=True;valid_ORF=True;extra_copy_number=0"),
        line("CDS", 101, 150, phase="0", text="ID=c;Parent=t;extra_copy_number=0"),
        line("CDS", 201, 300, phase="1", text="ID=c;Parent=t;extra_copy_number=0"),
    ],
    "miniprot": [
        "##PAF\tP1\t50\t0\t50\t+\tchr1\t5000\t100\t303\t150\t150\t0\tAS:i:250",
        line("mRNA", 101, 303, text="ID=MP000001;Rank=1;Identity=0.98;Positive=0.99;Target=P1 1 50"),
        line("CDS", 101, 150, phase="0", text="Parent=MP000001;Rank=1;Identity=1.0;Target=P1 1 17"),
        line("CDS", 201, 300, phase="1", text="Parent=MP000001;Rank=1;Identity=0.97;Target=P1 17 50"),
        line("stop_codon", 301, 303, phase="0", text="Parent=MP000001;Rank=1"),
    ],
}  # fmt: skip


def test_baktas_pseudogenes(written):
    (one,) = read(written([line("CDS", 1, 90, phase="0", text="ID=AB_1;pseudo=True")])).transcripts["chr1"]
    assert one.fault == "a pseudogene"


@pytest.mark.parametrize("tool", DIALECTS)
def test_a_gene_as_each_tool_writes_it(written, tool):
    path = written(DIALECTS[tool])
    assert sniff(path)
    (one,) = read(path).transcripts["chr1"]
    spliced = len(one.segments) == 2
    assert one.n_bases == (150 if spliced else 90)
    assert spliced == (tool.split()[0] not in ("Prokka", "Bakta"))
    assert one.fault_within(5000) == one.fault == ""
    assert one.gene


def hit(name, start, end, more="", rank=1, identity="0.9"):
    """A hit of one exon, as miniprot writes it."""
    text = f"ID={name};Rank={rank};Identity={identity};Positive=0.95{more};Target=P1 1 50"
    coding = f"Parent={name};Rank={rank};Identity={identity};Target=P1 1 50"
    return [line("mRNA", start, end, text=text), line("CDS", start, end, phase="0", text=coding)]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"more": ";Frameshift=1"}, "within the hit 1 x frameshift, 0 x stop codon"),
        ({"more": ";StopCodon=2"}, "within the hit 0 x frameshift, 2 x stop codon"),
        ({"rank": 2}, "aligns better elsewhere (Rank=2)"),
        ({"identity": "0.31"}, "31% of the amino acids identical, below 50%"),
        ({"identity": "88.0%"}, ""),
        ({"identity": "n/a"}, "0% of the amino acids"),
    ],
)
def test_hits_of_miniprot_that_are_no_genes_to_learn_from(written, given, reason):
    (one,) = read(written(hit("MP1", 101, 190, **given))).transcripts["chr1"]
    assert reason in one.fault
    assert bool(reason) == bool(one.fault)


def test_hits_of_miniprot_that_overlap_are_one_gene(written):
    hits = [("MP1", 101, 190), ("MP2", 131, 280), ("MP3", 271, 360), ("MP4", 361, 450)]
    lines = [text for one in hits for text in hit(*one)]
    read_in = read(written(lines)).transcripts["chr1"]
    assert [one.gene for one in read_in] == ["MP1", "MP1", "MP1", "MP4"]
    genes = [line("mRNA", 1, 500, text="ID=a"), line("CDS", 101, 190, phase="0", text="Parent=a")]
    assert len({one.gene for one in read(written([*genes, *hit("MP2", 131, 280)])).transcripts["chr1"]}) == 2


def test_the_stop_codon_of_miniprot_whose_phase_is_glued_to_its_attributes(written):
    lines = [
        *DIALECTS["miniprot"][:-1],
        "chr1\tminiprot\tstop_codon\t301\t303\t0\t+\t0Parent=MP000001;Rank=1",
    ]
    assert len(read(written(lines)).transcripts["chr1"]) == 1


def test_coding_lines_without_a_parent_or_an_id_stand_alone(written):
    lines = [
        line("CDS", 1, 90, phase="0"),
        line("CDS", 101, 190, phase="0"),
        line("CDS", 201, 290, "+", "0", "ID=x"),
    ]
    assert [one.name for one in read(written(lines)).transcripts["chr1"]] == [
        "CDS of line 2",
        "CDS of line 3",
        "x",
    ]


EXONS = [(101, 200, "0"), (301, 350, "2"), (401, 450, "0")]
MRNA = [line("gene", 1, 500, text="ID=g"), line("mRNA", 1, 500, text="ID=t;Parent=g")]


@pytest.mark.parametrize("own", ["ID=t.CDS.{};", "ID=t.cds;", "", "Name=t.{};"])
def test_coding_lines_of_a_parent_are_one_whether_they_share_an_id_or_not(written, own):
    lines = [
        line("CDS", start, end, "+", phase, own.format(n) + "Parent=t")
        for n, (start, end, phase) in enumerate(EXONS)
    ]
    (one,) = read(written([*MRNA, *lines])).transcripts["chr1"]
    assert (one.name, one.gene, len(one.segments), len(one.introns)) == ("t", "g", 3, 2)


def test_ids_tell_coding_sequences_of_one_parent_apart_where_lines_share_one_or_all_overlap(written):
    shared = [
        line("CDS", 101, 200, "+", "0", "ID=a;Parent=t"), line("CDS", 301, 350, "+", "2", "ID=a;Parent=t"),
        line("CDS", 131, 200, "+", "0", "ID=b;Parent=t"),
    ]  # fmt: skip
    overlapping = [line("CDS", start, 400, "+", "0", f"ID={start};Parent=g") for start in (101, 131, 161)]
    for lines, n_segments in ((shared, [2, 1]), (overlapping, [1, 1, 1])):
        found = read(written([*MRNA, *lines])).transcripts["chr1"]
        assert [len(one.segments) for one in found] == n_segments
        assert {one.gene for one in found} == {"g"}


TAIR = [
    line("gene", 1, 500, text="ID=g"), line("mRNA", 1, 500, text="ID=g.1;Parent=g"),
    line("mRNA", 1, 500, text="ID=g.2;Parent=g"), line("protein", 1, 500, text="ID=g.1-Protein;Derives_from=g.1"),
    line("CDS", 101, 200, "+", "0", "Parent=g.1,g.1-Protein;"),
    line("CDS", 301, 350, "+", "2", "Parent=g.1,g.1-Protein;"),
    line("CDS", 101, 200, "+", "0", "Parent=g.2,g.2-Protein;"),
]  # fmt: skip


def test_a_protein_or_an_unknown_name_beside_a_transcript_is_no_second_transcript(written):
    annotation = read(written(TAIR))
    found = annotation.transcripts["chr1"]
    assert [(one.name, one.gene, len(one.segments)) for one in found] == [("g.1", "g", 2), ("g.2", "g", 1)]
    assert annotation.unknown_parents == ("g.2-Protein",)  # told
    assert read(written(EUKARYOTE)).unknown_parents == ()


def test_without_genes_coding_sequences_that_share_an_end_are_one_gene(written):
    lines = [one for one in TAIR if "\tCDS\t" in one]
    near = line("CDS", 347, 406, "+", "0", "Parent=other")  # overlaps g.1 by four bases, as in an operon
    annotation = read(written([*lines, near]))
    genes = {one.name: one.gene for one in annotation.transcripts["chr1"]}
    assert genes == {**dict.fromkeys(["g.1", "g.1-Protein", "g.2", "g.2-Protein"], "g.1"), "other": "other"}
    assert len(annotation.unknown_parents) == 5
    assert (100, 350) in annotation.genic["chr1"]  # the intron is not between genes


def test_genes_of_an_operon_are_genes(written):
    lines = [line("operon", 1, 500, text="ID=o")]
    for name, start in (("a", 1), ("b", 201)):
        lines += [
            line("gene", start, start + 89, text=f"ID={name};Parent=o"),
            line("CDS", start, start + 89, "+", "0", f"ID=cds-{name};Parent={name}"),
        ]
    assert [one.gene for one in read(written(lines)).transcripts["chr1"]] == ["a", "b"]


def test_escapes_comments_a_circle_of_parents_and_gzip(written, tmp_path):
    lines = [
        "# comment", "", line("mRNA", 1, 90, text="ID=a%3Bb;Parent=c", name="chr%201"),
        line("gene", 1, 90, text="ID=c;Parent=a%3Bb", name="chr%201"),
        line("CDS", 1, 90, "+", "0", "Parent=a%3Bb", name="chr%201"),
    ]  # fmt: skip
    path = tmp_path / "a.gff3.gz"
    path.write_bytes(gzipped(written(lines).read_bytes()))
    assert sniff(path)
    (one,) = read(path).transcripts["chr 1"]
    assert (one.name, one.gene) == ("a;b", "c")


def test_sequences_at_the_end(written):
    annotation = read(written(EUKARYOTE, tail="##FASTA\n>chr1 and more\nACGT\nacgn\n\n>chr2\nA\n"))
    assert list(annotation.sequences()) == [("chr1", b"ACGTacgn"), ("chr2", b"A")]
    with pytest.raises(InputError, match="line 9"):
        list(read(written(EUKARYOTE, tail="##FASTA\n>chr1\nAC-T\n")).sequences())


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (line("CDS", 1, 90, phase="0").replace("\t", " "), ["line 3", "1 columns", "9, parted by tabs"]),
        (line("CDS", "x", 90, phase="0"), ["line 3", "'x' to '90'"]),
        (line("CDS", 0, 90, phase="0"), ["line 3", "1 or more"]),
        (line("CDS", 91, 90, phase="0"), ["line 3", "in order"]),
        (line("CDS", 1, 90, "plus", "0"), ["line 3", "strand 'plus'", "one of + - . ?"]),
        (line("CDS", 1, 90, "+", "3"), ["line 3", "phase '3'"]),
    ],
)
def test_faults_of_a_line(written, bad, words):
    with pytest.raises(InputError) as caught:
        read(written([EUKARYOTE[0], bad, line("CDS", "y", 2), *EUKARYOTE[1:]]))
    assert len(caught.value.faults) == 2  # all at once
    assert all(word in str(caught.value) for word in ["a.gff3", *words])


def test_other_files(written, tmp_path):
    with pytest.raises(InputError, match="no line of type CDS"):
        read(written([line("gene", 1, 90, text="ID=g")]))
    assert not sniff(written([line("gene", 1, 9)], head="##gff-version 2\n"))
    assert sniff(written([line("gene", 1, 9)], head=""))
    assert not sniff(tmp_path)
    broken = tmp_path / "b.gff3.gz"
    broken.write_bytes(gzipped(written(EUKARYOTE).read_bytes())[:-20])
    with pytest.raises(InputError, match="truncated gzip"):
        read(broken)
