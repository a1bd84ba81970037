"""What a run makes: the tables of its routes, what the page is made of, and what it is all for."""


def dropped_tables():
    """What each step left out."""
    tables = [f"{OUT}/{folder}/dropped.tsv" for folder in folders().values()]
    tables += [
        f"{OUT}/composition/{section}.dropped.tsv"
        for section in ("taxa", "reads")
        if section in config
    ]
    tables += [
        path
        for name in other_words()
        for path in (
            f"{OUT}/{name}/dropped.tsv",
            f"{OUT}/composition/{name}.dropped.tsv",
        )
    ]
    if taxa_of_reads():
        tables.append(f"{OUT}/composition/{taxa_of_reads()}.dropped.tsv")
    return tables + ([f"{OUT}/models/nearest.dropped.tsv"] if queries() else [])


def tables_by_folder():
    """Names of the tables of each folder of results."""
    shown = {
        folder: MODEL_TABLES if section == "models" else SHIFT_TABLES
        for section, folder in folders().items()
    }
    return shown | dict.fromkeys(other_words(), SHIFT_TABLES)


def parquet_asked():
    """Which tables are written as Parquet too."""
    return config.get("tables", {}).get("parquet", "large")


def parquet_folders():
    """Folders whose tables may be large enough, as far as sheets tell."""
    sections = {folder: section for section, folder in folders().items()}
    sizes = {
        folder: n_samples("taxa" if sections.get(folder) == "taxa" else "reads")
        for folder in tables_by_folder()
    }
    if "models" in sizes:
        sizes["models"] = MODELS.n_models
    return [
        folder
        for folder, size in sizes.items()
        if large_tables_planned(parquet_asked(), size)
    ]


def report_tables():
    """Every table that the page is made from, and what says that those of a folder are all of one run."""
    paths = [
        path
        for folder, names in tables_by_folder().items()
        for path in tables_of(folder, names).values()
    ]
    named = [*tables_of_calls(), *tables_of_quality()]
    nearest = [f"{OUT}/models/{NEAREST.name}.tsv"] if queries() else []
    return paths + named + nearest


def tables_of_calls():
    """What is said of calls, where taxa are called by their sequences."""
    if taxa_of_reads() != "amplicons":
        return []
    return [f"{OUT}/amplicons/{table.name}.tsv" for table in (CALL_RANGE, CALL_CUTOFFS)]


def tables_of_quality():
    """What is said of how good the reads are."""
    if "reads" not in config:
        return []
    both = [
        f"{OUT}/composition/{table.name}.tsv"
        for table in (QUALITY, QUALITY_DIFFERENCES)
    ]
    return [*quality_tables().values(), *both]


def routes():
    """What this run makes, as the page knows it: tables of an earlier run of another config stay where they are."""
    return [*folders().values(), *other_words(), *([NEAREST.name] if queries() else [])]


def final_outputs():
    """What a run is for; each table by itself, so that one that was deleted is made again."""
    always = [
        f"{OUT}/report/report.html",
        f"{OUT}/provenance.json",
        f"{OUT}/dropped.tsv",
    ]
    parquet = [f"{OUT}/{folder}/parquet" for folder in parquet_folders()]
    return always + measured() + parquet


def measured():
    """What a run measures, which is there before it is said what it was made of.

    So results of which Snakemake has no record are never taken for those of a run that was stopped on its way to them.
    """
    plan = matrix_plan()
    matrix = [] if plan.format == "none" else [f"{OUT}/shift/matrix.{plan.format}"]
    return report_tables() + matrix


def parts_on_the_way():
    """What a run makes tables and matrix of, and takes away."""
    of_studies = [part for folder in SHIFTS for part in parts_of(folder)]
    of_models = expand(f"{OUT}/models/parts/{{tile}}.part", tile=MODELS.parts)
    of_matrix = expand(f"{OUT}/shift/matrix/{{tile}}.npy", tile=matrix_plan().tiles)
    return of_studies + of_models + of_matrix
