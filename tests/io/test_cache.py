"""The cache of models: nothing of a model is lost, nothing damaged is believed, nothing grows without bound."""

import json
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass

import numpy as np
import pytest

from klbio.io import read_models
from klbio.io.models import cache as room
from klbio.io.models.cache import KINDS, ModelCache, Packer, unpacked
from klbio.models import Finding, GCClass, GeneModel
from tests.models.zoo import content_model


def same(a, b):
    """Compare field by field at any depth, whatever the fields are."""
    assert type(a) is type(b) or (isinstance(a, Mapping) and isinstance(b, Mapping))
    if is_dataclass(a):
        return all(same(getattr(a, field.name), getattr(b, field.name)) for field in fields(a))
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and np.array_equal(a, b)
    if isinstance(a, Mapping):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    if isinstance(a, tuple):
        return len(a) == len(b) and all(map(same, a, b))
    return a == b


@pytest.fixture
def species(root):
    return root / "examples" / "gene-models" / "augustus" / "human"


@pytest.fixture
def cache(tmp_path):
    return ModelCache(tmp_path / "cache", "1")


@pytest.fixture
def counted(monkeypatch):
    """Count how often files are parsed."""
    paths = []

    def count(path, format=None):
        paths.append(path)
        return read_models(path, format)

    monkeypatch.setattr(room, "read_models", count)
    return paths


def entries(cache):
    return sorted(cache.folder.glob("*"))


def bundled(root):
    folder = root / "examples" / "gene-models"
    return [*sorted((folder / "augustus").iterdir()), *sorted((folder / "snap").glob("*.hmm"))]


def test_every_field_of_every_bundled_model_comes_back(root, cache, counted):
    """Also those added tomorrow: a field that is not stored would come back as its default."""
    paths = [path for path in bundled(root) if path.is_dir() or path.suffix == ".hmm"]
    first, second = ([cache.read(path) for path in paths] for _ in range(2))
    assert len(counted) == len(paths) == len(entries(cache))
    for path, a, b in zip(paths, first, second, strict=True):
        assert same(tuple(a), tuple(b))
        assert same(tuple(b), tuple(read_models(path)))
    assert not second[0][0].coding.probabilities.flags.writeable


def test_all_fields_can_be_given_to_the_class():
    """A field set by the class itself would be lost or refused."""
    assert {"GeneModel", "GCClass", "ContentModel", "SiteModel", "Finding"} <= set(KINDS)
    assert all(field.init for kind in KINDS.values() for field in fields(kind))


def test_comparison_of_this_test_sees_a_difference():
    one, other = (GeneModel("toy", (GCClass(content_model(seed, 2, period=3)),)) for seed in (1, 2))
    assert same(one, one)
    assert not same(one, other)
    assert not same(one, GeneModel("toy", one.classes, findings=(Finding("note", "coding", "x"),)))


@dataclass(frozen=True)
class Stranger:
    number: int


@pytest.mark.parametrize("value", [Stranger(1), {1, 2}, np.array(["a"]), 1j], ids=repr)
def test_what_would_be_lost_is_refused(value):
    with pytest.raises(TypeError, match="cannot keep"):
        Packer().describe((value,))


def test_plain_values_of_all_kinds_come_back():
    value = ("é", 1, 1.5, True, None, (), {"a": (np.arange(3), np.array([[0.1], [2.0]]))}, np.zeros((0, 4)))
    packer = Packer()
    described = packer.describe(value)
    assert same(unpacked(described, packer.data), value)


def test_any_change_of_content_name_format_or_code_is_read_anew(species, tmp_path, cache, counted):
    copy = tmp_path / "human"
    copy.mkdir()
    for file in species.iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    cache.read(copy)
    cache.read(copy)
    cache.read(species)  # the same bytes under the same name elsewhere
    assert len(counted) == 1
    config = copy / "human_parameters.cfg"
    config.write_text(config.read_text() + "\n# changed\n")
    cache.read(copy)
    cache.read(copy, "augustus")
    ModelCache(cache.folder, "2").read(copy)
    (named,) = cache.read(copy.rename(tmp_path / "cousin"))
    assert len(counted) == 5
    assert named.name == "cousin"


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:-200],
        lambda data: data[:1000] + bytes([data[1000] ^ 1]) + data[1001:],
        lambda data: b"no archive at all",
        lambda data: data.replace(b"GCClass", b"GCClasz"),
        lambda data: data.replace(b"human", b"apes!"),
    ],
    ids=["empty", "cut-off", "one-bit", "text", "another-class", "another-name"],
)
def test_a_damaged_entry_is_read_anew_and_mended(species, cache, counted, damage):
    (before,) = cache.read(species)
    (entry,) = entries(cache)
    whole = entry.read_bytes()
    entry.write_bytes(damage(whole))
    (after,) = cache.read(species)
    assert same(before, after)
    assert len(counted) == 2
    assert entry.read_bytes() == whole
    cache.read(species)
    assert len(counted) == 2


