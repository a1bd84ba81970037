"""klbio: reads, taxa tables and gene models -> divergences in bits, with an error bar."""

from warnings import simplefilter

from snakemake.settings.types import DeploymentMethod
from snakemake.utils import min_version

from klbio.cli import check_dates, check_earlier_run, check_workflow, say_warnings
from klbio.cli.killed import say_killed
from klbio.errors import InputWarning

min_version("9.19")

# A config of your own replaces the bundled one; it is not laid over it.
if not workflow.config_settings.configfiles:

    configfile: "config/config.yaml"


# By --default-storage-provider: then inputs and results lie there, and only what is read here too is here.
IN_STORAGE = workflow.storage_settings.default_storage_provider is not None
BY_CONDA = DeploymentMethod.CONDA in workflow.deployment_settings.deployment_method

# The sheets of samples that the check has read; a job reads them itself.
DESIGNS = (
    check_workflow(config, workflow.configfiles, BY_CONDA, IN_STORAGE)
    if workflow.is_main_process
    else {}
)

# Of sheets that are read again below, all was said by the check.
simplefilter("ignore", InputWarning)


include: "workflow/rules/common.smk"
include: "workflow/rules/chunks.smk"
include: "workflow/rules/requests.smk"


if "taxa" in config:

    include: "workflow/rules/taxa.smk"


if "reads" in config:

    include: "workflow/rules/batches.smk"
    include: "workflow/rules/reads.smk"
    include: "workflow/rules/quality.smk"


if taxa_of_reads():

    include: f"workflow/rules/{taxa_of_reads()}.smk"


if SHIFTS:

    include: "workflow/rules/parts.smk"


if "models" in config:

    include: "workflow/rules/models.smk"


include: "workflow/rules/targets.smk"


if parquet_folders():

    include: "workflow/rules/parquet.smk"


include: "workflow/rules/report.smk"


if workflow.is_main_process and not IN_STORAGE:
    check_dates([*study_inputs(), *model_files(), *files_of(samples_of_reads())])
    check_earlier_run(OUT, config, final_outputs(), study_inputs(), parts_on_the_way())


onstart:
    send_again()
    look_again_for_folders()


onsuccess:
    say_warnings(f"{OUT}/logs")


onerror:
    say_killed(log)


rule all:
    default_target: True
    input:
        final_outputs(),
