"""What a rule gives reaches its step, whole; what would not is refused."""

import inspect
import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from klbio.cli import as_rule, say_warnings
from klbio.errors import InputError
from klbio.steps.models import compare_models
from klbio.steps.nearest import rank_models
from klbio.steps.shift import measure_shift


def job(tmp_path, *, threads=1, **groups):
    named = {name: groups.get(name, {}) for name in ("input", "output", "params")}
    return SimpleNamespace(rule="measure", threads=threads, log=[str(tmp_path / "log")], **named)


def recorder():
    """Give a step that keeps what it was given."""
    given = {}

    def step(*, table, out, depth=100, threads=1):
        given.update(table=table, out=out, depth=depth, threads=threads)

    return step, given


def test_inputs_outputs_params_and_threads_are_the_steps_arguments(tmp_path):
    step, given = recorder()
    asked = job(tmp_path, threads=8, input={"table": "t"}, output={"out": "o"}, params={"depth": 7})
    as_rule(step, asked)
    assert given == {"table": "t", "out": "o", "depth": 7, "threads": 8}


def test_a_table_in_a_folder_of_the_step_is_snakemakes_own(tmp_path):
    step, given = recorder()
    outputs = {"pairs": "o/pairs.tsv", "depth": "o/depth.tsv"}  # a name of a parameter, as models.tsv has
    as_rule(step, job(tmp_path, input={"table": "t"}, output=outputs, params={"out": "o"}))
    assert given == {"table": "t", "out": "o", "depth": 100, "threads": 1}


@pytest.mark.parametrize(("params", "output"), [({}, "o/sums.tsv"), ({"out": "o"}, "elsewhere/sums.tsv")])
def test_an_output_that_no_step_makes_is_refused_before_anything_runs(tmp_path, params, output):
    step, given = recorder()
    asked = job(
        tmp_path,
        input={"table": "t"},
        output={"sums": output} | ({} if params else {"out": "o"}),
        params=params,
    )
    with pytest.raises(TypeError, match="rule measure: outputs 'sums' would not be made"):
        as_rule(step, asked)
    assert not given


def test_what_jobs_warned_of_is_said_once_more_at_the_end(tmp_path, capsys):
    for name, text in (
        ("a.log", "klbio: warning: x\nklbio: note: y\n"),
        ("b.log", "klbio: warning: x\n"),
        ("c", ""),
    ):
        (tmp_path / name).write_text(text)
    say_warnings(str(tmp_path))
    assert capsys.readouterr().err.split("\n")[1:3] == [
        "klbio: warning: x",
        f"klbio: 1 warning; see {tmp_path}",
    ]
    say_warnings(str(tmp_path / "none"))
    assert not capsys.readouterr().err


def test_what_only_snakemake_needs_passes(tmp_path):
    step, given = recorder()
    asked = job(tmp_path, input={"table": "t", "files": ["f"]}, params={"out": "o", "klbio": "0.1"})
    as_rule(step, asked)
    assert given["out"] == "o"


@pytest.mark.parametrize("where", ["input", "params"])
def test_a_name_no_step_knows_is_refused_before_anything_runs(tmp_path, where):
    step, given = recorder()
    with pytest.raises(TypeError, match=r"rule measure: 'cores' would be lost; step takes .*'threads'"):
        as_rule(step, job(tmp_path, **{where: {"table": "t", "out": "o", "cores": 2}}))
    assert not given


@pytest.mark.parametrize("step", [measure_shift, compare_models, rank_models])
def test_a_step_made_of_a_noun_is_known_by_the_nouns_fields(tmp_path, step):
    given = inspect.signature(step).parameters.values()
    assert {one.kind for one in given} == {inspect.Parameter.KEYWORD_ONLY}
    with pytest.raises(TypeError, match=rf"'cores' would be lost; {step.__name__} takes .*'out'"):
        as_rule(step, job(tmp_path, params={"out": "o", "cores": 2}))
    with pytest.raises(TypeError, match="cores"):
        step(out="o", cores=2)
    assert all(one.name in step.__doc__ for one in given)


