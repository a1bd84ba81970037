"""Result tables of a large study once more as Parquet, where they are large."""


rule write_parquet:
    input:
        tables=lambda wildcards: list(
            tables_of(wildcards.folder, tables_by_folder()[wildcards.folder]).values()
        ),
    output:
        out=directory(f"{OUT}/{{folder}}/parquet"),
    log:
        f"{OUT}/logs/write_parquet.{{folder}}.log",
    benchmark:
        f"{OUT}/benchmarks/write_parquet.{{folder}}.tsv"
    wildcard_constraints:
        folder="|".join(parquet_folders()),
    resources:
        **asked("write_parquet"),
    params:
        **({"least_mb": 0} if parquet_asked() == "all" else {}),
        klbio=KLBIO,
    script:
        "../../scripts/write_parquet.py"