def entry_of(description: str, data=b"", save=np.savez):
    def write(path):
        with path.open("wb") as handle:
            save(
                handle,
                description=np.frombuffer(description.encode(), np.uint8),
                data=np.frombuffer(data, np.uint8),
            )

    return write


@pytest.mark.parametrize(
    "write",
    [
        entry_of('{"models": {"tuple": [1]}}'),
        entry_of('{"models": {"tuple": [' + '{"tuple": [' * 5000 + "]}" * 5000 + "]}}"),
        entry_of('{"models": {"array": ["|O", [1], 0]}}', b"12345678"),
        entry_of('{"models": {"array": ["<f8", [1000000], 0]}}', b"12345678"),
        entry_of('{"models": {"Path": {}}}'),
        entry_of('{"models": ' + " " * 100_000 + "1}", save=np.savez_compressed),
        lambda path: np.save(path.open("wb"), np.arange(3)),
        lambda path: np.savez(path.open("wb"), description=np.array([{"a": 1}], dtype=object)),
    ],
    ids=["no-model", "deep", "objects", "too-long", "no-class", "compressed", "array", "pickle"],
)
def test_a_strange_entry_is_not_believed(species, cache, counted, write):
    cache.read(species)
    (entry,) = entries(cache)
    write(entry)
    (model,) = cache.read(species)
    assert (model.name, len(counted)) == ("human", 2)


def test_numbers_of_another_kind_are_not_believed_and_nothing_is_said(tmp_path):
    entry = room._Entry(tmp_path / "klbio-x.npz")
    described = Packer().describe((content_model(1, 2, 3),))
    text = json.dumps({"entry": entry.path.name, "models": described}).replace('"<f8"', '"<f4"')
    entry_of(text, b"\x01\x00\xa0\x7f" * 1000)(entry.path)  # signaling NaN, which warns as it is turned
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert entry.load() is None


def test_the_entries_not_used_for_longest_make_room(root, cache, counted):
    paths = [path for path in bundled(root) if path.is_dir()][:3]
    for path in (*paths, paths[0]):  # the second was used longest ago
        cache.read(path)
    total = sum(entry.stat().st_size for entry in entries(cache))
    newest = max(entries(cache), key=lambda entry: (entry.stat().st_mtime_ns, entry))
    small = ModelCache(cache.folder, "2", max_bytes=total + newest.stat().st_size - 1)
    (cache.folder / "notes.txt").write_text("x" * 100)
    small.read(paths[0])
    assert (len(counted), len(entries(cache))) == (4, 4)  # three entries and the notes
    cache.read(paths[0])
    cache.read(paths[2])
    assert len(counted) == 4
    cache.read(paths[1])
    assert len(counted) == 5
    assert (cache.folder / "notes.txt").exists()


def test_profiles_missing_files_and_faults_are_not_kept(root, tmp_path, cache, monkeypatch):
    profile = root / "examples" / "gene-models" / "hmmer" / "fn3.hmm"
    assert cache.read(profile)[0].name == "fn3"
    with pytest.raises(Exception, match="no such file"):
        cache.read(tmp_path / "nothing")
    monkeypatch.setattr(room, "MAX_SOURCE", 10)
    cache.read(profile)
    assert not cache.folder.exists()


def test_an_entry_under_the_name_of_another_is_not_believed(root, cache, counted):
    first, second = [path for path in bundled(root) if path.is_dir()][:2]
    models = {path: cache.read(path) for path in (first, second)}
    a, b = entries(cache)
    kept = a.read_bytes()
    a.write_bytes(b.read_bytes())
    b.write_bytes(kept)
    counted.clear()
    assert all(cache.read(path)[0].name == models[path][0].name for path in (first, second))
    assert len(counted) == 2


def test_an_entry_packed_in_an_unknown_way_is_read_anew(species, cache, counted):
    cache.read(species)
    (entry,) = entries(cache)
    data = bytearray(entry.read_bytes())
    for mark, offset in ((b"PK\x01\x02", 10), (b"PK\x03\x04", 8)):
        at = data.find(mark)
        data[at + offset : at + offset + 2] = (97).to_bytes(2, "little")
    entry.write_bytes(data)
    assert cache.read(species)
    assert len(counted) == 2
