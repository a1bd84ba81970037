"""Gene models and profile HMMs -> all ordered pairs; one job."""

from klbio.io.model_sheet import read_model_sheet
from klbio.steps.models import TABLES as MODEL_TABLES


def model_files():
    return [str(entry.path) for entry in read_model_sheet(config["models"]["sheet"])]


rule compare_models:
    input:
        sheet=config["models"]["sheet"],
        files=model_files(),
    output:
        **{name: f"{OUT}/models/{name}.tsv" for name in MODEL_TABLES},
    log:
        f"{OUT}/logs/compare_models.log",
    benchmark:
        f"{OUT}/benchmarks/compare_models.tsv"
    params:
        **settings("models", "epsilon"),
        out=f"{OUT}/models",
        klbio=KLBIO,
    resources:
        mem_mb=2000,
        runtime=30,
    script:
        "../../scripts/compare_models.py"
