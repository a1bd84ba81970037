"""Reads -> k-mers by batches -> counts as BIOM -> the same shift, taxon-free."""

# where taxa are called by their sequences, equal ones are no copies
BY_SEQUENCE = "taxa" in config["reads"] and "database" not in (
    config["reads"]["taxa"] or {}
)
OF_AMPLICONS = {"library": "amplicon"} if BY_SEQUENCE else {}
KMERS = f"{OUT}/composition/reads"
PARTS = f"{KMERS}/parts"  # of batches: until all are there, and Snakemake knows it
BATCHES_OF_KMERS = expand(f"{KMERS}/{{batch}}.kmers", batch=KMER_BATCHES)
SUMS_OF_READS = f"{OUT}/composition/reads.sha256"
OF_KMERS = OF_AMPLICONS | settings("reads", "columns", "canonical", "library")


rule count_kmers:
    input:
        files=kmer_files,
    output:
        out=f"{KMERS}/{{batch}}.kmers",
    log:
        f"{OUT}/logs/count_kmers.{{batch}}.log",
    benchmark:
        f"{OUT}/benchmarks/count_kmers.{{batch}}.tsv"
    resources:
        **asked("count_kmers"),
    params:
        **(OF_AMPLICONS | settings("reads", "kmer", "canonical", "library")),
        lanes=kmer_lanes,
        blanks=kmer_blanks,
        sizes=lambda wildcards: sizes(KMER_BATCHES[wildcards.batch]),
        parts=PARTS,
        klbio=KLBIO,
    script:
        "../../scripts/count_kmers.py"


rule compose_reads:
    input:
        **here(**sheets_of("reads")),
        batches=BATCHES_OF_KMERS,
    output:
        table=f"{OUT}/composition/reads.biom",
        dropped=f"{OUT}/composition/reads.dropped.tsv",
        quality=f"{OUT}/composition/reads.quality.tsv",
        sums=SUMS_OF_READS,
    log:
        f"{OUT}/logs/compose_reads.log",
    benchmark:
        f"{OUT}/benchmarks/compose_reads.tsv"
    resources:
        **asked("compose_reads"),
    params:
        **with_sources(**sheets_of("reads")),
        **OF_KMERS,
        kmer=word_lengths()[0],
        parts=PARTS,
        klbio=KLBIO,
    script:
        "../../scripts/compose_reads.py"


SHIFTS["reads"] = shift_of_words(word_lengths()[0])


rule measure_reads_shift:
    input:
        **SHIFTS["reads"]["input"],
        groups=BATCHES_OF_KMERS,
        parts=parts_of("reads"),
    output:
        **tables_of("reads", SHIFT_TABLES),
    log:
        f"{OUT}/logs/measure_reads_shift.log",
    benchmark:
        f"{OUT}/benchmarks/measure_reads_shift.tsv"
    threads: 2
    resources:
        **asked("measure_reads_shift"),
    params:
        **SHIFTS["reads"]["params"],
        out=subpath(output.pairs, parent=True),
        klbio=KLBIO,
    script:
        "../../scripts/measure_shift.py"


rule compose_other_words:
    input:
        **here(**sheets_of("reads")),
        batches=BATCHES_OF_KMERS,
    output:
        table=f"{OUT}/composition/reads.k{{k}}.biom",
        dropped=f"{OUT}/composition/reads.k{{k}}.dropped.tsv",
    log:
        f"{OUT}/logs/compose_other_words.k{{k}}.log",
    benchmark:
        f"{OUT}/benchmarks/compose_other_words.k{{k}}.tsv"
    resources:
        **asked("compose_other_words"),
    params:
        **with_sources(**sheets_of("reads")),
        **OF_KMERS,
        kmer=lambda wildcards: int(wildcards.k),
        klbio=KLBIO,
    script:
        "../../scripts/compose_reads.py"


SHIFTS |= {f"reads.k{k}": shift_of_words(k) for k in word_lengths()[1:]}


rule measure_other_words:
    input:
        **here(**sheets_of("reads")),
        table=rules.compose_other_words.output.table,
        groups=BATCHES_OF_KMERS,
        parts=lambda wildcards: parts_of(f"reads.k{wildcards.k}"),
    output:
        **tables_of("reads.k{k}", SHIFT_TABLES),
    log:
        f"{OUT}/logs/measure_other_words.k{{k}}.log",
    benchmark:
        f"{OUT}/benchmarks/measure_other_words.k{{k}}.tsv"
    threads: 2
    resources:
        **asked("measure_other_words"),
    params:
        **with_sources(**sheets_of("reads")),
        **shift_settings(),
        **settings("reads", "columns"),
        feature_rank="{k}-mer",
        out=subpath(output.pairs, parent=True),
        klbio=KLBIO,
    script:
        "../../scripts/measure_shift.py"
