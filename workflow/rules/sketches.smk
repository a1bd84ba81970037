"""Shotgun reads -> sketches, and genomes found in them, by batches -> taxa as BIOM, whole and in groups of reads."""


rule sketch_shotgun:
    input:
        **here(**sheets_of("reads"), **taxa_settings("database", "lineages")),
        files=batch_files,
    output:
        out=directory(f"{SHOTGUN}/{{batch}}"),
    log:
        f"{OUT}/logs/sketch_shotgun.{{batch}}.log",
    benchmark:
        f"{OUT}/benchmarks/sketch_shotgun.{{batch}}.tsv"
    resources:
        **asked("sketch_shotgun"),
    params:
        **with_sources(**sheets_of("reads"), **taxa_settings("database", "lineages")),
        **settings("reads", "columns"),
        names=lambda wildcards: BATCHES[wildcards.batch],
        sizes=lambda wildcards: sizes(BATCHES[wildcards.batch]),
        klbio=KLBIO,
    script:
        "../../scripts/sketch_shotgun.py"


rule compose_sketches:
    input:
        **here(**sheets_of("reads"), **taxa_settings("database", "lineages")),
        sketches=expand(f"{SHOTGUN}/{{batch}}", batch=BATCHES),
    output:
        table=f"{OUT}/composition/shotgun.biom",
        groups=f"{OUT}/composition/shotgun.groups.biom",
        shares=f"{OUT}/composition/shotgun.sketches.tsv",
        dropped=f"{OUT}/composition/shotgun.dropped.tsv",
    log:
        f"{OUT}/logs/compose_sketches.log",
    benchmark:
        f"{OUT}/benchmarks/compose_sketches.tsv"
    resources:
        **asked("compose_sketches"),
    params:
        **with_sources(**sheets_of("reads"), **taxa_settings("database", "lineages")),
        **settings("reads", "columns"),
        klbio=KLBIO,
    script:
        "../../scripts/compose_sketches.py"
