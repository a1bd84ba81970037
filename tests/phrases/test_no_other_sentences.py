"""The maths composes no English, and makes each reason that the phrases know."""

import ast
import re
from pathlib import Path

import pytest

from klbio import phrases
from tests.phrases.test_phrases import REASONS

PACKAGE = Path(phrases.__file__).parents[1]
FILES = sorted(path for room in ("shift", "models") for path in (PACKAGE / room).rglob("*.py"))
REFUSALS = {
    "Fault",
    "InputError",
    "note",
    "notify",
    "one",
}  # words of errors and warnings stand where these are raised
SHOWN = {"__repr__", "_repr_html_", "_who"}  # an object showing itself
WORDS = re.compile(r"[A-Za-z]{2,}[,:;]? +\(?[A-Za-z]{2,}")
SENTENCE = re.compile(r"(?:[A-Za-z]{2,}\W+){5,}")


def called(node):
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


NAMES = {
    "codon position \0",
    "mixture(\0 uniform over the listed lengths)",
    "additive(\0 per move that either allows)",
    "additive(\0 per probability), no in-frame stop",
}  # of choices and places
PARTS_OF_ERRORS = {
    "columns without counts, or counts below 0",
    "the alphabet \0",
    "\0 rows off 1 (row \0, counted from 1, sums to \0)",
    ", the last of length \0",
    "more than one model called \0",
    "more than one model called ",
    "\0 genes with \0 unambiguous bases in a row",
    "hidden Markov model \0",
    "a tail of \0 with ratio \0",
    "\0 rows for the states \0",
}


def quiet(tree):
    """What is no sentence of a table: docstrings, errors, an object showing itself."""
    for node in ast.walk(tree):
        refused = isinstance(node, ast.Raise) or (isinstance(node, ast.Call) and called(node) in REFUSALS)
        shown = isinstance(node, ast.FunctionDef) and node.name in SHOWN
        docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if refused or shown or docstring:
            yield from map(id, ast.walk(node))


def strings(node):
    """Text of a node that puts strings together, or is a sentence."""
    if isinstance(node, ast.JoinedStr):
        return ["".join(part.value if isinstance(part, ast.Constant) else "\0" for part in node.values)]
    if isinstance(node, ast.BinOp):
        return [str(side.value) for side in (node.left, node.right) if isinstance(side, ast.Constant)]
    return [node.value] if isinstance(node, ast.Constant) and SENTENCE.match(str(node.value)) else []


def composed(node):
    return [text for text in strings(node) if WORDS.search(text) and text not in NAMES | PARTS_OF_ERRORS]


def spoken(tree):
    """Strings that the code puts together out of words, or that are long enough to be a sentence."""
    exempt = set(quiet(tree))
    return [text for node in ast.walk(tree) if id(node) not in exempt for text in composed(node)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_english_is_composed(path):
    assert spoken(ast.parse(path.read_text())) == []


def test_what_is_excused_is_still_there():
    texts = [
        text for path in FILES for node in ast.walk(ast.parse(path.read_text())) for text in strings(node)
    ]
    assert set(texts) >= NAMES | PARTS_OF_ERRORS


def test_every_reason_is_made_and_none_is_made_up():
    made = {called(node) for path in FILES for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Call)}  # fmt: skip
    assert {reason.__name__ for reason in REASONS} - made == set()
