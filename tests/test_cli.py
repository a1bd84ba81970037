import inspect
import subprocess
import sys

import pytest

from klbio import cli
from klbio.design import sample_columns
from klbio.errors import notify
from klbio.io import model_formats
from klbio.io.sheets.config import schema

TABLE = "taxon\ts1\ts2\nA\t900\t100\nB\t100\t900\n"
SHEET = "sample\tsubject\tphase\ns1\tX\tday 0\ns2\tX\tday 9\n"


def commands():
    """Name and parser of every command."""
    top = cli.parser()
    (action,) = [action for action in top._actions if hasattr(action, "choices") and action.choices]
    return list(action.choices.items())


def commands_by_name():
    return dict(commands())


@pytest.fixture
def study(tmp_path, monkeypatch):
    (tmp_path / "t.tsv").write_text(TABLE)
    (tmp_path / "s.tsv").write_text(SHEET)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("name", "command"), commands())
def test_every_command_explains_itself_with_an_example(name, command):
    text = command.format_help()
    assert f"klbio {name}" in command.epilog
    assert all(action.help for action in command._actions)
    assert command.description in text


def least(command):
    """The shortest line that a command takes."""
    words = []
    for action in command._actions:
        if action.required:
            words += [*action.option_strings[:1], "x"]
    return words


@pytest.mark.parametrize(("name", "command"), commands())
def test_what_is_not_on_the_line_is_left_to_the_step(name, command):
    """The defaults of a command are those of its step: told once, in the step's signature."""
    arguments = vars(cli.parser().parse_args([name, *least(command)]))
    arguments.pop("run")
    assert set(arguments) == {action.dest for action in command._actions if action.required}
    inspect.signature(command.step).bind(**arguments)


@pytest.mark.parametrize(("name", "command"), commands())
def test_every_option_is_an_argument_of_the_step_and_its_help_shows_the_default(name, command):
    parameters = inspect.signature(command.step).parameters
    text = " ".join(command.format_help().split())
    for action in command._actions:
        if command.own & set(action.option_strings):
            continue
        if action.dest in ("help", "before", "after", "labels") or action.dest.endswith("_column"):
            continue
        default = parameters[action.dest].default
        said = ", ".join(default) if isinstance(default, tuple) else str(default)
        if action.option_strings and said and default not in (None, True, False, inspect.Parameter.empty):
            assert action.help.endswith(f" (default: {said})"), action.dest
            assert f"(default: {said})" in text
        if isinstance(default, bool):
            assert action.const is not default, action.dest


def test_phases_of_a_shift_are_the_defaults_of_its_step():
    (contrast,) = inspect.signature(commands_by_name()["shift"].step).parameters["contrasts"].default
    helps = {action.dest: action.help for action in commands_by_name()["shift"]._actions}
    assert all(helps[side].endswith(f"(default: {phase})") for side, phase in contrast.items())


@pytest.mark.parametrize(
    ("line", "contrasts"),
    [
        ([], [("before", "after")]),
        (["--before", "day 0"], [("day 0", "after")]),
        (["--after", "a", "--after", "b"], [("before", "a"), ("before", "b")]),
    ],
)
def test_phases_of_a_line(monkeypatch, line, contrasts):
    given = {}
    monkeypatch.setattr("klbio.steps.shift.measure_shift", lambda **arguments: given.update(arguments))
    cli.main(["shift", "t.tsv", "--samples", "s.tsv", "--out", "o", *line])
    assert given["contrasts"] == [{"before": before, "after": after} for before, after in contrasts]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ([], {}),
        (
            ["--subject-column", "Patient", "--phase-column", "Visit name"],
            {"columns": {"subject": "Patient", "phase": "Visit name"}},
        ),
        (
            ["--phase", "before=Pre", "--phase", "before=Base=line", "--phase", "after=1st CP"],
            {"phases": {"before": ["Pre", "Base=line"], "after": ["1st CP"]}},
        ),
    ],
)
def test_words_of_a_sheet_on_a_line(monkeypatch, line, words):
    given = {}
    monkeypatch.setattr("klbio.steps.shift.measure_shift", lambda **arguments: given.update(arguments))
    cli.main(["shift", "t.tsv", "--samples", "s.tsv", "--out", "o", *line])
    assert {name: given[name] for name in given.keys() & {"columns", "phases"}} == words


def test_a_phase_before_given_twice_is_asked_about(capsys):
    """The last would be taken, and the other lost without a word."""
    with pytest.raises(SystemExit):
        cli.main(["shift", "t", "--samples", "s", "--out", "o", "--before", "Pre", "--before", "Base line"])
    assert (
        "given 2 times; to take them for one phase: --phase Pre=Pre --phase 'Pre=Base line'"
        in capsys.readouterr().err
    )


