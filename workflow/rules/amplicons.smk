"""Amplicon reads -> different reads by batches -> features of all -> taxa as BIOM -> the same shift as of taxa."""

from klbio.steps.amplicon_table import RANKS

AMPLICONS = f"{OUT}/composition/amplicons"
OF_CUTADAPT = {"cutadapt": directory(f"{AMPLICONS}/{{batch}}.cutadapt")}
REPORTS = OF_CUTADAPT if taxa_settings("primers") else {}


rule merge_amplicons:
    input:
        **here(**sheets_of("reads")),
        files=batch_files,
    output:
        **REPORTS,
        out=f"{AMPLICONS}/{{batch}}.fasta",
        reads=f"{AMPLICONS}/{{batch}}.reads.tsv",
    log:
        f"{OUT}/logs/merge_amplicons.{{batch}}.log",
    benchmark:
        f"{OUT}/benchmarks/merge_amplicons.{{batch}}.tsv"
    conda:
        "../envs/vsearch.yaml"
    resources:
        **asked("merge_amplicons"),
    params:
        **with_sources(**sheets_of("reads")),
        **settings("reads", "columns"),
        **taxa_settings("primers"),
        names=lambda wildcards: BATCHES[wildcards.batch],
        sizes=lambda wildcards: sizes(BATCHES[wildcards.batch]),
        klbio=KLBIO,
    script:
        "../../scripts/merge_amplicons.py"


rule denoise_amplicons:
    input:
        parts=expand(f"{AMPLICONS}/{{batch}}.fasta", batch=BATCHES),
    output:
        out=f"{AMPLICONS}/features.fasta",
        chimeras=f"{AMPLICONS}/chimeras.fasta",
    log:
        f"{OUT}/logs/denoise_amplicons.log",
    benchmark:
        f"{OUT}/benchmarks/denoise_amplicons.tsv"
    conda:
        "../envs/vsearch.yaml"
    resources:
        **asked("denoise_amplicons"),
    params:
        klbio=KLBIO,
    script:
        "../../scripts/denoise_amplicons.py"


rule match_amplicons:
    input:
        part=f"{AMPLICONS}/{{batch}}.fasta",
        features=rules.denoise_amplicons.output.out,
        chimeras=rules.denoise_amplicons.output.chimeras,
    output:
        out=f"{AMPLICONS}/{{batch}}.counts.tsv",
    log:
        f"{OUT}/logs/match_amplicons.{{batch}}.log",
    benchmark:
        f"{OUT}/benchmarks/match_amplicons.{{batch}}.tsv"
    conda:
        "../envs/vsearch.yaml"
    threads: 2
    resources:
        **asked("match_amplicons"),
    params:
        klbio=KLBIO,
    script:
        "../../scripts/match_amplicons.py"


rule compose_amplicons:
    input:
        **here(**sheets_of("reads"), **taxa_settings("reference")),
        features=rules.denoise_amplicons.output.out,
        counts=expand(f"{AMPLICONS}/{{batch}}.counts.tsv", batch=BATCHES),
        passed=expand(f"{AMPLICONS}/{{batch}}.reads.tsv", batch=BATCHES),
    output:
        table=f"{OUT}/composition/amplicons.biom",
        calls=f"{OUT}/composition/amplicons.calls.tsv",
        reads=f"{OUT}/composition/amplicons.reads.tsv",
        dropped=f"{OUT}/composition/amplicons.dropped.tsv",
    log:
        f"{OUT}/logs/compose_amplicons.log",
    benchmark:
        f"{OUT}/benchmarks/compose_amplicons.tsv"
    conda:
        "../envs/vsearch.yaml"
    resources:
        **asked("compose_amplicons"),
    params:
        **with_sources(**sheets_of("reads"), **taxa_settings("reference")),
        **(
            settings("reads", "columns")
            | as_given(taxa_settings("cutoff", "exclude"))
            | SEED
        ),
        klbio=KLBIO,
    script:
        "../../scripts/compose_amplicons.py"


rule measure_call_range:
    input:
        **here(**sheets_of("reads")),
        table=rules.compose_amplicons.output.table,
        calls=rules.compose_amplicons.output.calls,
    output:
        out=f"{OUT}/amplicons/call_range.tsv",
        cutoffs=f"{OUT}/amplicons/call_cutoffs.tsv",
    log:
        f"{OUT}/logs/measure_call_range.log",
    benchmark:
        f"{OUT}/benchmarks/measure_call_range.tsv"
    resources:
        **asked("measure_call_range"),
    params:
        **with_sources(**sheets_of("reads")),
        **settings("shift", "contrasts", "phases", "min_depth"),
        **(settings("reads", "columns") | taxa_settings("ranks") | SEED),
        klbio=KLBIO,
    script:
        "../../scripts/measure_call_range.py"


OF_RANKS = (
    {"ranks": list(RANKS)} | taxa_settings("ranks") | as_given(taxa_settings("keep"))
)
SHIFTS["amplicons"] = {
    "chunks": chunks_of_ranks(len(OF_RANKS["ranks"])),
    "input": {
        "table": rules.compose_amplicons.output.table,
    }
    | here(**sheets_of("reads")),
    "params": with_sources(**sheets_of("reads"))
    | shift_settings()
    | settings("reads", "columns")
    | OF_RANKS
    | {"unassigned": "lineage"},
}


rule measure_amplicons_shift:
    input:
        **SHIFTS["amplicons"]["input"],
        parts=parts_of("amplicons"),
        mock=fetched(config["reads"].get("mock", [])),
    output:
        **tables_of("amplicons", SHIFT_TABLES),
    log:
        f"{OUT}/logs/measure_amplicons_shift.log",
    benchmark:
        f"{OUT}/benchmarks/measure_amplicons_shift.tsv"
    threads: 2
    resources:
        **asked("measure_amplicons_shift"),
    params:
        **SHIFTS["amplicons"]["params"],
        mock_state=held_by(*named("reads", "mock")),
        out=subpath(output.pairs, parent=True),
        klbio=KLBIO,
    script:
        "../../scripts/measure_shift.py"
