"""Reads of each library at every step -> one number each, and what differs between phases or arms."""


rule compare_quality:
    input:
        **here(**sheets_of("reads")),
        **quality_tables(),
    output:
        out=f"{OUT}/composition/quality.tsv",
        differences=f"{OUT}/composition/quality_differences.tsv",
    log:
        f"{OUT}/logs/compare_quality.log",
    benchmark:
        f"{OUT}/benchmarks/compare_quality.tsv"
    resources:
        **asked("compare_quality"),
    params:
        **with_sources(**sheets_of("reads")),
        **settings("shift", "contrasts", "phases", "control"),
        **(settings("reads", "columns") | SEED),
        klbio=KLBIO,
    script:
        "../../scripts/compare_quality.py"
