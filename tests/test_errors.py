"""Messages: where, what was found, what was expected, what to do."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klbio import errors
from klbio.errors import Fault, InputError, InputWarning, KlbioError, first_faults, listed, shorten

FAULT = Fault("gut.tsv", "'3.2' reads", "a whole number", "Round the counts.", line=14)


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (FAULT, "gut.tsv, line 14: '3.2' reads; expected a whole number. Round the counts."),
        (Fault("p", "-1", "0 or more"), "p: -1; expected 0 or more."),
        (
            Fault(Path("a/b.tsv"), "nothing", "a header", line=1),
            "a/b.tsv, line 1: nothing; expected a header.",
        ),
    ],
)
def test_a_fault_reads_as_a_sentence(fault, message):
    assert str(fault) == message


def test_all_faults_are_told_at_once_one_per_line():
    other = Fault("gut.tsv", "'x' reads", "a whole number", line=15)
    error = InputError(fault for fault in (FAULT, other))
    assert error.faults == (FAULT, other)
    assert str(error).splitlines() == [str(FAULT), str(other)]


def test_a_message_is_bounded_whatever_a_file_holds():
    faults = [
        Fault("gut.tsv", f"'{'x' * 100_000}' reads", "a whole number", line=n) for n in range(1, 10_001)
    ]
    error = InputError([*faults, Fault("other.tsv", "nothing", "a table")])
    lines = str(error).splitlines()
    assert len(error.faults) == 10_001
    assert len(lines) == 2
    assert max(map(len, lines)) < 600
    assert "9,997 more of this kind (lines 4, 5, 6" in lines[0]
    assert lines[0].endswith(", ...); expected a whole number.")
    assert lines[1] == "other.tsv: nothing; expected a table."


def test_many_alike_share_a_line_and_a_few_do_not():
    faults = [Fault("gut.tsv", f"'{n}.5'", "a whole number", line=n) for n in range(1, 8)]
    assert len(str(InputError(faults[:5])).splitlines()) == 5
    assert str(InputError(faults)) == (
        "gut.tsv: line 1: '1.5'; line 2: '2.5'; line 3: '3.5'; and 4 more of this kind (lines 4, 5, 6, 7); "
        "expected a whole number."
    )
    nameless = [Fault("models", f"{n}.hmm", "a model") for n in range(6)]
    assert str(InputError(nameless)) == (
        "models: 0.hmm; 1.hmm; 2.hmm; and 3 more of this kind; expected a model."
    )


def test_one_fault_in_one_call():
    error = InputError.one("gut.tsv", "'3.2' reads", "a whole number", "Round the counts.", 14)
    assert error.faults == (FAULT,)


def test_raised_only_where_there_is_a_fault():
    InputError.raise_any([])
    with pytest.raises(InputError, match="line 14"):
        InputError.raise_any([FAULT])


def test_one_class_is_enough_to_catch_them_all():
    kinds = [kind for name in errors.__all__ if isinstance(kind := getattr(errors, name), type)]
    exceptions = [kind for kind in kinds if issubclass(kind, Exception) and not issubclass(kind, Warning)]
    assert exceptions
    assert all(issubclass(kind, KlbioError) for kind in exceptions)
    assert not issubclass(KlbioError, ValueError)


@given(st.text(), st.integers(6, 90))
def test_shown_values_keep_within_their_width(text, width):
    shown = shorten(text, width)
    assert len(shown) <= width
    assert shown == repr(text) or shown.endswith("...")
    assert "\n" not in shown


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ([], ""),
        (["a"], "'a'"),
        (["a", "b", "c"], "'a', 'b', 'c'"),
        (["a", "b", "c", "d"], "'a', 'b', 'c' and 1 more"),
        (range(5), "0, 1, 2 and 2 more"),
        ((word for word in ("x", "y")), "'x', 'y'"),
    ],
)
def test_listed(values, text):
    assert listed(values) == text


def test_listed_as_many_as_asked_for():
    assert listed("abc", most=1) == "'a' and 2 more"


def test_faults_that_are_not_listed_are_counted():
    many = first_faults(Fault("t.tsv", f"cell {i}", "a number", line=i) for i in range(2, 165))
    message = str(InputError(many))
    assert message.count("\n") == 0
    assert "cell 4; and 160 more of this kind (lines 5, 6," in message
    unlike = first_faults(Fault("t.tsv", "a cell", f"wish {i}") for i in range(25))
    assert str(InputError(unlike)).splitlines()[-1].endswith(" 5 more faults of this file are not listed.")


def test_a_module_without_a_name_hears_of_doubts_too():
    """A Snakefile is such a one; of a line in it Python would drop every warning."""
    code = "from klbio.errors import notify\nnotify('gut.tsv', 'two headers', 'the second is taken')\n"
    with pytest.warns(InputWarning, match="two headers; the second is taken"):
        exec(compile(code, "Snakefile", "exec"), {"__name__": None})  # noqa: S102