def test_threads_are_refused_where_the_step_runs_on_one(tmp_path):
    def step(*, out):
        raise AssertionError

    with pytest.raises(TypeError, match="'threads' would be lost"):
        as_rule(step, job(tmp_path, threads=2, params={"out": "o"}))


def test_a_fault_ends_in_2_and_stands_in_the_log(tmp_path, capsys):
    def step():
        raise InputError.one("t.tsv", "nothing", "something")

    with pytest.raises(SystemExit) as caught:
        as_rule(step, job(tmp_path))
    assert caught.value.code == 2
    assert (tmp_path / "log").read_text() == "t.tsv: nothing; expected something.\n"
    assert "klbio: error: t.tsv" in capsys.readouterr().err


def test_a_full_disk_stands_in_the_log_with_its_file(tmp_path, capsys):
    def step():
        raise OSError(28, "No space left on device", "out/pairs.tsv")

    with pytest.raises(SystemExit) as caught:
        as_rule(step, job(tmp_path))
    assert caught.value.code == 2
    assert (tmp_path / "log").read_text().startswith("out/pairs.tsv: No space left on device; expected ")
    assert "out/pairs.tsv: No space left" in capsys.readouterr().err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
@pytest.mark.parametrize(
    ("fault", "said"),
    [(InputError.one("t.tsv", "nothing", "something"), "t.tsv: nothing"), (None, "/dev/full: No space left")],
)
def test_a_log_that_cannot_be_written_hides_no_fault(tmp_path, capsys, fault, said):
    def step():
        print("on the way", file=sys.stderr)
        if fault:
            raise fault

    asked = job(tmp_path)
    asked.log = ["/dev/full"]
    with pytest.raises(SystemExit) as caught:
        as_rule(step, asked)
    assert caught.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"klbio: error: {said}")


def test_a_mistake_of_klbio_stands_in_the_log_with_its_traceback(tmp_path):
    def step():
        raise ZeroDivisionError("of klbio")

    with pytest.raises(ZeroDivisionError):
        as_rule(step, job(tmp_path))
    text = (tmp_path / "log").read_text()
    assert text.startswith("Traceback")
    assert text.endswith("ZeroDivisionError: of klbio\n")


def test_a_crash_stands_in_the_log(tmp_path):
    script = (
        "import faulthandler, sys; from types import SimpleNamespace; from klbio.cli import as_rule\n"
        "def step(): faulthandler._sigsegv()\n"
        "as_rule(step, SimpleNamespace(rule='r', threads=1, log=sys.argv[1:], input={}, output={}, params={}))"
    )
    done = subprocess.run([sys.executable, "-c", script, tmp_path / "log"], capture_output=True)
    assert done.returncode < 0
    assert "Fatal Python error: Segmentation fault" in (tmp_path / "log").read_text()


def test_every_script_imports_the_adapter_before_its_step(root):
    """The adapter tells the libraries to use one thread, which they hear only while they are not loaded."""
    for script in sorted((root / "scripts").glob("*.py")):
        first, second, *_ = re.findall(r"^(?:from|import) .*", script.read_text(), re.MULTILINE)
        assert first == "from klbio.cli import as_rule"
        assert re.fullmatch(r"from klbio\.steps\.\w+ import \w+", second)


def test_libraries_use_one_thread_whatever_snakemake_says():
    script = (
        "import klbio.cli, klbio.steps.shift, numpy, os, pathlib;"
        "x = numpy.ones((500, 500)); x @ x; numpy.linalg.svd(x);"
        "tasks = pathlib.Path('/proc/self/task');"
        "print(len(list(tasks.iterdir())) if tasks.is_dir() else 1)"
    )
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "2", "OMP_NUM_THREADS": "2"}
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    assert done.stdout.strip() == "1"
