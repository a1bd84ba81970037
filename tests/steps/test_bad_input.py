"""Bad input: every fault of every file is named at once, and nothing is written."""

import subprocess
import sys

import biom
import numpy as np
import pandas as pd
import pytest

from klbio.cli import main
from klbio.errors import InputError
from klbio.steps.check import check_inputs
from klbio.steps.shift import measure_shift

TABLE = "taxon\ts1\ts2\ts3\ts4\nA\t90\t10\t80\t20\nB\t10\t90\t20\t80\n"
SHEET = "sample\tsubject\tphase\ttime\ns1\tX\tbefore\t0\ns2\tX\tafter\t1\ns3\tY\tbefore\t0\ns4\tY\tafter\t1\n"
LINEAGES = "id\tphylum\tgenus\nA\tP\tG\nB\tP\tH\n"
TREE = "(A:1,B:1);\n"
NO_LINEAGE = "no lineage for 1 of 2 taxa of the table ('B')"
NO_TIP = "1 of 2 categories are no tip of the tree ('B')"
SHORT_LINEAGES, OTHER_TREE = LINEAGES.replace("B\tP\tH\n", ""), "(A:1,C:1);\n"
FILES = {"t.tsv": TABLE, "s.tsv": SHEET, "x.tsv": LINEAGES, "w.nwk": TREE}


def run(folder, files, *options):
    """Run `klbio shift` in this process on the four small files, some of them replaced."""
    for name, text in {**FILES, **files}.items():
        content = text if isinstance(text, bytes) else text.encode()
        (folder / name).write_bytes(content)
    inputs = [folder / "t.tsv", "--samples", folder / "s.tsv"]
    others = ["--taxonomy", folder / "x.tsv", "--tree", folder / "w.nwk", "--rank", "feature"]
    fixed = ["--rank", "genus", "--resamples", "19", "--no-report", "--out", folder / "out"]
    main([str(word) for word in ["shift", *inputs, *others, *fixed, *options]])
    return pd.read_csv(folder / "out" / "dropped.tsv", sep="\t", keep_default_na=False)


