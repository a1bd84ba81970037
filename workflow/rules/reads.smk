"""Reads -> k-mer counts as BIOM -> the same shift, taxon-free; one job over all samples."""

# where taxa are called by their sequences, equal ones are no copies
BY_SEQUENCE = "taxa" in config["reads"] and "database" not in (
    config["reads"]["taxa"] or {}
)
OF_AMPLICONS = {"library": "amplicon"} if BY_SEQUENCE else {}
N_LIBRARIES = len(samples_of_reads())
# At most, with the tables written: 32 groups of all words of a sample, of which few reads fill few.
MB_OF_ONE = 1 + 32 * 4 ** config["reads"].get("kmer", 6) // 40_000
MB_A_MINUTE = 200  # of packed reads, slowly read


rule compose_reads:
    input:
        samples=config["reads"]["samples"],
        metadata=config["reads"].get("metadata", []),
        files=read_files(),
    output:
        table=f"{OUT}/composition/reads.biom",
        groups=f"{OUT}/composition/reads.groups.biom",
        dropped=f"{OUT}/composition/reads.dropped.tsv",
        quality=f"{OUT}/composition/reads.quality.tsv",
    log:
        f"{OUT}/logs/compose_reads.log",
    benchmark:
        f"{OUT}/benchmarks/compose_reads.tsv"
    resources:
        mem_mb=lambda wildcards, attempt: attempt * (500 + N_LIBRARIES * MB_OF_ONE),
        runtime=lambda wildcards, attempt, input: attempt
        * (30 + int(input.size_mb / MB_A_MINUTE)),
    params:
        **(OF_AMPLICONS | settings("reads", "columns", "kmer", "canonical", "library")),
        klbio=KLBIO,
    script:
        "../../scripts/compose_reads.py"


rule measure_reads_shift:
    input:
        table=rules.compose_reads.output.table,
        groups=rules.compose_reads.output.groups,
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
