"""Reads -> k-mer counts as BIOM -> the same shift, taxon-free; one job over all samples."""

from klbio.io.sheet import read_samples


def read_files():
    return [path for sample in read_samples(config["reads"]["samples"], reads=True).samples for path in sample.reads]


rule compose_reads:
    input:
        samples=config["reads"]["samples"],
        files=read_files(),
    output:
        table=f"{OUT}/composition/reads.biom",
        dropped=f"{OUT}/composition/reads.dropped.tsv",
    log:
        f"{OUT}/logs/compose_reads.log",
    benchmark:
        f"{OUT}/benchmarks/compose_reads.tsv"
    params:
        **settings("reads", "kmer", "canonical"),
        klbio=KLBIO,
    resources:
        mem_mb=1000,
        runtime=60,
    script:
        "../../scripts/compose_reads.py"


rule measure_reads_shift:
    input:
        table=rules.compose_reads.output.table,
        samples=config["reads"]["samples"],
    output:
        **shift_tables("reads"),
    log:
        f"{OUT}/logs/measure_reads_shift.log",
    benchmark:
        f"{OUT}/benchmarks/measure_reads_shift.tsv"
    params:
        **shift_settings(),
        feature_rank=f"{config['reads'].get('kmer', 6)}-mer",
        out=f"{OUT}/reads",
        klbio=KLBIO,
    resources:
        mem_mb=2000,
        runtime=60,
    script:
        "../../scripts/measure_shift.py"
