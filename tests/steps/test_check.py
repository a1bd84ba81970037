"""`klbio check` finds every fault at once, and opens each file once."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import yaml

from klbio import cli
from klbio.errors import InputError
from klbio.io.shotgun.kraken import FILES
from klbio.steps import check
from klbio.steps.check import examine
from klbio.steps.taxa import compose_taxa
from tests.packing import gzipped

TABLE = "taxon\ts1\ts2\nA\t900\t100\nB\t100\t900\n"
SHEET = "sample\tsubject\tphase\ns1\tX\tbefore\ns2\tX\tafter\n"
TAXONOMY = "taxon\tgenus\nA\tRoseburia\nB\tBacteroides\n"
READ = "@r{}\nACGTACGTACGTACGT\n+\nIIIIIIIIIIIIIIII\n"
EMISSIONS = "model\tcomponent\n"
CONFIG = """\
taxa:
  table: t.tsv
  samples: s.tsv
  taxonomy: tax.tsv
  tree: tree.nwk
  ranks: [genus, feature]
reads:
  samples: reads.tsv
  kmer: 3
models:
  sheet: models.tsv
  query: genes.fasta
"""


@pytest.fixture
def study(tmp_path, monkeypatch, root):
    """Sound files of every route."""
    files = {
        "t.tsv": TABLE, "s.tsv": SHEET, "tax.tsv": TAXONOMY, "tree.nwk": "(A:1,B:1);\n", "c.yaml": CONFIG,
        "reads.tsv": "sample\tsubject\tphase\tfastq_1\na\tX\tbefore\ta.fastq.gz\nb\tX\tafter\tb.fastq\n",
        "b.fastq": "".join(READ.format(n) for n in range(1, 10)),
        "models.tsv": f"model\tpath\nfly\t{root}/examples/gene-models/augustus/fly\nworm\tmam.hmm\n",
        "mam.hmm": (root / "examples/gene-models/snap/mam46.hmm").read_text(),
        "genes.fasta": (root / "examples/cds/fly-like.fasta").read_text(),
    }  # fmt: skip
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "a.fastq.gz").write_bytes(gzipped("".join(READ.format(n) for n in range(9)).encode()))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def found(config="c.yaml"):
    return [str(fault) for fault in examine(config).faults]


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_sound_files_have_no_fault(study):
    verdict = examine("c.yaml")
    assert verdict.faults == ()
    assert verdict.warnings == ()


@pytest.mark.parametrize("text", ["dtype: float32", "dtype: float32, format: tsv"])
def test_a_matrix_of_text_has_no_halved_numbers(study, text):
    (study / "c.yaml").write_text(f"{CONFIG}matrix: {{{text}}}\n")
    (fault,) = found()
    assert fault.startswith(
        f"c.yaml, line {len(CONFIG.splitlines()) + 1}: matrix.dtype: float32, of a matrix of text"
    )
    assert "matrix.format: npy, h5 or zarr" in fault


@pytest.mark.parametrize("text", ["dtype: float32, format: npy", "dtype: float32, format: none"])
def test_other_matrices_may_have_them(study, text):
    (study / "c.yaml").write_text(f"{CONFIG}matrix: {{{text}}}\n")
    assert found() == []


def test_a_folder_of_results_is_written_out(study):
    (study / "c.yaml").write_text(f"outdir: ~/gut\n{CONFIG}")
    (fault,) = found()
    assert (
        fault
        == "c.yaml, line 1: outdir: '~/gut'; expected a folder that starts with no ~. Write it out, from / on."
    )
    (study / "c.yaml").write_text(f"outdir: gut~\n{CONFIG}")
    assert found() == []


@pytest.mark.parametrize("out", ["link", "link/gut"])
def test_a_folder_of_results_that_is_a_link_to_nowhere_is_refused(study, out):
    (study / "link").symlink_to("gone")
    (study / "c.yaml").write_text(f"outdir: {out}\n{CONFIG}")
    (fault,) = found()
    assert fault.startswith("c.yaml, line 1: outdir: link: a link that leads nowhere; expected a folder")
    (study / "gone").mkdir()
    assert found() == []


def test_a_matrix_of_text_in_parts_is_made_by_one_job_and_that_is_said(study):
    (study / "c.yaml").write_text(f"{CONFIG}matrix: {{tiles: 3}}\n")
    (warning,) = examine("c.yaml").warnings
    assert "matrix.tiles, of a matrix of text, as which so many samples are written by default" in str(
        warning
    )


BREAK = {
    "t.tsv": ("900", "9.5x", "t.tsv, line 2"),
    "s.tsv": ("s2\tX", "s2\t", "s.tsv, line 3"),
    "tax.tsv": ("B\t", "A\t", "tax.tsv, line 3"),
    "tree.nwk": (");", "", "tree.nwk"),
    "reads.tsv": ("a\tX", "a\t", "reads.tsv, line 2"),
    "b.fastq": ("@r4", "r4", "b.fastq"),
    "mam.hmm": ("zoeHMM", "zoeHM", "mam.hmm"),
    "genes.fasta": (">", "", "genes.fasta"),
}


def test_every_file_at_fault_is_named_at_once_with_an_unknown_key(study):
    for name, (old, new, _) in BREAK.items():
        edit(study / name, old, new)
    edit(study / "c.yaml", "kmer: 3", "kmers: 3\n  canonical: maybe")
    text = "\n".join(found())
    for _, _, place in BREAK.values():
        assert place in text, place
    assert "key 'reads.kmers'" in text
    assert "reads.canonical: 'maybe'" in text


@pytest.mark.parametrize(
    "name", ["t.tsv", "s.tsv", "tax.tsv", "tree.nwk", "reads.tsv", "models.tsv", "genes.fasta"]
)
def test_a_missing_file_hides_nothing_and_is_one_fault(study, name):
    (study / name).unlink()
    hidden = {"reads.tsv": "b.fastq", "models.tsv": "mam.hmm"}.get(name)  # nobody else names these
    for other, (old, new, _) in BREAK.items():
        if other not in (name, hidden):
            edit(study / other, old, new)
    lines = found()
    for other, (_, _, place) in BREAK.items():
        if other not in (name, hidden):
            assert any(place in line for line in lines), place
    assert sum(line.startswith(f"{name}:") or f"'{name}'" in line for line in lines) == 1


def test_a_missing_key_hides_nothing(study):
    edit(study / "c.yaml", "  table: t.tsv\n", "")
    edit(study / "s.tsv", "s2\tX", "s2\t")
    edit(study / "tax.tsv", "B\t", "A\t")
    text = "\n".join(found())
    for words in ("taxa without 'table'", "s.tsv, line 3", "tax.tsv, line 3"):
        assert words in text


def test_a_model_that_is_not_there_does_not_hide_another(study):
    edit(study / "models.tsv", "fly\t", "fly\tnowhere/")
    edit(study / "mam.hmm", "zoeHMM", "zoeHM")
    text = "\n".join(found())
    assert "nowhere/" in text
    assert "mam.hmm" in text


def test_phases_that_cannot_be_known_are_not_asked_for(study):
    edit(study / "s.tsv", "before", "day 0")
    with (study / "c.yaml").open("a") as file:
        file.write("shift:\n  contrast: [{before: day 0, after: after}]\n")
    (fault,) = found()
    assert "key 'shift.contrast'" in fault
    assert "Did you mean 'contrasts'?" in fault


def test_162_dates_are_one_line(study, capsys):
    rows = [f"s{n}\tX\t{'before' if n % 2 else 'after'}\t2024/13/{n}" for n in range(162)]
    (study / "s.tsv").write_text("sample\tsubject\tphase\ttime\n" + "\n".join(rows) + "\n")
    with pytest.raises(SystemExit):
        cli.main(["check", "c.yaml"])
    lines = [line for line in capsys.readouterr().err.splitlines() if "'time'" in line]
    assert len(lines) == 1
    assert "and 159 more" in lines[0]


def test_a_damaged_read_file_is_found_beyond_its_first_records(study):
    text = (study / "b.fastq").read_text()
    (study / "b.fastq").write_text(text + "@r9\nACGT\n+\nII\n")
    (fault,) = found()
    assert "b.fastq" in fault


@pytest.mark.parametrize(
    "file", ["t.tsv", "s.tsv", "tax.tsv", "reads.tsv", "b.fastq", "genes.fasta", "models.tsv", "mam.hmm"]
)
def test_a_name_that_snakemake_takes_for_a_pattern_is_refused(study, file):
    odd, named_by = f"{{a}}{file}", "models.tsv" if file == "mam.hmm" else "c.yaml"
    for name in ("c.yaml", "reads.tsv", "models.tsv"):
        text = (study / name).read_text()
        (study / name).write_text(text.replace(f": {file}", f': "{odd}"').replace(f"\t{file}", f"\t{odd}"))
    (study / file).rename(study / odd)
    (fault,) = examine("c.yaml").faults
    assert str(fault).startswith(f"{named_by}: a path with braces: {odd!r}")


@pytest.mark.parametrize("odd", ["{a}", "a{b", "a}b"])
def test_one_brace_is_enough_in_the_folder_of_results(study, odd):
    (study / "c.yaml").write_text(f'outdir: "{odd}"\n{CONFIG}')
    (fault,) = examine("c.yaml").faults
    assert str(fault).startswith(f"c.yaml: a path with braces: {odd!r}")


def test_each_file_is_opened_once(study):
    script = (
        "import json, sys\n"
        "opened = []\n"
        "sys.addaudithook(lambda event, a: opened.append(str(a[0])) if event == 'open' else None)\n"
        "from klbio.steps.check import examine\n"
        "assert not examine('c.yaml').faults\n"
        "print(json.dumps(opened))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    times = Counter(path.rpartition("/")[2] for path in json.loads(done.stdout))
    names = [*BREAK, "c.yaml", "a.fastq.gz", "models.tsv"]
    packed_unlike = {"a.fastq.gz": 2, "b.fastq": 2}  # once more, to see whether one is a copy of the other
    assert {name: times[name] for name in names} == dict.fromkeys(names, 1) | packed_unlike


def test_warnings_stand_apart_and_are_faults_of_who_is_strict(study, capsys):
    edit(study / "t.tsv", "s2\n", "s2\ts3\n")
    edit(study / "t.tsv", "\t100\n", "\t100\t50\n")
    edit(study / "t.tsv", "B\t100\t900\n", "B\t100\t900\t50\n")
    edit(study / "s.tsv", "after\n", "after\ns9\tX\tafter\n")
    cli.main(["check", "c.yaml"])
    said = capsys.readouterr()
    assert said.out == "c.yaml: no fault found\n"
    note, heading, line = said.err.splitlines()
    assert note.startswith("klbio: note: t.tsv: 1 of 3 samples in the table, not in the sample sheet: 's3'")
    assert heading == "klbio: warning: 1 warning that stops nothing, but with --strict"
    assert line.startswith(
        "klbio: warning: s.tsv: 1 of 3 samples in the sample sheet, not in the table: 's9'"
    )
    with pytest.raises(SystemExit) as caught:
        cli.main(["check", "c.yaml", "--strict"])
    assert caught.value.code == 2
    said = capsys.readouterr().err
    assert "klbio: error: s.tsv: 1 of 3 samples" in said
    assert "klbio: note: t.tsv: 1 of 3 samples" in said


def test_json_for_programs(study, capsys):
    edit(study / "s.tsv", "s2\tX", "s2\t")
    with pytest.raises(SystemExit) as caught:
        cli.main(["check", "c.yaml", "--json"])
    assert caught.value.code == 2
    told = json.loads(capsys.readouterr().out)
    assert not told["ok"]
    (fault,) = [fault for fault in told["faults"] if fault["line"] == 3]
    assert list(fault) == ["path", "line", "kind", "found", "expected", "remedy"]
    assert (fault["path"], fault["kind"]) == ("s.tsv", "fault")
    edit(study / "s.tsv", "s2\t\t", "s2\tX\t")
    with pytest.raises(SystemExit) as caught:
        cli.main(["check", "c.yaml", "--json"])
    assert caught.value.code == 0
    assert json.loads(capsys.readouterr().out) == {"ok": True, "faults": [], "warnings": []}


@pytest.mark.parametrize(
    ("outdir", "words"),
    [("t.tsv/results", "t.tsv: a file"), ("/proc/nowhere", "nothing can be written there")],
)
def test_results_that_could_not_be_written_are_said_with_their_line(study, outdir, words):
    if outdir.startswith("/proc") and not Path("/proc/self").exists():
        pytest.skip("no /proc on this system")
    (study / "c.yaml").write_text(f"{CONFIG}outdir: {outdir}\n")
    (fault,) = found()
    assert fault.startswith(f"c.yaml, line 13: outdir: {outdir.removesuffix('/results')}: ")
    assert words in fault


@pytest.mark.parametrize(
    ("ranks", "n_faults"), [("[species, Genus, superkingdom]", 0), ("[strain, famly]", 2)]
)
def test_ranks_that_a_database_names_not_are_refused_before_it_is_used(study, ranks, n_faults):
    (study / "k2").mkdir()
    for name in FILES:
        (study / "k2" / name).write_bytes(b"")
    edit(study / "c.yaml", "  kmer: 3\n", f"  taxa: {{database: k2, ranks: {ranks}}}\n")
    faults = [fault for fault in found() if fault.startswith("k2: ")]
    assert len(faults) == n_faults
    assert all("expected one of 'domain', " in fault and "no rank" in fault for fault in faults)


def test_chunks_of_subjects_want_a_sheet_by_which_they_can_be_counted(study):
    with (study / "c.yaml").open("a") as file:
        file.write("shift:\n  chunk_subjects: 100\n")
    assert found() == []
    edit(study / "c.yaml", "  samples: s.tsv\n", "")
    said = [str(warning) for warning in examine("c.yaml").warnings]
    assert [
        line
        for line in said
        if "chunk_subjects, and no taxa.samples; the taxa are measured in one job" in line
    ]


def test_parquet_of_all_tables_wants_pyarrow(study, monkeypatch):
    with (study / "c.yaml").open("a") as file:
        file.write("tables: {parquet: all}\n")
    monkeypatch.setattr("klbio.steps.config_outputs.has_pyarrow", lambda: False)
    assert found() == []
    said = [str(warning) for warning in examine("c.yaml").warnings]
    assert sum("no pyarrow; no table is written as Parquet" in line for line in said) == 1
    monkeypatch.setattr("klbio.steps.config_outputs.has_pyarrow", lambda: True)
    assert not any("pyarrow" in str(warning) for warning in examine("c.yaml").warnings)


@pytest.mark.parametrize("given", ["0", "1.5", "all"])
def test_chunks_hold_a_whole_number_of_subjects(study, given):
    with (study / "c.yaml").open("a") as file:
        file.write(f"shift:\n  chunk_subjects: {given}\n")
    (fault,) = found()
    assert "shift.chunk_subjects" in fault


def checked_fast(monkeypatch, most):
    """Faults that the start of a workflow finds, with tables of more bytes than that left to their jobs."""
    monkeypatch.setattr(check, "MAX_FAST", most)
    path = Path("c.yaml")
    with pytest.raises(InputError) as caught:
        check.check_config(yaml.safe_load(path.read_text()), [path])
    return [str(fault) for fault in caught.value.faults]


def test_beside_a_table_too_large_for_the_start_the_other_files_are_looked_at(study, monkeypatch):
    for name in ("t.tsv", "tax.tsv", "tree.nwk"):
        edit(study / name, *BREAK[name][:2])
    edit(study / "t.tsv", "taxon", "#" * 200 + "\ntaxon")
    faults = checked_fast(monkeypatch, 200)
    assert [fault.partition(":")[0] for fault in faults] == ["tax.tsv, line 3", "tree.nwk"]
    assert any(fault.startswith("t.tsv") for fault in found())


def test_a_rank_that_no_lineage_has_is_named_beside_a_large_table(study, monkeypatch):
    edit(study / "c.yaml", "[genus, feature]", "[genuss]")
    edit(study / "t.tsv", "taxon", "#" * 200 + "\ntaxon")
    (fault,) = checked_fast(monkeypatch, 200)
    assert "no rank 'genuss'" in fault


def test_the_job_that_reads_the_table_names_the_faults_of_all_its_files(study):
    for name in ("t.tsv", "s.tsv", "tax.tsv"):
        edit(study / name, *BREAK[name][:2])
    with pytest.raises(InputError) as caught:
        compose_taxa(table="t.tsv", samples="s.tsv", taxonomy="tax.tsv", out="out.biom")
    assert {fault.path for fault in caught.value.faults} == {"s.tsv", "t.tsv", "tax.tsv"}
