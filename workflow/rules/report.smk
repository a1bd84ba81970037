"""What was left out, what it was made of, and the page that shows it."""


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
    benchmark:
        f"{OUT}/benchmarks/collect_dropped.tsv"
    resources:
        **asked("collect_dropped"),
    params:
        klbio=KLBIO,
    script:
        "../../scripts/collect_dropped.py"


rule write_provenance:
    input:
        inputs=[
            local(path) if path in sheets() else fetched(path)
            for path in study_inputs()
        ],
        sums=[SUMS_OF_READS] if "reads" in config else [],
        files=[] if IN_STORAGE else measured(),
    output:
        out=f"{OUT}/provenance.json",
    log:
        f"{OUT}/logs/write_provenance.log",
    benchmark:
        f"{OUT}/benchmarks/write_provenance.tsv"
    resources:
        **asked("write_provenance"),
    params:
        names=study_inputs(),
        config=config,
        routes=routes(),
        state=held_by(*study_inputs()),
        klbio=KLBIO,
    script:
        "../../scripts/write_provenance.py"


rule write_report:
    input:
        files=[
            *report_tables(),
            rules.collect_dropped.output.out,
            rules.write_provenance.output.out,
        ],
    output:
        out=report(
            f"{OUT}/report/report.html",
            caption="../report/report.rst",
            category="klbio",
        ),
        figures=directory(f"{OUT}/report/figures"),
    log:
        f"{OUT}/logs/write_report.log",
    benchmark:
        f"{OUT}/benchmarks/write_report.tsv"
    resources:
        **asked("write_report"),
    params:
        **settings("report", "title"),
        results=subpath(output.out, ancestor=2),
        klbio=KLBIO,
    script:
        "../../scripts/write_report.py"
