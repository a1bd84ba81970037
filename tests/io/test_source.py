"""A file is opened once, whoever asks it what it is and whoever reads it."""

import os
import sys
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import pytest

from klbio.errors import InputError
from klbio.io import MODEL_FORMATS, model_formats, read_models, read_table, recognised, write_table
from klbio.io.models.cache import ModelCache
from klbio.io.sequences.reads import read_named
from klbio.io.source import Source
from klbio.steps.check import check_inputs
from klbio.steps.nearest import read_query
from tests.io.damaged import SOUND, sound
from tests.packing import gzipped

OPENED: list[str] = []
_hook_is_on = []


def _note(event, arguments):
    if _hook_is_on and event == "open" and isinstance(arguments[0], str | bytes | os.PathLike):
        OPENED.append(os.path.realpath(os.fsdecode(arguments[0])))


sys.addaudithook(_note)  # for good: a hook cannot be taken back


@contextmanager
def opens(folder: Path):
    """Count how often each file of a folder is opened."""
    found: Counter[str] = Counter()
    OPENED.clear()
    _hook_is_on.append(True)
    try:
        yield found
    finally:
        _hook_is_on.clear()
        root = f"{folder.resolve()}{os.sep}"
        found.update(path.removeprefix(root) for path in OPENED if path.startswith(root))


@pytest.mark.parametrize("name", SOUND)
def test_a_model_is_opened_once_to_be_recognised_and_read(name, tmp_path, root):
    _, target, format_ = sound(name, tmp_path, root)
    read_models(target)  # imports and caches of the libraries
    with opens(tmp_path) as found:
        assert read_models(target)
    assert set(found.values()) == {1}
    with opens(tmp_path) as found:
        source = Source(target)
        assert recognised(source) == format_
        assert read_models(source)
    assert set(found.values()) == {1}


def test_a_cache_of_models_opens_what_it_does_not_know_once(tmp_path, root):
    _, target, _ = sound("augustus exon", tmp_path, root)
    cache = ModelCache(tmp_path / "cache", "1")
    for _ in range(2):
        with opens(target) as found:
            assert cache.read(target)
        assert set(found.values()) == {1}


@pytest.mark.parametrize("name", ["t.tsv", "t.biom", "t.json", "t.tsv.gz"])
def test_a_table_is_opened_once(name, tmp_path):
    path = tmp_path / name
    text = "taxon\ts1\ts2\nA\t1\t2\nB\t3\t4\n"
    if name.endswith(".gz"):
        path.write_bytes(gzipped(text.encode()))
    elif name.endswith(".tsv"):
        path.write_text(text)
    elif name.endswith(".biom"):
        (tmp_path / "plain.tsv").write_text(text)
        write_table(read_table(tmp_path / "plain.tsv"), path)
    else:
        path.write_text(
            '{"id": null, "format": "Biological Observation Matrix 1.0.0", "type": "OTU table",'
            '"generated_by": "a test", "date": "2020-01-01T00:00:00", "format_url": "x", "matrix_type": "dense",'
            '"matrix_element_type": "int", "shape": [1, 1], "data": [[5]],'
            '"rows": [{"id": "A", "metadata": null}], "columns": [{"id": "s1", "metadata": null}]}'
        )
    read_table(path)
    with opens(tmp_path) as found:
        assert read_table(path).depth.all()
    assert found[name] == 1


@pytest.mark.parametrize("packed", [False, True])
def test_sequences_are_opened_once(packed, tmp_path):
    path = tmp_path / "genes.fasta"
    text = b"".join(b">g%d\nATG%bTAA\n" % (i, b"AAACCCGGGTTT" * (6 + i)) for i in range(5))
    path.write_bytes(gzipped(text) if packed else text)
    list(read_named(path))
    with opens(tmp_path) as found:
        assert len(list(read_named(path))) == 5
    assert found == {"genes.fasta": 1}
    with opens(tmp_path) as found:
        assert len(read_query([path]).value.sequences) == 5
    assert found == {"genes.fasta": 1}


def test_checking_the_bundled_config_opens_each_file_once(root, monkeypatch):
    monkeypatch.chdir(root)
    check_inputs(config="config/config.yaml")
    with opens(root) as found:
        check_inputs(config="config/config.yaml")
    inputs = {name: n for name, n in found.items() if name.startswith(("config/", "examples/"))}
    assert len(inputs) > 10
    assert {name: n for name, n in inputs.items() if n > 1} == {}


def test_every_format_has_a_title_and_says_how_its_files_look():
    formats = model_formats()
    assert [one.name for one in formats] == list(MODEL_FORMATS)
    assert len({one.title for one in formats}) == len(formats)
    assert all(one.title and one.files for one in formats)


def test_a_source_stands_where_a_path_does(tmp_path):
    path = tmp_path / "t.txt"
    path.write_bytes(b"\xef\xbb\xbfone\r\ntwo\rthree\n")
    source = Source(path)
    assert Source.of(source) is source
    assert os.fspath(source) == str(source) == str(path)
    assert source.lines == ["one", "two", "three"]
    assert source.peek(3) == b"\xef\xbb\xbf"
    assert source.data == path.read_bytes()


def test_what_is_no_file_shows_nothing(tmp_path):
    for path in (tmp_path, tmp_path / "nothing"):
        source = Source(path)
        assert (source.head, source.first_lines(3), source.size, source.files) == (b"", [], 0, {})
        with pytest.raises(InputError):
            _ = source.text


def test_the_end_of_a_line_closes_the_last_line(tmp_path):
    (tmp_path / "t.txt").write_text("one\n\n")
    assert Source(tmp_path / "t.txt").lines == ["one", ""]