def test_a_label_without_its_phase(capsys):
    with pytest.raises(SystemExit) as caught:
        cli.main(["shift", "t.tsv", "--samples", "s.tsv", "--out", "o", "--phase", "Baseline"])
    assert caught.value.code == 2
    assert "'Baseline'; expected NAME=LABEL, such as before=Baseline" in capsys.readouterr().err


def test_every_column_of_a_sheet_has_an_option_and_a_key():
    keys = schema()["properties"]["taxa"]["properties"]["columns"]["properties"]
    assert list(keys) == list(sample_columns().known)
    text = commands_by_name()["shift"].format_help()
    assert all(f"--{role}-column NAME" in text for role in keys if not role.startswith("fastq"))


def test_choices_of_a_shift_are_those_of_the_config():
    sections = schema()["properties"]
    keys = sections["shift"]["properties"] | sections["taxa"]["properties"]
    command = commands_by_name()["shift"]
    text = command.format_help()
    for name in ("support", "unassigned"):
        assert list(command.words(name)) == keys[name]["enum"]
        assert f"--{name} {{{','.join(keys[name]['enum'])}}}" in text


def test_help_runs_in_a_process():
    done = subprocess.run([sys.executable, "-m", "klbio", "--help"], capture_output=True, text=True)
    assert done.returncode == 0
    assert all(name in done.stdout for name, _ in commands())


def test_shift_from_end_to_end(study):
    cli.main(
        [
            "shift",
            "t.tsv",
            "--samples",
            "s.tsv",
            "--before",
            "day 0",
            "--after",
            "day 9",
            "--resamples",
            "19",
            "--out",
            "out",
        ]
    )
    header, *rows = (study / "out/pairs.tsv").read_text().splitlines()
    assert header.startswith("subject\tarm\tbefore\tafter\trank\testimand")
    assert len(rows) == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ["shift", "t.tsv", "--samples", "s.tsv", "--out", "out"],
            ["'before'", "phases 'day 0'", "--before 'day 0' --after"],
        ),
        (["shift", "none.tsv", "--samples", "none.tsv", "--out", "out"], ["none.tsv"]),
        (
            ["shift", "t.tsv", "--samples", "none.tsv", "--out", "out", "--unassigned", "nobody"],
            ["unassigned: 'nobody'; expected 'parent' or 'lineage'", "none.tsv"],
        ),
        (["check", "none.yaml"], ["none.yaml"]),
    ],
)
def test_a_users_mistake_ends_in_2_without_a_traceback(study, capsys, arguments, words):
    with pytest.raises(SystemExit) as caught:
        cli.main(arguments)
    assert caught.value.code == 2
    message = capsys.readouterr().err
    assert all(line.startswith("klbio: error: ") for line in message.splitlines())
    assert all(word in message for word in words)
    assert "Traceback" not in message
    assert not (study / "out").exists()


def test_a_folder_that_cannot_be_written_is_named(study, capsys):
    arguments = [
        "shift",
        "t.tsv",
        "--samples",
        "s.tsv",
        "--before",
        "day 0",
        "--after",
        "day 9",
        "--resamples",
        "19",
    ]
    with pytest.raises(SystemExit) as caught:
        cli.main([*arguments, "--out", "t.tsv/inside"])
    assert caught.value.code == 2
    assert "t.tsv" in capsys.readouterr().err


def test_check_finds_faults_of_table_sheet_and_taxonomy_at_once(study, capsys):
    (study / "t.tsv").write_text(TABLE.replace("900", "9.5", 1))
    (study / "tax.tsv").write_text("id\tgenus\nA\tX\nA\tY\n")
    (study / "c.yaml").write_text(
        "taxa: {table: t.tsv, samples: s.tsv, taxonomy: tax.tsv, ranks: [genus]}\nshift: {smoothing: wishful}\n"
    )
    with pytest.raises(SystemExit):
        cli.main(["check", "c.yaml"])
    message = capsys.readouterr().err
    for words in ("t.tsv, line 2", "tax.tsv, line 3", "wishful", "none of them 'before' or 'after'"):
        assert words in message


def test_check_says_when_nothing_is_wrong(study, capsys):
    (study / "c.yaml").write_text(
        "taxa:\n  table: t.tsv\n  samples: s.tsv\nshift:\n  contrasts:\n    - {before: day 0, after: day 9}\n"
    )
    cli.main(["check", "c.yaml"])
    assert "no fault found" in capsys.readouterr().out


def test_importing_klbio_is_cheap():
    heavy = ("numpy", "scipy", "pandas", "numba", "skbio", "biom", "altair")
    script = f"import sys, klbio.cli; klbio.cli.parser().format_help(); print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", commands_by_name())
