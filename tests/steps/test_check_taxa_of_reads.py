"""What `klbio check` says of the taxa of reads before any work."""

import pytest

from klbio.steps.check import examine

READ = "@{0}\nACGTACGTAC\n+\nIIIIIIIIII\n"


@pytest.fixture
def checked(tmp_path, monkeypatch):
    """Check a config with these settings of reads; give its faults."""
    monkeypatch.chdir(tmp_path)
    rows = []
    for sample, phase in (("a", "before"), ("b", "after")):
        (tmp_path / f"{sample}.fastq").write_text("".join(READ.format(f"{sample}{i}") for i in range(9)))
        rows.append(f"{sample}\tX\t{phase}\t{sample}.fastq\n")
    (tmp_path / "s.tsv").write_text("sample\tsubject\tphase\tfastq_1\n" + "".join(rows))

    def check(settings, sheet="s.tsv"):
        (tmp_path / "c.yaml").write_text(f"reads:\n  samples: {sheet}\n  {settings}\n")
        return [str(fault) for fault in examine("c.yaml").faults]

    return check


@pytest.mark.parametrize("ranks", ["genus", "Genus, kingdom", "feature"])
def test_ranks_of_the_reference_are_no_fault(checked, ranks):
    assert checked(f"taxa: {{ranks: [{ranks}]}}") == []


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("taxa: {ranks: [species], exclude: [Nonsense]}", ["no rank 'species'", "no taxon 'Nonsense'"]),
        ("taxa: {lineages: x.csv}", ["lineages without a database"]),
        (
            "taxa: {primers: {forward: ACGT, reverse: GGACTACHVGGGTWTCTAAT}}",
            ["primers.forward: 'ACGT'; expected 10 characters or more"],
        ),
        ("taxa: {primers: {forward: GTGCCAGCMGCCGCGGTAA}}", ["primers without 'reverse'"]),
        ("kmer: [6, 6]", ["expected each entry once"]),
    ],
)
def test_each_fault_is_said_once_in_its_own_words(checked, settings, said):
    faults = checked(settings)
    assert len(faults) == len(said)
    for fault, words in zip(faults, said, strict=True):
        assert words in fault


def test_a_sheet_without_people_is_one_fault(checked, tmp_path):
    (tmp_path / "ampliseq.csv").write_text("sampleID,forwardReads\na,a.fastq\n")
    (fault,) = checked("kmer: 4", "ampliseq.csv")
    assert "--metadata FILE" in fault
