"""Samples of each job that reads files, the same for any number of cores."""

from klbio.steps.batches import BATCH_BYTES, KMER_BYTES, batches_of


def batches(most_bytes):
    found = batches_of(samples_of_reads(), most_bytes, ELSEWHERE)
    return {f"batch{k}": names for k, names in enumerate(found, 1)}


BATCHES = batches(BATCH_BYTES)
KMER_BATCHES = batches(KMER_BYTES)


def batch_files(wildcards):
    """The read files of a batch."""
    return fetched(files_of(LIBRARIES[name] for name in BATCHES[wildcards.batch]))


def kmer_files(wildcards):
    """The same, of a batch whose words are counted."""
    return fetched(files_of(LIBRARIES[name] for name in KMER_BATCHES[wildcards.batch]))


def kmer_lanes(wildcards):
    """How many of them each lane of each sample has."""
    return {
        name: [len(lane) for lane in LIBRARIES[name].lanes]
        for name in KMER_BATCHES[wildcards.batch]
    }


def kmer_blanks(wildcards):
    """Its negative controls, whose files may be empty."""
    names = KMER_BATCHES[wildcards.batch]
    return [name for name in names if LIBRARIES[name].kind == "negative"]
