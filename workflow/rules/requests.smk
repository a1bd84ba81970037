"""What each job asks a scheduler for, by workflow/requests.tsv: nothing here but how much there is of what it names."""

from klbio.steps.requests import RESOURCES, Requests

RETRIES = (
    2  # of a job that is sent elsewhere: three times as much as at first, in the end
)
REQUESTS = Requests.read(workflow.source_path("../requests.tsv"))


def n_words(wildcards):
    """Words of both strands of the length that is compared."""
    return 4 ** int(wildcards.get("k", word_lengths()[0])) // 2


def send_again():
    """Have jobs that are sent elsewhere sent again when they fail, unless --retries says how often.

    Such a job may have been lost, or over its memory or time.  Here it may not, and a fault of the input would only be
    shown three times.  Snakemake knows where jobs go when it starts them, not when it reads rules, and a number in a
    rule would go before --retries.
    """
    if workflow.non_local_exec and workflow.execution_settings.retries == 0:
        workflow.execution_settings.retries = RETRIES


def look_again_for_folders():
    """Have a storage look for the folder of a job when that has ended.

    The plugins of S3 and Azure remember that it was not there when the plan was made, and would call the job failed.
    """
    for file in [file for job in workflow.dag.jobs for file in job.output]:
        if file.is_storage and getattr(file.storage_object, "_is_dir", None) is False:
            file.storage_object._is_dir = None


AMOUNTS = {
    "samples": lambda section, wildcards, input: n_samples(section),
    "input_mb": lambda section, wildcards, input: input.size_mb,
    "first_100_mb": lambda section, wildcards, input: min(input.size_mb, 100),
    "million_words": lambda section, wildcards, input: n_samples(section)
    * n_words(wildcards)
    / 1e6,
    "million_counters": lambda section, wildcards, input: 32
    * 4 ** max(word_lengths())
    / 1e6,
    "million_pairs": lambda section, wildcards, input: n_samples(section) ** 2 / 1e6,
    "matrix_mb": lambda section, wildcards, input: MATRIX.megabytes,
    "database_mb": lambda section, wildcards, input: MEGABYTES_OF_DATABASE,
    "models": lambda section, wildcards, input: len(model_entries()),
    "thousand_model_pairs": lambda section, wildcards, input: len(model_entries()) ** 2
    / 1e3,
    "million_match_states": lambda section, wildcards, input: MODELS.n_states / 1e6,
    "model_minutes": lambda section, wildcards, input: MODELS.minutes_of_job,
}


def asked(rule, section="reads", **known):
    """Memory and time of a rule's jobs, by the section whose samples it takes and what is known of them besides."""

    def amount(resource):
        named = [one.of for one in REQUESTS.terms(rule, resource) if one.of]

        def of(wildcards, input, attempt):
            found = known | {
                name: AMOUNTS[name](section, wildcards, input)
                for name in named
                if name not in known
            }
            return REQUESTS.amount(rule, resource, found, attempt)

        return of

    return {resource: amount(resource) for resource in RESOURCES}
