"""Where things are: paths and settings by name.  Nothing is computed here."""

import json
from functools import lru_cache
from os import environ

from klbio.cli import COPIES
from klbio.io import BUILT_IN
from klbio.io.elsewhere import anywhere, is_address
from klbio.io.result_folder import SUMS
from klbio.io.state import size_of, state_of
from klbio.io.sheets.model_sheet import read_model_sheet
from klbio.io.sheets.sheet import read_samples
from klbio.io.shotgun.sketch_database import is_of_sketches
from klbio.schema import (
    CALL_CUTOFFS,
    CALL_RANGE,
    MODEL_TABLES,
    NEAREST,
    QUALITY,
    QUALITY_DIFFERENCES,
    SHIFT_TABLES,
)
from klbio.steps.large_tables import large_tables_planned
from klbio.steps.matrix_plan import MatrixPlan
from klbio.steps.read_programs import missing_programs
from klbio.steps.provenance import code_version

OUT = config.get("outdir", "results")
LIBRARIES = {}  # of reads, by name
SEED = {"seed": config["seed"]} if "seed" in config else {}
ELSEWHERE = (
    anywhere if IN_STORAGE else is_address
)  # files that need be there only when their job starts
# A change of the package's code changes this parameter, and so reruns what the old code made.
KLBIO = code_version()


def here(**files):
    """Inputs that are read before any job is made too: sheets, and what names taxa."""
    return {} if IN_STORAGE else {name: path for name, path in files.items() if path}


def held_by(*paths):
    """What files hold, as a parameter: one that is put there with an older date than the results is no news else."""
    known = [path for path in paths if path and not ELSEWHERE(path)]
    return lambda wildcards: [state_of(path) for path in known]


def with_sources(*others, **files):
    """The same where inputs lie in a storage: they are parameters there, as they come with the workflow itself.

    And what they hold, with other inputs.
    """
    given = {name: path for name, path in files.items() if path and IN_STORAGE}
    sheets = [
        path for name, path in given.items() if name in ("samples", "metadata", "sheet")
    ]
    if IN_STORAGE:
        return given | {"state": [state_of(path) for path in sheets]}
    return {"state": held_by(*files.values(), *others)}


def sizes(names):
    """How large the read files of samples are, which are too many to be hashed here."""
    files = files_of(LIBRARIES[name] for name in names)
    return [size_of(path) for path in files if not ELSEWHERE(path)]


def named(section, *keys):
    """Files that a section names."""
    return [config[section][key] for key in keys if config[section].get(key)]


def call(start, name):
    """Have jobs call copies from a storage, whose paths start so, by names that start so."""
    copies = json.loads(environ.get(COPIES, "{}"))
    environ[COPIES] = json.dumps(copies | {start: name})


if IN_STORAGE:
    call(str(workflow.inputfile("x")).removesuffix("x"), "")


def fetched(paths):
    """A file, or several, that may be named by an address."""
    if isinstance(paths, list):
        return [fetched(path) for path in paths]
    if not is_address(paths):
        return paths
    scheme, _, place = paths.partition("://")
    copy = storage(paths)
    call(str(copy).removesuffix(place), f"{scheme}://")
    return copy


def sheets_of(section):
    """The sheets of a section, by the names that steps have for them."""
    given = config.get(section, {})
    return {name: given[name] for name in ("samples", "metadata") if name in given}


def as_given(values):
    """Parameters that hold what they hold: in a text of its own Snakemake takes a word in braces for a placeholder."""
    return {
        name: lambda wildcards, value=value: value for name, value in values.items()
    }


def settings(section, *names):
    """The settings given in a section; what is not given keeps the default of the step."""
    given = config.get(section, {})
    return as_given({name: given[name] for name in names if name in given})


def shift_settings():
    return (
        settings(
            "shift",
            "contrasts",
            "phases",
            "control",
            "day_variance",
            "smoothing",
            "support",
            "n_resamples",
            "min_depth",
        )
        | SEED
    )


def tables_of(folder, names):
    """The tables of a run, and what says that they are all of one."""
    paths = {name: f"{OUT}/{folder}/{name}.tsv" for name in names}
    return paths | {"sums": f"{OUT}/{folder}/{SUMS}"}


