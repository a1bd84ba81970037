"""Taxa table -> counts as BIOM -> shift of every subject; one job per cohort."""


rule compose_taxa:
    input:
        **here(**sheets_of("taxa")),
        table=fetched(config["taxa"]["table"]),
        taxonomy=fetched(config["taxa"].get("taxonomy", [])),
    output:
        out=f"{OUT}/composition/taxa.biom",
        dropped=f"{OUT}/composition/taxa.dropped.tsv",
    log:
        f"{OUT}/logs/compose_taxa.log",
    benchmark:
        f"{OUT}/benchmarks/compose_taxa.tsv"
    resources:
        **asked("compose_taxa", "taxa"),
    params:
        **with_sources(*named("taxa", "table", "taxonomy"), **sheets_of("taxa")),
        **settings("taxa", "columns", "exclude", "keep"),
        klbio=KLBIO,
    script:
        "../../scripts/compose_taxa.py"


MATRIX = matrix_plan()

SHIFTS["shift"] = {
    "chunks": chunks_of_taxa(),
    "input": {
        "table": rules.compose_taxa.output.out,
        "taxonomy": fetched(config["taxa"].get("taxonomy", [])),
        "tree": fetched(config["taxa"].get("tree", [])),
    }
    | here(**sheets_of("taxa")),
    "params": with_sources(*named("taxa", "taxonomy", "tree"), **sheets_of("taxa"))
    | shift_settings()
    | settings("taxa", "columns", "ranks", "unassigned", "keep"),
}


rule measure_taxa_shift:
    input:
        **SHIFTS["shift"]["input"],
        mock=fetched(config["taxa"].get("mock", [])),
        parts=parts_of("shift"),
    output:
        **tables_of("shift", SHIFT_TABLES),
    log:
        f"{OUT}/logs/measure_taxa_shift.log",
    benchmark:
        f"{OUT}/benchmarks/measure_taxa_shift.tsv"
    threads: 2
    resources:
        **asked("measure_taxa_shift", "taxa"),
    params:
        **SHIFTS["shift"]["params"],
        mock_state=held_by(*named("taxa", "mock")),
        out=subpath(output.pairs, parent=True),
        klbio=KLBIO,
    script:
        "../../scripts/measure_shift.py"


if MATRIX.format != "none" and not MATRIX.tiles:

    rule compare_all_samples:
        input:
            table=rules.compose_taxa.output.out,
        output:
            **matrix_files(f"{OUT}/shift/matrix.{MATRIX.format}"),
        log:
            f"{OUT}/logs/compare_all_samples.log",
        benchmark:
            f"{OUT}/benchmarks/compare_all_samples.tsv"
        threads: 2
        resources:
            **asked("compare_all_samples", "taxa"),
        params:
            **settings("taxa", "keep"),
            **settings("matrix", "dtype"),
            measure="jensen-shannon-divergence",
            klbio=KLBIO,
        script:
            "../../scripts/compare_all_samples.py"


if MATRIX.tiles:

    rule compare_some_samples:
        input:
            table=rules.compose_taxa.output.out,
        output:
            **{
                name: temp(path)
                for name, path in matrix_files(
                    f"{OUT}/shift/matrix/{{tile}}.npy"
                ).items()
            },
        log:
            f"{OUT}/logs/compare_some_samples/{{tile}}.log",
        benchmark:
            f"{OUT}/benchmarks/compare_some_samples/{{tile}}.tsv"
        threads: 2
        resources:
            **asked("compare_some_samples", "taxa"),
        params:
            **settings("taxa", "keep"),
            **settings("matrix", "dtype"),
            measure="jensen-shannon-divergence",
            tile=lambda wildcards: wildcards.tile.replace("of", "/"),
            klbio=KLBIO,
        script:
            "../../scripts/compare_all_samples.py"

    rule gather_matrix:
        input:
            tiles=expand(f"{OUT}/shift/matrix/{{tile}}.npy", tile=MATRIX.tiles),
            files=expand(f"{OUT}/shift/matrix/{{tile}}.json", tile=MATRIX.tiles),
        output:
            **matrix_files(f"{OUT}/shift/matrix.{MATRIX.format}"),
        log:
            f"{OUT}/logs/gather_matrix.log",
        benchmark:
            f"{OUT}/benchmarks/gather_matrix.tsv"
        resources:
            **asked("gather_matrix", "taxa"),
        params:
            klbio=KLBIO,
        script:
            "../../scripts/gather_matrix.py"
