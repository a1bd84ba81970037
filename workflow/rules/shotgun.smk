"""Shotgun reads -> taxa, by Kraken 2 or by sketches -> the same shift as of taxa."""

from klbio.steps.shotgun_table import RANKS as SHOTGUN_RANKS

SHOTGUN = f"{OUT}/composition/shotgun"
OF_SKETCHES = is_of_sketches(config["reads"]["taxa"]["database"])


if OF_SKETCHES:

    include: "sketches.smk"

else:

    include: "kraken.smk"


OF_RANKS = (
    {"ranks": list(SHOTGUN_RANKS)}
    | taxa_settings("ranks")
    | as_given(taxa_settings("exclude", "keep"))
)
SHIFTS["shotgun"] = {
    "chunks": chunks_of_ranks(len(OF_RANKS["ranks"])),
    "input": {
        "table": f"{OUT}/composition/shotgun.biom",
        "groups": f"{OUT}/composition/shotgun.groups.biom" if OF_SKETCHES else [],
    }
    | here(**sheets_of("reads")),
    "params": with_sources(**sheets_of("reads"))
    | shift_settings()
    | settings("reads", "columns")
    | OF_RANKS
    | {"unassigned": "lineage"},
}


rule measure_shotgun_shift:
    input:
        **SHIFTS["shotgun"]["input"],
        parts=parts_of("shotgun"),
        mock=fetched(config["reads"].get("mock", [])),
    output:
        **tables_of("shotgun", SHIFT_TABLES),
    log:
        f"{OUT}/logs/measure_shotgun_shift.log",
    benchmark:
        f"{OUT}/benchmarks/measure_shotgun_shift.tsv"
    threads: 2
    resources:
        **asked("measure_shotgun_shift"),
    params:
        **SHIFTS["shotgun"]["params"],
        mock_state=held_by(*named("reads", "mock")),
        out=subpath(output.pairs, parent=True),
        klbio=KLBIO,
    script:
        "../../scripts/measure_shift.py"