@lru_cache
def design(section):
    """What the sheet of a section says, which is read once; nothing where the table itself says whose samples it has."""
    given, of_reads = config[section], section == "reads"
    if section in DESIGNS or "samples" not in given:
        return DESIGNS.get(section)
    return read_samples(
        given["samples"],
        reads=of_reads,
        columns=given.get("columns"),
        metadata=given.get("metadata"),
        elsewhere=ELSEWHERE,
    )


def n_samples(section):
    """Samples and controls of a section's sheet; 0 where the table itself says whose they are."""
    sheet = design(section) if section in config else None
    return len(sheet.libraries) if sheet else 0


def samples_of_reads():
    """Every sample and control of the reads' sheet."""
    if not LIBRARIES and "reads" in config:
        LIBRARIES.update((sample.name, sample) for sample in design("reads").libraries)
    return list(LIBRARIES.values())


def files_of(samples):
    return [path for sample in samples for lane in sample.lanes for path in lane]


def word_lengths():
    """The lengths of the words that are counted in reads, the study's first."""
    named = config["reads"].get("kmer", 6)
    return [named] if isinstance(named, int) else list(named)


def other_words():
    """What is counted beside them, as its folder is called."""
    others = word_lengths()[1:] if "reads" in config else []
    return [f"reads.k{k}" for k in others]


def taxa_of_reads():
    """The route from reads to taxa that is asked for, where the programs are there that it takes."""
    reads = config.get("reads", {})
    if "taxa" not in reads or missing_programs(reads["taxa"] or {}, BY_CONDA):
        return ""
    return "shotgun" if "database" in (reads["taxa"] or {}) else "amplicons"


def taxa_settings(*names):
    given = config["reads"]["taxa"] or {}
    return {name: given[name] for name in names if name in given}


def quality_tables():
    """What the routes of the reads say of each library."""
    names = {"amplicons": "amplicons.reads", "shotgun": "shotgun.confidences"}
    taxa = taxa_of_reads()
    if taxa == "shotgun" and is_of_sketches(config["reads"]["taxa"]["database"]):
        taxa = ""  # shares of k-mers, which count no reads
    routes = {route: names[route] for route in names if route == taxa}
    return {
        route: f"{OUT}/composition/{name}.tsv"
        for route, name in ({"reads": "reads.quality"} | routes).items()
    }


@lru_cache
def model_entries():
    """The lines of the models' sheet, which is read once."""
    sheet = config.get("models", {}).get("sheet")
    return read_model_sheet(sheet, ELSEWHERE) if sheet else []


def model_files():
    """Every file or folder of the models' sheet."""
    sources = [entry.source for entry in model_entries()]
    return [source for source in sources if not source.startswith(BUILT_IN)]


def queries():
    """The files whose nearest model is asked for: none, one, or a GFF3 and its genome."""
    named = config.get("models", {}).get("query", [])
    return [named] if isinstance(named, str) else list(named)


def sections():
    named = [name for name in ("taxa", "reads", "models") if name in config]
    return named + ([taxa_of_reads()] if taxa_of_reads() else [])


def folders():
    """Result folder of each section that runs."""
    names = {"taxa": "shift"}
    return {section: names.get(section, section) for section in sections()}


def study_inputs():
    """Every file the config names but reads, for the checksums: those of reads are made where they are counted."""
    keys = [
        ("taxa", "table"),
        ("taxa", "samples"),
        ("taxa", "taxonomy"),
        ("taxa", "tree"),
        ("taxa", "mock"),
        ("reads", "samples"),
        ("reads", "metadata"),
        ("reads", "mock"),
        ("models", "sheet"),
    ]
    named = [config.get(section, {}).get(key) for section, key in keys] + queries()
    return list(filter(None, named))


def sheets():
    """Those of them that are read here."""
    both = [*sheets_of("taxa").values(), *sheets_of("reads").values()]
    return both + ([config["models"]["sheet"]] if "models" in config else [])


def matrix_plan():
    """As what the matrix of all pairs is written, and in how many jobs."""
    if "taxa" not in config:
        return MatrixPlan(0, "none")
    asked = config.get("matrix", {})
    return MatrixPlan(n_samples("taxa"), asked.get("format", ""), asked.get("tiles", 0))


def matrix_files(path):
    """A matrix, and the names of a .npy beside it; a .zarr is a folder."""
    if path.endswith(".zarr"):
        return {"out": directory(path)}
    beside = (
        {"names": f"{path.removesuffix('.npy')}.json"} if path.endswith(".npy") else {}
    )
    return {"out": path} | beside
