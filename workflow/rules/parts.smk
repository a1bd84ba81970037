"""Subjects of a large study, measured a chunk in each job; `measure_..._shift` puts the parts together."""

for FOLDER, SHIFT in SHIFTS.items():
    NAME = f"measure_{FOLDER.replace('.', '_')}_part"

    rule:
        name:
            NAME
        input:
            **(SHIFT["input"] | SHIFT.get("of_chunk", {})),
        output:
            part=temp(f"{OUT}/{FOLDER}/parts/{{chunk}}.part"),
        log:
            f"{OUT}/logs/{NAME}.{{chunk}}.log",
        benchmark:
            f"{OUT}/benchmarks/{NAME}.{{chunk}}.tsv"
        threads: 2
        resources:
            **asked(
                "measure_words_part" if "words" in SHIFT else "measure_part",
                "taxa" if FOLDER == "shift" else "reads",
                **SHIFT.get("words", {}),
            ),
        params:
            **SHIFT["params"],
            chunk=lambda wildcards: int(wildcards.chunk),
            chunk_subjects=SHIFT["chunks"].size,
            klbio=KLBIO,
        script:
            "../../scripts/measure_shift_part.py"
