"""Jobs that were ended from outside, as Snakemake's log tells of them."""

import pytest

from klbio.cli.killed import killed_jobs, say_killed

STARTED = """\
rule measure_taxa_shift:
    input: samples.tsv, results/composition/taxa.biom
    output: results/shift/pairs.tsv
    log: {log}
    jobid: 2
    resources: tmpdir=<TBD>, disk_mb=1000, mem_mb={mem}, mem=200 MB, mem_mib=191, runtime={minutes}
"""
FAILED = """\
Error in rule measure_taxa_shift:
    message: SLURM-job '20' failed, SLURM status is: '{state}'. Detailed failure reason unavailable.
    jobid: 2
    output: results/shift/pairs.tsv
    log: {log}, /tmp/slurm_logs/rule_measure_taxa_shift/20.log (check log file(s) for error details)
    external_jobid: 20
"""


@pytest.fixture
def run(tmp_path):
    """The log of a run in which a job was sent twice, and failed."""
    own = tmp_path / "results.log"

    def written(state="FAILED", said=""):
        own.write_text(said)
        parts = [STARTED.format(log=own, mem=200, minutes=15), STARTED.format(log=own, mem=400, minutes=30)]
        path = tmp_path / "snakemake.log"
        path.write_text("".join([*parts, FAILED.format(log=own, state=state)]))
        return path

    return written


def test_a_job_that_was_sent_again_and_finished_is_none_of_them(run):
    """Others failed of that run."""
    path = run()
    with path.open("a") as log:
        log.write("Trying to restart job 2.\nFinished jobid: 12 (Rule: compose_taxa)\n")
    assert len(list(killed_jobs(path))) == 1
    with path.open("a") as log:
        log.write("Finished jobid: 2 (Rule: measure_taxa_shift)\n")
    assert not list(killed_jobs(path))


def test_a_job_without_a_word_had_most_likely_asked_for_too_little(run, capsys):
    say_killed([run()])
    assert capsys.readouterr().err == (
        "klbio: measure_taxa_shift was killed: most likely it needed more memory or time than it had asked for (400 MB "
        "and 30 minutes). Ask for more, here or under set-resources in the profile: --set-resources "
        "measure_taxa_shift:mem_mb=800 measure_taxa_shift:runtime=60\n"
    )


@pytest.mark.parametrize(
    ("state", "words", "more"),
    [
        ("TIMEOUT", "ran longer than the 30 minutes it had asked for", "measure_taxa_shift:runtime=60"),
        ("OUT_OF_MEMORY", "needed more than the 400 MB it had asked for", "measure_taxa_shift:mem_mb=800"),
    ],
)
def test_where_the_scheduler_knows_why_so_it_is_said(run, state, words, more):
    (killed,) = killed_jobs(run(state))
    assert words in killed.words
    assert killed.words.endswith(f"--set-resources {more}")


def test_whatever_klbio_ended_by_itself_says_why_itself(run):
    assert list(killed_jobs(run(said="table.tsv: an empty file; expected a table.\n"))) == []


def test_what_was_remarked_on_the_way_is_no_reason(run):
    remarks = "klbio: note: t.tsv: 92 samples; left out.\n\nklbio: warning: t.tsv: 3 rows that are sums.\n"
    assert list(killed_jobs(run(said=remarks)))
    assert not list(killed_jobs(run(said=f"{remarks}t.tsv, line 3: 'x'; expected a whole number.\n")))


def test_a_job_that_was_killed_here_lacked_the_memory_of_the_machine(tmp_path):
    path = tmp_path / "snakemake.log"
    started = STARTED.format(log="gone.log", mem=200, minutes=15)
    path.write_text(
        f"{started}Error in rule measure_taxa_shift:\n    message: None\n    log: gone.log (check log file(s))\n"
    )
    (killed,) = killed_jobs(path)
    assert killed.words == (
        "measure_taxa_shift was killed: most likely the memory of this machine was full. Run fewer jobs at once "
        "(--cores 1), or run it where there is more"
    )