def test_the_help_of_a_command_loads_no_engine(name):
    heavy = (
        "pandas", "numba", "scipy.stats", "scipy.optimize", "scipy.spatial", "scipy.cluster", "scipy.sparse.csgraph",
        "skbio", "biom", "h5py", "altair", "jsonschema", "pyhmmer", "klbio.shift.study", "klbio.models.comparison",
    )  # fmt: skip
    script = (
        f"import atexit, sys, klbio.cli; atexit.register(lambda: print([m for m in {heavy} if m in sys.modules]));"
        f"klbio.cli.main([{name!r}, '--help'])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("command", "unneeded"),
    [
        ("shift examples/mouse-diet/table.tsv --samples {study}/few.tsv", ("scipy.stats", "scipy.optimize")),
        ("models examples/gene-models/augustus", ("numba", "klbio.shift")),
    ],
)
def test_what_a_small_run_does_not_need_is_not_loaded(command, unneeded, root, tmp_path):
    days = (("20071211", "before"), ("20071217", "before"), ("20080107", "after"), ("20080108", "after"))
    rows = [f"PM{i}:{day}\tPM{i}\t{phase}" for i in (1, 2, 3) for day, phase in days]
    (tmp_path / "few.tsv").write_text("\n".join(["sample\tsubject\tphase", *rows]) + "\n")
    words = [*command.format(study=tmp_path).split(), "--out", str(tmp_path / "out"), "--no-report"]
    script = (
        f"import atexit, sys, klbio.cli; atexit.register(lambda: print([m for m in {unneeded} if m in sys.modules]));"
        f"klbio.cli.main({words!r})"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=root
    )
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("name", ["models", "nearest"])
def test_the_help_on_models_has_every_format(name):
    text = commands_by_name()[name].format_help()
    assert all(form.title in text and form.files in text for form in model_formats())


def test_the_page_on_gene_models_has_every_format(root):
    page = (root / "docs/gene-models.md").read_text()
    table = page[page.index("## Formats") :].partition("\n\n")[2].partition("\n\n")[0]
    named = [row.split("|")[1] for row in table.splitlines()]
    for form in model_formats():
        words = form.title.replace(" or ", ", ").split(", ")
        assert all(any(word.lower() in row.lower() for row in named) for word in words), form.title


def test_what_is_to_be_known_of_an_input_is_said_once_on_the_console(monkeypatch, capsys, tmp_path):
    def step(**_):
        for line in (1, 2, 1):  # a file is read for several reasons
            notify("gut.tsv", "column 'taxonomy' holds text", "taken for lineages", line=line)

    monkeypatch.setattr("klbio.steps.matrix.write_matrix", step)
    cli.main(["matrix", "gut.tsv", "--out", str(tmp_path / "m.tsv")])
    said = "klbio: warning: gut.tsv, line 1: column 'taxonomy' holds text; taken for lineages.\n"
    assert capsys.readouterr().err == said + said.replace("line 1", "line 2")


def test_an_option_that_a_command_lacks_is_refused_with_the_usage_of_the_command(capsys):
    for words, of in (
        (["convert", "t.qza", "t.biom", "--out", "t"], "klbio convert"),
        (["--x", "convert", "a", "b"], "klbio"),
    ):
        with pytest.raises(SystemExit) as end:
            cli.main(words)
        said = capsys.readouterr().err
        assert end.value.code == 2
        assert f"{of}: error: unrecognized arguments" in said
        assert f"usage: {of} [-h]" in said


def test_klbio_alone_shows_what_it_can_do(capsys):
    cli.main([])
    text = capsys.readouterr().out
    assert all(f"    {name} " in text for name in commands_by_name())
    assert "examples:" in text


def test_a_misspelt_command_is_told_what_was_meant(capsys):
    with pytest.raises(SystemExit) as caught:
        cli.main(["shfit", "t.tsv"])
    assert caught.value.code == 2
    message = capsys.readouterr().err
    assert message.startswith("klbio: error: command 'shfit'; expected one of 'init'")
    assert message.endswith("Did you mean 'shift'?\n")


@pytest.mark.parametrize(
    ("line", "name"),
    [
        (["shift", "t.tsv", "--samples", "s.tsv", "--out", ""], "out"),
        (["shift", "", "--samples", "s.tsv", "--out", "o"], "table"),
        (["models", "", "t.tsv", "--out", "o"], "models"),
        (["reads", "t.tsv", "--out", ""], "out"),
    ],
)
def test_an_empty_variable_of_the_shell_is_not_the_folder_one_stands_in(study, capsys, line, name):
    before = sorted(study.iterdir())
    with pytest.raises(SystemExit) as ended:
        cli.main(line)
    assert ended.value.code == 2
    assert f"{name}: an empty text; expected a name" in capsys.readouterr().err
    assert sorted(study.iterdir()) == before
