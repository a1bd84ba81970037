"""What was left out, what it was made of, and the page that shows it."""


def dropped_tables():
    tables = [f"{OUT}/{folders()[section]}/dropped.tsv" for section in ("taxa", "reads") if section in sections()]
    return tables + ([f"{OUT}/composition/reads.dropped.tsv"] if "reads" in config else [])


def result_tables():
    first = {"taxa": "pairs", "reads": "pairs", "models": "models"}
    return [f"{OUT}/{folder}/{first[section]}.tsv" for section, folder in folders().items()]


localrules:
    collect_dropped,
    write_provenance,


rule collect_dropped:
    input:
        tables=dropped_tables(),
    output:
        out=f"{OUT}/dropped.tsv",
    log:
        f"{OUT}/logs/collect_dropped.log",
    params:
        klbio=KLBIO,
    script:
        "../../scripts/collect_dropped.py"


rule write_provenance:
    input:
        inputs=study_inputs(),
    output:
        out=f"{OUT}/provenance.json",
    log:
        f"{OUT}/logs/write_provenance.log",
    params:
        config=config,
        klbio=KLBIO,
    script:
        "../../scripts/write_provenance.py"


rule write_report:
    input:
        tables=result_tables(),
        dropped=rules.collect_dropped.output.out,
        provenance=rules.write_provenance.output.out,
    output:
        out=report(f"{OUT}/report/report.html", caption="../report/report.rst", category="klbio"),
    log:
        f"{OUT}/logs/write_report.log",
    benchmark:
        f"{OUT}/benchmarks/write_report.tsv"
    params:
        **settings("report", "title"),
        results=OUT,
        klbio=KLBIO,
    resources:
        mem_mb=2000,
        runtime=10,
    script:
        "../../scripts/write_report.py"
