"""Inputs from the future are refused before Snakemake makes anything of them."""

import os
import time

import pytest

from klbio.errors import InputError
from klbio.steps.dates import MAX_SKEW, refuse_future


@pytest.fixture
def dated(tmp_path):
    def made(name, seconds):
        path = tmp_path / name
        path.write_text("")
        os.utime(path, (time.time() + seconds,) * 2)
        return path

    return made


def test_files_dated_later_than_now_are_named(dated):
    paths = [dated("past", -100), dated("a", 86_400), dated("b", 86_400), dated("c", 2 * MAX_SKEW)]
    with pytest.raises(InputError) as raised:
        refuse_future(paths)
    said = str(raised.value)
    assert said.startswith(f"{paths[1]}: dated ")
    assert all(f"{path}'" in said for path in paths[2:])
    assert "past'" not in said


def test_clocks_may_differ_a_little_and_files_may_be_missing(dated, tmp_path):
    refuse_future([dated("now", 0), dated("soon", MAX_SKEW / 2), tmp_path / "none"])
