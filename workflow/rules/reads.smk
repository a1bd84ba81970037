"""Reads -> k-mers by batches -> counts as BIOM -> the same shift, taxon-free."""

# where taxa are called by their sequences, equal ones are no copies
BY_SEQUENCE = "taxa" in config["reads"] and "database" not in (
    config["reads"]["taxa"] or {}
)
OF_AMPLICONS = {"library": "amplicon"} if BY_SEQUENCE else {}
KMERS = f"{OUT}/composition/reads"
PARTS = f"{KMERS}/parts"  # of batches: until all are there, and Snakemake knows it
BATCHES_OF_KMERS = expand(f"{KMERS}/{{batch}}.kmers", batch=BATCHES)
MB_A_MINUTE = 200  # of packed reads, slowly read
# klbio takes 170 MB and 32 bytes a counter, 32 counters a word; Snakemake has two processes of its own in a job
MB_OF_COUNTING = 600 + 32 * 32 * 4 ** config["reads"].get("kmer", 6) // 10**6


rule count_kmers:
    input:
        files=batch_files,
    output:
        out=f"{KMERS}/{{batch}}.kmers",
    log:
        f"{OUT}/logs/count_kmers.{{batch}}.log",
    benchmark:
        f"{OUT}/benchmarks/count_kmers.{{batch}}.tsv"
    resources:
        mem_mb=lambda wildcards, attempt: attempt * MB_OF_COUNTING,
        runtime=lambda wildcards, attempt, input: attempt
        * (10 + int(input.size_mb / MB_A_MINUTE)),
    params:
        **(OF_AMPLICONS | settings("reads", "kmer", "canonical", "library")),
        lanes=batch_lanes,
        blanks=batch_blanks,
        parts=PARTS,
        klbio=KLBIO,
    script:
        "../../scripts/count_kmers.py"


rule compose_reads:
    input:
        samples=config["reads"]["samples"],
        metadata=config["reads"].get("metadata", []),
        batches=BATCHES_OF_KMERS,
    output:
        table=f"{OUT}/composition/reads.biom",
        dropped=f"{OUT}/composition/reads.dropped.tsv",
        quality=f"{OUT}/composition/reads.quality.tsv",
    log:
        f"{OUT}/logs/compose_reads.log",
    benchmark:
        f"{OUT}/benchmarks/compose_reads.tsv"
    resources:
        mem_mb=lambda wildcards, attempt: attempt * (600 + len(LIBRARIES) // 50),
        runtime=lambda wildcards, attempt, input: attempt
        * (10 + int(input.size_mb / MB_A_MINUTE)),
    params:
        **(OF_AMPLICONS | settings("reads", "columns", "kmer", "canonical", "library")),
        parts=PARTS,
        klbio=KLBIO,
    script:
        "../../scripts/compose_reads.py"


rule measure_reads_shift:
    input:
        table=rules.compose_reads.output.table,
        groups=BATCHES_OF_KMERS,
        samples=config["reads"]["samples"],
        metadata=config["reads"].get("metadata", []),
    output:
        **tables_of("reads", SHIFT_TABLES),
    log:
        f"{OUT}/logs/measure_reads_shift.log",
    benchmark:
        f"{OUT}/benchmarks/measure_reads_shift.tsv"
    threads: 2
    resources:
        mem_mb=2000,
        runtime=60,
    params:
        **shift_settings(),
        **settings("reads", "columns"),
        feature_rank=f"{config['reads'].get('kmer', 6)}-mer",
        out=subpath(output.pairs, parent=True),
        klbio=KLBIO,
    script:
        "../../scripts/measure_shift.py"
