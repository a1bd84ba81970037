"""Samples of each job that names reads: the same for any number of cores."""

from klbio.steps.batches import batches_of

BATCHES = {
    f"batch{k}": names for k, names in enumerate(batches_of(samples_of_reads()), 1)
}


def batch_files(wildcards):
    """The read files of a batch."""
    return files_of(LIBRARIES[name] for name in BATCHES[wildcards.batch])


def batch_lanes(wildcards):
    """How many of them each lane of each sample has."""
    return {
        name: [len(lane) for lane in LIBRARIES[name].lanes]
        for name in BATCHES[wildcards.batch]
    }


def batch_blanks(wildcards):
    """Its negative controls, whose files may be empty."""
    names = BATCHES[wildcards.batch]
    return [name for name in names if LIBRARIES[name].kind == "negative"]
