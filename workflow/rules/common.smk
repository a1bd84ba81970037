"""Where things are: paths and settings by name.  Nothing is computed here."""

from klbio.steps.provenance import code_version
from klbio.steps.shift import TABLES

OUT = config.get("outdir", "results")
SEED = {"seed": config["seed"]} if "seed" in config else {}
# A change of the package's code changes this parameter, and so reruns what the old code made.
KLBIO = code_version()


def settings(section, *names):
    """The settings given in a section; what is not given keeps the default of the step."""
    given = config.get(section, {})
    return {name: given[name] for name in names if name in given}


def shift_settings():
    return settings("shift", "contrasts", "smoothing", "support", "n_resamples", "min_depth") | SEED


def shift_tables(folder):
    return {name: f"{OUT}/{folder}/{name}.tsv" for name in TABLES}


def sections():
    return [name for name in ("taxa", "reads", "models") if name in config]


def folders():
    """Result folder of each section that runs."""
    names = {"taxa": "shift", "reads": "reads", "models": "models"}
    return {section: names[section] for section in sections()}


def study_inputs():
    """Every file the config names, for the checksums."""
    named = [config.get("taxa", {}).get(key) for key in ("table", "samples", "taxonomy")]
    named += [config.get("reads", {}).get("samples"), config.get("models", {}).get("sheet")]
    return [path for path in named if path]


def final_outputs():
    always = [f"{OUT}/report/report.html", f"{OUT}/provenance.json", f"{OUT}/dropped.tsv"]
    return always + ([f"{OUT}/shift/matrix.tsv"] if "taxa" in config else [])
