"""Samples of each job that names reads: the same for any number of cores."""

from klbio.steps.amplicon_merge import batches_of

LIBRARIES = {sample.name: sample for sample in samples_of_reads()}
BATCHES = {
    f"batch{k}": names
    for k, names in enumerate(batches_of(list(LIBRARIES.values())), 1)
}
