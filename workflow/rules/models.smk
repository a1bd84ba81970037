"""Gene models and profile HMMs -> all ordered pairs, and the models closest to a query; one job each."""


rule compare_models:
    input:
        **here(sheet=config["models"]["sheet"]),
        files=fetched(model_files()),
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
        **with_sources(sheet=config["models"]["sheet"]),
        **(settings("models", "epsilon") | SEED),
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
            **with_sources(sheet=config["models"]["sheet"]),
            **settings("models", "epsilon", "genetic_code"),
            klbio=KLBIO,
        script:
            "../../scripts/rank_models.py"
