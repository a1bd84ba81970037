"""In how many jobs a study is measured and models are compared, by their sheets: the same for any number of cores."""

from klbio.reads.kmers import kmer_labels
from klbio.steps.chunks import Chunks, seconds_of_taxa, seconds_of_words
from klbio.steps.model_plan import ModelPlan

MODELS = ModelPlan.of(
    model_entries(),
    config.get("models", {}).get("tiles", 0),
    looked_at=not IN_STORAGE,
)

SHIFTS = (
    {}
)  # the studies by their folders: chunks, and what all of their rules are given


def chunks_of(samples, seconds):
    return Chunks.of(samples, seconds, config.get("shift", {}).get("chunk_subjects"))


def chunks_of_taxa():
    """Of the table's own sheet; without one all subjects are measured in one job."""
    taxa = config["taxa"]
    sheet = design("taxa")
    if sheet is None:
        return Chunks(1, 1)
    seconds = seconds_of_taxa(sheet.samples, len(taxa.get("ranks", "1")))
    return chunks_of(sheet.samples, seconds)


def samples_of_study():
    return [sample for sample in samples_of_reads() if sample.kind == "sample"]


def chunks_of_words(k):
    samples = samples_of_study()
    n_words = len(kmer_labels(k, config["reads"].get("canonical", True)))
    return chunks_of(samples, seconds_of_words(samples, n_words))


def chunks_of_ranks(n_ranks):
    samples = samples_of_study()
    return chunks_of(samples, seconds_of_taxa(samples, n_ranks))


def parts_of(folder):
    """What the tables of a study are made of; nothing where all is measured in one job."""
    numbers = SHIFTS[folder]["chunks"].numbers
    return expand(f"{OUT}/{folder}/parts/{{chunk}}.part", chunk=numbers)


def batches_of_chunk(chunks, number):
    """The batches of words that have a sample of a chunk."""
    subjects = chunks.subjects(samples_of_study(), number)
    names = {sample.name for sample in samples_of_study() if sample.subject in subjects}
    return expand(
        f"{KMERS}/{{batch}}.kmers",
        batch=[
            batch for batch in KMER_BATCHES if not names.isdisjoint(KMER_BATCHES[batch])
        ],
    )


def shift_of_words(k):
    """The study of words of k bases."""
    chunks = chunks_of_words(k)
    name = "reads" if k == word_lengths()[0] else f"reads.k{k}"
    words = len(samples_of_study()) * 4**k / 2 / 1e6
    return {
        "words": {
            "million_words": words,
            "million_words_of_chunk": words / max(len(chunks.numbers), 1),
        },
        "chunks": chunks,
        "input": {
            "table": f"{OUT}/composition/{name}.biom",
        }
        | here(**sheets_of("reads")),
        "of_chunk": {
            "groups": lambda wildcards: batches_of_chunk(chunks, int(wildcards.chunk))
        },
        "params": with_sources(**sheets_of("reads"))
        | shift_settings()
        | settings("reads", "columns")
        | {"feature_rank": f"{k}-mer"},
    }
