"""Gene models and profile HMMs -> all ordered pairs, many models in parts; and the models closest to a query."""

OF_MODELS = with_sources(
    *model_files(), *queries(), sheet=config["models"]["sheet"]
) | settings("models", "epsilon")


if MODELS.parts:

    rule compare_some_models:
        input:
            **here(sheet=config["models"]["sheet"]),
            files=fetched(model_files()),
        output:
            part=temp(f"{OUT}/models/parts/{{tile}}.part"),
        log:
            f"{OUT}/logs/compare_some_models.{{tile}}.log",
        benchmark:
            f"{OUT}/benchmarks/compare_some_models.{{tile}}.tsv"
        threads: 2
        resources:
            **asked("compare_some_models"),
        params:
            **(OF_MODELS | SEED),
            tile=lambda wildcards: int(wildcards.tile),
            tiles=MODELS.n_jobs,
            klbio=KLBIO,
        script:
            "../../scripts/compare_some_models.py"


rule compare_models:
    input:
        **here(sheet=config["models"]["sheet"]),
        files=fetched(model_files()),
        parts=expand(f"{OUT}/models/parts/{{tile}}.part", tile=MODELS.parts),
    output:
        **tables_of("models", MODEL_TABLES),
    log:
        f"{OUT}/logs/compare_models.log",
    benchmark:
        f"{OUT}/benchmarks/compare_models.tsv"
    threads: 2
    resources:
        **asked("compare_models"),
    params:
        **(OF_MODELS | SEED),
        out=subpath(output.models, parent=True),
        plain=True,
        klbio=KLBIO,
    script:
        "../../scripts/compare_models.py"


if queries():

    rule rank_models:
        input:
            **here(sheet=config["models"]["sheet"]),
            files=fetched(model_files()),
            query=fetched(queries()),
        output:
            out=f"{OUT}/models/nearest.tsv",
            dropped=f"{OUT}/models/nearest.dropped.tsv",
        log:
            f"{OUT}/logs/rank_models.log",
        benchmark:
            f"{OUT}/benchmarks/rank_models.tsv"
        resources:
            **asked("rank_models"),
        params:
            **OF_MODELS,
            **settings("models", "genetic_code"),
            klbio=KLBIO,
        script:
            "../../scripts/rank_models.py"