# what is wrong -> files that differ, further options, what the message must say, all of it
BAD = {
    "no subject with both phases": (
        {"s.tsv": SHEET.replace("s2\tX", "s2\tZ").replace("s4\tY", "s4\tQ")}, (),
        ["s.tsv: no subject with samples both in 'before' and in 'after'", "one name per person or animal"],
    ),
    "one sample in the sheet": (
        {"s.tsv": "sample\tsubject\tphase\ns1\tX\tbefore\n"}, (), ["no sample of phase 'after'"],
    ),
    "one sample in the table": (
        {"t.tsv": "taxon\ts1\nA\t90\nB\t10\n"}, (),
        ["no subject left to measure", "'s2', 's3', 's4': in the sample sheet, not in the table",
         "subject 'X': no usable sample in phase 'after'", "t.tsv has 1 of the 4 samples of the sheet",
         "put the files of all samples in one folder"],
    ),
    "no read at all": (
        {"t.tsv": "taxon\ts1\ts2\ts3\ts4\nA\t0\t0\t0\t0\nB\t0\t0\t0\t0\n"}, (),
        ["'s1', 's2', 's3', 's4': 0 reads, fewer than min_depth (100)", "subject 'X', 'Y'"],
    ),
    "two samples of one moment": (
        {"s.tsv": SHEET + "s5\tX\tbefore\t0.0\n"}, (),
        ["s.tsv, line 6: subject 'X', phase 'before', time 0.0 was given in line 2 (sample 's1')", "replicates"],
    ),
    "a faulty sheet, and phases that it does not have": (
        {"s.tsv": SHEET.replace("s3", "s1")}, ("--before", "pre"),
        ["s.tsv, line 4: sample 's1' was given in line 2", "s.tsv: no sample of phase 'pre'"],
    ),
    "two samples of one moment and replicate": (
        {"s.tsv": SHEET.replace("time", "time\treplicate").replace("\t0\n", "\t0\t1\n") + "s5\tX\tbefore\t0\t1\n"},
        (),
        ["s.tsv, line 6: subject 'X', phase 'before', time 0 was given in line 2", "column `replicate`"],
    ),
    "phases that the sheet does not have": (
        {}, ("--before", "pre", "--after", "post"),
        ["no sample of phase 'pre'; expected one of the sheet's phases 'before', 'after'", "phase 'post'"],
    ),
    "a phase against itself": ({}, ("--after", "before"), ["phase 'before' on both sides"]),
    "a contrast twice": ({}, ("--after", "after", "--after", "after"), ["'before' to 'after' 2 times"]),
    "a taxonomy that misses a taxon": ({"x.tsv": SHORT_LINEAGES}, (), [f"x.tsv: {NO_LINEAGE}"]),
    "a tree that misses a taxon": ({"w.nwk": OTHER_TREE}, (), [f"w.nwk: {NO_TIP}"]),
    "sheet, taxonomy and tree": (
        {"s.tsv": SHEET.replace("\t0\n", "\tday 0\n", 1).replace("s2\tX", "s2\t").replace("s3", "s1"),
         "x.tsv": SHORT_LINEAGES, "w.nwk": OTHER_TREE}, (),
        ["s.tsv, line 2: column 'time' holds 'day 0'", "s.tsv, line 3: column 'subject' is empty",
         "s.tsv, line 4: sample 's1' was given in line 2", f"x.tsv: {NO_LINEAGE}", f"w.nwk: {NO_TIP}"],
    ),
    "settings, phases, rank, taxonomy and tree": (
        {"x.tsv": SHORT_LINEAGES, "w.nwk": OTHER_TREE},
        ("--resamples", "3", "--smoothing", "wishful", "--seed", "-1", "--before", "pre", "--rank", "species"),
        ["n_resamples: 3; expected 19 or more", "smoothing: 'wishful'", "seed: -1", "no sample of phase 'pre'",
         "no rank 'species'", NO_LINEAGE, NO_TIP],
    ),
    "table, taxonomy and tree, each by itself": (
        {"t.tsv": TABLE.replace("90\t10", "-1\tnan"), "x.tsv": LINEAGES + "A\tP\tG\n", "w.nwk": "(A:1,B:1"}, (),
        ["t.tsv, line 2: column 's1' holds '-1'", "column 's2' holds 'nan'",
         "x.tsv, line 4: id 'A' was given in line 2", "w.nwk: no ';'"],
    ),
    "a sample twice and a taxon twice": (
        {"t.tsv": TABLE.replace("s4", "s1") + "A\t1\t1\t1\t1\n"}, (),
        ["t.tsv, line 1: sample 's1' given more than once, first in column 2",
         "t.tsv, line 4: taxon 'A' given more than once, first in line 2"],
    ),
    "names that are empty": (
        {"t.tsv": TABLE.replace("s4", "").replace("B\t", " \t")}, (),
        ["line 1: a sample without a name in column 5", "line 3: a taxon without a name"],
    ),
    "a fraction, an infinity, a gap": (
        {"t.tsv": TABLE.replace("90\t10", "0.9\tinf").replace("\t80\n", "\t\n")}, (),
        ["column 's1' holds '0.9'", "column 's2' holds 'inf'", "line 3: column 's4' holds ''",
         "before it is turned into proportions"],
    ),
    "more reads than can be dealt out": (
        {"t.tsv": TABLE.replace("90", "1e10")}, (), ["reads of subject 'X'", "fewer than 1e+09"],
    ),
    "spaces around names": (
        {"s.tsv": SHEET.replace("s1\tX", "s1 \tX ")}, (),
        ["line 2: column 'sample' holds 's1 '", "line 2: column 'subject' holds 'X '"],
    ),
    "a line break in quotes": (
        {"s.tsv": SHEET.replace("s1\tX", 's1\t"X\nY"')}, (),
        [r"line 2: column 'subject' holds 'X\nY'; expected a name on one line"],
    ),
    "a tab in a name": (
        {"s.tsv": SHEET.replace("s1\tX", "s1\tX\tY")}, (), ["line 2: 5 fields; expected 4, as in the header"],
    ),
    "thousands with commas": (
        {"t.tsv": TABLE.replace("80", "1,080")}, (),
        ["line 2: column 's3' holds '1,080'", "without marks between thousands: 1234"],
    ),
    "empty files": (
        dict.fromkeys(FILES, ""), (),
        ["s.tsv: no line with text", "t.tsv: an empty file", "x.tsv: 0 lines", "w.nwk: an empty file"],
    ),
    "headers alone": (
        {"s.tsv": SHEET.split("\n")[0], "t.tsv": TABLE.split("\n")[0], "x.tsv": LINEAGES.split("\n")[0]}, (),
        ["s.tsv: one line with text", "t.tsv, line 1: a header without rows", "x.tsv: 1 lines"],
    ),
    "another encoding and a workbook": (
        {"s.tsv": SHEET.replace("X", "\xeb").encode("latin-1"), "x.tsv": b"PK\x03\x04\xff"}, (),
        ["s.tsv, line 2: bytes that are not UTF-8", "x.tsv: a damaged workbook"],
    ),
    "files that are not there": (
        {}, ("--taxonomy", "none.tsv", "--tree", "none.nwk", "--samples", "no.tsv"),
        ["none.tsv: ", "none.nwk: ", "no.tsv: "],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_every_fault_at_once_and_nothing_written(tmp_path, capsys, case):
    files, options, words = BAD[case]
    with pytest.raises(SystemExit) as caught:
        run(tmp_path, files, *options)
    said = capsys.readouterr().err
    assert caught.value.code == 2
    for part in words:
        assert part in said
    assert all(
        line.startswith("klbio: error: ") and "; expected " in line for line in said.strip().split("\n")
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(FILES)


def test_a_file_where_the_results_should_go_is_left_alone(tmp_path, capsys):
    with pytest.raises(SystemExit):
        run(tmp_path, {"x.tsv": SHORT_LINEAGES}, "--out", tmp_path / "t.tsv")
    said = capsys.readouterr().err
    assert "t.tsv: a file; expected a folder" in said
    assert NO_LINEAGE in said
    assert (tmp_path / "t.tsv").read_text() == TABLE


def test_the_command_ends_in_2_without_a_traceback(root, tmp_path):
    (tmp_path / "t.tsv").write_text(TABLE.replace("90", "x"))
    (tmp_path / "s.tsv").write_text(SHEET.replace("\t0\n", "\tsoon\n"))
    command = [sys.executable, "-m", "klbio", "shift", "t.tsv", "--samples", "s.tsv", "--out", "out"]
    done = subprocess.run(
        command, cwd=tmp_path, env={"PYTHONPATH": str(root)}, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 3  # two cells; two times in one line
    assert not (tmp_path / "out").exists()


SAME = {
    "Windows line ends": lambda text: text.replace("\n", "\r\n"),
    "a byte order mark": lambda text: "\ufeff" + text,
    "old Macintosh line ends": lambda text: text.replace("\n", "\r"),
    "no line end at the end": lambda text: text.rstrip("\n"),
}


@pytest.mark.parametrize("change", SAME)
def test_the_way_a_file_was_saved_changes_nothing(tmp_path, change):
    for name in ("plain", "changed"):
        (tmp_path / name).mkdir()
    run(tmp_path / "plain", {})
    run(tmp_path / "changed", {name: SAME[change](text) for name, text in FILES.items()})
    for table in ("pairs", "contributions", "clades", "trajectory"):
        one, two = ((tmp_path / name / "out" / f"{table}.tsv").read_bytes() for name in ("plain", "changed"))
        assert one == two


HOSTILE = [
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "=1+1",
    "Ångström\u2028日",
    "C:\\temp|%s{}$HOME",
    "007",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_come_back_verbatim_and_go_nowhere(tmp_path, name):
    files = {"s.tsv": SHEET.replace("X", name).replace("s1", name), "t.tsv": TABLE.replace("s1", name)}
    files |= {"x.tsv": LINEAGES.replace("G", name)}
    run(tmp_path, files)
    words = {"subject": str, "taxon": str, "sample": str}
    tables = {
        table: pd.read_csv(tmp_path / "out" / f"{table}.tsv", sep="\t", keep_default_na=False, dtype=words)
        for table in ("pairs", "contributions", "trajectory")
    }
    assert name in set(tables["pairs"]["subject"])
    assert name in set(tables["contributions"].query("rank == 'genus'")["taxon"])
    assert name in set(tables["trajectory"]["sample"])
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*FILES, "out"])


def test_tabs_and_line_breaks_in_names_of_a_biom_table(tmp_path):
    taxa = ["A\tB", 'C"D\nE']
    table = biom.Table(
        np.array([[90, 10, 80, 20], [10, 90, 20, 80]]), taxa, ["s1", "s2", "s3", "s4"], table_id="t"
    )
    (tmp_path / "t.json").write_text(table.to_json("test"))
    (tmp_path / "s.tsv").write_text(SHEET)
    main(["shift", str(tmp_path / "t.json"), "--no-report", "--samples", str(tmp_path / "s.tsv"), "--resamples", "19",
          "--out", str(tmp_path / "out")])  # fmt: skip
    assert set(pd.read_csv(tmp_path / "out" / "contributions.tsv", sep="\t")["taxon"]) == set(taxa)


def test_each_sample_and_subject_left_out_is_listed_with_its_reason(tmp_path):
    table = TABLE.replace("s4\n", "s4\ts5\ts6\n").replace("80\t20\n", "80\t20\t0\t9\n")
    table = table.replace("20\t80\n", "20\t80\t0\t9\n")
    sheet = SHEET + "s5\tY\tafter\t2\ns7\tZ\tbefore\t0\ns8\tZ\tlater\t0\n"
    dropped = run(tmp_path, {"t.tsv": table, "s.tsv": sheet})
    assert {tuple(row) for row in dropped[["kind", "name", "reason"]].to_numpy()} == {
        ("sample", "s5", "0 reads, fewer than min_depth (100)"),
        ("sample", "s6", "in the table, not in the sample sheet"),
        ("sample", "s7", "in the sample sheet, not in the table"),
        ("sample", "s8", "in the sample sheet, not in the table"),
        ("subject", "Z", "no usable sample in phases 'before' and 'after'"),
        ("phase", "later", "no contrast names the phase: no shift is of its samples (1)"),
    }


def test_replicates_are_samples_of_their_own(tmp_path):
    """Without a time, or at one time with names of their own."""
    table = (
        TABLE.replace("s4\n", "s4\ts5\n")
        .replace("80\t20\n", "80\t20\t300\n")
        .replace("20\t80\n", "20\t80\t60\n")
    )
    timeless = (
        "sample\tsubject\tphase\ns1\tX\tbefore\ns2\tX\tafter\ns5\tX\tbefore\ns3\tY\tbefore\ns4\tY\tafter\n"
    )
    named = "sample\tsubject\tphase\ttime\treplicate\n" + "".join(
        f"{line}\t0\t{i}\n" for i, line in enumerate(timeless.splitlines()[1:])
    )
    for sheet in (timeless, named):
        assert run(tmp_path, {"t.tsv": table, "s.tsv": sheet}).empty
        pairs = pd.read_csv(tmp_path / "out" / "pairs.tsv", sep="\t")
        mine = pairs[(pairs["subject"] == "X") & (pairs["rank"] == "feature")]
        assert mine["n_before"].tolist() == [2, 2]
        assert mine["depth_before"].tolist() == [460, 460]
        assert mine["n_baseline_pairs"].tolist() == [1, 1]
        assert (mine.set_index("estimand").loc["pairs", "baseline_bits"]) > 0


def test_check_names_the_same_faults_as_the_run(tmp_path):
    for name, text in {**FILES, "s.tsv": SHEET.replace("s3", "s1"), "x.tsv": SHORT_LINEAGES}.items():
        (tmp_path / name).write_text(text)
    config = tmp_path / "config.yaml"
    config.write_text(
        f"taxa:\n  table: {tmp_path}/t.tsv\n  samples: {tmp_path}/s.tsv\n  taxonomy: {tmp_path}/x.tsv\n"
        f"  tree: {tmp_path}/w.nwk\n  ranks: [feature, genus]\nshift:\n  contrasts:\n"
        "    - {before: pre, after: after}\n  smoothing: wishful\n"
    )
    with pytest.raises(InputError) as caught:
        check_inputs(config=config)
    for words in ("sample 's1' was given in line 2", NO_LINEAGE, "wishful", "no sample of phase 'pre'"):
        assert words in str(caught.value)
    (tmp_path / "s.tsv").write_text(SHEET)
    with pytest.raises(InputError, match="no sample of phase 'pre'"):
        check_inputs(config=config)


MEANT = r"'placbo'.*Did you mean 'placebo'\?"


def test_a_control_that_is_no_arm_is_named_by_check_and_by_shift(tmp_path):
    """With the line of no file: the sheet's arms, and which was meant."""
    sheet = tmp_path / "samples.tsv"
    rows = [
        f"{arm}{phase}\t{arm}\t{phase}\t{arm}" for arm in ("drug", "placebo") for phase in ("before", "after")
    ]
    sheet.write_text("\n".join(["sample\tsubject\tphase\tarm", *rows, ""]))
    table = tmp_path / "table.tsv"
    names = [row.split("\t")[0] for row in rows]
    table.write_text(
        "\n".join(["\t".join(["taxon", *names]), "t\t900\t900\t900\t900", "u\t100\t200\t100\t150", ""])
    )
    config = tmp_path / "config.yaml"
    config.write_text(f"taxa: {{table: {table}, samples: {sheet}}}\nshift: {{control: placbo}}\n")
    with pytest.raises(InputError, match=MEANT):
        check_inputs(config=config)
    with pytest.raises(InputError, match=MEANT):
        measure_shift(table=table, samples=sheet, control="placbo", out=tmp_path / "out")
    config.write_text(config.read_text().replace("placbo", "placebo"))
    check_inputs(config=config)
