"""What YAML can do beyond names and numbers is a fault each, with its line, in no time."""

import time

import pytest

from klbio.errors import InputError
from klbio.io.sheets.config import Config, read_config
from klbio.io.sheets.yaml_document import read_yaml

BOMB = "".join(
    f"{name}: &{name} [{', '.join(['x' if name == 'a' else '*' + before] * 9)}]\n"
    for before, name in zip("_abcdefgh", "abcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (BOMB, r"aliases \(\*\) for more than 20,000 values"),
        ("a: 1\nb: &b [*b]\n", r"line 2: aliases"),
        ("a: &a {x: *a}\n", r"line 1: aliases"),
        ("a: 1\nb: 2\na: 3\n", r"line 3: key 'a' again, as in line 1; expected each key once"),
        ("t:\n  a: 1\n  a: 3\n", r"line 3: key 't.a' again, as in line 2"),
        ("a: 1\n7: 2\n", r"line 2: a key '7' that is no text; expected a name. Put it in quotes"),
        ("no: 2\n", r"line 1: a key 'no' that is no text"),
        ("? \n: 2\n", r"line 1: a key '' that is no text"),
        ("? [a, b]\n: 2\n", r"a key of several parts that is no text"),
        ("2024-01-01: 2\n", r"a key '2024-01-01' that is no text"),
        (
            "x: &x {a: 1}\ny:\n  <<: *x\n",
            r"line 3: y: a merge of aliases \('<<'\); expected keys\. Write the values",
        ),
        ("a: 1\nseed: 2024-99-99\n", r"line 2: seed: '2024-99-99'; expected a text, a number, yes or no"),
        ("shift:\n  control: 2024-01-02\n", r"line 2: shift.control: '2024-01-02'; .*quotes"),
        ("seed: !!int x\n", r"line 1: seed: 'x'; expected a number of at most 18 plain decimal digits"),
        ("seed: 9999999999999999999\n", r"expected a number of at most 18 plain decimal digits"),
        ("seed: !!float x\n", r"line 1: seed: 'x'; expected a number"),
        ("seed: !!bool x\n", r"line 1: seed: 'x'"),
        ("seed: !!timestamp x\n", r"line 1: seed: 'x'"),
        ("seed: !!binary aGk=\n", r"line 1: seed: the tag 'tag:yaml.org,2002:binary'"),
        ("seed: !!set {a}\n", r"the tag '.*set'"),
        ("seed: !!python/object:os.x {}\n", r"line 1: seed: the tag '.*python"),
        ("seed: !mine 1\n", r"line 1: seed: the tag '!mine'"),
        (f"seed: {'9' * 5000}\n", r"line 1: seed: '9{30}.*expected a number of at most 18 plain"),
        ("seed: 010\n", r"seed: '010'; expected a number of at most 18 plain decimal digits"),
        ("seed: 0x1f\n", r"seed: '0x1f'"),
        ("seed: 1_000\n", r"seed: '1_000'"),
        ("seed: 1:30\n", r"seed: '1:30'"),
        ("e: .nan\n", r"e: '.nan'; expected a number"),
        ("e: -.inf\n", r"e: '-.inf'"),
        ("e: 1.0e+400\n", r"e: '1.0e\+400'"),
        ('a: 1\nb: "\x07"\n', r"line 2: no YAML \(the character '\\x07'\)"),
        ("a: \x00\n", "line 1: a NUL character"),
        ("a: " + "[" * 3000 + "\n", r"line 1: values within values, more than 20 deep"),
        ("a: " + "{b: " * 3000 + "\n", r"more than 20 deep"),
        ("a: 1\n---\nb: 2\n", r"line 2: no YAML \(but found another document"),
        ("a: 1\n\tb: 2\n", r"line 2: no YAML"),
        ("a: *b\n", r"line 1: no YAML \(found undefined alias"),
        ("%YAML 9.9\n---\na: 1\n", r"no YAML \(found incompatible YAML"),
        ("a: [1\n", r"line 1: no YAML \(expected ',' or '\]'"),
        ("a: b: c\n", r"line 1: no YAML"),
        ("a: '1\n", r"no YAML"),
    ],
)
def test_each_is_a_fault_with_its_line(tmp_path, text, words):
    path = tmp_path / "config.yaml"
    path.write_text(text)
    began = time.perf_counter()
    with pytest.raises(InputError, match=words) as caught:
        read_config(path)
    assert time.perf_counter() - began < 5
    assert len(str(caught.value)) < 600
    with pytest.raises(InputError):
        Config.merged({}, [path])  # as a workflow looks for lines


def test_every_fault_is_given_at_once(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text("a: .nan\n1: 2\nb: 2024-01-01\nb: 3\n")
    with pytest.raises(InputError) as caught:
        read_yaml(path)
    assert [fault.line for fault in caught.value.faults] == [1, 2, 3, 4]


def test_plain_values_and_what_stands_for_them_are_read(tmp_path):
    path = tmp_path / "config.yaml"
    text = "a: &a [x, 'yes', 1, -2, +3, 1.5, 1.0e-4, no, ~, '2024-01-01']\nb: *a\n'7': {c: d}\n"
    path.write_text(text)
    found = read_yaml(path)
    plain = ["x", "yes", 1, -2, 3, 1.5, 1e-4, False, None, "2024-01-01"]
    assert found.value == {"a": plain, "b": plain, "7": {"c": "d"}}
    assert found.lines["7", "c"] == 3
    path.write_text("")
    assert read_yaml(path).value is None


def test_a_name_that_yaml_takes_for_something_else_is_to_be_quoted(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text("models: {sheet: m.tsv}\nshift:\n  control: no\n")
    (fault,) = read_config(path).faults()
    assert fault.remedy == "Put it in quotes."
