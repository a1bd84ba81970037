"""Shotgun reads -> reports of Kraken 2 by batches -> taxa as BIOM."""

from pathlib import Path

from klbio.io.shotgun.kraken import Database

MEGABYTES_OF_DATABASE = Database(Path(taxa_settings("database")["database"])).megabytes


rule classify_shotgun:
    input:
        **here(**sheets_of("reads"), **taxa_settings("database")),
        files=batch_files,
    output:
        out=directory(f"{SHOTGUN}/{{batch}}"),
    log:
        f"{OUT}/logs/classify_shotgun.{{batch}}.log",
    benchmark:
        f"{OUT}/benchmarks/classify_shotgun.{{batch}}.tsv"
    conda:
        "../envs/kraken2.yaml"
    threads: 4
    resources:
        **asked("classify_shotgun"),
    params:
        **with_sources(**sheets_of("reads"), **taxa_settings("database")),
        **settings("reads", "columns"),
        names=lambda wildcards: BATCHES[wildcards.batch],
        sizes=lambda wildcards: sizes(BATCHES[wildcards.batch]),
        klbio=KLBIO,
    script:
        "../../scripts/classify_shotgun.py"


rule compose_shotgun:
    input:
        **here(**sheets_of("reads"), **taxa_settings("database")),
        reports=expand(f"{SHOTGUN}/{{batch}}", batch=BATCHES),
    output:
        table=f"{OUT}/composition/shotgun.biom",
        other_table=f"{OUT}/composition/shotgun.confidence_0.biom",
        confidences=f"{OUT}/composition/shotgun.confidences.tsv",
        dropped=f"{OUT}/composition/shotgun.dropped.tsv",
    log:
        f"{OUT}/logs/compose_shotgun.log",
    benchmark:
        f"{OUT}/benchmarks/compose_shotgun.tsv"
    resources:
        **asked("compose_shotgun"),
    params:
        **with_sources(**sheets_of("reads"), **taxa_settings("database")),
        **settings("reads", "columns"),
        klbio=KLBIO,
    script:
        "../../scripts/compose_shotgun.py"
