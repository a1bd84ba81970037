import subprocess
import sys

import pytest

from klbio import cli

TABLE = "taxon\ts1\ts2\nA\t900\t100\nB\t100\t900\n"
SHEET = "sample\tsubject\tphase\ns1\tX\tday 0\ns2\tX\tday 9\n"


def commands():
    """Name and parser of every command."""
    top = cli.parser()
    (action,) = [action for action in top._actions if hasattr(action, "choices") and action.choices]
    return list(action.choices.items())


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
            ["'before'", "'day 0'", "--before and --after"],
        ),
        (["shift", "none.tsv", "--samples", "none.tsv", "--out", "out"], ["none.tsv"]),
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
    for words in ("t.tsv, line 2", "tax.tsv, line 3", "wishful", "phase 'before'"):
        assert words in message


def test_check_says_when_nothing_is_wrong(study, capsys):
    (study / "c.yaml").write_text(
        "taxa:\n  table: t.tsv\n  samples: s.tsv\nshift:\n  contrasts:\n    - {before: day 0, after: day 9}\n"
    )
    cli.main(["check", "c.yaml"])
    assert "no fault found" in capsys.readouterr().out


def test_importing_klbio_is_cheap():
    heavy = ("pandas", "numba", "skbio", "biom", "altair")
    script = f"import sys, klbio.cli, klbio.divergences; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
